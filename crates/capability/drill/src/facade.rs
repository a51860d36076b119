//! What other capabilities and the binary may ask of drill.

use chengzhi_db::Tx;
use chengzhi_http::Problem;

pub use crate::domain::exemption::ExemptionState;
pub use crate::domain::film::{CheckState, FilmMark, Severity};
pub use crate::domain::half::{Half, SlotKey};
pub use crate::domain::session::{Attendee, Session};
pub use crate::domain::stats::Outcome;
pub use crate::domain::window::HalfWindow;
pub use crate::store::films::Checked;
pub use crate::usecase::bulk::{
    BulkDecision, BulkRecord, BulkReport, BulkRound, Doer, bulk_records,
};
pub use crate::usecase::checks::{
    FilmToCheck, MOST_TRIES, end as end_check, waiting as films_to_check,
};
pub use crate::usecase::films::{
    FILM_PURPOSE, FilmUpload, FilmUploads, NoUploads, SessionKey, may_upload as may_upload_film,
};
pub use crate::usecase::lock::{LOCK_JOB, lock_due, lock_handler};
pub use crate::usecase::todo::{Block, TodoItem, todo};
pub use chengzhi_reporting::Swept;

/// Commands by a caller's context, as the handlers use them.
pub mod commands {
    pub use crate::domain::checklist::{Answer, Checked as CheckAnswer};
    pub use crate::domain::session::Mark;
    pub use crate::domain::verdict::Item;
    pub use crate::usecase::contests::{ContestInput, TeamInput, save as save_contest};
    pub use crate::usecase::exemptions::{
        ExemptionAct, ExemptionInput, act as decide_exemption, request as request_exemption,
    };
    pub use crate::usecase::films::{attach as attach_film, detach as detach_film};
    pub use crate::usecase::instructors::{InstructorInput, name as name_instructor};
    pub use crate::usecase::notes::{NoteInput, add as add_note};
    pub use crate::usecase::record_out::{DrillRecordOut, DrillSessionOut};
    pub use crate::usecase::record_view::view as record;
    pub use crate::usecase::review::{Complaint, confirm, open as open_review, send_back};
    pub use crate::usecase::save::{SaveInput, SessionInput, save};
    pub use crate::usecase::submit::submit;
}

/// A film as its check left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedFilm {
    /// Where the check stands.
    pub check: CheckState,
    /// Decoded length, milliseconds; none before the check.
    pub duration_ms: Option<i64>,
    /// Its marks by time.
    pub marks: Vec<FilmMark>,
}

/// The films that stand on the sessions of a slot, in the order of the sessions.
///
/// # Errors
/// 500 from the engine.
pub async fn films_of(tx: &mut Tx, slot: SlotKey) -> Result<Vec<CheckedFilm>, Problem> {
    let record = crate::store::records::find(tx, slot).await?;
    let sessions = crate::usecase::case::sessions_of(tx, record.as_ref()).await?;
    Ok(sessions
        .into_iter()
        .filter_map(|session| {
            session.film.map(|film| CheckedFilm {
                check: film.check,
                duration_ms: film.duration_ms,
                marks: session.marks,
            })
        })
        .collect())
}

/// Takes a waiting film for its check. False when another worker did, or it was taken off.
///
/// # Errors
/// [`chengzhi_db::DbError`] from the engine.
pub async fn take_check(tx: &mut Tx, film: i64) -> Result<bool, chengzhi_db::DbError> {
    crate::store::films::take(tx, film).await
}

/// Writes down what a first look told, its length and first marks, while the whole check is still to
/// come or under way. False when it has ended.
///
/// # Errors
/// [`chengzhi_db::DbError`] from the engine.
pub async fn first_look(
    tx: &mut Tx,
    film: i64,
    duration_ms: i64,
    marks: Vec<FilmMark>,
) -> Result<bool, chengzhi_db::DbError> {
    crate::store::films::first_look(tx, film, duration_ms, marks).await
}

/// Puts one film back whose check did not end.
///
/// # Errors
/// [`chengzhi_db::DbError`] from the engine.
pub async fn put_back_check(tx: &mut Tx, film: i64) -> Result<(), chengzhi_db::DbError> {
    crate::store::films::put_back(tx, film).await
}

/// Hashes of the pictures of a content's marks.
///
/// # Errors
/// [`chengzhi_db::DbError`] from the engine.
pub async fn thumbs_of(tx: &mut Tx, hash: &str) -> Result<Vec<String>, chengzhi_db::DbError> {
    crate::store::films::thumbs_of(tx, hash).await
}

/// Limits that the rules of a year set for films.
pub use crate::usecase::policy::{FilmLimits, film_limits};

/// Puts films back whose check was begun and never ended: to be called once when the worker starts.
///
/// # Errors
/// [`chengzhi_db::DbError`] from the engine.
pub async fn put_back_checks(tx: &mut Tx) -> Result<u64, chengzhi_db::DbError> {
    crate::store::films::put_back_running(tx).await
}

/// Whether the content with this hash is the film of a session of one of the units: who may read the
/// record may play its film, films of earlier hand-ins included.
///
/// # Errors
/// [`chengzhi_db::DbError`] from the engine.
pub async fn may_play(
    tx: &mut Tx,
    scope: &chengzhi_authz::Scope,
    hash: &str,
) -> Result<bool, chengzhi_db::DbError> {
    Ok(film_place(tx, scope, hash).await?.is_some())
}

/// Record and squad whose film a content is or was, inside the scope; the newest when there are
/// several. None for a content that is no film there.
///
/// # Errors
/// [`chengzhi_db::DbError`] from the engine.
pub async fn film_place(
    tx: &mut Tx,
    scope: &chengzhi_authz::Scope,
    hash: &str,
) -> Result<Option<(chengzhi_kernel::RecordId, chengzhi_kernel::UnitId)>, chengzhi_db::DbError> {
    crate::store::films::place_of(tx, hash, &scope.unit_sql("r.unit_id")).await
}

/// Drill reviews that each bureau held in a year, up to a day.
///
/// # Errors
/// [`chengzhi_db::DbError`] from the engine.
pub async fn reviews_held(
    tx: &mut Tx,
    year: i32,
    until: chengzhi_kernel::Date,
) -> Result<std::collections::HashMap<chengzhi_kernel::UnitId, u32>, chengzhi_db::DbError> {
    crate::store::contests::held(tx, year, until).await
}

/// How many exemptions stand in each state, in all units.
///
/// # Errors
/// [`chengzhi_db::DbError`] from the engine.
pub async fn exemption_counts(
    tx: &mut Tx,
) -> Result<std::collections::HashMap<ExemptionState, usize>, chengzhi_db::DbError> {
    Ok(crate::store::exemptions::counts(tx)
        .await?
        .into_iter()
        .collect())
}

/// Checks what must hold between the tables at any time. Gives one Chinese sentence for each break;
/// empty when all is well.
///
/// # Errors
/// 500 from the engine.
pub async fn verify(tx: &mut Tx) -> Result<Vec<String>, Problem> {
    Ok(crate::store::checks::verify(tx).await?)
}
