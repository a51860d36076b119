//! Before the exam: sessions, range, review, rooms, papers, sealing.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Page, Paging, Path, Problem, ProblemBody, Query, SignedIn};
use chengzhi_kernel::{Date, Timestamp, UnitId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::domain::blueprint::Blueprint;
use crate::domain::range::Rule;
use crate::usecase::papers::{self, ExamBuildOut, ExamPapersOut};
use crate::usecase::range::{self, ExamRangeOut};
use crate::usecase::review::{self, CandidateFilter, ExamCandidateOut, Needs};
use crate::usecase::seal_session;
use crate::usecase::seats::{self, DutyInput, ExamSeatsOut, RoomInput};
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

/// 考场
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamRoomIn {
    /// 已有考场
    #[serde(default)]
    id: Option<i64>,
    /// 名称
    name: String,
    /// 地址
    #[serde(default)]
    address: String,
    /// 排数
    rows: u32,
    /// 列数
    columns: u32,
    /// 无障碍
    #[serde(default)]
    accessible: bool,
    /// 停用座位
    #[serde(default)]
    closed: BTreeSet<u32>,
    /// 监考人员工号
    #[serde(default)]
    invigilators: Vec<String>,
}

/// 全部考场
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamRoomsIn {
    /// 版本
    version: i64,
    /// 考场
    rooms: Vec<ExamRoomIn>,
}

/// 设置考场和监考
#[utoipa::path(put, path = "/exam-sessions/{id}/rooms", tag = "exams", request_body = ExamRoomsIn, responses(
    (status = 200, body = ExamSessionOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_exam_rooms(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamRoomsIn>,
) -> Result<Json<ExamSessionOut>, Problem> {
    let list = body
        .rooms
        .into_iter()
        .map(|room| RoomInput {
            id: room.id,
            name: room.name,
            address: room.address,
            rows: room.rows,
            columns: room.columns,
            accessible: room.accessible,
            closed: room.closed,
            invigilators: room.invigilators,
        })
        .collect();
    seats::save_rooms(&allow.ctx, id, body.version, list).await?;
    Ok(Json(session_out::view(&allow.ctx, id).await?))
}

/// 监考（全场）、阅卷、仲裁人员
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamDutiesIn {
    /// 版本
    version: i64,
    /// 全场监考，工号
    #[serde(default)]
    invigilators: Vec<String>,
    /// 阅卷，工号
    #[serde(default)]
    markers: Vec<String>,
    /// 仲裁，工号
    #[serde(default)]
    chiefs: Vec<String>,
}

/// 安排监考、阅卷、仲裁人员
#[utoipa::path(put, path = "/exam-sessions/{id}/duties", tag = "exams", request_body = ExamDutiesIn, responses(
    (status = 200, body = ExamSessionOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn save_exam_duties(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamDutiesIn>,
) -> Result<Json<ExamSessionOut>, Problem> {
    let input = DutyInput {
        invigilators: body.invigilators,
        markers: body.markers,
        chiefs: body.chiefs,
    };
    seats::save_duties(&allow.ctx, id, body.version, input).await?;
    Ok(Json(session_out::view(&allow.ctx, id).await?))
}

/// 编排座位和准考证号
#[utoipa::path(post, path = "/exam-sessions/{id}/seats", tag = "exams", request_body = ExamVersionIn, responses(
    (status = 200, body = ExamSeatsOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn place_exam_candidates(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamVersionIn>,
) -> Result<Json<ExamSeatsOut>, Problem> {
    Ok(Json(seats::place(&allow.ctx, id, body.version).await?))
}

/// 试卷
#[utoipa::path(get, path = "/exam-sessions/{id}/papers", tag = "exams", responses(
    (status = 200, body = ExamPapersOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_exam_papers(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
) -> Result<Json<ExamPapersOut>, Problem> {
    Ok(Json(papers::view(&allow.ctx, id).await?))
}

/// 组卷
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamBuildIn {
    /// 版本
    version: i64,
    /// 蓝图：sections、limits、total、target、fixed、excluded、exposure
    #[schema(value_type = Object)]
    blueprint: Blueprint,
    /// 平行卷套数
    forms: u32,
}

/// 按蓝图组卷；组不成时说明冲突和出路
#[utoipa::path(post, path = "/exam-sessions/{id}/papers", tag = "exams", request_body = ExamBuildIn, responses(
    (status = 200, body = ExamBuildOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn build_exam_papers(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamBuildIn>,
) -> Result<Json<ExamBuildOut>, Problem> {
    let (version, plan) = (body.version, body.blueprint);
    Ok(Json(
        papers::build(&allow.ctx, id, version, plan, body.forms).await?,
    ))
}

/// 封卷
#[utoipa::path(post, path = "/exam-sessions/{id}/seal", tag = "exams", request_body = ExamVersionIn, responses(
    (status = 200, body = ExamSessionOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn seal_exam_session(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamVersionIn>,
) -> Result<Json<ExamSessionOut>, Problem> {
    seal_session::seal(&allow.ctx, id, body.version).await?;
    Ok(Json(session_out::view(&allow.ctx, id).await?))
}
