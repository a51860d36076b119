//! Stored files as rows: what exists, how long it is kept, what went.

use chengzhi_db::{DbError, Tx, sql};
use chengzhi_kernel::{FileHash, Timestamp};

use crate::{PhotoFacts, StoredFile};

/// Names a stored photo in the database, in the caller's transaction. Photos are kept for good.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn register(tx: &mut Tx, file: &StoredFile, facts: &PhotoFacts) -> Result<(), DbError> {
    let now = tx.wall_now();
    tx.run(
        sql("insert into stored_file (hash, size, mime, width, height, look, taken_at, place, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (hash) do update set gone_at = null, keep_until = null")
        .bind(file.hash.as_str())
        .bind(file.size)
        .bind(facts.mime)
        .bind(i64::from(facts.width))
        .bind(i64::from(facts.height))
        .bind(facts.look)
        .bind(facts.taken_at.clone())
        .bind(facts.place.clone())
        .bind(now),
    )
    .await?;
    Ok(())
}

/// Names any other stored file in the caller's transaction, kept for good.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn register_file(tx: &mut Tx, file: &StoredFile, mime: &str) -> Result<(), DbError> {
    let now = tx.wall_now();
    tx.run(
        sql(
            "insert into stored_file (hash, size, mime, created_at) values ($1, $2, $3, $4)
             on conflict (hash) do update set gone_at = null, keep_until = null",
        )
        .bind(file.hash.as_str())
        .bind(file.size)
        .bind(mime)
        .bind(now),
    )
    .await?;
    Ok(())
}

/// Names a stored file that is kept until an instant (business time), in the caller's transaction.
/// A file that is kept longer already, or for good, stays so.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn register_until(
    tx: &mut Tx,
    file: &StoredFile,
    mime: &str,
    keep_until: Timestamp,
) -> Result<(), DbError> {
    let now = tx.wall_now();
    tx.run(
        sql(
            "insert into stored_file (hash, size, mime, created_at, keep_until)
             values ($1, $2, $3, $4, $5)
             on conflict (hash) do update set gone_at = null, keep_until = case
               when stored_file.gone_at is null and stored_file.keep_until is null then null
               when stored_file.keep_until is null or stored_file.keep_until < excluded.keep_until
                 then excluded.keep_until
               else stored_file.keep_until end",
        )
        .bind(file.hash.as_str())
        .bind(file.size)
        .bind(mime)
        .bind(now)
        .bind(keep_until),
    )
    .await?;
    Ok(())
}

/// Keeps a file at least until an instant (business time), or for good. Never shortens. Its row stays
/// locked until the transaction ends, also when nothing changes: see [`keep_only`].
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn keep(tx: &mut Tx, hash: &FileHash, until: Option<Timestamp>) -> Result<(), DbError> {
    let query = match until {
        Some(until) => {
            sql(
                "update stored_file set keep_until = case when keep_until < $1 then $1 else keep_until end
                 where hash = $2",
            )
            .bind(until)
            .bind(hash.as_str())
        }
        None => sql("update stored_file set keep_until = null where hash = $1").bind(hash.as_str()),
    };
    tx.run(query).await?;
    Ok(())
}

/// Keeps a file until an instant (business time) and no longer. What is kept for good stays so. The
/// caller has locked its row by [`keep`] and seen that nobody else needs it.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn keep_only(tx: &mut Tx, hash: &FileHash, until: Timestamp) -> Result<(), DbError> {
    tx.run(
        sql("update stored_file set keep_until = $1 where hash = $2 and keep_until > $1")
            .bind(until)
            .bind(hash.as_str()),
    )
    .await?;
    Ok(())
}

/// Sets or lifts the hold: while it stands the content stays whatever its keeping period says.
/// False when there is no such file, or its content has gone: a sweep at the same moment is waited
/// for, so that nothing is called held that is not there.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn set_hold(tx: &mut Tx, hash: &FileHash, hold: bool) -> Result<bool, DbError> {
    let touched = tx
        .run(
            sql("update stored_file set hold = $1 where hash = $2 and gone_at is null")
                .bind(hold)
                .bind(hash.as_str()),
        )
        .await?;
    Ok(touched == 1)
}

/// A stored file's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Bytes.
    pub size: i64,
    /// Content type by content.
    pub mime: String,
    /// Kept until (business time); none is for good.
    pub keep_until: Option<Timestamp>,
    /// True while nobody may remove the content.
    pub hold: bool,
    /// When the content was removed; the row stays.
    pub gone_at: Option<Timestamp>,
}

/// Looks a file up.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn find_file(tx: &mut Tx, hash: &FileHash) -> Result<Option<FileRow>, DbError> {
    let row = tx
        .opt(
            sql("select size, mime, keep_until, hold, gone_at from stored_file where hash = $1")
                .bind(hash.as_str()),
        )
        .await?;
    row.map(|row| {
        Ok(FileRow {
            size: row.get("size")?,
            mime: row.get("mime")?,
            keep_until: row.get("keep_until")?,
            hold: row.get("hold")?,
            gone_at: row.get("gone_at")?,
        })
    })
    .transpose()
}

/// Hashes whose keeping period is over and that nobody holds.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn outdated(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<FileHash>, DbError> {
    let rows = tx
        .all(
            sql("select hash from stored_file
                 where keep_until <= $1 and hold = 0 and gone_at is null order by keep_until limit $2")
            .bind(now)
            .bind(limit),
        )
        .await?;
    let mut hashes = Vec::with_capacity(rows.len());
    for row in rows {
        hashes.extend(FileHash::parse(&row.get::<String>("hash")?));
    }
    Ok(hashes)
}

/// Marks a file as gone, if its period is over still and nobody holds it. In the transaction in
/// which the content is removed: whoever stores the same content meanwhile waits, and stores anew.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn mark_gone(tx: &mut Tx, hash: &FileHash, now: Timestamp) -> Result<bool, DbError> {
    let touched = tx
        .run(
            sql("update stored_file set gone_at = $1
                 where hash = $2 and keep_until <= $1 and hold = 0 and gone_at is null")
            .bind(now)
            .bind(hash.as_str()),
        )
        .await?;
    Ok(touched == 1)
}
