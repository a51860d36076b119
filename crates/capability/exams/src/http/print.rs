//! Documents as PDF.

use axum::Extension;
use axum::response::Response;
use chengzhi_authz::need;
use chengzhi_documents::Typesetter;
use chengzhi_http::{Allow, Path, Problem, ProblemBody, Query, SignedIn, download};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::usecase::documents::{self, Printed};

fn sent(printed: Printed) -> Response {
    download(&printed.name, "application/pdf", printed.bytes)
}

/// 试卷（paper）或答题纸（answer-sheet）
#[utoipa::path(get, path = "/exam-sessions/{id}/forms/{form}/{document}", tag = "exams", responses(
    (status = 200, content_type = "application/pdf"),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 503, body = ProblemBody),
))]
pub(super) async fn print_exam_form(
    allow: Allow<need::ExamManage>,
    Extension(setter): Extension<Typesetter>,
    Path((id, form, document)): Path<(i64, String, String)>,
) -> Result<Response, Problem> {
    documents::paper(&allow.ctx, &setter, id, &form, &document)
        .await
        .map(sent)
}

/// 哪些准考证
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ExamTicketQuery {
    /// 考场
    room: Option<i64>,
}

/// 准考证
#[utoipa::path(get, path = "/exam-sessions/{id}/tickets", tag = "exams", params(ExamTicketQuery), responses(
    (status = 200, content_type = "application/pdf"),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 503, body = ProblemBody),
))]
pub(super) async fn print_exam_tickets(
    allow: Allow<need::ExamRead>,
    Extension(setter): Extension<Typesetter>,
    Path(id): Path<i64>,
    Query(query): Query<ExamTicketQuery>,
) -> Result<Response, Problem> {
    documents::tickets(&allow.ctx, &allow.scope, &setter, id, query.room)
        .await
        .map(sent)
}

/// 本人准考证
#[utoipa::path(get, path = "/exams/me/sessions/{id}/ticket", tag = "exams", responses(
    (status = 200, content_type = "application/pdf"),
    (status = 404, body = ProblemBody),
    (status = 503, body = ProblemBody),
))]
pub(super) async fn print_own_exam_ticket(
    SignedIn(ctx): SignedIn,
    Extension(setter): Extension<Typesetter>,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    documents::own_ticket(&ctx, &setter, id).await.map(sent)
}

/// 通报文书
#[utoipa::path(get, path = "/exam-sessions/{id}/circular/paper", tag = "exams", responses(
    (status = 200, content_type = "application/pdf"),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 503, body = ProblemBody),
))]
pub(super) async fn print_exam_circular(
    allow: Allow<need::ExamRead>,
    Extension(setter): Extension<Typesetter>,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    documents::circular_paper(&allow.ctx, &allow.scope, &setter, id)
        .await
        .map(sent)
}
