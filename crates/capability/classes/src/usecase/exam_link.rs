//! The exam of a class in the exam engine: which one it is, and its results with where each comes from. Results typed or
//! imported stay for exams held elsewhere.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem, Unknown};
use chengzhi_kernel::{PersonId, Quantity, Timestamp, UnitId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::phase::Phase;
use crate::store::results::{self, ResultRow};
use crate::store::{certificates as issued, classes, trainees};

use super::case::Case;
use super::{awards, certificates};

/// How a result that the engine gave is stored.
pub const FROM_EXAM: &str = "exam";

/// An exam of the purpose 培训班考试 as the engine tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExamRef {
    /// Session.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// The doors open.
    pub opens: Timestamp,
    /// Word of its state.
    pub state: String,
    /// Results are out.
    pub published: bool,
    /// It belongs to this class.
    pub linked: bool,
}

/// What became of somebody in an exam of the class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExamVerdict {
    /// Who.
    pub person: PersonId,
    /// Passed.
    pub passed: bool,
    /// Did not come.
    pub absent: bool,
    /// Where it comes from.
    pub trace: ClassExamTraceOut,
}

/// Where a result comes from: kept with it, as it was when it was taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClassExamTraceOut {
    /// Session of the exam.
    pub exam: i64,
    /// Its title.
    pub title: String,
    /// Attempt; none for a paper exam and for those who did not come.
    pub attempt: Option<i64>,
    /// Its number, from 1.
    pub number: Option<u32>,
    /// Attempts begun.
    pub attempts: u32,
    /// Total, hundredths of marks.
    pub score: Option<i64>,
    /// Full marks, hundredths.
    pub full: i64,
    /// Pass mark, hundredths.
    pub pass: Option<i64>,
    /// Revision: more than 1 after a correction.
    pub revision: u32,
    /// As a sentence.
    pub text: String,
}

/// The exam engine, as far as classes need it.
#[async_trait]
pub trait ExamBook: Send + Sync {
    /// Class exams of a bureau that belong to `about` or to nothing, the latest first.
    async fn exams(&self, tx: &mut Tx, unit: UnitId, about: &str) -> Result<Vec<ExamRef>, Problem>;
    /// Says that an exam of a bureau belongs to `about`, or with `on` false that it does not any more.
    async fn belong(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        exam: i64,
        owner: (UnitId, &str),
        on: bool,
    ) -> Result<(), Problem>;
    /// Published results of the exams that belong to `about`, the earlier exam first.
    async fn verdicts(&self, tx: &mut Tx, about: &str) -> Result<Vec<ExamVerdict>, Problem>;
}

/// A class exam that may be linked, or is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassExamOut {
    /// Session.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// The doors open.
    #[schema(value_type = String, format = DateTime)]
    pub opens_at: Timestamp,
    /// Word of its state.
    pub state_name: String,
    /// Results are out.
    pub published: bool,
    /// It belongs to this class.
    pub linked: bool,
}

fn about(class: i64) -> String {
    format!("class:{class}")
}

async fn listed(
    tx: &mut Tx,
    book: &dyn ExamBook,
    case: &Case,
) -> Result<Vec<ClassExamOut>, Problem> {
    let own = about(case.class.id);
    Ok(book
        .exams(tx, case.class.unit_id, &own)
        .await?
        .into_iter()
        .map(|exam| ClassExamOut {
            id: exam.id,
            title: exam.title,
            opens_at: exam.opens,
            state_name: exam.state,
            published: exam.published,
            linked: exam.linked,
        })
        .collect())
}

/// The class exams of the bureau that this class may take its results from.
///
/// # Errors
/// 404 for classes of others; 500 from the engine.
pub async fn list(ctx: &Ctx, book: &dyn ExamBook, id: i64) -> Result<Vec<ClassExamOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::run_by(&mut tx, ctx, id).await?;
    listed(&mut tx, book, &case).await
}

/// Links an exam to a class, or takes the link back. Results that are out are taken over at once; those of an exam that
/// does not belong to it any more are withdrawn.
///
/// # Errors
/// 404 for classes and exams of others; 409 for a class without exam, one whose closing is under way or that is over and
/// done, or an exam that belongs to another class.
pub async fn link(
    ctx: &Ctx,
    book: &dyn ExamBook,
    id: i64,
    exam: i64,
    on: bool,
) -> Result<Vec<ClassExamOut>, Problem> {
    let mut tx = ctx.db().write().await?;
    let case = Case::run_by(&mut tx, ctx, id).await?;
    if on && !case.class.has_exam {
        return Err(Problem::conflict(
            "class.no_exam",
            "本班没有设考试，请先在基本信息中勾选考试考核。",
        ));
    }
    if matches!(
        case.phase,
        Phase::ClosingSubmitted | Phase::Closed | Phase::Cancelled
    ) {
        return Err(Problem::conflict(
            "class.phase",
            format!("培训班{}，不能更改关联的考试。", case.phase.name()),
        ));
    }
    // The exam's row is locked before the class's, as when results are published.
    let own = about(id);
    book.belong(&mut tx, ctx, exam, (case.class.unit_id, &own), on)
        .await?;
    tx.audit(
        ctx.audit("class.exam", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"exam": exam, "on": on})),
    );
    let verdicts = book.verdicts(&mut tx, &own).await?;
    take(&mut tx, ctx, id, &verdicts).await?;
    let after = listed(&mut tx, book, &case).await?;
    tx.commit().await?;
    Ok(after)
}

