//! Status changes and what follows from them: in service, at post, away, left (B-10, B-11,
//! B-68…B-71, B-75).

use chengzhi_kernel::Date;
use chengzhi_rules::assess::EventKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A kind of status change.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StatusKind {
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
    /// 借调: told, without effect on the assessment (B-75).
    Secondment,
    /// 借调结束.
    SecondmentEnd,
}

impl StatusKind {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::Left,
        Self::Missing,
        Self::Died,
        Self::Dismissed,
        Self::Retired,
        Self::LongSickLeave,
        Self::MaternityLeave,
        Self::AidMission,
        Self::Return,
        Self::Secondment,
        Self::SecondmentEnd,
    ];

    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Missing => "missing",
            Self::Died => "died",
            Self::Dismissed => "dismissed",
            Self::Retired => "retired",
            Self::LongSickLeave => "long_sick_leave",
            Self::MaternityLeave => "maternity_leave",
            Self::AidMission => "aid_mission",
            Self::Return => "return",
            Self::Secondment => "secondment",
            Self::SecondmentEnd => "secondment_end",
        }
    }

    /// The word of the notice.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.rule_kind() {
            Some(kind) => kind.name_cn(),
            None => match self {
                Self::SecondmentEnd => "借调结束",
                _ => "借调",
            },
        }
    }

    /// Reads the code or the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.code() == text || kind.name() == text)
    }

    /// The kind as the assessment knows it; none for what has no effect there.
    #[must_use]
    pub const fn rule_kind(self) -> Option<EventKind> {
        match self {
            Self::Left => Some(EventKind::Left),
            Self::Missing => Some(EventKind::Missing),
            Self::Died => Some(EventKind::Died),
            Self::Dismissed => Some(EventKind::Dismissed),
            Self::Retired => Some(EventKind::Retired),
            Self::LongSickLeave => Some(EventKind::LongSickLeave),
            Self::MaternityLeave => Some(EventKind::MaternityLeave),
            Self::AidMission => Some(EventKind::AidMission),
            Self::Return => Some(EventKind::Return),
            Self::Secondment | Self::SecondmentEnd => None,
        }
    }

    /// Ends the service for good (B-68); only a later 入职日期 begins it anew.
    #[must_use]
    pub const fn leaves(self) -> bool {
        matches!(
            self,
            Self::Left | Self::Missing | Self::Died | Self::Dismissed
        )
    }

    /// Interrupts until 返岗 (B-69). 退休 counts here for the assessment, though a retired person is
    /// no longer in service.
    #[must_use]
    pub const fn interrupts(self) -> bool {
        matches!(
            self,
            Self::Retired | Self::LongSickLeave | Self::MaternityLeave | Self::AidMission
        )
    }

    /// What the change does to the year's assessment, for the person's page.
    #[must_use]
    pub const fn effect_text(self) -> &'static str {
        match self {
            Self::Left | Self::Missing | Self::Died | Self::Dismissed => {
                "不纳入当年考核（B-68），自生效日起不在职"
            }
            Self::Retired => "科队学习计至变动前一月（B-69），自生效日起不在职",
            Self::LongSickLeave | Self::MaternityLeave | Self::AidMission => {
                "科队学习计至变动前一月，返岗次月起重新计（B-69）；离岗期间不在岗"
            }
            Self::Return => {
                "自生效日起在岗，科队学习自次月起计（B-69）；12月返岗的不纳入当年考核（B-70）"
            }
            Self::Secondment => "只作备注，不影响考核；确需免除的，由区局逐人写明理由办理（B-75）",
            Self::SecondmentEnd => "只作备注，不影响考核（B-75）",
        }
    }

    /// Order on one day: the absence comes before the return.
    const fn order(self) -> u8 {
        match self {
            Self::Return | Self::SecondmentEnd => 1,
            _ => 0,
        }
    }
}

/// A change with its effective day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Kind.
    pub kind: StatusKind,
    /// The first day away, the first day back.
    pub effective_on: Date,
}

/// What a person is on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// 在职在岗.
    AtPost,
    /// 在职不在岗, with the reason.
    Away(StatusKind),
    /// 不在职, with the reason.
    Left(StatusKind),
}

impl State {
    /// Stable code for lists.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::AtPost => "at_post",
            Self::Away(_) => "away",
            Self::Left(_) => "left",
        }
    }

    /// The word on pages: 在岗, 离岗（产假）, 不在职（退休）.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::AtPost => "在岗".to_owned(),
            Self::Away(kind) => format!("离岗（{}）", kind.name()),
            Self::Left(kind) => format!("不在职（{}）", kind.name()),
        }
    }
}

