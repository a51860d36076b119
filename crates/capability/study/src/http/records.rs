//! Records as units fill them and everybody with the right reads them.

use axum::extract::Multipart;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Page, Paging, Path, Problem, ProblemBody, Query, upload_named};
use chengzhi_kernel::{Date, Month, PersonId, UnitId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::domain::session::{Mark, Session};
use crate::usecase::list::{Filter, RecordRowOut, list, queue};
use crate::usecase::photo_files::{Picture, Size, picture};
use crate::usecase::record_out::{AttendanceOut, RecordOut};
use crate::usecase::record_view::{attendance_out, view};
use crate::usecase::save::{SaveInput, save};
use crate::usecase::words::month_of;
use crate::usecase::{case, photos, submit};

/// A slot in the address.
pub(super) fn slot(unit: i64, month: &str) -> Result<(UnitId, Month), Problem> {
    Ok((UnitId::from(unit), month_of(month)?))
}

/// The version a command was made from.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub(super) struct VersionIn {
    /// `version` of the record as read.
    pub version: i64,
}

/// What to list.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RecordsQuery {
    /// A unit and everything below it.
    unit: Option<i64>,
    /// `2024-11`.
    month: Option<String>,
    /// Months of a year; this year unless said.
    year: Option<i32>,
    /// State code, or `late`.
    state: Option<String>,
    /// `review`: what waits for the caller.
    queue: Option<String>,
    /// From 1.
    page: Option<i64>,
    /// Rows a page.
    size: Option<i64>,
}

/// Lists records, or the caller's review queue.
#[utoipa::path(get, path = "/study/records", tag = "study", params(RecordsQuery), responses(
    (status = 200, body = Page<RecordRowOut>),
    (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn list_study_records(
    allow: Allow<need::StudyRead>,
    Query(query): Query<RecordsQuery>,
) -> Result<Json<Page<RecordRowOut>>, Problem> {
    let filter = Filter {
        unit: query.unit,
        month: query
            .month
            .as_deref()
            .filter(|m| !m.is_empty())
            .map(month_of)
            .transpose()?,
        year: Some(crate::usecase::words::year_of(query.year, allow.ctx.now)?),
        state: query.state.filter(|state| !state.is_empty()),
    };
    let paging = Paging {
        page: query.page,
        size: query.size,
    };
    let page = if query.queue.as_deref() == Some("review") {
        let scope = allow.ctx.scope(chengzhi_authz::Permission::StudyReview)?;
        queue(&allow.ctx, &scope, &filter, paging).await?
    } else {
        list(&allow.ctx, &allow.scope, &filter, paging).await?
    };
    Ok(Json(page))
}

/// Reads a unit's record of a month.
#[utoipa::path(get, path = "/study/records/{unit_id}/{month}", tag = "study", responses(
    (status = 200, body = RecordOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_study_record(
    allow: Allow<need::StudyRead>,
    Path((unit, month)): Path<(i64, String)>,
) -> Result<Json<RecordOut>, Problem> {
    let (unit, month) = slot(unit, &month)?;
    Ok(Json(
        view(&allow.ctx, &allow.scope, unit, month, None).await?,
    ))
}

/// The session as sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub(super) struct SessionIn {
    held_on: Option<Date>,
    start_time: Option<String>,
    minutes: Option<u32>,
    place: Option<String>,
    speaker: Option<String>,
    topic: Option<String>,
    content: Option<String>,
    filmed: Option<bool>,
    film_place: Option<String>,
    notes: Option<String>,
}

/// One person's mark.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct MarkIn {
    person_id: i64,
    present: bool,
    absence_reason: Option<String>,
}

/// A draft as sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct SaveIn {
    version: i64,
    session: SessionIn,
    attendance: Vec<MarkIn>,
}

/// Saves a draft.
#[utoipa::path(put, path = "/study/records/{unit_id}/{month}", tag = "study", request_body = SaveIn, responses(
    (status = 200, body = RecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_study_record(
    allow: Allow<need::StudyReport>,
    Path((unit, month)): Path<(i64, String)>,
    Json(body): Json<SaveIn>,
) -> Result<Json<RecordOut>, Problem> {
    let (unit, month) = slot(unit, &month)?;
    let session = body.session;
    let input = SaveInput {
        version: body.version,
        session: Session {
            held_on: session.held_on,
            start_time: session.start_time,
            minutes: session.minutes,
            place: session.place,
            speaker: session.speaker,
            topic: session.topic,
            content: session.content,
            filmed: session.filmed,
            film_place: session.film_place,
            notes: session.notes,
        },
        marks: body
            .attendance
            .into_iter()
            .map(|mark| Mark {
                person_id: PersonId::from(mark.person_id),
                present: mark.present,
                absence_reason: mark.absence_reason,
            })
            .collect(),
    };
    let told = save(&allow.ctx, &allow.scope, unit, month, input).await?;
    Ok(Json(
        view(&allow.ctx, &allow.scope, unit, month, Some(told)).await?,
    ))
}

/// Which day's roster.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RosterQuery {
    /// Day of the session.
    on: Option<Date>,
}

