//! Monthly study (B-35…B-43): its rules and the instants of each month.

use chengzhi_kernel::deadline::{Deadline, DeadlineError, Roll};
use chengzhi_kernel::{Date, Month, Quantity, Timestamp, WorkCalendar};
use serde::Serialize;

use super::{Cited, Getter, date_in};
use crate::pack::{DaySpec, PackError};

/// The rules of monthly study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StudyRules {
    /// Months between the task's issue and the month it is for (B-35).
    pub task_lead_months: Cited<u32>,
    /// Sessions a month (B-36).
    pub sessions_per_month: Cited<u32>,
    /// Minutes one session must reach (B-36).
    pub min_minutes: Cited<u32>,
    /// Hours a fulfilled month earns (B-42).
    pub hours_per_month: Cited<Quantity>,
    /// Hand-in, January to November (B-37).
    pub due_day: Cited<DaySpec>,
    /// Hand-in in December (B-37).
    pub december_due_day: Cited<DaySpec>,
    /// Whether the named day itself is in time (B-37).
    pub days_inclusive: Cited<bool>,
    /// Review, January to November (B-38).
    pub review_day: Cited<DaySpec>,
    /// Review in December (B-38).
    pub december_review_day: Cited<DaySpec>,
    /// Last day for a returned record (B-39).
    pub resubmit_until: Cited<DaySpec>,
    /// Last day before the month locks (B-40).
    pub lock_day: Cited<DaySpec>,
    /// Whether December locks at its hand-in date (B-40).
    pub december_hard_lock: Cited<bool>,
    /// What a rest day at the end does; the notice says nothing, so it stands.
    pub roll: Cited<String>,
    /// Fewest photos (B-37).
    pub min_photos: Cited<u32>,
    /// Most photos.
    pub max_photos: Cited<u32>,
    /// Largest photo, in megabytes.
    pub photo_max_mb: Cited<u32>,
    /// Whether the record says if the session was filmed and where the film is (B-29).
    pub film_asked: Cited<bool>,
    /// Whether an unfilmed session may not be handed in (B-29).
    pub film_required: Cited<bool>,
    /// Whether the district may make a month good (B-41).
    pub makeup_allowed: Cited<bool>,
    /// Last day of the year for a make-up, as month and day (B-41).
    pub makeup_until: Cited<(u32, u32)>,
    /// Whether only established officers are on the list (B-12).
    pub established_only: Cited<bool>,
    /// Whether sections study too (B-13).
    pub sections_included: Cited<bool>,
}

/// The instants of one month's study, half-open: in time means before them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StudyWindows {
    /// The month.
    pub month: Month,
    /// Hand-in, with its explanation.
    pub due: Deadline,
    /// The district's review, with its explanation.
    pub review: Deadline,
    /// Hand-in of a returned record, with its explanation.
    pub resubmit: Deadline,
    /// The lock, with its explanation.
    pub lock: Deadline,
    /// `due.due_at`.
    pub due_at: Timestamp,
    /// `review.due_at`.
    pub review_by: Timestamp,
    /// `lock.due_at`.
    pub lock_at: Timestamp,
}

impl StudyRules {
    pub(super) fn read(get: &Getter<'_>) -> Result<Self, PackError> {
        Ok(Self {
            task_lead_months: get.count("study.task_lead_months")?,
            sessions_per_month: get.count("study.sessions_per_month")?,
            min_minutes: get.count("study.min_minutes")?,
            hours_per_month: get.amount("study.hours_per_month")?,
            due_day: get.day("study.due_day")?,
            december_due_day: get.day("study.december_due_day")?,
            days_inclusive: get.flag("study.days_inclusive")?,
            review_day: get.day("study.review_day")?,
            december_review_day: get.day("study.december_review_day")?,
            resubmit_until: get.day("study.resubmit_until")?,
            lock_day: get.day("study.lock_day")?,
            december_hard_lock: get.flag("study.december_hard_lock")?,
            roll: get.text("study.roll")?,
            min_photos: get.count("study.min_photos")?,
            max_photos: get.count("study.max_photos")?,
            photo_max_mb: get.count("study.photo_max_mb")?,
            film_asked: get.flag("study.film_asked")?,
            film_required: get.flag("study.film_required")?,
            makeup_allowed: get.flag("study.makeup_allowed")?,
            makeup_until: get.day_of_year("study.makeup_until")?,
            established_only: get.flag("study.established_only")?,
            sections_included: get.flag("study.sections_included")?,
        })
    }

    /// The instants of `month`. December has dates of its own (B-37, B-38, B-40). The calendar is
    /// only asked when the pack rolls deadlines.
    ///
    /// # Errors
    /// [`DeadlineError`] when a needed calendar year is missing.
    pub fn windows(
        &self,
        month: Month,
        calendar: &WorkCalendar,
    ) -> Result<StudyWindows, DeadlineError> {
        let december = month.month() == 12;
        let (due_day, review_day) = if december {
            (&self.december_due_day, &self.december_review_day)
        } else {
            (&self.due_day, &self.review_day)
        };
        let roll = match self.roll.value.as_str() {
            "顺延至下一工作日" => Roll::NextWorkday,
            "提前至上一工作日" => Roll::PrevWorkday,
            _ => Roll::None,
        };
        let origin = month.first_day();
        let compute = |key: &str, cited: &Cited<DaySpec>, roll: Roll, bends: bool| {
            let day = if bends && !self.days_inclusive.value {
                cited.value.day_before()
            } else {
                cited.value
            };
            day.rule(key, &cited.clause)
                .rolled(roll)
                .from_day(calendar, origin, &[])
        };
        let due = compute("study.due", due_day, roll, true)?;
        let review = compute("study.review", review_day, roll, true)?;
        // The lock is the end of the month itself: it never rolls.
        let lock = if december && self.december_hard_lock.value {
            Deadline {
                key: "study.lock".to_owned(),
                ..due.clone()
            }
        } else {
            compute("study.lock", &self.lock_day, Roll::None, false)?
        };
        let resubmit = compute("study.resubmit", &self.resubmit_until, Roll::None, false)?;
        let resubmit = if resubmit.due_at > lock.due_at {
            Deadline {
                key: "study.resubmit".to_owned(),
                ..lock.clone()
            }
        } else {
            resubmit
        };
        Ok(StudyWindows {
            month,
            due_at: due.due_at,
            review_by: review.due_at,
            lock_at: lock.due_at,
            due,
            review,
            resubmit,
            lock,
        })
    }

    /// The last day of a month by which its task should be known (B-35): the end of the month
    /// that lies `task_lead_months` before it.
    #[must_use]
    pub fn task_due(&self, month: Month) -> Date {
        let mut earlier = month;
        for _ in 0..self.task_lead_months.value {
            earlier = earlier.prev();
        }
        earlier.last_day()
    }

    /// The last day on which a month of `year` may be made good (B-41).
    #[must_use]
    pub fn makeup_last_day(&self, year: i32) -> Date {
        date_in(year, self.makeup_until.value)
    }
}
