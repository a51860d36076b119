//! Who sits: the range, people named, review, special arrangements.

use axum::http::StatusCode;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Page, Paging, Path, Problem, ProblemBody, Query};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::sessions::ExamVersionIn;

use crate::usecase::range::{self, ExamRangeOut};
use crate::usecase::review::{self, CandidateFilter, ExamCandidateOut, Needs};

/// 划定考试范围，含上场不合格和缺考人员
#[utoipa::path(post, path = "/exam-sessions/{id}/range", tag = "exams", request_body = ExamVersionIn, responses(
    (status = 200, body = ExamRangeOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn draw_exam_range(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamVersionIn>,
) -> Result<Json<ExamRangeOut>, Problem> {
    Ok(Json(range::draw_range(&allow.ctx, id, body.version).await?))
}

/// 考生筛选
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ExamCandidateQuery {
    /// 状态
    state: Option<String>,
    /// 区局
    district: Option<i64>,
    /// 姓名或工号
    search: Option<String>,
    /// 页
    #[param(minimum = 1)]
    page: Option<i64>,
    /// 每页
    #[param(minimum = 1, maximum = 500)]
    size: Option<i64>,
}

/// 考生名单
#[utoipa::path(get, path = "/exam-sessions/{id}/candidates", tag = "exams", params(ExamCandidateQuery), responses(
    (status = 200, body = Page<ExamCandidateOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_exam_candidates(
    allow: Allow<need::ExamRead>,
    Path(id): Path<i64>,
    Query(query): Query<ExamCandidateQuery>,
) -> Result<Json<Page<ExamCandidateOut>>, Problem> {
    let filter = CandidateFilter {
        state: query.state,
        district: query.district,
        search: query.search,
    };
    let paging = Paging {
        page: query.page,
        size: query.size,
    };
    Ok(Json(
        review::list(&allow.ctx, &allow.scope, id, &filter, paging).await?,
    ))
}

/// 个别指定
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamNameIn {
    /// 工号
    staff_nos: Vec<String>,
}

/// 个别指定考生
#[utoipa::path(post, path = "/exam-sessions/{id}/candidates", tag = "exams", request_body = ExamNameIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn name_exam_candidates(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamNameIn>,
) -> Result<StatusCode, Problem> {
    review::name(&allow.ctx, id, &body.staff_nos).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 审核考生
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamDecideIn {
    /// 考生
    ids: Vec<i64>,
    /// confirm、leave_out、recall
    event: String,
    /// 不列入的原因
    #[serde(default)]
    reason: String,
}

/// 审核考生
#[utoipa::path(post, path = "/exam-sessions/{id}/candidates/decide", tag = "exams", request_body = ExamDecideIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn decide_exam_candidates(
    allow: Allow<need::ExamReview>,
    Path(id): Path<i64>,
    Json(body): Json<ExamDecideIn>,
) -> Result<StatusCode, Problem> {
    review::decide(&allow.ctx, id, &body.ids, &body.event, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 考生的特别安排
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamNeedsIn {
    /// 延长的分钟数
    extra_minutes: u32,
    /// 无障碍考场
    accessible: bool,
    /// 原因
    #[serde(default)]
    note: String,
}

/// 延长时间、无障碍考场
#[utoipa::path(put, path = "/exam-sessions/{id}/candidates/{candidate}", tag = "exams", request_body = ExamNeedsIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn grant_exam_candidate(
    allow: Allow<need::ExamReview>,
    Path((id, candidate)): Path<(i64, i64)>,
    Json(body): Json<ExamNeedsIn>,
) -> Result<StatusCode, Problem> {
    let needs = Needs {
        extra_minutes: body.extra_minutes,
        accessible: body.accessible,
        note: body.note,
    };
    review::grant(&allow.ctx, id, candidate, needs).await?;
    Ok(StatusCode::NO_CONTENT)
}
