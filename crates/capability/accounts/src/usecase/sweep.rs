//! What time does to accounts: people who left lose theirs, ended sessions and old counts go.

use std::sync::Arc;

use async_trait::async_trait;
use chengzhi_db::{Db, DbError};
use chengzhi_http::AppState;
use chengzhi_jobs::{Job, JobError, JobHandler};
use chengzhi_kernel::{Clock as _, Date};

use super::sign_in::close_left;
use crate::directory;
use crate::service::Accounts;
use crate::store::{accounts, failures, sessions};

/// Kind of the recurring job.
pub const SWEEP_JOB: &str = "accounts.sweep";

/// Seconds between sweeps: a leaving status closes the account within this time of its day.
pub const SWEEP_SECONDS: i64 = 60;

/// The recurring job.
pub struct AccountSweep {
    /// The server's parts.
    pub state: AppState,
    /// Sign-in.
    pub accounts: Arc<Accounts>,
}

#[async_trait]
impl JobHandler for AccountSweep {
    async fn run(&self, _job: &Job) -> Result<(), JobError> {
        close_accounts_of_left(&self.state.db, self.state.clock.today()).await?;
        clean(&self.state, &self.accounts).await?;
        Ok(())
    }
}

/// Closes the accounts of everybody who has left by the day. Returns how many.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn close_accounts_of_left(db: &Db, today: Date) -> Result<usize, DbError> {
    let mut tx = db.read().await?;
    let left = directory::left_by(&mut tx, today).await?;
    let found = accounts::open_of_people(&mut tx, &left).await?;
    drop(tx);
    if found.is_empty() {
        return Ok(0);
    }
    let mut tx = db.write().await?;
    let now = tx.wall_now();
    let mut closed = 0;
    for (id, _) in found {
        if let Some(account) = accounts::by_id(&mut tx, id).await? {
            close_left(&mut tx, &account, now).await?;
            closed += 1;
        }
    }
    tx.commit().await?;
    tracing::info!(closed, "accounts of people who left were closed");
    Ok(closed)
}

/// Removes sessions past their limits and counts of failures of days ago.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn clean(state: &AppState, service: &Accounts) -> Result<(), DbError> {
    let now = state.wall.now();
    let limits = service.settings.limits;
    service.forget_idle(now);
    let mut tx = state.db.write().await?;
    // Another process may know a later request than the stored one, by at most the writing pause.
    let slack = limits.write_after_seconds() * 2;
    sessions::delete_ended(
        &mut tx,
        now.plus_seconds(-limits.max_seconds),
        now.plus_seconds(-limits.idle_seconds - slack),
    )
    .await?;
    failures::drop_older(&mut tx, now.plus_days(-1)).await?;
    tx.commit().await
}
