//! SQL, one file for each kind of row.

pub mod births;
pub mod checks;
pub mod entries;
pub mod filings;
pub mod marks;
pub mod rounds;
pub mod sheets;
pub mod standards;
pub mod waivers;

use chengzhi_db::{DbError, Row};

/// Reads a code column into its word type.
fn word<T>(row: &Row, column: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, DbError> {
    let code: String = row.get(column)?;
    read(&code).ok_or_else(|| unknown(column))
}

/// Reads a code column that may be null.
fn word_if<T>(
    row: &Row,
    column: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, DbError> {
    match row.get::<Option<String>>(column)? {
        None => Ok(None),
        Some(code) => read(&code).map(Some).ok_or_else(|| unknown(column)),
    }
}

fn unknown(column: &str) -> DbError {
    DbError::Decode {
        column: column.to_owned(),
        wanted: "known code",
    }
}
