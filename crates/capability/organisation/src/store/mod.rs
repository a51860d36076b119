//! The capability's own tables. Nobody else reads them.

pub mod checks;
pub mod events;
pub mod imports;
pub mod kept;
pub mod members;
pub mod people;
pub mod units;

use chengzhi_db::{DbError, Tx, sql};

/// Lets writers of units and people pass one at a time, until the transaction ends. SQLite does so
/// by itself; on PostgreSQL the row lock keeps what was checked true until it is written.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn enter(tx: &mut Tx) -> Result<(), DbError> {
    tx.one(sql(
        "update organisation_guard set version = version + 1 where id = 1 returning version",
    ))
    .await?;
    Ok(())
}

/// A stored code that the code does not know: schema and code disagree.
pub(crate) fn unreadable(column: &str, wanted: &'static str) -> DbError {
    DbError::Decode {
        column: column.to_owned(),
        wanted,
    }
}
