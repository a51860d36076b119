//! The year's figures and slots as a workbook.

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem, Unknown};
use chengzhi_kernel::Month;
use chengzhi_reporting::{reason_sheet, reviewer_sheet, slot_columns, unit_sheet};
use chengzhi_sheets::{SheetData, Value, write_xlsx};

use crate::domain::half::Half;

use super::grid::{DrillLevel, grid};
use super::stats::statistics;

/// Who reports.
const UNIT: &str = "中队";
/// What 应报 counts.
const DUE: &str = "应报：已开始的半月中应报送的期次，免于训练的不计。";

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
    let halves = (1..=12).flat_map(|month| ["上", "下"].map(|half| format!("{month}月{half}")));
    let slots = SheetData {
        title: "期次总览".to_owned(),
        columns: slot_columns(UNIT, halves),
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
    let sheets = [
        unit_sheet(year, UNIT, &stats.by_unit),
        slots,
        reviewer_sheet(&stats.reviewer),
        reason_sheet(ctx.now, UNIT, DUE, &stats.reasons),
    ];
    write_xlsx(&sheets).map_err(|error| Unknown::log(&error))
}
