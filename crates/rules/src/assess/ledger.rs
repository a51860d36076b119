//! Rows of the hours ledger as the engine reads them.

use chengzhi_kernel::{Date, Month, Quantity};
use serde::{Deserialize, Serialize};

use super::facts::Component;

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
}
