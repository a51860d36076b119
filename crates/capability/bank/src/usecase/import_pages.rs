//! Imports as pages see them.

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Timestamp;
use chengzhi_questions::check;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::BankContent;
use crate::store::imports::{self, Import, Item};

/// An import in the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankImportRowOut {
    /// Row.
    pub id: i64,
    /// Name of the file.
    pub file_name: String,
    /// Word of its format.
    pub format: String,
    /// `open`, `committed`, `discarded`.
    pub state: String,
    /// Questions of the file.
    pub items: i64,
    /// Sound and not left out.
    pub sound: i64,
    /// Faulty and not left out.
    pub faulty: i64,
    /// Questions taken.
    pub taken: i64,
    /// Who began it.
    pub by_name: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// A question like one of the import.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankImportNearOut {
    /// A version of the bank.
    pub version_id: Option<i64>,
    /// Line of another question of the file.
    pub line: Option<u32>,
    /// What it asks.
    pub stem: String,
    /// How alike, thousandths.
    pub score: u32,
}

/// A question of an import.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankImportItemOut {
    /// Row.
    pub id: i64,
    /// Place in the file, from 1.
    pub place: i64,
    /// Line of the text, row of the sheet, paragraph of the document.
    pub line: u32,
    /// Word of its kind.
    pub kind_name: String,
    /// The question as far as it could be read.
    pub content: BankContent,
    /// The key on one line.
    pub answer: String,
    /// What is wrong with it; empty for a sound one.
    pub reason: String,
    /// What is like it.
    pub near: Vec<BankImportNearOut>,
    /// Mended by hand.
    pub mended: bool,
    /// Left out by hand.
    pub left_out: bool,
    /// The draft made of it.
    pub version_id: Option<i64>,
}

/// An import's page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankImportOut {
    /// The import.
    pub import: BankImportRowOut,
    /// Sentences about the file as a whole.
    pub notes: Vec<String>,
    /// Its questions.
    pub items: Vec<BankImportItemOut>,
}

fn row_out(import: &Import, [items, sound, faulty]: [i64; 3]) -> BankImportRowOut {
    BankImportRowOut {
        id: import.id,
        file_name: import.file_name.clone(),
        format: import.format.clone(),
        state: import.state.clone(),
        items,
        sound,
        faulty,
        taken: import.taken,
        by_name: import.created_by_name.clone(),
        at: import.created_at,
    }
}

fn item_out(item: Item) -> BankImportItemOut {
    BankImportItemOut {
        id: item.id,
        place: item.place,
        line: item.line,
        kind_name: item.content.kind.chinese().to_owned(),
        answer: check::as_text(&item.content.answer),
        content: BankContent::from(&item.content),
        reason: item.reason,
        near: item
            .near
            .into_iter()
            .map(|near| BankImportNearOut {
                version_id: near.version_id,
                line: near.line,
                stem: near.stem,
                score: near.score,
            })
            .collect(),
        mended: item.mended,
        left_out: item.left_out,
        version_id: item.version_id,
    }
}

/// Imports of the caller's units, newest first.
///
/// # Errors
/// 500 from the engine.
pub async fn list(ctx: &Ctx, scope: &Scope) -> Result<Vec<BankImportRowOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let found = imports::list(&mut tx, &scope.unit_sql("unit_id")).await?;
    let ids: Vec<i64> = found.iter().map(|import| import.id).collect();
    let counts = imports::counts(&mut tx, &ids).await?;
    Ok(found
        .iter()
        .map(|import| {
            let counts = counts
                .iter()
                .find(|(id, _)| *id == import.id)
                .map_or([0; 3], |(_, counts)| *counts);
            row_out(import, counts)
        })
        .collect())
}

/// An import's page.
///
/// # Errors
/// 404 outside the scope.
pub async fn page(ctx: &Ctx, scope: &Scope, id: i64) -> Result<BankImportOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let import = imports::by_id(&mut tx, id)
        .await?
        .filter(|import| scope.has_unit(import.unit_id))
        .ok_or_else(Problem::not_found)?;
    let counts = imports::counts(&mut tx, &[id])
        .await?
        .first()
        .map_or([0; 3], |(_, counts)| *counts);
    let items = imports::items(&mut tx, id).await?;
    Ok(BankImportOut {
        import: row_out(&import, counts),
        notes: import
            .notes
            .lines()
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect(),
        items: items.into_iter().map(item_out).collect(),
    })
}
