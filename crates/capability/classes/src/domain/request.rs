//! Requests for topics (缺什么补什么, B-115): who asks, where they stand, who may do what with them.

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A squad.
    Squad,
    /// An instructor.
    Instructor,
}

impl Source {
    /// Both.
    pub const ALL: [Source; 2] = [Source::Squad, Source::Instructor];

    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Source::Squad => "squad",
            Source::Instructor => "instructor",
        }
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Source::Squad => "中队",
            Source::Instructor => "教员",
        }
    }

    /// Reads [`Source::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Source::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestState {
    /// To be decided; may be seconded.
    Open,
    /// Taken up in a programme or a course.
    Adopted,
    /// Not taken up.
    Declined,
    /// Gone into another one, with its voices.
    Merged,
    /// Taken back.
    Withdrawn,
}

impl RequestState {
    /// All.
    pub const ALL: [RequestState; 5] = [
        RequestState::Open,
        RequestState::Adopted,
        RequestState::Declined,
        RequestState::Merged,
        RequestState::Withdrawn,
    ];

    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            RequestState::Open => "open",
            RequestState::Adopted => "adopted",
            RequestState::Declined => "declined",
            RequestState::Merged => "merged",
            RequestState::Withdrawn => "withdrawn",
        }
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            RequestState::Open => "征集中",
            RequestState::Adopted => "已采纳",
            RequestState::Declined => "未采纳",
            RequestState::Merged => "已并入",
            RequestState::Withdrawn => "已撤回",
        }
    }

    /// Reads [`RequestState::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        RequestState::ALL.into_iter().find(|one| one.code() == code)
    }

    /// Whether others may go into it: what was refused or taken back goes on for nobody.
    #[must_use]
    pub fn takes_others(self) -> bool {
        matches!(self, RequestState::Open | RequestState::Adopted)
    }
}

/// What may be done with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestAct {
    /// Second it, or no longer.
    Vote,
    /// Take it up.
    Adopt,
    /// Refuse it.
    Decline,
    /// Put it into another one.
    Merge,
    /// Take it back.
    Withdraw,
}

impl RequestAct {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            RequestAct::Vote => "vote",
            RequestAct::Adopt => "adopt",
            RequestAct::Decline => "decline",
            RequestAct::Merge => "merge",
            RequestAct::Withdraw => "withdraw",
        }
    }
}

/// What somebody is to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Part {
    /// He asked.
    pub asks: bool,
    /// He decides for the bureau.
    pub decides: bool,
    /// Others have gone into the request.
    pub carries: bool,
}

/// What somebody may do with a request. Who asked seconds it always, and cannot take back what by now speaks for
/// others too.
#[must_use]
pub fn allowed(state: RequestState, part: Part) -> Vec<RequestAct> {
    let mut found = Vec::new();
    if state != RequestState::Open {
        return found;
    }
    if !part.asks {
        found.push(RequestAct::Vote);
    }
    if part.decides {
        found.extend([RequestAct::Adopt, RequestAct::Decline, RequestAct::Merge]);
    }
    if part.asks && !part.carries {
        found.push(RequestAct::Withdraw);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for source in Source::ALL {
            assert_eq!(Source::from_code(source.code()), Some(source));
        }
        for state in RequestState::ALL {
            assert_eq!(RequestState::from_code(state.code()), Some(state));
        }
    }

    #[test]
    fn acts_follow_from_state_and_part() {
        let part = |asks, decides, carries| Part {
            asks,
            decides,
            carries,
        };
        for (who, wanted) in [
            (part(false, false, false), &["vote"][..]),
            (part(true, false, false), &["withdraw"]),
            (part(true, false, true), &[]),
            (
                part(false, true, false),
                &["vote", "adopt", "decline", "merge"],
            ),
            (
                part(true, true, false),
                &["adopt", "decline", "merge", "withdraw"],
            ),
        ] {
            for state in RequestState::ALL {
                let codes: Vec<&str> = allowed(state, who).iter().map(|act| act.code()).collect();
                if state == RequestState::Open {
                    assert_eq!(codes, wanted, "{who:?}");
                } else {
                    assert!(codes.is_empty(), "{state:?} {who:?}");
                }
            }
        }
        assert!(RequestState::Adopted.takes_others() && !RequestState::Merged.takes_others());
    }
}
