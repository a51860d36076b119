//! The table `session`.

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::{AccountId, Timestamp};

/// A stored session.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Whose.
    pub account_id: AccountId,
    /// Sign-in.
    pub created_at: Timestamp,
    /// Last request, give or take a minute.
    pub last_seen_at: Timestamp,
}

impl SessionRow {
    pub(super) fn read(row: &Row) -> Result<Self, DbError> {
        Ok(SessionRow {
            account_id: row.get("account_id")?,
            created_at: row.get("created_at")?,
            last_seen_at: row.get("last_seen_at")?,
        })
    }
}

/// Opens a session.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    token_hash: &str,
    account: AccountId,
    address: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(
        sql("insert into session (token_hash, account_id, created_at, last_seen_at, address) values ($1, $2, $3, $4, $5)")
            .bind(token_hash)
            .bind(account)
            .bind(now)
            .bind(now)
            .bind(address),
    )
    .await?;
    Ok(())
}

/// The session of a secret's hash.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn find(tx: &mut Tx, token_hash: &str) -> Result<Option<SessionRow>, DbError> {
    let row = tx
        .opt(
            sql("select account_id, created_at, last_seen_at from session where token_hash = $1")
                .bind(token_hash),
        )
        .await?;
    row.as_ref().map(SessionRow::read).transpose()
}

/// Notes a request; an older one noted late changes nothing.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn touch(tx: &mut Tx, token_hash: &str, now: Timestamp) -> Result<(), DbError> {
    tx.run(
        sql("update session set last_seen_at = $1 where token_hash = $2 and last_seen_at < $3")
            .bind(now)
            .bind(token_hash)
            .bind(now),
    )
    .await?;
    Ok(())
}

/// Ends one session. False when there was none.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn delete(tx: &mut Tx, token_hash: &str) -> Result<bool, DbError> {
    Ok(tx
        .run(sql("delete from session where token_hash = $1").bind(token_hash))
        .await?
        > 0)
}

/// Ends all sessions of an account.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn delete_all(tx: &mut Tx, account: AccountId) -> Result<u64, DbError> {
    tx.run(sql("delete from session where account_id = $1").bind(account))
        .await
}

/// Removes sessions that have ended: created or last seen before these instants.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn delete_ended(
    tx: &mut Tx,
    created_before: Timestamp,
    seen_before: Timestamp,
) -> Result<u64, DbError> {
    tx.run(
        sql("delete from session where created_at <= $1 or last_seen_at <= $2")
            .bind(created_before)
            .bind(seen_before),
    )
    .await
}

/// Sessions stored.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn count(tx: &mut Tx) -> Result<i64, DbError> {
    tx.one(sql("select cast(count(*) as bigint) as n from session"))
        .await?
        .get("n")
}
