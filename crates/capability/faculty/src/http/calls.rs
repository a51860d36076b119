//! Calls for contributions.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody};
use chengzhi_kernel::{Date, UnitId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::FacultyVersionIn;
use super::instructors::must;
use crate::domain::courseware::CoursewareKind;
use crate::usecase::calls::{
    CallInput, Contribution, FacultyCallOut, contribute, decide, end, judge, list, open,
};

/// Calls, with the contributions that the caller may see.
#[utoipa::path(get, path = "/faculty/calls", tag = "faculty", responses(
    (status = 200, body = Vec<FacultyCallOut>),
))]
pub(super) async fn list_faculty_calls(
    allow: Allow<need::FacultyRead>,
) -> Result<Json<Vec<FacultyCallOut>>, Problem> {
    Ok(Json(list(&allow.ctx, &allow.scope).await?))
}

/// A call.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyCallIn {
    /// Who calls.
    unit_id: i64,
    title: String,
    /// Kind of courseware.
    kind: String,
    asks: String,
    /// Last day.
    closes_on: Date,
}

/// Opens a call.
#[utoipa::path(post, path = "/faculty/calls", tag = "faculty", request_body = FacultyCallIn, responses(
    (status = 200, body = Vec<FacultyCallOut>),
    (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn open_faculty_call(
    allow: Allow<need::FacultyManage>,
    Json(body): Json<FacultyCallIn>,
) -> Result<Json<Vec<FacultyCallOut>>, Problem> {
    let input = CallInput {
        unit: UnitId::from(body.unit_id),
        title: body.title,
        kind: must("kind", &body.kind, CoursewareKind::from_code)?,
        asks: body.asks,
        closes_on: body.closes_on,
    };
    open(&allow.ctx, &allow.scope, input).await?;
    Ok(Json(list(&allow.ctx, &allow.scope).await?))
}

/// Ends a call's selection.
#[utoipa::path(post, path = "/faculty/calls/{id}/end", tag = "faculty", request_body = FacultyVersionIn, responses(
    (status = 200, body = Vec<FacultyCallOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn end_faculty_call(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyVersionIn>,
) -> Result<Json<Vec<FacultyCallOut>>, Problem> {
    end(&allow.ctx, &allow.scope, id, body.version).await?;
    Ok(Json(list(&allow.ctx, &allow.scope).await?))
}

/// A contribution.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyContributionIn {
    title: String,
    summary: String,
    #[serde(default)]
    link: String,
}

/// Sends a contribution in one's own name.
#[utoipa::path(post, path = "/faculty/calls/{id}/contributions", tag = "faculty", request_body = FacultyContributionIn, responses(
    (status = 200, body = Vec<FacultyCallOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn send_faculty_contribution(
    allow: Allow<need::FacultyRead>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyContributionIn>,
) -> Result<Json<Vec<FacultyCallOut>>, Problem> {
    let input = Contribution {
        title: body.title,
        summary: body.summary,
        link: body.link,
    };
    contribute(&allow.ctx, id, input).await?;
    Ok(Json(list(&allow.ctx, &allow.scope).await?))
}

/// Points for a contribution.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyPointsIn {
    /// Hundredths, 0 to 10000.
    score: i64,
    #[serde(default)]
    note: String,
}

/// Gives points to a contribution.
#[utoipa::path(post, path = "/faculty/contributions/{id}/points", tag = "faculty", request_body = FacultyPointsIn, responses(
    (status = 200, body = Vec<FacultyCallOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn judge_faculty_contribution(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyPointsIn>,
) -> Result<Json<Vec<FacultyCallOut>>, Problem> {
    judge(&allow.ctx, &allow.scope, id, (body.score, &body.note)).await?;
    Ok(Json(list(&allow.ctx, &allow.scope).await?))
}

/// A decision.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FacultyDecisionIn {
    /// True to select.
    select: bool,
    /// Code of its field in the register, when selected.
    #[serde(default)]
    field: String,
    #[serde(default)]
    reason: String,
}

/// Selects a contribution for the register, or refuses it.
#[utoipa::path(post, path = "/faculty/contributions/{id}/decide", tag = "faculty", request_body = FacultyDecisionIn, responses(
    (status = 200, body = Vec<FacultyCallOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn decide_faculty_contribution(
    allow: Allow<need::FacultyManage>,
    Path(id): Path<i64>,
    Json(body): Json<FacultyDecisionIn>,
) -> Result<Json<Vec<FacultyCallOut>>, Problem> {
    let decision = (body.select, body.field.as_str(), body.reason.as_str());
    decide(&allow.ctx, &allow.scope, id, decision).await?;
    Ok(Json(list(&allow.ctx, &allow.scope).await?))
}
