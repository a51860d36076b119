//! Who takes over results of exams that belong to something (a class): told in the transaction that publishes or corrects.

use std::sync::Arc;

use async_trait::async_trait;
use chengzhi_db::{DbError, Tx};
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{PersonId, Timestamp};

use crate::domain::scoring::Outcome;
use crate::domain::session::State;
use crate::domain::{AttemptId, Marks};
use crate::store::{attempts, candidates, results, sessions};

/// What became of somebody in an exam that belongs to something (`class:12`), with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Session.
    pub session: i64,
    /// Its title.
    pub title: String,
    /// It opened.
    pub opened: Timestamp,
    /// Who.
    pub person: PersonId,
    /// The attempt that counts; none for a paper exam and for those who did not come.
    pub attempt: Option<AttemptId>,
    /// Its number among his attempts, from 1.
    pub number: Option<u32>,
    /// Attempts he has begun.
    pub attempts: u32,
    /// Total, hundredths of marks.
    pub score: Option<i64>,
    /// Full marks, hundredths.
    pub full: i64,
    /// Pass mark, hundredths.
    pub pass: Option<i64>,
    /// Revision of the result: more than 1 after a correction.
    pub revision: u32,
    /// Passed.
    pub passed: bool,
    /// Did not come.
    pub absent: bool,
    /// As a sentence.
    pub words: String,
}

/// Published results of the exams that belong to something, the earlier exam first: of several the last counts.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn verdicts(tx: &mut Tx, about: &str) -> Result<Vec<Verdict>, DbError> {
    let mut found = Vec::new();
    for session in sessions::about(tx, about).await? {
        if session.state != State::Published {
            continue;
        }
        let mut standing = results::of_session(tx, session.id).await?;
        let tried = attempts::of_session(tx, session.id).await?;
        for row in candidates::of_session(tx, session.id).await? {
            let Some(result) = standing.remove(&row.id) else {
                continue;
            };
            let own = || {
                tried
                    .iter()
                    .filter(|(_, one)| one.person == row.candidate.person && one.is_begun())
            };
            found.push(Verdict {
                session: session.id,
                title: session.title.clone(),
                opened: session.terms.opens,
                person: row.candidate.person,
                attempt: result.attempt,
                number: own()
                    .find(|(_, one)| Some(one.id) == result.attempt)
                    .map(|(number, _)| *number),
                attempts: u32::try_from(own().count()).unwrap_or(u32::MAX),
                score: result.score.map(Marks::hundredths),
                full: result.full.hundredths(),
                pass: result.pass.map(Marks::hundredths),
                revision: result.revision,
                passed: result.outcome == Outcome::Passed,
                absent: matches!(result.outcome, Outcome::Absent | Outcome::AbsentLeave),
                words: result.words,
            });
        }
    }
    Ok(found)
}

/// Somebody who takes over results.
#[async_trait]
pub trait Follows: Send + Sync {
    /// Results of an exam that belongs to `about` are out, or have changed: all that stand now are handed over.
    ///
    /// # Errors
    /// What keeps them from being taken over; nothing is published or corrected then.
    async fn changed(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        about: &str,
        verdicts: &[Verdict],
    ) -> Result<(), Problem>;
}

/// All who follow.
pub type AllFollows = Arc<Vec<Arc<dyn Follows>>>;

/// Tells everybody who follows.
///
/// # Errors
/// As [`Follows::changed`]; 500 from the engine.
pub(super) async fn tell(
    tx: &mut Tx,
    ctx: &Ctx,
    told: &AllFollows,
    about: Option<&str>,
) -> Result<(), Problem> {
    let Some(about) = about.filter(|_| !told.is_empty()) else {
        return Ok(());
    };
    let list = verdicts(tx, about).await?;
    for one in told.iter() {
        one.changed(tx, ctx, about, &list).await?;
    }
    Ok(())
}
