//! The dates of one month and what they mean for a record (B-37…B-40). Instants are half-open: due
//! on the 20th means before the 21st 00:00 in Shanghai.

use chengzhi_kernel::{Date, Month, Timestamp};

use super::Deny;
use super::state::{Event, State, next};

/// How long an opened record is kept for its reviewer.
pub const HOLD_MINUTES: i64 = 30;

/// The instants of a month, as the rules of its year give them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthWindow {
    /// The month.
    pub month: Month,
    /// First instant at which a hand-in is late (B-37).
    pub due_at: Timestamp,
    /// First instant at which a review is late (B-38).
    pub review_by: Timestamp,
    /// First instant at which nothing can be reported any more (B-40).
    pub lock_at: Timestamp,
}

impl MonthWindow {
    /// First instant of the month: before it nothing can be recorded.
    #[must_use]
    pub fn opens_at(&self) -> Timestamp {
        Timestamp::start_of_day(self.month.first_day())
    }

    /// The last day in time. Whether a unit owes the month is judged on this day: units that open
    /// later or closed earlier owe nothing.
    #[must_use]
    pub fn due_day(&self) -> Date {
        self.due_at.plus_micros(-1).date()
    }

    /// True when a first complete hand-in at `at` is in time.
    #[must_use]
    pub fn on_time(&self, at: Timestamp) -> bool {
        at < self.due_at
    }

    /// True when the month is locked at `now`.
    #[must_use]
    pub fn locked(&self, now: Timestamp) -> bool {
        now >= self.lock_at
    }

    /// Until when a hand-in must be reviewed: by the month's review day if it came before; a later
    /// one (also a resubmission, B-39) by the lock.
    #[must_use]
    pub fn review_due(&self, submitted_at: Timestamp) -> Timestamp {
        if submitted_at < self.review_by {
            self.review_by
        } else {
            self.lock_at
        }
    }

    /// Until when confirmed attendance may be corrected: the end of the year.
    #[must_use]
    pub fn correct_until(&self) -> Timestamp {
        year_end(self.month)
    }

    /// Refuses what comes before the month begins.
    ///
    /// # Errors
    /// [`Deny`] with the first day.
    pub fn check_open(&self, now: Timestamp) -> Result<(), Deny> {
        if now < self.opens_at() {
            return Err(Deny::new(
                "study.not_open",
                format!(
                    "{}的学习记录从{}起填写。",
                    self.month.label_cn(),
                    chengzhi_kernel::format_cn(self.month.first_day())
                ),
            ));
        }
        Ok(())
    }
}

/// The first instant after the month's year.
#[must_use]
pub fn year_end(month: Month) -> Timestamp {
    let december = Month::new(month.year(), 12).unwrap_or(month);
    Timestamp::end_of_day(december.last_day())
}

/// The state at `now`: a stored one with a run-out hold and a passed lock taken into account, so
/// that nobody depends on a sweep having run.
#[must_use]
pub fn effective(
    stored: State,
    held_until: Option<Timestamp>,
    window: &MonthWindow,
    now: Timestamp,
) -> State {
    if window.locked(now) {
        return next(stored, Event::Lock).unwrap_or(stored);
    }
    if stored == State::UnderReview && held_until.is_none_or(|until| now >= until) {
        return State::Submitted;
    }
    stored
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The window of a month of 2024 by the usual dates.
    pub(crate) fn window(month: u32) -> MonthWindow {
        let month = Month::new(2024, month).unwrap();
        let (due, review) = if month.month() == 12 {
            (15, 15)
        } else {
            (20, 25)
        };
        MonthWindow {
            month,
            due_at: Timestamp::end_of_day(month.day(due)),
            review_by: Timestamp::end_of_day(month.day(review)),
            lock_at: Timestamp::end_of_day(month.last_day()),
        }
    }

    #[test]
    fn the_last_microsecond_is_in_time_and_the_due_instant_is_late() {
        let w = window(11);
        assert!(w.on_time(w.due_at.plus_micros(-1)));
        assert!(!w.on_time(w.due_at));
        assert_eq!(w.due_day(), w.month.day(20));
    }

    #[test]
    fn the_lock_instant_locks() {
        let w = window(11);
        let before = w.lock_at.plus_micros(-1);
        assert_eq!(effective(State::Draft, None, &w, before), State::Draft);
        assert_eq!(
            effective(State::Draft, None, &w, w.lock_at),
            State::LockedMissed
        );
        assert_eq!(
            effective(State::Submitted, None, &w, w.lock_at),
            State::LockedPending
        );
        assert_eq!(
            effective(
                State::UnderReview,
                Some(w.lock_at.plus_days(1)),
                &w,
                w.lock_at
            ),
            State::LockedPending
        );
        assert_eq!(
            effective(State::Confirmed, None, &w, w.lock_at),
            State::Confirmed
        );
    }

    #[test]
    fn a_hold_runs_out_at_its_instant() {
        let w = window(11);
        let until = Timestamp::at(w.month.day(18), 9, 30);
        let held = |now| effective(State::UnderReview, Some(until), &w, now);
        assert_eq!(held(until.plus_micros(-1)), State::UnderReview);
        assert_eq!(held(until), State::Submitted);
    }

    #[test]
    fn what_comes_after_the_review_day_is_reviewed_by_the_lock() {
        let w = window(11);
        assert_eq!(w.review_due(w.due_at), w.review_by);
        assert_eq!(w.review_due(w.review_by.plus_micros(-1)), w.review_by);
        assert_eq!(w.review_due(w.review_by), w.lock_at);
        let december = window(12);
        assert_eq!(december.due_at, december.review_by);
        assert_eq!(december.review_due(december.due_at), december.lock_at);
    }

    #[test]
    fn a_month_opens_on_its_first_day() {
        let w = window(12);
        assert!(w.check_open(w.opens_at()).is_ok());
        let deny = w.check_open(w.opens_at().plus_micros(-1)).unwrap_err();
        assert_eq!(deny.code, "study.not_open");
        assert!(deny.text.contains("2024年12月1日（周日）"), "{}", deny.text);
    }

    #[test]
    fn corrections_end_with_the_year() {
        assert_eq!(
            window(3).correct_until(),
            Timestamp::start_of_day(Date::from_ymd_opt(2025, 1, 1).unwrap())
        );
    }
}
