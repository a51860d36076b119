//! Figures of units and of reviewers (B-43, B-51, B-93): two-sided timeliness, first-pass rate, returns by
//! reason. Whole numbers only; shares are per thousand.

use std::collections::BTreeMap;

use chengzhi_kernel::{Timestamp, UnitId};

use crate::state::State;

/// The dates of a slot, as far as figures need them.
pub trait Window {
    /// What slots are grouped by: a month, a half-month.
    type Period: Copy + Ord;

    /// Which period.
    fn period(&self) -> Self::Period;

    /// From when the slot is owed.
    fn begins_at(&self) -> Timestamp;

    /// Whether a first hand-in at this instant is in time.
    fn on_time(&self, at: Timestamp) -> bool;

    /// Whether the period has locked.
    fn locked(&self, now: Timestamp) -> bool;
}

/// How a hand-in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Confirmed.
    Confirmed,
    /// Sent back.
    Returned,
    /// Refused for good.
    Rejected,
    /// Taken back by the unit.
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
    /// First instant at which its review counts as late.
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
    pub fn pending_at_lock<W: Window>(&self, window: &W, now: Timestamp) -> bool {
        self.outcome != Some(Outcome::Withdrawn)
            && window.locked(now)
            && self.decided_at.is_none_or(|at| window.locked(at))
    }
}

/// One slot with everything the figures need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot<W> {
    /// Unit.
    pub unit: UnitId,
    /// Its dates.
    pub window: W,
    /// State now (the lock taken into account).
    pub state: State,
    /// The instant of the first complete hand-in that is held against the due date.
    pub counted_at: Option<Timestamp>,
    /// All hand-ins in order.
    pub hand_ins: Vec<HandIn>,
}

impl<W: Window> Slot<W> {
    /// Whether the first hand-in was in time; none without one.
    #[must_use]
    pub fn on_time(&self) -> Option<bool> {
        self.counted_at.map(|at| self.window.on_time(at))
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
    /// Slots owed: not exempt, and the period has begun.
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
    pub fn add<W: Window>(&mut self, slot: &Slot<W>, now: Timestamp) {
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
    /// Undecided when the period locked.
    pub pending_after_lock: u32,
    /// Working days from hand-in to decision.
    days: Vec<i64>,
}

impl ReviewerFigures {
    fn add<W: Window>(&mut self, hand_in: &HandIn, window: &W, now: Timestamp) {
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

    /// Counts another reviewer's figures in.
    pub fn merge(&mut self, other: &ReviewerFigures) {
        self.reviewed += other.reviewed;
        self.on_time += other.on_time;
        self.late += other.late;
        self.pending_after_lock += other.pending_after_lock;
        self.days.extend(other.days.iter().copied());
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics<P: Ord> {
    /// Over all.
    pub totals: Figures,
    /// By unit.
    pub by_unit: BTreeMap<UnitId, Figures>,
    /// By month, or half-month.
    pub by_period: BTreeMap<P, Figures>,
    /// Returns and refusals by reason code.
    pub reasons: BTreeMap<String, u32>,
    /// By reviewing unit.
    pub reviewers: BTreeMap<UnitId, ReviewerFigures>,
}

/// Counts all slots.
#[must_use]
pub fn count<W: Window>(slots: &[Slot<W>], now: Timestamp) -> Statistics<W::Period> {
    let mut all = Statistics {
        totals: Figures::default(),
        by_unit: BTreeMap::new(),
        by_period: BTreeMap::new(),
        reasons: BTreeMap::new(),
        reviewers: BTreeMap::new(),
    };
    for slot in slots {
        all.totals.add(slot, now);
        all.by_unit.entry(slot.unit).or_default().add(slot, now);
        all.by_period
            .entry(slot.window.period())
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
