//! Files that go out: the Excel template, exports.

use axum::Extension;
use axum::response::Response;
use chengzhi_authz::need;
use chengzhi_http::{Allow, Json, Problem, ProblemBody, Query, XLSX, download};
use chengzhi_questions::{Format, template};
use serde::Deserialize;
use utoipa::IntoParams;

use super::questions::{BankQuery, format_code};
use super::{Shared, must};
use crate::usecase::export::{BankLossesOut, file, losses};

/// Reads the code of a format.
pub(super) fn format_of(code: &str) -> Option<Format> {
    Format::ALL
        .into_iter()
        .find(|format| format_code(*format) == code)
}

/// The Excel template for imports.
#[utoipa::path(get, path = "/bank/template.xlsx", tag = "bank", responses(
    (status = 200, content_type = "application/octet-stream"),
))]
pub(super) async fn get_bank_template(
    _allow: Allow<need::BankPropose>,
) -> Result<Response, Problem> {
    Ok(download("题库导入模板.xlsx", XLSX, template()))
}

/// Which format.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct BankFormatQuery {
    /// `gift`, `aiken`, `moodle-xml`, `qti`, `xlsx`, `docx`.
    format: String,
}

/// What a format would not carry of these questions.
#[utoipa::path(get, path = "/bank/export/losses", tag = "bank", params(BankQuery, BankFormatQuery), responses(
    (status = 200, body = BankLossesOut),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn get_bank_losses(
    allow: Allow<need::BankRead>,
    Extension(bank): Shared,
    Query(query): Query<BankQuery>,
    Query(format): Query<BankFormatQuery>,
) -> Result<Json<BankLossesOut>, Problem> {
    let format = must("format", &format.format, format_of)?;
    let found = losses(&bank, &allow.ctx, &allow.scope, query.wanted()?, format).await?;
    Ok(Json(found))
}

/// These questions as a file.
#[utoipa::path(get, path = "/bank/export", tag = "bank", params(BankQuery, BankFormatQuery), responses(
    (status = 200, content_type = "application/octet-stream"),
    (status = 422, body = ProblemBody),
))]
pub(super) async fn export_bank_questions(
    allow: Allow<need::BankRead>,
    Extension(bank): Shared,
    Query(query): Query<BankQuery>,
    Query(format): Query<BankFormatQuery>,
) -> Result<Response, Problem> {
    let format = must("format", &format.format, format_of)?;
    let ctx = &allow.ctx;
    let bytes = file(&bank, ctx, &allow.scope, query.wanted()?, format).await?;
    let name = format!("题库{}.{}", ctx.today, format.extension());
    Ok(download(&name, "application/octet-stream", bytes))
}
