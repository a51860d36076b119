//! Tests.

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::{Date, Timestamp, UnitId};

use super::word;
use crate::domain::state::State;

/// A test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// Row id.
    pub id: i64,
    /// Bureau that holds it.
    pub unit_id: UnitId,
    /// Year it counts for.
    pub year: i32,
    /// Title.
    pub title: String,
    /// Held apart from a class (B-33).
    pub separate: bool,
    /// Class that it belongs to.
    pub class_id: Option<i64>,
    /// Why it is held apart.
    pub reason: String,
    /// Day.
    pub planned_on: Date,
    /// Where.
    pub place: String,
    /// State.
    pub state: State,
    /// `shipped:2021` or `own:3` since the first figure.
    pub standard: Option<String>,
    /// Why it was called off.
    pub cancel_reason: Option<String>,
    /// First figure.
    pub held_at: Option<Timestamp>,
    /// Results handed in.
    pub results_in_at: Option<Timestamp>,
    /// By whom.
    pub results_in_by_name: Option<String>,
    /// Grows with every change of the row.
    pub version: i64,
    /// Who entered it.
    pub created_by_name: String,
}

fn test(row: &Row) -> Result<Test, DbError> {
    let kind: String = row.get("kind")?;
    Ok(Test {
        id: row.get("id")?,
        unit_id: row.get("unit_id")?,
        year: row.get("year")?,
        title: row.get("title")?,
        separate: kind == "separate",
        class_id: row.get("class_id")?,
        reason: row.get("reason")?,
        planned_on: row.get("planned_on")?,
        place: row.get("place")?,
        state: word(row, "state", State::from_code)?,
        standard: row.get("standard")?,
        cancel_reason: row.get("cancel_reason")?,
        held_at: row.get("held_at")?,
        results_in_at: row.get("results_in_at")?,
        results_in_by_name: row.get("results_in_by_name")?,
        version: row.get("version")?,
        created_by_name: row.get("created_by_name")?,
    })
}

/// Those that a condition on `t` names, latest day first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn all(tx: &mut Tx, condition: &str) -> Result<Vec<Test>, DbError> {
    tx.all(sql(format!(
        "select t.* from fitness_test t where {condition} order by t.planned_on desc, t.id desc limit 500"
    )))
    .await?
    .iter()
    .map(test)
    .collect()
}

/// One by its id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Test>, DbError> {
    Ok(all(tx, &format!("t.id = {id}")).await?.pop())
}

/// One, held for this transaction: whoever else writes to it waits.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<Test>, DbError> {
    tx.run(sql("update fitness_test set version = version where id = $1").bind(id))
        .await?;
    by_id(tx, id).await
}

/// The standing test of a class.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_class(tx: &mut Tx, class: i64) -> Result<Option<Test>, DbError> {
    Ok(all(
        tx,
        &format!("t.class_id = {class} and t.state <> 'cancelled'"),
    )
    .await?
    .pop())
}

/// Stores a new one; its id is not read. None when its class has one already.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(tx: &mut Tx, new: &Test, now: Timestamp) -> Result<Option<i64>, DbError> {
    tx.opt(
        sql(
            "insert into fitness_test (unit_id, year, title, kind, class_id, reason, planned_on,
               place, state, created_at, created_by_name)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             on conflict do nothing returning id",
        )
        .bind(new.unit_id)
        .bind(new.year)
        .bind(&new.title)
        .bind(if new.separate { "separate" } else { "class" })
        .bind(new.class_id)
        .bind(&new.reason)
        .bind(new.planned_on)
        .bind(&new.place)
        .bind(new.state.code())
        .bind(now)
        .bind(&new.created_by_name),
    )
    .await?
    .map(|row| row.get("id"))
    .transpose()
}

/// Stores what may change; the row was taken before.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put(tx: &mut Tx, row: &Test) -> Result<(), DbError> {
    tx.run(
        sql(
            "update fitness_test set title = $1, reason = $2, planned_on = $3, place = $4, state = $5,
               standard = $6, cancel_reason = $7, held_at = $8, results_in_at = $9,
               results_in_by_name = $10, year = $11, version = version + 1 where id = $12",
        )
        .bind(&row.title)
        .bind(&row.reason)
        .bind(row.planned_on)
        .bind(&row.place)
        .bind(row.state.code())
        .bind(row.standard.clone())
        .bind(row.cancel_reason.clone())
        .bind(row.held_at)
        .bind(row.results_in_at)
        .bind(row.results_in_by_name.clone())
        .bind(row.year)
        .bind(row.id),
    )
    .await?;
    Ok(())
}
