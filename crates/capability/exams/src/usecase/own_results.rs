//! What a candidate sees of himself: his place before, his result after, with explanations where the rules allow.

use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, Problem};
use chengzhi_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::Marks;
use crate::domain::attempts::Shown;
use crate::domain::range::State as CandidateState;
use crate::domain::session::State;
use crate::domain::weakness::by_field;
use crate::store::candidates::{self, CandidateRow};
use crate::store::{attempts, claims, results, rooms, sessions};

use super::after_hand_in::again;
use super::analysis::{ExamFieldOut, field_out};
use super::attempts_out::{ExamAttemptOut, ExamPolicyOut, places, policy_out, tried};
use super::case::{Case, clause};
use super::judge::hall_of;
use super::own_questions::{OwnQuestionOut, questions};
use super::papers::built;

/// A session in which the caller is a candidate.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OwnExamSessionOut {
    /// Session.
    pub id: i64,
    /// Sealed exam, to be opened with; none before the sealing.
    pub exam: Option<i64>,
    /// Title.
    pub title: String,
    /// Word of its purpose.
    pub purpose_name: String,
    /// Word of its mode.
    pub mode_name: String,
    /// Where it stands.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// Where the caller stands, as a sentence.
    pub place: String,
    /// The doors open.
    #[schema(value_type = String, format = DateTime)]
    pub opens_at: Timestamp,
    /// End of the window.
    #[schema(value_type = String, format = DateTime)]
    pub closes_at: Timestamp,
    /// Length in minutes, extra time with it.
    pub minutes: i64,
    /// Room with its address.
    pub room: Option<String>,
    /// Seat.
    pub seat: Option<u32>,
    /// Number of the ticket.
    pub ticket: Option<String>,
    /// Attempts begun or given.
    pub attempts: u32,
    /// Attempts left; none: as many as one likes.
    pub left: Option<u32>,
    /// One more may be begun now.
    pub may_again: bool,
    /// 再做一次，还可1次, or why not; empty where there is one attempt only.
    pub again: String,
    /// Outcome, once results are out.
    pub outcome: Option<String>,
    /// Its word.
    pub outcome_name: Option<String>,
    /// Total, hundredths.
    pub score: Option<i64>,
}

/// An objection.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamObjectionOut {
    /// Row id.
    pub id: i64,
    /// Candidate.
    pub candidate: i64,
    /// 姓名.
    pub name: String,
    /// 工号.
    pub staff_no: String,
    /// His unit.
    pub unit_name: String,
    /// Question.
    pub question: Option<i64>,
    /// What he says.
    pub text: String,
    /// `open`, `upheld`, `rejected`.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
    /// Answer.
    pub answer: Option<String>,
    /// By whom.
    pub decided_by: Option<String>,
}

/// The own result.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OwnResultOut {
    /// Session.
    pub id: i64,
    /// Title.
    pub title: String,
    /// Outcome.
    pub outcome: String,
    /// Its word.
    pub outcome_name: String,
    /// Total, hundredths.
    pub score: Option<i64>,
    /// Full marks, hundredths.
    pub full: i64,
    /// Pass mark, hundredths.
    pub pass_mark: Option<i64>,
    /// Sentence.
    pub text: String,
    /// What the rules let a candidate see.
    pub rule: ClauseOut,
    /// Questions with key and explanation, where allowed.
    pub questions: Vec<OwnQuestionOut>,
    /// Attempts and what is shown when.
    pub policy: ExamPolicyOut,
    /// The own attempts, and which of them counts.
    pub attempts: Vec<ExamAttemptOut>,
    /// Fields of law, the weakest first.
    pub fields: Vec<ExamFieldOut>,
    /// Earlier results that were corrected: sentence and reason.
    pub history: Vec<String>,
    /// The caller may object now.
    pub may_object: bool,
    /// Until before this instant.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub object_until: Option<Timestamp>,
    /// His objections.
    pub objections: Vec<ExamObjectionOut>,
}

/// Whether the rules show results to the candidate, and whether with explanations.
pub(super) fn shows(case: &Case) -> (bool, bool) {
    let shown = case.policy().afterwards;
    (shown != Shown::Nothing, shown == Shown::All)
}

/// The sessions in which the caller is a candidate, the latest first.
///
/// # Errors
/// 500 from the engine.
pub async fn list(ctx: &Ctx) -> Result<Vec<OwnExamSessionOut>, Problem> {
    let Some(person) = ctx.actor.person_id else {
        return Ok(Vec::new());
    };
    let mut tx = ctx.db().read().await?;
    let mut found = Vec::new();
    for row in candidates::all_of_person(&mut tx, person).await? {
        let Ok(case) = Case::any(&mut tx, ctx, row.session).await else {
            continue;
        };
        if !matches!(case.session.state, State::Draft | State::Cancelled) {
            found.push(own(&mut tx, &case, row, ctx.now).await?);
        }
    }
    Ok(found)
}

