//! The year's figures and slots as a workbook.

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem, Unknown};
use chengzhi_kernel::{Month, Quantity};
use chengzhi_sheets::{Column, SheetData, Value, write_xlsx};

use crate::domain::half::Half;

use super::grid::{DrillLevel, grid};
use super::stats::{DrillFiguresOut, statistics};

/// Writes 中队统计, 期次总览, 审核单位 and 退回原因 of a year.
///
/// # Errors
/// 404 for a unit outside the scope; 409 without rules.
pub async fn export(
    ctx: &Ctx,
    scope: &Scope,
    year: i32,
    unit: Option<i64>,
) -> Result<Vec<u8>, Problem> {
    let stats = statistics(ctx, scope, year, unit).await?;
    let grid = grid(ctx, scope, year, None, unit, DrillLevel::Unit).await?;
    let count = |value: u32| Value::count(i64::from(value));
    let rate = |value: Option<Quantity>| {
        value.map_or(Value::Empty, |value| Value::number(value.thousandths()))
    };
    let figures = |f: &DrillFiguresOut| {
        vec![
            count(f.due),
            count(f.submitted),
            count(f.on_time),
            count(f.late),
            count(f.missed),
            count(f.rejected),
            count(f.returned),
            count(f.confirmed),
            count(f.pending),
            rate(f.on_time_rate),
            rate(f.first_pass_rate),
            count(f.review_late),
        ]
    };
    let mut columns = vec![Column::text("区局", 20), Column::text("中队", 26)];
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
    let units = SheetData {
        title: format!("{year}年中队统计"),
        columns,
        rows: stats
            .by_unit
            .iter()
            .map(|row| {
                let mut cells = vec![Value::text(&row.district_name), Value::text(&row.name)];
                cells.extend(figures(&row.figures));
                cells
            })
            .collect(),
        notes: Vec::new(),
    };
    let mut columns = vec![Column::text("区局", 20), Column::text("中队", 26)];
    columns
        .extend((1..=12).flat_map(|month| {
            ["上", "下"].map(|half| Column::text(format!("{month}月{half}"), 8))
        }));
    let slots = SheetData {
        title: "期次总览".to_owned(),
        columns,
        rows: grid
            .units
            .iter()
            .map(|row| {
                let mut cells = vec![Value::text(&row.district_name), Value::text(&row.name)];
                let halves =
                    Month::of_year(year).flat_map(|month| Half::ALL.map(|half| (month, half)));
                cells.extend(halves.map(|(month, half)| {
                    row.cells
                        .iter()
                        .find(|cell| cell.month == month && cell.half == half)
                        .map_or(Value::Empty, |cell| Value::text(&cell.state_name))
                }));
                cells
            })
            .collect(),
        notes: Vec::new(),
    };
    let reviewers = SheetData {
        title: "审核单位".to_owned(),
        columns: vec![
            Column::text("审核单位", 30),
            Column::number("已审", 10),
            Column::number("按时", 10),
            Column::number("迟于期限", 10),
            Column::number("锁定时未审", 12),
            Column::number("中位用时（工作日）", 18),
        ],
        rows: stats
            .reviewer
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
    };
    let reasons = SheetData {
        title: "退回原因".to_owned(),
        columns: vec![Column::text("原因", 30), Column::number("次数", 10)],
        rows: stats
            .reasons
            .iter()
            .map(|row| vec![Value::text(&row.text), count(row.count)])
            .collect(),
        notes: vec![
            format!("截至{}。", ctx.now.format_cn()),
            "应报：已开始的半月中应报送的期次，免于训练的不计。".to_owned(),
            "按时、迟报：以首次完整提交的时间为准；退回后的补正不算迟报。".to_owned(),
            "逾期：月末锁定时没有有效上报的期次，含退回后未在当月补正的。".to_owned(),
            "审核迟、锁定时未审：审核方的责任，不计入中队。".to_owned(),
        ],
    };
    write_xlsx(&[units, slots, reviewers, reasons]).map_err(|error| Unknown::log(&error))
}
