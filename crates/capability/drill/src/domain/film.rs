//! A session's film and what the background check (预审) found in it. The check never rejects: it
//! gives marks that rank the reviewer's queue.

use serde::{Deserialize, Serialize};

/// Where the check of a film stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// Not begun.
    Waiting,
    /// Being decoded.
    Running,
    /// Done.
    Done,
    /// This server cannot check films (its decoder is missing).
    Unavailable,
    /// The film could not be decoded: 未能核验, never a fault of the squad.
    Unverified,
}

impl CheckState {
    /// All, in order.
    pub const ALL: [CheckState; 5] = [
        CheckState::Waiting,
        CheckState::Running,
        CheckState::Done,
        CheckState::Unavailable,
        CheckState::Unverified,
    ];

    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            CheckState::Waiting => "waiting",
            CheckState::Running => "running",
            CheckState::Done => "done",
            CheckState::Unavailable => "unavailable",
            CheckState::Unverified => "unverified",
        }
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            CheckState::Waiting => "等待预审",
            CheckState::Running => "预审中",
            CheckState::Done => "预审完成",
            CheckState::Unavailable => "未启用预审",
            CheckState::Unverified => "未能核验",
        }
    }

    /// Reads [`CheckState::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// How much a mark asks of the reviewer, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// To be looked at.
    Check,
    /// To be looked at first.
    Strong,
}

impl Severity {
    /// All, mildest first.
    pub const ALL: [Severity; 3] = [Severity::Info, Severity::Check, Severity::Strong];

    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Check => "check",
            Severity::Strong => "strong",
        }
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Info => "提示",
            Severity::Check => "请核看",
            Severity::Strong => "重点核看",
        }
    }

    /// Reads [`Severity::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.code() == code)
    }
}

/// A mark in a film.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilmMark {
    /// From the first frame, milliseconds.
    pub at_ms: i64,
    /// End of a stretch, if it is one.
    pub until_ms: Option<i64>,
    /// `cut`, `frozen`, `moved` … as the check names it.
    pub kind: String,
    /// How much it asks.
    pub severity: Severity,
    /// A plain Chinese sentence.
    pub text: String,
    /// SHA-256 of a small picture, if one was made.
    pub thumb_hash: Option<String>,
}

/// What a verdict needs to know of a film.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilmFacts {
    /// Where its check stands.
    pub state: CheckState,
    /// Decoded length, milliseconds; none before the check.
    pub duration_ms: Option<i64>,
    /// Kinds and severities of its marks.
    pub marks: Vec<(String, Severity)>,
}

impl FilmFacts {
    /// Marks of these kinds that ask to be looked at.
    #[must_use]
    pub fn count(&self, kinds: &[&str]) -> usize {
        self.marks
            .iter()
            .filter(|(kind, severity)| {
                *severity >= Severity::Check && kinds.contains(&kind.as_str())
            })
            .count()
    }
}

/// Place in the review queue: strong findings first, then findings to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Findings {
    /// Strong marks.
    pub strong: u32,
    /// Marks to look at.
    pub check: u32,
    /// Hints.
    pub info: u32,
}

impl Findings {
    /// Counts marks in.
    pub fn add(&mut self, severity: Severity, count: u32) {
        match severity {
            Severity::Strong => self.strong += count,
            Severity::Check => self.check += count,
            Severity::Info => self.info += count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for state in CheckState::ALL {
            assert_eq!(CheckState::from_code(state.code()), Some(state));
        }
        for severity in Severity::ALL {
            assert_eq!(Severity::from_code(severity.code()), Some(severity));
        }
        assert_eq!(CheckState::from_code("lost"), None);
    }

    #[test]
    fn one_strong_finding_ranks_above_any_number_of_mild_ones() {
        let mut strong = Findings::default();
        strong.add(Severity::Strong, 1);
        let mut mild = Findings::default();
        mild.add(Severity::Check, 50);
        mild.add(Severity::Info, 50);
        assert!(strong > mild && mild > Findings::default());
    }

    #[test]
    fn hints_do_not_count_as_findings_of_a_clause() {
        let film = FilmFacts {
            state: CheckState::Done,
            duration_ms: Some(1_200_000),
            marks: vec![
                ("cut".to_owned(), Severity::Info),
                ("cut".to_owned(), Severity::Check),
                ("moved".to_owned(), Severity::Strong),
            ],
        };
        assert_eq!((film.count(&["cut"]), film.count(&["moved"])), (1, 1));
    }
}
