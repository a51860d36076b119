//! The register of instructors.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Paging, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::{PersonId, UnitId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::FacultyMadeOut;
use crate::domain::instructor::{Kind, State};
use crate::store::instructors::Wanted;
use crate::usecase::bad_field;
use crate::usecase::instructor_out::{FacultyInstructorPageOut, FacultyInstructorsOut};
use crate::usecase::instructor_page::view;
use crate::usecase::instructors::{Filter, Nomination, Particulars, correct, list, nominate};

/// Which instructors.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct InstructorsQuery {
    /// `city`, `district`, `part_time`, `practice`, `office_head`, `external`, `drill`.
    kind: Option<String>,
    /// `nominated`, `tried`, `appointed`, `refused`, `withdrawn`, `released`.
    state: Option<String>,
    /// Code of a field.
    field: Option<String>,
    /// Part of name, number, organisation or title.
    text: Option<String>,
    /// A unit and everything below it.
    unit: Option<i64>,
}

/// Reads an optional code.
pub(super) fn code<T>(
    field: &str,
    text: Option<String>,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    match text.filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => read(&text)
            .map(Some)
            .ok_or_else(|| bad_field(field, "选项不在目录内，请重新选择。")),
    }
}

/// Reads a code that must be there.
pub(super) fn must<T>(
    field: &str,
    text: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<T, Problem> {
    read(text).ok_or_else(|| bad_field(field, "选项不在目录内，请重新选择。"))
}

/// Instructors: those of the caller's units, serving ones of his bureau, and the city's.
#[utoipa::path(get, path = "/faculty/instructors", tag = "faculty", params(InstructorsQuery, Paging), responses(
    (status = 200, body = FacultyInstructorsOut),
    (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn list_faculty_instructors(
    allow: Allow<need::FacultyRead>,
    Query(query): Query<InstructorsQuery>,
    Query(paging): Query<Paging>,
) -> Result<Json<FacultyInstructorsOut>, Problem> {
    let filter = Filter {
        wanted: Wanted {
            kind: code("kind", query.kind, Kind::from_code)?,
            state: code("state", query.state, State::from_code)?,
            field: query.field,
            text: query.text,
        },
        unit: query.unit,
    };
    Ok(Json(list(&allow.ctx, &allow.scope, &filter, paging).await?))
}

/// A proposal.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyNominationIn {
    /// As what.
    kind: String,
    /// Who proposes.
    unit_id: i64,
    /// The officer; none for a guest.
    person_id: Option<i64>,
    /// A guest's name.
    #[serde(default)]
    name: String,
    /// A guest's organisation.
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    contact: String,
    /// Codes of what he can teach.
    fields: Vec<String>,
    #[serde(default)]
    intro: String,
    #[serde(default)]
    reason: String,
}

/// Proposes an instructor.
#[utoipa::path(post, path = "/faculty/instructors", tag = "faculty", request_body = FacultyNominationIn, responses(
    (status = 200, body = FacultyMadeOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn nominate_faculty_instructor(
    allow: Allow<need::FacultyNominate>,
    Json(body): Json<FacultyNominationIn>,
) -> Result<Json<FacultyMadeOut>, Problem> {
    let input = Nomination {
        kind: must("kind", &body.kind, Kind::from_code)?,
        unit: UnitId::from(body.unit_id),
        person: body.person_id.map(PersonId::from),
        name: body.name,
        organisation: body.organisation,
        title: body.title,
        contact: body.contact,
        fields: body.fields,
        intro: body.intro,
        reason: body.reason,
    };
    let id = nominate(&allow.ctx, &allow.scope, input).await?;
    Ok(Json(FacultyMadeOut { id }))
}

/// An instructor's page.
#[utoipa::path(get, path = "/faculty/instructors/{id}", tag = "faculty", responses(
    (status = 200, body = FacultyInstructorPageOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_faculty_instructor(
    allow: Allow<need::FacultyRead>,
    Path(id): Path<i64>,
) -> Result<Json<FacultyInstructorPageOut>, Problem> {
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Particulars.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyParticularsIn {
    /// `version` as read.
    version: i64,
    #[serde(default)]
    title: String,
    #[serde(default)]
    contact: String,
    /// Codes of what he can teach.
    fields: Vec<String>,
    #[serde(default)]
    intro: String,
    /// A video in use.
    micro_video_id: Option<i64>,
}

/// Corrects an instructor's particulars.
#[utoipa::path(put, path = "/faculty/instructors/{id}", tag = "faculty", request_body = FacultyParticularsIn, responses(
    (status = 200, body = FacultyInstructorPageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn change_faculty_instructor(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyParticularsIn>,
) -> Result<Json<FacultyInstructorPageOut>, Problem> {
    let input = Particulars {
        version: body.version,
        title: body.title,
        contact: body.contact,
        fields: body.fields,
        intro: body.intro,
        micro_video: body.micro_video_id,
    };
    correct(&allow.ctx, &allow.scope, id, input).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}
