//! The day of the exam: board, conduct, absences, reports.

use axum::Extension;
use axum::http::StatusCode;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, SignedIn};
use serde::Deserialize;
use utoipa::ToSchema;

use super::sitting::InRoom;
use crate::usecase::attempts_out::{self, ExamAttemptsOut};
use crate::usecase::board::{self, ExamBoardOut};
use crate::usecase::conduct;
use crate::usecase::report::{self, ExamReportsOut};
use crate::usecase::sitting::Order;

/// 监考看板
#[utoipa::path(get, path = "/exam-sessions/{id}/board", tag = "exams", responses(
    (status = 200, body = ExamBoardOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn get_exam_board(
    SignedIn(ctx): SignedIn,
    Path(id): Path<i64>,
) -> Result<Json<ExamBoardOut>, Problem> {
    Ok(Json(board::board(&ctx, id).await?))
}

/// 考生表现
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamConductIn {
    /// 代码
    code: String,
    /// 说明
    #[serde(default)]
    note: String,
}

/// 记录考生表现
#[utoipa::path(post, path = "/exam-sessions/{id}/candidates/{candidate}/conduct", tag = "exams",
    request_body = ExamConductIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn note_exam_conduct(
    SignedIn(ctx): SignedIn,
    Path((id, candidate)): Path<(i64, i64)>,
    Json(body): Json<ExamConductIn>,
) -> Result<StatusCode, Problem> {
    conduct::note(&ctx, id, candidate, &body.code, &body.note).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 撤回表现记录
#[utoipa::path(post, path = "/exam-sessions/{id}/conduct/{note}/withdraw", tag = "exams", responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn withdraw_exam_conduct(
    SignedIn(ctx): SignedIn,
    Path((id, note)): Path<(i64, i64)>,
) -> Result<StatusCode, Problem> {
    conduct::withdraw(&ctx, id, note).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 缺考登记
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamAbsenceIn {
    /// present、leave、away
    absence: String,
    /// 事由
    #[serde(default)]
    note: String,
}

/// 登记请假、缺考
#[utoipa::path(put, path = "/exam-sessions/{id}/candidates/{candidate}/absence", tag = "exams",
    request_body = ExamAbsenceIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn note_exam_absence(
    SignedIn(ctx): SignedIn,
    Path((id, candidate)): Path<(i64, i64)>,
    Json(body): Json<ExamAbsenceIn>,
) -> Result<StatusCode, Problem> {
    conduct::absence(&ctx, id, candidate, &body.absence, &body.note).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 取消成绩
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamExcludeIn {
    /// 原因；为空则恢复
    #[serde(default)]
    reason: String,
}

/// 取消或恢复考生成绩
#[utoipa::path(put, path = "/exam-sessions/{id}/candidates/{candidate}/exclusion", tag = "exams",
    request_body = ExamExcludeIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn exclude_exam_candidate(
    allow: Allow<need::ExamManage>,
    Path((id, candidate)): Path<(i64, i64)>,
    Json(body): Json<ExamExcludeIn>,
) -> Result<StatusCode, Problem> {
    conduct::exclude(&allow.ctx, id, candidate, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 计时
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamOrderIn {
    /// true为暂停，false为继续
    pause: bool,
}

/// 暂停或继续一名考生的计时
#[utoipa::path(post, path = "/exam-sessions/{id}/candidates/{candidate}/clock", tag = "exams",
    request_body = ExamOrderIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 503, body = ProblemBody),
))]
pub(super) async fn order_exam_candidate(
    SignedIn(ctx): SignedIn,
    Extension(room): InRoom,
    Path((id, candidate)): Path<(i64, i64)>,
    Json(body): Json<ExamOrderIn>,
) -> Result<StatusCode, Problem> {
    let order = if body.pause {
        Order::Pause
    } else {
        Order::Resume
    };
    conduct::order(&ctx, &room, id, candidate, order).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 各区局的考试情况
#[utoipa::path(get, path = "/exam-sessions/{id}/reports", tag = "exams", responses(
    (status = 200, body = ExamReportsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn list_exam_reports(
    allow: Allow<need::ExamRead>,
    Path(id): Path<i64>,
) -> Result<Json<ExamReportsOut>, Problem> {
    Ok(Json(report::list(&allow.ctx, &allow.scope, id).await?))
}

/// 考试情况
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamReportIn {
    /// 区局
    district_id: i64,
    /// 情况
    incidents: String,
}

/// 反馈考试情况
#[utoipa::path(put, path = "/exam-sessions/{id}/reports", tag = "exams", request_body = ExamReportIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn hand_in_exam_report(
    allow: Allow<need::ExamReview>,
    Path(id): Path<i64>,
    Json(body): Json<ExamReportIn>,
) -> Result<StatusCode, Problem> {
    report::hand_in(&allow.ctx, id, body.district_id, &body.incidents).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 各考生的历次作答
#[utoipa::path(get, path = "/exam-sessions/{id}/attempts", tag = "exams", responses(
    (status = 200, body = ExamAttemptsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn list_exam_attempts(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
) -> Result<Json<ExamAttemptsOut>, Problem> {
    Ok(Json(attempts_out::list(&allow.ctx, id).await?))
}
