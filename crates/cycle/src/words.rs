//! Short forms inside a period.

use chengzhi_kernel::{Date, format_cn};

/// `11月20日（周三）`: dates inside a month whose year is plain.
#[must_use]
pub fn short_date(date: Date) -> String {
    let long = format_cn(date);
    match long.split_once('年') {
        Some((_, short)) => short.to_owned(),
        None => long,
    }
}

/// `王一、李二等5人`; none for an empty list.
#[must_use]
pub fn short_list(names: &[&str]) -> Option<String> {
    match names.len() {
        0 => None,
        1..=3 => Some(names.join("、")),
        count => Some(format!(
            "{}等{count}人",
            names.get(..3).unwrap_or(names).join("、")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_lists_are_short() {
        let day = Date::from_ymd_opt(2024, 11, 20).unwrap();
        assert_eq!(short_date(day), "11月20日（周三）");
        assert_eq!(short_list(&[]), None);
        assert_eq!(short_list(&["甲", "乙"]).as_deref(), Some("甲、乙"));
        assert_eq!(
            short_list(&["甲", "乙", "丙", "丁"]).as_deref(),
            Some("甲、乙、丙等4人")
        );
    }
}
