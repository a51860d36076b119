//! Samples of the year (B-91).

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::{AccountId, Timestamp, UnitId};

/// A sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Row id.
    pub id: i64,
    /// Year of the archive.
    pub year: i32,
    /// Whose it is.
    pub unit_id: UnitId,
    /// `courseware`, `base`, `instructor`, `studio`, `group` or `case`.
    pub subject: String,
    /// Its row.
    pub subject_id: i64,
    /// Its title when it was marked.
    pub title: String,
    /// Why it is one.
    pub note: String,
    /// Who marked it.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
}

fn sample(row: &Row) -> Result<Sample, DbError> {
    Ok(Sample {
        id: row.get("id")?,
        year: row.get("year")?,
        unit_id: row.get("unit_id")?,
        subject: row.get("subject")?,
        subject_id: row.get("subject_id")?,
        title: row.get("title")?,
        note: row.get("note")?,
        by_name: row.get("recorded_by_name")?,
        at: row.get("recorded_at")?,
    })
}

/// Samples of a year that a condition on `s` names, by unit and subject.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_year(tx: &mut Tx, condition: &str, year: i32) -> Result<Vec<Sample>, DbError> {
    let rows = tx
        .all(
            sql(format!(
                "select s.* from faculty_sample s where {condition} and s.year = $1
                 order by s.unit_id, s.subject, s.id limit 2000"
            ))
            .bind(year),
        )
        .await?;
    rows.iter().map(sample).collect()
}

/// Marks one. None when it is marked for that year already.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    new: &Sample,
    by: AccountId,
    now: Timestamp,
) -> Result<Option<i64>, DbError> {
    tx.opt(
        sql(
            "insert into faculty_sample (year, unit_id, subject, subject_id, title, note,
               recorded_at, recorded_by, recorded_by_name)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning id",
        )
        .bind(new.year)
        .bind(new.unit_id)
        .bind(&new.subject)
        .bind(new.subject_id)
        .bind(&new.title)
        .bind(&new.note)
        .bind(now)
        .bind(by)
        .bind(&new.by_name),
    )
    .await?
    .map(|row| row.get("id"))
    .transpose()
}

/// One by its id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Sample>, DbError> {
    tx.opt(sql("select * from faculty_sample where id = $1").bind(id))
        .await?
        .as_ref()
        .map(sample)
        .transpose()
}

/// Takes the mark off.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn remove(tx: &mut Tx, id: i64) -> Result<(), DbError> {
    tx.run(sql("delete from faculty_sample where id = $1").bind(id))
        .await?;
    Ok(())
}
