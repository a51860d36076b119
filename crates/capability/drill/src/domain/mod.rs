//! The pure part of drill: states, dates, the notice's arithmetic, completeness, differences,
//! figures. It knows neither database nor clock; instants and parameters are handed in as values.

pub mod blockers;
pub mod checklist;
pub mod contest;
pub mod coverage;
pub mod exemption;
pub mod film;
pub mod half;
pub mod month;
pub mod needs;
pub mod reasons;
pub mod review;
pub mod session;
pub mod snapshot;
pub mod state;
pub mod stats;
pub mod verdict;
pub mod window;

use chengzhi_kernel::{Date, format_cn};

/// Why something is refused: a stable code and a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Deny {
    /// Stable code, `drill.locked`.
    pub code: &'static str,
    /// Chinese sentence.
    pub text: String,
}

impl Deny {
    /// A refusal.
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Deny {
            code,
            text: text.into(),
        }
    }
}

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
