//! Monthly study as units report it and bureaus review it: one story per unit and month, cut off at
//! today.

use chengzhi_kernel::deadline::plus_days;
use chengzhi_kernel::{Date, Month, Timestamp};
use chengzhi_study::facade::{MonthWindow, Session};

use super::days;
use super::people::PersonPlan;
use super::status::office_hours;
use crate::data::changes::Habit;
use crate::rng::Rng;

/// A mark beside a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Index of the person.
    pub person: usize,
    /// Attended.
    pub present: bool,
    /// Why not.
    pub reason: Option<String>,
    /// Away by status: 产假.
    pub away: Option<&'static str>,
}

/// What was handed in, or stands in a draft.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Version {
    /// Session.
    pub form: Session,
    /// Attendance.
    pub marks: Vec<Mark>,
    /// Indexes of photos.
    pub photos: Vec<usize>,
}

/// What a reviewer decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// 通过.
    Confirm,
    /// 退回.
    Return,
    /// 终退, after the lock.
    Reject,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionPlan {
    /// What.
    pub verdict: Verdict,
    /// When.
    pub at: Timestamp,
    /// Index of the person.
    pub by: usize,
    /// Reason code.
    pub reason: Option<String>,
    /// Note.
    pub note: Option<String>,
}

/// A hand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundPlan {
    /// When.
    pub at: Timestamp,
    /// What.
    pub version: Version,
    /// What came of it.
    pub decision: Option<DecisionPlan>,
}

/// A unit's month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotPlan {
    /// Index of the unit.
    pub unit: usize,
    /// Month.
    pub month: Month,
    /// Index of the unit that reviews.
    pub reviewer: usize,
    /// Reviewed by the city instead of the bureau.
    pub passed_up: bool,
    /// First saved.
    pub started_at: Timestamp,
    /// Index of the person who reports for the unit.
    pub by: usize,
    /// What stands when nothing was handed in.
    pub draft: Option<Version>,
    /// Hand-ins.
    pub rounds: Vec<RoundPlan>,
}

impl SlotPlan {
    /// The confirmed version.
    #[must_use]
    pub fn confirmed(&self) -> Option<&Version> {
        let last = self.rounds.last()?;
        let decision = last.decision.as_ref()?;
        (decision.verdict == Verdict::Confirm).then_some(&last.version)
    }
}

/// The days of a month's story before its content is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// Day of the session.
    pub held_on: Date,
    /// First saved, the session's day or later.
    pub started_at: Timestamp,
    /// Handed in; none for a month that is missed.
    pub submitted_at: Option<Timestamp>,
}

/// Draws when a unit of this habit holds its session and hands in. None when it does nothing at
/// all.
#[must_use]
pub fn timing(rng: &mut Rng, habit: &Habit, window: &MonthWindow) -> Option<Timing> {
    let month = window.month;
    let due = window.due_day();
    let lock = window.lock_at.plus_micros(-1).date();
    let kind = rng.weighted([habit.early, habit.last_days, habit.late, habit.missed].into_iter());
    let latest = match kind {
        0 => plus_days(due, -5),
        1 => plus_days(due, -1),
        _ => plus_days(due, 3),
    };
    let open = days::workdays(month.day(if month.month() == 1 { 4 } else { 3 }), latest);
    let held_on = match kind {
        // Late ones hold their session late, too.
        0 => *open.get(rng.index(open.len()))?,
        _ => *open.get(open.len() / 3 + rng.index(open.len() - open.len() / 3))?,
    };
    let next = |rng: &mut Rng, from: Date, to: Date| {
        let list = days::workdays(from.max(plus_days(held_on, 1)), to);
        let day = list.get(rng.index(list.len())).copied().unwrap_or(to);
        office_hours(rng, day)
    };
    let submitted_at = match kind {
        0 => Some(next(rng, held_on, plus_days(held_on, 5).min(due))),
        1 => Some(next(rng, plus_days(due, -3), due)),
        2 => Some(next(rng, plus_days(due, 1), plus_days(lock, -1))),
        _ => None,
    };
    if kind == 3 && rng.permille(500) {
        return None;
    }
    let started = office_hours(rng, held_on).max(Timestamp::at(held_on, 16, 40));
    let started_at = submitted_at.map_or(started, |at| started.min(at.plus_minutes(-12)));
    Some(Timing {
        held_on,
        started_at,
        submitted_at,
    })
}

/// Marks the roster of a day: who was there, who not and why.
#[must_use]
pub fn marks(
    rng: &mut Rng,
    people: &[PersonPlan],
    members: &[usize],
    on: Date,
    present: u32,
    reasons: &[String],
) -> Vec<Mark> {
    use chengzhi_organisation::domain::status::State;
    let mut list: Vec<Mark> = members
        .iter()
        .filter(|person| people[**person].established && people[**person].serves_on(on))
        .map(|person| match people[*person].state_on(on) {
            State::Away(kind) => Mark {
                person: *person,
                present: false,
                reason: Some(kind.name().to_owned()),
                away: Some(kind.name()),
            },
            _ if rng.permille(present) => Mark {
                person: *person,
                present: true,
                reason: None,
                away: None,
            },
            _ => Mark {
                person: *person,
                present: false,
                reason: Some(reasons[rng.index(reasons.len())].clone()),
                away: None,
            },
        })
        .collect();
    list.sort_by(|a, b| people[a.person].staff_no.cmp(&people[b.person].staff_no));
    list
}
