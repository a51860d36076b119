//! Seat shortage: who is still in no batch of the year's closed training, squad by squad.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, UnitId};
use chengzhi_organisation::facade::{self as organisation, UnitTree};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::enrol::Seat;
use crate::domain::kind::Kind;
use crate::domain::phase::Stored;
use crate::store::{classes, plans, trainees};

use super::case::reading_units;
use super::policy::YearRules;

/// A squad's people.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassForecastUnitOut {
    /// Unit.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Established and in service.
    pub people: u32,
    /// With a seat.
    pub seated: u32,
    /// On a waiting list.
    pub waiting: u32,
    /// On leave from their batch.
    pub on_leave: u32,
    /// In no batch.
    pub missing: u32,
    /// Their names.
    pub missing_names: Vec<String>,
}

/// A bureau's year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassForecastOut {
    /// Bureau.
    pub unit_id: i64,
    /// Its name.
    pub unit_name: String,
    /// Last day for the closed training (B-21).
    pub finish_by: Option<Date>,
    /// Batches that stand.
    pub batches: u32,
    /// Free seats of batches with a limit.
    pub free_seats: u32,
    /// Batches without a limit.
    pub open_batches: u32,
    /// People in no batch.
    pub missing: u32,
    /// Seats that lack; none while a batch is without limit.
    pub short_of: Option<u32>,
    /// Squads, those that lack most first.
    pub units: Vec<ClassForecastUnitOut>,
}

/// The forecast of bureaus that the scope reads; a squad sees its own people.
///
/// # Errors
/// 409 without rules; 500 from the engine.
pub async fn forecast(
    ctx: &Ctx,
    scope: &Scope,
    year: i32,
    unit: Option<i64>,
) -> Result<Vec<ClassForecastOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let tree = organisation::tree(&mut tx, ctx.today).await?;
    let mut bureaus = BTreeSet::new();
    for id in reading_units(scope, &tree) {
        if let Some(bureau) = tree
            .district_of(UnitId::from(id))
            .filter(|bureau| unit.is_none_or(|wanted| wanted == bureau.get()))
        {
            bureaus.insert(bureau.get());
        }
    }
    let mut found = Vec::new();
    for bureau in bureaus {
        let has_batch = !classes::of_year(&mut tx, year, &[bureau])
            .await?
            .iter()
            .all(|class| class.kind != Kind::Closed);
        // A bureau without closed training of its own owes nobody a seat.
        if has_batch || unit == Some(bureau) {
            found.push(of_bureau(&mut tx, ctx, scope, &tree, UnitId::from(bureau), year).await?);
        }
    }
    Ok(found)
}

/// The forecast of one bureau.
///
/// # Errors
/// 409 without rules; 500 from the engine.
pub(super) async fn of_bureau(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    tree: &UnitTree,
    bureau: UnitId,
    year: i32,
) -> Result<ClassForecastOut, Problem> {
    let pack = plans::of_unit(tx, bureau, year)
        .await?
        .map(|plan| plan.pack);
    let rules = YearRules::load(tx, &ctx.state, year, pack.as_deref()).await?;
    let batches: Vec<_> = classes::of_year(tx, year, &[bureau.get()])
        .await?
        .into_iter()
        .filter(|class| class.kind == Kind::Closed && class.state != Stored::Cancelled)
        .collect();
    let seats: BTreeMap<i64, Seat> = trainees::in_closed_training(tx, bureau, year)
        .await?
        .into_iter()
        .collect();
    // People of units that answer to this bureau and to no bureau below it.
    let mut units = tree.subtree(bureau);
    units.retain(|unit| tree.district_of(UnitId::from(*unit)) == Some(bureau));
    let mut rows: BTreeMap<i64, ClassForecastUnitOut> = BTreeMap::new();
    for person in organisation::people_in(tx, &units, ctx.today).await? {
        if !person.in_service || !person.established {
            continue;
        }
        let row = rows
            .entry(person.unit_id.get())
            .or_insert_with(|| ClassForecastUnitOut {
                unit_id: person.unit_id.get(),
                unit_name: tree.name(person.unit_id).to_owned(),
                people: 0,
                seated: 0,
                waiting: 0,
                on_leave: 0,
                missing: 0,
                missing_names: Vec::new(),
            });
        row.people += 1;
        match seats.get(&person.id.get()) {
            Some(Seat::Waiting) => row.waiting += 1,
            Some(Seat::OnLeave) => row.on_leave += 1,
            Some(_) => row.seated += 1,
            None => {
                row.missing += 1;
                row.missing_names.push(person.name);
            }
        }
    }
    let open = |state: Stored| matches!(state, Stored::Draft | Stored::Filed);
    let mut free_seats = 0;
    for class in batches.iter().filter(|class| open(class.state)) {
        if let Some(capacity) = class.capacity {
            let taken = trainees::of_classes(tx, &[class.id])
                .await?
                .iter()
                .filter(|row| row.seat.sits())
                .count();
            free_seats += capacity.saturating_sub(u32::try_from(taken).unwrap_or(u32::MAX));
        }
    }
    let open_batches = batches
        .iter()
        .filter(|class| open(class.state) && class.capacity.is_none())
        .count();
    let missing: u32 = rows.values().map(|row| row.missing + row.waiting).sum();
    let mut units: Vec<ClassForecastUnitOut> = rows
        .into_values()
        .filter(|row| scope.has_unit(UnitId::from(row.unit_id)))
        .collect();
    units.sort_by_key(|row| (std::cmp::Reverse(row.missing), row.unit_id));
    let wanted = batches
        .first()
        .and_then(|class| rules.wanted(class).finish_by);
    Ok(ClassForecastOut {
        unit_id: bureau.get(),
        unit_name: tree.name(bureau).to_owned(),
        finish_by: wanted,
        batches: u32::try_from(batches.len()).unwrap_or(u32::MAX),
        free_seats,
        open_batches: u32::try_from(open_batches).unwrap_or(u32::MAX),
        missing,
        short_of: (open_batches == 0).then(|| missing.saturating_sub(free_seats)),
        units,
    })
}
