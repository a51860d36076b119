//! Figures of squads and of reviewers (B-51, B-52): two-sided timeliness, first-pass rate, returns by
//! reason. Whole numbers only; shares are per thousand.

use std::collections::BTreeMap;

use chengzhi_kernel::{Month, Timestamp, UnitId};

use super::half::Half;
use super::state::State;
use super::window::HalfWindow;

/// How a hand-in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Confirmed.
    Confirmed,
    /// Sent back.
    Returned,
    /// Refused for good.
    Rejected,
    /// Taken back by the squad.
    Withdrawn,
}

impl Outcome {
    /// Stable code, as stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Confirmed => "confirmed",
            Outcome::Returned => "returned",
            Outcome::Rejected => "rejected",
            Outcome::Withdrawn => "withdrawn",
        }
    }

    /// Reads [`Outcome::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Outcome::Confirmed,
            Outcome::Returned,
            Outcome::Rejected,
            Outcome::Withdrawn,
        ]
        .into_iter()
        .find(|outcome| outcome.code() == code)
    }
}

/// One hand-in and what the reviewer made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandIn {
    /// Who was to review.
    pub reviewer: UnitId,
    /// When it came.
    pub submitted_at: Timestamp,
    /// First instant at which its review counts as late, grace included (B-51).
    pub late_from: Timestamp,
    /// How it ended, if it did.
    pub outcome: Option<Outcome>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Why it was sent back or refused.
    pub reason: Option<String>,
    /// Working days from hand-in to decision, if the calendar knows them.
    pub working_days: Option<i64>,
}

impl HandIn {
    /// True when the review was late, or is by `now`.
    #[must_use]
    pub fn reviewed_late(&self, now: Timestamp) -> bool {
        self.outcome != Some(Outcome::Withdrawn) && self.decided_at.unwrap_or(now) >= self.late_from
    }

    /// True when the lock found it undecided.
    #[must_use]
    pub fn pending_at_lock(&self, window: &HalfWindow, now: Timestamp) -> bool {
        self.outcome != Some(Outcome::Withdrawn)
            && window.locked(now)
            && self.decided_at.is_none_or(|at| window.locked(at))
    }
}

/// One slot with everything the figures need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Unit.
    pub unit: UnitId,
    /// Dates of the half.
    pub window: HalfWindow,
    /// State now (the lock taken into account).
    pub state: State,
    /// The instant of the first complete hand-in that is held against the due date.
    pub first_counted_at: Option<Timestamp>,
    /// All hand-ins in order.
    pub hand_ins: Vec<HandIn>,
}

impl Slot {
    /// Whether the first hand-in was in time; none without one.
    #[must_use]
    pub fn on_time(&self) -> Option<bool> {
        self.first_counted_at.map(|at| self.window.on_time(at))
    }

    fn returns(&self) -> u32 {
        let count = self
            .hand_ins
            .iter()
            .filter(|h| h.outcome == Some(Outcome::Returned))
            .count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

/// Counts of slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Slots owed: not exempt, and the half has begun.
    pub due: u32,
    /// Handed in at least once.
    pub submitted: u32,
    /// First hand-in in time.
    pub on_time: u32,
    /// First hand-in late.
    pub late: u32,
    /// Locked without a hand-in that stands (a return never mended included).
    pub missed: u32,
    /// Refused for good.
    pub rejected: u32,
    /// Returns, every one.
    pub returned: u32,
    /// Confirmed.
    pub confirmed: u32,
    /// Waiting for review, the locked ones included.
    pub pending: u32,
    /// Decided at least once.
    pub decided: u32,
    /// Confirmed without any return.
    pub first_pass: u32,
    /// Hand-ins whose review was or is late.
    pub review_late: u32,
}

impl Figures {
    /// Counts one slot in.
    pub fn add(&mut self, slot: &Slot, now: Timestamp) {
        if slot.state == State::Exempt || now < slot.window.begins_at() {
            return;
        }
        let one = |yes: bool| u32::from(yes);
        self.due += 1;
        self.submitted += one(slot.on_time().is_some());
        self.on_time += one(slot.on_time() == Some(true));
        self.late += one(slot.on_time() == Some(false));
        self.missed += one(slot.state == State::LockedMissed);
        self.rejected += one(slot.state == State::RejectedFinal);
        self.confirmed += one(slot.state == State::Confirmed);
        self.pending += one(slot.state.awaits_review());
        let returns = slot.returns();
        self.returned += returns;
        let decided = slot
            .hand_ins
            .iter()
            .any(|h| h.outcome.is_some_and(|o| o != Outcome::Withdrawn));
        self.decided += one(decided);
        self.first_pass += one(slot.state == State::Confirmed && returns == 0);
        let late = slot
            .hand_ins
            .iter()
            .filter(|h| h.reviewed_late(now))
            .count();
        self.review_late += u32::try_from(late).unwrap_or(u32::MAX);
    }

