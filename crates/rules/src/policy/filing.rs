//! Filing before and closing after a closed training (B-26…B-29).

use chengzhi_kernel::deadline::{Deadline, DeadlineError, DeadlineRule, Unit};
use chengzhi_kernel::{Date, WorkCalendar};
use serde::Serialize;

use super::{Cited, Getter};
use crate::pack::PackError;

/// Filing before and closing after a closed training (B-26…B-29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilingRules {
    /// Working days before the first day (B-26).
    pub before_workdays: Cited<u32>,
    /// Whether a late filing is taken and marked late (B-26).
    pub late_accepted: Cited<bool>,
    /// Working days after the last day (B-27).
    pub after_workdays: Cited<u32>,
    /// Photos of each kind (B-28).
    pub photos_per_kind: Cited<u32>,
    /// The kinds (B-28).
    pub photo_kinds: Cited<Vec<String>>,
    /// Other closing materials (B-28).
    pub materials: Cited<Vec<String>>,
    /// Years that films and papers are kept (B-29).
    pub keep_years: Cited<u32>,
}

impl FilingRules {
    pub(super) fn read(get: &Getter<'_>) -> Result<Self, PackError> {
        Ok(Self {
            before_workdays: get.count("filing.before_workdays")?,
            late_accepted: get.flag("filing.late_accepted")?,
            after_workdays: get.count("closing.after_workdays")?,
            photos_per_kind: get.count("closing.photos_per_kind")?,
            photo_kinds: get.list("closing.photo_kinds")?,
            materials: get.list("closing.materials")?,
            keep_years: get.count("recording.keep_years")?,
        })
    }

    /// Last day to file a training that starts on `first_day` (B-26).
    ///
    /// # Errors
    /// [`DeadlineError`] when the calendar is not published.
    pub fn file_by(
        &self,
        first_day: Date,
        calendar: &WorkCalendar,
    ) -> Result<Deadline, DeadlineError> {
        let days = self.before_workdays.value.cast_signed();
        DeadlineRule::new("filing.before", -days, Unit::WorkingDays)
            .with_clause(&self.before_workdays.clause)
            .from_day(calendar, first_day, &[])
    }

    /// Last day to close a training that ended on `last_day` (B-27).
    ///
    /// # Errors
    /// [`DeadlineError`] when the calendar is not published.
    pub fn close_by(
        &self,
        last_day: Date,
        calendar: &WorkCalendar,
    ) -> Result<Deadline, DeadlineError> {
        let days = self.after_workdays.value.cast_signed();
        DeadlineRule::new("closing.after", days, Unit::WorkingDays)
            .with_clause(&self.after_workdays.clause)
            .from_day(calendar, last_day, &[])
    }
}
