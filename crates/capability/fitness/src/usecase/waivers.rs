//! Deferrals and exemptions: the squad or bureau asks, the bureau decides, somebody else than who asked.

use chengzhi_authz::{Permission, Scope};
use chengzhi_http::{Ctx, Problem, fields};
use chengzhi_kernel::{Date, PersonId, Timestamp, UnitId};
use chengzhi_organisation::facade::{self as organisation, UnitTree};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::access::{managed, narrow};
use super::{bad_field, refused};
use crate::domain::Deny;
use crate::domain::waiver::{Kind, REASONS, WaiverState, check_until, reason_name};
use crate::store::waivers::{self, Waiver};

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FitnessWaiverOut {
    /// Row.
    pub id: i64,
    /// Person.
    pub person_id: i64,
    /// 工号.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Unit of then.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Year.
    pub year: i32,
    /// `deferral`, `exemption`.
    pub kind: String,
    /// Its word.
    pub kind_name: String,
    /// Code of the reason.
    pub reason: String,
    /// Its word.
    pub reason_name: String,
    /// Circumstances.
    pub note: String,
    /// Last day of a deferral.
    pub until: Option<Date>,
    /// `requested`, `approved`, `refused`, `withdrawn`.
    pub state: String,
    /// Its word.
    pub state_name: String,
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
    /// To be sent back with commands.
    pub version: i64,
    /// `approve`, `refuse`, `withdraw`.
    pub allowed: Vec<String>,
}

/// A reason that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FitnessReasonOut {
    /// Code.
    pub code: String,
    /// Word.
    pub name: String,
}

/// The register.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FitnessWaiversOut {
    /// Year.
    pub year: i32,
    /// Reasons that may be chosen.
    pub reasons: Vec<FitnessReasonOut>,
    /// Open ones first, then newest first.
    pub rows: Vec<FitnessWaiverOut>,
}

/// A request as sent out.
#[must_use]
pub fn waiver_out(ctx: &Ctx, tree: &UnitTree, row: Waiver) -> FitnessWaiverOut {
    let mut allowed = Vec::new();
    if row.state == WaiverState::Requested {
        if may_decide(ctx, tree, &row).is_ok() {
            allowed.extend(["approve".to_owned(), "refuse".to_owned()]);
        }
        if may_withdraw(ctx, &row) {
            allowed.push("withdraw".to_owned());
        }
    }
    FitnessWaiverOut {
        id: row.id,
        person_id: row.person_id.get(),
        unit_id: row.unit_id.get(),
        unit_name: tree.name(row.unit_id).to_owned(),
        year: row.year,
        kind: row.kind.code().to_owned(),
        kind_name: row.kind.name().to_owned(),
        reason_name: reason_name(&row.reason).unwrap_or_default().to_owned(),
        reason: row.reason,
        note: row.note,
        until: row.until,
        state: row.state.code().to_owned(),
        state_name: row.state.name().to_owned(),
        requested_at: row.requested_at,
        requested_by: row.requested_by_name,
        decided_at: row.decided_at,
        decided_by: row.decided_by_name,
        decide_note: row.decide_note,
        version: row.version,
        staff_no: row.staff_no,
        name: row.name,
        allowed,
    }
}

fn may_withdraw(ctx: &Ctx, row: &Waiver) -> bool {
    ctx.actor
        .scope(Permission::FitnessAsk)
        .is_some_and(|scope| scope.has_unit(row.unit_id))
}

fn may_decide(ctx: &Ctx, tree: &UnitTree, row: &Waiver) -> Result<(), Deny> {
    if row.requested_by == ctx.actor.account_id || ctx.actor.person_id == Some(row.person_id) {
        return Err(Deny::new(
            "fitness.four_eyes",
            "本人提出或者涉及本人的申请，应由他人审批。",
        ));
    }
    let bureau = tree.district_of(row.unit_id);
    match bureau {
        Some(bureau) if managed(ctx, tree).contains(&bureau.get()) => Ok(()),
        Some(bureau) => Err(Deny::new(
            "fitness.not_decider",
            format!("这条申请由{}审批。", tree.name(bureau)),
        )),
        None => Err(Deny::new(
            "fitness.not_decider",
            "这条申请没有审批单位，请联系市局核对机构设置。",
        )),
    }
}