/// The people whose attendance is to be marked on a day.
#[utoipa::path(get, path = "/study/records/{unit_id}/{month}/roster", tag = "study", params(RosterQuery), responses(
    (status = 200, body = Vec<AttendanceOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_study_roster(
    allow: Allow<need::StudyRead>,
    Path((unit, month)): Path<(i64, String)>,
    Query(query): Query<RosterQuery>,
) -> Result<Json<Vec<AttendanceOut>>, Problem> {
    let (unit, month) = slot(unit, &month)?;
    let ctx = &allow.ctx;
    let mut tx = ctx.db().read().await?;
    let found = case::read(&mut tx, ctx, &allow.scope, unit, month).await?;
    let day = case::roster_day(query.on, month, ctx.today);
    let rows = case::roster(&mut tx, unit, day, &found.rules.year.params).await?;
    Ok(Json(
        rows.into_iter()
            .map(|mut row| {
                row.absence_reason.clone_from(&row.away);
                attendance_out(row)
            })
            .collect(),
    ))
}

/// Adds a photo.
#[utoipa::path(post, path = "/study/records/{unit_id}/{month}/photos", tag = "study",
    request_body(content_type = "multipart/form-data", description = "Field `file`: JPEG or PNG"), responses(
    (status = 200, body = RecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 413, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_study_photo(
    allow: Allow<need::StudyReport>,
    Path((unit, month)): Path<(i64, String)>,
    mut form: Multipart,
) -> Result<Json<RecordOut>, Problem> {
    let (unit, month) = slot(unit, &month)?;
    let upload = upload_named(&mut form, "file", photos::UPLOAD_LIMIT).await?;
    photos::add(&allow.ctx, &allow.scope, unit, month, upload).await?;
    Ok(Json(
        view(&allow.ctx, &allow.scope, unit, month, None).await?,
    ))
}

/// Takes a photo off.
#[utoipa::path(delete, path = "/study/records/{unit_id}/{month}/photos/{id}", tag = "study", responses(
    (status = 200, body = RecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn remove_study_photo(
    allow: Allow<need::StudyReport>,
    Path((unit, month, id)): Path<(i64, String, i64)>,
) -> Result<Json<RecordOut>, Problem> {
    let (unit, month) = slot(unit, &month)?;
    photos::remove(&allow.ctx, &allow.scope, unit, month, id).await?;
    Ok(Json(
        view(&allow.ctx, &allow.scope, unit, month, None).await?,
    ))
}

/// A photo; the original for its reviewer, without camera data for everybody else.
#[utoipa::path(get, path = "/study/records/{unit_id}/{month}/photos/{id}/file", tag = "study", responses(
    (status = 200, content_type = "image/jpeg"),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_study_photo(
    allow: Allow<need::StudyRead>,
    Path((unit, month, id)): Path<(i64, String, i64)>,
) -> Result<Response, Problem> {
    let slot = slot(unit, &month)?;
    let found = picture(&allow.ctx, &allow.scope, slot, id, Size::Full).await?;
    Ok(image(found))
}

/// A photo's thumbnail, without camera data.
#[utoipa::path(get, path = "/study/records/{unit_id}/{month}/photos/{id}/thumb", tag = "study", responses(
    (status = 200, content_type = "image/jpeg"),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_study_photo_thumb(
    allow: Allow<need::StudyRead>,
    Path((unit, month, id)): Path<(i64, String, i64)>,
) -> Result<Response, Problem> {
    let slot = slot(unit, &month)?;
    let found = picture(&allow.ctx, &allow.scope, slot, id, Size::Thumb).await?;
    Ok(image(found))
}

fn image(picture: Picture) -> Response {
    let mut headers = HeaderMap::new();
    if let Ok(mime) = picture.mime.parse() {
        headers.insert(header::CONTENT_TYPE, mime);
    }
    // Private: the next person at this computer may have no right to it.
    let cache = header::HeaderValue::from_static("private, max-age=3600");
    headers.insert(header::CACHE_CONTROL, cache);
    (StatusCode::OK, headers, picture.bytes).into_response()
}

/// Hands in.
#[utoipa::path(post, path = "/study/records/{unit_id}/{month}/submit", tag = "study", request_body = VersionIn, responses(
    (status = 200, body = RecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn submit_study_record(
    allow: Allow<need::StudyReport>,
    Path((unit, month)): Path<(i64, String)>,
    Json(body): Json<VersionIn>,
) -> Result<Json<RecordOut>, Problem> {
    let (unit, month) = slot(unit, &month)?;
    submit::submit(&allow.ctx, &allow.scope, unit, month, body.version).await?;
    Ok(Json(
        view(&allow.ctx, &allow.scope, unit, month, None).await?,
    ))
}

/// Takes a hand-in back before anybody reads it.
#[utoipa::path(post, path = "/study/records/{unit_id}/{month}/withdraw", tag = "study", request_body = VersionIn, responses(
    (status = 200, body = RecordOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn withdraw_study_record(
    allow: Allow<need::StudyReport>,
    Path((unit, month)): Path<(i64, String)>,
    Json(body): Json<VersionIn>,
) -> Result<Json<RecordOut>, Problem> {
    let (unit, month) = slot(unit, &month)?;
    submit::withdraw(&allow.ctx, &allow.scope, unit, month, body.version).await?;
    Ok(Json(
        view(&allow.ctx, &allow.scope, unit, month, None).await?,
    ))
}
