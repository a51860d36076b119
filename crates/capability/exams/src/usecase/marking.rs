//! Marking: collecting, duties, how far it is, the queue of a marker.

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use utoipa::ToSchema;

use crate::domain::count::to_read;
use crate::domain::double_marking::{Policy, State, ThirdRule};
use crate::domain::form::Asked;
use crate::domain::scoring::Outcome;
use crate::domain::session::{Event, State as SessionState, take};
use crate::domain::sitting::State as SittingState;
use crate::domain::{AttemptId, Marks, QuestionId};
use crate::store::markings::{self, MarkingRow};
use crate::store::{attempts, rooms};

use super::case::Case;
use super::content::{Fact, to_be_read};
use super::judge::{Hall, hall};
use super::moderation::{self, ExamOwnMarkOut};
use super::papers::built;
use super::pictures::{ExamPictureOut, pictures_out};
use super::refused;

/// Collects the answers of a session that is over, and opens those that have to be read. May be repeated.
///
/// # Errors
/// 404 for others; 409 while somebody sits, or before the end.
pub async fn collect(ctx: &Ctx, id: i64, version: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    let terms = case.session.terms;
    case.session.state = take(case.session.state, Event::Mark).map_err(refused)?;
    if ctx.now < terms.closes.plus_seconds(terms.margin) {
        return Err(Problem::conflict(
            "exams.not_over",
            format!(
                "考试于{}结束，结束后才能收卷阅卷。",
                terms.closes.format_cn()
            ),
        ));
    }
    let sitting = attempts::of_session(&mut tx, id)
        .await?
        .iter()
        .filter(|(_, one)| one.sitting(&terms).state_at(ctx.now) == SittingState::Running)
        .count();
    if sitting > 0 {
        return Err(Problem::conflict(
            "exams.still_sitting",
            format!("还有{sitting}人在作答（含延长时间），请等他们交卷。"),
        ));
    }
    let hall = hall(&mut tx, &case).await?;
    let mut open = Vec::new();
    for attempt in hall.all() {
        if let (Some(form), Some(sheet)) =
            (hall.forms.get(&attempt.form), hall.sheets.get(&attempt.id))
        {
            let read = to_read(form, &sheet.answers).into_iter();
            open.extend(read.map(|question| (attempt.id, question)));
        }
    }
    markings::open_all(&mut tx, id, &open).await?;
    case.put(&mut tx).await?;
    tx.audit(
        ctx.audit("exam.collect", case.subject())
            .unit(case.session.unit)
            .detail(json!({"sittings": hall.all().count(), "to_read": open.len()})),
    );
    tx.commit().await?;
    Ok(())
}

/// How far marking is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamMarkingOut {
    /// Answers that have to be read.
    pub answers: i64,
    /// Of these decided.
    pub decided: i64,
    /// Waiting for a third marker.
    pub third: i64,
    /// Waiting for the chief.
    pub chief: i64,
    /// Candidates who sat.
    pub sat: usize,
    /// Of these with all answers marked.
    pub marked: usize,
    /// Scores so far by tens of per cent of the full marks: 0–9, 10–19, …, 90–100.
    pub spread: Vec<usize>,
    /// Passed and failed with the pass mark that is set; none without one.
    pub passed: Option<usize>,
    /// Failed.
    pub failed: Option<usize>,
    /// Full marks, hundredths.
    pub full: i64,
    /// Pass mark, hundredths.
    pub pass_mark: Option<i64>,
    /// Pass mark that the rules of the purpose give, hundredths; none for the qualification exam.
    pub usual_pass_mark: Option<i64>,
    /// The caller marks.
    pub marks: bool,
    /// The caller decides what markers do not settle.
    pub chiefs: bool,
}

