//! Sealing a session: papers and candidates are fixed, every candidate gets his form.

use chengzhi_http::{Ctx, Problem, Unknown};
use serde_json::json;

use crate::domain::QuestionId;
use crate::domain::form::Form;
use crate::domain::range::State;
use crate::domain::rooms::Room;
use crate::domain::session::{Event, take};
use crate::domain::shuffle::ORDER_VERSION;
use crate::store::attempts::NewAttempt;
use crate::store::candidates::{self, CandidateRow};
use crate::store::exams::NewExam;
use crate::store::{rooms, sessions};

use super::bank;
use super::case::Case;
use super::content;
use super::papers::{blueprint, built};
use super::refused;
use super::seal::{Sitter, make};

/// Which form somebody gets: neighbours on all sides get others as far as there are forms.
fn form_of(rooms: &[Room], row: &CandidateRow, number: usize, forms: usize) -> usize {
    let place = row
        .room
        .and_then(|id| rooms.iter().find(|room| room.id == id))
        .zip(row.seat)
        .map(|(room, seat)| room.place(seat));
    match place {
        // Two apart per row, so that with three forms and more the one diagonally behind differs too.
        Some((at, column)) => (at as usize * 2 + column as usize) % forms.max(1),
        None => number % forms.max(1),
    }
}

/// What keeps a session from being sealed, a sentence each; empty when nothing does.
///
/// # Errors
/// 500 from the engine.
pub async fn faults(
    tx: &mut chengzhi_db::Tx,
    ctx: &Ctx,
    case: &Case,
) -> Result<Vec<String>, Problem> {
    let mut faults = Vec::new();
    let list = candidates::of_session(tx, case.session.id).await?;
    let in_state = |state: State| {
        list.iter()
            .filter(|row| row.candidate.state == state)
            .count()
    };
    let open = in_state(State::Nominated) + in_state(State::CarriedOver);
    if open > 0 {
        faults.push(format!("还有{open}名考生待审核。"));
    }
    let unplaced = in_state(State::Reviewed);
    if unplaced > 0 {
        faults.push(format!("还有{unplaced}名考生未编排座位。"));
    }
    if in_state(State::Registered) == 0 {
        faults.push("没有已编排的考生。".to_owned());
    }
    match built(&case.session)? {
        None => faults.push("还没有组卷。".to_owned()),
        Some(built) => {
            let all: Vec<QuestionId> = built.facts.keys().copied().collect();
            let bad = bank::quarantined(tx, &all).await?;
            if !bad.is_empty() {
                faults.push(format!(
                    "试卷中有{}道题已停用（依据的条文有变化），请重新组卷。",
                    bad.len()
                ));
            }
        }
    }
    if ctx.now >= case.session.terms.opens {
        faults.push("开考时间已过，请先调整考试时间。".to_owned());
    }
    Ok(faults)
}

/// Seals a session.
///
/// # Errors
/// 404 for others; 409 with everything that is missing.
pub async fn seal(ctx: &Ctx, id: i64, version: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.session.state = take(case.session.state, Event::Seal).map_err(refused)?;
    let missing = faults(&mut tx, ctx, &case).await?;
    if !missing.is_empty() {
        return Err(Problem::conflict(
            "exams.not_ready",
            format!("还不能封卷：{}", missing.concat()),
        ));
    }
    let (Some(plan), Some(mut built)) = (blueprint(&case.session)?, built(&case.session)?) else {
        return Err(Problem::conflict("exams.not_ready", "还没有组卷。"));
    };
    let all: Vec<QuestionId> = built.facts.keys().copied().collect();
    let contents = bank::contents(&mut tx, &all).await?;
    for (question, fact) in &mut built.facts {
        if let Some(content) = contents.get(question) {
            content::tell(fact, content);
        }
    }
    let forms: Vec<Form> = built
        .papers
        .iter()
        .map(|paper| content::form(&plan, paper, &contents))
        .collect::<Result<_, _>>()
        .map_err(|missing| {
            Problem::conflict(
                "exams.not_ready",
                format!("题库中找不到{}道试题，请重新组卷。", missing.len()),
            )
        })?;
    let sitters = sitters(&mut tx, &case, forms.len()).await?;
    let exam = make(&mut tx, new_exam(ctx, &case)?, &forms, sitters).await?;
    sessions::add_round(&mut tx, id, exam, 1, None).await?;
    let day = case.session.terms.opens.date();
    bank::note_use(&mut tx, exam, &built.papers, day).await?;
    case.session.papers =
        Some(serde_json::to_string(&built).map_err(|error| Unknown::log(&error))?);
    case.put(&mut tx).await?;
    tx.audit(
        ctx.audit("exam.seal", case.subject())
            .unit(case.session.unit)
            .detail(json!({"exam": exam, "forms": forms.len(), "questions": built.facts.len()})),
    );
    tx.commit().await?;
    Ok(())
}

fn new_exam<'a>(ctx: &'a Ctx, case: &'a Case) -> Result<NewExam<'a>, Problem> {
    let seed = chengzhi_http::random_bytes::<8>().map_err(|error| Unknown::log(&error))?;
    Ok(NewExam {
        unit: case.session.unit,
        purpose: case.session.purpose.code(),
        title: &case.session.title,
        terms: case.session.terms,
        seed: u64::from_le_bytes(seed),
        order_version: ORDER_VERSION,
        by: (ctx.actor.account_id, &ctx.actor.name),
        now: ctx.now,
    })
}

async fn sitters(
    tx: &mut chengzhi_db::Tx,
    case: &Case,
    forms: usize,
) -> Result<Vec<Sitter>, Problem> {
    let rooms: Vec<Room> = rooms::of_session(tx, case.session.id)
        .await?
        .into_iter()
        .map(|row| row.room)
        .collect();
    let list: Vec<CandidateRow> = candidates::of_session(tx, case.session.id)
        .await?
        .into_iter()
        .filter(|row| row.candidate.state == State::Registered)
        .collect();
    let mut found = Vec::with_capacity(list.len());
    for (number, row) in list.into_iter().enumerate() {
        let form = form_of(&rooms, &row, number, forms);
        let next = CandidateRow {
            form: u32::try_from(form).ok(),
            ..row.clone()
        };
        candidates::put(tx, &next, row.candidate.state).await?;
        found.push(Sitter {
            form,
            who: NewAttempt {
                form: 0,
                person: row.candidate.person,
                unit: row.candidate.unit,
                staff_no: row.staff_no,
                name: row.name,
                extra: row.extra,
            },
        });
    }
    Ok(found)
}
