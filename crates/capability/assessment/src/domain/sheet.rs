//! Rows of a ledger sheet: 工号 日期 类别 学时 学分 所属月份 编号, and for online entries 课程 课程类型.

use chengzhi_kernel::{Date, Month, Quantity, dates};

use super::{Component, CourseKind};

/// Columns that a ledger sheet must have, as the command line's ledger file.
pub const REQUIRED: &[&str] = &["工号", "日期", "类别", "学时", "学分", "所属月份", "编号"];

/// Columns it may have (B-16): name and kind of an online course.
pub const OPTIONAL: &[&str] = &["课程", "课程类型"];

/// A fault of one cell.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fault {
    /// Column.
    pub field: String,
    /// What is wrong and what is expected.
    pub message: String,
}

impl Fault {
    /// A fault of `field`.
    pub fn new(field: &str, message: impl Into<String>) -> Self {
        Fault {
            field: field.to_owned(),
            message: message.into(),
        }
    }
}

/// What a row says, before the person is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetEntry {
    /// 工号.
    pub staff_no: String,
    /// 日期.
    pub happened_on: Date,
    /// By 类别.
    pub component: Component,
    /// 类别 as written.
    pub category: String,
    /// 学时.
    pub hours: Quantity,
    /// 学分, blank is 0.
    pub credits: Quantity,
    /// 所属月份 of study rows.
    pub for_month: Option<Month>,
    /// 编号.
    pub external_no: Option<String>,
    /// 课程.
    pub course_name: Option<String>,
    /// 课程类型.
    pub course_kind: Option<CourseKind>,
}

/// Reads a row; `cell` gives the trimmed text of a column.
///
/// # Errors
/// All faults of the row.
pub fn read_entry<'a>(cell: impl Fn(&str) -> &'a str) -> Result<SheetEntry, Vec<Fault>> {
    let mut faults = Vec::new();
    let staff_no = cell("工号").to_owned();
    if staff_no.is_empty() {
        faults.push(Fault::new("工号", "不能为空"));
    }
    let happened_on = read_date(cell("日期"), &mut faults);
    let category = cell("类别").to_owned();
    if category.is_empty() {
        faults.push(Fault::new(
            "类别",
            "不能为空，应为市局网训、区局集训或科队学习",
        ));
    }
    let component = Component::from_category(&category);
    let hours = read_amount("学时", cell("学时"), false, &mut faults);
    let credits = read_amount("学分", cell("学分"), true, &mut faults);
    let for_month = if component == Component::Squad {
        read_month(cell("所属月份"), &mut faults)
    } else {
        None
    };
    let text = |column: &str| Some(cell(column).to_owned()).filter(|value| !value.is_empty());
    let course_kind = text("课程类型").and_then(|kind| {
        let known = CourseKind::parse(&kind);
        if known.is_none() {
            faults.push(Fault::new(
                "课程类型",
                format!("“{kind}”无效，应为学分课程或学时课程"),
            ));
        }
        known
    });
    if course_kind == Some(CourseKind::Hour)
        && credits.is_some_and(|credits| credits.thousandths() > 0)
    {
        faults.push(Fault::new("学分", "学时课程不记学分，应为0或空白"));
    }
    match (happened_on, hours, credits) {
        (Some(happened_on), Some(hours), Some(credits)) if faults.is_empty() => Ok(SheetEntry {
            staff_no,
            happened_on,
            component,
            category,
            hours,
            credits,
            for_month,
            external_no: text("编号"),
            course_name: text("课程"),
            course_kind,
        }),
        _ => Err(faults),
    }
}

fn read_date(text: &str, faults: &mut Vec<Fault>) -> Option<Date> {
    if text.is_empty() {
        faults.push(Fault::new("日期", "不能为空"));
        return None;
    }
    let date = dates::parse_date(text).ok();
    if date.is_none() {
        faults.push(Fault::new(
            "日期",
            format!("“{text}”不是有效日期，应如2024-03-05"),
        ));
    }
    date
}

fn read_month(text: &str, faults: &mut Vec<Fault>) -> Option<Month> {
    if text.is_empty() {
        faults.push(Fault::new(
            "所属月份",
            "科队学习须填写所属月份，应如2024-05",
        ));
        return None;
    }
    let month = text.parse().ok();
    if month.is_none() {
        faults.push(Fault::new(
            "所属月份",
            format!("“{text}”不是有效月份，应如2024-05"),
        ));
    }
    month
}

fn read_amount(
    column: &str,
    text: &str,
    blank_is_zero: bool,
    faults: &mut Vec<Fault>,
) -> Option<Quantity> {
    if text.is_empty() {
        if blank_is_zero {
            return Some(Quantity::from_thousandths(0));
        }
        faults.push(Fault::new(column, "不能为空"));
        return None;
    }
    let amount = Quantity::parse_non_negative(text.as_bytes()).ok();
    if amount.is_none() {
        faults.push(Fault::new(
            column,
            format!("“{text}”不是有效数字，应为不小于0的数，最多三位小数"),
        ));
    }
    amount
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[(&str, &str)]) -> Result<SheetEntry, Vec<Fault>> {
        let cells: Vec<(String, String)> = cells
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        read_entry(|column| {
            cells
                .iter()
                .find(|(k, _)| k == column)
                .map_or("", |(_, v)| v.as_str())
        })
    }

    const GOOD: &[(&str, &str)] = &[
        ("工号", "A1"),
        ("日期", "2024/5/8"),
        ("类别", "科队学习"),
        ("学时", "1"),
        ("所属月份", "2024-05"),
        ("编号", "N1"),
    ];

    fn with(change: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
        let mut cells: Vec<_> = GOOD
            .iter()
            .copied()
            .filter(|(k, _)| !change.iter().any(|(c, _)| c == k))
            .collect();
        cells.extend_from_slice(change);
        cells
    }

    #[test]
    fn a_good_row_is_read_and_blank_credits_are_zero() {
        let entry = row(GOOD).unwrap();
        assert_eq!(entry.component, Component::Squad);
        assert_eq!(entry.credits.thousandths(), 0);
        assert_eq!(entry.for_month, Month::new(2024, 5));
    }

    #[test]
    fn every_fault_names_its_column() {
        for (change, column) in [
            ([("工号", "")], "工号"),
            ([("日期", "2024-02-30")], "日期"),
            ([("类别", "")], "类别"),
            ([("学时", "-1")], "学时"),
            ([("学时", "一")], "学时"),
            ([("学分", "1e3")], "学分"),
            ([("所属月份", "")], "所属月份"),
            ([("所属月份", "2024-13")], "所属月份"),
            ([("课程类型", "必修")], "课程类型"),
        ] {
            let faults = row(&with(&change)).unwrap_err();
            assert_eq!(
                faults.iter().map(|f| f.field.as_str()).collect::<Vec<_>>(),
                [column],
                "{change:?}"
            );
        }
        assert_eq!(
            row(&[]).unwrap_err().len(),
            4,
            "all faults of a row at once"
        );
    }

    #[test]
    fn an_hour_course_gives_no_credits() {
        let faults = row(&with(&[
            ("类别", "市局网训"),
            ("课程类型", "学时课程"),
            ("学分", "1"),
        ]))
        .unwrap_err();
        assert_eq!(faults[0].field, "学分");
    }
}
