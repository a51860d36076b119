//! The API of the question bank.

mod files;
mod imports;
mod laws;
mod questions;

use std::sync::Arc;

use axum::Extension;
use axum::extract::DefaultBodyLimit;
use chengzhi_http::{AppState, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::usecase::imports::MAX_BYTES;
use crate::usecase::index::Bank;
use crate::usecase::touched::AllCiting;

/// A row that was made.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct BankMadeOut {
    /// Row.
    id: i64,
}

/// How many rows a command reached.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct BankCountOut {
    /// Rows.
    count: usize,
}

/// A command on what was read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct BankVersionIn {
    /// `version` as read.
    version: i64,
}

/// The index as handlers get it.
type Shared = Extension<Arc<Bank>>;

/// Reads an optional code.
fn code<T>(
    field: &str,
    text: Option<String>,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    match text.filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => must(field, &text, read).map(Some),
    }
}

/// Reads a code that must be there.
fn must<T>(field: &str, text: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, Problem> {
    read(text).ok_or_else(|| Problem::field(field, "选项不在目录内，请重新选择。"))
}

/// All routes, relative to `/api/v1`; `citing` are the capabilities whose things rest on articles and
/// questions.
pub fn router(bank: Bank, citing: AllCiting) -> OpenApiRouter<AppState> {
    let uploads = OpenApiRouter::new()
        .routes(routes!(
            imports::list_bank_imports,
            imports::begin_bank_import
        ))
        .layer(DefaultBodyLimit::max(MAX_BYTES + 64 * 1024));
    // Pictures travel inside the question.
    let questions = OpenApiRouter::new()
        .routes(routes!(
            questions::list_bank_questions,
            questions::add_bank_question
        ))
        .routes(routes!(
            questions::get_bank_question,
            questions::save_bank_question
        ))
        .routes(routes!(imports::mend_bank_item))
        .layer(DefaultBodyLimit::max(MAX_BYTES));
    OpenApiRouter::new()
        .merge(uploads)
        .merge(questions)
        .routes(routes!(questions::revise_bank_question))
        .routes(routes!(questions::propose_bank_questions))
        .routes(routes!(questions::withdraw_bank_questions))
        .routes(routes!(questions::decide_bank_questions))
        .routes(routes!(questions::find_near_bank_questions))
        .routes(routes!(questions::list_bank_words))
        .routes(routes!(questions::add_bank_field))
        .routes(routes!(imports::get_bank_import))
        .routes(routes!(imports::leave_bank_item))
        .routes(routes!(imports::commit_bank_import))
        .routes(routes!(imports::discard_bank_import))
        .routes(routes!(files::get_bank_template))
        .routes(routes!(files::get_bank_losses))
        .routes(routes!(files::export_bank_questions))
        .routes(routes!(laws::list_bank_laws, laws::enter_bank_law_text))
        .routes(routes!(laws::get_bank_law))
        .routes(routes!(laws::get_bank_law_effect))
        .routes(routes!(laws::apply_bank_law_text))
        .routes(routes!(laws::discard_bank_law_text))
        .layer(Extension(Arc::new(bank)))
        .layer(Extension(citing))
}
