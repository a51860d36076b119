//! Attempts as measured. A correction replaces a row; the old one stays.

use std::collections::HashMap;

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::Timestamp;

/// An attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Row id; 0 for a new one.
    pub id: i64,
    /// Entry.
    pub entry_id: i64,
    /// Code of the item.
    pub item: String,
    /// Thousandths; none for an attempt that was broken off.
    pub value: Option<i64>,
    /// `phone`, `desk`, `import`.
    pub source: String,
    /// Name given by the sender.
    pub key: String,
    /// When it was measured, by the sender.
    pub measured_at: Timestamp,
    /// When it arrived.
    pub recorded_at: Timestamp,
    /// Who sent it.
    pub by_name: String,
    /// Which row it corrects.
    pub replaces: Option<i64>,
    /// When it was corrected or struck out.
    pub replaced_at: Option<Timestamp>,
    /// By whom.
    pub replaced_by_name: Option<String>,
    /// Why.
    pub replace_reason: Option<String>,
}

impl Mark {
    /// It counts.
    #[must_use]
    pub const fn stands(&self) -> bool {
        self.replaced_at.is_none()
    }
}

fn mark(row: &Row) -> Result<Mark, DbError> {
    Ok(Mark {
        id: row.get("id")?,
        entry_id: row.get("entry_id")?,
        item: row.get("item")?,
        value: row.get("value")?,
        source: row.get("source")?,
        key: row.get("key")?,
        measured_at: row.get("measured_at")?,
        recorded_at: row.get("recorded_at")?,
        by_name: row.get("recorded_by_name")?,
        replaces: row.get("replaces")?,
        replaced_at: row.get("replaced_at")?,
        replaced_by_name: row.get("replaced_by_name")?,
        replace_reason: row.get("replace_reason")?,
    })
}

/// All rows of entries, oldest first, replaced ones too.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_entries(tx: &mut Tx, entries: &[i64]) -> Result<HashMap<i64, Vec<Mark>>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select * from fitness_mark where entry_id in {} order by entry_id, id",
            int_list(entries.iter().copied())
        )))
        .await?;
    let mut found: HashMap<i64, Vec<Mark>> = HashMap::new();
    for row in &rows {
        let one = mark(row)?;
        found.entry(one.entry_id).or_default().push(one);
    }
    Ok(found)
}

/// One by its id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Mark>, DbError> {
    tx.opt(sql("select * from fitness_mark where id = $1").bind(id))
        .await?
        .as_ref()
        .map(mark)
        .transpose()
}

/// One by the name that its sender gave it.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_key(tx: &mut Tx, key: &str) -> Result<Option<Mark>, DbError> {
    tx.opt(sql("select * from fitness_mark where key = $1").bind(key))
        .await?
        .as_ref()
        .map(mark)
        .transpose()
}

/// Stores an attempt. None when its name is known already.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(tx: &mut Tx, new: &Mark) -> Result<Option<i64>, DbError> {
    tx.opt(
        sql(
            "insert into fitness_mark (entry_id, item, value, source, key, measured_at, recorded_at,
               recorded_by_name, replaces)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (key) do nothing returning id",
        )
        .bind(new.entry_id)
        .bind(&new.item)
        .bind(new.value)
        .bind(&new.source)
        .bind(&new.key)
        .bind(new.measured_at)
        .bind(new.recorded_at)
        .bind(&new.by_name)
        .bind(new.replaces),
    )
    .await?
    .map(|row| row.get("id"))
    .transpose()
}

/// Strikes a standing row out. False when it no longer stands.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn replace(
    tx: &mut Tx,
    id: i64,
    by: &str,
    reason: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql("update fitness_mark set replaced_at = $1, replaced_by_name = $2, replace_reason = $3
                 where id = $4 and replaced_at is null")
            .bind(now)
            .bind(by)
            .bind(reason)
            .bind(id),
        )
        .await?
        == 1)
}
