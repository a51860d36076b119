//! Many rows at once, for whole stories.

use chengzhi_db::{Arg, DbError, Tx, sql};
use chengzhi_kernel::{Month, RecordId, UnitId};

/// Rows of bound arguments.
pub type Rows = Vec<Vec<Arg>>;

/// Inserts rows.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn records(tx: &mut Tx, rows: Rows) -> Result<u64, DbError> {
    tx.insert_many(
        "insert into study_record (unit_id, for_month, state, version, held_on, start_time, minutes,
           place, speaker, topic, content, filmed, film_place, notes, attended, expected, round,
           first_submitted_at, reviewer_unit_id, passed_up, decided_at, reviewed_late, created_at)",
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
        "insert into study_touch (record_id, account_id, reviewer)",
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
        "insert into study_hand_in (record_id, seq, round, submitted_at, submitted_by,
           submitted_by_name, digest, content, review_due_at, reviewer_unit_id, outcome, decided_at,
           decided_by, decided_by_name, decided_home_unit_id, working_days, reason_code, note)",
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
        "insert into study_event (record_id, at, by_id, by_name, event, round, reason_code, note)",
        "",
        rows,
    )
    .await
}

/// Inserts rows.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn photos(tx: &mut Tx, rows: Rows) -> Result<u64, DbError> {
    tx.insert_many(
        "insert into study_photo (record_id, hash, name, added_at, added_by, added_by_name)",
        "on conflict do nothing",
        rows,
    )
    .await
}

/// Records of a month by unit.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn ids_of_month(tx: &mut Tx, month: Month) -> Result<Vec<(UnitId, RecordId)>, DbError> {
    let rows = tx
        .all(sql("select id, unit_id from study_record where for_month = $1").bind(month))
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("unit_id")?, row.get("id")?)))
        .collect()
}

/// A photo with its record, hash and look.
pub type Looked = (i64, RecordId, String, Option<i64>);

/// All photos that stand, with their looks.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn looks(tx: &mut Tx) -> Result<Vec<Looked>, DbError> {
    let rows = tx
        .all(sql(
            "select p.id, p.record_id, p.hash, f.look from study_photo p
             join stored_file f on f.hash = p.hash where p.removed_at is null order by p.id",
        ))
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.get("id")?,
                row.get("record_id")?,
                row.get("hash")?,
                row.get("look")?,
            ))
        })
        .collect()
}