/// Duties of the caller: marks, decides.
pub(super) async fn duties(tx: &mut Tx, ctx: &Ctx, id: i64) -> Result<(bool, bool), Problem> {
    let staff = rooms::staff(tx, id).await?;
    let has = |kind: &str| {
        staff
            .iter()
            .any(|one| one.kind == kind && Some(one.person) == ctx.actor.person_id)
    };
    Ok((has("marker"), has("chief")))
}

/// Marks by which a pass is measured when nobody has set any: those of the purpose.
#[must_use]
pub fn usual_pass(case: &Case, full: Marks) -> Option<Marks> {
    let percent = case.rules.exam.pass_percent(case.session.purpose.code())?;
    Some(full.share(i64::from(percent), 100))
}

fn full_of(case: &Case, hall: &Hall) -> Marks {
    super::papers::full_marks(&case.session)
        .or_else(|| hall.standing.values().map(|one| one.full).next())
        .unwrap_or(Marks::ZERO)
}

/// How far the marking of a session is, for its holder, markers and chiefs.
///
/// # Errors
/// 404 for others; 409 before collecting.
pub async fn overview(ctx: &Ctx, id: i64) -> Result<ExamMarkingOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::any(&mut tx, ctx, id).await?;
    let (marks, chiefs) = duties(&mut tx, ctx, id).await?;
    let held = case.is_held_by(ctx);
    if !held && !marks && !chiefs {
        return Err(Problem::not_found());
    }
    case.only_in(
        &[SessionState::Marking, SessionState::Published],
        "查看阅卷进度",
    )?;
    let counts = markings::counts(&mut tx, id).await?;
    let of = |state: State| counts.get(state.code()).copied().unwrap_or(0);
    let mut out = ExamMarkingOut {
        answers: counts.values().sum(),
        decided: of(State::Final),
        third: of(State::NeedsThird),
        chief: of(State::NeedsChief),
        sat: 0,
        marked: 0,
        spread: vec![0; 10],
        passed: None,
        failed: None,
        full: 0,
        pass_mark: None,
        usual_pass_mark: None,
        marks,
        chiefs,
    };
    if !held {
        return Ok(out);
    }
    let hall = hall(&mut tx, &case).await?;
    let full = full_of(&case, &hall);
    let pass = case.session.pass_mark;
    out.full = full.hundredths();
    out.pass_mark = pass.map(Marks::hundredths);
    out.usual_pass_mark = usual_pass(&case, full).map(Marks::hundredths);
    let (mut passed, mut failed) = (0, 0);
    for one in hall.judge_all(pass)? {
        out.sat += usize::from(one.attempt.is_some() || one.verdict.score.is_some());
        let Some(score) = one.verdict.score else {
            continue;
        };
        out.marked += 1;
        let ten = (score.0 * 10 / one.verdict.full.0.max(1)).clamp(0, 9);
        if let Some(count) = usize::try_from(ten)
            .ok()
            .and_then(|ten| out.spread.get_mut(ten))
        {
            *count += 1;
        }
        match one.verdict.outcome {
            Outcome::Passed => passed += 1,
            Outcome::Failed => failed += 1,
            _ => {}
        }
    }
    if pass.is_some() {
        (out.passed, out.failed) = (Some(passed), Some(failed));
    }
    Ok(out)
}

/// An answer to be read: without the candidate's name, and without what others gave.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamAnswerToReadOut {
    /// Attempt: a number, no name.
    pub attempt: i64,
    /// Question.
    pub question: i64,
    /// Its text.
    pub stem: String,
    /// Pictures that the text names.
    pub pictures: Vec<ExamPictureOut>,
    /// What the candidate wrote.
    pub answer: String,
    /// Model answer.
    pub model: String,
    /// Why, with the article.
    pub explanation: String,
    /// What it is worth, hundredths; of a case its sub-questions without key.
    pub full: i64,
    /// `open`, `once`, `needs_third`, `needs_chief`.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// What the markers gave, hundredths: for the chief only.
    pub given: Vec<i64>,
}

