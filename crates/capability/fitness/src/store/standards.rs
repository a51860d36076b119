//! Bureaus' own standards.

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::{Date, Timestamp, UnitId};
use chengzhi_rules::fitness::FitnessStandard;

use super::unknown;

/// A stored standard.
#[derive(Debug, Clone)]
pub struct Own {
    /// Row id.
    pub id: i64,
    /// Bureau.
    pub unit_id: UnitId,
    /// All of it.
    pub body: FitnessStandard,
    /// Why it was withdrawn, if it was.
    pub withdraw_reason: Option<String>,
}

fn own(row: &Row) -> Result<Own, DbError> {
    let body: String = row.get("body")?;
    Ok(Own {
        id: row.get("id")?,
        unit_id: row.get("unit_id")?,
        body: serde_json::from_str(&body).map_err(|_| unknown("body"))?,
        withdraw_reason: row.get("withdraw_reason")?,
    })
}

/// Those that a condition on `s` names, newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn all(tx: &mut Tx, condition: &str) -> Result<Vec<Own>, DbError> {
    tx.all(sql(format!(
        "select s.* from fitness_standard s where {condition} order by s.valid_from desc, s.id desc limit 200"
    )))
    .await?
    .iter()
    .map(own)
    .collect()
}

/// One by its id, also when withdrawn.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Own>, DbError> {
    Ok(all(tx, &format!("s.id = {id}")).await?.pop())
}

/// The newest one of a bureau that is valid on the day.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn valid(tx: &mut Tx, unit: UnitId, on: Date) -> Result<Option<Own>, DbError> {
    tx.opt(
        sql(
            "select * from fitness_standard where unit_id = $1 and valid_from <= $2
               and withdrawn_at is null order by valid_from desc limit 1",
        )
        .bind(unit)
        .bind(on),
    )
    .await?
    .as_ref()
    .map(own)
    .transpose()
}

/// Enters one. None when the bureau has one from that day.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    unit: UnitId,
    body: &FitnessStandard,
    by: &str,
    now: Timestamp,
) -> Result<Option<i64>, DbError> {
    let text = serde_json::to_string(body).map_err(|_| unknown("body"))?;
    tx.opt(
        sql(
            "insert into fitness_standard (unit_id, valid_from, body, created_at, created_by_name)
             values ($1, $2, $3, $4, $5) on conflict do nothing returning id",
        )
        .bind(unit)
        .bind(body.valid_from)
        .bind(text)
        .bind(now)
        .bind(by),
    )
    .await?
    .map(|row| row.get("id"))
    .transpose()
}

/// Withdraws one. False when it is withdrawn already.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn withdraw(
    tx: &mut Tx,
    id: i64,
    (by, reason): (&str, &str),
    now: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql(
                "update fitness_standard set withdrawn_at = $1, withdrawn_by_name = $2,
                   withdraw_reason = $3 where id = $4 and withdrawn_at is null",
            )
            .bind(now)
            .bind(by)
            .bind(reason)
            .bind(id),
        )
        .await?
        == 1)
}
