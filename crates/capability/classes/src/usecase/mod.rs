//! Commands and queries, one file each; every one takes the caller's context and scope.

pub mod appendix;
pub mod archive;
pub mod around;
pub mod awards;
pub mod booked;
pub mod bulk;
pub mod busy;
pub mod case;
pub mod certificates;
pub mod class_list;
pub mod class_out;
pub mod closing;
pub mod codes;
pub mod conflicts;
pub mod devices;
pub mod duties;
pub mod enrol;
pub mod enrol_list;
pub mod entries;
pub mod evaluate;
pub mod exam_link;
pub mod feed;
pub mod filing;
pub mod filing_verdict;
pub mod forecast;
pub mod groups;
pub mod keys;
pub mod leaves;
pub mod materials;
pub mod outlook_figures;
pub mod outlook_leaders;
pub mod outlook_save;
pub mod outlooks;
pub mod outsiders;
pub mod own;
pub mod papers;
pub mod plan;
pub mod plan_out;
pub mod plan_targets;
pub mod policy;
pub mod presence;
pub mod print;
pub mod programme;
pub mod ratings;
pub mod reads;
pub mod refs;
pub mod request_answer;
pub mod request_ask;
mod request_fate;
mod request_news;
pub mod requests;
pub mod results;
pub mod results_import;
pub mod samples;
pub mod save;
pub mod scan;
pub mod seats;
pub mod summary;
pub mod taught;
pub mod timetable;
pub mod todo;
pub mod transfer;
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
