//! Bases, rooms and smart classrooms.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::{Date, UnitId};
use chengzhi_rules::Grade;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::instructors::{code, must};
use super::{FacultyMadeOut, FacultyReasonIn, FacultyVersionIn};
use crate::domain::place::{PlaceKind, PlaceState};
use crate::store::places::Wanted;
use crate::usecase::base_checks::{CheckInput, apply, check};
use crate::usecase::grades::{FacultyStandardOut, confirm, self_assess, standard};
use crate::usecase::places::{PlaceInput, list, save, view, withdraw};
use crate::usecase::places_out::{FacultyPlacePageOut, FacultyPlacesOut};

/// Which places.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PlacesQuery {
    /// `base`, `room`, `smart_classroom`.
    kind: Option<String>,
    /// `planned`, `applied`, `in_use`, `withdrawn`.
    state: Option<String>,
    /// Part of name or address.
    text: Option<String>,
    /// A unit and everything below it.
    unit: Option<i64>,
}

/// Places: those of the caller's units, and all in use.
#[utoipa::path(get, path = "/faculty/places", tag = "faculty", params(PlacesQuery), responses(
    (status = 200, body = FacultyPlacesOut),
    (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn list_faculty_places(
    allow: Allow<need::FacultyRead>,
    Query(query): Query<PlacesQuery>,
) -> Result<Json<FacultyPlacesOut>, Problem> {
    let wanted = Wanted {
        kind: code("kind", query.kind, PlaceKind::from_code)?,
        state: code("state", query.state, PlaceState::from_code)?,
        text: query.text,
    };
    Ok(Json(
        list(&allow.ctx, &allow.scope, &wanted, query.unit).await?,
    ))
}

/// A place.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyPlaceIn {
    /// `version` as read; 0 for a new one.
    version: i64,
    /// `base`, `room`, `smart_classroom`.
    kind: String,
    /// Who keeps it.
    unit_id: i64,
    /// The base a room belongs to.
    base_id: Option<i64>,
    name: String,
    #[serde(default)]
    address: String,
    /// People, 1 to 10000.
    capacity: i64,
    #[serde(default)]
    contact: String,
    #[serde(default)]
    features: String,
    /// The base's excellent course.
    course_id: Option<i64>,
}

impl FacultyPlaceIn {
    fn input(self) -> Result<PlaceInput, Problem> {
        Ok(PlaceInput {
            version: self.version,
            kind: must("kind", &self.kind, PlaceKind::from_code)?,
            unit: UnitId::from(self.unit_id),
            base: self.base_id,
            name: self.name,
            address: self.address,
            capacity: self.capacity,
            contact: self.contact,
            features: self.features,
            course: self.course_id,
        })
    }
}

