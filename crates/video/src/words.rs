//! Times and lengths in plain Chinese, and the date a file name carries.

use chrono::NaiveDate;

/// A place in the film: 第3分12秒.
#[must_use]
pub fn place(seconds: f64) -> String {
    let whole = seconds.max(0.0) as u64;
    match (whole / 60, whole % 60) {
        (0, s) => format!("第{s}秒"),
        (m, s) => format!("第{m}分{s}秒"),
    }
}

/// A length: 3分12秒, under ten seconds with one decimal.
#[must_use]
pub fn length(seconds: f64) -> String {
    if seconds < 9.95 {
        let tenths = (seconds.max(0.0) * 10.0).round() / 10.0;
        return format!("{tenths}秒");
    }
    let whole = seconds.round() as u64;
    match (whole / 60, whole % 60) {
        (0, s) => format!("{s}秒"),
        (m, 0) => format!("{m}分钟"),
        (m, s) => format!("{m}分{s}秒"),
    }
}

/// 11月20日.
#[must_use]
pub fn day(date: NaiveDate) -> String {
    use chrono::Datelike;
    format!("{}月{}日", date.month(), date.day())
}

/// The date in a file name: eight digits in a row or three numbers with a sign between them.
#[must_use]
pub fn date_in_name(name: &str) -> Option<NaiveDate> {
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut sign = String::new();
    for c in name.chars() {
        if c.is_ascii_digit() {
            match parts.last_mut() {
                Some(last) if sign.is_empty() => last.1.push(c),
                _ => parts.push((std::mem::take(&mut sign), c.to_string())),
            }
        } else {
            sign.push(c);
        }
    }
    let date = |y: &str, m: &str, d: &str| {
        let year: i32 = y.parse().ok().filter(|y| (2000..2100).contains(y))?;
        NaiveDate::from_ymd_opt(year, m.parse().ok()?, d.parse().ok()?)
    };
    let joined = parts
        .iter()
        .filter(|(_, digits)| matches!(digits.len(), 8 | 12 | 14))
        .find_map(|(_, d)| date(&d[..4], &d[4..6], &d[6..8]));
    joined.or_else(|| {
        parts.windows(3).find_map(|w| {
            let apart = w[1..].iter().all(|(sign, _)| sign.chars().count() == 1);
            let short = w[0].1.len() == 4 && w[1].1.len() <= 2 && w[2].1.len() <= 2;
            (apart && short)
                .then(|| date(&w[0].1, &w[1].1, &w[2].1))
                .flatten()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_places() {
        assert_eq!(length(40.2), "40秒");
        assert_eq!(length(180.0), "3分钟");
        assert_eq!(length(1.25), "1.3秒");
        assert_eq!(place(192.9), "第3分12秒");
    }

    #[test]
    fn dates_in_the_names_phones_give() {
        let day = NaiveDate::from_ymd_opt(2025, 3, 5);
        for name in [
            "VID_20250305_090012.mp4",
            "20250305090012.mp4",
            "队列训练2025年3月5日.mov",
            "WX-2025-03-05 09.mp4",
        ] {
            assert_eq!(date_in_name(name), day, "{name}");
        }
        for name in ["IMG_0042.MOV", "20259905.mp4", "3中队.mp4", "12345678.mp4"] {
            assert_eq!(date_in_name(name), None, "{name}");
        }
    }
}