async fn own(
    tx: &mut Tx,
    case: &Case,
    row: CandidateRow,
    now: Timestamp,
) -> Result<OwnExamSessionOut, Problem> {
    let session = &case.session;
    let published = session.state == State::Published && shows(case).0;
    let result = results::history(tx, row.id)
        .await?
        .into_iter()
        .find(|result| published && result.superseded_at.is_none());
    let exam = sessions::rounds(tx, session.id)
        .await?
        .first()
        .map(|(exam, _)| *exam);
    let tried = attempts::of_person_in(tx, session.id, row.candidate.person).await?;
    let used = u32::try_from(tried.len()).unwrap_or(u32::MAX);
    let policy = case.policy();
    let last = tried.last().map(|(_, last)| last);
    let (may_again, again) = again(case, &policy, (used, last), now);
    let rooms = rooms::of_session(tx, session.id).await?;
    let room = row
        .room
        .and_then(|id| rooms.iter().find(|room| room.room.id == id));
    Ok(OwnExamSessionOut {
        id: session.id,
        exam: exam.filter(|_| row.candidate.state == CandidateState::Registered),
        title: session.title.clone(),
        purpose_name: session.purpose.name().to_owned(),
        mode_name: session.mode.name().to_owned(),
        state: session.state.code().to_owned(),
        state_name: session.state.name().to_owned(),
        place: row.candidate.words(),
        opens_at: session.terms.opens,
        closes_at: session.terms.closes,
        minutes: (session.terms.duration + row.extra) / 60,
        room: room.map(|room| {
            [room.room.name.as_str(), room.address.as_str()]
                .join(" ")
                .trim()
                .to_owned()
        }),
        seat: row.seat,
        ticket: row
            .ticket
            .filter(|_| row.candidate.state == CandidateState::Registered),
        attempts: used,
        left: policy.left(used),
        may_again: may_again && row.excluded.is_none(),
        again,
        outcome: result
            .as_ref()
            .map(|result| result.outcome.code().to_owned()),
        outcome_name: result
            .as_ref()
            .map(|result| result.outcome.name().to_owned()),
        score: result
            .and_then(|result| result.score)
            .map(Marks::hundredths),
    })
}

/// The caller's place in a session.
async fn mine(tx: &mut Tx, ctx: &Ctx, id: i64) -> Result<(Case, CandidateRow), Problem> {
    let person = ctx.actor.person_id.ok_or_else(Problem::not_found)?;
    let case = Case::any(tx, ctx, id).await?;
    let row = candidates::of_person(tx, id, person)
        .await?
        .ok_or_else(Problem::not_found)?;
    if case.session.state != State::Published || !shows(&case).0 {
        return Err(Problem::conflict(
            "exams.not_published",
            "成绩尚未公布，请留意通知。",
        ));
    }
    Ok((case, row))
}

/// The caller's result of a session.
///
/// # Errors
/// 404 for somebody who is no candidate; 409 before results are out.
pub async fn view(ctx: &Ctx, id: i64) -> Result<OwnResultOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let (case, row) = mine(&mut tx, ctx, id).await?;
    let mut history = results::history(&mut tx, row.id).await?;
    let place = history
        .iter()
        .position(|result| result.superseded_at.is_none())
        .ok_or_else(Problem::not_found)?;
    let result = history.remove(place);
    let built = built(&case.session)?.unwrap_or_default();
    let explains = shows(&case).1;
    let (mut shown, mut tries) = (Vec::new(), Vec::new());
    // Where one attempt is all and no key is shown, there is nothing to count again.
    if explains || case.policy().allowed != Some(1) {
        let hall = hall_of(&mut tx, &case, row.candidate.person).await?;
        if let Some(attempt) = result.attempt.filter(|_| explains) {
            shown = questions(&hall, attempt, &built);
        }
        let list = attempts::of_person_in(&mut tx, id, row.candidate.person).await?;
        tries = tried(&hall, &list, &places(&hall), (ctx.now, true));
    }
    let fields = result.given.iter().filter_map(|given| {
        let fact = built.facts.get(&given.question)?;
        Some((fact.field.as_str(), given.full, given.got?))
    });
    let objections = claims::objections(&mut tx, id)
        .await?
        .into_iter()
        .filter(|one| one.candidate == row.id)
        .map(|one| super::objections::out(&case, &row, one))
        .collect();
    let purpose = case.session.purpose.code();
    let cited = case
        .rules
        .exam
        .purposes
        .get(purpose)
        .and_then(|rules| rules.review.as_ref());
    let text = format!("公布后本人可看：{}。", case.rules.exam.review(purpose));
    Ok(OwnResultOut {
        id,
        title: case.session.title.clone(),
        outcome: result.outcome.code().to_owned(),
        outcome_name: result.outcome.name().to_owned(),
        score: result.score.map(Marks::hundredths),
        full: result.full.hundredths(),
        pass_mark: result.pass.map(Marks::hundredths),
        text: result.words.clone(),
        rule: clause(cited, "B-61", text),
        questions: shown,
        policy: policy_out(&case),
        attempts: tries,
        fields: field_out(by_field(fields)),
        history: history
            .iter()
            .map(|old| format!("第{}次：{}（{}）", old.revision, old.words, old.reason))
            .collect(),
        may_object: case.objection_due().is_some_and(|due| ctx.now < due),
        object_until: case.objection_due(),
        objections,
    })
}
