//! Commands and queries, one file each; every one takes the caller's context and scope.

pub mod access;
pub mod bulk;
pub mod case;
pub mod checks;
pub mod contest_out;
pub mod contest_photos;
pub mod contests;
pub mod exemptions;
pub mod export;
pub mod films;
pub mod grid;
pub mod instructors;
pub mod list;
pub mod lock;
pub mod month;
pub mod month_list;
pub mod notes;
pub mod overview;
pub mod own;
pub mod policy;
pub mod record_out;
pub mod record_view;
pub mod review;
pub mod save;
pub mod session_view;
pub mod stats;
pub mod submit;
pub mod todo;
pub mod words;

use chengzhi_http::Problem;

use crate::domain::Deny;

/// A refusal by the state of things: 409 with its own code.
pub(crate) fn refused(deny: Deny) -> Problem {
    Problem::conflict(deny.code, deny.text)
}

/// A refusal of what was sent in one field: 422.
pub(crate) fn bad_field(field: &str, text: impl Into<String>) -> Problem {
    Problem::field(field, text)
}
