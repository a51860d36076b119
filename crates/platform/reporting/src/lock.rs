//! The lock of months (B-40, B-52): the sweep writes down what the clock says anyway. Reading never waits for it.

use std::sync::Arc;

use async_trait::async_trait;
use chengzhi_db::Tx;
use chengzhi_http::{AppState, Problem};
use chengzhi_jobs::{Job, JobError, JobHandler};
use chengzhi_kernel::{Clock as _, Month, Timestamp};

use crate::Book;

/// What a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Months swept now.
    pub months: u32,
    /// Slots that became missed.
    pub missed: u32,
    /// Slots that wait for a reviewer who is late.
    pub pending: u32,
    /// Slots without a duty.
    pub exempt: u32,
}

impl Swept {
    fn add(&mut self, other: Swept) {
        self.months += other.months;
        self.missed += other.missed;
        self.pending += other.pending;
        self.exempt += other.exempt;
    }
}

/// What became of a month's sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sweep {
    /// The month is not over by its rules, nor is any after it.
    NotOver,
    /// Swept before, or nobody owed it.
    Nothing,
    /// Swept.
    Done(Swept),
}

/// How a capability locks its months.
#[async_trait]
pub trait MonthLock: Send + Sync {
    /// Its tables.
    fn book(&self) -> Book;

    /// Locks one month in the caller's transaction, if it is over at `now`.
    ///
    /// # Errors
    /// 409 without rules for the year; 500 from the engine.
    async fn sweep(
        &self,
        tx: &mut Tx,
        state: &AppState,
        month: Month,
        now: Timestamp,
    ) -> Result<Sweep, Problem>;
}

/// Locks every month that is over and not swept yet, one transaction a month: killed in the middle
/// it leaves whole months only, run twice it does nothing twice, and of two processes one does it.
///
/// # Errors
/// 409 without rules for a year; 500 from the engine.
pub async fn lock_due(lock: &dyn MonthLock, state: &AppState) -> Result<Swept, Problem> {
    let book = lock.book();
    let now = state.clock.now();
    let current = Month::of(now.date());
    let mut tx = state.db.read().await?;
    let start = book.start_month(&mut tx).await?;
    let swept = book.swept_months(&mut tx).await?;
    drop(tx);
    let Some(start) = start else {
        let mut tx = state.db.write().await?;
        book.start_by(&mut tx, current).await?;
        tx.commit().await?;
        return Ok(Swept::default());
    };
    let mut total = Swept::default();
    for month in start.through(current) {
        if swept.contains(&month) {
            continue;
        }
        let mut tx = state.db.write().await?;
        match lock.sweep(&mut tx, state, month, now).await? {
            Sweep::NotOver => break,
            Sweep::Nothing => {}
            Sweep::Done(done) => {
                tx.commit().await?;
                total.add(done);
            }
        }
    }
    Ok(total)
}

struct LockHandler<L> {
    lock: L,
    state: AppState,
}

#[async_trait]
impl<L: MonthLock> JobHandler for LockHandler<L> {
    async fn run(&self, _job: &Job) -> Result<(), JobError> {
        let swept = lock_due(&self.lock, &self.state)
            .await
            .map_err(|problem| JobError::Other(problem.detail().to_owned()))?;
        if swept.months > 0 {
            tracing::info!(
                months = swept.months,
                missed = swept.missed,
                pending = swept.pending,
                "{} months locked",
                self.lock.book().prefix
            );
        }
        Ok(())
    }
}

/// The handler of a capability's recurring job, to be run every minute.
#[must_use]
pub fn lock_handler(lock: impl MonthLock + 'static, state: AppState) -> Arc<dyn JobHandler> {
    Arc::new(LockHandler { lock, state })
}
