//! Requests for topics.

use axum::http::StatusCode;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::usecase::request_answer::{Decision, decide};
use crate::usecase::request_ask::{self, RequestInput};
use crate::usecase::requests::{ClassRequestsOut, list};

/// Which year.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RequestsQuery {
    /// This year unless said.
    year: Option<i32>,
}

/// Topics asked for, open ones and most seconded first, with what became of each.
#[utoipa::path(get, path = "/classes/requests", tag = "classes", params(RequestsQuery), responses(
    (status = 200, body = ClassRequestsOut),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn list_class_requests(
    allow: Allow<need::ClassOwn>,
    Query(query): Query<RequestsQuery>,
) -> Result<Json<ClassRequestsOut>, Problem> {
    Ok(Json(list(&allow.ctx, &allow.scope, query.year).await?))
}

/// A topic.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassRequestIn {
    /// This year unless said.
    year: Option<i32>,
    /// Code of a field of law; empty for anything else.
    #[serde(default)]
    field: String,
    topic: String,
    /// What is missing.
    reason: String,
}

/// Asks for a topic.
#[utoipa::path(post, path = "/classes/requests", tag = "classes", request_body = ClassRequestIn, responses(
    (status = 200, body = ClassRequestsOut),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn ask_class_request(
    allow: Allow<need::ClassAsk>,
    Json(body): Json<ClassRequestIn>,
) -> Result<Json<ClassRequestsOut>, Problem> {
    let input = RequestInput {
        year: body.year,
        field: body.field,
        topic: body.topic,
        reason: body.reason,
    };
    request_ask::ask(&allow.ctx, input).await?;
    Ok(Json(list(&allow.ctx, &allow.scope, body.year).await?))
}

/// Notes that the caller has seen the answers to his requests.
#[utoipa::path(post, path = "/classes/requests/seen", tag = "classes", responses((status = 204)))]
pub(super) async fn see_class_requests(
    allow: Allow<need::ClassAsk>,
) -> Result<StatusCode, Problem> {
    request_ask::seen(&allow.ctx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A voice.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassVoteIn {
    /// Seconds it; else no longer.
    yes: bool,
}

/// Seconds a request, or no longer.
#[utoipa::path(post, path = "/classes/requests/{id}/vote", tag = "classes", request_body = ClassVoteIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn vote_class_request(
    allow: Allow<need::ClassOwn>,
    Path(id): Path<i64>,
    Json(body): Json<ClassVoteIn>,
) -> Result<StatusCode, Problem> {
    request_ask::vote(&allow.ctx, &allow.scope, id, body.yes).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Taking the own request back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassRequestBackIn {
    /// `version` as read.
    version: i64,
    #[serde(default)]
    note: String,
}

/// Takes the own request back.
#[utoipa::path(post, path = "/classes/requests/{id}/withdraw", tag = "classes", request_body = ClassRequestBackIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn withdraw_class_request(
    allow: Allow<need::ClassAsk>,
    Path(id): Path<i64>,
    Json(body): Json<ClassRequestBackIn>,
) -> Result<StatusCode, Problem> {
    request_ask::withdraw(&allow.ctx, &allow.scope, id, body.version, &body.note).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What becomes of a request.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ClassRequestDecisionIn {
    /// `version` as read.
    version: i64,
    /// `adopt`, `decline`, `merge`.
    act: String,
    /// Programme that takes it up; without programme and course a new one is made.
    programme_id: Option<i64>,
    /// Course of a class that takes it up.
    course_id: Option<i64>,
    /// Request that it goes into.
    request_id: Option<i64>,
    /// Needed to decline.
    #[serde(default)]
    note: String,
}

impl ClassRequestDecisionIn {
    fn decision(&self) -> Result<Decision, Problem> {
        match (self.act.as_str(), self.programme_id, self.course_id) {
            ("adopt", None, None) => Ok(Decision::New),
            ("adopt", Some(programme), None) => Ok(Decision::Into(programme)),
            ("adopt", None, Some(course)) => Ok(Decision::Course(course)),
            ("adopt", Some(_), Some(_)) => Err(Problem::field(
                "course_id",
                "请在计划项目和培训班课程中选择一个。",
            )),
            ("decline", ..) => Ok(Decision::Decline),
            ("merge", ..) => self
                .request_id
                .map(Decision::Merge)
                .ok_or_else(|| Problem::field("request_id", "请选择要并入的需求。")),
            _ => Err(Problem::field("act", "选项有误，请刷新页面后重新选择。")),
        }
    }
}

/// Takes a request up into a programme or a course, declines it, or puts it into another one.
#[utoipa::path(post, path = "/classes/requests/{id}/decide", tag = "classes", request_body = ClassRequestDecisionIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn decide_class_request(
    allow: Allow<need::ClassManage>,
    Path(id): Path<i64>,
    Json(body): Json<ClassRequestDecisionIn>,
) -> Result<StatusCode, Problem> {
    let what = body.decision()?;
    decide(&allow.ctx, &allow.scope, id, body.version, what, &body.note).await?;
    Ok(StatusCode::NO_CONTENT)
}
