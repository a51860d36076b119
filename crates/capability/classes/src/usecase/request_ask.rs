//! Asking for a topic, seconding one, taking it back.

use std::collections::BTreeSet;

use chengzhi_authz::{Permission, Role, Scope};
use chengzhi_db::Tx;
use chengzhi_faculty::facade as faculty;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::UnitId;
use chengzhi_organisation::facade::{self as organisation, UnitTree};
use serde_json::json;

use crate::domain::request::{RequestAct, RequestState, Source, allowed};
use crate::store::requests::{self, Request};

use super::case::running_units;
use super::requests::{bureaus, part};
use super::{bad_field, words};

/// Most open requests of one account in a year.
const MOST_OPEN: u32 = 20;

/// A topic as entered.
#[derive(Debug, Clone, Default)]
pub struct RequestInput {
    /// This year unless said.
    pub year: Option<i32>,
    /// Code of a field of law; empty for anything else.
    pub field: String,
    /// What about.
    pub topic: String,
    /// What is missing.
    pub reason: String,
}

/// For which unit the caller asks: his squad as its reporter or head, else as an instructor his own.
async fn asks_for(tx: &mut Tx, ctx: &Ctx) -> Result<Option<(UnitId, Source)>, Problem> {
    let squad = ctx
        .actor
        .grants
        .iter()
        .find(|grant| matches!(grant.role, Role::SquadReporter | Role::SquadHead))
        .map(|grant| (grant.unit_id, Source::Squad));
    if squad.is_some() || !ctx.actor.may(Permission::ClassAsk) {
        return Ok(squad);
    }
    let home = organisation::home_unit(tx, &ctx.actor, ctx.today).await?;
    Ok(home.map(|unit| (unit, Source::Instructor)))
}

/// Asks for a topic; who asks seconds it. Gives its id.
///
/// # Errors
/// 403 for an account that belongs to no unit; 409 for a topic that is open already, or too many of one account;
/// 422 for a field.
pub async fn ask(ctx: &Ctx, input: RequestInput) -> Result<i64, Problem> {
    let year = words::year_of(input.year, ctx.now)?;
    let this_year = words::year_of(None, ctx.now)?;
    if !(this_year..=this_year + 1).contains(&year) {
        return Err(bad_field(
            "year",
            format!(
                "只能为{this_year}年或{}年提出需求，请重新选择年度。",
                this_year + 1
            ),
        ));
    }
    let field = words::optional("field", "所属领域", &input.field, 40)?;
    if !field.is_empty() && faculty::field_name(&field).is_none() {
        return Err(bad_field("field", "没有这个领域，请重新选择。"));
    }
    let topic = words::required("topic", "培训需求", &input.topic, 60)?;
    let reason = words::required("reason", "缺什么", &input.reason, 500)?;
    let mut tx = ctx.db().write().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let (unit, source) = asks_for(&mut tx, ctx)
        .await?
        .ok_or_else(Problem::forbidden)?;
    let bureau = tree.district_of(unit).ok_or_else(Problem::forbidden)?;
    if requests::open_of(&mut tx, ctx.actor.account_id, year).await? >= MOST_OPEN {
        return Err(Problem::conflict(
            "class.request_many",
            format!("您已有{MOST_OPEN}条需求征集中，请待答复后再提，或撤回不再需要的。"),
        ));
    }
    let new = Request {
        id: 0,
        unit_id: unit,
        bureau_id: bureau,
        year,
        source,
        field: Some(field).filter(|field| !field.is_empty()),
        topic,
        reason,
        state: RequestState::Open,
        asked_by: ctx.actor.account_id,
        asked_by_name: ctx.actor.name.clone(),
        asked_at: ctx.now,
        taken: None,
        merged_into: None,
        decided_at: None,
        decided_by_name: None,
        decide_note: None,
        seen_at: None,
        version: 1,
    };
    let Some(id) = requests::insert(&mut tx, &new).await? else {
        return Err(twice(&mut tx, &tree, &new).await?);
    };
    let name = tree.name(unit);
    requests::vote(&mut tx, id, ctx.actor.account_id, Some(name), ctx.now).await?;
    tx.audit(
        ctx.audit("class.request_ask", subject(id))
            .unit(unit)
            .detail(json!({"topic": new.topic, "year": year})),
    );
    tx.commit().await?;
    Ok(id)
}

