//! The slots of a year with their present states: what grid, lists, figures and to-dos show.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{AppState, Problem};
use chengzhi_kernel::{Month, Timestamp, UnitId};
use chengzhi_organisation::facade::{self as organisation, KnownUnits, UnitTree};

use crate::domain::half::SlotKey;
use crate::domain::state::State;
use crate::domain::window;
use crate::store::records::Record;
use crate::store::{BOOK, slots};

use super::case::drills;
use super::lock::manned;
use super::policy::{HalfRules, MonthRules, YearRules};

/// One slot.
#[derive(Debug, Clone)]
pub struct SlotNow {
    /// Slot.
    pub key: SlotKey,
    /// State now.
    pub state: State,
    /// What is stored.
    pub record: Option<Record>,
}

/// A year's slots of the units in a scope.
pub struct Overview {
    /// Rules of each month that was read.
    pub months: BTreeMap<Month, MonthRules>,
    /// All slots by unit, month and half. A unit without a slot in a month did not exist then.
    pub slots: Vec<SlotNow>,
    /// Units of today.
    pub tree: UnitTree,
    /// Units of every day that counts in the year.
    pub units: KnownUnits,
}

impl Overview {
    /// Rules of a slot's half.
    #[must_use]
    pub fn rules(&self, key: SlotKey) -> Option<&HalfRules> {
        Some(self.months.get(&key.month)?.half(key.half))
    }

    /// Whether the first hand-in of a slot was in time.
    #[must_use]
    pub fn on_time(&self, slot: &SlotNow) -> Option<bool> {
        let at = slot.record.as_ref()?.first_counted_at?;
        Some(self.rules(slot.key)?.window.on_time(at))
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
    let mut stored: HashMap<SlotKey, Record> =
        slots::of_year(tx, year, &scope.unit_sql("r.unit_id"))
            .await?
            .into_iter()
            .map(|record| (record.slot, record))
            .collect();
    let mut overview = Overview {
        months: BTreeMap::new(),
        slots: Vec::new(),
        tree: organisation::tree(tx, now.date()).await?,
        units: KnownUnits::default(),
    };
    for month in Month::of_year(year).filter(|month| only.is_none_or(|only| *month == only)) {
        let month_rules = rules.month(month)?;
        let owing = month >= start && !swept.contains(&month);
        for half in &month_rules.halves {
            let tree = organisation::tree(tx, half.window.due_day()).await?;
            overview.units.learn(&tree);
            if owing {
                let bare = bare_slots(tx, scope, &tree, half, &stored, now).await?;
                overview.slots.extend(bare);
            }
        }
        overview.months.insert(month, month_rules);
    }
    for (key, record) in stored.drain() {
        let Some(window) = overview.rules(key).map(|rules| rules.window) else {
            continue;
        };
        let held_until = record.hold.as_ref().map(|hold| hold.until);
        overview.slots.push(SlotNow {
            key,
            state: window::effective(record.state, held_until, &window, now),
            record: Some(record),
        });
    }
    overview.units.learn(&overview.tree);
    let order: HashMap<UnitId, String> = overview
        .slots
        .iter()
        .map(|slot| (slot.key.unit, overview.units.code(slot.key.unit).to_owned()))
        .collect();
    overview
        .slots
        .sort_by(|a, b| (order.get(&a.key.unit), a.key).cmp(&(order.get(&b.key.unit), b.key)));
    Ok(overview)
}

/// Slots of a half that nobody has opened yet.
async fn bare_slots(
    tx: &mut Tx,
    scope: &Scope,
    tree: &UnitTree,
    half: &HalfRules,
    stored: &HashMap<SlotKey, Record>,
    now: Timestamp,
) -> Result<Vec<SlotNow>, Problem> {
    let window = &half.window;
    let key = |id: i64| SlotKey {
        unit: UnitId::from(id),
        month: window.month,
        half: window.half,
    };
    let bare: BTreeSet<i64> = tree
        .iter()
        .map(|node| &node.unit)
        .filter(|unit| drills(unit.kind) && scope.has_unit(unit.id))
        .map(|unit| unit.id.get())
        .filter(|id| !stored.contains_key(&key(*id)))
        .collect();
    // Who will serve in a month that has not begun is not known; it is shown as not started.
    let manned = if now >= window.opens_at() && !bare.is_empty() {
        Some(manned(tx, &bare, window.due_day(), half.params()).await?)
    } else {
        None
    };
    Ok(bare
        .into_iter()
        .map(|id| SlotNow {
            key: key(id),
            state: if manned.as_ref().is_none_or(|manned| manned.contains(&id)) {
                window::effective(State::NotStarted, None, window, now)
            } else {
                State::Exempt
            },
            record: None,
        })
        .collect())
}
