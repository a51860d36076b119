//! The exams of the caller.

use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::{attempts, exams, sessions};

/// An exam that the caller sits or has sat.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OwnExamOut {
    /// Exam.
    pub id: i64,
    /// His attempt.
    pub attempt: i64,
    /// Session; none for an exam without one.
    pub session: Option<i64>,
    /// Number of the attempt, from 1.
    pub number: u32,
    /// Title.
    pub title: String,
    /// The doors open.
    #[schema(value_type = String, format = DateTime)]
    pub opens_at: Timestamp,
    /// Nobody may begin from here on.
    #[schema(value_type = String, format = DateTime)]
    pub last_start_at: Timestamp,
    /// End of the window.
    #[schema(value_type = String, format = DateTime)]
    pub closes_at: Timestamp,
    /// Length in seconds, his extra time with it.
    pub duration: i64,
    /// `not_started`, `running`, `handed_in`, `collected`, `void`.
    pub state: String,
    /// Its word.
    pub state_name: String,
}

/// The caller's exams, the newest first.
///
/// # Errors
/// 500 from the engine.
pub async fn own_exams(ctx: &Ctx) -> Result<Vec<OwnExamOut>, Problem> {
    let Some(person) = ctx.actor.person_id else {
        return Ok(Vec::new());
    };
    let mut tx = ctx.db().read().await?;
    let mut found = Vec::new();
    for attempt in attempts::all_of_person(&mut tx, person).await? {
        let Some(exam) = exams::by_id(&mut tx, attempt.exam).await? else {
            continue;
        };
        let round = sessions::round_of(&mut tx, exam.id).await?;
        let sitting = attempt.sitting(&exam.terms);
        let state = sitting.state_at(ctx.now);
        found.push(OwnExamOut {
            id: exam.id,
            attempt: attempt.id.get(),
            session: round.map(|(session, _)| session),
            number: round.map_or(1, |(_, number)| number),
            title: exam.title,
            opens_at: exam.terms.opens,
            last_start_at: exam.terms.last_start,
            closes_at: exam.terms.closes,
            duration: exam.terms.duration + sitting.extra,
            state: state.code().to_owned(),
            state_name: state.name().to_owned(),
        });
    }
    Ok(found)
}
