//! What the engine is told about a person, a district and the ledger.

use chengzhi_kernel::{Date, Month, Quantity};
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

/// What a ledger row counts towards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum LedgerKind {
    /// 市局网训.
    Online,
    /// 区局集训.
    District,
    /// 科队学习.
    Study,
    /// Anything else: kept, counts towards nothing (B-02).
    Other,
}

impl LedgerKind {
    /// Reads 类别; unknown words are [`Self::Other`].
    #[must_use]
    pub fn parse(text: &[u8]) -> Self {
        [
            (Component::Online, Self::Online),
            (Component::District, Self::District),
            (Component::Squad, Self::Study),
        ]
        .into_iter()
        .find(|(c, _)| c.name_cn().as_bytes() == text)
        .map_or(Self::Other, |(_, kind)| kind)
    }
}

/// One row of the hours ledger, 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerRow {
    /// The day it happened; decides the year.
    pub date: Date,
    hours: i32,
    credits: i32,
    month: u16,
    /// What it counts towards.
    pub kind: LedgerKind,
    reversal: bool,
}

impl LedgerRow {
    /// The largest hours or credits of one row.
    pub const MAX: Quantity = Quantity::whole(100_000);

    /// A row; `month` is the month a study row fulfils (所属月份). Amounts are clamped to
    /// ±[`Self::MAX`].
    #[must_use]
    pub fn new(
        date: Date,
        kind: LedgerKind,
        hours: Quantity,
        credits: Quantity,
        month: Option<Month>,
    ) -> Self {
        Self {
            date,
            hours: clamp(hours),
            credits: clamp(credits),
            month: month.map_or(0, month_code),
            kind,
            reversal: false,
        }
    }

    /// The row that takes this one back: the same amounts, subtracted.
    #[must_use]
    pub const fn reversed(mut self) -> Self {
        self.reversal = !self.reversal;
        self
    }

    /// Whether this row takes another one back.
    #[must_use]
    pub const fn is_reversal(&self) -> bool {
        self.reversal
    }

    /// Hours this row adds (negative for a reversal).
    #[must_use]
    pub fn hours(&self) -> Quantity {
        Quantity::from_thousandths(i64::from(if self.reversal {
            -self.hours
        } else {
            self.hours
        }))
    }

    /// Credits this row adds (negative for a reversal).
    #[must_use]
    pub fn credits(&self) -> Quantity {
        Quantity::from_thousandths(i64::from(if self.reversal {
            -self.credits
        } else {
            self.credits
        }))
    }

    /// 1–12 when the row's 所属月份 lies in `year`.
    #[must_use]
    pub fn month_in(&self, year: i32) -> Option<u32> {
        let first = u32::try_from(year).ok()? * 12;
        let index = u32::from(self.month).checked_sub(first)?;
        (index < 12).then_some(index + 1)
    }
}

fn clamp(q: Quantity) -> i32 {
    let limit = LedgerRow::MAX.thousandths();
    i32::try_from(q.thousandths().clamp(-limit, limit)).unwrap_or(0)
}

/// Years 1900–2199 fit: 2199 × 12 + 11 < 65,536.
fn month_code(month: Month) -> u16 {
    let code = month.year() * 12 + month.month().cast_signed() - 1;
    u16::try_from(code).unwrap_or(0)
}

/// A set of months of one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct MonthSet(u16);

impl MonthSet {
    /// No month.
    pub const EMPTY: Self = Self(0);
    /// All twelve.
    pub const ALL: Self = Self(0x1FFE);

    /// The months `first..=last`, cut to 1–12; empty when `first` is later.
    #[must_use]
    pub fn span(first: u32, last: u32) -> Self {
        let mut set = Self::EMPTY;
        for month in first.max(1)..=last.min(12) {
            set.insert(month);
        }
        set
    }

    /// Adds a month (1–12; others are ignored).
    pub const fn insert(&mut self, month: u32) {
        if month >= 1 && month <= 12 {
            self.0 |= 1 << month;
        }
    }

    /// Whether it holds `month`.
    #[must_use]
    pub const fn contains(self, month: u32) -> bool {
        month <= 12 && self.0 & (1 << month) != 0
    }

    /// How many.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether it is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Months of this set that are not in `other`.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Months in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Months in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The months, ascending.
    pub fn iter(self) -> impl Iterator<Item = u32> {
        (1..=12).filter(move |m| self.contains(*m))
    }

    /// `1、2、9至12月`; `无` when empty.
    #[must_use]
    pub fn text_cn(self) -> String {
        if self.is_empty() {
            return "无".to_owned();
        }
        let mut parts: Vec<String> = Vec::new();
        let mut month = 1;
        while month <= 12 {
            if !self.contains(month) {
                month += 1;
                continue;
            }
            let mut last = month;
            while self.contains(last + 1) {
                last += 1;
            }
            // Two in a row read better apart.
            if last >= month + 2 {
                parts.push(format!("{month}至{last}"));
            } else {
                parts.extend((month..=last).map(|m| m.to_string()));
            }
            month = last + 1;
        }
        format!("{}月", parts.join("、"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_row_is_sixteen_bytes() {
        assert_eq!(size_of::<LedgerRow>(), 16);
    }

    #[test]
    fn months_of_a_row_belong_to_their_year() {
        let date = Date::from_ymd_opt(2024, 1, 1).unwrap();
        let row = |m: Option<Month>| {
            LedgerRow::new(
                date,
                LedgerKind::Study,
                Quantity::whole(1),
                Quantity::ZERO,
                m,
            )
        };
        assert_eq!(row(Month::new(2024, 12)).month_in(2024), Some(12));
        assert_eq!(row(Month::new(2024, 1)).month_in(2024), Some(1));
        assert_eq!(row(Month::new(2023, 12)).month_in(2024), None);
        assert_eq!(row(Month::new(2025, 1)).month_in(2024), None);
        assert_eq!(row(None).month_in(2024), None);
    }

    #[test]
    fn month_sets() {
        let set = MonthSet::span(3, 8);
        assert_eq!(set.count(), 6);
        assert_eq!(MonthSet::ALL.minus(set).text_cn(), "1、2、9至12月");
        assert_eq!(MonthSet::ALL.text_cn(), "1至12月");
        assert_eq!(MonthSet::span(13, 12), MonthSet::EMPTY);
        assert_eq!(MonthSet::ALL.count(), 12);
    }
}
