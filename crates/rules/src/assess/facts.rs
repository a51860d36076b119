//! What the engine is told about a person.

use serde::{Deserialize, Serialize};

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
