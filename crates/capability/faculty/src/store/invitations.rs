//! Invitations to teach.

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::{AccountId, Timestamp, UnitId};

use super::word;
use crate::domain::instructor::Answered;

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Row id.
    pub id: i64,
    /// Who asks.
    pub unit_id: UnitId,
    /// Who is asked.
    pub instructor_id: i64,
    /// From.
    pub starts_at: Timestamp,
    /// Until, not included.
    pub ends_at: Timestamp,
    /// What about.
    pub topic: String,
    /// Where.
    pub place: String,
    /// Anything else.
    pub note: String,
    /// State.
    pub state: Answered,
    /// His words.
    pub answer: String,
    /// When he answered.
    pub answered_at: Option<Timestamp>,
    /// When he was asked.
    pub asked_at: Timestamp,
    /// Who asked.
    pub asked_by_name: String,
}

fn invitation(row: &Row) -> Result<Invitation, DbError> {
    Ok(Invitation {
        id: row.get("id")?,
        unit_id: row.get("unit_id")?,
        instructor_id: row.get("instructor_id")?,
        starts_at: row.get("starts_at")?,
        ends_at: row.get("ends_at")?,
        topic: row.get("topic")?,
        place: row.get("place")?,
        note: row.get("note")?,
        state: word(row, "state", Answered::from_code)?,
        answer: row.get("answer")?,
        answered_at: row.get("answered_at")?,
        asked_at: row.get("asked_at")?,
        asked_by_name: row.get("asked_by_name")?,
    })
}

/// Invitations that a condition on `v` names, the coming ones first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn all(tx: &mut Tx, condition: &str) -> Result<Vec<Invitation>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select v.* from faculty_invitation v where {condition}
             order by case v.state when 'waiting' then 0 when 'accepted' then 1 else 2 end,
               v.starts_at desc, v.id desc limit 500"
        )))
        .await?;
    rows.iter().map(invitation).collect()
}

/// One, for changing: the row stays locked until the transaction ends.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<Invitation>, DbError> {
    tx.opt(sql("update faculty_invitation set state = state where id = $1 returning *").bind(id))
        .await?
        .as_ref()
        .map(invitation)
        .transpose()
}

/// Stores a new one.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    new: &Invitation,
    by: AccountId,
    now: Timestamp,
) -> Result<i64, DbError> {
    let row = tx
        .one(
            sql("insert into faculty_invitation (unit_id, instructor_id, starts_at, ends_at, topic, place,
                   note, state, asked_at, asked_by, asked_by_name)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id")
            .bind(new.unit_id)
            .bind(new.instructor_id)
            .bind(new.starts_at)
            .bind(new.ends_at)
            .bind(&new.topic)
            .bind(&new.place)
            .bind(&new.note)
            .bind(new.state.code())
            .bind(now)
            .bind(by)
            .bind(&new.asked_by_name),
        )
        .await?;
    row.get("id")
}

/// Answers one, or takes it back.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn answer(
    tx: &mut Tx,
    id: i64,
    state: Answered,
    text: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(
        sql(
            "update faculty_invitation set state = $1, answer = $2, answered_at = $3 where id = $4",
        )
        .bind(state.code())
        .bind(text)
        .bind(now)
        .bind(id),
    )
    .await?;
    Ok(())
}
