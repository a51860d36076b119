//! One person's mark after a review (复核改分): what it may be made of, and what it does to his result. It goes the same
//! way as a corrected key: tried, shown, approved by two others, applied.

use chengzhi_db::Tx;
use chengzhi_http::Problem;

use crate::domain::key_correction::{Change, Regrade, Sitting, Tally};
use crate::domain::session::State as SessionState;
use crate::domain::{AttemptId, Marks, QuestionId};
use crate::store::candidates::CandidateRow;
use crate::store::claims;
use crate::store::results::ResultRow;

use super::case::Case;
use super::corrections::{asked, tally};
use super::judge::Hall;

/// Stands for the attempt of somebody who sat on paper.
const ON_PAPER: AttemptId = AttemptId(0);

fn of<'a>(hall: &'a Hall, one: &Regrade) -> Option<&'a CandidateRow> {
    let mut rows = hall.candidates.iter();
    rows.find(|row| row.id == one.candidate)
}

fn on_paper<'a>(hall: &'a Hall, one: &Regrade) -> Option<(&'a ResultRow, Marks)> {
    let result = hall.standing.get(&one.candidate)?;
    (result.source == "paper")
        .then_some(result)
        .and_then(|result| Some((result, result.score?)))
}

/// The regrade with the attempt that counts; the question 0 stands for the total of a paper exam.
///
/// # Errors
/// 422 for somebody who is no candidate, and for an objection that is not his or was not upheld.
pub(super) async fn settled(
    tx: &mut Tx,
    hall: &Hall,
    session: i64,
    question: QuestionId,
    one: Regrade,
) -> Result<Regrade, Problem> {
    let row = of(hall, &one)
        .ok_or_else(|| Problem::field("candidate", "这个人不在本场已编排的考生中。"))?;
    if let Some(objection) = one.objection {
        let list = claims::objections(tx, session).await?;
        if !list.iter().any(|found| {
            found.id == objection && found.candidate == row.id && found.state == "upheld"
        }) {
            return Err(Problem::field(
                "objection",
                "只能引用该考生已答复“成立”的异议，请先答复异议。",
            ));
        }
    }
    let attempt = hall.that_counts(row.candidate.person, &hall.changes, None);
    Ok(Regrade {
        attempt: attempt
            .filter(|_| question.get() != 0)
            .map(|found| found.attempt.id),
        ..one
    })
}

/// Refuses what one person's mark cannot be.
///
/// # Errors
/// 409 for somebody whose result was cancelled, and for a paper mark that can still be imported; 422 for a question
/// that he did not have or that is marked by its key, and for marks out of range.
pub(super) fn check(
    case: &Case,
    hall: &Hall,
    question: QuestionId,
    one: &Regrade,
) -> Result<(), Problem> {
    let row = of(hall, one)
        .ok_or_else(|| Problem::field("candidate", "这个人不在本场已编排的考生中。"))?;
    if row.excluded.is_some() {
        return Err(Problem::conflict(
            "exams.excluded",
            format!("{}的成绩已取消，不能改分。", row.name),
        ));
    }
    let within = |full: Marks| {
        if one.marks < Marks::ZERO || one.marks > full {
            return Err(Problem::field(
                "marks",
                format!("得分应在0至{full}分之间。"),
            ));
        }
        Ok(())
    };
    let Some(attempt) = one.attempt else {
        let paper = on_paper(hall, one).filter(|_| question.get() == 0);
        let (result, _) = paper.ok_or_else(|| {
            Problem::field(
                "question",
                if question.get() == 0 {
                    format!("{}没有纸笔成绩，请选择要改分的试题。", row.name)
                } else {
                    format!(
                        "{}没有在系统上作答，纸笔成绩请选择“纸笔考试总分”。",
                        row.name
                    )
                },
            )
        })?;
        if case.session.state != SessionState::Published {
            return Err(Problem::conflict(
                "exams.paper_open",
                "成绩还没有公布，纸笔成绩有误请更正表格后重新导入。",
            ));
        }
        return within(result.full);
    };
    let his = hall
        .of(row.candidate.person)
        .iter()
        .find(|found| found.id == attempt)
        .and_then(|found| hall.forms.get(&found.form))
        .and_then(|form| {
            form.questions
                .iter()
                .find(|found| found.question == question)
        });
    let Some(his) = his else {
        let text = if asked(hall, question).is_some() {
            format!("这道题不在{}的试卷上。", row.name)
        } else {
            "这道题不在本场考试的试卷上。".to_owned()
        };
        return Err(Problem::field("question", text));
    };
    if his.key.is_some() {
        return Err(Problem::field(
            "question",
            "这道题按答案自动评分，不能单独给一人改分；答案有误请用“更正答案”。",
        ));
    }
    if matches!(hall.changes.get(&question), Some(Change::Removed(_))) {
        return Err(Problem::field("question", "这道题已剔除，不再计分。"));
    }
    within(his.marks)
}

/// The one person as a correction looks at him; none when his result was cancelled since.
pub(super) fn sitting(
    hall: &Hall,
    question: QuestionId,
    one: &Regrade,
    pass: Marks,
) -> Option<Sitting> {
    let row = of(hall, one).filter(|row| row.excluded.is_none())?;
    let person = row.candidate.person;
    let revision = hall
        .standing
        .get(&row.id)
        .map_or(0, |result| result.revision);
    let made = |attempt, before, after| Sitting {
        attempt,
        person,
        unit: row.candidate.unit,
        before,
        after: Some(after),
        earned: Some(one.marks),
        revision,
    };
    if one.attempt.is_none() {
        let (result, score) = on_paper(hall, one)?;
        let with = |total| Tally {
            total,
            full: result.full,
            left: result.full,
            pass,
        };
        return Some(made(ON_PAPER, with(score), with(one.marks)));
    }
    let changes = hall.changes.with(question, Change::OnePerson(*one));
    let before = hall.that_counts(person, &hall.changes, Some(pass))?;
    let after = hall.that_counts(person, &changes, Some(pass))?;
    Some(made(
        after.attempt.id,
        tally(&before.counted, pass),
        tally(&after.counted, pass),
    ))
}

/// His next result of a paper exam. It stays one of a paper exam, with the reason why it was changed.
///
/// # Errors
/// 409 when he has none any more.
pub(super) fn paper_result(
    hall: &mut Hall,
    one: &Regrade,
    pass: Marks,
    reason: &str,
    by: &str,
) -> Result<ResultRow, Problem> {
    if let Some(standing) = hall.standing.get_mut(&one.candidate) {
        standing.score = Some(one.marks);
    }
    let row = of(hall, one).ok_or_else(Problem::stale)?;
    let judged = hall.judge(row, Some(pass))?;
    Ok(hall.result(&judged, "paper", reason, by))
}
