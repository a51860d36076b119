//! What a candidate sees of himself: his place before, his result after, with explanations where the rules allow.

use std::collections::BTreeMap;

use chengzhi_db::Tx;
use chengzhi_http::{ClauseOut, Ctx, Problem, Unknown};
use chengzhi_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::form::Form;
use crate::domain::key_correction::Change;
use crate::domain::marking::{Answer, Key};
use crate::domain::range::State as CandidateState;
use crate::domain::session::State;
use crate::domain::shuffle::letter;
use crate::domain::weakness::by_field;
use crate::domain::{Marks, QuestionId};
use crate::store::candidates::{self, CandidateRow};
use crate::store::results::{self, ResultRow};
use crate::store::{attempts, claims, exams, rooms, sessions, sitters};

use super::analysis::{ExamFieldOut, field_out};
use super::case::{Case, clause};
use super::content::{Built, key_words};
use super::judge::changes;
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
    /// Outcome, once results are out.
    pub outcome: Option<String>,
    /// Its word.
    pub outcome_name: Option<String>,
    /// Total, hundredths.
    pub score: Option<i64>,
}

/// A question of the own paper.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OwnQuestionOut {
    /// Version of the question.
    pub question: i64,
    /// Number in the bank's order.
    pub number: usize,
    /// Word of its kind.
    pub kind_name: String,
    /// Facts of a case.
    pub background: Option<String>,
    /// Text.
    pub stem: String,
    /// Options with letters, the bank's order.
    pub options: Vec<String>,
    /// The own answer in words; empty: none.
    pub answer: String,
    /// The key in words.
    pub key: String,
    /// Marks, hundredths; none: does not count any more.
    pub got: Option<i64>,
    /// What it is worth.
    pub full: i64,
    /// Law and article.
    pub source: String,
    /// Why the key is right.
    pub explanation: String,
    /// What was corrected; empty when nothing was.
    pub correction: String,
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
fn shows(case: &Case) -> (bool, bool) {
    match case.rules.exam.review(case.session.purpose.code()) {
        "成绩和解析" => (true, true),
        "不公布" => (false, false),
        _ => (true, false),
    }
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
            found.push(own(&mut tx, &case, row).await?);
        }
    }
    Ok(found)
}

async fn own(tx: &mut Tx, case: &Case, row: CandidateRow) -> Result<OwnExamSessionOut, Problem> {
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
        ticket: row.ticket,
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
    let questions = if explains {
        questions(&mut tx, &case, &result, &built).await?
    } else {
        Vec::new()
    };
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
        questions,
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

fn answer_words(answer: &Answer) -> String {
    match answer {
        Answer::Options(chosen) => chosen.iter().collect(),
        Answer::Truth(said) => if *said { "对" } else { "错" }.to_owned(),
        Answer::Texts(texts) => texts.join("；"),
    }
}

async fn questions(
    tx: &mut Tx,
    case: &Case,
    result: &ResultRow,
    built: &Built,
) -> Result<Vec<OwnQuestionOut>, Problem> {
    let Some(attempt) = result.attempt else {
        return Ok(Vec::new());
    };
    let Some(row) = attempts::by_id(tx, attempt).await? else {
        return Ok(Vec::new());
    };
    let Some((content, _)) = exams::form(tx, row.form).await? else {
        return Ok(Vec::new());
    };
    let form: Form = serde_json::from_str(&content).map_err(|error| Unknown::log(&error))?;
    let mut answers: BTreeMap<QuestionId, Answer> = BTreeMap::new();
    for (_, list) in sitters::last_answers(tx, &[attempt.get()]).await? {
        for (question, text) in list {
            let answer = serde_json::from_str(&text).map_err(|error| Unknown::log(&error))?;
            answers.insert(question, answer);
        }
    }
    let changes = changes(tx, case.session.id).await?;
    Ok((1..)
        .zip(&form.questions)
        .map(|(number, asked)| {
            let fact = built
                .facts
                .get(&asked.question)
                .cloned()
                .unwrap_or_default();
            let change = changes.get(&asked.question);
            let key: Option<&Key> = match change {
                Some(Change::NewKey(key)) => Some(key),
                _ => asked.key.as_ref(),
            };
            let given = result
                .given
                .iter()
                .find(|one| one.question == asked.question);
            OwnQuestionOut {
                question: asked.question.get(),
                number,
                kind_name: asked.kind.name().to_owned(),
                background: asked.background.clone(),
                stem: asked.stem.clone(),
                options: asked
                    .options
                    .iter()
                    .enumerate()
                    .map(|(place, text)| {
                        let letter = letter(place).map(String::from).unwrap_or_default();
                        format!("{letter}. {text}")
                    })
                    .collect(),
                answer: answers
                    .get(&asked.question)
                    .map(answer_words)
                    .unwrap_or_default(),
                key: key.map_or(fact.model, key_words),
                got: given.and_then(|one| one.got).map(Marks::hundredths),
                full: asked.marks.hundredths(),
                source: fact.source,
                explanation: fact.explanation,
                correction: change
                    .map(super::corrections::change_words)
                    .unwrap_or_default(),
            }
        })
        .collect())
}
