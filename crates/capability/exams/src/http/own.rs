//! What concerns the caller as a candidate, before and after the sitting.

use axum::http::StatusCode;
use chengzhi_http::{Json, Path, Problem, ProblemBody, SignedIn};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::usecase::again::{self, OwnNextAttemptOut};
use crate::usecase::objections;
use crate::usecase::own_results::{self, OwnExamSessionOut, OwnResultOut};

/// 本人参加的考试（从范围到成绩）
#[utoipa::path(get, path = "/exams/me/sessions", tag = "exams", responses((status = 200, body = Vec<OwnExamSessionOut>)))]
pub(super) async fn list_own_exam_sessions(
    SignedIn(ctx): SignedIn,
) -> Result<Json<Vec<OwnExamSessionOut>>, Problem> {
    Ok(Json(own_results::list(&ctx).await?))
}

/// 本人成绩
#[utoipa::path(get, path = "/exams/me/sessions/{id}/result", tag = "exams", responses(
    (status = 200, body = OwnResultOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn get_own_exam_result(
    SignedIn(ctx): SignedIn,
    Path(id): Path<i64>,
) -> Result<Json<OwnResultOut>, Problem> {
    Ok(Json(own_results::view(&ctx, id).await?))
}

/// 异议
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ExamObjectionIn {
    /// 试题；不填为对成绩的异议
    #[serde(default)]
    question: Option<i64>,
    /// 内容
    text: String,
}

/// 对成绩提出异议
#[utoipa::path(post, path = "/exams/me/sessions/{id}/objections", tag = "exams", request_body = ExamObjectionIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn object_to_exam_result(
    SignedIn(ctx): SignedIn,
    Path(id): Path<i64>,
    Json(body): Json<ExamObjectionIn>,
) -> Result<StatusCode, Problem> {
    objections::object(&ctx, id, body.question, &body.text).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 再做一次：按规则还有次数时，另发一份卷
#[utoipa::path(post, path = "/exams/me/sessions/{id}/attempts", tag = "exams", responses(
    (status = 200, body = OwnNextAttemptOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn begin_exam_again(
    SignedIn(ctx): SignedIn,
    Path(id): Path<i64>,
) -> Result<Json<OwnNextAttemptOut>, Problem> {
    Ok(Json(again::begin(&ctx, id).await?))
}
