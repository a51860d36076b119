//! Deferrals and exemptions.

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::{AccountId, Date, PersonId, Timestamp, UnitId};

use super::word;
use crate::domain::waiver::{Kind, WaiverState};

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Row id; 0 for a new one.
    pub id: i64,
    /// Person.
    pub person_id: PersonId,
    /// His unit of then.
    pub unit_id: UnitId,
    /// 工号.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Year.
    pub year: i32,
    /// Kind.
    pub kind: Kind,
    /// Code of the reason.
    pub reason: String,
    /// Circumstances; may tell of illness.
    pub note: String,
    /// Last day of a deferral.
    pub until: Option<Date>,
    /// State.
    pub state: WaiverState,
    /// Asked for when.
    pub requested_at: Timestamp,
    /// By which account.
    pub requested_by: AccountId,
    /// By whom.
    pub requested_by_name: String,
    /// Decided when.
    pub decided_at: Option<Timestamp>,
    /// By whom.
    pub decided_by_name: Option<String>,
    /// Why.
    pub decide_note: Option<String>,
    /// Grows with every change.
    pub version: i64,
}

fn waiver(row: &Row) -> Result<Waiver, DbError> {
    Ok(Waiver {
        id: row.get("id")?,
        person_id: row.get("person_id")?,
        unit_id: row.get("unit_id")?,
        staff_no: row.get("staff_no")?,
        name: row.get("name")?,
        year: row.get("year")?,
        kind: word(row, "kind", Kind::from_code)?,
        reason: row.get("reason")?,
        note: row.get("note")?,
        until: row.get("until_on")?,
        state: word(row, "state", WaiverState::from_code)?,
        requested_at: row.get("requested_at")?,
        requested_by: row.get("requested_by")?,
        requested_by_name: row.get("requested_by_name")?,
        decided_at: row.get("decided_at")?,
        decided_by_name: row.get("decided_by_name")?,
        decide_note: row.get("decide_note")?,
        version: row.get("version")?,
    })
}

/// Those that a condition on `w` names: open ones first, then newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn all(tx: &mut Tx, condition: &str) -> Result<Vec<Waiver>, DbError> {
    tx.all(sql(format!(
        "select w.* from fitness_waiver w where {condition}
         order by case when w.state = 'requested' then 0 else 1 end, w.id desc limit 2000"
    )))
    .await?
    .iter()
    .map(waiver)
    .collect()
}

/// Asks. None when one is open or granted for the year.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(tx: &mut Tx, new: &Waiver) -> Result<Option<i64>, DbError> {
    tx.opt(
        sql(
            "insert into fitness_waiver (person_id, unit_id, staff_no, name, year, kind, reason, note,
               until_on, state, requested_at, requested_by, requested_by_name)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'requested', $10, $11, $12)
             on conflict do nothing returning id",
        )
        .bind(new.person_id)
        .bind(new.unit_id)
        .bind(&new.staff_no)
        .bind(&new.name)
        .bind(new.year)
        .bind(new.kind.code())
        .bind(&new.reason)
        .bind(&new.note)
        .bind(new.until)
        .bind(new.requested_at)
        .bind(new.requested_by)
        .bind(&new.requested_by_name),
    )
    .await?
    .map(|row| row.get("id"))
    .transpose()
}

/// Decides. False when somebody was faster.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn decide(
    tx: &mut Tx,
    row: &Waiver,
    state: WaiverState,
    by: &str,
    note: Option<&str>,
    now: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql(
                "update fitness_waiver set state = $1, decided_at = $2, decided_by_name = $3,
                   decide_note = $4, version = version + 1 where id = $5 and version = $6",
            )
            .bind(state.code())
            .bind(now)
            .bind(by)
            .bind(note.map(str::to_owned))
            .bind(row.id)
            .bind(row.version),
        )
        .await?
        == 1)
}
