//! Where a slot stands and what can be asked of it (B-128, B-129): one table of steps for every capability.

use std::str::FromStr;

/// Where a slot stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Nothing recorded yet.
    NotStarted,
    /// Recorded, not handed in.
    Draft,
    /// Handed in, waiting for review.
    Submitted,
    /// A reviewer reads it; nobody else changes it until he decides, releases or times out.
    UnderReview,
    /// Sent back for mending before the lock (B-39, B-52).
    Returned,
    /// Confirmed: it counts.
    Confirmed,
    /// The period locked without a hand-in that stands (B-40, B-52).
    LockedMissed,
    /// The period locked before the reviewer decided: his fault, not the unit's.
    LockedPending,
    /// Refused after the lock, for good.
    RejectedFinal,
    /// The unit owes nothing in this period: no serving members, or left out by rule.
    Exempt,
}

impl State {
    /// All states in the order of a slot's life.
    pub const ALL: &'static [State] = &[
        State::NotStarted,
        State::Draft,
        State::Submitted,
        State::UnderReview,
        State::Returned,
        State::Confirmed,
        State::LockedMissed,
        State::LockedPending,
        State::RejectedFinal,
        State::Exempt,
    ];

    /// Stable code, as stored and sent.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            State::NotStarted => "not_started",
            State::Draft => "draft",
            State::Submitted => "submitted",
            State::UnderReview => "under_review",
            State::Returned => "returned",
            State::Confirmed => "confirmed",
            State::LockedMissed => "locked_missed",
            State::LockedPending => "locked_pending",
            State::RejectedFinal => "rejected_final",
            State::Exempt => "exempt",
        }
    }

    /// Word on pages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            State::NotStarted => "未开始",
            State::Draft => "草稿",
            State::Submitted => "待审",
            State::UnderReview => "审核中",
            State::Returned => "退回",
            State::Confirmed => "通过",
            State::LockedMissed => "逾期",
            State::LockedPending => "待审已锁",
            State::RejectedFinal => "终退",
            State::Exempt => "免",
        }
    }

    /// The one character in the grid; a hand-in that came late shows 迟 while it waits.
    #[must_use]
    pub fn letter(self, on_time: Option<bool>) -> &'static str {
        match self {
            State::NotStarted => "未",
            State::Draft => "草",
            State::Submitted | State::UnderReview if on_time == Some(false) => "迟",
            State::Submitted | State::UnderReview => "审",
            State::Returned => "退",
            State::Confirmed => "通",
            State::LockedMissed => "逾",
            State::LockedPending => "锁",
            State::RejectedFinal => "终",
            State::Exempt => "免",
        }
    }

    /// The word of the grid's legend, which calls a late hand-in 迟报.
    #[must_use]
    pub fn grid_name(self, on_time: Option<bool>) -> &'static str {
        match self {
            State::Submitted | State::UnderReview if on_time == Some(false) => "迟报",
            State::UnderReview => "待审",
            other => other.name(),
        }
    }

    /// True when the lock has nothing left to change.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(
            self,
            State::Confirmed
                | State::LockedMissed
                | State::LockedPending
                | State::RejectedFinal
                | State::Exempt
        )
    }

    /// True while a reviewer owes a decision.
    #[must_use]
    pub fn awaits_review(self) -> bool {
        matches!(
            self,
            State::Submitted | State::UnderReview | State::LockedPending
        )
    }

    /// True while the unit may change what it recorded.
    #[must_use]
    pub fn is_open_to_unit(self) -> bool {
        matches!(self, State::NotStarted | State::Draft | State::Returned)
    }
}

impl FromStr for State {
    type Err = ();

    fn from_str(code: &str) -> Result<Self, ()> {
        State::ALL
            .iter()
            .copied()
            .find(|state| state.code() == code)
            .ok_or(())
    }
}

/// What can be asked of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// The unit records or changes something, its evidence included.
    Save,
    /// The unit hands in.
    Submit,
    /// The unit takes a hand-in back before anybody reads it.
    Withdraw,
    /// A reviewer takes the record to read it.
    OpenReview,
    /// The holder puts it back.
    Release,
    /// A reviewer who may not decide passes it to the city's training office.
    PassUp,
    /// A reviewer confirms.
    Confirm,
    /// A reviewer sends it back.
    Return,
    /// A reviewer refuses for good.
    Reject,
    /// A reviewer corrects attendance after confirming (monthly study only).
    Correct,
    /// The lock.
    Lock,
}

