//! The register of exemptions (免训, B-47): the squad asks, its bureau decides.

use chengzhi_authz::{Permission, Scope};
use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, Problem};
use chengzhi_kernel::{Date, Month, PersonId, Timestamp, UnitId};
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::Deny;
use crate::domain::exemption::{ExemptionState, check, check_end, check_running};
use crate::store::exemptions::{self, Exemption, NewExemption};

use super::access::direct_units;
use super::case::squad;
use super::policy::YearRules;
use super::{bad_field, refused, words};

/// An exemption as sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillExemptionOut {
    /// Exemption.
    pub id: i64,
    /// Squad.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Person.
    pub person_id: i64,
    /// Staff number.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// 大病, 不适合训练.
    pub kind: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Proof and circumstances.
    pub note: String,
    /// `requested`, `approved`, `refused`, `withdrawn`.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// In force today.
    pub in_force: bool,
    /// To be sent back with commands.
    pub version: i64,
    /// Who decides.
    pub reviewer_name: String,
    /// Asked for when.
    #[schema(value_type = String, format = DateTime)]
    pub requested_at: Timestamp,
    /// By whom.
    pub requested_by: String,
    /// Decided when.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Timestamp>,
    /// By whom.
    pub decided_by: Option<String>,
    /// Why.
    pub decide_note: Option<String>,
    /// What the caller may do: `approve`, `refuse`, `withdraw`, `end`.
    pub allowed: Vec<String>,
}

/// The register with the kinds of the rules.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillExemptionsOut {
    /// Kinds that can be asked for.
    pub kinds: Vec<String>,
    /// 依据.
    pub clause: ClauseOut,
    /// Open requests first, then newest first.
    pub rows: Vec<DrillExemptionOut>,
}

/// Which exemptions.
#[derive(Debug, Clone, Default)]
pub struct ExemptionFilter {
    /// A unit and everything below it.
    pub unit: Option<i64>,
    /// State code.
    pub state: Option<String>,
    /// In force on this day.
    pub on: Option<Date>,
}

/// Lists exemptions.
///
/// # Errors
/// 404 for a unit outside the scope; 409 without rules.
pub async fn list(
    ctx: &Ctx,
    scope: &Scope,
    filter: &ExemptionFilter,
) -> Result<DrillExemptionsOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let scope = organisation::narrow(scope, &tree, filter.unit)?;
    let rules = YearRules::load(&mut tx, &ctx.state, Month::of(ctx.today).year()).await?;
    let rows = exemptions::list(&mut tx, &scope.unit_sql("e.unit_id")).await?;
    let mut out = Vec::new();
    for row in rows {
        let state_fits = filter
            .state
            .as_deref()
            .is_none_or(|s| row.state.code() == s);
        let day_fits = filter.on.is_none_or(|day| {
            row.state == ExemptionState::Approved && row.from <= day && day <= row.to
        });
        if state_fits && day_fits {
            out.push(exemption_out(&mut tx, ctx, &tree, row).await?);
        }
    }
    Ok(DrillExemptionsOut {
        kinds: rules.params.exempt_kinds.clone(),
        clause: rules.exempt_clause(),
        rows: out,
    })
}

async fn exemption_out(
    tx: &mut Tx,
    ctx: &Ctx,
    tree: &organisation::UnitTree,
    row: Exemption,
) -> Result<DrillExemptionOut, Problem> {
    let name = |tree: &organisation::UnitTree, id: UnitId| tree.name(id).to_owned();
    let unit_name = match tree.unit(row.unit_id) {
        Some(unit) => unit.name.clone(),
        None => organisation::unit(tx, row.unit_id)
            .await?
            .map(|unit| unit.name)
            .unwrap_or_default(),
    };
    let mut allowed = Vec::new();
    let decides = may_decide(ctx, tree, &row).is_ok();
    let reports = ctx
        .actor
        .scope(Permission::DrillReport)
        .is_some_and(|scope| scope.has_unit(row.unit_id));
    match row.state {
        ExemptionState::Requested => {
            if decides {
                allowed.extend(["approve".to_owned(), "refuse".to_owned()]);
            }
            if reports {
                allowed.push("withdraw".to_owned());
            }
        }
        ExemptionState::Approved if decides && row.from < row.to && ctx.today < row.to => {
            allowed.push("end".to_owned());
        }
        _ => {}
    }
    Ok(DrillExemptionOut {
        id: row.id,
        unit_id: row.unit_id.get(),
        unit_name,
        person_id: row.person_id.get(),
        staff_no: row.staff_no,
        name: row.name,
        kind: row.kind,
        from: row.from,
        to: row.to,
        note: row.note,
        state: row.state.code().to_owned(),
        state_name: row.state.name().to_owned(),
        in_force: row.state == ExemptionState::Approved && (row.from..=row.to).contains(&ctx.today),
        version: row.version,
        reviewer_name: name(tree, row.reviewer),
        requested_at: row.requested_at,
        requested_by: row.requested_by_name,
        decided_at: row.decided_at,
        decided_by: row.decided_by_name,
        decide_note: row.decide_note,
        allowed,
    })
}

/// A request as sent.
#[derive(Debug, Clone)]
pub struct ExemptionInput {
    /// Squad.
    pub unit: UnitId,
    /// Person.
    pub person: PersonId,
    /// Kind.
    pub kind: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Proof and circumstances.
    pub note: String,
}

