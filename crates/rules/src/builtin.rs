//! The packs and calendars that ship inside the binary, so that no file is needed at run time.

use std::sync::LazyLock;

use chengzhi_kernel::WorkCalendar;
use chengzhi_kernel::calendar::{CalendarError, CalendarYear};

use crate::pack::PackError;

/// Pack texts by name and year.
pub(crate) const PACKS: &[(&str, i32, &str)] = &[
    (
        "shanghai",
        2024,
        include_str!("../../../policies/shanghai/2024.toml"),
    ),
    (
        "baoshan",
        2024,
        include_str!("../../../policies/baoshan/2024.toml"),
    ),
];

const CALENDARS: &[(i32, &str)] = &[
    (2023, include_str!("../../../policies/calendar/2023.toml")),
    (2024, include_str!("../../../policies/calendar/2024.toml")),
    (2025, include_str!("../../../policies/calendar/2025.toml")),
    (2026, include_str!("../../../policies/calendar/2026.toml")),
];

static CALENDAR: LazyLock<WorkCalendar> = LazyLock::new(|| {
    // A broken built-in file leaves its year unpublished, which every caller refuses; the test
    // `every_built_in_calendar_is_read` keeps that from being shipped.
    let years = CALENDARS
        .iter()
        .filter_map(|(_, text)| parse_calendar_year(text).ok());
    WorkCalendar::from_years(years).unwrap_or_default()
});

/// The work calendar of the years published so far (2023–2026).
#[must_use]
pub fn calendar() -> &'static WorkCalendar {
    &CALENDAR
}

/// Reads one year's calendar file.
///
/// # Errors
/// [`PackError`] when the file is not a calendar year.
pub fn parse_calendar_year(text: &str) -> Result<CalendarYear, PackError> {
    toml::from_str(text).map_err(|_| PackError::new("calendar", "日历文件写法有误"))
}

/// Joins yearly calendar data read from files.
///
/// # Errors
/// [`PackError`] when a year contradicts itself or comes twice.
pub fn join_calendar(
    years: impl IntoIterator<Item = CalendarYear>,
) -> Result<WorkCalendar, PackError> {
    WorkCalendar::from_years(years)
        .map_err(|e: CalendarError| PackError::new("calendar", &e.to_string()))
}

/// The packs in the binary, as `name/year`.
pub fn pack_names() -> impl Iterator<Item = (&'static str, i32)> {
    PACKS.iter().map(|(name, year, _)| (*name, *year))
}

/// The text of a built-in pack.
pub(crate) fn pack_text(name: &str, year: i32) -> Option<&'static str> {
    PACKS
        .iter()
        .find(|(n, y, _)| *n == name && *y == year)
        .map(|(_, _, text)| *text)
}

/// The year whose pack `name` runs on in `year`: its own, else the newest earlier one (B-07).
#[must_use]
pub fn pack_year_for(name: &str, year: i32) -> Option<i32> {
    PACKS
        .iter()
        .filter(|(n, y, _)| *n == name && *y <= year)
        .map(|(_, y, _)| *y)
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_calendar_is_read() {
        for (year, text) in CALENDARS {
            assert_eq!(parse_calendar_year(text).map(|c| c.year), Ok(*year));
        }
        assert_eq!(calendar().years().count(), CALENDARS.len());
    }
}
