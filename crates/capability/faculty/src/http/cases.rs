//! Cases for district instructors.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query};
use chengzhi_kernel::{Date, UnitId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::usecase::cases::{CaseInput, FacultyCasesOut, hand_out, list, use_case};

/// Which year.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CasesQuery {
    /// This year unless said.
    year: Option<i32>,
}

/// Cases handed out in a year, and who is behind.
#[utoipa::path(get, path = "/faculty/cases", tag = "faculty", params(CasesQuery), responses(
    (status = 200, body = FacultyCasesOut),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn list_faculty_cases(
    allow: Allow<need::FacultyManage>,
    Query(query): Query<CasesQuery>,
) -> Result<Json<FacultyCasesOut>, Problem> {
    Ok(Json(list(&allow.ctx, &allow.scope, query.year).await?))
}

/// A case.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyCaseIn {
    /// Who hands it out.
    unit_id: i64,
    /// District instructors who get it.
    instructors: Vec<i64>,
    handed_on: Date,
    case_no: String,
    title: String,
    /// Code of its field.
    field: String,
    summary: String,
}

/// Hands a case to district instructors.
#[utoipa::path(post, path = "/faculty/cases", tag = "faculty", request_body = FacultyCaseIn, responses(
    (status = 200, body = FacultyCasesOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn hand_out_faculty_case(
    allow: Allow<need::FacultyManage>,
    Json(body): Json<FacultyCaseIn>,
) -> Result<Json<FacultyCasesOut>, Problem> {
    let input = CaseInput {
        unit: UnitId::from(body.unit_id),
        instructors: body.instructors,
        handed_on: body.handed_on,
        case_no: body.case_no,
        title: body.title,
        field: body.field,
        summary: body.summary,
    };
    hand_out(&allow.ctx, &allow.scope, input).await?;
    Ok(Json(list(&allow.ctx, &allow.scope, None).await?))
}

/// Where a case was used.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyCaseUseIn {
    /// Course.
    courseware_id: i64,
    /// Day.
    on: Date,
}

/// Says in which course a case was used.
#[utoipa::path(post, path = "/faculty/cases/{id}/use", tag = "faculty", request_body = FacultyCaseUseIn, responses(
    (status = 200, body = FacultyCasesOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn use_faculty_case(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyCaseUseIn>,
) -> Result<Json<FacultyCasesOut>, Problem> {
    use_case(&allow.ctx, &allow.scope, id, (body.courseware_id, body.on)).await?;
    Ok(Json(list(&allow.ctx, &allow.scope, None).await?))
}
