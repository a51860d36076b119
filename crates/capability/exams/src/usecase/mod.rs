//! Commands and queries.

pub mod own;
pub mod seal;
pub mod sitting;

use axum::http::StatusCode;
use chengzhi_http::Problem;

use crate::domain::Deny;

/// A refusal by the rules: 409 with its stable code and sentence.
pub(crate) fn refused(deny: Deny) -> Problem {
    Problem::conflict(deny.code, deny.text)
}

/// What could not be stored just now: nothing is lost, the page keeps it and sends it again.
pub(crate) fn not_stored() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "exams.not_stored",
        "未能保存",
        "暂时未能保存，答案保留在本机，系统会自动重发。",
    )
}