impl Event {
    /// All events.
    pub const ALL: &'static [Event] = &[
        Event::Save,
        Event::Submit,
        Event::Withdraw,
        Event::OpenReview,
        Event::Release,
        Event::PassUp,
        Event::Confirm,
        Event::Return,
        Event::Reject,
        Event::Correct,
        Event::Lock,
    ];

    /// Stable code, as stored in the history and sent as an action.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Event::Save => "save",
            Event::Submit => "submit",
            Event::Withdraw => "withdraw",
            Event::OpenReview => "open_review",
            Event::Release => "release",
            Event::PassUp => "pass_up",
            Event::Confirm => "confirm",
            Event::Return => "return",
            Event::Reject => "reject",
            Event::Correct => "correct",
            Event::Lock => "lock",
        }
    }

    /// Word in the history.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Event::Save => "填写",
            Event::Submit => "提交",
            Event::Withdraw => "撤回",
            Event::OpenReview => "开始审核",
            Event::Release => "放回待审",
            Event::PassUp => "转市局审核",
            Event::Confirm => "通过",
            Event::Return => "退回",
            Event::Reject => "终退",
            Event::Correct => "更正出勤",
            Event::Lock => "跨月锁定",
        }
    }
}

impl FromStr for Event {
    type Err = ();

    fn from_str(code: &str) -> Result<Self, ()> {
        Event::ALL
            .iter()
            .copied()
            .find(|event| event.code() == code)
            .ok_or(())
    }
}

/// The steps that every cycle has. A capability refuses what is neither here nor among its own.
pub const STEPS: &[(State, Event, State)] = &[
    (State::NotStarted, Event::Save, State::Draft),
    (State::NotStarted, Event::Lock, State::LockedMissed),
    (State::Draft, Event::Save, State::Draft),
    (State::Draft, Event::Submit, State::Submitted),
    (State::Draft, Event::Lock, State::LockedMissed),
    (State::Submitted, Event::Withdraw, State::Draft),
    (State::Submitted, Event::OpenReview, State::UnderReview),
    (State::Submitted, Event::PassUp, State::Submitted),
    (State::Submitted, Event::Confirm, State::Confirmed),
    (State::Submitted, Event::Return, State::Returned),
    (State::Submitted, Event::Lock, State::LockedPending),
    (State::UnderReview, Event::OpenReview, State::UnderReview),
    (State::UnderReview, Event::Release, State::Submitted),
    (State::UnderReview, Event::PassUp, State::Submitted),
    (State::UnderReview, Event::Confirm, State::Confirmed),
    (State::UnderReview, Event::Return, State::Returned),
    (State::UnderReview, Event::Lock, State::LockedPending),
    (State::Returned, Event::Save, State::Returned),
    (State::Returned, Event::Submit, State::Submitted),
    (State::Returned, Event::Lock, State::LockedMissed),
    (
        State::LockedPending,
        Event::OpenReview,
        State::LockedPending,
    ),
    (State::LockedPending, Event::Release, State::LockedPending),
    (State::LockedPending, Event::PassUp, State::LockedPending),
    (State::LockedPending, Event::Confirm, State::Confirmed),
    (State::LockedPending, Event::Reject, State::RejectedFinal),
];

/// The state after `event` by the shared steps; none when it is not among them.
#[must_use]
pub fn step(state: State, event: Event) -> Option<State> {
    STEPS
        .iter()
        .find(|(from, on, _)| *from == state && *on == event)
        .map(|(_, _, to)| *to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back_and_letters_differ() {
        for state in State::ALL {
            assert_eq!(state.code().parse(), Ok(*state));
        }
        for event in Event::ALL {
            assert_eq!(event.code().parse(), Ok(*event));
        }
        let mut letters: Vec<&str> = State::ALL
            .iter()
            .filter(|s| **s != State::UnderReview)
            .map(|s| s.letter(Some(true)))
            .chain([State::Submitted.letter(Some(false))])
            .collect();
        assert_eq!(letters.concat(), "未草审退通逾锁终免迟");
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), 10);
    }
}
