//! What other capabilities and the binary may ask of exams.

use chengzhi_db::{DbError, Tx};
use chengzhi_kernel::PersonId;

use crate::domain::Marks;
use crate::domain::scoring::Outcome;
use crate::domain::session::State;
use crate::store::{candidates, results, sessions};
use crate::usecase::content::Built;

pub use crate::usecase::todo::{Block, TodoItem, todo};

/// What became of somebody in an exam that belongs to something (`class:12`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Session.
    pub session: i64,
    /// Who.
    pub person: PersonId,
    /// Total, hundredths of marks.
    pub score: Option<i64>,
    /// Passed.
    pub passed: bool,
    /// Did not come.
    pub absent: bool,
}

/// Published results of the exams that belong to something, the earlier exam first: of several the last counts.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn verdicts(tx: &mut Tx, about: &str) -> Result<Vec<Verdict>, DbError> {
    let mut found = Vec::new();
    for session in sessions::in_states(tx, &[State::Published]).await? {
        if session.about.as_deref() != Some(about) {
            continue;
        }
        let standing = results::of_session(tx, session.id).await?;
        for row in candidates::of_session(tx, session.id).await? {
            let Some(result) = standing.get(&row.id) else {
                continue;
            };
            found.push(Verdict {
                session: session.id,
                person: row.candidate.person,
                score: result.score.map(Marks::hundredths),
                passed: result.outcome == Outcome::Passed,
                absent: matches!(result.outcome, Outcome::Absent | Outcome::AbsentLeave),
            });
        }
    }
    Ok(found)
}

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
