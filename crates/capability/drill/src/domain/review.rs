//! Who may review a record: the shared rule of the reporting cycle, under this capability's codes.

pub use chengzhi_cycle::review::ReviewFacts;
use chengzhi_cycle::review::{self, Codes};

use super::Deny;

const CODES: Codes = Codes {
    four_eyes: "drill.four_eyes",
    own_unit: "drill.own_squad",
    not_reviewer: "drill.not_reviewer",
    passed_up: "drill.passed_up",
    no_conflict: "drill.no_conflict",
};

/// See [`review::may_review`].
///
/// # Errors
/// [`Deny`] that says who can.
pub fn may_review(facts: &ReviewFacts, reviewer: &str, city: &str) -> Result<(), Deny> {
    review::may_review(facts, &CODES, reviewer, city)
}

/// See [`review::may_pass_up`].
///
/// # Errors
/// [`Deny`] when he may decide himself or it is not his.
pub fn may_pass_up(facts: &ReviewFacts, reviewer: &str) -> Result<(), Deny> {
    review::may_pass_up(facts, &CODES, reviewer)
}
