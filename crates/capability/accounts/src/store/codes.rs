//! The table `one_time_code`.

use chengzhi_db::{DbError, Tx, sql};
use chengzhi_kernel::{AccountId, Timestamp};

/// Gives an account a new code; an older one is worth nothing from then on.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn issue(
    tx: &mut Tx,
    account: AccountId,
    code_hash: &str,
    now: Timestamp,
    valid_until: Timestamp,
) -> Result<(), DbError> {
    revoke(tx, account, now).await?;
    tx.run(
        sql("insert into one_time_code (account_id, code_hash, created_at, valid_until) values ($1, $2, $3, $4)")
            .bind(account)
            .bind(code_hash)
            .bind(now)
            .bind(valid_until),
    )
    .await?;
    Ok(())
}

/// Makes an unused code worthless.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn revoke(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<(), DbError> {
    tx.run(
        sql("update one_time_code set revoked_at = $1
             where account_id = $2 and used_at is null and revoked_at is null")
        .bind(now)
        .bind(account),
    )
    .await?;
    Ok(())
}

/// An unused code.
#[derive(Debug, Clone)]
pub struct OpenCode {
    /// Row id.
    pub id: i64,
    /// Hash of the code.
    pub code_hash: String,
    /// First instant at which it is worth nothing.
    pub valid_until: Timestamp,
}

/// The unused code of an account, also when it has expired.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn open_of(tx: &mut Tx, account: AccountId) -> Result<Option<OpenCode>, DbError> {
    let row = tx
        .opt(
            sql("select id, code_hash, valid_until from one_time_code
                 where account_id = $1 and used_at is null and revoked_at is null")
            .bind(account),
        )
        .await?;
    row.map(|row| {
        Ok(OpenCode {
            id: row.get("id")?,
            code_hash: row.get("code_hash")?,
            valid_until: row.get("valid_until")?,
        })
    })
    .transpose()
}

/// Uses a code up. False when another request was faster.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn use_up(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool, DbError> {
    let touched = tx
        .run(
            sql("update one_time_code set used_at = $1 where id = $2 and used_at is null and revoked_at is null")
                .bind(now)
                .bind(id),
        )
        .await?;
    Ok(touched == 1)
}
