//! Where a test stands (B-131), and who on its list.

/// A test's state. Held apart it begins as filed, with a class as planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// With a class; not yet held.
    Planned,
    /// Apart; filed with its reason.
    Filed,
    /// Begun: the first figure is in.
    Held,
    /// Results handed in.
    ResultsIn,
    /// Called off.
    Cancelled,
}

impl State {
    /// All.
    pub const ALL: [State; 5] = [
        State::Planned,
        State::Filed,
        State::Held,
        State::ResultsIn,
        State::Cancelled,
    ];

    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            State::Planned => "planned",
            State::Filed => "filed",
            State::Held => "held",
            State::ResultsIn => "results_in",
            State::Cancelled => "cancelled",
        }
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            State::Planned => "待测试",
            State::Filed => "已报备",
            State::Held => "测试中",
            State::ResultsIn => "成绩已报",
            State::Cancelled => "已取消",
        }
    }

    /// Reads [`State::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }

    /// What was planned may still be changed or called off.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, State::Planned | State::Filed)
    }

    /// Figures are taken.
    #[must_use]
    pub const fn takes_marks(self) -> bool {
        matches!(self, State::Planned | State::Filed | State::Held)
    }
}

/// Where somebody on a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// Is to take it.
    Listed,
    /// Did not come.
    Absent,
    /// Taken off the list.
    Removed,
}

impl Seat {
    /// All.
    pub const ALL: [Seat; 3] = [Seat::Listed, Seat::Absent, Seat::Removed];

    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Seat::Listed => "listed",
            Seat::Absent => "absent",
            Seat::Removed => "removed",
        }
    }

    /// Reads [`Seat::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Seat::ALL.into_iter().find(|seat| seat.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back_and_rights_follow_the_state() {
        for state in State::ALL {
            assert_eq!(State::from_code(state.code()), Some(state));
        }
        for seat in Seat::ALL {
            assert_eq!(Seat::from_code(seat.code()), Some(seat));
        }
        let open: Vec<_> = State::ALL.iter().filter(|state| state.is_open()).collect();
        assert_eq!(open, [&State::Planned, &State::Filed]);
        assert!(State::Held.takes_marks() && !State::ResultsIn.takes_marks());
        assert!(!State::Cancelled.takes_marks());
    }
}
