//! The work calendar: which days are worked, from the State Council's yearly notices.
//!
//! Each notice names the weekdays that are off and the weekend days that are worked; all other
//! days follow the week. A year without its notice is refused, never guessed.

use std::collections::BTreeMap;

use chrono::{Datelike, Weekday};
use serde::{Deserialize, Serialize};

use crate::dates::Date;

/// One year's notice as data; the form of the files in `policies/calendar/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// The calendar year the days lie in.
    pub year: i32,
    /// The notice, for example `国办发明电〔2023〕7号`.
    pub notice: String,
    /// Days off as spans, weekends inside included.
    pub holidays: Vec<Holiday>,
    /// Weekend days that are worked.
    pub worked_weekends: Vec<Date>,
}

/// One holiday of a year, first and last day included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// `春节`.
    pub name: String,
    /// First day off.
    pub from: Date,
    /// Last day off.
    pub to: Date,
}

/// The calendar of this year has not been published (or not yet been entered).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}年工作日历尚未公布")]
pub struct CalendarNotPublished(pub i32);

/// Yearly data that contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// A day of another year, or a span that ends before it starts.
    #[error("{year}年日历：{day} 不在该年内或起止颠倒")]
    OutOfYear {
        /// The year of the file.
        year: i32,
        /// The day in question.
        day: Date,
    },
    /// A worked weekend that is no weekend, or lies inside a holiday.
    #[error("{year}年日历：调休上班日 {day} 不是周末或在放假期间")]
    NotAWeekend {
        /// The year of the file.
        year: i32,
        /// The day in question.
        day: Date,
    },
    /// The same year twice.
    #[error("{0}年日历重复")]
    Duplicate(i32),
}

/// Why a day is worked or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum DayKind {
    /// An ordinary weekday.
    Weekday,
    /// A weekend day worked in exchange for a holiday (调休上班).
    MakeUpWorkday,
    /// An ordinary weekend day.
    Weekend,
    /// A day of the named holiday.
    Holiday(String),
}

impl DayKind {
    /// Whether the day is worked.
    #[must_use]
    pub const fn is_workday(&self) -> bool {
        matches!(self, Self::Weekday | Self::MakeUpWorkday)
    }

    /// The reason in Chinese: `调休上班`, `春节放假`.
    #[must_use]
    pub fn reason_cn(&self) -> String {
        match self {
            Self::Weekday => "平日".to_owned(),
            Self::MakeUpWorkday => "调休上班".to_owned(),
            Self::Weekend => "周末".to_owned(),
            Self::Holiday(name) => format!("{name}放假"),
        }
    }
}

/// One day of a counted span.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayMark {
    /// The day.
    pub date: Date,
    /// Why it is worked or not.
    pub kind: DayKind,
    /// Its number in the count; `None` when it is skipped (the start day, days off).
    pub counted: Option<u32>,
}

/// A counted span of working days with each day it passes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkdaySpan {
    /// Where the counting ends.
    pub end: Date,
    /// The start day first (never counted), then each day up to the end, in the order walked.
    pub days: Vec<DayMark>,
}

#[derive(Debug, Clone, Default)]
struct YearTable {
    notice: String,
    holidays: Vec<Holiday>,
    worked: Vec<Date>,
}

/// The published years together.
#[derive(Debug, Clone, Default)]
pub struct WorkCalendar {
    years: BTreeMap<i32, YearTable>,
}

