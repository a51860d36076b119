//! 期次格: units × months, one cell one state.

use std::collections::BTreeMap;

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, Month, UnitId};
use chengzhi_organisation::facade as organisation;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::state::State;

use super::overview::{self, Overview, SlotNow};

/// Rows of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// One row a unit.
    #[default]
    Unit,
    /// One row a district bureau, corps, special unit or the city bureau.
    District,
}

/// One cell.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CellOut {
    /// Month.
    #[schema(value_type = String)]
    pub month: Month,
    /// State; of a district, the worst among its units.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// One character; of a district, how many are confirmed.
    pub letter: String,
    /// Whether the first hand-in was in time.
    pub on_time: Option<bool>,
    /// Number of the hand-in.
    pub round: u32,
    /// Last day in time.
    pub due: Date,
    /// Whether the decision was late.
    pub reviewed_late: Option<bool>,
    /// Of a district: how many units are in which state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts: Option<BTreeMap<String, u32>>,
}

/// One row.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GridRowOut {
    /// Unit.
    pub unit_id: i64,
    /// Name.
    pub name: String,
    /// Bureau it is counted with.
    pub district_name: String,
    /// Cells by month; a month without a cell was not owed.
    pub cells: Vec<CellOut>,
}

/// The grid of a year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GridOut {
    /// Rows.
    pub units: Vec<GridRowOut>,
    /// How many slots are in which state.
    pub counts: BTreeMap<String, u32>,
}

/// The grid of the units in scope, or below one of them.
///
/// # Errors
/// 404 for a unit outside the scope; 409 without rules.
pub async fn grid(
    ctx: &Ctx,
    scope: &Scope,
    year: i32,
    unit: Option<i64>,
    level: Level,
) -> Result<GridOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let scope = organisation::narrow(scope, &tree, unit)?;
    let overview = overview::of_year(&mut tx, &ctx.state, ctx.now, &scope, year, None).await?;
    let mut counts = BTreeMap::new();
    for slot in &overview.slots {
        *counts.entry(slot.state.code().to_owned()).or_default() += 1;
    }
    let units = match level {
        Level::Unit => unit_rows(&overview),
        Level::District => district_rows(&overview),
    };
    Ok(GridOut { units, counts })
}

fn due_day(overview: &Overview, month: Month) -> Date {
    overview
        .months
        .get(&month)
        .map_or(month.last_day(), |rules| rules.window.due_day())
}

fn unit_rows(overview: &Overview) -> Vec<GridRowOut> {
    let mut rows: Vec<GridRowOut> = Vec::new();
    for slot in &overview.slots {
        let id = slot.unit.get();
        if rows.last().is_none_or(|row| row.unit_id != id) {
            rows.push(GridRowOut {
                unit_id: id,
                name: overview.units.name(slot.unit),
                district_name: overview.units.district_name(slot.unit),
                cells: Vec::new(),
            });
        }
        let on_time = overview.on_time(slot);
        let cell = CellOut {
            month: slot.month,
            state: slot.state.code().to_owned(),
            state_name: slot.state.grid_name(on_time).to_owned(),
            letter: slot.state.letter(on_time).to_owned(),
            on_time,
            round: slot.record.as_ref().map_or(0, |record| record.round),
            due: due_day(overview, slot.month),
            reviewed_late: slot.record.as_ref().and_then(|record| record.reviewed_late),
            counts: None,
        };
        if let Some(row) = rows.last_mut() {
            row.cells.push(cell);
        }
    }
    rows
}

/// What stands out in a district: the worst first.
const GRAVITY: &[State] = &[
    State::LockedMissed,
    State::RejectedFinal,
    State::LockedPending,
    State::Returned,
    State::Draft,
    State::NotStarted,
    State::Submitted,
    State::UnderReview,
    State::Confirmed,
    State::Exempt,
];

fn district_rows(overview: &Overview) -> Vec<GridRowOut> {
    let mut districts: BTreeMap<(String, UnitId), BTreeMap<Month, Vec<&SlotNow>>> = BTreeMap::new();
    for slot in &overview.slots {
        let district = overview.units.district(slot.unit).unwrap_or(slot.unit);
        districts
            .entry((overview.units.code(district).to_owned(), district))
            .or_default()
            .entry(slot.month)
            .or_default()
            .push(slot);
    }
    districts
        .into_iter()
        .map(|((_, district), months)| GridRowOut {
            unit_id: district.get(),
            name: overview.units.name(district),
            district_name: overview.units.name(district),
            cells: months
                .into_iter()
                .map(|(month, slots)| district_cell(overview, month, &slots))
                .collect(),
        })
        .collect()
}

fn district_cell(overview: &Overview, month: Month, slots: &[&SlotNow]) -> CellOut {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for slot in slots {
        *counts.entry(slot.state.code().to_owned()).or_default() += 1;
    }
    let of = |state: State| counts.get(state.code()).copied().unwrap_or(0);
    let worst = GRAVITY
        .iter()
        .copied()
        .find(|state| of(*state) > 0)
        .unwrap_or(State::Exempt);
    let owed = u32::try_from(slots.len())
        .unwrap_or(u32::MAX)
        .saturating_sub(of(State::Exempt));
    let confirmed = of(State::Confirmed);
    CellOut {
        month,
        state: worst.code().to_owned(),
        state_name: format!(
            "应报{owed}，通过{confirmed}，逾期{}",
            of(State::LockedMissed)
        ),
        letter: confirmed.to_string(),
        on_time: None,
        round: 0,
        due: due_day(overview, month),
        reviewed_late: None,
        counts: Some(counts),
    }
}
