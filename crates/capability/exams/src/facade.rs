//! What other capabilities and the binary may ask of exams.

use chengzhi_db::{DbError, Tx};

use crate::domain::session::State;
use crate::store::sessions;
use crate::usecase::content::Built;

pub use crate::domain::AttemptId;
pub use crate::usecase::belongs::{ExamRef, belong, exams_for};
pub use crate::usecase::follows::{AllFollows, Follows, Verdict, verdicts};
pub use crate::usecase::todo::{Block, TodoItem, todo};

/// A session with papers on which versions of questions stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperUse {
    /// Session.
    pub session: i64,
    /// Its title.
    pub title: String,
    /// Word of its state.
    pub state: String,
    /// Not sealed yet: its papers have to be built anew before they can be sealed.
    pub open: bool,
}

/// The sessions that are not over and whose papers hold one of these versions.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn papers_with(tx: &mut Tx, versions: &[i64]) -> Result<Vec<PaperUse>, DbError> {
    let live = [
        State::Draft,
        State::Reviewing,
        State::Sealed,
        State::Marking,
    ];
    Ok(sessions::in_states(tx, &live)
        .await?
        .into_iter()
        .filter(|session| {
            let built = session.papers.as_deref();
            let built: Option<Built> = built.and_then(|text| serde_json::from_str(text).ok());
            built.is_some_and(|built| {
                built
                    .facts
                    .keys()
                    .any(|question| versions.contains(&question.get()))
            })
        })
        .map(|session| PaperUse {
            session: session.id,
            open: matches!(session.state, State::Draft | State::Reviewing),
            state: session.state.name().to_owned(),
            title: session.title,
        })
        .collect())
}
