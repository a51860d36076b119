//! The dates of one half-month and what they mean for a record (B-50…B-52). Instants are half-open:
//! due on the 15th means before the 16th 00:00 in Shanghai.

use chengzhi_kernel::{Date, Month, Timestamp, format_cn};

use super::Deny;
use super::half::Half;
use super::state::{Event, State, next};

/// How long an opened record is kept for its reviewer.
pub const HOLD_MINUTES: i64 = 30;

/// The instants of a half-month, as the rules of its year give them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HalfWindow {
    /// The month.
    pub month: Month,
    /// The half.
    pub half: Half,
    /// Last day number of the first half (B-44).
    pub first_half_end: u32,
    /// First instant at which a hand-in is late (B-50).
    pub due_at: Timestamp,
    /// Hours after the due instant within which a hand-in counts by the start of its uploads; none
    /// when only the hand-in itself counts (B-50).
    pub start_hours: Option<u32>,
    /// First instant after the day of review (B-51).
    pub review_by: Timestamp,
    /// Days by which a review may pass its day without counting as late (B-51); 0 is "same day".
    pub review_grace_days: u32,
    /// First instant at which nothing can be reported any more: of both halves the month's (B-52).
    pub lock_at: Timestamp,
}

impl HalfWindow {
    /// First instant at which something can be recorded: the month's. The second session may be
    /// planned while the first half runs.
    #[must_use]
    pub fn opens_at(&self) -> Timestamp {
        Timestamp::start_of_day(self.month.first_day())
    }

    /// First instant of the half: from here on the slot is owed.
    #[must_use]
    pub fn begins_at(&self) -> Timestamp {
        Timestamp::start_of_day(self.half.first_day(self.month, self.first_half_end))
    }

    /// The last day in time. Whether a squad owes the half is judged on this day.
    #[must_use]
    pub fn due_day(&self) -> Date {
        self.due_at.plus_micros(-1).date()
    }

    /// True when a first complete hand-in at `at` is in time.
    #[must_use]
    pub fn on_time(&self, at: Timestamp) -> bool {
        at < self.due_at
    }

    /// The instant of a first hand-in that is held against the due date (B-50): its own, or the
    /// latest start of its uploads where the rules count that and it comes soon enough. The lock
    /// stays hard either way.
    #[must_use]
    pub fn counted_at(&self, handed_in: Timestamp, latest_start: Option<Timestamp>) -> Timestamp {
        let (Some(hours), Some(start)) = (self.start_hours, latest_start) else {
            return handed_in;
        };
        let soon = handed_in < self.due_at.plus_hours(i64::from(hours));
        if soon && self.on_time(start) {
            start.min(handed_in)
        } else {
            handed_in
        }
    }

    /// What counts as in time, in one sentence.
    #[must_use]
    pub fn counted_by(&self) -> String {
        match self.start_hours {
            None => "是否按时以完整提交的时间为准。".to_owned(),
            Some(hours) => format!("截止前开始上传影像、截止后{hours}小时内提交的，算按时。"),
        }
    }

    /// True when the half is locked at `now`.
    #[must_use]
    pub fn locked(&self, now: Timestamp) -> bool {
        now >= self.lock_at
    }

    /// True when a day lies in this half.
    #[must_use]
    pub fn in_half(&self, day: Date) -> bool {
        self.month.contains(day) && Half::of(day, self.first_half_end) == self.half
    }

    /// True for a session of the first half's record that is held in the second half (补训, B-52).
    #[must_use]
    pub fn is_makeup(&self, day: Date) -> bool {
        self.half == Half::First && self.month.contains(day) && !self.in_half(day)
    }

    /// Until when a hand-in must be reviewed: by the half's review day if it came before; a later
    /// one (also a resubmission) by the lock.
    #[must_use]
    pub fn review_due(&self, submitted_at: Timestamp) -> Timestamp {
        if submitted_at < self.review_by {
            self.review_by
        } else {
            self.lock_at
        }
    }

    /// First instant at which a review that was due at `due` counts as late.
    #[must_use]
    pub fn review_late_from(&self, due: Timestamp) -> Timestamp {
        due.plus_days(i64::from(self.review_grace_days))
    }

    /// Refuses what comes before the month begins.
    ///
    /// # Errors
    /// [`Deny`] with the first day.
    pub fn check_open(&self, now: Timestamp) -> Result<(), Deny> {
        if now < self.opens_at() {
            return Err(Deny::new(
                "drill.not_open",
                format!(
                    "{}的队列训练从{}起填写。",
                    self.month.label_cn(),
                    format_cn(self.month.first_day())
                ),
            ));
        }
        Ok(())
    }
}

