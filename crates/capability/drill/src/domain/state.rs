//! The state machine of one slot (squad × half-month), B-129: a table, and for every pair that is not
//! in it a sentence that says why not.

use std::str::FromStr;

use super::Deny;

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
    /// Sent back for mending within the month (B-52).
    Returned,
    /// Confirmed: its sessions count.
    Confirmed,
    /// The month ended without a hand-in that stands (B-52).
    LockedMissed,
    /// The month ended before the reviewer decided: his fault, not the unit's.
    LockedPending,
    /// Refused after the lock, for good.
    RejectedFinal,
    /// The squad owes nothing in this half: no serving members, or not open on the due day.
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
    /// The squad records or changes something (films included).
    Save,
    /// The squad hands in.
    Submit,
    /// The squad takes a hand-in back before anybody reads it.
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
    /// The month's lock.
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

/// Every step there is. What is not here is refused with [`refusal`].
pub const TRANSITIONS: &[(State, Event, State)] = &[
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

/// The state after `event`.
///
/// # Errors
/// [`Deny`] with the sentence for this very pair.
pub fn next(state: State, event: Event) -> Result<State, Deny> {
    TRANSITIONS
        .iter()
        .find(|(from, on, _)| *from == state && *on == event)
        .map(|(_, _, to)| *to)
        .ok_or_else(|| refusal(state, event))
}

/// Why `event` is refused in `state`.
#[must_use]
pub fn refusal(state: State, event: Event) -> Deny {
    use State::{
        Confirmed, Draft, Exempt, LockedMissed, LockedPending, NotStarted, RejectedFinal, Returned,
        Submitted, UnderReview,
    };
    let by_unit = matches!(event, Event::Save | Event::Submit | Event::Withdraw);
    let (code, text) = match (state, event) {
        (Exempt, _) => (
            "drill.exempt",
            "本中队这个半月没有应训人员，免于训练，无需办理。",
        ),
        (LockedMissed, Event::Lock) | (LockedPending, Event::Lock) => {
            ("drill.locked", "本月已经锁定。")
        }
        (LockedMissed, _) if by_unit => ("drill.locked", "本月已跨月锁定，不能再填报。"),
        (LockedMissed, _) => ("drill.locked", "本月已跨月锁定且没有有效上报，不能再审核。"),
        (LockedPending, Event::Return) => (
            "drill.locked",
            "本月已跨月锁定，不能再退回，只能通过或终退。",
        ),
        (LockedPending, _) if by_unit => (
            "drill.locked",
            "本月已跨月锁定，中队不能再更改；请等待审核人通过或终退。",
        ),
        (RejectedFinal, _) => ("drill.rejected", "这个半月的记录已终退，不能再办理。"),
        (Confirmed, Event::Lock) => ("drill.confirmed", "已通过的记录不受锁定影响。"),
        (Confirmed, Event::Confirm) => ("drill.confirmed", "这条记录已经通过，无需再次审核。"),
        (Confirmed, _) if by_unit => ("drill.confirmed", "记录已通过，中队不能再更改。"),
        (Confirmed, _) => ("drill.confirmed", "记录已通过，审核已经结束。"),
        (NotStarted, Event::Submit) => ("drill.not_started", "还没有填写，请先填写并保存。"),
        (NotStarted | Draft | Returned, Event::Withdraw) => {
            ("drill.not_submitted", "记录没有在审核中，无需撤回。")
        }
        (NotStarted | Draft, _) => ("drill.not_submitted", "中队还没有提交，暂时不能审核。"),
        (Returned, _) => ("drill.returned", "记录已退回，等中队补正重新提交后再审核。"),
        (Submitted, Event::Save) => ("drill.submitted", "记录已提交待审，如需更改请先撤回。"),
        (Submitted, Event::Submit) => ("drill.submitted", "记录已经提交，正在等待审核。"),
        (Submitted, Event::Release) => ("drill.not_held", "记录没有被占用，无需放回。"),
        (UnderReview, Event::Save | Event::Submit | Event::Withdraw) => (
            "drill.under_review",
            "审核人正在审核，暂时不能更改；请等待审核结果。",
        ),
        (Submitted | UnderReview, Event::Reject) => (
            "drill.not_locked",
            "月内不能终退，请退回并说明原因，中队当月可以补正。",
        ),
        (Submitted | UnderReview | LockedPending, _) => {
            ("drill.state", "当前状态不能进行此操作，请刷新后再试。")
        }
    };
    Deny::new(code, text)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// The whole matrix, state by state; `-` is refused.
    const MATRIX: &str = "\
not_started: save→draft lock→locked_missed
draft: save→draft submit→submitted lock→locked_missed
submitted: withdraw→draft open_review→under_review pass_up→submitted confirm→confirmed return→returned lock→locked_pending
under_review: open_review→under_review release→submitted pass_up→submitted confirm→confirmed return→returned lock→locked_pending
returned: save→returned submit→submitted lock→locked_missed
confirmed:
locked_missed:
locked_pending: open_review→locked_pending release→locked_pending pass_up→locked_pending confirm→confirmed reject→rejected_final
rejected_final:
exempt:
";

    #[test]
    fn every_state_and_event_is_allowed_or_refused_as_written() {
        let mut found = String::new();
        for state in State::ALL {
            let _ = write!(found, "{}:", state.code());
            for event in Event::ALL {
                if let Ok(to) = next(*state, *event) {
                    let _ = write!(found, " {}→{}", event.code(), to.code());
                }
            }
            found.push('\n');
        }
        assert_eq!(found, MATRIX);
    }

    #[test]
    fn every_refusal_is_a_chinese_sentence_with_a_code() {
        for state in State::ALL {
            for event in Event::ALL {
                let Err(deny) = next(*state, *event) else {
                    continue;
                };
                assert!(deny.code.starts_with("drill."), "{state:?} {event:?}");
                assert!(
                    deny.text.ends_with('。')
                        && !deny.text.chars().any(|c| c.is_ascii_alphabetic()),
                    "{state:?} {event:?}: {}",
                    deny.text
                );
            }
        }
    }

    #[test]
    fn nothing_leads_out_of_a_missed_refused_confirmed_or_exempt_half() {
        for state in [
            State::Confirmed,
            State::LockedMissed,
            State::RejectedFinal,
            State::Exempt,
        ] {
            for event in Event::ALL {
                assert!(next(state, *event).is_err(), "{state:?} {event:?}");
            }
        }
    }

    #[test]
    fn the_lock_leaves_no_open_state() {
        for state in State::ALL {
            match next(*state, Event::Lock) {
                Ok(after) => assert!(after.is_settled() && !state.is_settled(), "{state:?}"),
                Err(_) => assert!(state.is_settled(), "{state:?} must be locked"),
            }
        }
    }

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
