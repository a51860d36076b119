//! A mark: given, decided by the chief, or mended by whoever gave it.

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::PersonId;
use serde_json::json;

use crate::domain::double_marking::{MarkBy, Marking};
use crate::domain::form::{Asked, Form};
use crate::domain::session::State as SessionState;
use crate::domain::{AttemptId, Deny, Marks, QuestionId};
use crate::store::attempts;
use crate::store::markings::{self, MarkingEvent, MarkingRow};

use super::case::Case;
use super::marking::{duties, policy};
use super::{refused, words};

/// A mark as given.
#[derive(Debug, Clone)]
pub struct MarkInput {
    /// Attempt.
    pub attempt: i64,
    /// Question.
    pub question: i64,
    /// Marks, hundredths.
    pub marks: i64,
    /// The chief's decision, not a marker's mark.
    pub decides: bool,
    /// Why, for the chief.
    pub note: String,
}

/// An answer taken in hand by somebody who may mark it.
struct Desk {
    case: Case,
    person: PersonId,
    row: MarkingRow,
    full: Marks,
}

impl Desk {
    async fn open(
        tx: &mut Tx,
        ctx: &Ctx,
        id: i64,
        (attempt, question): (i64, i64),
        (as_chief, act): (bool, &str),
    ) -> Result<Self, Problem> {
        let case = Case::take_any(tx, ctx, id).await?;
        let (marks, chiefs) = duties(tx, ctx, id).await?;
        let person = ctx
            .actor
            .person_id
            .filter(|_| if as_chief { chiefs } else { marks })
            .ok_or_else(Problem::not_found)?;
        case.only_in(&[SessionState::Marking], act)?;
        let (attempt, question) = (AttemptId::from(attempt), QuestionId::from(question));
        let row = markings::one(tx, id, attempt, question)
            .await?
            .ok_or_else(Problem::not_found)?;
        let full = full_of_question(tx, attempt, question).await?;
        Ok(Desk {
            case,
            person,
            row,
            full,
        })
    }

    fn mark(&self, marks: Marks) -> MarkBy {
        MarkBy {
            marker: self.person,
            marks,
        }
    }

    /// Stores where the answer stands now, with its line of history; gives the word of its state.
    async fn put(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        next: Marking,
        (event, marks, note): (&'static str, Marks, &str),
    ) -> Result<String, Problem> {
        let word = next.state.name().to_owned();
        let row = MarkingRow {
            marking: next,
            ..self.row.clone()
        };
        if !markings::put(tx, &row).await? {
            return Err(Problem::stale());
        }
        let event = MarkingEvent {
            event,
            marks: Some(marks),
            note,
            by: (ctx.actor.account_id, &ctx.actor.name),
            at: ctx.now,
        };
        markings::add_event(tx, (row.attempt, row.question), event).await?;
        Ok(word)
    }
}

/// Gives a mark. Two markers at once: both marks count, one after the other.
///
/// # Errors
/// 404 for somebody without that duty; 409 for a mark that is not wanted any more; 422 for one out of range.
pub async fn give(ctx: &Ctx, id: i64, input: MarkInput) -> Result<String, Problem> {
    let note = words::optional("note", "说明", &input.note, 200)?;
    let mut tx = ctx.db().write().await?;
    let answer = (input.attempt, input.question);
    let desk = Desk::open(&mut tx, ctx, id, answer, (input.decides, "阅卷")).await?;
    let (given, full) = (Marks(input.marks), desk.full);
    let (next, event) = if input.decides {
        (desk.row.marking.decide(given, full), "decide")
    } else {
        let rules = policy(&desk.case, full);
        (
            desk.row.marking.mark(desk.mark(given), full, &rules),
            "mark",
        )
    };
    let next = next.map_err(out_of_range)?;
    let word = desk.put(&mut tx, ctx, next, (event, given, &note)).await?;
    tx.audit(
        ctx.audit("exam.mark", desk.case.subject())
            .unit(desk.case.session.unit)
            .detail(json!({"attempt": input.attempt, "question": input.question,
                "marks": input.marks, "decides": input.decides})),
    );
    tx.commit().await?;
    Ok(word)
}

/// Mends one's own mark while nobody else has decided by it: what was given before stays in the history.
///
/// # Errors
/// 404 for somebody who does not mark; 409 when others have decided; 422 for a mark out of range.
pub async fn mend(
    ctx: &Ctx,
    id: i64,
    (attempt, question): (i64, i64),
    marks: i64,
) -> Result<String, Problem> {
    let mut tx = ctx.db().write().await?;
    let answer = (attempt, question);
    let desk = Desk::open(&mut tx, ctx, id, answer, (false, "修改评分")).await?;
    let mut before = desk.row.marking.marks.iter();
    let was = before
        .find(|one| one.marker == desk.person)
        .map(|one| one.marks.hundredths());
    let (given, rules) = (Marks(marks), policy(&desk.case, desk.full));
    let next = desk
        .row
        .marking
        .mend(desk.mark(given), desk.full, &rules)
        .map_err(out_of_range)?;
    let word = desk.put(&mut tx, ctx, next, ("mend", given, "")).await?;
    tx.audit(
        ctx.audit("exam.mark_mended", desk.case.subject())
            .unit(desk.case.session.unit)
            .detail(json!({"attempt": attempt, "question": question, "was": was, "marks": marks})),
    );
    tx.commit().await?;
    Ok(word)
}

fn out_of_range(deny: Deny) -> Problem {
    match deny.code {
        "exams.marks" => Problem::field("marks", deny.text),
        _ => refused(deny),
    }
}

async fn full_of_question(
    tx: &mut Tx,
    attempt: AttemptId,
    question: QuestionId,
) -> Result<Marks, Problem> {
    let attempt = attempts::by_id(tx, attempt)
        .await?
        .ok_or_else(Problem::not_found)?;
    let (content, _) = crate::store::exams::form(tx, attempt.form)
        .await?
        .ok_or_else(Problem::not_found)?;
    let form: Form =
        serde_json::from_str(&content).map_err(|error| chengzhi_http::Unknown::log(&error))?;
    form.questions
        .iter()
        .find(|asked| asked.question == question)
        .map(Asked::by_hand)
        .ok_or_else(Problem::not_found)
}
