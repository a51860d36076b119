//! The courseware register.

use std::collections::BTreeMap;

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Paging, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::UnitId;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::instructors::{code, must};
use super::{FacultyMadeOut, FacultyReasonIn, FacultyVersionIn};
use crate::domain::courseware::{CoursewareKind, CoursewareState};
use crate::store::courseware::{LawRef, Wanted};
use crate::usecase::courseware::{CoursewareInput, list, save};
use crate::usecase::courseware_life::{release, supersede, withdraw};
use crate::usecase::courseware_out::{FacultyCoursewarePageOut, FacultyCoursewaresOut, FacultyLaw};
use crate::usecase::courseware_page::view;
use crate::usecase::files::attach;

/// Which courseware.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CoursewareQuery {
    /// Kind.
    kind: Option<String>,
    /// `draft`, `in_use`, `superseded`, `withdrawn`.
    state: Option<String>,
    /// Code of a field.
    field: Option<String>,
    /// Part of title, summary, author, or of a law it rests on.
    text: Option<String>,
    /// A unit and everything below it.
    unit: Option<i64>,
}

/// Courseware: that of the caller's units, and all in use.
#[utoipa::path(get, path = "/faculty/courseware", tag = "faculty", params(CoursewareQuery, Paging), responses(
    (status = 200, body = FacultyCoursewaresOut),
    (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn list_faculty_courseware(
    allow: Allow<need::FacultyRead>,
    Query(query): Query<CoursewareQuery>,
    Query(paging): Query<Paging>,
) -> Result<Json<FacultyCoursewaresOut>, Problem> {
    let wanted = Wanted {
        kind: code("kind", query.kind, CoursewareKind::from_code)?,
        state: code("state", query.state, CoursewareState::from_code)?,
        field: query.field,
        text: query.text,
    };
    let found = list(&allow.ctx, &allow.scope, &wanted, query.unit, paging).await?;
    Ok(Json(found))
}

/// A version.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyCoursewareIn {
    /// `version` as read; 0 for a new one.
    version: i64,
    /// Who keeps it.
    unit_id: i64,
    kind: String,
    title: String,
    /// Code of its field.
    field: String,
    #[serde(default)]
    summary: String,
    /// Content by block.
    #[serde(default)]
    blocks: BTreeMap<String, String>,
    #[serde(default)]
    author: String,
    /// The instructor whose it is.
    instructor_id: Option<i64>,
    /// The group that developed it.
    group_id: Option<i64>,
    /// Length of a film.
    minutes: Option<i64>,
    #[serde(default)]
    link: String,
    /// Articles it rests on.
    #[serde(default)]
    laws: Vec<FacultyLaw>,
}

impl FacultyCoursewareIn {
    fn input(self) -> Result<CoursewareInput, Problem> {
        Ok(CoursewareInput {
            version: self.version,
            unit: UnitId::from(self.unit_id),
            kind: must("kind", &self.kind, CoursewareKind::from_code)?,
            title: self.title,
            field: self.field,
            summary: self.summary,
            blocks: self.blocks.into_iter().collect(),
            author: self.author,
            instructor: self.instructor_id,
            group: self.group_id,
            minutes: self.minutes,
            link: self.link,
            laws: self
                .laws
                .into_iter()
                .map(|law| LawRef {
                    law: law.law,
                    article: law.article,
                    edition: law.edition,
                })
                .collect(),
        })
    }
}

/// Enters a draft.
#[utoipa::path(post, path = "/faculty/courseware", tag = "faculty", request_body = FacultyCoursewareIn, responses(
    (status = 200, body = FacultyMadeOut),
    (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn add_faculty_courseware(
    allow: Allow<need::FacultyNominate>,
    Json(body): Json<FacultyCoursewareIn>,
) -> Result<Json<FacultyMadeOut>, Problem> {
    let id = save(&allow.ctx, &allow.scope, None, body.input()?).await?;
    Ok(Json(FacultyMadeOut { id }))
}

/// A version's page.
#[utoipa::path(get, path = "/faculty/courseware/{id}", tag = "faculty", responses(
    (status = 200, body = FacultyCoursewarePageOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_faculty_courseware(
    allow: Allow<need::FacultyRead>,
    Path(id): Path<i64>,
) -> Result<Json<FacultyCoursewarePageOut>, Problem> {
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Changes a draft.
#[utoipa::path(put, path = "/faculty/courseware/{id}", tag = "faculty", request_body = FacultyCoursewareIn, responses(
    (status = 200, body = FacultyCoursewarePageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_faculty_courseware(
    allow: Allow<need::FacultyNominate>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyCoursewareIn>,
) -> Result<Json<FacultyCoursewarePageOut>, Problem> {
    save(&allow.ctx, &allow.scope, Some(id), body.input()?).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// A whole upload.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyFileIn {
    /// `version` as read.
    version: i64,
    /// Id of the upload.
    upload_id: String,
}

/// Takes a whole upload as the file of a draft.
#[utoipa::path(put, path = "/faculty/courseware/{id}/file", tag = "faculty", request_body = FacultyFileIn, responses(
    (status = 200, body = FacultyCoursewarePageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn attach_faculty_file(
    allow: Allow<need::FacultyNominate>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyFileIn>,
) -> Result<Json<FacultyCoursewarePageOut>, Problem> {
    attach(&allow.ctx, &allow.scope, id, body.version, &body.upload_id).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Puts a draft into use.
#[utoipa::path(post, path = "/faculty/courseware/{id}/release", tag = "faculty", request_body = FacultyVersionIn, responses(
    (status = 200, body = FacultyCoursewarePageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn release_faculty_courseware(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyVersionIn>,
) -> Result<Json<FacultyCoursewarePageOut>, Problem> {
    release(&allow.ctx, &allow.scope, id, body.version).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}

/// Begins a new version of what is in use.
#[utoipa::path(post, path = "/faculty/courseware/{id}/supersede", tag = "faculty", request_body = FacultyVersionIn, responses(
    (status = 200, body = FacultyMadeOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn supersede_faculty_courseware(
    allow: Allow<need::FacultyNominate>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyVersionIn>,
) -> Result<Json<FacultyMadeOut>, Problem> {
    let id = supersede(&allow.ctx, &allow.scope, id, body.version).await?;
    Ok(Json(FacultyMadeOut { id }))
}

/// Takes a version out of use.
#[utoipa::path(post, path = "/faculty/courseware/{id}/withdraw", tag = "faculty", request_body = FacultyReasonIn, responses(
    (status = 200, body = FacultyCoursewarePageOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn withdraw_faculty_courseware(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyReasonIn>,
) -> Result<Json<FacultyCoursewarePageOut>, Problem> {
    withdraw(&allow.ctx, &allow.scope, id, body.version, &body.reason).await?;
    Ok(Json(view(&allow.ctx, &allow.scope, id).await?))
}
