//! Sessions before the exam: words, lists, new, changed, cancelled.

use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, SignedIn};
use chengzhi_kernel::{Date, Timestamp, UnitId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::range::Rule;
use crate::usecase::session_list::{self, ExamSessionsOut};
use crate::usecase::session_out::{self, ExamSessionOut};
use crate::usecase::sessions::{self, SessionInput};
use crate::usecase::words::{ExamWordsOut, all_words};

/// 考试用词
#[utoipa::path(get, path = "/exam-words", tag = "exams", responses((status = 200, body = ExamWordsOut)))]
pub(super) async fn list_exam_words(_signed_in: SignedIn) -> Result<Json<ExamWordsOut>, Problem> {
    Ok(Json(all_words()))
}

/// 考试场次
#[utoipa::path(get, path = "/exam-sessions", tag = "exams", responses((status = 200, body = ExamSessionsOut)))]
pub(super) async fn list_exam_sessions(
    SignedIn(ctx): SignedIn,
) -> Result<Json<ExamSessionsOut>, Problem> {
    Ok(Json(session_list::list(&ctx).await?))
}

/// 场次
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamSessionIn {
    /// 类型
    exam_type: String,
    /// 等级；不填为不分等级
    #[serde(default)]
    level: String,
    /// 批次月份
    #[serde(default)]
    month: Option<u32>,
    /// 名称
    title: String,
    /// 所属，如 class:12
    #[serde(default)]
    about: String,
    /// 方式
    mode: String,
    /// 开考
    #[schema(value_type = String, format = DateTime)]
    opens_at: Timestamp,
    /// 停止入场
    #[schema(value_type = String, format = DateTime)]
    last_start_at: Timestamp,
    /// 结束
    #[schema(value_type = String, format = DateTime)]
    closes_at: Timestamp,
    /// 时长（分钟）
    minutes: u32,
    /// 可作答次数；不填按用途的规则
    #[serde(default)]
    attempts: Option<u32>,
    /// 人员审核截止日
    review_until: Date,
    /// 范围
    #[serde(default)]
    #[schema(value_type = Object)]
    range: Rule,
}

impl From<ExamSessionIn> for SessionInput {
    fn from(body: ExamSessionIn) -> Self {
        SessionInput {
            exam_type: body.exam_type,
            level: body.level,
            month: body.month,
            title: body.title,
            about: body.about,
            mode: body.mode,
            opens: body.opens_at,
            last_start: body.last_start_at,
            closes: body.closes_at,
            minutes: body.minutes,
            attempts: body.attempts,
            review_until: body.review_until,
            range: body.range,
        }
    }
}

/// 新场次
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamSessionNewIn {
    /// 组织单位
    unit_id: i64,
    /// 用途
    purpose: String,
    #[serde(flatten)]
    session: ExamSessionIn,
}

/// 新建场次
#[utoipa::path(post, path = "/exam-sessions", tag = "exams", request_body = ExamSessionNewIn, responses(
    (status = 200, body = ExamSessionOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn create_exam_session(
    allow: Allow<need::ExamManage>,
    Json(body): Json<ExamSessionNewIn>,
) -> Result<Json<ExamSessionOut>, Problem> {
    let unit = UnitId::from(body.unit_id);
    let id = sessions::create(&allow.ctx, unit, &body.purpose, body.session.into()).await?;
    Ok(Json(session_out::view(&allow.ctx, id).await?))
}

/// 场次详情
#[utoipa::path(get, path = "/exam-sessions/{id}", tag = "exams", responses(
    (status = 200, body = ExamSessionOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_exam_session(
    SignedIn(ctx): SignedIn,
    Path(id): Path<i64>,
) -> Result<Json<ExamSessionOut>, Problem> {
    Ok(Json(session_out::view(&ctx, id).await?))
}

/// 修改场次
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamSessionChangeIn {
    /// 版本
    version: i64,
    #[serde(flatten)]
    session: ExamSessionIn,
}

/// 修改场次
#[utoipa::path(put, path = "/exam-sessions/{id}", tag = "exams", request_body = ExamSessionChangeIn, responses(
    (status = 200, body = ExamSessionOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn change_exam_session(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamSessionChangeIn>,
) -> Result<Json<ExamSessionOut>, Problem> {
    sessions::change(&allow.ctx, id, body.version, body.session.into()).await?;
    Ok(Json(session_out::view(&allow.ctx, id).await?))
}

/// 带原因的操作
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamReasonIn {
    /// 版本
    version: i64,
    /// 原因
    reason: String,
}

/// 取消考试
#[utoipa::path(post, path = "/exam-sessions/{id}/cancel", tag = "exams", request_body = ExamReasonIn, responses(
    (status = 200, body = ExamSessionOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn cancel_exam_session(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamReasonIn>,
) -> Result<Json<ExamSessionOut>, Problem> {
    sessions::cancel(&allow.ctx, id, body.version, &body.reason).await?;
    Ok(Json(session_out::view(&allow.ctx, id).await?))
}

/// 操作所依据的版本
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub(super) struct ExamVersionIn {
    /// 版本
    pub(super) version: i64,
}
