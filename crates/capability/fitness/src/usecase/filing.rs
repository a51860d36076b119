//! The upper level answers what was filed: noted or objected. Filing is no approval (B-33), so an
//! objection stops nothing; it stands beside the test until it is filed anew.

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem, fields};
use serde_json::json;

use super::refused;
use crate::domain::Deny;
use crate::store::{filings, rounds};

/// Answers the latest filing.
///
/// # Errors
/// 404 outside the scope; 409 when it is answered or was filed by the caller; 422 for an objection
/// without a word.
pub async fn answer(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    object: bool,
    text: &str,
) -> Result<(), Problem> {
    let text = if object {
        fields::required("text", "异议内容", text, 300)?
    } else {
        fields::optional("text", "意见", text, 300)?
    };
    let mut tx = ctx.db().write().await?;
    let test = rounds::take(&mut tx, id)
        .await?
        .filter(|test| scope.has_unit(test.unit_id))
        .ok_or_else(Problem::not_found)?;
    let latest = filings::of_tests(&mut tx, &[id])
        .await?
        .remove(&id)
        .and_then(|mut all| all.pop())
        .ok_or_else(|| {
            refused(Deny::new(
                "fitness.not_filed",
                "这次测试随培训班进行，无需报备。",
            ))
        })?;
    if latest.filed_by == ctx.actor.account_id {
        return Err(refused(Deny::new(
            "fitness.four_eyes",
            "本人提交的报备，应由他人答复。",
        )));
    }
    let word = if object { "objected" } else { "noted" };
    let by = ctx.actor.name.as_str();
    if !filings::answer(&mut tx, latest.id, (word, &text), by, ctx.now).await? {
        return Err(refused(Deny::new(
            "fitness.answered",
            "这次报备已有答复，请刷新页面查看。",
        )));
    }
    tx.audit(
        ctx.audit("fitness.answer", format!("fitness_test:{id}"))
            .unit(test.unit_id)
            .detail(json!({"answer": word, "text": text})),
    );
    tx.commit().await?;
    Ok(())
}
