//! Records as squads fill them and everybody with the right reads them.

use axum::Extension;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Page, Paging, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::{Date, PersonId, UnitId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::Uploads;
use crate::domain::half::SlotKey;
use crate::domain::session::{Mark, Session};
use crate::usecase::films::{self, SessionKey};
use crate::usecase::list::{DrillRowOut, Filter, list, queue};
use crate::usecase::record_out::{DrillAttendanceOut, DrillRecordOut};
use crate::usecase::record_view::view;
use crate::usecase::save::{SaveInput, SessionInput, save};
use crate::usecase::session_view::attendance_out;
use crate::usecase::words::{half_of, month_of, year_of};
use crate::usecase::{case, submit};

/// A slot in the address.
pub(super) fn slot(unit: i64, month: &str, half: u32) -> Result<SlotKey, Problem> {
    Ok(SlotKey {
        unit: UnitId::from(unit),
        month: month_of(month)?,
        half: half_of(half)?,
    })
}

/// The version a command was made from.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub(super) struct DrillVersionIn {
    /// `version` of the record as read.
    pub version: i64,
}

/// What to list.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DrillRecordsQuery {
    /// A unit and everything below it.
    unit: Option<i64>,
    /// `2024-11`.
    month: Option<String>,
    /// 1 or 2.
    half: Option<u32>,
    /// Months of a year; this year unless said.
    year: Option<i32>,
    /// State code, or `late`.
    state: Option<String>,
    /// `review`: what waits for the caller, strong findings first.
    queue: Option<String>,
    /// From 1.
    page: Option<i64>,
    /// Rows a page.
    size: Option<i64>,
}

/// Lists records, or the caller's review queue ranked by findings.
#[utoipa::path(get, path = "/drill/records", tag = "drill", params(DrillRecordsQuery), responses(
    (status = 200, body = Page<DrillRowOut>),
    (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn list_drill_records(
    allow: Allow<need::DrillRead>,
    Query(query): Query<DrillRecordsQuery>,
) -> Result<Json<Page<DrillRowOut>>, Problem> {
    let month = query.month.as_deref().filter(|text| !text.is_empty());
    let filter = Filter {
        unit: query.unit,
        month: month.map(month_of).transpose()?,
        half: query.half.map(half_of).transpose()?,
        year: Some(year_of(query.year, allow.ctx.now)?),
        state: query.state.filter(|state| !state.is_empty()),
    };
    let paging = Paging {
        page: query.page,
        size: query.size,
    };
    let page = if query.queue.as_deref() == Some("review") {
        let scope = allow.ctx.scope(chengzhi_authz::Permission::DrillReview)?;
        queue(&allow.ctx, &scope, &filter, paging).await?
    } else {
        list(&allow.ctx, &allow.scope, &filter, paging).await?
    };
    Ok(Json(page))
}

/// Reads a squad's record of a half-month.
#[utoipa::path(get, path = "/drill/records/{unit_id}/{month}/{half}", tag = "drill", responses(
    (status = 200, body = DrillRecordOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_drill_record(
    allow: Allow<need::DrillRead>,
    Path((unit, month, half)): Path<(i64, String, u32)>,
) -> Result<Json<DrillRecordOut>, Problem> {
    let key = slot(unit, &month, half)?;
    Ok(Json(view(&allow.ctx, &allow.scope, key, None).await?))
}

/// One person's mark.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct DrillMarkIn {
    person_id: i64,
    present: bool,
    absence_reason: Option<String>,
}

/// A session as sent. A day to come makes it a plan; its marks say who is to attend.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub(super) struct DrillSessionIn {
    /// Session that stands; missing for a new one.
    id: Option<i64>,
    held_on: Option<Date>,
    start_time: Option<String>,
    minutes: Option<u32>,
    place: Option<String>,
    instructor: Option<String>,
    subjects: Option<String>,
    rest_times: Option<u32>,
    rest_minutes: Option<u32>,
    notes: Option<String>,
    /// Marks of the people on the roster of the day; who is not among them keeps his mark.
    #[serde(default)]
    attendance: Vec<DrillMarkIn>,
}

/// A draft as sent: all sessions of the half. Sessions that are not among them are taken off.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct DrillSaveIn {
    version: i64,
    sessions: Vec<DrillSessionIn>,
}

fn session_input(sent: DrillSessionIn) -> SessionInput {
    SessionInput {
        id: sent.id,
        session: Session {
            held_on: sent.held_on,
            start_time: sent.start_time,
            minutes: sent.minutes,
            place: sent.place,
            instructor: sent.instructor,
            subjects: sent.subjects,
            rest_times: sent.rest_times,
            rest_minutes: sent.rest_minutes,
            notes: sent.notes,
        },
        marks: sent
            .attendance
            .into_iter()
            .map(|mark| Mark {
                person_id: PersonId::from(mark.person_id),
                present: mark.present,
                absence_reason: mark.absence_reason,
            })
            .collect(),
    }
}

