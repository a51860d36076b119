//! Objections (成绩异议): made by the candidate, decided by the holder.

use chengzhi_http::{Ctx, Problem};
use serde_json::json;

use crate::domain::session::State;
use crate::store::candidates::{self, CandidateRow};
use crate::store::claims::{self, Objection};

use super::case::Case;
use super::own_results::ExamObjectionOut;
use super::words;

/// Most open objections of one candidate.
const MOST_OPEN: usize = 10;

/// As sent.
#[must_use]
pub fn out(case: &Case, row: &CandidateRow, one: Objection) -> ExamObjectionOut {
    ExamObjectionOut {
        id: one.id,
        candidate: row.id,
        name: row.name.clone(),
        staff_no: row.staff_no.clone(),
        unit_name: case.tree.name(row.candidate.unit).to_owned(),
        question: one.question,
        text: one.text,
        state_name: match one.state.as_str() {
            "upheld" => "成立",
            "rejected" => "不成立",
            _ => "待处理",
        }
        .to_owned(),
        state: one.state,
        made_at: one.made_at,
        answer: one.answer,
        decided_by: one.decided_by,
    }
}

/// Objects to the own result, or to one question of it.
///
/// # Errors
/// 404 for somebody who is no candidate; 409 before results are out or after the last day; 422 without words.
pub async fn object(ctx: &Ctx, id: i64, question: Option<i64>, text: &str) -> Result<i64, Problem> {
    let text = words::required("text", "异议内容", text, 1_000)?;
    let person = ctx.actor.person_id.ok_or_else(Problem::not_found)?;
    let mut tx = ctx.db().write().await?;
    let case = Case::take_any(&mut tx, ctx, id).await?;
    let row = candidates::of_person(&mut tx, id, person)
        .await?
        .ok_or_else(Problem::not_found)?;
    let due = case
        .objection_due()
        .filter(|_| case.session.state == State::Published)
        .ok_or_else(|| Problem::conflict("exams.not_published", "成绩尚未公布，请留意通知。"))?;
    if ctx.now >= due {
        return Err(Problem::conflict(
            "exams.objection_late",
            format!("异议期已于{}截止。", due.format_bound_cn()),
        ));
    }
    let result = crate::store::results::of_session(&mut tx, id)
        .await?
        .remove(&row.id)
        .ok_or_else(Problem::not_found)?;
    if let Some(question) = question
        && !result
            .given
            .iter()
            .any(|one| one.question.get() == question)
    {
        return Err(Problem::field("question", "这道题不在您的试卷上。"));
    }
    let open = claims::objections(&mut tx, id)
        .await?
        .iter()
        .filter(|one| one.candidate == row.id && one.state == "open")
        .count();
    if open >= MOST_OPEN {
        return Err(Problem::conflict(
            "exams.objections",
            format!("您已有{MOST_OPEN}项异议待处理，请等待答复。"),
        ));
    }
    let made = claims::insert_objection(&mut tx, id, row.id, question, &text, ctx.now).await?;
    tx.audit(
        ctx.audit("exam.object", case.subject())
            .unit(row.district)
            .detail(json!({"objection": made, "question": question})),
    );
    tx.commit().await?;
    Ok(made)
}

/// Objections of a session, open ones first.
///
/// # Errors
/// 404 for others.
pub async fn list(ctx: &Ctx, id: i64) -> Result<Vec<ExamObjectionOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::held(&mut tx, ctx, id).await?;
    let list = claims::objections(&mut tx, id).await?;
    let ids: Vec<i64> = list.iter().map(|one| one.candidate).collect();
    let rows = candidates::by_ids(&mut tx, id, &ids).await?;
    Ok(list
        .into_iter()
        .filter_map(|one| Some(out(&case, rows.get(&one.candidate)?, one)))
        .collect())
}

/// Decides an objection; what follows from an upheld one (a corrected key) is done as a correction.
///
/// # Errors
/// 404 for others; 409 when it is decided; 422 without an answer.
pub async fn decide(
    ctx: &Ctx,
    id: i64,
    objection: i64,
    upheld: bool,
    answer: &str,
) -> Result<(), Problem> {
    let answer = words::required("answer", "答复", answer, 1_000)?;
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    if !claims::objections(&mut tx, id)
        .await?
        .iter()
        .any(|one| one.id == objection)
    {
        return Err(Problem::not_found());
    }
    let state = if upheld { "upheld" } else { "rejected" };
    let by = ctx.actor.name.as_str();
    if !claims::decide_objection(&mut tx, id, objection, (state, &answer), by, ctx.now).await? {
        return Err(Problem::conflict(
            "exams.objection_decided",
            "这项异议已经答复，请刷新页面。",
        ));
    }
    tx.audit(
        ctx.audit("exam.objection", case.subject())
            .unit(case.session.unit)
            .detail(json!({"objection": objection, "state": state})),
    );
    tx.commit().await?;
    Ok(())
}
