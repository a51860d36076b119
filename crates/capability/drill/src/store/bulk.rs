//! Many rows at once, for whole stories.

use std::collections::HashMap;

use chengzhi_db::{Arg, DbError, Tx, int_list, sql};
use chengzhi_kernel::{Month, RecordId};

use super::records::slot_of;
use crate::domain::half::SlotKey;

/// Rows of bound arguments.
pub type Rows = Vec<Vec<Arg>>;

/// Inserts rows.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn records(tx: &mut Tx, rows: Rows) -> Result<u64, DbError> {
    tx.insert_many(
        "insert into drill_record (unit_id, for_month, half, state, version, round,
           first_submitted_at, first_counted_at, reviewer_unit_id, decided_at, reviewed_late,
           created_at)",
        "",
        rows,
    )
    .await
}

/// Inserts rows.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn sessions(tx: &mut Tx, rows: Rows) -> Result<u64, DbError> {
    tx.insert_many(
        "insert into drill_session (record_id, held_on, start_time, minutes, place, instructor,
           subjects, rest_times, rest_minutes, notes, created_at)",
        "",
        rows,
    )
    .await
}

/// Inserts rows.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn touches(tx: &mut Tx, rows: Rows) -> Result<u64, DbError> {
    tx.insert_many(
        "insert into drill_touch (record_id, account_id, reviewer)",
        "",
        rows,
    )
    .await
}

/// Inserts rows.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn hand_ins(tx: &mut Tx, rows: Rows) -> Result<u64, DbError> {
    tx.insert_many(
        "insert into drill_hand_in (record_id, seq, round, submitted_at, submitted_by,
           submitted_by_name, content, digest, review_due_at, review_late_at, reviewer_unit_id,
           outcome, decided_at, decided_by, decided_by_name, decided_home_unit_id, working_days,
           reason_code, note, checks)",
        "",
        rows,
    )
    .await
}

/// Inserts rows.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn events(tx: &mut Tx, rows: Rows) -> Result<u64, DbError> {
    tx.insert_many(
        "insert into drill_event (record_id, at, by_id, by_name, event, round, reason_code, note)",
        "",
        rows,
    )
    .await
}

/// Records of a month by slot.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn ids_of_month(tx: &mut Tx, month: Month) -> Result<Vec<(SlotKey, RecordId)>, DbError> {
    let rows = tx
        .all(
            sql("select id, unit_id, for_month, half from drill_record where for_month = $1")
                .bind(month),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((slot_of(row)?, row.get("id")?)))
        .collect()
}

/// Session rows of records that have one session each.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn session_ids(
    tx: &mut Tx,
    records: &[RecordId],
) -> Result<HashMap<RecordId, i64>, DbError> {
    let list = int_list(records.iter().map(|id| id.get()));
    let rows = tx
        .all(sql(format!(
            "select id, record_id from drill_session where record_id in {list} order by id"
        )))
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("record_id")?, row.get("id")?)))
        .collect()
}
