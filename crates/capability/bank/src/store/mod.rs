//! SQL, one file for each kind of row.

pub mod alike;
pub mod cites;
pub mod imports;
pub mod index;
pub mod laws;
pub mod papers;
pub mod stories;
pub mod uses;
pub mod versions;

use chengzhi_db::{DbError, Row, Tx, sql};

/// A column whose content is not what it should be.
fn undecodable(column: &str, wanted: &'static str) -> DbError {
    DbError::Decode {
        column: column.to_owned(),
        wanted,
    }
}

/// Reads a code column into its word type.
fn word<T>(row: &Row, column: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, DbError> {
    let code: String = row.get(column)?;
    read(&code).ok_or_else(|| undecodable(column, "known code"))
}

/// Reads JSON of a text column.
fn json<T: serde::de::DeserializeOwned>(row: &Row, column: &str) -> Result<T, DbError> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|_| undecodable(column, "JSON"))
}

/// The next value of the bank's counter. Its row stays locked until the transaction ends, so that
/// changes become visible in the order of their numbers.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn tick(tx: &mut Tx) -> Result<i64, DbError> {
    tx.one(sql(
        "update bank_counter set n = n + 1 where id = 1 returning n",
    ))
    .await?
    .get("n")
}

/// The bank's counter as it stands.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn counter(tx: &mut Tx) -> Result<i64, DbError> {
    tx.one(sql("select n from bank_counter where id = 1"))
        .await?
        .get("n")
}
