//! The record of a slot.

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::{RecordId, Timestamp, UnitId};
use chengzhi_reporting::{Hold, state_of};

use crate::domain::half::{Half, SlotKey};
use crate::domain::state::State;

/// A stored record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Row id.
    pub id: RecordId,
    /// Squad, month and half.
    pub slot: SlotKey,
    /// As stored; see `domain::window::effective` for what it is now.
    pub state: State,
    /// Grows with every change.
    pub version: i64,
    /// Number of the hand-in, 0 before the first.
    pub round: u32,
    /// First complete hand-in.
    pub first_submitted_at: Option<Timestamp>,
    /// The instant of it that is held against the due date.
    pub first_counted_at: Option<Timestamp>,
    /// Who owes the review.
    pub reviewer: Option<UnitId>,
    /// Passed to the city because the district may not decide.
    pub passed_up: bool,
    /// Who reads it.
    pub hold: Option<Hold>,
    /// When it was confirmed or refused.
    pub decided_at: Option<Timestamp>,
    /// Whether that was late.
    pub reviewed_late: Option<bool>,
}

impl Record {
    /// Reads a row of `drill_record`.
    ///
    /// # Errors
    /// [`DbError::Decode`] when schema and code disagree.
    pub fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Record {
            id: row.get("id")?,
            slot: slot_of(row)?,
            state: state_of(row, "state")?,
            version: row.get("version")?,
            round: row.get("round")?,
            first_submitted_at: row.get("first_submitted_at")?,
            first_counted_at: row.get("first_counted_at")?,
            reviewer: row.get("reviewer_unit_id")?,
            passed_up: row.get("passed_up")?,
            hold: Hold::from_row(row)?,
            decided_at: row.get("decided_at")?,
            reviewed_late: row.get("reviewed_late")?,
        })
    }
}

/// Reads the columns of a slot.
pub(super) fn slot_of(row: &Row) -> Result<SlotKey, DbError> {
    Ok(SlotKey {
        unit: row.get("unit_id")?,
        month: row.get("for_month")?,
        half: Half::from_number(row.get("half")?).ok_or_else(|| DbError::Decode {
            column: "half".to_owned(),
            wanted: "half",
        })?,
    })
}

/// The record of a slot, for reading.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn find(tx: &mut Tx, slot: SlotKey) -> Result<Option<Record>, DbError> {
    tx.opt(
        sql("select * from drill_record where unit_id = $1 and for_month = $2 and half = $3")
            .bind(slot.unit)
            .bind(slot.month)
            .bind(slot.half.number()),
    )
    .await?
    .as_ref()
    .map(Record::from_row)
    .transpose()
}

/// The record of a slot, for changing: the row stays locked until the transaction ends, so that of
/// two commands the second sees what the first did.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take(tx: &mut Tx, slot: SlotKey) -> Result<Option<Record>, DbError> {
    tx.opt(
        sql("update drill_record set version = version
             where unit_id = $1 and for_month = $2 and half = $3 returning *")
        .bind(slot.unit)
        .bind(slot.month)
        .bind(slot.half.number()),
    )
    .await?
    .as_ref()
    .map(Record::from_row)
    .transpose()
}

/// Starts the record of a slot.
///
/// # Errors
/// [`DbError`]; a unique violation when somebody was faster.
pub async fn create(tx: &mut Tx, slot: SlotKey, now: Timestamp) -> Result<Record, DbError> {
    let row = tx
        .one(
            sql(
                "insert into drill_record (unit_id, for_month, half, state, created_at)
                 values ($1, $2, $3, 'draft', $4) returning *",
            )
            .bind(slot.unit)
            .bind(slot.month)
            .bind(slot.half.number())
            .bind(now),
        )
        .await?;
    Record::from_row(&row)
}

/// Writes a record back as its next version. The caller holds it by [`take`] or [`create`].
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put(tx: &mut Tx, record: &mut Record) -> Result<(), DbError> {
    record.version += 1;
    let hold = record.hold.clone();
    tx.run(
        sql(
            "update drill_record set state = $1, version = $2, round = $3, first_submitted_at = $4,
               reviewer_unit_id = $5, passed_up = $6, held_by = $7, held_by_name = $8,
               held_until = $9, decided_at = $10, reviewed_late = $11, first_counted_at = $12
             where id = $13",
        )
        .bind(record.state.code())
        .bind(record.version)
        .bind(record.round)
        .bind(record.first_submitted_at)
        .bind(record.reviewer)
        .bind(record.passed_up)
        .bind(hold.as_ref().map(|h| h.by))
        .bind(hold.as_ref().map(|h| h.name.clone()))
        .bind(hold.as_ref().map(|h| h.until))
        .bind(record.decided_at)
        .bind(record.reviewed_late)
        .bind(record.first_counted_at)
        .bind(record.id),
    )
    .await?;
    Ok(())
}

/// The slot of a record.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn slot_by_id(tx: &mut Tx, record: RecordId) -> Result<Option<SlotKey>, DbError> {
    tx.opt(sql("select unit_id, for_month, half from drill_record where id = $1").bind(record))
        .await?
        .as_ref()
        .map(slot_of)
        .transpose()
}
