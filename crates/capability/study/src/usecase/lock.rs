//! The month's lock (B-40): once the month is over, every slot is written down as missed, pending or
//! exempt. Reading never waits for it: states are computed from the clock, the sweep only makes
//! them rows.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use chengzhi_db::{Audit, OutboxEvent, Tx};
use chengzhi_http::{AppState, Problem};
use chengzhi_jobs::JobHandler;
use chengzhi_kernel::{Month, Timestamp};
use chengzhi_organisation::facade as organisation;
use chengzhi_reporting::{Book, MonthLock, Sweep, Swept};
use serde_json::json;

use crate::domain::state::{Event, State, next};
use crate::store::{BOOK, slots};

use super::case::included;
use super::policy::{MonthRules, YearRules};

/// Kind of the recurring job.
pub const LOCK_JOB: &str = "study.lock";

/// How the months of study are locked.
struct StudyLock;

#[async_trait]
impl MonthLock for StudyLock {
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
        if !rules.window.locked(now) {
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
    chengzhi_reporting::lock_due(&StudyLock, state).await
}

/// The handler of [`LOCK_JOB`], to be run every minute.
#[must_use]
pub fn lock_handler(state: AppState) -> Arc<dyn JobHandler> {
    chengzhi_reporting::lock_handler(StudyLock, state)
}

/// Locks one month in the caller's transaction. None when it was swept before, or no unit existed.
pub(crate) async fn sweep_month(
    tx: &mut Tx,
    rules: &MonthRules,
    now: Timestamp,
) -> Result<Option<Swept>, Problem> {
    let window = rules.window;
    let month = window.month;
    let day = window.due_day();
    let params = &rules.year.params;
    let tree = organisation::tree(tx, day).await?;
    let reporting: BTreeSet<i64> = tree
        .iter()
        .filter(|node| node.unit.kind.reports_study())
        .map(|node| node.unit.id.get())
        .collect();
    if reporting.is_empty() || !BOOK.take_month(tx, month, window.lock_at, now).await? {
        return Ok(None);
    }
    let manned: BTreeSet<i64> = organisation::people_in(tx, &reporting, day)
        .await?
        .into_iter()
        .filter(|person| person.in_service && (person.established || !params.established_only))
        .map(|person| person.unit_id.get())
        .collect();
    let mut done = Swept {
        months: 1,
        ..Swept::default()
    };
    let mut stored = BTreeSet::new();
    for (record, unit, state, round) in slots::take_states(tx, month).await? {
        stored.insert(unit.get());
        if let Ok(to) = next(state, Event::Lock) {
            BOOK.lock_slot(tx, record, to).await?;
            BOOK.add_lock_line(tx, record, round, window.lock_at)
                .await?;
            done.missed += u32::from(to == State::LockedMissed);
            done.pending += u32::from(to == State::LockedPending);
        }
    }
    for node in tree.iter() {
        let id = node.unit.id;
        if !reporting.contains(&id.get()) || stored.contains(&id.get()) {
            continue;
        }
        let owed = included(node.unit.kind, params) && manned.contains(&id.get());
        let to = if owed {
            State::LockedMissed
        } else {
            State::Exempt
        };
        if let Some(record) = slots::insert_locked(tx, id, month, to, window.lock_at).await? {
            BOOK.add_lock_line(tx, record, 0, window.lock_at).await?;
            done.missed += u32::from(owed);
            done.exempt += u32::from(!owed);
        }
    }
    tx.audit(
        Audit::new(None, "系统", "study.lock", format!("study_month:{month}")).detail(json!({
            "missed": done.missed, "pending": done.pending, "exempt": done.exempt,
        })),
    );
    tx.emit(OutboxEvent {
        id: 0,
        topic: "study.month_locked".to_owned(),
        dedup_key: format!("study.month_locked:{month}"),
        payload: json!({"month": month.to_string()}).to_string(),
    });
    Ok(Some(done))
}
