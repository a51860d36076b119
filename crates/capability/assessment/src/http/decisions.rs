//! Waived targets, districts' training sessions, reversing an entry, closing a year.

use axum::http::StatusCode;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::{Date, PersonId, UnitId};
use chengzhi_organisation::facade as organisation;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::imports::ReasonIn;
use super::person::{YearParams, waiver_out, year_or_running};
use super::words::WaiverOut;
use crate::domain::Component;
use crate::store::ledger::{self, Undo};
use crate::store::waivers;
use crate::usecase::assess::people;
use crate::usecase::training_sessions;

/// Routes of decisions by hand.
pub fn router() -> OpenApiRouter<chengzhi_http::AppState> {
    OpenApiRouter::new()
        .routes(routes!(create_waiver))
        .routes(routes!(revoke_waiver))
        .routes(routes!(reverse_entry))
        .routes(routes!(list_training_sessions, create_training_session))
        .routes(routes!(delete_training_session))
}

/// A target to set aside.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct WaiverIn {
    /// Year.
    pub year: i32,
    /// online, district, squad.
    pub component: String,
    /// Why; shown to the person.
    pub reason: String,
}

/// Sets a component aside for a person-year (B-75: 借调 and other gaps of the notice).
#[utoipa::path(post, path = "/assessment/people/{id}/waivers", tag = "assessment", params(("id" = i64, Path)),
    request_body = WaiverIn,
    responses((status = 201, body = WaiverOut), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn create_waiver(
    allow: Allow<need::AssessmentWaive>,
    Path(id): Path<i64>,
    Json(body): Json<WaiverIn>,
) -> Result<(StatusCode, Json<WaiverOut>), Problem> {
    let ctx = &allow.ctx;
    let year = year_or_running(Some(body.year), ctx)?;
    let component = body
        .component
        .parse()
        .ok()
        .filter(|component| *component != Component::Other)
        .ok_or_else(|| Problem::field("component", "请选择市局网训、区局集训或科队学习。"))?;
    let reason = ReasonIn {
        reason: body.reason,
    };
    let reason = reason.text()?;
    let mut tx = ctx.db().write().await?;
    let person = people(&mut tx, year, &[PersonId::from(id)])
        .await?
        .into_iter()
        .next()
        .filter(|person| {
            person
                .unit_id
                .is_some_and(|unit| allow.scope.has_unit(unit))
        })
        .ok_or_else(Problem::not_found)?;
    if ctx.actor.person_id == Some(person.id) {
        return Err(Problem::forbidden());
    }
    training_sessions::refuse_closed(&mut tx, year).await?;
    let by = (ctx.actor.account_id, ctx.actor.name.as_str());
    let stored = waivers::insert(&mut tx, person.id, year, component, reason, by, ctx.now).await;
    let waiver_id = match stored {
        Ok(id) => id,
        Err(error) if error.is_unique_violation() => {
            return Err(Problem::conflict(
                "waiver.exists",
                "这一项已经免除，不必重复。",
            ));
        }
        Err(error) => return Err(error.into()),
    };
    tx.audit(ctx.audit("assessment.waive", format!("person:{id}")).detail(
        serde_json::json!({ "year": year, "component": component.code(), "reason": reason }),
    ));
    let stored = waivers::get(&mut tx, waiver_id)
        .await?
        .ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(waiver_out(stored))))
}

