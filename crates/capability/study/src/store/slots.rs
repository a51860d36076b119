//! Many slots at once: for the grid, lists, figures, and the lock.

use chengzhi_db::{DbError, Tx, sql};
use chengzhi_kernel::{Month, RecordId, Timestamp, UnitId};
use chengzhi_reporting::state_of;

use super::records::Record;
use crate::domain::state::State;

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
