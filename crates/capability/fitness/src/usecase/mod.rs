//! Commands and queries, one file each; every one takes the caller's context and scope.

pub mod access;
pub mod correct;
pub mod export;
pub mod filing;
pub mod list;
pub mod marks;
pub mod own;
pub mod page;
pub mod people;
pub mod policy;
pub mod results;
pub mod rounds;
pub mod sheet;
pub mod standard_in;
pub mod standards;
pub mod todo;
pub mod waivers;
pub mod year;

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
