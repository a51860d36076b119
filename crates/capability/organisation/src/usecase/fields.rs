//! Checks of a person's fields as typed, each with a problem that names the field.

use chengzhi_http::Problem;
use chengzhi_kernel::Date;

use super::plain_day;
use crate::domain::mask::parse_phone;
use crate::domain::person::{Category, check_name, sex_code};
use crate::domain::post::{post_code, rank_code, sort_posts};

pub(super) fn name(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    check_name(text).map_err(|fault| Problem::field("name", format!("{fault}。")))?;
    Ok(text.to_owned())
}

pub(super) fn sex(value: Option<&str>) -> Result<Option<String>, Problem> {
    value
        .filter(|text| !text.is_empty())
        .map(|text| {
            sex_code(text)
                .map(str::to_owned)
                .ok_or_else(|| Problem::field("sex", "性别应为男或女。"))
        })
        .transpose()
}

pub(super) fn category(text: &str) -> Result<Category, Problem> {
    Category::parse(text).ok_or_else(|| Problem::field("category", "没有这一人员类别。"))
}

pub(super) fn rank(value: Option<&str>) -> Result<Option<String>, Problem> {
    value
        .filter(|text| !text.is_empty())
        .map(|text| {
            rank_code(text)
                .map(str::to_owned)
                .ok_or_else(|| Problem::field("rank", "没有这一职级。"))
        })
        .transpose()
}

pub(super) fn phone(value: Option<&str>) -> Result<Option<String>, Problem> {
    value
        .filter(|text| !text.is_empty())
        .map(|text| {
            parse_phone(text).ok_or_else(|| Problem::field("phone", "手机号应为11位数字。"))
        })
        .transpose()
}

pub(super) fn posts(values: &[String]) -> Result<Vec<String>, Problem> {
    let mut codes = Vec::with_capacity(values.len());
    for text in values {
        let code = post_code(text)
            .ok_or_else(|| Problem::field("posts", format!("没有“{text}”这一岗位。")))?;
        codes.push(code.to_owned());
    }
    sort_posts(&mut codes);
    Ok(codes)
}

pub(super) fn induction(day: Option<Date>) -> Result<Option<Date>, Problem> {
    day.map(|day| plain_day("induction_ended_on", day))
        .transpose()
}

pub(super) fn joined(day: Date, today: Date) -> Result<Date, Problem> {
    if day > today {
        return Err(Problem::field("joined_on", "入职日期不能晚于今天。"));
    }
    if chrono::Datelike::year(&day) < 1950 {
        return Err(Problem::field("joined_on", "入职日期过早，请核对。"));
    }
    Ok(day)
}
