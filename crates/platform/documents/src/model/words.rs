//! Dates, times and amounts as printed documents write them.

use chengzhi_kernel::dates::{format_cn_plain, weekday_cn};
use chengzhi_kernel::{Date, Quantity, Timestamp};
use chrono::Datelike as _;
use serde::Serializer;

/// `11月20日（周三）`.
pub(super) fn day(date: Date) -> String {
    format!("{}月{}日（{}）", date.month(), date.day(), weekday_cn(date))
}

/// `08:30`.
pub(super) fn clock(instant: Timestamp) -> String {
    instant.wall().format("%H:%M").to_string()
}

/// `二〇二四年十一月二十日`, the solemn form of certificates.
pub(super) fn numerals(date: Date) -> String {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let year: String = date
        .year()
        .to_string()
        .bytes()
        .filter_map(|b| DIGITS.get(usize::from(b.wrapping_sub(b'0'))))
        .collect();
    format!("{year}年{}月{}日", number(date.month()), number(date.day()))
}

/// `一` … `九十九` as people count; larger numbers in digits.
pub(super) fn number(n: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |d: u32| DIGITS.get(d as usize).copied().unwrap_or("");
    match n {
        1..=9 => digit(n).to_owned(),
        10..=19 => format!("十{}", digit(n % 10)),
        20..=99 => format!("{}十{}", digit(n / 10), digit(n % 10)),
        _ => n.to_string(),
    }
}

/// Serialises as [`format_cn_plain`].
pub(super) fn as_plain<S: Serializer>(date: &Date, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&format_cn_plain(*date))
}

/// Serialises as [`format_cn_plain`], or nothing.
pub(super) fn as_plain_option<S: Serializer>(
    date: &Option<Date>,
    to: S,
) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => as_plain(date, to),
        None => to.serialize_none(),
    }
}

/// Serialises as [`day`].
pub(super) fn as_day<S: Serializer>(date: &Date, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&day(*date))
}

/// Serialises as [`numerals`].
pub(super) fn as_numerals<S: Serializer>(date: &Date, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&numerals(*date))
}

/// Serialises as [`clock`], or nothing.
pub(super) fn as_clock_option<S: Serializer>(
    instant: &Option<Timestamp>,
    to: S,
) -> Result<S::Ok, S::Error> {
    match instant {
        Some(instant) => to.serialize_str(&clock(*instant)),
        None => to.serialize_none(),
    }
}

/// Serialises an amount as text, so that no decimals are lost on the way.
pub(super) fn as_amount<S: Serializer>(amount: &Quantity, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&amount.to_string())
}

/// Serialises an amount as text, or nothing.
pub(super) fn as_amount_option<S: Serializer>(
    amount: &Option<Quantity>,
    to: S,
) -> Result<S::Ok, S::Error> {
    match amount {
        Some(amount) => as_amount(amount, to),
        None => to.serialize_none(),
    }
}

/// `11月20日（周三）09:00–10:30`; both days when the end falls on another day.
pub(super) fn span(start: Timestamp, end: Timestamp) -> String {
    let (from, to) = (start.date(), end.date());
    if from == to {
        format!("{}{}–{}", day(from), clock(start), clock(end))
    } else {
        format!("{}{}–{}{}", day(from), clock(start), day(to), clock(end))
    }
}

/// About how wide the longest line of a text is set, in hundredths of the letter size. Close
/// enough to share out the width of a page without measuring thousands of cells.
pub(super) fn width(text: &str) -> u32 {
    let line = |line: &str| {
        line.chars()
            .map(|c| match c {
                '0'..='9' | 'a'..='z' => 58,
                c if c.is_ascii_uppercase() => 72,
                c if c.is_ascii() => 50,
                _ => 100,
            })
            .sum()
    };
    text.lines().map(line).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(y: i32, m: u32, d: u32) -> Date {
        Date::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn dates_are_written_as_documents_write_them() {
        assert_eq!(day(date(2024, 11, 20)), "11月20日（周三）");
        for (given, written) in [
            (date(2024, 11, 20), "二〇二四年十一月二十日"),
            (date(2025, 1, 1), "二〇二五年一月一日"),
            (date(2030, 10, 31), "二〇三〇年十月三十一日"),
            (date(2019, 2, 15), "二〇一九年二月十五日"),
        ] {
            assert_eq!(numerals(given), written);
        }
    }

    #[test]
    fn a_width_is_that_of_the_longest_line() {
        assert_eq!(width(""), 0);
        assert_eq!(width("城管\n执法队"), 300);
        assert_eq!(width("310113"), 6 * 58);
    }

    #[test]
    fn a_span_names_the_second_day_only_when_there_is_one() {
        let start = Timestamp::at(date(2024, 11, 20), 9, 0);
        assert_eq!(
            span(start, start.plus_minutes(90)),
            "11月20日（周三）09:00–10:30"
        );
        assert_eq!(
            span(start, start.plus_days(2)),
            "11月20日（周三）09:00–11月22日（周五）09:00"
        );
    }
}
