//! What invigilators note, absences, exclusions, and orders to one sitting.

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use serde_json::json;

use crate::domain::AttemptId;
use crate::domain::conduct::Conduct;
use crate::domain::range::State as CandidateState;
use crate::domain::session::State as SessionState;
use crate::domain::sitting::State;
use crate::store::attempts;
use crate::store::candidates::{self, CandidateRow};
use crate::store::conduct::{self, ConductRow};

use super::board::ExamConductOut;
use super::case::{Case, Watch, reviewing_units};
use super::sitting::{Order, Room};
use super::words;

/// The standing notes about a candidate.
#[must_use]
pub fn notes_of(notes: &[ConductRow], candidate: i64) -> Vec<ExamConductOut> {
    notes
        .iter()
        .filter(|note| note.candidate == candidate && note.withdrawn_by.is_none())
        .map(|note| {
            let conduct = Conduct::from_code(&note.code);
            ExamConductOut {
                id: note.id,
                code: note.code.clone(),
                name: conduct.map_or("其他情况", Conduct::name).to_owned(),
                note: note.note.clone(),
                at: note.at,
                by: note.by_name.clone(),
                breach: conduct.is_some_and(Conduct::is_breach),
            }
        })
        .collect()
}

/// A candidate whom the caller watches, in a session where conduct can be noted.
async fn watched(
    tx: &mut Tx,
    ctx: &Ctx,
    id: i64,
    candidate: i64,
    act: &str,
) -> Result<(Case, CandidateRow), Problem> {
    let case = Case::take_any(tx, ctx, id).await?;
    let (_, watch) = case.watch(tx, ctx).await?;
    let row = candidates::by_ids(tx, id, &[candidate])
        .await?
        .remove(&candidate)
        .filter(|row| watch.sees(row.room, row.district))
        .filter(|row| row.candidate.state == CandidateState::Registered)
        .ok_or_else(Problem::not_found)?;
    if matches!(watch, Watch::Districts(_)) {
        return Err(Problem::forbidden());
    }
    case.only_in(&[SessionState::Sealed, SessionState::Marking], act)?;
    Ok((case, row))
}

/// Notes a candidate's conduct.
///
/// # Errors
/// 404 for candidates of others; 409 once results are out; 422 for an unknown code or a missing note.
pub async fn note(
    ctx: &Ctx,
    id: i64,
    candidate: i64,
    code: &str,
    text: &str,
) -> Result<i64, Problem> {
    let kind =
        Conduct::from_code(code).ok_or_else(|| Problem::field("code", "请选择表现情况。"))?;
    let text = words::optional("note", "说明", text, 500)?;
    if kind.needs_note() && text.is_empty() {
        return Err(Problem::field(
            "note",
            format!("“{}”请写明具体情况。", kind.name()),
        ));
    }
    let mut tx = ctx.db().write().await?;
    let (case, row) = watched(&mut tx, ctx, id, candidate, "记录表现").await?;
    let by = (ctx.actor.account_id, ctx.actor.name.as_str());
    let note = conduct::insert(&mut tx, candidate, (kind.code(), &text), by, ctx.now).await?;
    tx.audit(
        ctx.audit("exam.conduct", case.subject())
            .unit(row.district)
            .detail(json!({"candidate": candidate, "code": kind.code(), "note": note})),
    );
    tx.commit().await?;
    Ok(note)
}

/// Withdraws a note: it stays stored and is counted no more. Only who wrote it, or the holder.
///
/// # Errors
/// 404 for notes of others; 409 once results are out, or when it is withdrawn.
pub async fn withdraw(ctx: &Ctx, id: i64, note: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let case = Case::take_any(&mut tx, ctx, id).await?;
    let found = conduct::of_session(&mut tx, id)
        .await?
        .into_iter()
        .find(|row| row.id == note)
        .filter(|row| row.by == ctx.actor.account_id || case.is_held_by(ctx))
        .ok_or_else(Problem::not_found)?;
    case.only_in(&[SessionState::Sealed, SessionState::Marking], "撤回记录")?;
    if !conduct::withdraw(&mut tx, note, &ctx.actor.name, ctx.now).await? {
        return Err(Problem::stale());
    }
    tx.audit(
        ctx.audit("exam.conduct_withdraw", case.subject())
            .detail(json!({"candidate": found.candidate, "note": note})),
    );
    tx.commit().await?;
    Ok(())
}

