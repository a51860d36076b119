//! A class takes the results of its exam from the exam engine: what classes ask of exams, and what exams tell classes.

use std::sync::Arc;

use async_trait::async_trait;
use chengzhi_classes::facade::{
    self as classes, ClassExamTraceOut, ExamBook, ExamRef, ExamVerdict,
};
use chengzhi_db::Tx;
use chengzhi_exams::facade::{self as exams, AllFollows, Follows, Verdict};
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::UnitId;

/// The exam engine of this installation, as classes see it.
pub struct Exams;

/// Everybody who takes over results of exams, one line each.
#[must_use]
pub fn all() -> AllFollows {
    Arc::new(vec![Arc::new(ClassResults)])
}

fn verdict(from: &Verdict) -> ExamVerdict {
    ExamVerdict {
        person: from.person,
        passed: from.passed,
        absent: from.absent,
        trace: ClassExamTraceOut {
            exam: from.session,
            title: from.title.clone(),
            attempt: from.attempt.map(exams::AttemptId::get),
            number: from.number,
            attempts: from.attempts,
            score: from.score,
            full: from.full,
            pass: from.pass,
            revision: from.revision,
            text: from.words.clone(),
        },
    }
}

#[async_trait]
impl ExamBook for Exams {
    async fn exams(&self, tx: &mut Tx, unit: UnitId, about: &str) -> Result<Vec<ExamRef>, Problem> {
        let found = exams::exams_for(tx, unit, about).await?;
        Ok(found
            .into_iter()
            .map(|exam| ExamRef {
                id: exam.id,
                title: exam.title,
                opens: exam.opens,
                state: exam.state,
                published: exam.published,
                linked: exam.linked,
            })
            .collect())
    }

    async fn belong(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        exam: i64,
        owner: (UnitId, &str),
        on: bool,
    ) -> Result<(), Problem> {
        exams::belong(tx, ctx, exam, owner, on).await
    }

    async fn verdicts(&self, tx: &mut Tx, about: &str) -> Result<Vec<ExamVerdict>, Problem> {
        let found = exams::verdicts(tx, about).await?;
        Ok(found.iter().map(verdict).collect())
    }
}

/// Classes take over what belongs to them (`class:12`).
struct ClassResults;

#[async_trait]
impl Follows for ClassResults {
    async fn changed(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        about: &str,
        verdicts: &[Verdict],
    ) -> Result<(), Problem> {
        let Some(class) = about.strip_prefix("class:").and_then(|id| id.parse().ok()) else {
            return Ok(());
        };
        let list: Vec<ExamVerdict> = verdicts.iter().map(verdict).collect();
        classes::take_exam(tx, ctx, class, &list).await
    }
}