/// Enters a place.
#[utoipa::path(post, path = "/faculty/places", tag = "faculty", request_body = FacultyPlaceIn, responses(
    (status = 200, body = FacultyMadeOut),
    (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_faculty_place(
    allow: Allow<need::FacultyManage>,
    Json(body): Json<FacultyPlaceIn>,
) -> Result<Json<FacultyMadeOut>, Problem> {
    let id = save(&allow.ctx, &allow.scope, None, body.input()?).await?;
    Ok(Json(FacultyMadeOut { id }))
}

/// A place's page.
#[utoipa::path(get, path = "/faculty/places/{id}", tag = "faculty", responses(
    (status = 200, body = FacultyPlacePageOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_faculty_place(
    allow: Allow<need::FacultyRead>,
    Path(id): Path<i64>,
) -> Result<Json<FacultyPlacePageOut>, Problem> {
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Changes a place.
#[utoipa::path(put, path = "/faculty/places/{id}", tag = "faculty", request_body = FacultyPlaceIn, responses(
    (status = 200, body = FacultyPlacePageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_faculty_place(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyPlaceIn>,
) -> Result<Json<FacultyPlacePageOut>, Problem> {
    save(&allow.ctx, &allow.scope, Some(id), body.input()?).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Asks for a base's score on site.
#[utoipa::path(post, path = "/faculty/places/{id}/apply", tag = "faculty", request_body = FacultyVersionIn, responses(
    (status = 200, body = FacultyPlacePageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn apply_faculty_base(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyVersionIn>,
) -> Result<Json<FacultyPlacePageOut>, Problem> {
    apply(&allow.ctx, &allow.scope, id, body.version).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// A check on site.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyCheckIn {
    /// `version` as read.
    version: i64,
    held_on: Date,
    /// Hundredths, 0 to 10000.
    score: i64,
    #[serde(default)]
    judges: String,
    #[serde(default)]
    note: String,
}

/// Scores a base on site, or rechecks one in use.
#[utoipa::path(post, path = "/faculty/places/{id}/checks", tag = "faculty", request_body = FacultyCheckIn, responses(
    (status = 200, body = FacultyPlacePageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn check_faculty_base(
    allow: Allow<need::FacultyAppoint>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyCheckIn>,
) -> Result<Json<FacultyPlacePageOut>, Problem> {
    let input = CheckInput {
        version: body.version,
        held_on: body.held_on,
        score: body.score,
        judges: body.judges,
        note: body.note,
    };
    check(&allow.ctx, &allow.scope, id, input).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Evidence for an item of the standard.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyEvidenceIn {
    code: String,
    evidence: String,
}

/// Answers to the standard.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyAssessIn {
    /// `version` as read.
    version: i64,
    /// Items that are met.
    answers: Vec<FacultyEvidenceIn>,
}

/// Answers the standard for a smart classroom.
#[utoipa::path(put, path = "/faculty/places/{id}/grade", tag = "faculty", request_body = FacultyAssessIn, responses(
    (status = 200, body = FacultyPlacePageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn assess_faculty_classroom(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyAssessIn>,
) -> Result<Json<FacultyPlacePageOut>, Problem> {
    let answers = body
        .answers
        .into_iter()
        .map(|answer| (answer.code, answer.evidence))
        .collect();
    self_assess(&allow.ctx, &allow.scope, id, body.version, answers).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// The city's word on a grade.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyGradeIn {
    /// `version` as read.
    version: i64,
    /// `basic`, `intermediate`, `advanced`; none sends it back.
    grade: Option<String>,
    /// Day.
    on: Date,
    #[serde(default)]
    note: String,
}

/// Confirms a smart classroom's grade, or sends it back.
#[utoipa::path(post, path = "/faculty/places/{id}/grade/confirm", tag = "faculty", request_body = FacultyGradeIn, responses(
    (status = 200, body = FacultyPlacePageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn confirm_faculty_grade(
    allow: Allow<need::FacultyAppoint>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyGradeIn>,
) -> Result<Json<FacultyPlacePageOut>, Problem> {
    let grade = code("grade", body.grade, Grade::from_code)?;
    let judged = (grade, body.on, body.note.as_str());
    confirm(&allow.ctx, &allow.scope, id, body.version, judged).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Takes a place out of use.
#[utoipa::path(post, path = "/faculty/places/{id}/withdraw", tag = "faculty", request_body = FacultyReasonIn, responses(
    (status = 200, body = FacultyPlacePageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn withdraw_faculty_place(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyReasonIn>,
) -> Result<Json<FacultyPlacePageOut>, Problem> {
    withdraw(&allow.ctx, &allow.scope, id, body.version, &body.reason).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// The standard of smart classrooms in three grades.
#[utoipa::path(get, path = "/faculty/classroom-standard", tag = "faculty", responses(
    (status = 200, body = FacultyStandardOut),
))]
pub(super) async fn get_faculty_standard(
    _allow: Allow<need::FacultyRead>,
) -> Result<Json<FacultyStandardOut>, Problem> {
    Ok(Json(standard()))
}
