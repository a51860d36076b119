//! Export to any of the formats, with the list of what a format does not carry.

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem};
use chengzhi_questions::{Format, Question, Written, write};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::index::{Bank, Wanted};
use crate::store::versions;

/// Most questions of a file.
pub const MOST: usize = 5_000;
/// Most losses shown.
const MOST_LOST: usize = 500;

/// What a format does not carry of a question.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankLossOut {
    /// Version.
    pub id: i64,
    /// What it asks.
    pub stem: String,
    /// What gets lost.
    pub what: String,
}

/// What an export would be.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BankLossesOut {
    /// Questions of the file.
    pub questions: usize,
    /// Losses in all.
    pub total: usize,
    /// The first of them.
    pub losses: Vec<BankLossOut>,
}

async fn written(
    bank: &Bank,
    ctx: &Ctx,
    scope: &Scope,
    mut wanted: Wanted,
    format: Format,
) -> Result<(Vec<(i64, String)>, Written), Problem> {
    let mut tx = ctx.db().read().await?;
    bank.refresh(&mut tx).await?;
    wanted.units.clone_from(&scope.units);
    let found = bank.find(wanted, (MOST, 0)).await?;
    if found.total == 0 {
        return Err(Problem::invalid(
            "bank.export_empty",
            "没有符合条件的题目，请放宽条件。",
        ));
    }
    if found.total > MOST {
        return Err(Problem::invalid(
            "bank.export_many",
            format!(
                "符合条件的题目有{}道，一次最多导出{MOST}道，请缩小范围。",
                found.total
            ),
        ));
    }
    let rows = versions::of_ids(&mut tx, &found.ids).await?;
    drop(tx);
    let names: Vec<(i64, String)> = rows
        .iter()
        .map(|row| (row.id, row.content.stem.clone()))
        .collect();
    let questions: Vec<Question> = rows.into_iter().map(|row| row.content).collect();
    let written = tokio::task::spawn_blocking(move || write(&questions, format))
        .await
        .map_err(|_| Problem::invalid("bank.export_failed", "导出没有完成，请缩小范围后重试。"))?;
    Ok((names, written))
}

/// What a format does not carry of the questions that a wish names.
///
/// # Errors
/// 422 for none or too many.
pub async fn losses(
    bank: &Bank,
    ctx: &Ctx,
    scope: &Scope,
    wanted: Wanted,
    format: Format,
) -> Result<BankLossesOut, Problem> {
    let (names, written) = written(bank, ctx, scope, wanted, format).await?;
    Ok(BankLossesOut {
        questions: names.len(),
        total: written.lost.len(),
        losses: written
            .lost
            .into_iter()
            .take(MOST_LOST)
            .filter_map(|lost| {
                let (id, stem) = names.get(lost.question)?.clone();
                Some(BankLossOut {
                    id,
                    stem,
                    what: lost.what,
                })
            })
            .collect(),
    })
}

/// The file. Keys leave the house: every export is a line of the audit log.
///
/// # Errors
/// 422 for none or too many.
pub async fn file(
    bank: &Bank,
    ctx: &Ctx,
    scope: &Scope,
    wanted: Wanted,
    format: Format,
) -> Result<Vec<u8>, Problem> {
    let (names, written) = written(bank, ctx, scope, wanted, format).await?;
    let mut tx = ctx.db().write().await?;
    tx.audit(
        ctx.audit("bank.export", "bank")
            .detail(json!({"rows": names.len(), "format": format.chinese()})),
    );
    tx.commit().await?;
    Ok(written.bytes)
}
