//! Laws as pages see them.

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::cites;
use crate::store::laws::{self, LawVersion};

/// A law in the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankLawOut {
    /// Row.
    pub id: i64,
    /// Name without 《》.
    pub name: String,
    /// Label of the text that counts; none before the first is applied.
    pub label: Option<String>,
    /// First day in force of it.
    pub in_force: Option<Date>,
    /// Articles that the bank holds of it.
    pub articles: i64,
    /// Questions in use that cite it.
    pub cited: i64,
    /// A new text that waits to be applied.
    pub draft_id: Option<i64>,
}

/// All laws.
///
/// # Errors
/// 500 from the engine.
pub async fn list(ctx: &Ctx) -> Result<Vec<BankLawOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let current = laws::current(&mut tx).await?;
    let drafts = laws::versions(&mut tx, "t.state = 'draft'").await?;
    let counts = laws::article_counts(&mut tx).await?;
    let cited = cites::counts(&mut tx).await?;
    let number = |list: &[(i64, i64)], id: i64| {
        list.iter()
            .find(|(one, _)| *one == id)
            .map_or(0, |(_, count)| *count)
    };
    Ok(laws::all(&mut tx)
        .await?
        .into_iter()
        .map(|law| {
            let text = current.iter().find(|text| text.law_id == law.id);
            BankLawOut {
                id: law.id,
                label: text.map(|text| text.label.clone()),
                in_force: text.map(|text| text.in_force),
                articles: text.map_or(0, |text| number(&counts, text.id)),
                cited: number(&cited, law.id),
                draft_id: drafts
                    .iter()
                    .find(|text| text.law_id == law.id)
                    .map(|text| text.id),
                name: law.name,
            }
        })
        .collect())
}

/// A text of a law.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankLawTextOut {
    /// Row.
    pub id: i64,
    /// `2021-01-22 修订`.
    pub label: String,
    /// First day in force.
    pub in_force: Date,
    /// Where it was read.
    pub source: String,
    /// When it was read.
    pub read_on: Option<Date>,
    /// `draft`, `applied`, `discarded`.
    pub state: String,
    /// Who entered it.
    pub entered_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub entered_at: Timestamp,
    /// Who applied it.
    pub applied_by: String,
    /// Questions that it quarantined.
    pub quarantined: i64,
    /// To be sent back with commands.
    pub version: i64,
}

/// A text as sent.
#[must_use]
pub fn text_out(text: LawVersion) -> BankLawTextOut {
    BankLawTextOut {
        id: text.id,
        label: text.label,
        in_force: text.in_force,
        source: text.source,
        read_on: text.read_on,
        state: text.state,
        entered_by: text.entered_by_name,
        entered_at: text.entered_at,
        applied_by: text.applied_by_name,
        quarantined: text.quarantined,
        version: text.version,
    }
}

/// An article.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankArticleOut {
    /// `第三十三条`.
    pub number: String,
    /// Its words.
    pub body: String,
    /// Questions in use that cite it.
    pub cited: usize,
}

/// A law's page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankLawPageOut {
    /// Row.
    pub id: i64,
    /// Name.
    pub name: String,
    /// All texts, newest first; discarded drafts are left out.
    pub texts: Vec<BankLawTextOut>,
    /// Articles of the text that counts.
    pub articles: Vec<BankArticleOut>,
}

/// The name of a law.
///
/// # Errors
/// 404 when there is none.
pub async fn name_of(tx: &mut Tx, id: i64) -> Result<String, Problem> {
    laws::all(tx)
        .await?
        .into_iter()
        .find(|law| law.id == id)
        .map(|law| law.name)
        .ok_or_else(Problem::not_found)
}

/// A law's page.
///
/// # Errors
/// 404 when there is none.
pub async fn page(ctx: &Ctx, id: i64) -> Result<BankLawPageOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let name = name_of(&mut tx, id).await?;
    let texts = laws::versions(
        &mut tx,
        &format!("t.law_id = {id} and t.state <> 'discarded'"),
    )
    .await?;
    let current = laws::current_of(&mut tx, id).await?;
    let articles = match current {
        None => Vec::new(),
        Some(text) => laws::articles(&mut tx, text.id).await?,
    };
    let cites = cites::citing(&mut tx, id, "'in_use'").await?;
    Ok(BankLawPageOut {
        id,
        name,
        texts: texts.into_iter().map(text_out).collect(),
        articles: articles
            .into_iter()
            .map(|article| {
                let mut citing: Vec<i64> = cites
                    .iter()
                    .filter(|cite| cite.article == article.number)
                    .map(|cite| cite.version_id)
                    .collect();
                citing.dedup();
                BankArticleOut {
                    cited: citing.len(),
                    number: article.number,
                    body: article.body,
                }
            })
            .collect(),
    })
}
