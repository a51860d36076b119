//! After the exam: marking, results, circular, objections, corrections, analysis.

use axum::Extension;
use axum::extract::Multipart;
use axum::http::StatusCode;
use chengzhi_authz::need;
use chengzhi_http::{
    Allow, Json, Page, Paging, Path, Problem, ProblemBody, Query, SignedIn, upload_named,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::sessions::ExamVersionIn;
use crate::domain::Marks;
use crate::domain::key_correction::Change;
use crate::usecase::analysis::{self, ExamAnalysisOut, ExamUnitFieldsOut};
use crate::usecase::corrections::{self, ExamCorrectionOut};
use crate::usecase::follows::AllFollows;
use crate::usecase::imports::{self, ExamMarkImportOut, SHEET_LIMIT};
use crate::usecase::marking::{self, ExamMarkingOut, ExamQueueOut};
use crate::usecase::marks::{self, MarkInput};
use crate::usecase::moderation::{self, ExamMarkedAnswerOut, MarkedFilter};
use crate::usecase::objections;
use crate::usecase::own_results::ExamObjectionOut;
use crate::usecase::publish;
use crate::usecase::results::{self, ExamCircularOut, ExamRevisionOut};
use crate::usecase::sessions;
use crate::usecase::signals::{self, ExamSignalOut};

/// 阅卷进度
#[utoipa::path(get, path = "/exam-sessions/{id}/marking", tag = "exams", responses(
    (status = 200, body = ExamMarkingOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn get_exam_marking(
    SignedIn(ctx): SignedIn,
    Path(id): Path<i64>,
) -> Result<Json<ExamMarkingOut>, Problem> {
    Ok(Json(marking::overview(&ctx, id).await?))
}

/// 收卷，开始阅卷
#[utoipa::path(post, path = "/exam-sessions/{id}/marking", tag = "exams", request_body = ExamVersionIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn collect_exam(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamVersionIn>,
) -> Result<StatusCode, Problem> {
    marking::collect(&allow.ctx, id, body.version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 待阅的答案
#[utoipa::path(get, path = "/exam-sessions/{id}/marking/queue", tag = "exams", responses(
    (status = 200, body = ExamQueueOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn get_exam_queue(
    SignedIn(ctx): SignedIn,
    Path(id): Path<i64>,
) -> Result<Json<ExamQueueOut>, Problem> {
    Ok(Json(marking::queue(&ctx, id).await?))
}

/// 评分
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamMarkIn {
    /// 答卷
    attempt: i64,
    /// 试题
    question: i64,
    /// 得分，百分之一分
    marks: i64,
    /// 仲裁
    #[serde(default)]
    decides: bool,
    /// 修改本人的评分
    #[serde(default)]
    mends: bool,
    /// 说明
    #[serde(default)]
    note: String,
}

/// 评分之后
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct ExamMarkedOut {
    /// 状态
    state_name: String,
}

/// 评分或仲裁
#[utoipa::path(post, path = "/exam-sessions/{id}/marking/queue", tag = "exams", request_body = ExamMarkIn, responses(
    (status = 200, body = ExamMarkedOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn mark_exam_answer(
    SignedIn(ctx): SignedIn,
    Path(id): Path<i64>,
    Json(body): Json<ExamMarkIn>,
) -> Result<Json<ExamMarkedOut>, Problem> {
    if body.mends {
        let place = (body.attempt, body.question);
        let state_name = marks::mend(&ctx, id, place, body.marks).await?;
        return Ok(Json(ExamMarkedOut { state_name }));
    }
    let input = MarkInput {
        attempt: body.attempt,
        question: body.question,
        marks: body.marks,
        decides: body.decides,
        note: body.note,
    };
    let state_name = marks::give(&ctx, id, input).await?;
    Ok(Json(ExamMarkedOut { state_name }))
}

/// 复核哪些答案
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ExamMarkedQuery {
    /// 试题
    question: Option<i64>,
    /// 状态
    state: Option<String>,
    /// 页
    #[param(minimum = 1)]
    page: Option<i64>,
    /// 每页
    #[param(minimum = 1, maximum = 500)]
    size: Option<i64>,
}

/// 复核：已评的答案，各次评分和定分
#[utoipa::path(get, path = "/exam-sessions/{id}/marking/answers", tag = "exams", params(ExamMarkedQuery), responses(
    (status = 200, body = Page<ExamMarkedAnswerOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn list_exam_marked_answers(
    SignedIn(ctx): SignedIn,
    Path(id): Path<i64>,
    Query(query): Query<ExamMarkedQuery>,
) -> Result<Json<Page<ExamMarkedAnswerOut>>, Problem> {
    let filter = MarkedFilter {
        question: query.question,
        state: query.state,
    };
    let paging = Paging {
        page: query.page,
        size: query.size,
    };
    Ok(Json(moderation::marked(&ctx, id, &filter, paging).await?))
}

/// 退回重评
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamReopenIn {
    /// 试题
    question: i64,
    /// 答卷；不填为本题全部
    #[serde(default)]
    attempt: Option<i64>,
    /// 原因
    reason: String,
}

/// 退回重评
#[utoipa::path(post, path = "/exam-sessions/{id}/marking/reopen", tag = "exams", request_body = ExamReopenIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn reopen_exam_marking(
    SignedIn(ctx): SignedIn,
    Path(id): Path<i64>,
    Json(body): Json<ExamReopenIn>,
) -> Result<StatusCode, Problem> {
    moderation::reopen(&ctx, id, body.question, body.attempt, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 读取纸笔成绩表，逐行给出结论
#[utoipa::path(post, path = "/exam-sessions/{id}/mark-imports", tag = "exams",
    request_body(content_type = "multipart/form-data", description = "Field `file`: .xlsx or .csv with 工号, 成绩"),
    responses(
    (status = 200, body = ExamMarkImportOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 413, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn create_exam_mark_import(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    mut form: Multipart,
) -> Result<Json<ExamMarkImportOut>, Problem> {
    let upload = upload_named(&mut form, "file", SHEET_LIMIT).await?;
    Ok(Json(imports::dry_run(&allow.ctx, id, upload).await?))
}

/// 导入方式
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamMarkCommitIn {
    /// 只导入无误的行
    #[serde(default)]
    leave_out_broken: bool,
}

/// 导入纸笔成绩
#[utoipa::path(post, path = "/exam-sessions/{id}/mark-imports/{import}/commit", tag = "exams",
    request_body = ExamMarkCommitIn, responses(
    (status = 200, body = ExamMarkImportOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn commit_exam_mark_import(
    allow: Allow<need::ExamManage>,
    Path((id, import)): Path<(i64, i64)>,
    Json(body): Json<ExamMarkCommitIn>,
) -> Result<Json<ExamMarkImportOut>, Problem> {
    Ok(Json(
        imports::commit(&allow.ctx, id, import, body.leave_out_broken).await?,
    ))
}

/// 分数线
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamPassMarkIn {
    /// 版本
    version: i64,
    /// 分数线，百分之一分
    pass_mark: i64,
}

/// 设定分数线
#[utoipa::path(put, path = "/exam-sessions/{id}/pass-mark", tag = "exams", request_body = ExamPassMarkIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn set_exam_pass_mark(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamPassMarkIn>,
) -> Result<StatusCode, Problem> {
    let pass = Marks(body.pass_mark);
    sessions::set_pass_mark(&allow.ctx, id, body.version, pass).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 公布成绩
#[utoipa::path(post, path = "/exam-sessions/{id}/publish", tag = "exams", request_body = ExamVersionIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn publish_exam(
    allow: Allow<need::ExamManage>,
    Extension(told): Extension<AllFollows>,
    Path(id): Path<i64>,
    Json(body): Json<ExamVersionIn>,
) -> Result<StatusCode, Problem> {
    publish::publish(&allow.ctx, &told, id, body.version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 通报：本人可见单位的成绩和表现
#[utoipa::path(get, path = "/exam-sessions/{id}/circular", tag = "exams", responses(
    (status = 200, body = ExamCircularOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn get_exam_circular(
    allow: Allow<need::ExamRead>,
    Path(id): Path<i64>,
) -> Result<Json<ExamCircularOut>, Problem> {
    Ok(Json(results::circular(&allow.ctx, &allow.scope, id).await?))
}

/// 考生成绩的历次结果
#[utoipa::path(get, path = "/exam-sessions/{id}/candidates/{candidate}/results", tag = "exams", responses(
    (status = 200, body = Vec<ExamRevisionOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn list_exam_result_history(
    allow: Allow<need::ExamRead>,
    Path((id, candidate)): Path<(i64, i64)>,
) -> Result<Json<Vec<ExamRevisionOut>>, Problem> {
    Ok(Json(
        results::history(&allow.ctx, &allow.scope, id, candidate).await?,
    ))
}

/// 成绩异议
#[utoipa::path(get, path = "/exam-sessions/{id}/objections", tag = "exams", responses(
    (status = 200, body = Vec<ExamObjectionOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_exam_objections(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
) -> Result<Json<Vec<ExamObjectionOut>>, Problem> {
    Ok(Json(objections::list(&allow.ctx, id).await?))
}

/// 异议答复
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamObjectionDecideIn {
    /// 成立
    upheld: bool,
    /// 答复
    answer: String,
}

/// 答复异议
#[utoipa::path(post, path = "/exam-sessions/{id}/objections/{objection}", tag = "exams",
    request_body = ExamObjectionDecideIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn decide_exam_objection(
    allow: Allow<need::ExamManage>,
    Path((id, objection)): Path<(i64, i64)>,
    Json(body): Json<ExamObjectionDecideIn>,
) -> Result<StatusCode, Problem> {
    objections::decide(&allow.ctx, id, objection, body.upheld, &body.answer).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 答案更正
#[utoipa::path(get, path = "/exam-sessions/{id}/corrections", tag = "exams", responses(
    (status = 200, body = Vec<ExamCorrectionOut>),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn list_exam_corrections(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
) -> Result<Json<Vec<ExamCorrectionOut>>, Problem> {
    Ok(Json(corrections::list(&allow.ctx, id).await?))
}

/// 拟更正
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamCorrectionIn {
    /// 试题
    question: i64,
    /// 更正：`{"new_key": {"options": ["B"]}}`、`"full_marks"`、`{"removed": "spread"}`、`{"removed": {"reduce": {"pass": 5800}}}`；
    /// 单人改分：`{"one_person": {"candidate": 12, "marks": 1800, "objection": 3}}`，试题填0为纸笔考试总分
    #[schema(value_type = Object)]
    change: Change,
    /// 原因
    reason: String,
}

/// 试算答案更正：列出谁升到线上、谁落到线下，不改成绩
#[utoipa::path(post, path = "/exam-sessions/{id}/corrections", tag = "exams", request_body = ExamCorrectionIn, responses(
    (status = 200, body = Vec<ExamCorrectionOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn try_exam_correction(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
    Json(body): Json<ExamCorrectionIn>,
) -> Result<Json<Vec<ExamCorrectionOut>>, Problem> {
    let (ctx, question) = (&allow.ctx, body.question);
    corrections::try_out(ctx, id, question, body.change, &body.reason).await?;
    Ok(Json(corrections::list(ctx, id).await?))
}

/// 更正的办理
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct ExamCorrectionActIn {
    /// propose、approve、refuse、withdraw、retry、apply
    act: String,
}

/// 提交、批准、不批准、撤回、重新试算、更正成绩
#[utoipa::path(post, path = "/exam-sessions/{id}/corrections/{correction}", tag = "exams",
    request_body = ExamCorrectionActIn, responses(
    (status = 200, body = Vec<ExamCorrectionOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn act_on_exam_correction(
    allow: Allow<need::ExamManage>,
    Extension(told): Extension<AllFollows>,
    Path((id, correction)): Path<(i64, i64)>,
    Json(body): Json<ExamCorrectionActIn>,
) -> Result<Json<Vec<ExamCorrectionOut>>, Problem> {
    corrections::act(&allow.ctx, &told, id, correction, &body.act).await?;
    Ok(Json(corrections::list(&allow.ctx, id).await?))
}

/// 题目分析
#[utoipa::path(get, path = "/exam-sessions/{id}/analysis", tag = "exams", responses(
    (status = 200, body = ExamAnalysisOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn get_exam_analysis(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
) -> Result<Json<ExamAnalysisOut>, Problem> {
    Ok(Json(analysis::analysis(&allow.ctx, id).await?))
}

/// 线索，仅供复核
#[utoipa::path(get, path = "/exam-sessions/{id}/signals", tag = "exams", responses(
    (status = 200, body = Vec<ExamSignalOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn list_exam_signals(
    allow: Allow<need::ExamManage>,
    Path(id): Path<i64>,
) -> Result<Json<Vec<ExamSignalOut>>, Problem> {
    Ok(Json(signals::signals(&allow.ctx, id).await?))
}

/// 各单位的薄弱环节
#[utoipa::path(get, path = "/exam-sessions/{id}/fields", tag = "exams", responses(
    (status = 200, body = Vec<ExamUnitFieldsOut>),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn list_exam_unit_fields(
    allow: Allow<need::ExamRead>,
    Path(id): Path<i64>,
) -> Result<Json<Vec<ExamUnitFieldsOut>>, Problem> {
    Ok(Json(
        analysis::unit_fields(&allow.ctx, &allow.scope, id).await?,
    ))
}
