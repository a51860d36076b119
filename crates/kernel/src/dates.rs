//! Calendar days: reading the forms people type, writing the Chinese form.

use chrono::{Datelike, NaiveDate};

/// A calendar day in Shanghai.
pub type Date = NaiveDate;

/// A text that is not a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not written in any accepted form.
    #[error("日期写法无法识别，请写成 2024-03-05")]
    Form,
    /// Written well, but there is no such day (30 February).
    #[error("没有这一天")]
    NoSuchDay,
}

/// Reads `2024-03-05`, `2024/3/5`, `2024.3.5`, `20240305`, `2024年3月5日`; a midnight time after
/// it (as spreadsheets add) is tolerated. Years 1900–2199.
///
/// # Errors
/// [`DateError::Form`] for any other writing, [`DateError::NoSuchDay`] for days that do not exist.
pub fn parse_date(text: &str) -> Result<Date, DateError> {
    parse_date_bytes(text.as_bytes())
}

/// [`parse_date`] on UTF-8 bytes, without allocating: the form bulk readers use.
///
/// # Errors
/// As [`parse_date`].
pub fn parse_date_bytes(text: &[u8]) -> Result<Date, DateError> {
    let mut cursor = Cursor(text);
    let (year, digits) = cursor.number().ok_or(DateError::Form)?;
    if digits == 8 {
        cursor.midnight()?;
        return make(year / 10_000, year / 100 % 100, year % 100);
    }
    if digits != 4 {
        return Err(DateError::Form);
    }
    let separator = cursor.separator("年").ok_or(DateError::Form)?;
    let (month, digits) = cursor.number().ok_or(DateError::Form)?;
    if digits > 2 {
        return Err(DateError::Form);
    }
    let second = cursor.separator("月").ok_or(DateError::Form)?;
    if second != separator {
        return Err(DateError::Form);
    }
    let (day, digits) = cursor.number().ok_or(DateError::Form)?;
    if digits > 2 {
        return Err(DateError::Form);
    }
    if separator == WORD && !cursor.eat("日".as_bytes()) {
        return Err(DateError::Form);
    }
    cursor.midnight()?;
    make(year, month, day)
}

/// `2024年11月20日（周三）`.
#[must_use]
pub fn format_cn(date: Date) -> String {
    format!(
        "{}年{}月{}日（{}）",
        date.year(),
        date.month(),
        date.day(),
        weekday_cn(date)
    )
}

/// `2024年11月20日`, for places where the weekday would be noise.
#[must_use]
pub fn format_cn_plain(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// `周一` … `周日`.
#[must_use]
pub fn weekday_cn(date: Date) -> &'static str {
    const NAMES: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    NAMES
        .get(date.weekday().num_days_from_monday() as usize)
        .copied()
        .unwrap_or("")
}

fn make(year: u32, month: u32, day: u32) -> Result<Date, DateError> {
    if !(1900..2200).contains(&year) {
        return Err(DateError::Form);
    }
    NaiveDate::from_ymd_opt(year.cast_signed(), month, day).ok_or(DateError::NoSuchDay)
}

/// What [`Cursor::separator`] gives back for the Chinese word.
pub(crate) const WORD: u8 = 0;

/// Reads numbers and separators from the front of a byte string.
pub(crate) struct Cursor<'a>(pub(crate) &'a [u8]);

impl Cursor<'_> {
    /// The decimal number at the front and how many digits it has; `None` without a digit or
    /// with more than eight.
    pub(crate) fn number(&mut self) -> Option<(u32, usize)> {
        let digits = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 || digits > 8 {
            return None;
        }
        let (head, rest) = self.0.split_at(digits);
        self.0 = rest;
        let value = head.iter().fold(0, |n, b| n * 10 + u32::from(b - b'0'));
        Some((value, digits))
    }

    /// One of `-`, `/`, `.` (given back as itself) or `word` (given back as [`WORD`]).
    pub(crate) fn separator(&mut self, word: &str) -> Option<u8> {
        match self.0.first() {
            Some(&b @ (b'-' | b'/' | b'.')) => {
                self.0 = self.0.get(1..).unwrap_or_default();
                Some(b)
            }
            _ => self.eat(word.as_bytes()).then_some(WORD),
        }
    }

    /// Takes `word` off the front if it is there.
    pub(crate) fn eat(&mut self, word: &[u8]) -> bool {
        match self.0.strip_prefix(word) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// Accepts the end, or a midnight time before the end.
    fn midnight(&mut self) -> Result<(), DateError> {
        const MIDNIGHTS: [&[u8]; 5] = [b"", b" 00:00:00", b"T00:00:00", b" 0:00:00", b" 00:00"];
        if MIDNIGHTS.contains(&self.0) || self.0 == b" 0:00" {
            Ok(())
        } else {
            Err(DateError::Form)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form() {
        let want = NaiveDate::from_ymd_opt(2024, 3, 5).unwrap();
        for text in [
            "2024-03-05",
            "2024/3/5",
            "20240305",
            "2024年3月5日",
            "2024年03月05日",
            "2024.3.5",
            "2024-3-5",
            "2024-03-05 00:00:00",
            "2024/3/5 0:00",
        ] {
            assert_eq!(parse_date(text), Ok(want), "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in [
            "",
            "2024",
            "2024-03",
            "24-3-5",
            "2024-03/05",
            "2024年3-5",
            "2024年3月5",
            "2024-03-05x",
            "2024-03-05 08:00:00",
            "45356",
            "202403051",
            "2024-003-05",
            "-2024-03-05",
            "1776-07-04",
        ] {
            assert_eq!(parse_date(text), Err(DateError::Form), "{text}");
        }
        for text in [
            "2023-02-29",
            "20240230",
            "2024年13月1日",
            "2024-00-10",
            "2024-04-31",
        ] {
            assert_eq!(parse_date(text), Err(DateError::NoSuchDay), "{text}");
        }
    }

    #[test]
    fn writes_chinese() {
        let date = NaiveDate::from_ymd_opt(2024, 11, 20).unwrap();
        assert_eq!(format_cn(date), "2024年11月20日（周三）");
        assert_eq!(format_cn_plain(date), "2024年11月20日");
    }
}
