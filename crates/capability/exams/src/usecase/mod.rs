//! Commands and queries.

pub mod after_hand_in;
pub mod again;
pub mod analysis;
pub mod attempts_out;
mod bank;
pub mod belongs;
pub mod board;
pub mod case;
pub mod conduct;
pub mod content;
pub mod corrections;
pub mod corrections_out;
pub mod documents;
pub mod follows;
pub mod imports;
mod judge;
pub mod marking;
pub mod marks;
pub mod moderation;
pub mod objections;
pub mod own;
pub mod own_questions;
pub mod own_results;
pub mod papers;
pub mod pictures;
pub mod printed;
pub mod publish;
pub mod range;
mod regrades;
pub mod report;
pub mod results;
pub mod review;
pub mod seal;
pub mod seal_session;
pub mod seats;
pub mod session_list;
pub mod session_out;
pub mod sessions;
pub mod signals;
pub mod sitting;
pub mod todo;
mod todo_own;
pub mod words;

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
