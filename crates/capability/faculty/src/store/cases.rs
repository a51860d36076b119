//! Cases handed to instructors (B-92).

use std::collections::HashMap;

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::{AccountId, Date, Timestamp, UnitId};

use super::year_days;

/// A case handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuppliedCase {
    /// Row id.
    pub id: i64,
    /// Who handed it out.
    pub unit_id: UnitId,
    /// To whom.
    pub instructor_id: i64,
    /// When.
    pub handed_on: Date,
    /// Number of the case.
    pub case_no: String,
    /// Title.
    pub title: String,
    /// Code of its field.
    pub field: String,
    /// What it shows.
    pub summary: String,
    /// Course in which it was used.
    pub courseware_id: Option<i64>,
    /// When.
    pub used_on: Option<Date>,
}

fn case(row: &Row) -> Result<SuppliedCase, DbError> {
    Ok(SuppliedCase {
        id: row.get("id")?,
        unit_id: row.get("unit_id")?,
        instructor_id: row.get("instructor_id")?,
        handed_on: row.get("handed_on")?,
        case_no: row.get("case_no")?,
        title: row.get("title")?,
        field: row.get("field")?,
        summary: row.get("summary")?,
        courseware_id: row.get("courseware_id")?,
        used_on: row.get("used_on")?,
    })
}

/// Cases of a year that a condition on `k` names, newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_year(
    tx: &mut Tx,
    condition: &str,
    year: i32,
) -> Result<Vec<SuppliedCase>, DbError> {
    let (first, last) = year_days(year);
    let rows = tx
        .all(
            sql(format!(
                "select k.* from faculty_case k where {condition}
                   and k.handed_on >= $1 and k.handed_on <= $2
                 order by k.handed_on desc, k.id desc limit 2000"
            ))
            .bind(first)
            .bind(last),
        )
        .await?;
    rows.iter().map(case).collect()
}

/// How many each instructor was handed in a year.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn handed(tx: &mut Tx, year: i32) -> Result<HashMap<i64, u32>, DbError> {
    let (first, last) = year_days(year);
    let rows = tx
        .all(
            sql(
                "select instructor_id, cast(count(*) as bigint) as n from faculty_case
                 where handed_on >= $1 and handed_on <= $2 group by instructor_id",
            )
            .bind(first)
            .bind(last),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("instructor_id")?, row.get("n")?)))
        .collect()
}

/// One, for changing: the row stays locked until the transaction ends.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<SuppliedCase>, DbError> {
    tx.opt(sql("update faculty_case set title = title where id = $1 returning *").bind(id))
        .await?
        .as_ref()
        .map(case)
        .transpose()
}

/// Stores one. None when this instructor has this case already.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    new: &SuppliedCase,
    by: (AccountId, &str),
    now: Timestamp,
) -> Result<Option<i64>, DbError> {
    tx.opt(
        sql(
            "insert into faculty_case (unit_id, instructor_id, handed_on, case_no, title, field, summary,
               recorded_at, recorded_by, recorded_by_name)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning id",
        )
        .bind(new.unit_id)
        .bind(new.instructor_id)
        .bind(new.handed_on)
        .bind(&new.case_no)
        .bind(&new.title)
        .bind(&new.field)
        .bind(&new.summary)
        .bind(now)
        .bind(by.0)
        .bind(by.1),
    )
    .await?
    .map(|row| row.get("id"))
    .transpose()
}

/// Says where a case was used.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn used(tx: &mut Tx, id: i64, courseware: i64, on: Date) -> Result<(), DbError> {
    tx.run(
        sql("update faculty_case set courseware_id = $1, used_on = $2 where id = $3")
            .bind(courseware)
            .bind(on)
            .bind(id),
    )
    .await?;
    Ok(())
}

/// One by its id, for reading.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<SuppliedCase>, DbError> {
    tx.opt(sql("select * from faculty_case where id = $1").bind(id))
        .await?
        .as_ref()
        .map(case)
        .transpose()
}