    /// Confirmed without a return ÷ decided at least once, per thousand, rounded half up; none
    /// while nothing is decided.
    #[must_use]
    pub fn first_pass_permille(&self) -> Option<u32> {
        permille(self.first_pass, self.decided)
    }

    /// First hand-in in time ÷ owed, per thousand; none while nothing is owed.
    #[must_use]
    pub fn on_time_permille(&self) -> Option<u32> {
        permille(self.on_time, self.due)
    }
}

/// `part ÷ whole` per thousand, rounded half up; none for an empty whole.
#[must_use]
pub fn permille(part: u32, whole: u32) -> Option<u32> {
    (whole > 0).then(|| {
        let value = (u64::from(part) * 2000 + u64::from(whole)) / (u64::from(whole) * 2);
        u32::try_from(value).unwrap_or(u32::MAX)
    })
}

/// The reviewer's own figures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReviewerFigures {
    /// Hand-ins decided.
    pub reviewed: u32,
    /// Decided in time.
    pub on_time: u32,
    /// Decided late, or undecided past the day.
    pub late: u32,
    /// Undecided when the month locked.
    pub pending_after_lock: u32,
    /// Working days from hand-in to decision.
    days: Vec<i64>,
}

impl ReviewerFigures {
    fn add(&mut self, hand_in: &HandIn, window: &HalfWindow, now: Timestamp) {
        if hand_in.outcome == Some(Outcome::Withdrawn) {
            return;
        }
        let late = hand_in.reviewed_late(now);
        self.late += u32::from(late);
        if hand_in.outcome.is_some() {
            self.reviewed += 1;
            self.on_time += u32::from(!late);
            self.days.extend(hand_in.working_days);
        }
        self.pending_after_lock += u32::from(hand_in.pending_at_lock(window, now));
    }

    /// Median of the working days from hand-in to decision, in halves; none without decisions.
    #[must_use]
    pub fn median_half_days(&self) -> Option<i64> {
        let mut days = self.days.clone();
        days.sort_unstable();
        let middle = days.len() / 2;
        let upper = days.get(middle)?;
        if days.len() % 2 == 1 {
            return Some(upper * 2);
        }
        days.get(middle.checked_sub(1)?).map(|lower| lower + upper)
    }
}

/// Everything counted over a set of slots.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statistics {
    /// Over all.
    pub totals: Figures,
    /// By unit.
    pub by_unit: BTreeMap<UnitId, Figures>,
    /// By half-month.
    pub by_half: BTreeMap<(Month, Half), Figures>,
    /// Returns and refusals by reason code.
    pub reasons: BTreeMap<String, u32>,
    /// By reviewing unit.
    pub reviewers: BTreeMap<UnitId, ReviewerFigures>,
}

