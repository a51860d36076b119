//! The life of a class (B-130, B-131): what is stored, what the date makes of it, and what may be done.

use chengzhi_kernel::Date;

use super::Deny;

/// What is stored of a class's life. Running and ended follow from the dates and are never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stored {
    /// Being prepared.
    Draft,
    /// Announced: filed where the kind is filed, published else.
    Filed,
    /// Closing materials handed in (B-27).
    ClosingSubmitted,
    /// Closing materials sent back for completion.
    ReturnedForCompletion,
    /// Closed and archived.
    Closed,
    /// Will not be held.
    Cancelled,
}

impl Stored {
    /// All states.
    pub const ALL: &'static [Stored] = &[
        Stored::Draft,
        Stored::Filed,
        Stored::ClosingSubmitted,
        Stored::ReturnedForCompletion,
        Stored::Closed,
        Stored::Cancelled,
    ];

    /// Stable code, as stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Stored::Draft => "draft",
            Stored::Filed => "filed",
            Stored::ClosingSubmitted => "closing_submitted",
            Stored::ReturnedForCompletion => "returned_for_completion",
            Stored::Closed => "closed",
            Stored::Cancelled => "cancelled",
        }
    }

    /// The state of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Stored> {
        Stored::ALL
            .iter()
            .copied()
            .find(|state| state.code() == code)
    }
}

/// Where a class stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// 拟订中.
    Draft,
    /// 已报备, not begun.
    Filed,
    /// 进行中.
    Running,
    /// 待结项: over, materials not handed in.
    Ended,
    /// 结项待审.
    ClosingSubmitted,
    /// 退回补正.
    ReturnedForCompletion,
    /// 已结项.
    Closed,
    /// 已取消.
    Cancelled,
}

impl Phase {
    /// All phases in the order of a class's life.
    pub const ALL: &'static [Phase] = &[
        Phase::Draft,
        Phase::Filed,
        Phase::Running,
        Phase::Ended,
        Phase::ClosingSubmitted,
        Phase::ReturnedForCompletion,
        Phase::Closed,
        Phase::Cancelled,
    ];

    /// The phase of a class with these days on `today`. A class without days is a draft or cancelled.
    #[must_use]
    pub fn of(stored: Stored, days: Option<(Date, Date)>, today: Date) -> Phase {
        match stored {
            Stored::Draft => Phase::Draft,
            Stored::Cancelled => Phase::Cancelled,
            Stored::ClosingSubmitted => Phase::ClosingSubmitted,
            Stored::ReturnedForCompletion => Phase::ReturnedForCompletion,
            Stored::Closed => Phase::Closed,
            Stored::Filed => match days {
                Some((_, last)) if today > last => Phase::Ended,
                Some((first, _)) if today >= first => Phase::Running,
                _ => Phase::Filed,
            },
        }
    }

    /// Whether it was held: over, whatever became of its materials.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(
            self,
            Phase::Ended | Phase::ClosingSubmitted | Phase::ReturnedForCompletion | Phase::Closed
        )
    }

    /// Stable code, as sent.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Phase::Draft => "draft",
            Phase::Filed => "filed",
            Phase::Running => "running",
            Phase::Ended => "ended",
            Phase::ClosingSubmitted => "closing_submitted",
            Phase::ReturnedForCompletion => "returned_for_completion",
            Phase::Closed => "closed",
            Phase::Cancelled => "cancelled",
        }
    }

    /// Word on pages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Phase::Draft => "拟订中",
            Phase::Filed => "已报备",
            Phase::Running => "进行中",
            Phase::Ended => "待结项",
            Phase::ClosingSubmitted => "结项待审",
            Phase::ReturnedForCompletion => "退回补正",
            Phase::Closed => "已结项",
            Phase::Cancelled => "已取消",
        }
    }
}

/// What can be asked of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// Change what it is: title, content, programme.
    Edit,
    /// File it, or announce a kind that is not filed.
    File,
    /// Move its lessons; after the filing the upper level and the trainees are told.
    Reschedule,
    /// Put people on or off its list.
    Enrol,
    /// Enter presence, scores, remarks.
    Record,
    /// Hand in the closing materials.
    SubmitClosing,
    /// Send the closing materials back.
    ReturnClosing,
    /// Accept them.
    Close,
    /// Give it up.
    Cancel,
}

impl Act {
    /// All acts.
    pub const ALL: &'static [Act] = &[
        Act::Edit,
        Act::File,
        Act::Reschedule,
        Act::Enrol,
        Act::Record,
        Act::SubmitClosing,
        Act::ReturnClosing,
        Act::Close,
        Act::Cancel,
    ];

    /// Stable code, as sent among what a caller may do.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Act::Edit => "edit",
            Act::File => "file",
            Act::Reschedule => "reschedule",
            Act::Enrol => "enrol",
            Act::Record => "record",
            Act::SubmitClosing => "submit_closing",
            Act::ReturnClosing => "return_closing",
            Act::Close => "close",
            Act::Cancel => "cancel",
        }
    }
}

