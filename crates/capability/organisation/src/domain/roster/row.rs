//! Reading one row. Every column has a closed set of what it may hold, so nothing that looks like a
//! formula gets in.

use chengzhi_kernel::dates::{DateError, parse_date};
use chengzhi_kernel::deadline::plus_days;
use chengzhi_kernel::{Date, dates::format_cn_plain};
use chengzhi_sheets::{CELL_ERROR, FORMULA_WITHOUT_VALUE};
use serde::{Deserialize, Serialize};

use crate::domain::mask::parse_phone;
use crate::domain::person::{Category, check_name, check_staff_no, sex_code};
use crate::domain::post::{POSTS, post_code, rank_code, sort_posts};

/// Columns of the template, in its order.
pub const COLUMNS: [&str; 12] = [
    "工号",
    "姓名",
    "性别",
    "区局",
    "单位",
    "在编",
    "人员类别",
    "岗位",
    "职级",
    "入职日期",
    "初任培训结束日期",
    "手机号",
];

/// Columns a sheet must have; a blank cell in another column leaves what is stored.
pub const REQUIRED: [&str; 5] = ["工号", "姓名", "单位", "在编", "入职日期"];

/// Other headers under which a column is found.
#[must_use]
pub fn headings(column: &str) -> &'static [&'static str] {
    match column {
        "单位" => &[
            "单位",
            "单位(中队/科室)",
            "单位（中队/科室）",
            "中队/科室",
            "中队",
        ],
        "工号" => &["工号", "人员编号"],
        "在编" => &["在编", "是否在编"],
        "职级" => &["职级"],
        "手机号" => &["手机号", "手机", "手机号码"],
        "区局" => &["区局", "所属区局"],
        _ => &[],
    }
}

/// A fault in one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Column.
    pub field: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl Fault {
    /// A fault.
    pub fn new(field: &str, message: impl Into<String>) -> Self {
        Fault {
            field: field.to_owned(),
            message: message.into(),
        }
    }
}

/// What a row says, its unit still by name. `None` where the cell is blank.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowData {
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// `male`, `female`.
    pub sex: Option<String>,
    /// 区局 as written.
    pub district: String,
    /// 单位 as written.
    pub unit: String,
    /// 在编.
    pub established: bool,
    /// 人员类别.
    pub category: Option<Category>,
    /// Codes of the posts.
    pub posts: Option<Vec<String>>,
    /// Code of the rank.
    pub rank: Option<String>,
    /// 入职日期.
    pub joined_on: Date,
    /// 初任培训结束日期.
    pub induction_ended_on: Option<Date>,
    /// Full number.
    pub phone: Option<String>,
}