/// Counts all slots.
#[must_use]
pub fn count(slots: &[Slot], now: Timestamp) -> Statistics {
    let mut all = Statistics::default();
    for slot in slots {
        all.totals.add(slot, now);
        all.by_unit.entry(slot.unit).or_default().add(slot, now);
        all.by_half
            .entry((slot.window.month, slot.window.half))
            .or_default()
            .add(slot, now);
        for hand_in in &slot.hand_ins {
            all.reviewers
                .entry(hand_in.reviewer)
                .or_default()
                .add(hand_in, &slot.window, now);
            if let Some(reason) = &hand_in.reason {
                *all.reasons.entry(reason.clone()).or_default() += 1;
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::window::tests::window;
    use super::*;

    fn hand_in(submitted: Timestamp, decided: Option<(Outcome, Timestamp)>, days: i64) -> HandIn {
        let w = window(10, Half::First);
        HandIn {
            reviewer: UnitId::from(9),
            submitted_at: submitted,
            late_from: w.review_late_from(w.review_due(submitted)),
            outcome: decided.map(|d| d.0),
            decided_at: decided.map(|d| d.1),
            reason: (decided.map(|d| d.0) == Some(Outcome::Returned)).then(|| "angle".to_owned()),
            working_days: decided.map(|_| days),
        }
    }

    fn slot(state: State, hand_ins: Vec<HandIn>) -> Slot {
        Slot {
            unit: UnitId::from(1),
            window: window(10, Half::First),
            state,
            first_counted_at: hand_ins.first().map(|h| h.submitted_at),
            hand_ins,
        }
    }

    fn on(day: u32) -> Timestamp {
        Timestamp::at(window(10, Half::First).month.day(day), 9, 0)
    }

    #[test]
    fn both_sides_are_counted_apart() {
        let w = window(10, Half::First);
        let slots = [
            // In time, returned the same day, mended in the second half, confirmed in the month.
            slot(
                State::Confirmed,
                vec![
                    hand_in(on(15), Some((Outcome::Returned, on(15))), 0),
                    hand_in(on(28), Some((Outcome::Confirmed, on(29))), 1),
                ],
            ),
            // Late by the squad, reviewed before the lock.
            slot(
                State::Confirmed,
                vec![hand_in(on(16), Some((Outcome::Confirmed, on(24))), 6)],
            ),
            // In time, reviewed a day late: the reviewer's fault.
            slot(
                State::Confirmed,
                vec![hand_in(on(14), Some((Outcome::Confirmed, on(16))), 2)],
            ),
            // In time, undecided at the lock.
            slot(State::LockedPending, vec![hand_in(on(14), None, 0)]),
            slot(State::LockedMissed, vec![]),
            slot(State::Exempt, vec![]),
        ];
        let all = count(&slots, w.lock_at);
        assert_eq!(
            all.totals,
            Figures {
                due: 5,
                submitted: 4,
                on_time: 3,
                late: 1,
                missed: 1,
                rejected: 0,
                returned: 1,
                confirmed: 3,
                pending: 1,
                decided: 3,
                first_pass: 2,
                review_late: 2,
            }
        );
        assert_eq!(all.totals.first_pass_permille(), Some(667));
        assert_eq!(all.reasons.get("angle"), Some(&1));
        assert_eq!(all.by_half[&(w.month, Half::First)], all.totals);
        let reviewer = &all.reviewers[&UnitId::from(9)];
        assert_eq!(
            (reviewer.reviewed, reviewer.on_time, reviewer.late),
            (4, 3, 2)
        );
        assert_eq!(reviewer.pending_after_lock, 1);
        assert_eq!(reviewer.median_half_days(), Some(3), "median of 0 1 2 6");
    }

    #[test]
    fn grace_only_touches_the_reviewers_lateness() {
        let mut generous = hand_in(on(14), Some((Outcome::Confirmed, on(16))), 2);
        assert!(generous.reviewed_late(on(20)));
        let mut w = window(10, Half::First);
        w.review_grace_days = 1;
        generous.late_from = w.review_late_from(w.review_due(on(14)));
        assert!(!generous.reviewed_late(on(20)));
    }

    #[test]
    fn a_withdrawn_hand_in_is_nobodys_fault() {
        let at = on(10);
        let slots = [slot(
            State::LockedMissed,
            vec![hand_in(at, Some((Outcome::Withdrawn, at.plus_hours(1))), 0)],
        )];
        let all = count(&slots, window(10, Half::First).lock_at);
        assert_eq!((all.totals.review_late, all.totals.decided), (0, 0));
        assert_eq!(all.reviewers[&UnitId::from(9)], ReviewerFigures::default());
    }

    #[test]
    fn a_half_that_has_not_begun_is_not_due_and_shares_are_rounded() {
        let mut second = slot(State::NotStarted, vec![]);
        second.window = window(10, Half::Second);
        let at = second.window.begins_at();
        assert_eq!(
            count(&[second.clone()], at.plus_micros(-1)).totals,
            Figures::default()
        );
        assert_eq!(count(&[second], at).totals.due, 1);
        assert_eq!(permille(2, 3), Some(667));
        assert_eq!(permille(1, 8), Some(125));
        assert_eq!(permille(0, 0), None);
    }
}