/// Says why somebody did not come: with leave, without, or takes it back (`present`). Invigilators and the district.
///
/// # Errors
/// 404 for candidates of others; 409 for somebody who sat, or once results are out; 422 for a field.
pub async fn absence(
    ctx: &Ctx,
    id: i64,
    candidate: i64,
    kind: &str,
    reason: &str,
) -> Result<(), Problem> {
    let reason = words::optional("note", "原因", reason, 200)?;
    let kind = match kind {
        "present" => None,
        "leave" if reason.is_empty() => {
            return Err(Problem::field("note", "请写明请假事由。"));
        }
        "leave" | "away" => Some(kind.to_owned()),
        _ => return Err(Problem::field("absence", "请选择请假、缺考或到考。")),
    };
    let mut tx = ctx.db().write().await?;
    let case = Case::take_any(&mut tx, ctx, id).await?;
    let row = candidates::by_ids(&mut tx, id, &[candidate])
        .await?
        .remove(&candidate)
        .filter(|row| row.candidate.state == CandidateState::Registered)
        .ok_or_else(Problem::not_found)?;
    let own = reviewing_units(ctx, &case.tree).contains(&row.district.get());
    if !own {
        let (_, watch) = case.watch(&mut tx, ctx).await?;
        if !watch.sees(row.room, row.district) {
            return Err(Problem::not_found());
        }
    }
    case.only_in(&[SessionState::Sealed, SessionState::Marking], "登记缺考")?;
    if kind.is_some() && has_begun(&mut tx, &case, &row).await? {
        return Err(Problem::conflict(
            "exams.sat",
            format!("{}已经开始作答，不能登记为缺考。", row.name),
        ));
    }
    let next = CandidateRow {
        absence: kind.clone(),
        absence_note: (!reason.is_empty()).then_some(reason),
        ..row.clone()
    };
    candidates::put(&mut tx, &next, row.candidate.state).await?;
    tx.audit(
        ctx.audit("exam.absence", case.subject())
            .unit(row.district)
            .detail(json!({"candidate": candidate, "absence": kind})),
    );
    tx.commit().await?;
    Ok(())
}

async fn has_begun(tx: &mut Tx, case: &Case, row: &CandidateRow) -> Result<bool, Problem> {
    Ok(
        attempts::of_person_in(tx, case.session.id, row.candidate.person)
            .await?
            .iter()
            .any(|(_, one)| one.sitting(&case.session.terms).stored != State::NotStarted),
    )
}

/// Takes somebody's exam out of the count, with a reason; an empty reason takes that back. The holder only. His answers
/// stay stored.
///
/// # Errors
/// 404 for others; 409 unless it is between the sealing and the results.
pub async fn exclude(ctx: &Ctx, id: i64, candidate: i64, reason: &str) -> Result<(), Problem> {
    let reason = words::optional("reason", "原因", reason, 200)?;
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    case.only_in(
        &[SessionState::Sealed, SessionState::Marking],
        "取消考生成绩",
    )?;
    let row = candidates::by_ids(&mut tx, id, &[candidate])
        .await?
        .remove(&candidate)
        .filter(|row| row.candidate.state == CandidateState::Registered)
        .ok_or_else(Problem::not_found)?;
    let next = CandidateRow {
        excluded: (!reason.is_empty()).then(|| reason.clone()),
        ..row.clone()
    };
    candidates::put(&mut tx, &next, row.candidate.state).await?;
    tx.audit(
        ctx.audit("exam.exclude", case.subject())
            .unit(row.district)
            .detail(json!({"candidate": candidate, "reason": reason})),
    );
    tx.commit().await?;
    Ok(())
}

/// Stops somebody's clock, or lets it go on.
///
/// # Errors
/// 404 for candidates of others; 409 unless he sits.
pub async fn order(
    ctx: &Ctx,
    room: &Room,
    id: i64,
    candidate: i64,
    order: Order,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let (case, row) = watched(&mut tx, ctx, id, candidate, "暂停计时").await?;
    // His clock is that of the attempt he is at.
    let attempt: AttemptId = attempts::of_person_in(&mut tx, id, row.candidate.person)
        .await?
        .last()
        .map(|(_, attempt)| attempt.id)
        .ok_or_else(Problem::not_found)?;
    tx.audit(
        ctx.audit("exam.order", case.subject())
            .unit(row.district)
            .detail(json!({"candidate": candidate, "order": order.code()})),
    );
    tx.commit().await?;
    room.order(ctx, attempt, order).await
}
