//! Cases for district instructors at a set interval (B-92).

use chengzhi_kernel::Date;
use chrono::Datelike as _;

/// Cases that an instructor appointed on `from` should have been handed in `year` up to `today`: so
/// many a month, the month of appointment and the month under way not counted.
#[must_use]
pub fn owed(per_month: u32, from: Date, year: i32, today: Date) -> u32 {
    if today.year() < year || from.year() > year {
        return 0;
    }
    let last = if today.year() > year {
        12
    } else {
        today.month0()
    };
    let before = if from.year() < year { 0 } else { from.month() };
    last.saturating_sub(before) * per_month
}

/// Cases still owed after those handed out.
#[must_use]
pub fn behind(owed: u32, handed: u32) -> u32 {
    owed.saturating_sub(handed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_months_since_appointment_count() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        for (from, today, count) in [
            ("2023-05-01", "2024-11-20", 10),
            ("2024-03-15", "2024-11-20", 7),
            ("2024-11-01", "2024-11-20", 0),
            ("2024-03-15", "2025-01-02", 9),
            ("2025-01-01", "2025-03-01", 0),
            ("2023-05-01", "2023-12-31", 0),
        ] {
            assert_eq!(
                owed(1, day(from), 2024, day(today)),
                count,
                "{from} {today}"
            );
        }
        assert_eq!(owed(2, day("2023-05-01"), 2024, day("2024-03-01")), 4);
        assert_eq!(behind(3, 5), 0);
    }
}