/// Reads the cells (in the order of [`COLUMNS`]) of a row of a roster true on `as_of`. The data is
/// complete where there is no fault in a column; all faults are returned, not only the first.
#[must_use]
pub fn read_row(cells: &[String], as_of: Date) -> (RowData, Vec<Fault>) {
    let mut faults = Vec::new();
    let mut take = |index: usize| -> &str {
        let text = cells.get(index).map_or("", |text| text.trim());
        let column = COLUMNS.get(index).copied().unwrap_or("");
        if text == FORMULA_WITHOUT_VALUE {
            faults.push(Fault::new(
                column,
                "公式没有计算结果，请把公式改成数值后再导入",
            ));
            return "";
        }
        if text.starts_with(CELL_ERROR) {
            faults.push(Fault::new(column, "单元格是公式错误值，请改正后再导入"));
            return "";
        }
        text
    };
    let raw: Vec<&str> = (0..COLUMNS.len()).map(&mut take).collect();
    let broken: Vec<String> = faults
        .iter()
        .map(|fault: &Fault| fault.field.clone())
        .collect();
    let cell = |column: &str| {
        COLUMNS
            .iter()
            .position(|name| *name == column)
            .and_then(|index| raw.get(index))
            .copied()
            .unwrap_or("")
    };
    let mut row = RowData::default();
    let mut fault = |column: &str, message: String| {
        // One fault a cell: what stands in for a formula is not judged again.
        if !broken.iter().any(|known| known == column) {
            faults.push(Fault::new(column, message));
        }
    };

    row.staff_no = cell("工号").to_owned();
    if let Err(text) = check_staff_no(&row.staff_no) {
        fault("工号", text.to_owned());
    }
    row.name = cell("姓名").to_owned();
    if let Err(text) = check_name(&row.name) {
        fault("姓名", text.to_owned());
    }
    match cell("性别") {
        "" => {}
        text => match sex_code(text) {
            Some(code) => row.sex = Some(code.to_owned()),
            None => fault("性别", format!("“{}”无法识别，请填男或女", short(text))),
        },
    }
    row.district = cell("区局").to_owned();
    row.unit = cell("单位").to_owned();
    if row.unit.is_empty() {
        fault(
            "单位",
            "单位不能为空，请填中队或科室的名称（局领导填区局名称）".to_owned(),
        );
    }
    match cell("在编") {
        "是" | "在编" => row.established = true,
        "否" | "非在编" | "不在编" => row.established = false,
        "" => fault("在编", "在编不能为空，请填是或否".to_owned()),
        text => fault("在编", format!("“{}”无法识别，请填是或否", short(text))),
    }
    match cell("人员类别") {
        "" => {}
        text => match Category::parse(text) {
            Some(category) => row.category = Some(category),
            None => {
                let known: Vec<&str> = Category::ALL
                    .iter()
                    .map(|category| category.name())
                    .collect();
                fault(
                    "人员类别",
                    format!("“{}”无法识别，可填：{}", short(text), known.join("、")),
                );
            }
        },
    }
    match cell("岗位") {
        "" => {}
        text => match posts(text) {
            Ok(codes) => row.posts = Some(codes),
            Err(word) => {
                let known: Vec<&str> = POSTS.iter().map(|(_, word)| *word).collect();
                fault(
                    "岗位",
                    format!(
                        "没有“{}”这一岗位，可填：{}；多个岗位用顿号分开",
                        short(&word),
                        known.join("、")
                    ),
                );
            }
        },
    }
    match cell("职级") {
        "" => {}
        text => match rank_code(text) {
            Some(code) => row.rank = Some(code.to_owned()),
            None => fault(
                "职级",
                format!(
                    "没有“{}”这一职级，请按规范名称填写，如“三级主办”",
                    short(text)
                ),
            ),
        },
    }
    match cell("入职日期") {
        "" => fault("入职日期", "入职日期不能为空".to_owned()),
        text => match sheet_date(text) {
            Ok(day) if day > as_of => {
                fault(
                    "入职日期",
                    format!(
                        "入职日期晚于名册日期{}，请在入职后再导入",
                        format_cn_plain(as_of)
                    ),
                );
            }
            Ok(day) => row.joined_on = day,
            Err(text) => fault("入职日期", text),
        },
    }
    match cell("初任培训结束日期") {
        "" => {}
        text => match sheet_date(text) {
            Ok(day) => row.induction_ended_on = Some(day),
            Err(text) => fault("初任培训结束日期", text),
        },
    }
    match cell("手机号") {
        "" => {}
        text => match parse_phone(text) {
            Some(phone) => row.phone = Some(phone),
            None => fault("手机号", "手机号应为11位数字".to_owned()),
        },
    }
    (row, faults)
}

/// A date as people write it, or as a spreadsheet stores it in a cell without a date format: the
/// count of days since 30 December 1899.
fn sheet_date(text: &str) -> Result<Date, String> {
    let day = match parse_date(text) {
        Ok(day) => day,
        Err(DateError::NoSuchDay) => return Err(format!("没有“{}”这一天", short(text))),
        Err(DateError::Form) => {
            let serial = text
                .parse::<i64>()
                .ok()
                .filter(|serial| (18_264..=73_050).contains(serial));
            match (serial, Date::from_ymd_opt(1899, 12, 30)) {
                (Some(serial), Some(origin)) => plus_days(origin, serial),
                _ => return Err(format!("“{}”不是日期，请写成2024-03-05", short(text))),
            }
        }
    };
    if !(1950..2100).contains(&chrono::Datelike::year(&day)) {
        return Err(format!("“{}”的年份不对，请核对", short(text)));
    }
    Ok(day)
}

fn posts(text: &str) -> Result<Vec<String>, String> {
    let mut codes = Vec::new();
    let words = text
        .split(['、', ',', '，', ';', '；', '/', ' ', '　', '\n'])
        .filter(|word| !word.is_empty());
    for word in words {
        codes.push(post_code(word).ok_or_else(|| word.to_owned())?.to_owned());
    }
    if codes.is_empty() {
        return Err(text.to_owned());
    }
    sort_posts(&mut codes);
    Ok(codes)
}