fn write(trace: &ClassExamTraceOut) -> Result<String, Problem> {
    serde_json::to_string(trace).map_err(|error| Unknown::log(&error))
}

/// Reads where a result comes from.
#[must_use]
pub(super) fn trace_of(row: &ResultRow) -> Option<ClassExamTraceOut> {
    serde_json::from_str(row.trace.as_deref()?).ok()
}

/// Takes over the results of the exams that belong to a class, all that stand now: of several exams somebody's last one
/// counts. What is the same is left alone; what an exam gave and gives no more is withdrawn. Hours, credits and
/// certificates that were given already follow, unless their year is closed.
///
/// # Errors
/// 500 from the engine.
pub async fn take(
    tx: &mut Tx,
    ctx: &Ctx,
    id: i64,
    verdicts: &[ExamVerdict],
) -> Result<(), Problem> {
    if classes::by_id(tx, id).await?.is_none() {
        return Ok(());
    }
    let case = Case::take_any(tx, ctx, id).await?;
    if case.phase == Phase::Cancelled {
        return Ok(());
    }
    let last: BTreeMap<PersonId, &ExamVerdict> =
        verdicts.iter().map(|one| (one.person, one)).collect();
    let known = results::of_classes(tx, &[id]).await?;
    let (mut fresh, mut gone) = (Vec::new(), Vec::new());
    for trainee in trainees::of_classes(tx, &[id]).await? {
        let before = known.get(&trainee.id);
        let verdict = trainee
            .person_id
            .filter(|_| trainee.seat.sits())
            .and_then(|person| last.get(&person));
        // Who took the exam elsewhere was away from this one: what was typed or imported stands.
        let elsewhere = before.is_some_and(|before| before.source != FROM_EXAM);
        match verdict {
            Some(verdict) if verdict.absent && elsewhere => {}
            Some(verdict) => {
                let row = ResultRow {
                    trainee_id: trainee.id,
                    score: verdict
                        .trace
                        .score
                        .map(|score| Quantity::from_thousandths(score * 10)),
                    passed: verdict.passed,
                    absent: verdict.absent,
                    note: String::new(),
                    source: FROM_EXAM.to_owned(),
                    entered_by_name: ctx.actor.name.clone(),
                    trace: Some(write(&verdict.trace)?),
                };
                let same = before
                    .is_some_and(|before| before.trace == row.trace && before.passed == row.passed);
                if !same {
                    fresh.push(row);
                }
            }
            None if before.is_some_and(|before| before.source == FROM_EXAM) => {
                gone.push(trainee.id);
            }
            None => {}
        }
    }
    if fresh.is_empty() && gone.is_empty() {
        return Ok(());
    }
    results::put(tx, &fresh, ctx.actor.account_id, ctx.now).await?;
    results::withdraw(tx, &gone, ctx.now).await?;
    let followed = follow(tx, ctx, &case).await?;
    tx.audit(
        ctx.audit("class.exam_results", case.subject())
            .unit(case.class.unit_id)
            .detail(
                json!({"rows": fresh.len(), "withdrawn": gone.len(), "hours_follow": followed}),
            ),
    );
    Ok(())
}

/// Hours and certificates that were given already follow the results. False when their year is closed: they stay then.
async fn follow(tx: &mut Tx, ctx: &Ctx, case: &Case) -> Result<bool, Problem> {
    if !results::posted(tx, case.class.id).await?.is_empty() {
        match awards::settle(tx, ctx, case, false).await {
            Err(problem) if problem.code() == "class.year_closed" => return Ok(false),
            other => other?,
        }
    }
    if !issued::of_class(tx, case.class.id).await?.is_empty() {
        certificates::settle(tx, ctx, case).await?;
    }
    Ok(true)
}

/// What somebody is told who wants to type a result that the engine gave.
#[must_use]
pub(super) fn given_by_exam(row: &ResultRow) -> Option<String> {
    (row.source == FROM_EXAM).then(|| {
        let title = trace_of(row).map(|trace| trace.title).unwrap_or_default();
        format!("成绩取自考试“{title}”，请在该场考试中更正，或先取消关联")
    })
}
