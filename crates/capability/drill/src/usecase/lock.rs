//! The month's lock (B-52): once the month is over, every slot of both halves is written down as missed, pending or
//! exempt. Reading never waits for it: states are computed from the clock, the sweep only makes
//! them rows.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use chengzhi_db::{Audit, OutboxEvent, Tx};
use chengzhi_http::{AppState, Problem};
use chengzhi_jobs::JobHandler;
use chengzhi_kernel::{Date, Month, Timestamp, UnitId};
use chengzhi_organisation::facade as organisation;
use chengzhi_reporting::{Book, MonthLock, Sweep, Swept};
use serde_json::json;

use crate::domain::half::SlotKey;
use crate::domain::session::Params;
use crate::domain::state::{Event, State, next};
use crate::store::{BOOK, slots};

use super::case::drills;
use super::policy::{HalfRules, MonthRules, YearRules};

/// Kind of the recurring job.
pub const LOCK_JOB: &str = "drill.lock";

/// How the months of drill are locked.
struct DrillLock;

#[async_trait]
impl MonthLock for DrillLock {
    fn book(&self) -> Book {
        BOOK
    }

    async fn sweep(
        &self,
        tx: &mut Tx,
        state: &AppState,
        month: Month,
        now: Timestamp,
    ) -> Result<Sweep, Problem> {
        let rules = YearRules::load(tx, state, month.year())
            .await?
            .month(month)?;
        if !rules.halves[0].window.locked(now) {
            return Ok(Sweep::NotOver);
        }
        let done = sweep_month(tx, &rules, now).await?;
        Ok(done.map_or(Sweep::Nothing, Sweep::Done))
    }
}

/// Locks every month that is over and not swept yet.
///
/// # Errors
/// 409 without rules for a year; 500 from the engine.
pub async fn lock_due(state: &AppState) -> Result<Swept, Problem> {
    chengzhi_reporting::lock_due(&DrillLock, state).await
}

/// The handler of [`LOCK_JOB`], to be run every minute.
#[must_use]
pub fn lock_handler(state: AppState) -> Arc<dyn JobHandler> {
    chengzhi_reporting::lock_handler(DrillLock, state)
}

/// Locks one month in the caller's transaction. None when it was swept before, or no squad existed.
pub(crate) async fn sweep_month(
    tx: &mut Tx,
    rules: &MonthRules,
    now: Timestamp,
) -> Result<Option<Swept>, Problem> {
    let lock_at = rules.halves[0].window.lock_at;
    let month = rules.halves[0].window.month;
    let mut owing: Vec<(SlotKey, bool)> = Vec::new();
    for half in &rules.halves {
        owing.extend(squads_of(tx, half).await?);
    }
    if owing.is_empty() || !BOOK.take_month(tx, month, lock_at, now).await? {
        return Ok(None);
    }
    let mut done = Swept {
        months: 1,
        ..Swept::default()
    };
    let mut stored = BTreeSet::new();
    for (record, slot, state, round) in slots::take_states(tx, month).await? {
        stored.insert(slot);
        if let Ok(to) = next(state, Event::Lock) {
            BOOK.lock_slot(tx, record, to).await?;
            BOOK.add_lock_line(tx, record, round, lock_at).await?;
            done.missed += u32::from(to == State::LockedMissed);
            done.pending += u32::from(to == State::LockedPending);
        }
    }
    for (slot, owed) in owing.into_iter().filter(|(slot, _)| !stored.contains(slot)) {
        let to = if owed {
            State::LockedMissed
        } else {
            State::Exempt
        };
        if let Some(record) = slots::insert_locked(tx, slot, to, lock_at).await? {
            BOOK.add_lock_line(tx, record, 0, lock_at).await?;
            done.missed += u32::from(owed);
            done.exempt += u32::from(!owed);
        }
    }
    tx.audit(
        Audit::new(None, "系统", "drill.lock", format!("drill_month:{month}")).detail(json!({
            "missed": done.missed, "pending": done.pending, "exempt": done.exempt,
        })),
    );
    tx.emit(OutboxEvent {
        id: 0,
        topic: "drill.month_locked".to_owned(),
        dedup_key: format!("drill.month_locked:{month}"),
        payload: json!({"month": month.to_string()}).to_string(),
    });
    Ok(Some(done))
}

/// The squads open on a half's due day, and whether each owes it: it has serving members that day.
async fn squads_of(tx: &mut Tx, rules: &HalfRules) -> Result<Vec<(SlotKey, bool)>, Problem> {
    let window = &rules.window;
    let day = window.due_day();
    let squads: BTreeSet<i64> = organisation::tree(tx, day)
        .await?
        .iter()
        .filter(|node| drills(node.unit.kind))
        .map(|node| node.unit.id.get())
        .collect();
    let manned = manned(tx, &squads, day, rules.params()).await?;
    Ok(squads
        .iter()
        .map(|id| {
            let slot = SlotKey {
                unit: UnitId::from(*id),
                month: window.month,
                half: window.half,
            };
            (slot, manned.contains(id))
        })
        .collect())
}

/// Those of the units that have serving members on a day.
pub(super) async fn manned(
    tx: &mut Tx,
    units: &BTreeSet<i64>,
    day: Date,
    params: &Params,
) -> Result<BTreeSet<i64>, Problem> {
    Ok(organisation::people_in(tx, units, day)
        .await?
        .into_iter()
        .filter(|person| person.in_service && (person.established || !params.established_only))
        .map(|person| person.unit_id.get())
        .collect())
}
