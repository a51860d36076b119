//! Days and working days. The plan must stand also where the State Council has not published the
//! year yet; there weekdays count as working days.

use chengzhi_kernel::deadline::plus_days;
use chengzhi_kernel::{Date, Month};
use chrono::{Datelike as _, Weekday};

/// A day by its numbers; the last day of the month when there is none of that number.
#[must_use]
pub fn ymd(year: i32, month: u32, day: u32) -> Date {
    Month::new(year, month).map_or(Date::MIN, |month| month.day(day))
}

/// `05-13` in a year.
#[must_use]
pub fn in_year(year: i32, text: &str) -> Date {
    let mut parts = text.split('-').map(|part| part.parse().unwrap_or(1));
    let (month, day) = (parts.next().unwrap_or(1), parts.next().unwrap_or(1));
    ymd(year, month, day)
}

/// Whether people work on the day.
#[must_use]
pub fn is_workday(day: Date) -> bool {
    chengzhi_rules::calendar()
        .is_workday(day)
        .unwrap_or(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
}

/// The working days from `from` to `to`, both included.
#[must_use]
pub fn workdays(from: Date, to: Date) -> Vec<Date> {
    from.iter_days()
        .take_while(|day| *day <= to)
        .filter(|day| is_workday(*day))
        .collect()
}

/// The day itself if worked, else the next working day.
#[must_use]
pub fn workday_from(day: Date) -> Date {
    day.iter_days()
        .take(30)
        .find(|day| is_workday(*day))
        .unwrap_or(day)
}

/// The `count`th working day after the day; 0 is the day itself.
#[must_use]
pub fn after_workdays(day: Date, count: i64) -> Date {
    let mut day = day;
    for _ in 0..count {
        day = workday_from(plus_days(day, 1));
    }
    day
}

/// The `count`th working day before the day; 0 is the day itself.
#[must_use]
pub fn before_workdays(day: Date, count: i64) -> Date {
    let mut day = day;
    for _ in 0..count {
        day = (1..=30)
            .map(|back| plus_days(day, -back))
            .find(|day| is_workday(*day))
            .unwrap_or(day);
    }
    day
}