impl WorkCalendar {
    /// Checks and joins yearly data.
    ///
    /// # Errors
    /// [`CalendarError`] when a year contradicts itself or comes twice.
    pub fn from_years(
        years: impl IntoIterator<Item = CalendarYear>,
    ) -> Result<Self, CalendarError> {
        let mut calendar = Self::default();
        for data in years {
            let year = data.year;
            for h in &data.holidays {
                for day in [h.from, h.to] {
                    if day.year() != year || h.to < h.from {
                        return Err(CalendarError::OutOfYear { year, day });
                    }
                }
            }
            for &day in &data.worked_weekends {
                if day.year() != year {
                    return Err(CalendarError::OutOfYear { year, day });
                }
                let off = data.holidays.iter().any(|h| (h.from..=h.to).contains(&day));
                if !is_weekend(day) || off {
                    return Err(CalendarError::NotAWeekend { year, day });
                }
            }
            let table = YearTable {
                notice: data.notice,
                holidays: data.holidays,
                worked: data.worked_weekends,
            };
            if calendar.years.insert(year, table).is_some() {
                return Err(CalendarError::Duplicate(year));
            }
        }
        Ok(calendar)
    }

    /// The years there is data for, ascending.
    pub fn years(&self) -> impl Iterator<Item = i32> {
        self.years.keys().copied()
    }

    /// The notice of a year, if published.
    #[must_use]
    pub fn notice(&self, year: i32) -> Option<&str> {
        self.years.get(&year).map(|t| t.notice.as_str())
    }

    /// Why `date` is worked or not.
    ///
    /// # Errors
    /// [`CalendarNotPublished`] when there is no data for its year.
    pub fn day(&self, date: Date) -> Result<DayKind, CalendarNotPublished> {
        let table = self
            .years
            .get(&date.year())
            .ok_or(CalendarNotPublished(date.year()))?;
        if let Some(h) = table
            .holidays
            .iter()
            .find(|h| (h.from..=h.to).contains(&date))
        {
            return Ok(DayKind::Holiday(h.name.clone()));
        }
        Ok(match (is_weekend(date), table.worked.contains(&date)) {
            (true, true) => DayKind::MakeUpWorkday,
            (true, false) => DayKind::Weekend,
            (false, _) => DayKind::Weekday,
        })
    }

    /// Whether `date` is a working day.
    ///
    /// # Errors
    /// [`CalendarNotPublished`].
    pub fn is_workday(&self, date: Date) -> Result<bool, CalendarNotPublished> {
        self.day(date).map(|k| k.is_workday())
    }

    /// The `n`-th working day after `date`; the start day never counts. `n` = 0 is `date` itself.
    ///
    /// # Errors
    /// [`CalendarNotPublished`] when the span touches a year without data, start day included.
    pub fn add(&self, date: Date, n: u32) -> Result<Date, CalendarNotPublished> {
        self.walk(date, n, Date::succ_opt, |_| false, None)
    }

