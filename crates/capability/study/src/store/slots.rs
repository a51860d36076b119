//! Many slots at once: for the grid, lists, figures, and the lock.

use chengzhi_db::{DbError, Tx, sql};
use chengzhi_kernel::{Month, RecordId, Timestamp, UnitId};

use super::records::{Record, state_of};
use crate::domain::state::State;
use crate::domain::stats::{HandIn, Outcome};

/// The months of a year as text bounds.
fn bounds(year: i32) -> (String, String) {
    (format!("{year:04}-01"), format!("{year:04}-12"))
}

/// Records of a year; `units` is a condition on `r.unit_id`.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_year(tx: &mut Tx, year: i32, units: &str) -> Result<Vec<Record>, DbError> {
    let (from, to) = bounds(year);
    let rows = tx
        .all(
            sql(format!(
                "select r.* from study_record r
                 where r.for_month >= $1 and r.for_month <= $2 and {units}
                 order by r.unit_id, r.for_month"
            ))
            .bind(from)
            .bind(to),
        )
        .await?;
    rows.iter().map(Record::from_row).collect()
}

/// Records that wait for a review by one of the units in `reviewers` (a condition on
/// `r.reviewer_unit_id`), of any month; `units` is a condition on `r.unit_id`.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn waiting(tx: &mut Tx, reviewers: &str, units: &str) -> Result<Vec<Record>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select r.* from study_record r
             where r.state in ('submitted', 'under_review', 'locked_pending')
               and {reviewers} and {units}
             order by r.for_month, r.id"
        )))
        .await?;
    rows.iter().map(Record::from_row).collect()
}

/// Hand-ins of a year's records with their record; `units` is a condition on `r.unit_id`.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn hand_ins_of_year(
    tx: &mut Tx,
    year: i32,
    units: &str,
) -> Result<Vec<(RecordId, HandIn)>, DbError> {
    let (from, to) = bounds(year);
    let rows = tx
        .all(
            sql(format!(
                "select h.record_id, h.reviewer_unit_id, h.submitted_at, h.review_due_at, h.outcome,
                        h.decided_at, h.reason_code, h.working_days
                 from study_hand_in h join study_record r on r.id = h.record_id
                 where r.for_month >= $1 and r.for_month <= $2 and {units}
                 order by h.record_id, h.seq"
            ))
            .bind(from)
            .bind(to),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let hand_in = HandIn {
                reviewer: row.get("reviewer_unit_id")?,
                submitted_at: row.get("submitted_at")?,
                late_from: row.get("review_due_at")?,
                outcome: row
                    .get::<Option<String>>("outcome")?
                    .and_then(|code| Outcome::from_code(&code)),
                decided_at: row.get("decided_at")?,
                reason: row.get("reason_code")?,
                working_days: row.get("working_days")?,
            };
            Ok((row.get("record_id")?, hand_in))
        })
        .collect()
}

/// When each open hand-in of a list of records must be reviewed.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn open_review_dues(
    tx: &mut Tx,
    records: &[RecordId],
) -> Result<Vec<(RecordId, Timestamp)>, DbError> {
    let list = chengzhi_db::int_list(records.iter().map(|id| id.get()));
    let rows = tx
        .all(sql(format!(
            "select record_id, review_due_at from study_hand_in where outcome is null and record_id in {list}"
        )))
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("record_id")?, row.get("review_due_at")?)))
        .collect()
}

/// Takes a month for its sweep. False when it was swept already; a second process waits here and
/// then finds it done.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take_month(
    tx: &mut Tx,
    month: Month,
    lock_at: Timestamp,
    now: Timestamp,
) -> Result<bool, DbError> {
    let taken = tx
        .run(
            sql(
                "insert into study_month_lock (for_month, locked_at, swept_at) values ($1, $2, $3)
                 on conflict (for_month) do nothing",
            )
            .bind(month)
            .bind(lock_at)
            .bind(now),
        )
        .await?;
    Ok(taken == 1)
}

/// Months whose slots have all been locked.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn swept_months(tx: &mut Tx) -> Result<Vec<Month>, DbError> {
    let rows = tx
        .all(sql(
            "select for_month from study_month_lock order by for_month",
        ))
        .await?;
    rows.iter().map(|row| row.get("for_month")).collect()
}

/// State of every stored slot of a month, locked against other writers.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take_states(
    tx: &mut Tx,
    month: Month,
) -> Result<Vec<(RecordId, UnitId, State, u32)>, DbError> {
    let rows = tx
        .all(
            sql(
                "update study_record set version = version where for_month = $1
                 returning id, unit_id, state, round",
            )
            .bind(month),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.get("id")?,
                row.get("unit_id")?,
                state_of(row, "state")?,
                row.get("round")?,
            ))
        })
        .collect()
}

/// Moves a stored slot into its locked state and ends any hold.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn lock_slot(tx: &mut Tx, record: RecordId, state: State) -> Result<(), DbError> {
    tx.run(
        sql(
            "update study_record set state = $1, version = version + 1, held_by = null,
               held_by_name = null, held_until = null
             where id = $2",
        )
        .bind(state.code())
        .bind(record),
    )
    .await?;
    Ok(())
}

/// Stores a slot that nobody ever opened as missed or exempt. None when somebody stored it first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert_locked(
    tx: &mut Tx,
    unit: UnitId,
    month: Month,
    state: State,
    lock_at: Timestamp,
) -> Result<Option<RecordId>, DbError> {
    let row = tx
        .opt(
            sql("insert into study_record (unit_id, for_month, state, created_at) values ($1, $2, $3, $4)
                 on conflict (unit_id, for_month) do nothing returning id")
            .bind(unit)
            .bind(month)
            .bind(state.code())
            .bind(lock_at),
        )
        .await?;
    row.map(|row| row.get("id")).transpose()
}

const START_KEY: &str = "study.start_month";

/// The first month that units owe here: the one in which the system was taken into use. Months
/// before it were reported elsewhere.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn start_month(tx: &mut Tx) -> Result<Option<Month>, DbError> {
    let row = tx
        .opt(sql("select value from setting where key = $1").bind(START_KEY))
        .await?;
    match row {
        Some(row) => Ok(Some(row.get("value")?)),
        None => Ok(None),
    }
}

/// Sets the first month if none is set, or moves it to an earlier one.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn start_by(tx: &mut Tx, month: Month) -> Result<(), DbError> {
    tx.run(
        sql("insert into setting (key, value) values ($1, $2)
             on conflict (key) do update set value = excluded.value where setting.value > excluded.value")
        .bind(START_KEY)
        .bind(month),
    )
    .await?;
    Ok(())
}
