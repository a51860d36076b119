//! Issuing a one-time code.

use chengzhi_db::{DbError, Tx};
use chengzhi_http::{NoRandomness, random_bytes};
use chengzhi_kernel::{AccountId, Timestamp};
use thiserror::Error;

use crate::domain::code::{CODE_DAYS, code_from, code_hash};
use crate::store::codes;

/// A code could not be issued.
#[derive(Debug, Error)]
pub enum IssueError {
    /// Randomness.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// Database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// A code as shown once.
#[derive(Debug, Clone)]
pub struct Issued {
    /// `ABCD-EFGH-JKLM`.
    pub code: String,
    /// First instant at which it is worth nothing.
    pub valid_until: Timestamp,
}

/// Gives an account a fresh code; only its hash is stored.
///
/// # Errors
/// [`IssueError`].
pub async fn issue_code(
    tx: &mut Tx,
    account: AccountId,
    now: Timestamp,
) -> Result<Issued, IssueError> {
    let code = code_from(random_bytes()?);
    let valid_until = now.plus_days(CODE_DAYS);
    codes::issue(
        tx,
        account,
        &code_hash(account.get(), &code),
        now,
        valid_until,
    )
    .await?;
    Ok(Issued { code, valid_until })
}
