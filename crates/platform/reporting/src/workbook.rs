//! The sheets of a year's workbook that every cycle has. `unit` is the word for who reports: 单位, 中队.

use chengzhi_kernel::{Quantity, Timestamp};
use chengzhi_sheets::{Column, SheetData, Value};

use crate::figures::{FiguresOut, ReasonCountOut, ReviewerFiguresOut, UnitFiguresOut};

fn count(value: u32) -> Value {
    Value::count(i64::from(value))
}

fn rate(value: Option<Quantity>) -> Value {
    value.map_or(Value::Empty, |value| Value::number(value.thousandths()))
}

/// The columns that say who reports, on every sheet by unit.
fn who(unit: &str) -> Vec<Column> {
    vec![Column::text("区局", 20), Column::text(unit, 26)]
}

/// Columns of the sheet 期次总览: who reports, then one for each period.
pub fn slot_columns(unit: &str, periods: impl Iterator<Item = String>) -> Vec<Column> {
    let mut columns = who(unit);
    columns.extend(periods.map(|period| Column::text(period, 8)));
    columns
}

fn figures(of: &FiguresOut) -> [Value; 12] {
    [
        count(of.due),
        count(of.submitted),
        count(of.on_time),
        count(of.late),
        count(of.missed),
        count(of.rejected),
        count(of.returned),
        count(of.confirmed),
        count(of.pending),
        rate(of.on_time_rate),
        rate(of.first_pass_rate),
        count(of.review_late),
    ]
}

/// Figures by unit: 2024年单位统计.
#[must_use]
pub fn unit_sheet(year: i32, unit: &str, rows: &[UnitFiguresOut]) -> SheetData {
    let mut columns = who(unit);
    columns.extend(
        [
            "应报",
            "已报",
            "按时",
            "迟报",
            "逾期",
            "终退",
            "退回次数",
            "通过",
            "待审",
            "按时率（%）",
            "一次通过率（%）",
            "审核迟（审核方）",
        ]
        .map(|title| Column::number(title, 12)),
    );
    SheetData {
        title: format!("{year}年{unit}统计"),
        columns,
        rows: rows
            .iter()
            .map(|row| {
                let mut cells = vec![Value::text(&row.district_name), Value::text(&row.name)];
                cells.extend(figures(&row.figures));
                cells
            })
            .collect(),
        notes: Vec::new(),
    }
}

/// Figures by reviewing unit.
#[must_use]
pub fn reviewer_sheet(rows: &[ReviewerFiguresOut]) -> SheetData {
    SheetData {
        title: "审核单位".to_owned(),
        columns: vec![
            Column::text("审核单位", 30),
            Column::number("已审", 10),
            Column::number("按时", 10),
            Column::number("迟于期限", 10),
            Column::number("锁定时未审", 12),
            Column::number("中位用时（工作日）", 18),
        ],
        rows: rows
            .iter()
            .map(|row| {
                vec![
                    Value::text(&row.name),
                    count(row.reviewed),
                    count(row.on_time),
                    count(row.late),
                    count(row.pending_after_lock),
                    rate(row.median_days),
                ]
            })
            .collect(),
        notes: Vec::new(),
    }
}

/// Returns and refusals by reason, with what the workbook's words mean; `due` says what 应报 counts.
#[must_use]
pub fn reason_sheet(now: Timestamp, unit: &str, due: &str, rows: &[ReasonCountOut]) -> SheetData {
    SheetData {
        title: "退回原因".to_owned(),
        columns: vec![Column::text("原因", 30), Column::number("次数", 10)],
        rows: rows
            .iter()
            .map(|row| vec![Value::text(&row.text), count(row.count)])
            .collect(),
        notes: vec![
            format!("截至{}。", now.format_cn()),
            due.to_owned(),
            "按时、迟报：以首次完整提交的时间为准；退回后的补正不算迟报。".to_owned(),
            "逾期：月末锁定时没有有效上报的期次，含退回后未在当月补正的。".to_owned(),
            format!("审核迟、锁定时未审：审核方的责任，不计入{unit}。"),
        ],
    }
}
