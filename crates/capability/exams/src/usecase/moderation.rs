//! Marks looked at again: a marker's own last ones, all decided ones for the holder, and sending back.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Page, Paging, Problem};
use chengzhi_kernel::PersonId;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::double_marking::State;
use crate::domain::session::State as SessionState;
use crate::domain::{Marks, QuestionId};
use crate::store::markings::{self, MarkingEvent, MarkingRow};

use super::case::Case;
use super::content::Fact;
use super::judge::{Hall, hall};
use super::marking::{ExamAnswerToReadOut, duties, to_mark};
use super::papers::built;
use super::{refused, words};

/// How many of the own last marks are shown.
const OWN: i64 = 20;

/// An answer that the caller has marked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamOwnMarkOut {
    /// The answer, as it was read.
    pub answer: ExamAnswerToReadOut,
    /// What the caller gave, hundredths.
    pub marks: i64,
    /// It can still be mended: nobody else has decided by it.
    pub may_mend: bool,
}

/// The answers that the caller marked last, the latest first.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn own(
    tx: &mut Tx,
    ctx: &Ctx,
    id: i64,
    (hall, facts): (&Hall, &BTreeMap<QuestionId, Fact>),
    person: PersonId,
) -> Result<Vec<ExamOwnMarkOut>, Problem> {
    let mut found = Vec::new();
    for (attempt, question) in markings::last_of(tx, id, ctx.actor.account_id, OWN).await? {
        let Some(row) = markings::one(tx, id, attempt, question).await? else {
            continue;
        };
        // What was sent back has no marks any more.
        let mut given = row.marking.marks.iter();
        let Some(own) = given.find(|one| one.marker == person) else {
            continue;
        };
        if let Some(answer) = to_mark(id, &row, hall, facts) {
            found.push(ExamOwnMarkOut {
                answer: ExamAnswerToReadOut {
                    given: Vec::new(),
                    ..answer
                },
                marks: own.marks.hundredths(),
                may_mend: row.marking.may_mend(person).is_some(),
            });
        }
    }
    Ok(found)
}

/// An answer with everything that was given for it: for the holder and the chief, without the candidate's name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamMarkedAnswerOut {
    /// The answer.
    pub answer: ExamAnswerToReadOut,
    /// What each marker gave, in their order, hundredths.
    pub given: Vec<i64>,
    /// The mark that counts, hundredths; none while it is not decided.
    pub decided: Option<i64>,
    /// It can be sent back now.
    pub may_reopen: bool,
}

/// Which marked answers.
#[derive(Debug, Clone, Default)]
pub struct MarkedFilter {
    /// One question.
    pub question: Option<i64>,
    /// Code of a state.
    pub state: Option<String>,
}

/// Answers that have marks, those whose marks differ most first.
///
/// # Errors
/// 404 for others than the holder and the chief; 409 before collecting.
pub async fn marked(
    ctx: &Ctx,
    id: i64,
    filter: &MarkedFilter,
    paging: Paging,
) -> Result<Page<ExamMarkedAnswerOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::any(&mut tx, ctx, id).await?;
    let (_, chiefs) = duties(&mut tx, ctx, id).await?;
    if !chiefs && !case.is_held_by(ctx) {
        return Err(Problem::not_found());
    }
    case.only_in(
        &[SessionState::Marking, SessionState::Published],
        "复核评分",
    )?;
    let open = case.session.state == SessionState::Marking;
    let mut rows: Vec<MarkingRow> = markings::of_session(&mut tx, id)
        .await?
        .into_iter()
        .filter(|row| !row.marking.marks.is_empty())
        .filter(|row| filter.question.is_none_or(|one| row.question.get() == one))
        .filter(|row| {
            let mut wanted = filter.state.iter();
            wanted.all(|state| state == row.marking.state.code())
        })
        .collect();
    rows.sort_by_key(|row| {
        let marks = || row.marking.marks.iter().map(|one| one.marks.0);
        let apart = marks().max().unwrap_or(0) - marks().min().unwrap_or(0);
        (-apart, row.question, row.attempt)
    });
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let skip = usize::try_from(paging.offset()).unwrap_or(0);
    let take = usize::try_from(paging.limit()).unwrap_or(50);
    let hall = hall(&mut tx, &case).await?;
    let facts = built(&case.session)?.unwrap_or_default().facts;
    let rows = rows
        .iter()
        .skip(skip)
        .take(take)
        .filter_map(|row| {
            Some(ExamMarkedAnswerOut {
                answer: to_mark(id, row, &hall, &facts)?,
                given: row.marking.marks.iter().map(|one| one.marks.0).collect(),
                decided: row.marking.last.map(Marks::hundredths),
                may_reopen: open && row.marking.state == State::Final,
            })
        })
        .collect();
    Ok(Page { total, rows })
}

/// Sends decided answers of a question back to be marked anew (复核): all of its marks go to the history. The holder
/// or the chief, while it is being marked.
///
/// # Errors
/// 404 for others; 409 when results are out or nothing of it is decided; 422 without a reason.
pub async fn reopen(
    ctx: &Ctx,
    id: i64,
    question: i64,
    attempt: Option<i64>,
    reason: &str,
) -> Result<usize, Problem> {
    let reason = words::required("reason", "原因", reason, 200)?;
    let mut tx = ctx.db().write().await?;
    let case = Case::take_any(&mut tx, ctx, id).await?;
    let (_, chiefs) = duties(&mut tx, ctx, id).await?;
    if !chiefs && !case.is_held_by(ctx) {
        return Err(Problem::not_found());
    }
    case.only_in(&[SessionState::Marking], "退回重评")?;
    let rows: Vec<MarkingRow> = markings::of_session(&mut tx, id)
        .await?
        .into_iter()
        .filter(|row| row.question.get() == question && row.marking.state == State::Final)
        .filter(|row| attempt.is_none_or(|attempt| row.attempt.get() == attempt))
        .collect();
    if rows.is_empty() {
        return Err(Problem::conflict(
            "exams.marking_state",
            "本题没有已定分的答案，不能退回重评。",
        ));
    }
    let attempts: BTreeSet<i64> = rows.iter().map(|row| row.attempt.get()).collect();
    for row in &rows {
        let next = MarkingRow {
            marking: row.marking.reopen().map_err(refused)?,
            ..row.clone()
        };
        if !markings::put(&mut tx, &next).await? {
            return Err(Problem::stale());
        }
        let event = MarkingEvent {
            event: "reopen",
            marks: row.marking.last,
            note: &reason,
            by: (ctx.actor.account_id, &ctx.actor.name),
            at: ctx.now,
        };
        markings::add_event(&mut tx, (row.attempt, row.question), event).await?;
    }
    tx.audit(
        ctx.audit("exam.marking_reopen", case.subject())
            .unit(case.session.unit)
            .detail(json!({"question": question, "attempts": attempts.len(), "reason": reason})),
    );
    tx.commit().await?;
    Ok(rows.len())
}
