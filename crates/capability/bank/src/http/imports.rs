//! Imports.

use axum::Extension;
use axum::extract::Multipart;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Path, Problem, ProblemBody, Query, upload_named};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::files::format_of;
use super::{BankMadeOut, Shared, code};
use crate::domain::life::Level;
use crate::usecase::body::BankContent;
use crate::usecase::import_pages::{BankImportOut, BankImportRowOut, list, page};
use crate::usecase::imports::{ImportInput, MAX_BYTES, begin, commit, discard, leave_out, mend};

/// Imports of the caller's units.
#[utoipa::path(get, path = "/bank/imports", tag = "bank", responses(
    (status = 200, body = Vec<BankImportRowOut>),
))]
pub(super) async fn list_bank_imports(
    allow: Allow<need::BankPropose>,
) -> Result<Json<Vec<BankImportRowOut>>, Problem> {
    Ok(Json(list(&allow.ctx, &allow.scope).await?))
}

/// What an import begins with.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct BankImportQuery {
    /// `gift`, `aiken`, `moodle-xml`, `qti`, `xlsx`, `docx`; told by the content when missing.
    format: Option<String>,
    /// Field of law for questions that name none.
    field: Option<String>,
    /// Topic for questions that name none.
    topic: Option<String>,
    /// Level of all questions; `basic` when missing.
    level: Option<String>,
}

/// Reads a file: a verdict per question, nothing is taken yet.
#[utoipa::path(post, path = "/bank/imports", tag = "bank", params(BankImportQuery),
    request_body(content_type = "multipart/form-data", description = "Field `file`: GIFT, Aiken, Moodle XML, QTI, .xlsx or .docx"), responses(
    (status = 200, body = BankMadeOut),
    (status = 413, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn begin_bank_import(
    allow: Allow<need::BankPropose>,
    Extension(bank): Shared,
    Query(query): Query<BankImportQuery>,
    mut form: Multipart,
) -> Result<Json<BankMadeOut>, Problem> {
    let format = code("format", query.format, format_of)?;
    let level = code("level", query.level, Level::from_code)?.unwrap_or(Level::Basic);
    let upload = upload_named(&mut form, "file", MAX_BYTES).await?;
    let input = ImportInput {
        file_name: upload.file_name,
        bytes: upload.bytes.to_vec(),
        format,
        field: query.field.unwrap_or_default(),
        topic: query.topic.unwrap_or_default(),
        level,
    };
    let id = begin(&bank, &allow.ctx, input).await?;
    Ok(Json(BankMadeOut { id }))
}

/// An import with its questions.
#[utoipa::path(get, path = "/bank/imports/{id}", tag = "bank", responses(
    (status = 200, body = BankImportOut),
    (status = 404, body = ProblemBody),
))]
pub(super) async fn get_bank_import(
    allow: Allow<need::BankPropose>,
    Path(id): Path<i64>,
) -> Result<Json<BankImportOut>, Problem> {
    Ok(Json(page(&allow.ctx, &allow.scope, id).await?))
}

/// A mended question.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct BankMendIn {
    content: BankContent,
}

/// Mends a question of an import.
#[utoipa::path(put, path = "/bank/imports/{id}/items/{item}", tag = "bank", request_body = BankMendIn, responses(
    (status = 200, body = BankImportOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn mend_bank_item(
    allow: Allow<need::BankPropose>,
    Extension(bank): Shared,
    Path((id, item)): Path<(i64, i64)>,
    Json(body): Json<BankMendIn>,
) -> Result<Json<BankImportOut>, Problem> {
    let content = body.content.question()?;
    mend(&bank, &allow.ctx, &allow.scope, (id, item), content).await?;
    Ok(Json(page(&allow.ctx, &allow.scope, id).await?))
}

/// Whether a question is left out.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct BankLeaveIn {
    left_out: bool,
}

/// Leaves a question of an import out, or takes it in again.
#[utoipa::path(post, path = "/bank/imports/{id}/items/{item}/leave", tag = "bank", request_body = BankLeaveIn, responses(
    (status = 200, body = BankImportOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn leave_bank_item(
    allow: Allow<need::BankPropose>,
    Path((id, item)): Path<(i64, i64)>,
    Json(body): Json<BankLeaveIn>,
) -> Result<Json<BankImportOut>, Problem> {
    leave_out(&allow.ctx, &allow.scope, (id, item), body.left_out).await?;
    Ok(Json(page(&allow.ctx, &allow.scope, id).await?))
}

/// How an import ends.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct BankCommitIn {
    /// Take the sound ones although others are faulty.
    #[serde(default)]
    leave_faulty: bool,
    /// Hand them to the city at once.
    #[serde(default)]
    propose: bool,
}

/// Takes all sound questions in one transaction.
#[utoipa::path(post, path = "/bank/imports/{id}/commit", tag = "bank", request_body = BankCommitIn, responses(
    (status = 200, body = BankImportOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn commit_bank_import(
    allow: Allow<need::BankPropose>,
    Path(id): Path<i64>,
    Json(body): Json<BankCommitIn>,
) -> Result<Json<BankImportOut>, Problem> {
    let (ctx, scope) = (&allow.ctx, &allow.scope);
    commit(ctx, scope, id, body.leave_faulty, body.propose).await?;
    Ok(Json(page(ctx, scope, id).await?))
}

/// Gives an import up.
#[utoipa::path(post, path = "/bank/imports/{id}/discard", tag = "bank", responses(
    (status = 200, body = BankImportOut),
    (status = 404, body = ProblemBody),
    (status = 409, body = ProblemBody),
))]
pub(super) async fn discard_bank_import(
    allow: Allow<need::BankPropose>,
    Path(id): Path<i64>,
) -> Result<Json<BankImportOut>, Problem> {
    discard(&allow.ctx, &allow.scope, id).await?;
    Ok(Json(page(&allow.ctx, &allow.scope, id).await?))
}
