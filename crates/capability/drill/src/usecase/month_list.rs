//! One month of many squads: the result of each, for district and city.

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Month, RecordId, UnitId};
use chengzhi_organisation::facade as organisation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::half::Half;
use crate::domain::month::{Counting, HalfFacts, Held, result};
use crate::domain::state::State;

use super::case;
use super::month::{DrillMonthResultOut, result_out};
use super::overview::{self, Overview, SlotNow};

/// A half in a row.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillMonthRowHalfOut {
    /// 1 or 2.
    #[schema(value_type = u32)]
    pub half: Half,
    /// State.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// Whether the first hand-in was in time.
    pub on_time: Option<bool>,
}

/// One squad's month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillMonthRowOut {
    /// Squad.
    pub unit_id: i64,
    /// Name.
    pub unit_name: String,
    /// Bureau it is counted with.
    pub district_name: String,
    /// Both halves.
    pub halves: Vec<DrillMonthRowHalfOut>,
    /// By what is confirmed.
    pub result: DrillMonthResultOut,
    /// Nothing can change any more: both halves are settled.
    pub settled: bool,
}

/// A month of all squads in scope.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrillMonthListOut {
    /// Month.
    #[schema(value_type = String)]
    pub month: Month,
    /// Squads that owe something.
    pub owed: u32,
    /// Of these, squads whose month is kept.
    pub ok: u32,
    /// Squads, by code.
    pub rows: Vec<DrillMonthRowOut>,
}

/// Reads it for the squads in scope, or below one unit.
///
/// # Errors
/// 404 for a unit outside the scope; 409 without rules.
pub async fn month_list(
    ctx: &Ctx,
    scope: &Scope,
    month: Month,
    unit: Option<i64>,
) -> Result<DrillMonthListOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let scope = organisation::narrow(scope, &tree, unit)?;
    let overview = overview::of_year(
        &mut tx,
        &ctx.state,
        ctx.now,
        &scope,
        month.year(),
        Some(month),
    )
    .await?;
    let ids: Vec<RecordId> = overview
        .slots
        .iter()
        .filter_map(|slot| Some(slot.record.as_ref()?.id))
        .collect();
    let mut sessions = case::full_sessions(&mut tx, &ids).await?;
    let mut rows = Vec::new();
    for (squad, slots) in by_squad(&overview) {
        let mut halves = Vec::new();
        for half in Half::ALL {
            let slot = slots.iter().find(|slot| slot.key.half == half);
            let full = slot
                .and_then(|slot| slot.record.as_ref())
                .and_then(|record| sessions.remove(&record.id))
                .unwrap_or_default();
            let Some(rules) = overview.months.get(&month).map(|rules| rules.half(half)) else {
                continue;
            };
            halves.push(HalfFacts {
                window: rules.window,
                // A half without a slot was not owed: the squad did not exist then.
                state: slot.map_or(State::Exempt, |slot| slot.state),
                sessions: full
                    .into_iter()
                    .filter_map(|full| {
                        Some(Held {
                            id: full.id,
                            day: full.session.held_on?,
                            rows: full.attendance,
                        })
                    })
                    .collect(),
                first_counted_at: slot
                    .and_then(|slot| slot.record.as_ref())
                    .and_then(|record| record.first_counted_at),
            });
        }
        let Ok(facts) = <[HalfFacts; 2]>::try_from(halves) else {
            continue;
        };
        rows.push(row(&overview, squad, &facts));
    }
    let owed = rows.iter().filter(|row| {
        row.halves
            .iter()
            .any(|half| half.state != State::Exempt.code())
    });
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(DrillMonthListOut {
        month,
        owed: count(owed.clone().count()),
        ok: count(owed.filter(|row| row.result.ok).count()),
        rows,
    })
}

/// Slots of each squad, in the order of the overview.
fn by_squad(overview: &Overview) -> Vec<(UnitId, Vec<&SlotNow>)> {
    let mut found: Vec<(UnitId, Vec<&SlotNow>)> = Vec::new();
    for slot in &overview.slots {
        match found.last_mut() {
            Some((unit, slots)) if *unit == slot.key.unit => slots.push(slot),
            _ => found.push((slot.key.unit, vec![slot])),
        }
    }
    found
}

fn row(overview: &Overview, squad: UnitId, facts: &[HalfFacts; 2]) -> DrillMonthRowOut {
    let params = overview
        .months
        .values()
        .next()
        .map(|month| month.halves[0].params().clone());
    let accepted = params.map(|params| result(facts, &params, Counting::Accepted));
    DrillMonthRowOut {
        unit_id: squad.get(),
        unit_name: overview.units.name(squad),
        district_name: overview.units.district_name(squad),
        halves: facts
            .iter()
            .map(|half| DrillMonthRowHalfOut {
                half: half.window.half,
                state: half.state.code().to_owned(),
                state_name: half.state.name().to_owned(),
                on_time: half.first_counted_at.map(|at| half.window.on_time(at)),
            })
            .collect(),
        settled: facts.iter().all(|half| half.state.is_settled()),
        result: accepted.as_ref().map(result_out).unwrap_or_default(),
    }
}