/// What a message repeats of a cell: enough to find it again.
pub(crate) fn short(text: &str) -> String {
    const LONGEST: usize = 20;
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST)
        .collect();
    if text.chars().count() > LONGEST {
        format!("{plain}…")
    } else {
        plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, of: u32) -> Date {
        Date::from_ymd_opt(year, month, of).unwrap()
    }

    fn cells(values: [&str; 12]) -> Vec<String> {
        values.map(str::to_owned).to_vec()
    }

    const GOOD: [&str; 12] = [
        "13-0001",
        "张三",
        "男",
        "宝山区局",
        "大场镇中队",
        "是",
        "行政执法类公务员",
        "法制员、中队长",
        "三级主办",
        "2021年7月1日",
        "",
        "13812341234",
    ];

    fn read(values: [&str; 12]) -> (RowData, Vec<Fault>) {
        read_row(&cells(values), day(2024, 11, 18))
    }

    fn faults_with(column: &str, value: &str) -> Vec<Fault> {
        let mut values = GOOD;
        values[COLUMNS.iter().position(|name| *name == column).unwrap()] = value;
        read(values).1
    }

    #[test]
    fn a_good_row_is_read() {
        let (row, faults) = read(GOOD);
        assert_eq!(faults, []);
        assert_eq!(
            row.posts,
            Some(vec!["squad_leader".to_owned(), "legal_officer".to_owned()])
        );
        assert_eq!(
            (row.joined_on, row.rank.as_deref()),
            (day(2021, 7, 1), Some("handler_3"))
        );
    }

    #[test]
    fn all_faults_of_a_row_are_found_at_once() {
        let (_, faults) = read([
            "",
            "",
            "不",
            "",
            "",
            "也许",
            "临时",
            "船长",
            "元帅",
            "2021-02-30",
            "昨天",
            "1",
        ]);
        let columns: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(
            columns,
            [
                "工号",
                "姓名",
                "性别",
                "单位",
                "在编",
                "人员类别",
                "岗位",
                "职级",
                "入职日期",
                "初任培训结束日期",
                "手机号"
            ]
        );
    }

    #[test]
    fn dates_are_read_in_every_form_people_and_spreadsheets_write() {
        for text in [
            "2021-07-01",
            "2021/7/1",
            "20210701",
            "2021年7月1日",
            "2021.7.1",
            "44378",
            "2021-07-01 00:00:00",
        ] {
            let mut values = GOOD;
            values[9] = text;
            assert_eq!(read(values).0.joined_on, day(2021, 7, 1), "{text}");
        }
        for text in [
            "7/1/2021",
            "21-7-1",
            "1821-07-01",
            "2021-13-01",
            "2025-01-01",
            "0",
            "99999999",
        ] {
            assert_eq!(faults_with("入职日期", text).len(), 1, "{text}");
        }
    }

    #[test]
    fn what_looks_like_a_formula_is_refused_in_every_column_that_is_judged_here() {
        for column in COLUMNS
            .iter()
            .filter(|column| !["区局", "单位"].contains(column))
        {
            for text in [
                "=cmd|' /C calc'!A0",
                "@SUM(1+1)",
                "+HYPERLINK(\"x\")",
                "=1+1",
            ] {
                let faults = faults_with(column, text);
                assert_eq!(faults.len(), 1, "{column} {text}");
                assert_eq!(faults[0].field, *column);
            }
        }
    }

    #[test]
    fn a_formula_without_value_is_one_fault_also_in_an_optional_column() {
        for column in COLUMNS {
            let faults = faults_with(column, FORMULA_WITHOUT_VALUE);
            assert_eq!(faults.len(), 1, "{column} {faults:?}");
            assert!(faults[0].message.contains("公式没有计算结果"));
        }
        assert!(
            faults_with("职级", "#错误:#REF!")[0]
                .message
                .contains("公式错误值")
        );
    }

    #[test]
    fn messages_do_not_carry_whole_novels() {
        let long = "很".repeat(5_000);
        assert!(faults_with("职级", &long)[0].message.chars().count() < 80);
    }
}
