//! What the engine is told about a person, a district and the ledger.

use chengzhi_kernel::Date;
use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::compile::CompiledPolicy;

/// A status change as the personnel library names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum EventKind {
    /// 离职.
    Left,
    /// 失踪.
    Missing,
    /// 去世.
    Died,
    /// 开除.
    Dismissed,
    /// 退休.
    Retired,
    /// 长病假.
    LongSickLeave,
    /// 产假.
    MaternityLeave,
    /// 援外支边.
    AidMission,
    /// 返岗.
    Return,
}

impl EventKind {
    /// All kinds in the order of the notice.
    pub const ALL: [Self; 9] = [
        Self::Left,
        Self::Missing,
        Self::Died,
        Self::Dismissed,
        Self::Retired,
        Self::LongSickLeave,
        Self::MaternityLeave,
        Self::AidMission,
        Self::Return,
    ];

    /// The word of the notice.
    #[must_use]
    pub const fn name_cn(self) -> &'static str {
        match self {
            Self::Left => "离职",
            Self::Missing => "失踪",
            Self::Died => "去世",
            Self::Dismissed => "开除",
            Self::Retired => "退休",
            Self::LongSickLeave => "长病假",
            Self::MaternityLeave => "产假",
            Self::AidMission => "援外支边",
            Self::Return => "返岗",
        }
    }

    /// Reads the word of the notice.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|k| k.name_cn().as_bytes() == text)
    }

    pub(crate) const fn bit(self) -> u16 {
        1 << (self as u16)
    }
}

/// A status change of a person. The effective day alone decides (B-71 looks at the others).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// What changed.
    pub kind: EventKind,
    /// The day it takes effect: the first day away, the first day back.
    pub effective: Date,
    /// The day it was recorded; `None` is never after an as-of day.
    pub recorded: Option<Date>,
}

/// What is known of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonFacts {
    /// 在编 (B-10).
    pub established: bool,
    /// 入职日期.
    pub joined: Date,
    /// 初任培训结束日期; counts in the year it lies in (B-67).
    pub induction_ended: Option<Date>,
}

/// The three components of the year (B-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// 市局网训.
    Online,
    /// 区局集训.
    District,
    /// 科队学习.
    Squad,
}

impl Component {
    /// All three, in the order of the notice.
    pub const ALL: [Self; 3] = [Self::Online, Self::District, Self::Squad];

    /// The word of the notice.
    #[must_use]
    pub const fn name_cn(self) -> &'static str {
        match self {
            Self::Online => "市局网训",
            Self::District => "区局集训",
            Self::Squad => "科队学习",
        }
    }
}

/// One session of a district's closed training, first and last day included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Session {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// The sessions of a person's district in the assessed year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistrictSessions {
    pub(crate) sessions: Vec<Session>,
    pub(crate) assumed: bool,
}

impl DistrictSessions {
    /// Of all `listed` sessions of a district, those that start in the policy's year; when there
    /// are none, the window the pack assumes (B-21).
    #[must_use]
    pub fn for_year(policy: &CompiledPolicy, listed: &[Session]) -> Self {
        let mut sessions: Vec<Session> = listed
            .iter()
            .copied()
            .filter(|s| s.from.year() == policy.year)
            .collect();
        sessions.sort_unstable();
        let assumed = sessions.is_empty();
        if assumed {
            sessions.push(policy.assumed_session);
        }
        Self { sessions, assumed }
    }

    /// Whether the window is assumed because none was listed.
    #[must_use]
    pub const fn is_assumed(&self) -> bool {
        self.assumed
    }
}

/// A component waived by hand (B-75), with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The component.
    pub component: Component,
    /// Why, as the approver wrote it.
    pub reason: String,
}

/// What may be known besides.
#[derive(Debug, Clone, Copy, Default)]
pub struct Extra<'a> {
    /// Leaves out events recorded and ledger rows dated after this day.
    pub as_of: Option<Date>,
    /// Components waived by hand.
    pub waivers: &'a [Waiver],
}
