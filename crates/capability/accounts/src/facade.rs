//! What others may ask of the accounts.

use chengzhi_db::{DbError, Tx};

use crate::store::sessions;

/// Sessions stored, for the metrics.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn session_count(tx: &mut Tx) -> Result<i64, DbError> {
    sessions::count(tx).await
}
