//! Drill (B-44…B-56): its rules and the deadlines of each half-month.

use chengzhi_kernel::deadline::{Deadline, DeadlineError};
use chengzhi_kernel::{Month, WorkCalendar};
use serde::Serialize;

use super::{Cited, Getter};
use crate::pack::{DaySpec, PackError};

/// Drill (B-44…B-56).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrillRules {
    /// Sessions per half-month (B-44).
    pub sessions_per_half: Cited<u32>,
    /// Last day of the first half (B-44).
    pub first_half_end: Cited<u32>,
    /// Minutes per session (B-44).
    pub min_minutes: Cited<u32>,
    /// Share that attends each session, as numerator and denominator (B-45).
    pub attendance: Cited<(i64, i64)>,
    /// Whether the exempt shrink the base (B-45).
    pub exempt_out_of_base: Cited<bool>,
    /// Whether the sessions of a month together cover everybody not exempt (B-46).
    pub full_coverage: Cited<bool>,
    /// Kinds of exemption (B-47).
    pub exempt_kinds: Cited<Vec<String>>,
    /// Rests per session (B-48).
    pub rest_times: Cited<u32>,
    /// Minutes of rest (B-48).
    pub rest_minutes: Cited<u32>,
    /// Whether the rest counts as drill (B-48).
    pub rest_inside: Cited<bool>,
    /// Minutes of continuous film (B-49).
    pub video_minutes: Cited<u32>,
    /// Seconds that a film may be shorter without a word; none is one.
    pub film_tolerance_seconds: Option<Cited<u32>>,
    /// Largest film, GiB; none is six.
    pub film_max_gib: Option<Cited<u32>>,
    /// Films that a squad may keep, GiB; none is without limit.
    pub film_quota_gib: Option<Cited<u32>>,
    /// Months for which a film is kept; none is for good.
    pub film_keep_months: Option<Cited<u32>>,
    /// First half's upload (B-50).
    pub first_upload_day: Cited<DaySpec>,
    /// Second half's upload (B-50).
    pub second_upload_day: Cited<DaySpec>,
    /// Whether a hand-in after the due day counts by the start of its uploads (B-50); by its own
    /// instant unless said.
    pub upload_by_start: Option<Cited<bool>>,
    /// Hours after the due instant by which such a hand-in must come (B-50).
    pub upload_start_hours: Option<Cited<u32>>,
    /// First half's review (B-51).
    pub first_review_day: Cited<DaySpec>,
    /// Second half's review (B-51).
    pub second_review_day: Cited<DaySpec>,
    /// Days a review may be late without being told (B-51).
    pub review_grace_days: Cited<u32>,
    /// Last day for a returned video (B-52).
    pub resubmit_until: Cited<DaySpec>,
    /// Whether a returned first half may be made good in the second (B-52).
    pub makeup_in_second_half: Cited<bool>,
    /// Whether drill earns hours (B-54).
    pub earns_hours: Cited<bool>,
    /// Whether the district names drill instructors (B-56).
    pub instructors_designated: Cited<bool>,
}

impl DrillRules {
    pub(super) fn read(get: &Getter<'_>) -> Result<Self, PackError> {
        Ok(Self {
            sessions_per_half: get.count("drill.sessions_per_half")?,
            first_half_end: get.count("drill.first_half_end")?,
            min_minutes: get.count("drill.min_minutes")?,
            attendance: get.ratio("drill.attendance")?,
            exempt_out_of_base: get.flag("drill.exempt_out_of_base")?,
            full_coverage: get.flag("drill.full_coverage")?,
            exempt_kinds: get.list("drill.exempt_kinds")?,
            rest_times: get.count("drill.rest_times")?,
            rest_minutes: get.count("drill.rest_minutes")?,
            rest_inside: get.flag("drill.rest_inside")?,
            video_minutes: get.count("drill.video_minutes")?,
            film_tolerance_seconds: get.count("drill.film_tolerance_seconds").ok(),
            film_max_gib: get.count("drill.film_max_gib").ok(),
            film_quota_gib: get.count("drill.film_quota_gib").ok(),
            film_keep_months: get.count("drill.film_keep_months").ok(),
            first_upload_day: get.day("drill.first_upload_day")?,
            second_upload_day: get.day("drill.second_upload_day")?,
            upload_by_start: get.flag("drill.upload_by_start").ok(),
            upload_start_hours: get.count("drill.upload_start_hours").ok(),
            first_review_day: get.day("drill.first_review_day")?,
            second_review_day: get.day("drill.second_review_day")?,
            review_grace_days: get.count("drill.review_grace_days")?,
            resubmit_until: get.day("drill.resubmit_until")?,
            makeup_in_second_half: get.flag("drill.makeup_in_second_half")?,
            earns_hours: get.flag("drill.earns_hours")?,
            instructors_designated: get.flag("drill.instructors_designated")?,
        })
    }

    /// Hours after the due instant within which a hand-in counts by the start of its uploads; none
    /// when only the hand-in itself counts.
    #[must_use]
    pub fn start_hours(&self) -> Option<u32> {
        let by_start = self
            .upload_by_start
            .as_ref()
            .is_some_and(|cited| cited.value);
        let hours = self.upload_start_hours.as_ref().map(|cited| cited.value);
        hours.filter(|_| by_start)
    }

    /// Whether `attendees` of `base` people are enough, without rounding (B-45).
    #[must_use]
    pub fn attendance_is_enough(&self, attendees: u32, base: u32) -> bool {
        let (n, d) = self.attendance.value;
        i64::from(attendees) * d >= i64::from(base) * n
    }

    /// Upload and review deadlines of the two halves of `month`, first half first.
    ///
    /// # Errors
    /// [`DeadlineError`] when a date leaves the range.
    pub fn windows(
        &self,
        month: Month,
        calendar: &WorkCalendar,
    ) -> Result<[(Deadline, Deadline); 2], DeadlineError> {
        let compute = |key: &str, cited: &Cited<DaySpec>| {
            cited
                .value
                .rule(key, &cited.clause)
                .from_day(calendar, month.first_day(), &[])
        };
        Ok([
            (
                compute("drill.first.upload", &self.first_upload_day)?,
                compute("drill.first.review", &self.first_review_day)?,
            ),
            (
                compute("drill.second.upload", &self.second_upload_day)?,
                compute("drill.second.review", &self.second_review_day)?,
            ),
        ])
    }
}
