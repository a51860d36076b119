//! A month of a year: the period most duties are reported for.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::dates::{Cursor, Date, WORD, parse_date_bytes};

/// A month such as `2024-05`; ordered by time. Written and read as that text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

/// A text that is not a month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("月份写法无法识别，请写成 2024-05")]
pub struct MonthError;

impl Month {
    /// `month` in 1–12 and `year` in 1900–2199, else `None`.
    #[must_use]
    pub fn new(year: i32, month: u32) -> Option<Self> {
        ((1900..2200).contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }

    /// The month a day lies in.
    #[must_use]
    pub fn of(date: Date) -> Self {
        Self {
            year: date.year(),
            month: date.month(),
        }
    }

    /// The twelve months of a year, January first.
    pub fn of_year(year: i32) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator {
        (1..13).map(move |month| Self { year, month })
    }

    /// Calendar year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.year
    }

    /// 1–12.
    #[must_use]
    pub const fn month(self) -> u32 {
        self.month
    }

    /// The first day.
    #[must_use]
    pub fn first_day(self) -> Date {
        NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or(NaiveDate::MIN)
    }

    /// The last day (28–31).
    #[must_use]
    pub fn last_day(self) -> Date {
        self.next().first_day().pred_opt().unwrap_or(NaiveDate::MAX)
    }

    /// How many days it has.
    #[must_use]
    pub fn days(self) -> u32 {
        self.last_day().day()
    }

    /// Day number `day` of this month; past the end it is the last day, 0 is the first.
    #[must_use]
    pub fn day(self, day: u32) -> Date {
        NaiveDate::from_ymd_opt(self.year, self.month, day.clamp(1, self.days()))
            .unwrap_or_else(|| self.last_day())
    }

    /// Whether `date` lies in it.
    #[must_use]
    pub fn contains(self, date: Date) -> bool {
        Self::of(date) == self
    }

    /// The following month.
    #[must_use]
    pub const fn next(self) -> Self {
        if self.month == 12 {
            Self {
                year: self.year + 1,
                month: 1,
            }
        } else {
            Self {
                year: self.year,
                month: self.month + 1,
            }
        }
    }

    /// The month before.
    #[must_use]
    pub const fn prev(self) -> Self {
        if self.month == 1 {
            Self {
                year: self.year - 1,
                month: 12,
            }
        } else {
            Self {
                year: self.year,
                month: self.month - 1,
            }
        }
    }

    /// Every month from this one to `last`, both included; empty when `last` is earlier.
    pub fn through(self, last: Self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |m| Some(m.next())).take_while(move |m| *m <= last)
    }

    /// `2024年5月`.
    #[must_use]
    pub fn label_cn(self) -> String {
        format!("{}年{}月", self.year, self.month)
    }

    /// Reads `2024-05`, `2024/5`, `2024.5`, `202405`, `2024年5月`, or the first day of the month
    /// as a date (spreadsheets turn months into that).
    ///
    /// # Errors
    /// [`MonthError`] for anything else.
    pub fn parse_bytes(text: &[u8]) -> Result<Self, MonthError> {
        Self::parse_plain(text)
            .or_else(|| {
                parse_date_bytes(text)
                    .ok()
                    .filter(|d| d.day() == 1)
                    .map(Self::of)
            })
            .ok_or(MonthError)
    }

    fn parse_plain(text: &[u8]) -> Option<Self> {
        let mut cursor = Cursor(text);
        let (year, digits) = cursor.number()?;
        let (year, month) = if digits == 6 {
            (year / 100, year % 100)
        } else if digits == 4 {
            let separator = cursor.separator("年")?;
            let (month, digits) = cursor.number()?;
            if digits > 2 || (separator == WORD && !cursor.eat("月".as_bytes())) {
                return None;
            }
            (year, month)
        } else {
            return None;
        };
        if cursor.0.is_empty() {
            Self::new(year.cast_signed(), month)
        } else {
            None
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = MonthError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse_bytes(text.as_bytes())
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form() {
        let want = Month::new(2024, 5).unwrap();
        for text in [
            "2024-05",
            "2024/5",
            "202405",
            "2024年5月",
            "2024-5",
            "2024-05-01",
            "2024/5/1 0:00",
        ] {
            assert_eq!(text.parse(), Ok(want), "{text}");
        }
        for text in [
            "",
            "2024",
            "2024-13",
            "2024-0",
            "2024年5",
            "2024-05-02",
            "May 2024",
            "5",
        ] {
            assert_eq!(text.parse::<Month>(), Err(MonthError), "{text}");
        }
    }

    #[test]
    fn knows_its_days_and_neighbours() {
        let feb = Month::new(2024, 2).unwrap();
        assert_eq!(feb.days(), 29);
        assert_eq!(feb.day(31), feb.last_day());
        let dec = Month::new(2023, 12).unwrap();
        assert_eq!(dec.next(), Month::new(2024, 1).unwrap());
        assert_eq!(dec.next().prev(), dec);
        assert_eq!(dec.through(feb).count(), 3);
        assert_eq!(feb.through(dec).count(), 0);
        assert_eq!(feb.to_string(), "2024-02");
        assert_eq!(feb.label_cn(), "2024年2月");
        assert_eq!(Month::of_year(2024).next_back().map(Month::month), Some(12));
    }
}
