//! What other capabilities and the binary may ask of exams.

use chengzhi_db::{DbError, Tx};
use chengzhi_kernel::PersonId;

use crate::domain::Marks;
use crate::domain::scoring::Outcome;
use crate::domain::session::State;
use crate::store::{candidates, results, sessions};

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
