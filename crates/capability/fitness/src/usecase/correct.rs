//! A figure is corrected or struck out; what stood there stays with who changed it and why.

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem, fields};
use chengzhi_organisation::facade as organisation;
use serde_json::json;

use super::access::taken;
use super::marks::rejudge;
use super::standards::of_test;
use super::{bad_field, refused};
use crate::domain::Deny;
use crate::domain::amount::{Written, read};
use crate::domain::state::State;
use crate::store::entries;
use crate::store::marks::{self, Mark};

/// Corrects a figure; without `text` it is struck out.
///
/// # Errors
/// 404 outside the scope; 409 when it no longer stands, or when striking it out would leave handed-in
/// results incomplete; 422 for a field.
pub async fn correct(
    ctx: &Ctx,
    scope: &Scope,
    mark: i64,
    text: Option<&str>,
    reason: &str,
) -> Result<i64, Problem> {
    let reason = fields::required("reason", "更正原因", reason, 200)?;
    let mut tx = ctx.db().write().await?;
    let old = marks::by_id(&mut tx, mark)
        .await?
        .ok_or_else(Problem::not_found)?;
    let entry = entries::by_id(&mut tx, old.entry_id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let (test, tree) = taken(&mut tx, ctx, scope, entry.test_id).await?;
    let standard = of_test(&mut tx, &tree, &test).await?;
    let item = standard
        .body
        .item(&old.item)
        .ok_or_else(Problem::not_found)?;
    let value = match text.map(|text| read(item, text)) {
        None if test.state == State::ResultsIn => {
            return Err(refused(Deny::new(
                "fitness.results_in",
                "成绩已报，只能更正，不能作废。",
            )));
        }
        None => None,
        Some(Ok(Written::Value(value))) => Some(Some(value)),
        Some(Ok(Written::BrokenOff)) => Some(None),
        Some(Err(text)) => return Err(bad_field("text", format!("{text}。"))),
    };
    if value == Some(old.value) {
        return Err(bad_field("text", "与原成绩相同，无需更正。"));
    }
    let by = ctx.actor.name.as_str();
    if !marks::replace(&mut tx, mark, by, &reason, ctx.now).await? {
        return Err(refused(Deny::new(
            "fitness.replaced",
            "这个成绩已被更正或者作废，请刷新页面。",
        )));
    }
    if let Some(value) = value {
        let new = Mark {
            id: 0,
            entry_id: old.entry_id,
            item: old.item.clone(),
            value,
            source: "desk".to_owned(),
            // One correction of one row: its name follows from the row, and no sender can give it (`:`).
            key: format!("correct:{mark}"),
            measured_at: old.measured_at,
            recorded_at: ctx.now,
            by_name: ctx.actor.name.clone(),
            replaces: Some(mark),
            replaced_at: None,
            replaced_by_name: None,
            replace_reason: None,
        };
        marks::insert(&mut tx, &new).await?;
    }
    rejudge(&mut tx, ctx, &test, std::slice::from_ref(&entry)).await?;
    let unit = organisation::unit(&mut tx, entry.unit_id).await?;
    tx.audit(
        ctx.audit("fitness.correct", format!("fitness_test:{}", test.id))
            .unit(test.unit_id)
            .detail(json!({
                "person": entry.person_id.get(), "item": old.item, "from": old.value,
                "to": value.flatten(), "struck": value.is_none(), "reason": reason,
                "squad": unit.map(|unit| unit.name),
            })),
    );
    tx.commit().await?;
    Ok(test.id)
}
