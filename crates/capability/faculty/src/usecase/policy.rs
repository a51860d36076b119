//! The rules of a year as faculty needs them.

use std::sync::Arc;

use chengzhi_assessment::facade as assessment;
use chengzhi_db::Tx;
use chengzhi_http::{AppState, ClauseOut, DueOut, Problem};
use chengzhi_kernel::{Date, Timestamp, WorkCalendar};
use chengzhi_rules::policy::{Cited, FacultyRules, FacultyTargets, Policy};

/// The rules of one year.
#[derive(Clone)]
pub struct Rules {
    policy: Arc<Policy>,
    calendar: Arc<WorkCalendar>,
}

impl Rules {
    /// The rules of `year` in this installation's pack family.
    ///
    /// # Errors
    /// 409 when no pack is old enough; 500 from the engine.
    pub async fn load(tx: &mut Tx, state: &AppState, year: i32) -> Result<Self, Problem> {
        let policy = assessment::policy_of(tx, &state.policy, year)
            .await
            .map_err(|error| {
                tracing::warn!(year, error = %error, "no policy for the year");
                Problem::conflict(
                    "policy.missing",
                    format!("{year}年没有可用的规则，不能办理该年的师资事项。"),
                )
            })?;
        Ok(Rules {
            policy,
            calendar: state.calendar.clone(),
        })
    }

    /// People, places and courseware.
    #[must_use]
    pub fn faculty(&self) -> &FacultyRules {
        &self.policy.faculty
    }

    /// Targets of the year.
    #[must_use]
    pub fn targets(&self) -> &FacultyTargets {
        &self.policy.faculty_targets
    }

    /// The last day on which the assessment of `year` is in time; none outside the calendar.
    #[must_use]
    pub fn assess_by(&self, year: i32) -> Option<Date> {
        let (month, day) = self.faculty().assess_by.value;
        Date::from_ymd_opt(year, month, day)
    }

    /// A last day with its 依据, as pages show it.
    #[must_use]
    pub fn due(&self, last: Date, now: Timestamp, clause: ClauseOut) -> DueOut {
        DueOut::new(Timestamp::end_of_day(last), now, &self.calendar, clause)
    }
}

/// 依据 of a rule.
#[must_use]
pub fn clause<T>(cited: &Cited<T>, text: impl Into<String>) -> ClauseOut {
    ClauseOut {
        rule: cited.row.clone(),
        clause: cited.clause.clone(),
        text: text.into(),
    }
}