/// The state at `now`: a stored one with a run-out hold and a passed lock taken into account, so
/// that nobody depends on a sweep having run.
#[must_use]
pub fn effective(
    stored: State,
    held_until: Option<Timestamp>,
    window: &HalfWindow,
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

    /// The window of a half of 2024 by the notice's dates.
    pub(crate) fn window(month: u32, half: Half) -> HalfWindow {
        let month = Month::new(2024, month).unwrap();
        let last = Timestamp::end_of_day(half.last_day(month, 15));
        HalfWindow {
            month,
            half,
            first_half_end: 15,
            due_at: last,
            start_hours: None,
            review_by: last,
            review_grace_days: 0,
            lock_at: Timestamp::end_of_day(month.last_day()),
        }
    }

    #[test]
    fn the_last_microsecond_is_in_time_and_the_due_instant_is_late() {
        for half in Half::ALL {
            let w = window(2, half);
            assert!(w.on_time(w.due_at.plus_micros(-1)) && !w.on_time(w.due_at));
            assert_eq!(w.due_day(), half.last_day(w.month, 15));
        }
        assert_eq!(
            window(2, Half::Second).due_day(),
            window(2, Half::Second).month.day(29)
        );
    }

    #[test]
    fn an_upload_begun_in_time_counts_only_by_the_switch_and_for_some_hours() {
        let mut w = window(11, Half::First);
        let (start, late) = (w.due_at.plus_minutes(-10), w.due_at.plus_minutes(20));
        assert!(
            !w.on_time(w.counted_at(late, Some(start))),
            "finish by default"
        );
        w.start_hours = Some(12);
        assert!(w.on_time(w.counted_at(late, Some(start))));
        assert!(
            !w.on_time(w.counted_at(late, Some(w.due_at))),
            "begun too late"
        );
        assert!(
            !w.on_time(w.counted_at(w.due_at.plus_hours(12), Some(start))),
            "too long"
        );
        assert!(!w.on_time(w.counted_at(late, None)));
        let early = w.due_at.plus_days(-2);
        assert_eq!(w.counted_at(early, Some(start)), early);
    }

    #[test]
    fn the_first_half_stays_open_until_the_month_ends() {
        let w = window(11, Half::First);
        let after = w.due_at.plus_days(3);
        assert_eq!(effective(State::Returned, None, &w, after), State::Returned);
        assert_eq!(
            effective(State::NotStarted, None, &w, after),
            State::NotStarted
        );
        assert_eq!(
            effective(State::Draft, None, &w, w.lock_at.plus_micros(-1)),
            State::Draft
        );
        for (before, then) in [
            (State::NotStarted, State::LockedMissed),
            (State::Draft, State::LockedMissed),
            (State::Returned, State::LockedMissed),
            (State::Submitted, State::LockedPending),
            (State::Confirmed, State::Confirmed),
        ] {
            assert_eq!(effective(before, None, &w, w.lock_at), then);
        }
    }

    #[test]
    fn a_hold_runs_out_at_its_instant() {
        let w = window(11, Half::First);
        let until = Timestamp::at(w.month.day(12), 9, 30);
        let held = |now| effective(State::UnderReview, Some(until), &w, now);
        assert_eq!(held(until.plus_micros(-1)), State::UnderReview);
        assert_eq!(held(until), State::Submitted);
    }

    #[test]
    fn review_shares_the_day_of_the_upload_and_grace_only_moves_lateness() {
        let mut w = window(11, Half::First);
        assert_eq!(w.review_due(w.due_at.plus_micros(-1)), w.due_at);
        assert_eq!(w.review_due(w.due_at), w.lock_at);
        assert_eq!(
            w.review_late_from(w.due_at),
            w.due_at,
            "same day by default"
        );
        w.review_grace_days = 2;
        assert_eq!(w.review_late_from(w.due_at), w.due_at.plus_days(2));
        assert_eq!(
            w.review_due(w.due_at.plus_micros(-1)),
            w.due_at,
            "the date itself stays"
        );
    }

    #[test]
    fn a_make_up_is_a_first_half_session_of_the_second_half() {
        let first = window(11, Half::First);
        assert!(!first.is_makeup(first.month.day(15)));
        assert!(first.is_makeup(first.month.day(16)));
        assert!(first.is_makeup(first.month.day(30)));
        assert!(!first.is_makeup(first.month.next().day(1)));
        let second = window(11, Half::Second);
        assert!(!second.is_makeup(second.month.day(10)));
        assert!(!second.in_half(second.month.day(10)));
    }

    #[test]
    fn both_halves_open_with_the_month() {
        let w = window(12, Half::Second);
        assert!(w.check_open(w.opens_at()).is_ok());
        assert!(w.begins_at() > w.opens_at());
        let deny = w.check_open(w.opens_at().plus_micros(-1)).unwrap_err();
        assert_eq!(deny.code, "drill.not_open");
        assert!(deny.text.contains("2024年12月1日（周日）"), "{}", deny.text);
    }
}