/// Saves a draft or a plan.
#[utoipa::path(put, path = "/drill/records/{unit_id}/{month}/{half}", tag = "drill", request_body = DrillSaveIn, responses(
    (status = 200, body = DrillRecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_drill_record(
    allow: Allow<need::DrillReport>,
    Extension(uploads): Uploads,
    Path((unit, month, half)): Path<(i64, String, u32)>,
    Json(body): Json<DrillSaveIn>,
) -> Result<Json<DrillRecordOut>, Problem> {
    let key = slot(unit, &month, half)?;
    let input = SaveInput {
        version: body.version,
        sessions: body.sessions.into_iter().map(session_input).collect(),
    };
    let told = save(&allow.ctx, &allow.scope, uploads.as_ref(), key, input).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, key, Some(told)).await?))
}

/// Which day's roster.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DrillRosterQuery {
    /// Day of the session.
    on: Option<Date>,
}

/// The people whose attendance is to be marked on a day, the away and exempt told.
#[utoipa::path(get, path = "/drill/records/{unit_id}/{month}/{half}/roster", tag = "drill", params(DrillRosterQuery), responses(
    (status = 200, body = Vec<DrillAttendanceOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_drill_roster(
    allow: Allow<need::DrillRead>,
    Path((unit, month, half)): Path<(i64, String, u32)>,
    Query(query): Query<DrillRosterQuery>,
) -> Result<Json<Vec<DrillAttendanceOut>>, Problem> {
    let key = slot(unit, &month, half)?;
    let ctx = &allow.ctx;
    let mut tx = ctx.db().read().await?;
    let found = case::read(&mut tx, ctx, &allow.scope, key).await?;
    let day = case::roster_day(query.on, found.window(), ctx.today);
    let rows = case::roster(&mut tx, key.unit, day, found.rules.params()).await?;
    Ok(Json(
        rows.into_iter()
            .map(|mut row| {
                row.absence_reason = row.away.clone().or_else(|| row.exempt.clone());
                attendance_out(row)
            })
            .collect(),
    ))
}

/// A finished upload to be a session's film.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct DrillFilmIn {
    /// Id of the upload.
    upload_id: String,
}

fn session_key(
    (unit, month, half, session): (i64, String, u32, i64),
) -> Result<SessionKey, Problem> {
    Ok(SessionKey {
        slot: slot(unit, &month, half)?,
        session,
    })
}

/// Makes a finished upload the film of a session, in place of the one that stands there.
#[utoipa::path(put, path = "/drill/records/{unit_id}/{month}/{half}/sessions/{session_id}/film", tag = "drill", request_body = DrillFilmIn, responses(
    (status = 200, body = DrillRecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn attach_drill_film(
    allow: Allow<need::DrillReport>,
    Extension(uploads): Uploads,
    Path(path): Path<(i64, String, u32, i64)>,
    Json(body): Json<DrillFilmIn>,
) -> Result<Json<DrillRecordOut>, Problem> {
    let key = session_key(path)?;
    let (ctx, scope) = (&allow.ctx, &allow.scope);
    films::attach(ctx, scope, uploads.as_ref(), key, &body.upload_id).await?;
    Ok(Json(view(ctx, scope, key.slot, None).await?))
}

/// Takes the film off a session.
#[utoipa::path(delete, path = "/drill/records/{unit_id}/{month}/{half}/sessions/{session_id}/film", tag = "drill", responses(
    (status = 200, body = DrillRecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn detach_drill_film(
    allow: Allow<need::DrillReport>,
    Extension(uploads): Uploads,
    Path(path): Path<(i64, String, u32, i64)>,
) -> Result<Json<DrillRecordOut>, Problem> {
    let key = session_key(path)?;
    films::detach(&allow.ctx, &allow.scope, uploads.as_ref(), key).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, key.slot, None).await?))
}

/// Hands in.
#[utoipa::path(post, path = "/drill/records/{unit_id}/{month}/{half}/submit", tag = "drill", request_body = DrillVersionIn, responses(
    (status = 200, body = DrillRecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn submit_drill_record(
    allow: Allow<need::DrillReport>,
    Path((unit, month, half)): Path<(i64, String, u32)>,
    Json(body): Json<DrillVersionIn>,
) -> Result<Json<DrillRecordOut>, Problem> {
    let key = slot(unit, &month, half)?;
    submit::submit(&allow.ctx, &allow.scope, key, body.version).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, key, None).await?))
}

/// Takes a hand-in back before anybody reads it.
#[utoipa::path(post, path = "/drill/records/{unit_id}/{month}/{half}/withdraw", tag = "drill", request_body = DrillVersionIn, responses(
    (status = 200, body = DrillRecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn withdraw_drill_record(
    allow: Allow<need::DrillReport>,
    Path((unit, month, half)): Path<(i64, String, u32)>,
    Json(body): Json<DrillVersionIn>,
) -> Result<Json<DrillRecordOut>, Problem> {
    let key = slot(unit, &month, half)?;
    submit::withdraw(&allow.ctx, &allow.scope, key, body.version).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, key, None).await?))
}