/// Whether the phase allows the act, and why not.
///
/// # Errors
/// [`Deny`] that says what stands in the way.
pub fn may(phase: Phase, act: Act) -> Result<(), Deny> {
    use Phase as P;
    let allowed = match act {
        Act::Edit => matches!(phase, P::Draft | P::Filed | P::Running),
        Act::File => phase == P::Draft,
        Act::Reschedule | Act::Enrol => matches!(phase, P::Draft | P::Filed | P::Running),
        Act::Record => matches!(phase, P::Running | P::Ended | P::ReturnedForCompletion),
        Act::SubmitClosing => matches!(phase, P::Ended | P::ReturnedForCompletion),
        Act::ReturnClosing | Act::Close => phase == P::ClosingSubmitted,
        Act::Cancel => matches!(phase, P::Draft | P::Filed | P::Running),
    };
    if allowed {
        return Ok(());
    }
    let (code, text) = match (act, phase) {
        (_, P::Cancelled) => ("class.cancelled", "培训班已取消，不能再办理。"),
        (_, P::Closed) => ("class.closed", "培训班已结项归档，不能再更改。"),
        (_, P::ClosingSubmitted) => ("class.closing", "结项材料正在审核，通过或退回后才能办理。"),
        (Act::File, _) => ("class.filed", "培训班已经报备，无需再次报备。"),
        (Act::Record, _) => (
            "class.not_begun",
            "培训班还没有开班，开班后才能登记考勤和成绩。",
        ),
        (Act::SubmitClosing, P::Draft) => ("class.not_filed", "培训班还没有报备，不能结项。"),
        (Act::SubmitClosing, _) => ("class.not_ended", "培训班还没有结束，结束后才能提交结项。"),
        (Act::ReturnClosing | Act::Close, _) => {
            ("class.no_closing", "没有待审核的结项材料，请刷新后再看。")
        }
        _ => ("class.over", "培训班已经结束，不能再更改安排。"),
    };
    Err(Deny::new(code, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(month: u32, day: u32) -> Date {
        Date::from_ymd_opt(2024, month, day).unwrap()
    }

    #[test]
    fn running_and_ended_follow_from_the_days() {
        let days = Some((day(6, 3), day(6, 7)));
        let at = |d| Phase::of(Stored::Filed, days, d);
        assert_eq!(at(day(6, 2)), Phase::Filed);
        assert_eq!(at(day(6, 3)), Phase::Running);
        assert_eq!(at(day(6, 7)), Phase::Running);
        assert_eq!(at(day(6, 8)), Phase::Ended);
        assert_eq!(Phase::of(Stored::Filed, None, day(6, 8)), Phase::Filed);
        assert_eq!(Phase::of(Stored::Draft, days, day(6, 8)), Phase::Draft);
        assert_eq!(Phase::of(Stored::Closed, days, day(6, 4)), Phase::Closed);
    }

    /// The whole table (B-130): for each phase the acts that it allows.
    const TABLE: &[(Phase, &[Act])] = &[
        (
            Phase::Draft,
            &[
                Act::Edit,
                Act::File,
                Act::Reschedule,
                Act::Enrol,
                Act::Cancel,
            ],
        ),
        (
            Phase::Filed,
            &[Act::Edit, Act::Reschedule, Act::Enrol, Act::Cancel],
        ),
        (
            Phase::Running,
            &[
                Act::Edit,
                Act::Reschedule,
                Act::Enrol,
                Act::Record,
                Act::Cancel,
            ],
        ),
        (Phase::Ended, &[Act::Record, Act::SubmitClosing]),
        (Phase::ClosingSubmitted, &[Act::ReturnClosing, Act::Close]),
        (
            Phase::ReturnedForCompletion,
            &[Act::Record, Act::SubmitClosing],
        ),
        (Phase::Closed, &[]),
        (Phase::Cancelled, &[]),
    ];

    #[test]
    fn every_phase_allows_what_the_table_says_and_nothing_else() {
        assert_eq!(TABLE.len(), Phase::ALL.len());
        for (phase, acts) in TABLE {
            for act in Act::ALL {
                let answer = may(*phase, *act);
                assert_eq!(answer.is_ok(), acts.contains(act), "{phase:?} {act:?}");
                if let Err(deny) = answer {
                    assert!(deny.text.ends_with('。'), "{deny}");
                }
            }
        }
    }

    #[test]
    fn codes_read_back() {
        for state in Stored::ALL {
            assert_eq!(Stored::from_code(state.code()), Some(*state));
        }
    }
}
