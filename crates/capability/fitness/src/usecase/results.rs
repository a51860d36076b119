//! Results are handed in (`held` → `results_in`).

use chengzhi_authz::Scope;
use chengzhi_db::OutboxEvent;
use chengzhi_http::{Ctx, Problem};
use serde_json::json;

use super::access::{fresh, taken};
use super::marks::rejudge;
use super::people::waivers_of;
use super::refused;
use crate::domain::Deny;
use crate::domain::state::{Seat, State};
use crate::domain::verdict::Outcome;
use crate::store::{entries, rounds};

/// Hands the results in: everybody on the list was tested to the end, was absent, or is put off.
///
/// # Errors
/// 404 outside the scope; 409 for an old version, before the first figure, or while somebody's result
/// is open.
pub async fn hand_in(ctx: &Ctx, scope: &Scope, id: i64, version: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let (mut test, _) = taken(&mut tx, ctx, scope, id).await?;
    fresh(&test, version)?;
    if test.state != State::Held {
        return Err(refused(Deny::new(
            "fitness.state",
            format!("测试{}，不能报送成绩。", test.state.name()),
        )));
    }
    let waived = waivers_of(&mut tx, test.year).await?;
    let condition = format!("e.test_id = {id} and e.state <> 'removed'");
    let rows = entries::all(&mut tx, &condition).await?;
    // The roster may know by now what it did not when they were tested.
    let unjudged: Vec<_> = rows
        .into_iter()
        .filter(|row| row.seat == Seat::Listed && row.outcome == Outcome::Unknown)
        .collect();
    rejudge(&mut tx, ctx, &test, &unjudged).await?;
    let rows = entries::all(&mut tx, &condition).await?;
    if let Some(row) = rows
        .iter()
        .find(|row| row.outcome == Outcome::Unknown && row.sex.is_none())
    {
        return Err(refused(Deny::new(
            "fitness.no_sex",
            format!("人员名册中{}缺少性别，请先补充，再报送成绩。", row.name),
        )));
    }
    let open: Vec<&str> = rows
        .iter()
        .filter(|row| {
            row.seat == Seat::Listed
                && matches!(row.outcome, Outcome::None | Outcome::Incomplete)
                && !waived.contains_key(&row.person_id)
        })
        .map(|row| row.name.as_str())
        .collect();
    if !open.is_empty() {
        let names: Vec<&str> = open.iter().take(5).copied().collect();
        return Err(refused(Deny::new(
            "fitness.open",
            format!(
                "还有{}人没有测完：{}{}。请补录，或者登记缺席。",
                open.len(),
                names.join("、"),
                if open.len() > 5 { "等" } else { "" }
            ),
        )));
    }
    test.state = State::ResultsIn;
    test.results_in_at = Some(ctx.now);
    test.results_in_by_name = Some(ctx.actor.name.clone());
    rounds::put(&mut tx, &test).await?;
    tx.emit(OutboxEvent {
        id: 0,
        topic: "fitness.results_in".to_owned(),
        dedup_key: format!("fitness.results_in:{id}"),
        payload: json!({"test_id": id, "unit_id": test.unit_id.get()}).to_string(),
    });
    tx.audit(
        ctx.audit("fitness.results_in", format!("fitness_test:{id}"))
            .unit(test.unit_id)
            .detail(json!({"people": rows.len()})),
    );
    tx.commit().await?;
    Ok(())
}