/// Takes a waiver back.
#[utoipa::path(post, path = "/assessment/waivers/{id}/revoke", tag = "assessment", params(("id" = i64, Path)),
    request_body = ReasonIn,
    responses((status = 204), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn revoke_waiver(
    allow: Allow<need::AssessmentWaive>,
    Path(id): Path<i64>,
    Json(body): Json<ReasonIn>,
) -> Result<StatusCode, Problem> {
    let ctx = &allow.ctx;
    let reason = body.text()?;
    let mut tx = ctx.db().write().await?;
    let waiver = waivers::get(&mut tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let person = people(&mut tx, waiver.year, &[waiver.person_id])
        .await?
        .into_iter()
        .next();
    if !person.is_some_and(|person| {
        person
            .unit_id
            .is_some_and(|unit| allow.scope.has_unit(unit))
    }) {
        return Err(Problem::not_found());
    }
    training_sessions::refuse_closed(&mut tx, waiver.year).await?;
    if !waivers::revoke(&mut tx, id, reason, &ctx.actor.name, ctx.now).await? {
        return Err(Problem::conflict("waiver.revoked", "这项免除已经撤销。"));
    }
    tx.audit(
        ctx.audit(
            "assessment.waive_revoke",
            format!("person:{}", waiver.person_id),
        )
        .detail(serde_json::json!({ "waiver": id, "reason": reason })),
    );
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Undoes one imported entry; entries of study records are corrected at their record.
#[utoipa::path(post, path = "/assessment/entries/{id}/reverse", tag = "assessment", params(("id" = i64, Path)),
    request_body = ReasonIn,
    responses((status = 204), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn reverse_entry(
    allow: Allow<need::LedgerImport>,
    Path(id): Path<i64>,
    Json(body): Json<ReasonIn>,
) -> Result<StatusCode, Problem> {
    let ctx = &allow.ctx;
    let reason = body.text()?;
    let mut tx = ctx.db().write().await?;
    let entry = ledger::get(&mut tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let unit = organisation::unit_of(&mut tx, entry.person_id, ctx.today).await?;
    if !unit.is_some_and(|unit| allow.scope.has_unit(unit)) {
        return Err(Problem::not_found());
    }
    if !entry.source.starts_with("import:") {
        return Err(Problem::conflict(
            "entry.has_record",
            "这条学时来自学习记录，请在该记录中更正参训人员。",
        ));
    }
    training_sessions::refuse_closed(&mut tx, chrono::Datelike::year(&entry.happened_on)).await?;
    let undone = ledger::reverse(
        &mut tx,
        &Undo::Entry(id),
        reason,
        Some(ctx.actor.account_id),
        ctx.now,
    )
    .await?;
    if undone == 0 {
        return Err(Problem::conflict("entry.reversed", "这条记录已经冲回。"));
    }
    tx.audit(
        ctx.audit("ledger.reverse", format!("person:{}", entry.person_id))
            .detail(serde_json::json!({ "entry": id, "reason": reason })),
    );
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A session of a district's closed training, as far as the assessment needs it (B-11).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrainingSessionOut {
    /// Id.
    pub id: i64,
    /// District bureau.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// First day.
    pub starts_on: Date,
    /// Last day.
    pub ends_on: Date,
    /// Remark.
    pub note: Option<String>,
    /// Who entered it.
    pub by: String,
}

/// Sessions of a year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrainingSessionsOut {
    /// By district and day.
    pub rows: Vec<TrainingSessionOut>,
}

/// Sessions of the closed training in a year.
#[utoipa::path(get, path = "/assessment/sessions", tag = "assessment", params(YearParams),
    responses((status = 200, body = TrainingSessionsOut)))]
pub async fn list_training_sessions(
    allow: Allow<need::AssessmentRead>,
    Query(params): Query<YearParams>,
) -> Result<Json<TrainingSessionsOut>, Problem> {
    let year = year_or_running(params.year, &allow.ctx)?;
    let mut tx = allow.ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, allow.ctx.today).await?;
    let rows = waivers::sessions(&mut tx, year)
        .await?
        .into_iter()
        .filter(|row| allow.scope.has_unit(row.unit_id))
        .map(|row| TrainingSessionOut {
            id: row.id,
            unit_id: row.unit_id.get(),
            unit_name: tree.name(row.unit_id).to_owned(),
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            note: row.note,
            by: row.recorded_by_name,
        })
        .collect();
    Ok(Json(TrainingSessionsOut { rows }))
}

/// A session to be entered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct TrainingSessionIn {
    /// District bureau.
    pub unit_id: i64,
    /// First day.
    pub starts_on: Date,
    /// Last day.
    pub ends_on: Date,
    /// Remark.
    pub note: Option<String>,
}

/// Enters a session: who was at post on a day of it owes the closed training (B-11).
#[utoipa::path(post, path = "/assessment/sessions", tag = "assessment", request_body = TrainingSessionIn,
    responses((status = 201, body = TrainingSessionOut), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn create_training_session(
    allow: Allow<need::LedgerImport>,
    Json(body): Json<TrainingSessionIn>,
) -> Result<(StatusCode, Json<TrainingSessionOut>), Problem> {
    let ctx = &allow.ctx;
    let unit = UnitId::from(body.unit_id);
    if !allow.scope.has_unit(unit) {
        return Err(Problem::not_found());
    }
    if body.ends_on < body.starts_on {
        return Err(Problem::field("ends_on", "结束日期不能早于开始日期。"));
    }
    if body
        .ends_on
        .signed_duration_since(body.starts_on)
        .num_days()
        > 60
    {
        return Err(Problem::field(
            "ends_on",
            "一期集训不超过60天，请核对日期。",
        ));
    }
    let mut tx = ctx.db().write().await?;
    let found = organisation::unit(&mut tx, unit)
        .await?
        .ok_or_else(Problem::not_found)?;
    training_sessions::refuse_closed(&mut tx, chrono::Datelike::year(&body.starts_on)).await?;
    let days = (body.starts_on, body.ends_on);
    let note = body
        .note
        .as_deref()
        .map(str::trim)
        .filter(|note| !note.is_empty());
    let id = waivers::insert_session(&mut tx, unit, days, note, &ctx.actor.name, ctx.now).await?;
    tx.audit(
        ctx.audit("training_session.create", format!("unit:{unit}"))
            .unit(unit)
            .detail(serde_json::json!({ "from": body.starts_on, "to": body.ends_on })),
    );
    tx.commit().await?;
    Ok((
        StatusCode::CREATED,
        Json(TrainingSessionOut {
            id,
            unit_id: unit.get(),
            unit_name: found.name,
            starts_on: body.starts_on,
            ends_on: body.ends_on,
            note: note.map(str::to_owned),
            by: ctx.actor.name.clone(),
        }),
    ))
}

/// Removes a session that was entered by mistake.
#[utoipa::path(delete, path = "/assessment/sessions/{unit_id}/{id}", tag = "assessment",
    params(("unit_id" = i64, Path), ("id" = i64, Path)),
    responses((status = 204), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn delete_training_session(
    allow: Allow<need::LedgerImport>,
    Path((unit_id, id)): Path<(i64, i64)>,
) -> Result<StatusCode, Problem> {
    let unit = UnitId::from(unit_id);
    if !allow.scope.has_unit(unit) {
        return Err(Problem::not_found());
    }
    let mut tx = allow.ctx.db().write().await?;
    training_sessions::remove(&mut tx, unit, id).await?;
    tx.audit(
        allow
            .ctx
            .audit("training_session.delete", format!("unit:{unit}"))
            .unit(unit),
    );
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
