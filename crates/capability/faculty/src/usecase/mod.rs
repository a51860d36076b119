//! Commands and queries, one file each; every one takes the caller's context and scope.

pub mod access;
pub mod base_checks;
pub mod bookings;
pub mod calendar;
pub mod calls;
pub mod cases;
pub mod citing;
pub mod courseware;
pub mod courseware_life;
pub mod courseware_out;
pub mod courseware_page;
pub mod ending;
pub mod files;
pub mod grades;
pub mod groups;
pub mod instructor_out;
pub mod instructor_page;
pub mod instructors;
pub mod invitations;
pub mod mentorships;
pub mod own;
pub mod places;
pub mod places_out;
pub mod policy;
pub mod samples;
pub mod steps;
pub mod studios;
pub mod targets;
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

/// A pure check's refusal of one field: 422.
pub(crate) fn bad(field: &'static str) -> impl Fn(Deny) -> Problem {
    move |deny| Problem::field(field, deny.text)
}
