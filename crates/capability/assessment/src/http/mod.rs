//! Handlers.

mod decisions;
mod drafts;
mod imports;
mod list;
mod overview;
mod person;
mod policy;
mod training;
mod words;

use axum::response::Response;
use chengzhi_http::{AppState, Problem, Unknown, XLSX, download};
use chengzhi_sheets::{SheetData, write_xlsx};
use utoipa_axum::router::OpenApiRouter;

/// All routes of the capability, relative to `/api/v1`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(person::router())
        .merge(overview::router())
        .merge(decisions::router())
        .merge(imports::router())
        .merge(training::router())
        .merge(list::router())
        .merge(policy::router())
        .merge(drafts::router())
}

/// A workbook as a download.
fn xlsx(file_name: &str, sheets: &[SheetData]) -> Result<Response, Problem> {
    let content = write_xlsx(sheets).map_err(|error| Unknown::log(&error))?;
    Ok(download(file_name, XLSX, content))
}
