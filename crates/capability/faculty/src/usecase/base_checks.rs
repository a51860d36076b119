//! How a base is created and rechecked: the request for a score on site, and the scores (B-96).

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, format_cn};
use chrono::Datelike as _;
use serde_json::json;

use super::places::taken;
use super::policy::Rules;
use super::steps::points;
use super::words::{optional, required};
use super::{bad_field, refused};
use crate::domain::place::{PlaceEvent, PlaceKind, PlaceState, recheck_due, step};
use crate::domain::trial::MOST;
use crate::store::places::{self, Check, Place};

/// Asks for a base's score on site.
///
/// # Errors
/// 404 outside the scope; 409 by state or version; 422 for what is no base.
pub async fn apply(ctx: &Ctx, scope: &Scope, id: i64, version: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut row = taken(&mut tx, scope, id, version).await?;
    base_only(&row)?;
    row.state = step(row.state, PlaceEvent::Apply).map_err(refused)?;
    required("address", "地址", &row.address, 120)?;
    places::put(&mut tx, &row).await?;
    tx.audit(
        ctx.audit("faculty.base_apply", format!("faculty_place:{id}"))
            .unit(row.unit_id),
    );
    tx.commit().await?;
    Ok(())
}

fn base_only(row: &Place) -> Result<(), Problem> {
    if row.kind == PlaceKind::Base {
        Ok(())
    } else {
        Err(bad_field("id", "只有教学实践基地需要创建和复检。"))
    }
}

/// A check on site as entered.
#[derive(Debug, Clone)]
pub struct CheckInput {
    /// As read.
    pub version: i64,
    /// Day.
    pub held_on: Date,
    /// Hundredths.
    pub score: i64,
    /// Who judged.
    pub judges: String,
    /// Note.
    pub note: String,
}

/// Scores a base on site: the first time to put it in use, later as recheck. A base that fails its
/// recheck stays in use until it is withdrawn; it stays due.
///
/// # Errors
/// 404 outside the scope; 409 by state or version; 422 for day and points.
pub async fn check(ctx: &Ctx, scope: &Scope, id: i64, input: CheckInput) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut row = taken(&mut tx, scope, id, input.version).await?;
    base_only(&row)?;
    if input.held_on > ctx.today {
        return Err(bad_field("held_on", "现场评分还没有进行，进行后再登记。"));
    }
    if !(0..=MOST).contains(&input.score) {
        return Err(bad_field("score", "评分应在0至100之间。"));
    }
    let rules = Rules::load(&mut tx, &ctx.state, input.held_on.year()).await?;
    let passed = input.score >= i64::from(rules.faculty().base_pass.value) * 100;
    let first = row.state != PlaceState::InUse;
    let event = match (first, passed) {
        (true, true) => PlaceEvent::Pass,
        (true, false) => PlaceEvent::Fail,
        (false, _) => PlaceEvent::Recheck,
    };
    row.state = step(row.state, event).map_err(refused)?;
    if !first && row.in_use_from.is_some_and(|from| input.held_on < from) {
        return Err(bad_field("held_on", "复检日期不能早于启用日期。"));
    }
    if passed {
        row.recheck_due = recheck_due(input.held_on, rules.faculty().recheck_months.value);
        row.in_use_from = row.in_use_from.or(Some(input.held_on));
    }
    let check = Check {
        kind: if first { "create" } else { "recheck" }.to_owned(),
        held_on: input.held_on,
        score: Some(input.score),
        judges: optional("judges", "评分人员", &input.judges, 200)?,
        passed,
        note: optional("note", "评分意见", &input.note, 1_000)?,
        by_name: ctx.actor.name.clone(),
    };
    if !passed && check.note.is_empty() {
        return Err(bad_field("note", "评分未合格的，请写明需要整改的内容。"));
    }
    places::add_check(&mut tx, id, &check, ctx.actor.account_id, ctx.now).await?;
    places::put(&mut tx, &row).await?;
    tx.audit(
        ctx.audit("faculty.base_check", format!("faculty_place:{id}"))
            .unit(row.unit_id)
            .detail(json!({
                "on": format_cn(input.held_on), "score": points(input.score), "passed": passed,
            })),
    );
    tx.commit().await?;
    Ok(())
}
