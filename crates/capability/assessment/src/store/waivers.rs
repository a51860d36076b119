//! Targets set aside for a person-year (B-75), districts' training sessions, readings of training
//! files.

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Date, PersonId, Timestamp, UnitId};

use crate::domain::Component;

/// A waived target.
#[derive(Debug, Clone)]
pub struct WaiverRow {
    /// Row id.
    pub id: i64,
    /// Whose.
    pub person_id: PersonId,
    /// Which year.
    pub year: i32,
    /// Which component.
    pub component: Component,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub decided_by_name: String,
    /// When.
    pub decided_at: Timestamp,
}

impl WaiverRow {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let component: String = row.get("component")?;
        Ok(WaiverRow {
            id: row.get("id")?,
            person_id: row.get("person_id")?,
            year: row.get("year")?,
            component: component.parse().unwrap_or(Component::Other),
            reason: row.get("reason")?,
            decided_by_name: row.get("decided_by_name")?,
            decided_at: row.get("decided_at")?,
        })
    }
}

/// Open waivers of a year, of some people or of all.
pub async fn open(
    tx: &mut Tx,
    year: i32,
    people: Option<&[PersonId]>,
) -> Result<Vec<WaiverRow>, DbError> {
    let filter = people.map_or(String::new(), |ids| {
        format!(
            "and person_id in {}",
            int_list(ids.iter().map(|id| id.get()))
        )
    });
    let rows = tx
        .all(
            sql(format!("select * from target_waiver where year = $1 and revoked_at is null {filter} order by id"))
                .bind(year),
        )
        .await?;
    rows.iter().map(WaiverRow::from_row).collect()
}

/// One waiver.
pub async fn get(tx: &mut Tx, id: i64) -> Result<Option<WaiverRow>, DbError> {
    tx.opt(sql("select * from target_waiver where id = $1").bind(id))
        .await?
        .as_ref()
        .map(WaiverRow::from_row)
        .transpose()
}

/// Stores a waiver.
///
/// # Errors
/// A unique violation when the component is waived already.
pub async fn insert(
    tx: &mut Tx,
    person: PersonId,
    year: i32,
    component: Component,
    reason: &str,
    by: (AccountId, &str),
    now: Timestamp,
) -> Result<i64, DbError> {
    let row = tx
        .one(
            sql("insert into target_waiver (person_id, year, component, reason, decided_by, decided_by_name, decided_at)
                 values ($1, $2, $3, $4, $5, $6, $7) returning id")
            .bind(person)
            .bind(year)
            .bind(component.code())
            .bind(reason)
            .bind(by.0)
            .bind(by.1)
            .bind(now),
        )
        .await?;
    row.get("id")
}

/// Takes a waiver back; false when that was done already.
pub async fn revoke(
    tx: &mut Tx,
    id: i64,
    reason: &str,
    by_name: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let touched = tx
        .run(
            sql(
                "update target_waiver set revoked_at = $1, revoked_by_name = $2, revoke_reason = $3
                 where id = $4 and revoked_at is null",
            )
            .bind(now)
            .bind(by_name)
            .bind(reason)
            .bind(id),
        )
        .await?;
    Ok(touched == 1)
}

/// A session of a district's closed training.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Row id.
    pub id: i64,
    /// The district.
    pub unit_id: UnitId,
    /// First day.
    pub starts_on: Date,
    /// Last day.
    pub ends_on: Date,
    /// Remark.
    pub note: Option<String>,
    /// Who entered it.
    pub recorded_by_name: String,
}

/// Sessions that start in a year.
pub async fn sessions(tx: &mut Tx, year: i32) -> Result<Vec<SessionRow>, DbError> {
    let rows = tx
        .all(
            sql("select * from training_session where starts_on >= $1 and starts_on <= $2 order by unit_id, starts_on")
                .bind(format!("{year:04}-01-01"))
                .bind(format!("{year:04}-12-31")),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(SessionRow {
                id: row.get("id")?,
                unit_id: row.get("unit_id")?,
                starts_on: row.get("starts_on")?,
                ends_on: row.get("ends_on")?,
                note: row.get("note")?,
                recorded_by_name: row.get("recorded_by_name")?,
            })
        })
        .collect()
}

/// Stores a session.
pub async fn insert_session(
    tx: &mut Tx,
    unit: UnitId,
    days: (Date, Date),
    note: Option<&str>,
    by_name: &str,
    now: Timestamp,
) -> Result<i64, DbError> {
    let row = tx
        .one(
            sql("insert into training_session (unit_id, starts_on, ends_on, note, recorded_by_name, recorded_at)
                 values ($1, $2, $3, $4, $5, $6) returning id")
            .bind(unit)
            .bind(days.0)
            .bind(days.1)
            .bind(note)
            .bind(by_name)
            .bind(now),
        )
        .await?;
    row.get("id")
}

/// Moves a session to other days; false when it is not there.
pub async fn move_session(tx: &mut Tx, id: i64, days: (Date, Date)) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql("update training_session set starts_on = $1, ends_on = $2 where id = $3")
                .bind(days.0)
                .bind(days.1)
                .bind(id),
        )
        .await?
        == 1)
}

/// Removes a session of a district; gives its first day, none when it is not there.
pub async fn remove_session(tx: &mut Tx, id: i64, unit: UnitId) -> Result<Option<Date>, DbError> {
    tx.opt(
        sql("delete from training_session where id = $1 and unit_id = $2 returning starts_on")
            .bind(id)
            .bind(unit),
    )
    .await?
    .map(|row| row.get("starts_on"))
    .transpose()
}

/// A reading of a training file.
#[derive(Debug, Clone)]
pub struct ReadingRow {
    /// When.
    pub read_at: Timestamp,
    /// Who.
    pub read_by_name: String,
    /// For what.
    pub purpose: String,
}

/// Logs a reading.
pub async fn log_reading(
    tx: &mut Tx,
    person: PersonId,
    year: i32,
    by: (AccountId, &str),
    purpose: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(
        sql("insert into training_file_reading (person_id, year, read_by, read_by_name, purpose, read_at)
             values ($1, $2, $3, $4, $5, $6)")
        .bind(person)
        .bind(year)
        .bind(by.0)
        .bind(by.1)
        .bind(purpose)
        .bind(now),
    )
    .await?;
    Ok(())
}

/// The newest readings of a person's file.
pub async fn readings(tx: &mut Tx, person: PersonId) -> Result<Vec<ReadingRow>, DbError> {
    let rows = tx
        .all(
            sql("select * from training_file_reading where person_id = $1 order by read_at desc, id desc limit 50")
                .bind(person),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(ReadingRow {
                read_at: row.get("read_at")?,
                read_by_name: row.get("read_by_name")?,
                purpose: row.get("purpose")?,
            })
        })
        .collect()
}
