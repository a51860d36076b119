//! The slots of a year with their present states: what grid, lists, figures, sheets and to-dos show.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{AppState, Problem};
use chengzhi_kernel::{Month, Timestamp, UnitId};
use chengzhi_organisation::facade::{self as organisation, KnownUnits, UnitTree};

use crate::domain::state::State;
use crate::domain::window;
use crate::store::records::Record;
use crate::store::{BOOK, slots};

use super::case::included;
use super::policy::{MonthRules, YearRules};

/// One slot.
#[derive(Debug, Clone)]
pub struct SlotNow {
    /// Unit.
    pub unit: UnitId,
    /// Month.
    pub month: Month,
    /// State now.
    pub state: State,
    /// What is stored.
    pub record: Option<Record>,
}

/// A year's slots of the units in a scope.
pub struct Overview {
    /// Rules of each month that is owed.
    pub months: BTreeMap<Month, MonthRules>,
    /// All slots by unit and month. A unit without a slot in a month did not exist then.
    pub slots: Vec<SlotNow>,
    /// Units of today.
    pub tree: UnitTree,
    /// Units of every day that counts in the year.
    pub units: KnownUnits,
}

impl Overview {
    /// Whether the first hand-in of a slot was in time.
    #[must_use]
    pub fn on_time(&self, slot: &SlotNow) -> Option<bool> {
        let at = slot.record.as_ref()?.first_submitted_at?;
        Some(self.months.get(&slot.month)?.window.on_time(at))
    }
}

/// Reads the slots of `months` of a year (all when none are given) for the units in `scope`.
///
/// # Errors
/// 409 without rules or calendar; 500 from the engine.
pub async fn of_year(
    tx: &mut Tx,
    state: &AppState,
    now: Timestamp,
    scope: &Scope,
    year: i32,
    only: Option<Month>,
) -> Result<Overview, Problem> {
    let rules = YearRules::load(tx, state, year).await?;
    let current = Month::of(now.date());
    let start = BOOK.start_month(tx).await?.unwrap_or(current);
    let swept = BOOK.swept_months(tx).await?;
    let mut stored: HashMap<(UnitId, Month), Record> =
        slots::of_year(tx, year, &scope.unit_sql("r.unit_id"))
            .await?
            .into_iter()
            .map(|record| ((record.unit_id, record.month), record))
            .collect();
    let mut overview = Overview {
        months: BTreeMap::new(),
        slots: Vec::new(),
        tree: organisation::tree(tx, now.date()).await?,
        units: KnownUnits::default(),
    };
    for month in Month::of_year(year).filter(|month| only.is_none_or(|only| *month == only)) {
        let month_rules = rules.month(month)?;
        let window = month_rules.window;
        let day = window.due_day();
        let tree = organisation::tree(tx, day).await?;
        overview.units.learn(&tree);
        overview.months.insert(month, month_rules);
        let owing: BTreeSet<i64> = if month < start || swept.contains(&month) {
            BTreeSet::new()
        } else {
            tree.iter()
                .map(|node| &node.unit)
                .filter(|unit| unit.kind.reports_study() && scope.has_unit(unit.id))
                .map(|unit| unit.id.get())
                .collect()
        };
        let bare: BTreeSet<i64> = owing
            .iter()
            .copied()
            .filter(|id| !stored.contains_key(&(UnitId::from(*id), month)))
            .collect();
        // Who will serve in a month that has not begun is not known; it is shown as not started.
        let manned = if now >= window.opens_at() && !bare.is_empty() {
            let params = &rules.params;
            let people = organisation::people_in(tx, &bare, day).await?;
            Some(
                people
                    .into_iter()
                    .filter(|p| p.in_service && (p.established || !params.established_only))
                    .map(|p| p.unit_id.get())
                    .collect::<BTreeSet<i64>>(),
            )
        } else {
            None
        };
        for id in bare {
            let unit = UnitId::from(id);
            let included = tree
                .unit(unit)
                .is_some_and(|unit| included(unit.kind, &rules.params));
            let owed = included && manned.as_ref().is_none_or(|manned| manned.contains(&id));
            let state = if owed {
                window::effective(State::NotStarted, None, &window, now)
            } else {
                State::Exempt
            };
            overview.slots.push(SlotNow {
                unit,
                month,
                state,
                record: None,
            });
        }
    }
    let window_of: BTreeMap<Month, window::MonthWindow> = overview
        .months
        .iter()
        .map(|(month, rules)| (*month, rules.window))
        .collect();
    for ((unit, month), record) in stored.drain() {
        let Some(window) = window_of.get(&month) else {
            continue;
        };
        let held_until = record.hold.as_ref().map(|hold| hold.until);
        overview.slots.push(SlotNow {
            unit,
            month,
            state: window::effective(record.state, held_until, window, now),
            record: Some(record),
        });
    }
    overview.units.learn(&overview.tree);
    let order: HashMap<UnitId, String> = overview
        .slots
        .iter()
        .map(|slot| (slot.unit, overview.units.code(slot.unit).to_owned()))
        .collect();
    overview.slots.sort_by(|a, b| {
        (order.get(&a.unit), a.unit, a.month).cmp(&(order.get(&b.unit), b.unit, b.month))
    });
    Ok(overview)
}
