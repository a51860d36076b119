//! What people type into fields: texts with a limit, months and years of addresses, names of files.

use chengzhi_kernel::text::tidy;
use chengzhi_kernel::{Month, Timestamp};

use crate::Problem;

/// Trims a text, takes control characters out, and checks that it is there and not too long.
///
/// # Errors
/// 422 for the field.
pub fn required(field: &str, label: &str, text: &str, limit: usize) -> Result<String, Problem> {
    let text = optional(field, label, text, limit)?;
    if text.is_empty() {
        return Err(Problem::field(field, format!("请填写{label}。")));
    }
    Ok(text)
}

/// Trims a text, takes control characters out, and checks its length.
///
/// # Errors
/// 422 for the field.
pub fn optional(field: &str, label: &str, text: &str, limit: usize) -> Result<String, Problem> {
    let text = tidy(text);
    let length = text.chars().count();
    if length > limit {
        return Err(Problem::field(
            field,
            format!("{label}现有{length}个字，最多{limit}个字，请精简。"),
        ));
    }
    Ok(text)
}

/// A file's name for lists: without control characters, at most 120 characters.
#[must_use]
pub fn file_label(name: &str) -> String {
    let clean: String = name.chars().filter(|c| !c.is_control()).take(120).collect();
    if clean.trim().is_empty() {
        "未命名".to_owned()
    } else {
        clean
    }
}

/// `2024-11` of a path or query.
///
/// # Errors
/// 422 for anything else.
pub fn month_of(text: &str) -> Result<Month, Problem> {
    text.parse()
        .map_err(|_| Problem::field("month", "月份请写成2024-11的样子。"))
}

/// A year that has months; this year unless said.
///
/// # Errors
/// 422 for anything else.
pub fn year_of(year: Option<i32>, now: Timestamp) -> Result<i32, Problem> {
    let year = year.unwrap_or_else(|| Month::of(now.date()).year());
    Month::new(year, 1)
        .map(Month::year)
        .ok_or_else(|| Problem::field("year", "年份不在可用范围内。"))
}
