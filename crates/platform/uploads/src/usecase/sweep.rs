//! What time does to files: uploads nobody goes on with, contents past their keeping period,
//! contents nobody names.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chengzhi_db::Tx;
use chengzhi_files::{ContentKey, machine_instant, mark_gone, outdated};
use chengzhi_http::{AppState, Problem};
use chengzhi_jobs::{Job, JobError, JobHandler};
use chengzhi_kernel::{Clock as _, FileHash, Timestamp};

use super::finish::finish_waiting;
use super::problem;
use crate::Uploads;
use crate::store::uploads;

/// Kind of the job that expires uploads and removes contents past their period.
pub const SWEEP_JOB: &str = "uploads.sweep";
/// Seconds between two of them.
pub const SWEEP_SECONDS: i64 = 600;
/// Kind of the job that looks for contents nobody names.
pub const ORPHAN_JOB: &str = "uploads.orphans";
/// Seconds between two of them.
pub const ORPHAN_SECONDS: i64 = 86_400;

/// A file younger than this may be about to get its name.
const GRACE: Duration = Duration::from_secs(24 * 3600);
/// A spool file without an open upload goes after this.
const SPOOL_GRACE: Duration = Duration::from_secs(3600);
/// Contents removed in one sweep; the rest waits for the next.
const BATCH: i64 = 500;
/// What goes with the film; marks' thumbnails and fingerprints stay.
const GOES_WITH_CONTENT: &[&str] = &[REVIEW_COPY];
/// Kind of a film's copy that every browser plays.
pub const REVIEW_COPY: &str = "review";

/// What a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Whole uploads that got their last step.
    pub finished: usize,
    /// Uploads that expired.
    pub expired: usize,
    /// Spool files without an upload.
    pub spools: usize,
    /// Contents past their keeping period.
    pub outdated: usize,
    /// Contents nobody names.
    pub orphans: usize,
}

/// Expires, finishes and removes what is due.
///
/// # Errors
/// 500 from engine or store; what was done stays done.
pub async fn sweep(state: &AppState, service: &Uploads) -> Result<Swept, Problem> {
    let swept = Swept {
        finished: finish_waiting(state, service).await?,
        expired: expire(state, service).await?,
        spools: clear_spool(state, service).await?,
        outdated: remove_outdated(state).await?,
        orphans: 0,
    };
    if swept != Swept::default() {
        tracing::info!(?swept, "uploads swept");
    }
    Ok(swept)
}

async fn expire(state: &AppState, service: &Uploads) -> Result<usize, Problem> {
    let mut tx = state.db.read().await?;
    let now = tx.wall_now();
    let overdue = uploads::overdue(&mut tx, now).await?;
    drop(tx);
    let mut expired = 0;
    for upload in overdue {
        let mut tx = state.db.write().await?;
        let done = uploads::expire(&mut tx, upload.id, now).await?;
        tx.commit().await?;
        if done {
            service
                .spool
                .remove(&upload.spool)
                .map_err(|error| problem::disk(&error))?;
            expired += 1;
        }
    }
    Ok(expired)
}

/// Spool files whose upload is over or whose creation broke off.
async fn clear_spool(state: &AppState, service: &Uploads) -> Result<usize, Problem> {
    let now = system_time(machine_instant());
    let old = service
        .spool
        .untouched_for(SPOOL_GRACE, now)
        .map_err(|error| problem::disk(&error))?;
    if old.is_empty() {
        return Ok(0);
    }
    let mut tx = state.db.read().await?;
    let open = uploads::open_spools(&mut tx).await?;
    drop(tx);
    let mut removed = 0;
    for name in old.iter().filter(|name| !open.contains(name)) {
        service
            .spool
            .remove(name)
            .map_err(|error| problem::disk(&error))?;
        removed += 1;
    }
    Ok(removed)
}

fn system_time(at: Timestamp) -> std::time::SystemTime {
    let micros = u64::try_from(at.micros()).unwrap_or(0);
    std::time::UNIX_EPOCH + Duration::from_micros(micros)
}

/// Removes contents past their keeping period; their rows stay. Content and mark go in one
/// transaction, so that whoever stores the same content meanwhile waits and stores it anew.
async fn remove_outdated(state: &AppState) -> Result<usize, Problem> {
    let now = state.clock.now();
    let mut tx = state.db.read().await?;
    let due = outdated(&mut tx, now, BATCH).await?;
    drop(tx);
    let mut removed = 0;
    for hash in due {
        let mut tx = state.db.write().await?;
        uploads::pass_gate(&mut tx).await?;
        if mark_gone(&mut tx, &hash, now).await? {
            remove_content(state, &hash).await?;
            removed += 1;
        }
        tx.commit().await?;
    }
    Ok(removed)
}

async fn remove_content(state: &AppState, hash: &FileHash) -> Result<(), Problem> {
    let derived = GOES_WITH_CONTENT
        .iter()
        .map(|kind| ContentKey::derived(hash, kind));
    for key in derived.chain([ContentKey::original(hash)]) {
        state
            .files
            .remove(&key)
            .await
            .map_err(|error| problem::store(&error))?;
    }
    Ok(())
}

/// Removes contents that no row names and that are older than the grace, and parts that killed
/// processes left.
///
/// # Errors
/// 500 from engine or store; what was done stays done.
pub async fn collect_orphans(state: &AppState) -> Result<Swept, Problem> {
    let store = |error| problem::store(&error);
    let mut swept = Swept {
        spools: state.files.clear_parts(GRACE).await.map_err(store)?,
        ..Swept::default()
    };
    let youngest = machine_instant()
        .plus_seconds(-i64::try_from(GRACE.as_secs()).unwrap_or(0))
        .micros();
    for shelf in 0..=u8::MAX {
        let mut old = state.files.shelf(shelf).await.map_err(store)?;
        old.retain(|content| content.modified_micros <= youngest);
        // Nearly all are named: they are sorted out by reading, without holding up any writer.
        let mut tx = state.db.read().await?;
        let mut nameless = Vec::new();
        for content in old {
            if !is_named(&mut tx, &content.hash).await? {
                nameless.push(content.hash);
            }
        }
        drop(tx);
        for hash in nameless {
            let mut tx = state.db.write().await?;
            uploads::pass_gate(&mut tx).await?;
            if !is_named(&mut tx, &hash).await? {
                remove_content(state, &hash).await?;
                swept.orphans += 1;
            }
            tx.commit().await?;
        }
    }
    if swept != Swept::default() {
        tracing::info!(?swept, "contents without an owner removed");
    }
    Ok(swept)
}

async fn is_named(tx: &mut Tx, hash: &FileHash) -> Result<bool, Problem> {
    let row = chengzhi_files::find_file(tx, hash).await?;
    Ok(row.is_some_and(|row| row.gone_at.is_none()))
}

/// Both recurring jobs.
pub struct UploadSweep {
    /// The server's parts.
    pub state: AppState,
    /// The uploads.
    pub uploads: Arc<Uploads>,
}

#[async_trait]
impl JobHandler for UploadSweep {
    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let done = if job.kind == ORPHAN_JOB {
            collect_orphans(&self.state).await
        } else {
            sweep(&self.state, &self.uploads).await
        };
        done.map(|_| ())
            .map_err(|problem| JobError::Other(problem.to_string()))
    }
}
