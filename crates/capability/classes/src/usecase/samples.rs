//! Classes kept as samples of their year (B-91).

use chengzhi_http::{Ctx, Problem};
use serde_json::json;

use crate::domain::phase::Phase;
use crate::store::extras;

use super::case::Case;
use super::words;

/// Marks a closed class as a sample of its year, or takes the mark off.
///
/// # Errors
/// 404 for classes of others; 409 for one that is not closed, is a sample already or is none; 422 without a reason.
pub async fn mark(ctx: &Ctx, id: i64, reason: Option<&str>) -> Result<(), Problem> {
    let reason = match reason {
        Some(text) => Some(words::required("reason", "入选理由", text, 300)?),
        None => None,
    };
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    if case.phase != Phase::Closed {
        return Err(Problem::conflict(
            "class.not_closed",
            "结项归档后才能列为年度样本。",
        ));
    }
    let done = match &reason {
        Some(reason) => extras::mark_sample(&mut tx, id, reason, &ctx.actor.name, ctx.now).await?,
        None => extras::unmark_sample(&mut tx, id, ctx.now).await?,
    };
    if !done {
        return Err(Problem::conflict(
            "class.sample",
            if reason.is_some() {
                "本班已是年度样本。"
            } else {
                "本班不是年度样本，请刷新后再看。"
            },
        ));
    }
    let action = if reason.is_some() {
        "class.sample"
    } else {
        "class.sample_remove"
    };
    tx.audit(
        ctx.audit(action, case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"title": case.full_title(), "reason": reason})),
    );
    tx.commit().await?;
    Ok(())
}
