//! The table `sign_in_failure`.

use chengzhi_db::{DbError, Tx, sql};
use chengzhi_kernel::Timestamp;

use crate::domain::lock::{Attempts, Gate};

/// Counts an attempt on a name before its password is looked at, and says whether it is looked at.
/// The row is taken for writing first, so that attempts at the same time queue.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn count_attempt(tx: &mut Tx, name_hash: &str, now: Timestamp) -> Result<Gate, DbError> {
    let row = tx
        .one(
            sql(
                "insert into sign_in_failure (name_hash, attempts, last_at) values ($1, 0, $2)
                 on conflict (name_hash) do update set attempts = sign_in_failure.attempts
                 returning attempts, last_at, locked_until",
            )
            .bind(name_hash)
            .bind(now),
        )
        .await?;
    let before = Attempts {
        count: row.get("attempts")?,
        last_at: row.get("last_at")?,
        locked_until: row.get("locked_until")?,
    };
    let gate = before.next(now);
    if let Gate::Open(attempts) = gate {
        set(tx, name_hash, attempts).await?;
    }
    Ok(gate)
}

/// Stores the count and the lock.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn set(tx: &mut Tx, name_hash: &str, attempts: Attempts) -> Result<(), DbError> {
    tx.run(
        sql("update sign_in_failure set attempts = $1, last_at = $2, locked_until = $3 where name_hash = $4")
            .bind(attempts.count)
            .bind(attempts.last_at)
            .bind(attempts.locked_until)
            .bind(name_hash),
    )
    .await?;
    Ok(())
}

/// Locks a name.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn lock(tx: &mut Tx, name_hash: &str, until: Timestamp) -> Result<(), DbError> {
    tx.run(
        sql("update sign_in_failure set locked_until = $1 where name_hash = $2")
            .bind(until)
            .bind(name_hash),
    )
    .await?;
    Ok(())
}

/// Forgets the failures of a name. True when it was locked.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn forget(tx: &mut Tx, name_hash: &str, now: Timestamp) -> Result<bool, DbError> {
    let row = tx
        .opt(
            sql("delete from sign_in_failure where name_hash = $1 returning locked_until")
                .bind(name_hash),
        )
        .await?;
    let until: Option<Timestamp> = row
        .map(|row| row.get("locked_until"))
        .transpose()?
        .flatten();
    Ok(until.is_some_and(|until| until > now))
}

/// Drops counts that no longer matter.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn drop_older(tx: &mut Tx, than: Timestamp) -> Result<u64, DbError> {
    tx.run(sql("delete from sign_in_failure where last_at < $1").bind(than))
        .await
}