async fn twice(tx: &mut Tx, tree: &UnitTree, new: &Request) -> Result<Problem, Problem> {
    let known = requests::of_year(tx, new.year, &BTreeSet::from([new.bureau_id.get()])).await?;
    let by = known
        .iter()
        .find(|row| row.topic == new.topic && row.state == RequestState::Open)
        .map_or("其他单位", |row| tree.name(row.unit_id));
    Ok(Problem::conflict(
        "class.request_twice",
        format!("{by}已提出“{}”，请在列表中附议。", new.topic),
    ))
}

/// `class_request:12`.
pub(super) fn subject(id: i64) -> String {
    format!("class_request:{id}")
}

/// An open request to a bureau around the caller, held until the transaction ends.
pub(super) async fn open_one(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
) -> Result<(Request, UnitTree), Problem> {
    let tree = organisation::tree(tx, ctx.today).await?;
    let around = bureaus(tx, ctx, scope, &tree).await?;
    let row = requests::hold(tx, id)
        .await?
        .filter(|row| around.contains(&row.bureau_id.get()))
        .ok_or_else(Problem::not_found)?;
    if row.state == RequestState::Open {
        Ok((row, tree))
    } else {
        Err(Problem::conflict(
            "class.request_state",
            format!("“{}”{}，请刷新列表查看结果。", row.topic, row.state.name()),
        ))
    }
}

/// Seconds a request, or no longer. Who asked always does.
///
/// # Errors
/// 404 outside the own bureau; 409 once it is decided, or for the own one.
pub async fn vote(ctx: &Ctx, scope: &Scope, id: i64, yes: bool) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let (row, tree) = open_one(&mut tx, ctx, scope, id).await?;
    let part = part(ctx, &BTreeSet::new(), &row, false);
    if !allowed(row.state, part).contains(&RequestAct::Vote) {
        return Err(Problem::conflict(
            "class.request_own",
            "本人提出的需求已计一票，无需附议。",
        ));
    }
    let home = organisation::home_unit(&mut tx, &ctx.actor, ctx.today).await?;
    let unit = home
        .or_else(|| ctx.actor.grants.first().map(|grant| grant.unit_id))
        .map_or("", |unit| tree.name(unit));
    let name = yes.then_some(unit);
    requests::vote(&mut tx, id, ctx.actor.account_id, name, ctx.now).await?;
    tx.audit(
        ctx.audit("class.request_vote", subject(id))
            .unit(row.bureau_id)
            .detail(json!({"topic": row.topic, "yes": yes})),
    );
    tx.commit().await?;
    Ok(())
}

/// Takes the own request back.
///
/// # Errors
/// 404 for others'; 409 for an old version, once it is decided, or when others have gone into it; 422 for a note.
pub async fn withdraw(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    version: i64,
    note: &str,
) -> Result<(), Problem> {
    let note = words::optional("note", "说明", note, 300)?;
    let mut tx = ctx.db().write().await?;
    let (mut row, tree) = open_one(&mut tx, ctx, scope, id).await?;
    let carries = requests::carried(&mut tx, id).await? > 0;
    let part = part(ctx, &running_units(ctx, &tree), &row, carries);
    if !part.asks {
        return Err(Problem::not_found());
    }
    if !allowed(row.state, part).contains(&RequestAct::Withdraw) {
        return Err(Problem::conflict(
            "class.request_carries",
            "其他单位的需求已并入这一条，不能撤回；请与区局教育培训部门联系。",
        ));
    }
    if row.version != version {
        return Err(Problem::stale());
    }
    row.state = RequestState::Withdrawn;
    row.decided_at = Some(ctx.now);
    row.decided_by_name = Some(ctx.actor.name.clone());
    row.decide_note = Some(note).filter(|note| !note.is_empty());
    row.seen_at = Some(ctx.now);
    requests::put(&mut tx, &row).await?;
    tx.audit(
        ctx.audit("class.request_withdraw", subject(id))
            .unit(row.unit_id)
            .detail(json!({"topic": row.topic})),
    );
    tx.commit().await?;
    Ok(())
}

/// Notes that the caller has seen the answers to his requests.
///
/// # Errors
/// 500 from the engine.
pub async fn seen(ctx: &Ctx) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    requests::mark_seen(&mut tx, ctx.actor.account_id, ctx.now).await?;
    tx.commit().await?;
    Ok(())
}