    /// The `n`-th working day before `date`; the start day never counts.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn sub(&self, date: Date, n: u32) -> Result<Date, CalendarNotPublished> {
        self.walk(date, n, Date::pred_opt, |_| false, None)
    }

    /// [`Self::add`] with the day strip.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn explain_add(&self, date: Date, n: u32) -> Result<WorkdaySpan, CalendarNotPublished> {
        let mut days = Vec::new();
        let end = self.walk(date, n, Date::succ_opt, |_| false, Some(&mut days))?;
        Ok(WorkdaySpan { end, days })
    }

    /// [`Self::sub`] with the day strip.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn explain_sub(&self, date: Date, n: u32) -> Result<WorkdaySpan, CalendarNotPublished> {
        let mut days = Vec::new();
        let end = self.walk(date, n, Date::pred_opt, |_| false, Some(&mut days))?;
        Ok(WorkdaySpan { end, days })
    }

    /// `date` itself if it is worked, else the next working day after it.
    ///
    /// # Errors
    /// [`CalendarNotPublished`].
    pub fn roll_forward(&self, date: Date) -> Result<Date, CalendarNotPublished> {
        if self.is_workday(date)? {
            Ok(date)
        } else {
            self.add(date, 1)
        }
    }

    /// `date` itself if it is worked, else the last working day before it.
    ///
    /// # Errors
    /// [`CalendarNotPublished`].
    pub fn roll_back(&self, date: Date) -> Result<Date, CalendarNotPublished> {
        if self.is_workday(date)? {
            Ok(date)
        } else {
            self.sub(date, 1)
        }
    }

    /// Working days in a month: the figure the yearly tables print.
    ///
    /// # Errors
    /// [`CalendarNotPublished`].
    pub fn workdays_in(&self, month: crate::Month) -> Result<u32, CalendarNotPublished> {
        let mut count = 0;
        let last = month.last_day();
        for date in month.first_day().iter_days().take_while(|d| *d <= last) {
            count += u32::from(self.is_workday(date)?);
        }
        Ok(count)
    }

    pub(crate) fn walk(
        &self,
        start: Date,
        n: u32,
        step: fn(&Date) -> Option<Date>,
        excluded: impl Fn(Date) -> bool,
        mut strip: Option<&mut Vec<DayMark>>,
    ) -> Result<Date, CalendarNotPublished> {
        let mut date = start;
        let kind = self.day(date)?;
        if let Some(strip) = strip.as_deref_mut() {
            strip.push(DayMark {
                date,
                kind,
                counted: None,
            });
        }
        let mut counted = 0;
        while counted < n {
            date = step(&date).ok_or(CalendarNotPublished(date.year()))?;
            let kind = self.day(date)?;
            let counts = kind.is_workday() && !excluded(date);
            counted += u32::from(counts);
            if let Some(strip) = strip.as_deref_mut() {
                strip.push(DayMark {
                    date,
                    kind,
                    counted: counts.then_some(counted),
                });
            }
        }
        Ok(date)
    }
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        crate::parse_date(text).unwrap()
    }

    fn year() -> CalendarYear {
        CalendarYear {
            year: 2024,
            notice: "通知".into(),
            holidays: vec![Holiday {
                name: "春节".into(),
                from: day("2024-02-10"),
                to: day("2024-02-17"),
            }],
            worked_weekends: vec![day("2024-02-04"), day("2024-02-18")],
        }
    }

    #[test]
    fn counts_around_the_spring_festival() {
        let cal = WorkCalendar::from_years([year()]).unwrap();
        assert_eq!(cal.add(day("2024-02-07"), 5), Ok(day("2024-02-20")));
        assert_eq!(cal.sub(day("2024-02-20"), 5), Ok(day("2024-02-07")));
        let span = cal.explain_add(day("2024-02-07"), 5).unwrap();
        assert_eq!(span.days.len(), 14);
        assert_eq!(span.days.iter().filter(|d| d.counted.is_some()).count(), 5);
        assert_eq!(cal.day(day("2024-02-18")), Ok(DayKind::MakeUpWorkday));
        assert_eq!(cal.roll_forward(day("2024-02-11")), Ok(day("2024-02-18")));
        assert_eq!(cal.roll_back(day("2024-02-11")), Ok(day("2024-02-09")));
    }

    #[test]
    fn refuses_years_without_data() {
        let cal = WorkCalendar::from_years([year()]).unwrap();
        assert_eq!(
            cal.add(day("2024-12-30"), 2),
            Err(CalendarNotPublished(2025))
        );
        assert_eq!(
            cal.add(day("2023-12-31"), 1),
            Err(CalendarNotPublished(2023))
        );
        assert_eq!(
            cal.sub(day("2024-01-02"), 2),
            Err(CalendarNotPublished(2023))
        );
        assert_eq!(cal.add(day("2024-12-30"), 1), Ok(day("2024-12-31")));
    }

    #[test]
    fn refuses_data_that_contradicts_itself() {
        let mut twice = vec![year(), year()];
        assert_eq!(
            WorkCalendar::from_years(twice.clone()).err(),
            Some(CalendarError::Duplicate(2024))
        );
        twice.truncate(1);
        twice[0].worked_weekends.push(day("2024-02-05"));
        assert!(matches!(
            WorkCalendar::from_years(twice).err(),
            Some(CalendarError::NotAWeekend { .. })
        ));
        let mut backwards = year();
        backwards.holidays[0].to = day("2024-02-01");
        assert!(matches!(
            WorkCalendar::from_years([backwards]).err(),
            Some(CalendarError::OutOfYear { .. })
        ));
    }
}
