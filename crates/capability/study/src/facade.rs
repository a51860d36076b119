//! What other capabilities and the binary may ask of monthly study.

pub use crate::domain::session::{Attendee, Mark, Session};
pub use crate::domain::snapshot::{Content, PhotoRef};
pub use crate::domain::stats::Outcome;
pub use crate::domain::window::MonthWindow;
pub use crate::usecase::bulk::{
    BulkDecision, BulkRecord, BulkReport, BulkRound, BulkTask, Doer, bulk_records, bulk_tasks,
};
pub use crate::usecase::lock::{LOCK_JOB, lock_due, lock_handler};
pub use crate::usecase::makeups::{MakeupInput, add as add_makeup};
pub use crate::usecase::todo::{Block, TodoItem, todo};
pub use chengzhi_reporting::Swept;

/// Commands by a caller's context, as the handlers use them.
pub mod commands {
    pub use crate::usecase::correct::{Correction, correct};
    pub use crate::usecase::photos::{add as add_photo, remove as remove_photo};
    pub use crate::usecase::review::{
        Complaint, confirm, open as open_review, pass_up, reject, release, send_back,
    };
    pub use crate::usecase::save::{SaveInput, save};
    pub use crate::usecase::submit::{submit, withdraw};
    pub use crate::usecase::tasks::put as put_task;
}

/// Queries by a caller's context, as the handlers use them.
pub mod queries {
    pub use crate::usecase::grid::{GridOut, Level, grid};
    pub use crate::usecase::list::{Filter, RecordRowOut, list, queue};
    pub use crate::usecase::record_out::RecordOut;
    pub use crate::usecase::record_view::view;
    pub use crate::usecase::stats::{StatsOut, statistics};
}

pub use crate::domain::makeup::Makeup;

use std::sync::Arc;

use chengzhi_db::Tx;
use chengzhi_files::{FileStore, PhotoLimits, StoreError, read_photo, register};
use chengzhi_http::{Problem, Unknown};
use chengzhi_kernel::{Month, WorkCalendar};

use crate::usecase::policy::YearRules;

/// The dates of a month by the rules of its year.
///
/// # Errors
/// 409 without rules or calendar.
pub async fn month_window(
    tx: &mut Tx,
    calendar: &Arc<WorkCalendar>,
    month: Month,
) -> Result<MonthWindow, Problem> {
    Ok(YearRules::of_city(tx, calendar, month.year())
        .await?
        .month(month)?
        .window)
}

/// Stores a photo's content and names it in the database, for [`bulk_records`]. Gives its hash.
///
/// # Errors
/// 422 for what is no photo; 500 from disk or engine.
pub async fn store_photo(
    tx: &mut Tx,
    files: &FileStore,
    content: &[u8],
) -> Result<String, Problem> {
    let (facts, _) = read_photo(content, PhotoLimits::default())
        .map_err(|error| Problem::field("file", error.to_string()))?;
    let stored = files
        .put(content)
        .await
        .map_err(|error: StoreError| Unknown::log(&error))?;
    register(tx, &stored, &facts).await?;
    Ok(stored.hash.as_str().to_owned())
}

/// Checks what must hold between the tables at any time. Gives one Chinese sentence for each break;
/// empty when all is well.
///
/// # Errors
/// 500 from the engine.
pub async fn verify(tx: &mut Tx) -> Result<Vec<String>, Problem> {
    Ok(crate::store::checks::verify(tx).await?)
}

/// Confirmed records of a year with the number of people who attended.
///
/// # Errors
/// [`chengzhi_db::DbError`] from the engine.
pub async fn confirmed_attendance(
    tx: &mut Tx,
    year: i32,
) -> Result<Vec<(chengzhi_kernel::RecordId, i64)>, chengzhi_db::DbError> {
    crate::store::records::confirmed_attendance(tx, year).await
}

/// Who attended what when, by the confirmed records of a year.
///
/// # Errors
/// [`chengzhi_db::DbError`] from the engine.
pub async fn attendances(
    tx: &mut Tx,
    year: i32,
) -> Result<
    Vec<(
        chengzhi_kernel::RecordId,
        chengzhi_kernel::PersonId,
        chengzhi_kernel::Date,
    )>,
    chengzhi_db::DbError,
> {
    crate::store::checks::attendances(tx, year).await
}
