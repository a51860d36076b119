//! The two halves of a month (B-44) and the slot of a squad.

use std::fmt;

use chengzhi_kernel::{Date, Month, UnitId};
use serde::Serialize;

/// A half-month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Half {
    /// 上半月: the 1st up to and with the policy's last day (the 15th).
    First,
    /// 下半月: the rest.
    Second,
}

impl Half {
    /// Both, in order.
    pub const ALL: [Half; 2] = [Half::First, Half::Second];

    /// 1 or 2, as stored and sent.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Half::First => 1,
            Half::Second => 2,
        }
    }

    /// Reads 1 or 2.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        Half::ALL.into_iter().find(|half| half.number() == number)
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Half::First => "上半月",
            Half::Second => "下半月",
        }
    }

    /// The half a day lies in; `first_half_end` is the last day number of the first.
    #[must_use]
    pub fn of(day: Date, first_half_end: u32) -> Self {
        if day <= Month::of(day).day(first_half_end) {
            Half::First
        } else {
            Half::Second
        }
    }

    /// First day of the half in `month`.
    #[must_use]
    pub fn first_day(self, month: Month, first_half_end: u32) -> Date {
        match self {
            Half::First => month.first_day(),
            Half::Second => month.day(first_half_end.saturating_add(1)),
        }
    }

    /// Last day of the half in `month`.
    #[must_use]
    pub fn last_day(self, month: Month, first_half_end: u32) -> Date {
        match self {
            Half::First => month.day(first_half_end),
            Half::Second => month.last_day(),
        }
    }
}

impl Serialize for Half {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.number())
    }
}

/// A squad's half-month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotKey {
    /// Squad.
    pub unit: UnitId,
    /// Month.
    pub month: Month,
    /// Half.
    pub half: Half,
}

impl SlotKey {
    /// `2024年11月上半月`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}{}", self.month.label_cn(), self.half.name())
    }
}

impl fmt::Display for SlotKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.unit, self.month, self.half.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_halves_split_every_month_between_the_15th_and_the_16th() {
        for number in 1..=12 {
            let month = Month::new(2024, number).unwrap();
            let mut halves = [0, 0];
            for day in 1..=month.days() {
                let half = Half::of(month.day(day), 15);
                halves[half.number() as usize - 1] += 1;
                assert!(month.day(day) >= half.first_day(month, 15));
                assert!(month.day(day) <= half.last_day(month, 15));
            }
            assert_eq!(halves, [15, month.days() - 15]);
        }
        let february = Month::new(2023, 2).unwrap();
        assert_eq!(Half::Second.last_day(february, 15), february.day(28));
    }

    #[test]
    fn numbers_read_back() {
        for half in Half::ALL {
            assert_eq!(Half::from_number(half.number()), Some(half));
        }
        assert_eq!(Half::from_number(3), None);
    }
}
