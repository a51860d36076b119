//! 日历条: the days between two dates, which of them are working days, and why.

use chengzhi_kernel::calendar::DayKind;
use chengzhi_kernel::{CalendarNotPublished, Date, WorkCalendar};

/// Days a strip may span.
pub const MAX_DAYS: i64 = 120;

/// One day of a strip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StripDay {
    /// The day.
    pub date: Date,
    /// work, rest, holiday or makeup.
    pub kind: &'static str,
    /// Reason in words.
    pub reason: String,
    /// A working day, the first day not counted.
    pub counted: bool,
}

/// The days from `from` to `to`, both shown; the first is the start and never counts.
///
/// # Errors
/// [`CalendarNotPublished`] when a year has no calendar.
pub fn strip(
    calendar: &WorkCalendar,
    from: Date,
    to: Date,
) -> Result<Vec<StripDay>, CalendarNotPublished> {
    let mut days = Vec::new();
    for date in from.iter_days().take_while(|date| *date <= to) {
        let kind = calendar.day(date)?;
        let counted = kind.is_workday() && date != from;
        days.push(StripDay {
            date,
            kind: code(&kind),
            reason: kind.reason_cn(),
            counted,
        });
    }
    Ok(days)
}

fn code(kind: &DayKind) -> &'static str {
    match kind {
        DayKind::Weekday => "work",
        DayKind::Weekend => "rest",
        DayKind::Holiday(_) => "holiday",
        DayKind::MakeUpWorkday => "makeup",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chengzhi_kernel::parse_date;

    #[test]
    fn the_start_never_counts_and_holidays_are_skipped_with_their_name() {
        let day = |text| parse_date(text).unwrap();
        let days = strip(
            chengzhi_rules::calendar(),
            day("2024-02-07"),
            day("2024-02-20"),
        )
        .unwrap();
        assert_eq!(days.len(), 14);
        assert_eq!(days.iter().filter(|day| day.counted).count(), 5);
        assert!(!days[0].counted);
        assert_eq!(
            (days[3].kind, days[3].reason.as_str()),
            ("holiday", "春节放假")
        );
        assert_eq!(days[11].kind, "makeup", "18 February is worked");
    }

    #[test]
    fn a_year_without_calendar_is_refused() {
        let day = |text| parse_date(text).unwrap();
        assert!(
            strip(
                chengzhi_rules::calendar(),
                day("2026-12-30"),
                day("2027-01-04")
            )
            .is_err()
        );
    }
}
