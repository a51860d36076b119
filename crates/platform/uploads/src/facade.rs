//! What a capability does with uploads, inside its own transactions.

use chengzhi_db::{DbError, Tx};
use chengzhi_files::{FileRow, find_file, keep, keep_only};
use chengzhi_http::Problem;
use chengzhi_kernel::{FileHash, Timestamp, UnitId};

use crate::domain::state::{Upload, UploadState};
use crate::store::{uploads, usage};
use crate::usecase::finish::UNCLAIMED_DAYS;

pub use crate::usecase::local::{append_file, begin};

/// How long the content of a claimed upload is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// For good.
    Forever,
    /// At least until this instant (business time).
    Until(Timestamp),
}

/// What a record takes over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// SHA-256 of the content: its name in the store.
    pub hash: FileHash,
    /// Bytes.
    pub size: u64,
    /// Type by content.
    pub mime: String,
    /// Name on the sender's disk.
    pub file_name: String,
    /// Business time of creation.
    pub started_at: Timestamp,
    /// Business time at which the last byte was durable.
    pub received_at: Timestamp,
}

/// An upload by its id; the caller checks that it is his purpose, unit and slot.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn find(tx: &mut Tx, id: i64) -> Result<Option<Upload>, DbError> {
    uploads::find(tx, id).await
}

/// Uploads of a slot: open ones, and complete ones, oldest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_slot(tx: &mut Tx, purpose: &str, slot: &str) -> Result<Vec<Upload>, DbError> {
    uploads::of_slot(tx, purpose, slot).await
}

/// Bytes of one purpose that count against a unit's quota: what is on its way, and what is here.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn used_bytes(tx: &mut Tx, purpose: &str, unit: UnitId) -> Result<u64, DbError> {
    usage::of_unit(tx, purpose, unit).await
}

/// Takes a complete upload for a record (`owner`, `drill_session:17`) and sets how long its content
/// is kept. Claiming again for the same record changes nothing but the keeping, which only grows.
///
/// # Errors
/// 404 for another purpose or slot; 409 while it is not complete, when its content is gone, or when
/// another record has it.
pub async fn claim(
    tx: &mut Tx,
    id: i64,
    (purpose, slot): (&str, &str),
    owner: &str,
    keeping: Keep,
) -> Result<Claimed, Problem> {
    let upload = uploads::find(tx, id)
        .await?
        .filter(|upload| upload.purpose == purpose && upload.slot == slot)
        .ok_or_else(Problem::not_found)?;
    let (Some(hash), Some(received_at), UploadState::Complete) =
        (upload.hash, upload.received_at, upload.state)
    else {
        return Err(Problem::conflict(
            "upload.unfinished",
            "文件尚未上传完成，请等上传结束后再操作。",
        ));
    };
    // First of all: a sweep that takes the content at this moment is waited for, or waits.
    match keeping {
        Keep::Forever => keep(tx, &hash, None).await?,
        Keep::Until(until) => keep(tx, &hash, Some(until)).await?,
    }
    let row: FileRow = find_file(tx, &hash).await?.ok_or_else(Problem::not_found)?;
    if row.gone_at.is_some() {
        return Err(Problem::conflict(
            "upload.gone",
            "文件上传后久未使用，已被清理，请重新上传。",
        ));
    }
    let now = tx.wall_now();
    if !uploads::claim(tx, id, owner, now).await? {
        return Err(Problem::conflict(
            "upload.claimed",
            "这个文件已用在另一条记录上。",
        ));
    }
    Ok(Claimed {
        hash,
        size: upload.length,
        mime: row.mime,
        file_name: upload.file_name,
        started_at: upload.started_at,
        received_at,
    })
}

/// Takes an upload from its record, which needs it no more. It counts against no quota from now on,
/// may be claimed again for [`UNCLAIMED_DAYS`], and then its content goes, unless another upload of the
/// same content has a record, somebody holds it, or it is kept for good.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn release(tx: &mut Tx, id: i64, owner: &str, now: Timestamp) -> Result<bool, DbError> {
    let released = uploads::release(tx, id, owner).await?;
    if released && let Some(hash) = uploads::find(tx, id).await?.and_then(|upload| upload.hash) {
        let until = now.plus_days(UNCLAIMED_DAYS);
        // Locks the content: whoever claims it at this moment is waited for, or waits and keeps it anew.
        keep(tx, &hash, Some(until)).await?;
        if !uploads::is_claimed(tx, &hash).await? {
            keep_only(tx, &hash, until).await?;
        }
    }
    Ok(released)
}