/// Lists requests of a year. Who may neither ask nor decide sees kinds and states, not the
/// circumstances: they may tell of illness.
///
/// # Errors
/// 404 for a unit outside the scope.
pub async fn list(
    ctx: &Ctx,
    scope: &Scope,
    year: Option<i32>,
    unit: Option<i64>,
) -> Result<FitnessWaiversOut, Problem> {
    let year = fields::year_of(year, ctx.now)?;
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let scope = narrow(scope, &tree, unit)?;
    let condition = format!("w.year = {year} and {}", scope.unit_sql("w.unit_id"));
    let asks = ctx.actor.scope(Permission::FitnessAsk);
    let managed = managed(ctx, &tree);
    let rows = waivers::all(&mut tx, &condition)
        .await?
        .into_iter()
        .map(|row| {
            let concerned = asks
                .as_ref()
                .is_some_and(|scope| scope.has_unit(row.unit_id))
                || tree
                    .district_of(row.unit_id)
                    .is_some_and(|bureau| managed.contains(&bureau.get()));
            let mut out = waiver_out(ctx, &tree, row);
            if !concerned {
                out.note = String::new();
                out.decide_note = None;
                out.reason = String::new();
                out.reason_name = String::new();
            }
            out
        });
    Ok(FitnessWaiversOut {
        year,
        reasons: REASONS
            .iter()
            .map(|(code, name)| FitnessReasonOut {
                code: (*code).to_owned(),
                name: (*name).to_owned(),
            })
            .collect(),
        rows: rows.collect(),
    })
}

/// A request as sent in.
#[derive(Debug, Clone)]
pub struct WaiverInput {
    /// Person.
    pub person: PersonId,
    /// Year.
    pub year: i32,
    /// Kind.
    pub kind: Kind,
    /// Code of the reason.
    pub reason: String,
    /// Circumstances.
    pub note: String,
    /// Last day of a deferral.
    pub until: Option<Date>,
}

/// Asks.
///
/// # Errors
/// 404 for people outside the scope; 409 when one is open or granted; 422 for a field.
pub async fn request(ctx: &Ctx, scope: &Scope, input: WaiverInput) -> Result<i64, Problem> {
    let note = fields::required("note", "情况说明", &input.note, 300)?;
    let year = fields::year_of(Some(input.year), ctx.now)?;
    if reason_name(&input.reason).is_none() {
        return Err(bad_field("reason", "请选择原因。"));
    }
    let until = check_until(input.kind, year, input.until, ctx.today)
        .map_err(|deny| bad_field("until", deny.text))?;
    let mut tx = ctx.db().write().await?;
    let unit: UnitId = organisation::unit_of(&mut tx, input.person, ctx.today)
        .await?
        .filter(|unit| scope.has_unit(*unit))
        .ok_or_else(Problem::not_found)?;
    let person = organisation::person(&mut tx, input.person)
        .await?
        .ok_or_else(Problem::not_found)?;
    let new = Waiver {
        id: 0,
        person_id: person.id,
        unit_id: unit,
        staff_no: person.staff_no,
        name: person.name.clone(),
        year,
        kind: input.kind,
        reason: input.reason,
        note,
        until,
        state: WaiverState::Requested,
        requested_at: ctx.now,
        requested_by: ctx.actor.account_id,
        requested_by_name: ctx.actor.name.clone(),
        decided_at: None,
        decided_by_name: None,
        decide_note: None,
        version: 1,
    };
    let id = waivers::insert(&mut tx, &new).await?.ok_or_else(|| {
        refused(Deny::new(
            "fitness.waiver_twice",
            format!("{}在{year}年已有缓测或者免测，请核对。", person.name),
        ))
    })?;
    tx.audit(
        ctx.audit("fitness.waiver_ask", format!("fitness_waiver:{id}"))
            .unit(unit)
            .detail(json!({"person": input.person.get(), "kind": input.kind.code(), "year": year})),
    );
    tx.commit().await?;
    Ok(id)
}

/// Decides or takes back.
///
/// # Errors
/// 404 outside the scope; 409 for an old version, a wrong state, or one's own request; 422 for a
/// refusal without a word.
pub async fn decide(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    version: i64,
    to: WaiverState,
    note: &str,
) -> Result<(), Problem> {
    let note = if to == WaiverState::Refused {
        fields::required("note", "不批准的原因", note, 200)?
    } else {
        fields::optional("note", "说明", note, 200)?
    };
    let mut tx = ctx.db().write().await?;
    let row = waivers::all(&mut tx, &format!("w.id = {id}"))
        .await?
        .pop()
        .filter(|row| scope.has_unit(row.unit_id))
        .ok_or_else(Problem::not_found)?;
    if row.version != version {
        return Err(Problem::stale());
    }
    if row.state != WaiverState::Requested {
        return Err(refused(Deny::new(
            "fitness.waiver_state",
            format!("这条申请{}，不能再办理。", row.state.name()),
        )));
    }
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let action = match to {
        WaiverState::Withdrawn => {
            if !may_withdraw(ctx, &row) {
                return Err(Problem::not_found());
            }
            "fitness.waiver_withdraw"
        }
        _ => {
            may_decide(ctx, &tree, &row).map_err(refused)?;
            "fitness.waiver_decide"
        }
    };
    let note = Some(note.as_str()).filter(|text| !text.is_empty());
    if !waivers::decide(&mut tx, &row, to, &ctx.actor.name, note, ctx.now).await? {
        return Err(Problem::stale());
    }
    tx.audit(
        ctx.audit(action, format!("fitness_waiver:{id}"))
            .unit(row.unit_id)
            .detail(
                json!({"person": row.person_id.get(), "kind": row.kind.code(), "state": to.code()}),
            ),
    );
    tx.commit().await?;
    Ok(())
}