/// What a marker has before him.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamQueueOut {
    /// The next answers, at most ten.
    pub answers: Vec<ExamAnswerToReadOut>,
    /// How many wait for the caller.
    pub waiting: usize,
    /// What the caller has marked last, the latest first.
    pub own: Vec<ExamOwnMarkOut>,
}

/// The policy of marking a question.
pub(super) fn policy(case: &Case, full: Marks) -> Policy {
    Policy {
        limit: full.share(i64::from(case.rules.exam.marking_percent()), 100),
        third: ThirdRule::default(),
        double: case.rules.exam.double_marking(),
    }
}

/// Answers that wait for the caller: as a marker those he has not marked, as chief those that nobody settled.
///
/// # Errors
/// 404 for somebody without that duty; 409 unless it is being marked.
pub async fn queue(ctx: &Ctx, id: i64) -> Result<ExamQueueOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::any(&mut tx, ctx, id).await?;
    let (marks, chiefs) = duties(&mut tx, ctx, id).await?;
    let Some(person) = ctx.actor.person_id.filter(|_| marks || chiefs) else {
        return Err(Problem::not_found());
    };
    case.only_in(&[SessionState::Marking], "阅卷")?;
    let mine = |row: &MarkingRow| match row.marking.state {
        State::Open | State::Once | State::NeedsThird => {
            marks && !row.marking.marks.iter().any(|mark| mark.marker == person)
        }
        State::NeedsChief => chiefs,
        State::Final => false,
    };
    let mut rows: Vec<MarkingRow> = markings::of_session(&mut tx, id)
        .await?
        .into_iter()
        .filter(mine)
        .collect();
    // Two markers who begin together take different ends of the first question's answers.
    if !rows.is_empty() {
        let turn = usize::try_from(person.get().unsigned_abs()).unwrap_or(0) % rows.len();
        let first = rows.first().map(|row| row.question);
        let same = rows
            .iter()
            .filter(|row| Some(row.question) == first)
            .count();
        rows.rotate_left(turn.min(same.saturating_sub(1)));
    }
    let waiting = rows.len();
    rows.truncate(10);
    let hall = hall(&mut tx, &case).await?;
    let facts = built(&case.session)?.unwrap_or_default().facts;
    let answers = rows
        .iter()
        .filter_map(|row| to_mark(id, row, &hall, &facts))
        .collect();
    let own = moderation::own(&mut tx, ctx, id, (&hall, &facts), person).await?;
    Ok(ExamQueueOut {
        answers,
        waiting,
        own,
    })
}

fn asked_of(hall: &Hall, attempt: AttemptId, question: QuestionId) -> Option<&Asked> {
    let attempt = hall.all().find(|one| one.id == attempt)?;
    let form = hall.forms.get(&attempt.form)?;
    form.questions
        .iter()
        .find(|asked| asked.question == question)
}

pub(super) fn to_mark(
    session: i64,
    row: &MarkingRow,
    hall: &Hall,
    facts: &BTreeMap<QuestionId, Fact>,
) -> Option<ExamAnswerToReadOut> {
    let asked = asked_of(hall, row.attempt, row.question)?;
    let fact = facts.get(&row.question).cloned().unwrap_or_default();
    let given = hall.sheets.get(&row.attempt)?.answers.get(&row.question)?;
    let (stem, answer) = to_be_read(asked, given);
    let chief = row.marking.state == State::NeedsChief;
    Some(ExamAnswerToReadOut {
        attempt: row.attempt.get(),
        question: row.question.get(),
        stem,
        pictures: pictures_out(asked, &format!("exam-sessions/{session}")),
        answer,
        model: fact.model,
        explanation: [fact.source, fact.explanation].join(" ").trim().to_owned(),
        full: asked.by_hand().hundredths(),
        state: row.marking.state.code().to_owned(),
        state_name: row.marking.state.name().to_owned(),
        given: if chief {
            row.marking.marks.iter().map(|mark| mark.marks.0).collect()
        } else {
            Vec::new()
        },
    })
}
