//! The rule linter (制度体检): spots where a pack that is well-formed still cannot be kept, or does
//! something nobody meant. Each finding names rules, dates, slack in hours and a proposal.

mod checks;

use chengzhi_kernel::{Date, WorkCalendar};
use serde::Serialize;

use crate::pack::{Pack, PackError};
use crate::policy::Policy;

/// One spot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable code, such as `review_no_time`.
    pub code: String,
    /// Short name in Chinese.
    pub title: String,
    /// The keys of the rules involved.
    pub rules: Vec<String>,
    /// Their clauses, each once.
    pub clauses: Vec<String>,
    /// The days of the year it happens on.
    pub dates: Vec<Date>,
    /// Hours left between the two things that collide; negative when one comes too early.
    pub slack_hours: Option<i64>,
    /// What is wrong.
    pub message: String,
    /// What to change.
    pub proposal: String,
}

/// The verdict on a pack that is about to be published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishReport {
    /// Mistakes: it may not be published.
    pub errors: Vec<PackError>,
    /// Findings: it may be published by somebody who has read them.
    pub findings: Vec<Finding>,
}

/// All findings for the policy's year, in the order of the checks. A pack without faults gives none.
#[must_use]
pub fn lint(policy: &Policy, calendar: &WorkCalendar) -> Vec<Finding> {
    let mut findings = Vec::new();
    checks::review_time(policy, calendar, &mut findings);
    checks::resubmission(policy, calendar, &mut findings);
    checks::coverage(policy, &mut findings);
    checks::notice(policy, &mut findings);
    checks::calendar_year(policy, calendar, &mut findings);
    checks::freed_year(policy, &mut findings);
    findings
}

/// What runs at publication: the schema and precedence checks, then the linter.
#[must_use]
pub fn publish_check(text: &str, calendar: &WorkCalendar) -> PublishReport {
    report(Pack::parse(text), calendar)
}

/// [`publish_check`] for a draft that exists as a pack already (see [`Pack::with_all`]).
#[must_use]
pub fn publish_check_pack(pack: &Pack, calendar: &WorkCalendar) -> PublishReport {
    let errors = pack.check();
    let checked = if errors.is_empty() {
        Ok(pack.clone())
    } else {
        Err(errors)
    };
    report(checked, calendar)
}

fn report(pack: Result<Pack, Vec<PackError>>, calendar: &WorkCalendar) -> PublishReport {
    let policy = pack.and_then(|pack| {
        let year = pack.year;
        Policy::from_pack(pack, year)
    });
    match policy {
        Ok(policy) => PublishReport {
            errors: Vec::new(),
            findings: lint(&policy, calendar),
        },
        Err(errors) => PublishReport {
            errors,
            findings: Vec::new(),
        },
    }
}
