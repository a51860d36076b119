//! Make-up sessions of districts.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Page, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::{Date, Month, PersonId, UnitId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::domain::makeup::Makeup;
use crate::usecase::makeups::{self, CandidateOut, MakeupInput, MakeupOut};
use crate::usecase::words::{month_of, year_of};

/// What to list.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MakeupsQuery {
    /// This year unless said.
    year: Option<i32>,
    /// A unit and everything below it.
    unit: Option<i64>,
}

/// Make-up sessions of a year.
#[utoipa::path(get, path = "/study/makeups", tag = "study", params(MakeupsQuery), responses(
    (status = 200, body = Page<MakeupOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_study_makeups(
    allow: Allow<need::StudyRead>,
    Query(query): Query<MakeupsQuery>,
) -> Result<Json<Page<MakeupOut>>, Problem> {
    let year = year_of(query.year, allow.ctx.now)?;
    Ok(Json(
        makeups::list(&allow.ctx, &allow.scope, year, query.unit).await?,
    ))
}

/// A make-up session.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct MakeupIn {
    district_id: i64,
    #[schema(value_type = String)]
    for_month: Month,
    held_on: Date,
    minutes: u32,
    place: String,
    topic: String,
    speaker: String,
    person_ids: Vec<i64>,
    #[serde(default)]
    note: Option<String>,
}

/// Enters a make-up session; the month's hour is posted at once.
#[utoipa::path(post, path = "/study/makeups", tag = "study", request_body = MakeupIn, responses(
    (status = 200, body = MakeupOut),
    (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_study_makeup(
    allow: Allow<need::StudyMakeup>,
    Json(body): Json<MakeupIn>,
) -> Result<Json<MakeupOut>, Problem> {
    let input = MakeupInput {
        district: UnitId::from(body.district_id),
        makeup: Makeup {
            for_month: body.for_month,
            held_on: body.held_on,
            minutes: body.minutes,
        },
        place: body.place,
        topic: body.topic,
        speaker: body.speaker,
        note: body.note.unwrap_or_default(),
        people: body.person_ids.into_iter().map(PersonId::from).collect(),
    };
    Ok(Json(makeups::add(&allow.ctx, &allow.scope, input).await?))
}

/// Whose month.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CandidatesQuery {
    /// `2024-10`.
    month: String,
    /// A unit and everything below it.
    unit: Option<i64>,
}

/// People who lack a month.
#[utoipa::path(get, path = "/study/makeups/candidates", tag = "study", params(CandidatesQuery), responses(
    (status = 200, body = Vec<CandidateOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_study_makeup_candidates(
    allow: Allow<need::StudyMakeup>,
    Query(query): Query<CandidatesQuery>,
) -> Result<Json<Vec<CandidateOut>>, Problem> {
    let month = month_of(&query.month)?;
    Ok(Json(
        makeups::candidates(&allow.ctx, &allow.scope, month, query.unit).await?,
    ))
}

/// Who is taken off, and why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct RemovalIn {
    person_id: i64,
    reason: String,
}

/// Takes a person off a make-up session; his hour is reversed.
#[utoipa::path(post, path = "/study/makeups/{id}/remove", tag = "study", request_body = RemovalIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn remove_study_makeup_person(
    allow: Allow<need::StudyMakeup>,
    Path(id): Path<i64>,
    Json(body): Json<RemovalIn>,
) -> Result<axum::http::StatusCode, Problem> {
    let person = PersonId::from(body.person_id);
    makeups::remove_person(&allow.ctx, &allow.scope, id, person, &body.reason).await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}
