//! Sheets that were read.

use chengzhi_db::{DbError, Tx, sql};
use chengzhi_kernel::Timestamp;

/// A sheet.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Row id.
    pub id: i64,
    /// Test.
    pub test_id: i64,
    /// Name of the file.
    pub file_name: String,
    /// Rows as JSON.
    pub rows: String,
}

/// Stores one.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    test: i64,
    (file_name, digest, rows): (&str, &str, &str),
    by: &str,
    now: Timestamp,
) -> Result<i64, DbError> {
    tx.one(
        sql(
            "insert into fitness_sheet (test_id, file_name, digest, rows, created_at, created_by_name)
             values ($1, $2, $3, $4, $5, $6) returning id",
        )
        .bind(test)
        .bind(file_name)
        .bind(digest)
        .bind(rows)
        .bind(now)
        .bind(by),
    )
    .await?
    .get("id")
}

/// One by its id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Sheet>, DbError> {
    tx.opt(sql("select * from fitness_sheet where id = $1").bind(id))
        .await?
        .map(|row| {
            Ok(Sheet {
                id: row.get("id")?,
                test_id: row.get("test_id")?,
                file_name: row.get("file_name")?,
                rows: row.get("rows")?,
            })
        })
        .transpose()
}

/// Remembers that it was stored. False when it was before.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn commit(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql(
                "update fitness_sheet set committed_at = $1 where id = $2 and committed_at is null",
            )
            .bind(now)
            .bind(id),
        )
        .await?
        == 1)
}