/// The state on `day` from all changes not revoked. As in the assessment: the effective day of an
/// absence is away, the return day at post; an absence inside an open one changes nothing and the
/// first 返岗 ends it; leaving counts when it is not before `joined_on`.
#[must_use]
pub fn state_on(changes: &[Change], joined_on: Date, day: Date) -> State {
    let mut past: Vec<Change> = changes
        .iter()
        .copied()
        .filter(|change| change.effective_on <= day)
        .collect();
    past.sort_by_key(|change| (change.effective_on, change.kind.order(), change.kind));
    if let Some(left) = past
        .iter()
        .find(|change| change.kind.leaves() && change.effective_on >= joined_on)
    {
        return State::Left(left.kind);
    }
    let mut away = None;
    let mut retired = false;
    for change in past {
        match change.kind {
            StatusKind::Return => {
                away = None;
                retired = false;
            }
            kind if kind.interrupts() => {
                away = away.or(Some(kind));
                retired |= kind == StatusKind::Retired;
            }
            _ => {}
        }
    }
    match away {
        _ if retired => State::Left(StatusKind::Retired),
        Some(kind) => State::Away(kind),
        None => State::AtPost,
    }
}

/// True when the person is seconded out on `day`. Tells, changes nothing.
#[must_use]
pub fn seconded_on(changes: &[Change], day: Date) -> bool {
    let mut past: Vec<Change> = changes
        .iter()
        .copied()
        .filter(|change| change.effective_on <= day)
        .collect();
    past.sort_by_key(|change| (change.effective_on, change.kind.order()));
    past.iter()
        .rev()
        .find(|change| {
            matches!(
                change.kind,
                StatusKind::Secondment | StatusKind::SecondmentEnd
            )
        })
        .is_some_and(|change| change.kind == StatusKind::Secondment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(month: u32, day: u32) -> Date {
        Date::from_ymd_opt(2024, month, day).unwrap()
    }

    fn joined() -> Date {
        Date::from_ymd_opt(2015, 1, 1).unwrap()
    }

    fn change(kind: StatusKind, month: u32, of: u32) -> Change {
        Change {
            kind,
            effective_on: day(month, of),
        }
    }

    #[test]
    fn the_first_day_away_is_away_and_the_return_day_at_post() {
        let changes = [
            change(StatusKind::Return, 8, 5),
            change(StatusKind::MaternityLeave, 3, 11),
        ];
        let state = |m, d| state_on(&changes, joined(), day(m, d));
        assert_eq!(state(3, 10), State::AtPost);
        assert_eq!(state(3, 11), State::Away(StatusKind::MaternityLeave));
        assert_eq!(state(8, 4), State::Away(StatusKind::MaternityLeave));
        assert_eq!(state(8, 5), State::AtPost);
    }

    #[test]
    fn an_absence_inside_an_open_one_changes_nothing_and_the_first_return_ends_both() {
        let changes = [
            change(StatusKind::LongSickLeave, 2, 1),
            change(StatusKind::AidMission, 4, 1),
            change(StatusKind::Return, 6, 1),
        ];
        assert_eq!(
            state_on(&changes, joined(), day(5, 1)),
            State::Away(StatusKind::LongSickLeave)
        );
        assert_eq!(state_on(&changes, joined(), day(6, 1)), State::AtPost);
    }

    #[test]
    fn on_one_day_the_absence_comes_before_the_return() {
        let changes = [
            change(StatusKind::Return, 5, 5),
            change(StatusKind::LongSickLeave, 5, 5),
        ];
        assert_eq!(state_on(&changes, joined(), day(5, 5)), State::AtPost);
    }

    #[test]
    fn leaving_is_final_until_a_later_joining() {
        let changes = [
            change(StatusKind::Left, 3, 1),
            change(StatusKind::Return, 4, 1),
        ];
        assert_eq!(
            state_on(&changes, joined(), day(5, 1)),
            State::Left(StatusKind::Left)
        );
        assert_eq!(
            state_on(&changes, day(4, 1), day(5, 1)),
            State::AtPost,
            "hired again"
        );
    }

    #[test]
    fn a_retired_person_is_not_in_service_also_when_he_was_ill_before() {
        let changes = [
            change(StatusKind::LongSickLeave, 1, 5),
            change(StatusKind::Retired, 6, 1),
        ];
        assert_eq!(
            state_on(&changes, joined(), day(5, 31)),
            State::Away(StatusKind::LongSickLeave)
        );
        assert_eq!(
            state_on(&changes, joined(), day(6, 1)),
            State::Left(StatusKind::Retired)
        );
    }

    #[test]
    fn a_secondment_is_told_and_changes_nothing() {
        let changes = [
            change(StatusKind::Secondment, 2, 1),
            change(StatusKind::SecondmentEnd, 9, 1),
        ];
        assert_eq!(state_on(&changes, joined(), day(5, 1)), State::AtPost);
        assert!(seconded_on(&changes, day(5, 1)));
        assert!(!seconded_on(&changes, day(9, 1)));
        assert_eq!(StatusKind::Secondment.rule_kind(), None);
    }

    #[test]
    fn codes_and_words_read_back() {
        for kind in StatusKind::ALL {
            assert_eq!(StatusKind::parse(kind.code()), Some(kind));
            assert_eq!(StatusKind::parse(kind.name()), Some(kind));
        }
    }
}
