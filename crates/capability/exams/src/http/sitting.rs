//! Sitting an exam. Everything here concerns the caller himself.

use std::sync::Arc;

use axum::Extension;
use axum::http::StatusCode;
use chengzhi_http::{Json, Path, Problem, ProblemBody, Query, SignedIn};
use chengzhi_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::marking::Answer;
use crate::domain::{AttemptId, QuestionId};
use crate::usecase::after_hand_in::{self, OwnAttemptOut};
use crate::usecase::own::{OwnExamOut, own_exams};
use crate::usecase::sitting::{Item, Room, SittingOut};

pub(super) type InRoom = Extension<Arc<Room>>;

/// 本人的考试
#[utoipa::path(get, path = "/exams/me", tag = "exams", responses((status = 200, body = Vec<OwnExamOut>)))]
pub(super) async fn list_own_exams(
    SignedIn(ctx): SignedIn,
) -> Result<Json<Vec<OwnExamOut>>, Problem> {
    Ok(Json(own_exams(&ctx).await?))
}

/// 开始作答；重复打开是同一次作答
#[utoipa::path(post, path = "/exams/{id}/start", tag = "exams", responses(
    (status = 200, body = SittingOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 503, body = ProblemBody),
))]
pub(super) async fn start_exam(
    SignedIn(ctx): SignedIn,
    Extension(room): InRoom,
    Path(id): Path<i64>,
) -> Result<Json<SittingOut>, Problem> {
    Ok(Json(room.start(&ctx, id).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SittingQuery {
    /// 不要试卷，只要状态与时间
    #[serde(default)]
    brief: bool,
}

/// 作答现状
#[utoipa::path(get, path = "/exams/sittings/{id}", tag = "exams", params(SittingQuery), responses(
    (status = 200, body = SittingOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_sitting(
    SignedIn(ctx): SignedIn,
    Extension(room): InRoom,
    Path(id): Path<i64>,
    Query(query): Query<SittingQuery>,
) -> Result<Json<SittingOut>, Problem> {
    let id = AttemptId::from(id);
    Ok(Json(if query.brief {
        room.glance(&ctx, id).await?
    } else {
        room.view(&ctx, id).await?
    }))
}

/// 离开页面
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct PageLeftIn {
    /// 离开的秒数
    seconds: u32,
}

/// 记录离开页面；只作线索
#[utoipa::path(post, path = "/exams/sittings/{id}/page-left", tag = "exams", request_body = PageLeftIn, responses(
    (status = 204),
    (status = 404, body = ProblemBody),
    (status = 422, body = ProblemBody),
    (status = 503, body = ProblemBody),
))]
pub(super) async fn note_page_left(
    SignedIn(ctx): SignedIn,
    Extension(room): InRoom,
    Path(id): Path<i64>,
    Json(body): Json<PageLeftIn>,
) -> Result<StatusCode, Problem> {
    room.note_left(&ctx, AttemptId::from(id), body.seconds)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 一条答案
#[derive(Debug, Deserialize, ToSchema)]
struct AnswerIn {
    /// 序号：上次已保存的序号加一
    sequence: u64,
    /// 试题
    question: i64,
    /// 答案：`{"options": ["A"]}`、`{"truth": true}`、`{"texts": ["…"]}`，案例题为 `{"parts": [null, …]}`
    #[schema(value_type = Object)]
    answer: Answer,
    /// 本机时间
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
}

/// 若干条答案，按序号排列
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct AnswersIn {
    /// 设备序号
    device: u32,
    /// 答案
    items: Vec<AnswerIn>,
}

/// 已落盘的回执
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SavedOut {
    /// 已保存到的序号
    sequence: u64,
    /// 回执
    receipt: String,
    /// 回执短码
    receipt_short: String,
    /// 已答题数
    answered: usize,
    /// 题数
    questions: usize,
    /// 剩余秒数
    seconds: i64,
    /// 有答案在到时之后送达
    late: bool,
}

/// 保存答案；答复即已落盘
#[utoipa::path(post, path = "/exams/sittings/{id}/answers", tag = "exams", request_body = AnswersIn, responses(
    (status = 200, body = SavedOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
    (status = 503, body = ProblemBody),
))]
pub(super) async fn save_answers(
    SignedIn(ctx): SignedIn,
    Extension(room): InRoom,
    Path(id): Path<i64>,
    Json(body): Json<AnswersIn>,
) -> Result<Json<SavedOut>, Problem> {
    let items: Vec<Item> = body
        .items
        .into_iter()
        .map(|item| Item {
            sequence: item.sequence,
            question: QuestionId::from(item.question),
            answer: item.answer,
            at: item.at,
        })
        .collect();
    let saved = room
        .save(&ctx, AttemptId::from(id), body.device, &items)
        .await?;
    Ok(Json(SavedOut {
        sequence: saved.sequence,
        receipt: saved.receipt.to_string(),
        receipt_short: saved.receipt.short(),
        answered: saved.answered,
        questions: saved.questions,
        seconds: saved.seconds,
        late: saved.late,
    }))
}

/// 在此设备继续
#[utoipa::path(post, path = "/exams/sittings/{id}/take-over", tag = "exams", responses(
    (status = 200, body = SittingOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 503, body = ProblemBody),
))]
pub(super) async fn take_over_sitting(
    SignedIn(ctx): SignedIn,
    Extension(room): InRoom,
    Path(id): Path<i64>,
) -> Result<Json<SittingOut>, Problem> {
    Ok(Json(room.take_over(&ctx, AttemptId::from(id)).await?))
}

/// 交卷；重复交卷不改变什么
#[utoipa::path(post, path = "/exams/sittings/{id}/hand-in", tag = "exams", responses(
    (status = 200, body = SittingOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 503, body = ProblemBody),
))]
pub(super) async fn hand_in_sitting(
    SignedIn(ctx): SignedIn,
    Extension(room): InRoom,
    Path(id): Path<i64>,
) -> Result<Json<SittingOut>, Problem> {
    Ok(Json(room.hand_in(&ctx, AttemptId::from(id)).await?))
}

/// 交卷之后本人可看的，以及还可作答几次
#[utoipa::path(get, path = "/exams/sittings/{id}/after", tag = "exams", responses(
    (status = 200, body = OwnAttemptOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn get_attempt_after(
    SignedIn(ctx): SignedIn,
    Path(id): Path<i64>,
) -> Result<Json<OwnAttemptOut>, Problem> {
    Ok(Json(after_hand_in::view(&ctx, AttemptId::from(id)).await?))
}
