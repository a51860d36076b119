//! The last step of an upload: hash, store, name, complete. Each part may be repeated after a
//! crash: the store takes the same content twice as once, and one transaction does the rest.

use std::io;
use std::sync::Arc;

use chengzhi_db::{Audit, OutboxEvent};
use chengzhi_files::{ContentKey, SpoolWriter, StoredFile, register_until};
use chengzhi_http::{AppState, Problem, Unknown};
use chengzhi_kernel::Clock as _;
use serde_json::json;

use super::{problem, receive};
use crate::Uploads;
use crate::domain::state::{Upload, UploadState};
use crate::domain::words::stored;
use crate::store::uploads;

/// Days for which a finished upload waits for a record that claims it.
pub const UNCLAIMED_DAYS: i64 = 7;
/// Outbox topic of a finished upload; payload: upload_id, purpose, slot, unit_id, hash, size, mime.
pub const FINISHED_EVENT: &str = "upload.finished";

/// Type of a content that is not known; cannot happen after a kind was found.
const ANY_TYPE: &str = "application/octet-stream";

/// Finishes a whole upload whose spool file the caller has locked.
///
/// # Errors
/// What the disk, the store, the engine or the policy says; the upload stays whole and is finished
/// later.
pub(crate) async fn finish(
    state: &AppState,
    service: &Uploads,
    upload: &Upload,
    mut writer: SpoolWriter,
) -> Result<(), Problem> {
    let (writer, hash) = tokio::task::spawn_blocking(move || {
        let hash = writer.digest()?;
        io::Result::Ok((writer, hash))
    })
    .await
    .map_err(io::Error::other)
    .and_then(|done| done)
    .map_err(|error| problem::disk(&error))?;
    let key = ContentKey::original(&hash);
    let spool_path = service.spool.path(&upload.spool);
    let adopt = || async {
        state
            .files
            .adopt(&key, &spool_path)
            .await
            .map_err(|error| problem::store(&error))
    };
    adopt().await?;

    let policy = service.known_policy(&upload.purpose)?;
    let mime = upload.mime.as_deref().unwrap_or(ANY_TYPE);
    let file = StoredFile {
        hash: hash.clone(),
        size: stored(upload.length),
    };
    let mut tx = state.db.write().await?;
    uploads::pass_gate(&mut tx).await?;
    let keep_until = state.clock.now().plus_days(UNCLAIMED_DAYS);
    register_until(&mut tx, &file, mime, keep_until).await?;
    if !uploads::complete(&mut tx, upload.id, &hash).await? {
        // Ended meanwhile; the content has no owner and is swept away.
        return Err(problem::taken_over());
    }
    let whole = Upload {
        state: UploadState::Complete,
        hash: Some(hash.clone()),
        ..upload.clone()
    };
    policy.finished(&mut tx, &whole, &hash).await?;
    tx.emit(OutboxEvent {
        id: 0,
        topic: FINISHED_EVENT.to_owned(),
        dedup_key: format!("{FINISHED_EVENT}:{}", upload.id),
        payload: json!({
            "upload_id": upload.id, "purpose": upload.purpose, "slot": upload.slot,
            "unit_id": upload.unit.get(), "hash": hash.as_str(), "size": upload.length, "mime": mime,
        })
        .to_string(),
    });
    tx.audit(
        Audit::new(
            Some(upload.account),
            upload.account_name.clone(),
            "upload.finish",
            format!("upload:{}", upload.id),
        )
        .unit(upload.unit)
        .detail(json!({"name": upload.file_name, "size": upload.length, "hash": hash.as_str()})),
    );
    tx.commit().await?;

    // A sweep that removed the same content before the row named it again has taken it along.
    let there = state
        .files
        .size(&key)
        .await
        .map_err(|error| problem::store(&error))?;
    if there != Some(upload.length) {
        adopt().await?;
    }
    drop(writer);
    if let Err(error) = service.spool.remove(&upload.spool) {
        tracing::warn!(upload = upload.id, error = %error, "spool file stays until the sweep");
    }
    Ok(())
}

/// Finishes whole uploads whose server ended before the last step. One that another process has
/// in hand is left to it.
///
/// # Errors
/// 500 from the engine; what fails for one upload is logged and left for the next time.
pub async fn finish_waiting(state: &AppState, service: &Uploads) -> Result<usize, Problem> {
    let mut tx = state.db.read().await?;
    let waiting = uploads::unfinished(&mut tx).await?;
    drop(tx);
    let mut done = 0;
    for upload in waiting {
        match finish_one(state, service, &upload).await {
            Ok(true) => done += 1,
            Ok(false) => {}
            Err(problem) => {
                tracing::error!(upload = upload.id, error = %problem, "upload cannot be finished");
            }
        }
    }
    Ok(done)
}

/// Finishes one whole upload unless somebody else is at it or has done it.
async fn finish_one(state: &AppState, service: &Uploads, upload: &Upload) -> Result<bool, Problem> {
    let locked = receive::try_lock(service, upload).await;
    let mut tx = state.db.read().await?;
    let now = uploads::find(&mut tx, upload.id).await?;
    drop(tx);
    let Some(upload) = now.filter(Upload::awaits_finish) else {
        return Ok(false);
    };
    let Some(writer) = locked? else {
        return Ok(false);
    };
    let writer = receive::resume(writer, &upload).await?;
    finish(state, service, &upload, writer).await?;
    Ok(true)
}

/// As [`finish_one`], to its end even when the one who asks goes away: a film may take a while.
pub(crate) async fn finish_unattended(
    state: &AppState,
    service: &Arc<Uploads>,
    upload: &Upload,
) -> Result<bool, Problem> {
    let (state, service, upload) = (state.clone(), service.clone(), upload.clone());
    tokio::spawn(async move { finish_one(&state, &service, &upload).await })
        .await
        .map_err(|error| Unknown::log(&error))?
}

/// Ends an upload because of its content.
pub(crate) async fn refuse(
    state: &AppState,
    service: &Uploads,
    upload: &Upload,
    reason: &str,
) -> Result<(), Problem> {
    let mut tx = state.db.write().await?;
    if uploads::close(&mut tx, upload.id, UploadState::Refused, Some(reason)).await? {
        tx.audit(
            Audit::new(
                Some(upload.account),
                upload.account_name.clone(),
                "upload.refuse",
                format!("upload:{}", upload.id),
            )
            .unit(upload.unit)
            .detail(json!({"name": upload.file_name})),
        );
    }
    tx.commit().await?;
    service
        .spool
        .remove(&upload.spool)
        .map_err(|error| Unknown::log(&error))
}