/// Asks for an exemption of a member of the squad. Gives its id; its version is 1.
///
/// # Errors
/// 404 outside the scope; 409 when one overlaps; 422 for a field.
pub async fn request(ctx: &Ctx, scope: &Scope, input: ExemptionInput) -> Result<i64, Problem> {
    let note = words::required("note", "情况说明", &input.note, 500)?;
    let mut tx = ctx.db().write().await?;
    let unit = squad(&mut tx, scope, input.unit).await?;
    let rules = YearRules::load(&mut tx, &ctx.state, Month::of(ctx.today).year()).await?;
    check(
        &input.kind,
        input.from,
        input.to,
        ctx.today,
        &rules.params.exempt_kinds,
    )
    .map_err(|(field, deny)| bad_field(field, deny.text))?;
    // On the first day, or today when the exemption begins earlier than he came.
    let member = organisation::unit_of(&mut tx, input.person, input.from).await? == Some(unit.id)
        || organisation::unit_of(&mut tx, input.person, ctx.today).await? == Some(unit.id);
    let person = organisation::person(&mut tx, input.person)
        .await?
        .filter(|_| member)
        .ok_or_else(|| bad_field("person_id", "这名人员不在本中队，请核对。"))?;
    if exemptions::overlaps(&mut tx, person.id, input.from, input.to).await? {
        return Err(refused(Deny::new(
            "drill.exempt_overlap",
            format!(
                "{}在这段时间已有免训或待审批的申请，请核对起止日期。",
                person.name
            ),
        )));
    }
    let reviewer = organisation::reviewing_unit(&mut tx, unit.id, ctx.today)
        .await?
        .ok_or_else(|| {
            refused(Deny::new(
                "drill.no_reviewer",
                "本中队没有审核单位，不能申请；请联系市局核对机构设置。",
            ))
        })?;
    let new = NewExemption {
        unit_id: unit.id,
        person_id: person.id,
        staff_no: person.staff_no,
        name: person.name,
        kind: input.kind.clone(),
        from: input.from,
        to: input.to,
        note,
        reviewer: reviewer.id,
    };
    let by = (ctx.actor.account_id, ctx.actor.name.as_str());
    let id = exemptions::insert(&mut tx, new, by, ctx.now).await?;
    tx.audit(
        ctx.audit("drill.exempt_request", format!("drill_exemption:{id}"))
            .unit(unit.id)
            .detail(json!({
                "person": input.person.get(), "kind": input.kind,
                "from": input.from.to_string(), "to": input.to.to_string(),
            })),
    );
    tx.commit().await?;
    Ok(id)
}

/// What is decided of an exemption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExemptionAct {
    /// Granted.
    Approve,
    /// Not granted.
    Refuse,
    /// Taken back by the squad.
    Withdraw,
    /// Cut short: the person is fit again; this is the last day.
    End(Date),
}

/// Decides, takes back or cuts short.
///
/// # Errors
/// 404 outside the scope; 409 for an old version, a wrong state, or one's own request; 422 for a
/// missing note.
pub async fn act(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    version: i64,
    what: ExemptionAct,
    note: &str,
) -> Result<(), Problem> {
    let note = match what {
        ExemptionAct::Refuse => words::required("note", "不批准的原因", note, 300)?,
        _ => words::optional("note", "说明", note, 300)?,
    };
    let mut tx = ctx.db().write().await?;
    let mut row = exemptions::take(&mut tx, id)
        .await?
        .filter(|row| scope.has_unit(row.unit_id))
        .ok_or_else(Problem::not_found)?;
    if row.version != version {
        return Err(Problem::stale());
    }
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let wanted = match what {
        ExemptionAct::End(_) => ExemptionState::Approved,
        _ => ExemptionState::Requested,
    };
    if row.state != wanted {
        return Err(refused(Deny::new(
            "drill.exempt_state",
            format!("这条免训{}，不能再办理。", row.state.name()),
        )));
    }
    if what != ExemptionAct::Withdraw {
        may_decide(ctx, &tree, &row).map_err(refused)?;
    }
    let action = match what {
        ExemptionAct::Approve => {
            row.state = ExemptionState::Approved;
            "drill.exempt_approve"
        }
        ExemptionAct::Refuse => {
            row.state = ExemptionState::Refused;
            "drill.exempt_refuse"
        }
        ExemptionAct::Withdraw => {
            row.state = ExemptionState::Withdrawn;
            "drill.exempt_withdraw"
        }
        ExemptionAct::End(day) => {
            check_running(row.to, ctx.today).map_err(refused)?;
            check_end(row.from, row.to, day).map_err(|deny| bad_field("to", deny.text))?;
            row.to = day;
            "drill.exempt_end"
        }
    };
    let by = (ctx.actor.account_id, ctx.actor.name.as_str());
    let note = Some(note).filter(|text| !text.is_empty());
    exemptions::decide(&mut tx, &row, by, note.as_deref(), ctx.now).await?;
    tx.audit(
        ctx.audit(action, format!("drill_exemption:{id}"))
            .unit(row.unit_id)
            .detail(json!({
                "person": row.person_id.get(), "kind": row.kind,
                "from": row.from.to_string(), "to": row.to.to_string(),
            })),
    );
    tx.commit().await?;
    Ok(())
}

/// Whether the caller decides: he reviews for the bureau, and did not ask himself.
fn may_decide(ctx: &Ctx, tree: &organisation::UnitTree, row: &Exemption) -> Result<(), Deny> {
    if row.requested_by == Some(ctx.actor.account_id) {
        return Err(Deny::new(
            "drill.four_eyes",
            "您提出的免训申请，应由他人审批。",
        ));
    }
    if ctx.actor.person_id == Some(row.person_id) {
        return Err(Deny::new(
            "drill.four_eyes",
            "本人的免训申请，应由他人审批。",
        ));
    }
    if direct_units(&ctx.actor, tree).contains(&row.reviewer.get()) {
        Ok(())
    } else {
        Err(Deny::new(
            "drill.not_reviewer",
            format!("这条免训申请由{}审批。", tree.name(row.reviewer)),
        ))
    }
}
