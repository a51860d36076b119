//! What other capabilities and the binary may ask of monthly study.

pub use crate::domain::session::{Attendee, Mark, Session};
pub use crate::domain::snapshot::{Content, PhotoRef};
pub use crate::domain::stats::Outcome;
pub use crate::domain::window::MonthWindow;
pub use crate::usecase::bulk::{
    BulkDecision, BulkRecord, BulkReport, BulkRound, BulkTask, Doer, bulk_records, bulk_tasks,
};
pub use crate::usecase::lock::{LOCK_JOB, Swept, lock_due, lock_handler};
pub use crate::usecase::makeups::{MakeupInput, add as add_makeup};
pub use crate::usecase::todo::{Block, TodoItem, todo};

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
    pub use crate::usecase::record_view::{RecordOut, view};
    pub use crate::usecase::stats::{StatsOut, statistics};
}

pub use crate::domain::makeup::Makeup;

use std::sync::Arc;

use chengzhi_db::{Tx, int_list, sql};
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
    Ok(YearRules::load(tx, calendar, month.year())
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
    const CHECKS: &[(&str, &str)] = &[
        (
            "已通过的记录没有通过的提交",
            "select r.id from study_record r where r.state = 'confirmed' and not exists
               (select 1 from study_hand_in h where h.record_id = r.id and h.outcome = 'confirmed')",
        ),
        (
            "待审的记录没有未决的提交",
            "select r.id from study_record r
             where r.state in ('submitted', 'under_review', 'locked_pending') and not exists
               (select 1 from study_hand_in h where h.record_id = r.id and h.outcome is null)",
        ),
        (
            "不在审核中的记录有未决的提交",
            "select r.id from study_record r join study_hand_in h on h.record_id = r.id
             where h.outcome is null
               and r.state not in ('submitted', 'under_review', 'locked_pending')",
        ),
        (
            "已锁定月份仍有未锁定的记录",
            "select r.id from study_record r join study_month_lock l on l.for_month = r.for_month
             where r.state in ('draft', 'submitted', 'under_review', 'returned')",
        ),
        (
            "首次提交时间与提交记录不符",
            "select r.id from study_record r
             join study_hand_in h on h.record_id = r.id and h.seq = 1 and h.round = 1
             where (h.outcome is null or h.outcome <> 'withdrawn')
               and (r.first_submitted_at is null or r.first_submitted_at <> h.submitted_at)",
        ),
        (
            "填报人审核了自己的记录",
            "select h.record_id as id from study_hand_in h
             join study_touch t on t.record_id = h.record_id and t.account_id = h.decided_by
             where h.outcome in ('confirmed', 'returned', 'rejected')",
        ),
        (
            "审核人审核了本单位的记录",
            "select h.record_id as id from study_hand_in h
             join study_record r on r.id = h.record_id and r.unit_id = h.decided_home_unit_id
             where h.outcome in ('confirmed', 'returned', 'rejected')",
        ),
        (
            "出勤人数与名单不符",
            "select r.id from study_record r
             where r.attended <> (select count(*) from study_attendance a
                                  where a.record_id = r.id and a.present = 1)",
        ),
        (
            "审核时间早于提交时间",
            "select h.record_id as id from study_hand_in h where h.decided_at < h.submitted_at",
        ),
        (
            "已通过的记录没有学习日期或不在当月",
            "select r.id from study_record r where r.state = 'confirmed'
               and (r.held_on is null or substr(r.held_on, 1, 7) <> r.for_month)",
        ),
    ];
    let mut broken = Vec::new();
    for (name, text) in CHECKS {
        let rows = tx.all(sql(*text)).await?;
        if rows.is_empty() {
            continue;
        }
        let mut ids = Vec::new();
        for row in rows.iter().take(5) {
            ids.push(row.get::<i64>("id")?);
        }
        broken.push(format!("{name}：{}处，如记录{}", rows.len(), int_list(ids)));
    }
    Ok(broken)
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
