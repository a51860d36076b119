//! Leave from a class: asked for by the trainee, decided by whoever runs the class.

use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Timestamp;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::enrol::Seat;
use crate::domain::phase::{Act, Phase};
use crate::domain::timetable::Span;
use crate::store::leaves::{self, Leave};
use crate::store::trainees;

use super::case::Case;
use super::{bad_field, seats, words};

/// A leave.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassLeaveOut {
    /// Row id.
    pub id: i64,
    /// Trainee.
    pub trainee_id: i64,
    /// His name.
    pub name: String,
    /// His unit.
    pub unit_name: String,
    /// From.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Until.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// `asked`, `granted`, `refused`.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// Who decided.
    pub decided_by: Option<String>,
    /// What he said.
    pub decide_note: Option<String>,
}

/// A leave as sent.
#[must_use]
pub fn leave_out(row: Leave, name: &str, unit_name: &str) -> ClassLeaveOut {
    ClassLeaveOut {
        id: row.id,
        trainee_id: row.trainee_id,
        name: name.to_owned(),
        unit_name: unit_name.to_owned(),
        from: row.span.from,
        until: row.span.until,
        reason: row.reason,
        state_name: match row.state.as_str() {
            "asked" => "待批",
            "granted" => "已准假",
            _ => "未准假",
        }
        .to_owned(),
        state: row.state,
        decided_by: row.decided_by_name,
        decide_note: row.decide_note,
    }
}

/// Leaves of a class, oldest first.
///
/// # Errors
/// 404 for classes of others; 500 from the engine.
pub async fn list(ctx: &Ctx, id: i64) -> Result<Vec<ClassLeaveOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::run_by(&mut tx, ctx, id).await?;
    let list = trainees::of_classes(&mut tx, &[case.class.id]).await?;
    Ok(leaves::of_classes(&mut tx, &[id])
        .await?
        .into_iter()
        .map(|row| {
            let who = list.iter().find(|trainee| trainee.id == row.trainee_id);
            let name = who.map_or("", |who| who.name.as_str());
            let unit = who.map_or("", |who| who.unit_name.as_str());
            leave_out(row, name, unit)
        })
        .collect())
}

/// Asks for leave from the own class.
///
/// # Errors
/// 404 when the actor is not on the list; 409 for a class that is over or a leave that is asked for; 422 for a field.
pub async fn ask(
    ctx: &Ctx,
    id: i64,
    from: Timestamp,
    until: Timestamp,
    reason: &str,
) -> Result<i64, Problem> {
    let reason = words::required("reason", "请假事由", reason, 300)?;
    let person = ctx.actor.person_id.ok_or_else(Problem::not_found)?;
    let mut tx = ctx.db().write().await?;
    let case = Case::take_any(&mut tx, ctx, id).await?;
    let row = trainees::in_class(&mut tx, id, person)
        .await?
        .ok_or_else(Problem::not_found)?;
    if !matches!(case.phase, Phase::Draft | Phase::Filed | Phase::Running) {
        return Err(Problem::conflict(
            "class.over",
            "培训班已经结束，不能再请假；缺课原因请与班主任联系。",
        ));
    }
    let span = Span { from, until };
    if until <= from {
        return Err(bad_field("until", "请假结束时间应晚于开始时间。"));
    }
    if !case
        .lessons
        .iter()
        .any(|lesson| lesson.lesson.span.overlaps(&span))
    {
        return Err(bad_field("from", "这段时间本班没有课，无需请假。"));
    }
    let before = leaves::of_classes(&mut tx, &[id]).await?;
    let meets = |leave: &&Leave| {
        leave.trainee_id == row.id && leave.state != "refused" && leave.span.overlaps(&span)
    };
    if let Some(known) = before.iter().find(meets) {
        return Err(Problem::conflict(
            "class.leave_twice",
            format!(
                "{}起已有请假申请，请勿重复申请。",
                known.span.from.format_cn()
            ),
        ));
    }
    let leave = Leave {
        id: 0,
        trainee_id: row.id,
        span,
        reason,
        state: "asked".to_owned(),
        asked_at: ctx.now,
        asked_by_name: ctx.actor.name.clone(),
        decided_by_name: None,
        decide_note: None,
    };
    let leave_id = leaves::insert(&mut tx, &leave).await?;
    if row.seat == Seat::Enrolled && whole(&case, &span) {
        trainees::put_seat(&mut tx, row.id, Seat::LeaveAsked, None, "").await?;
    }
    tx.audit(
        ctx.audit("class.leave_ask", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"from": from.to_rfc3339(), "until": until.to_rfc3339()})),
    );
    tx.commit().await?;
    Ok(leave_id)
}

fn whole(case: &Case, span: &Span) -> bool {
    case.lessons
        .iter()
        .all(|row| span.from <= row.lesson.span.from && row.lesson.span.until <= span.until)
}

/// Grants or refuses a leave. One for the whole class frees the seat.
///
/// # Errors
/// 404 for classes of others; 409 when it is decided; 422 without a reason for refusing.
pub async fn decide(
    ctx: &Ctx,
    id: i64,
    leave: i64,
    granted: bool,
    note: &str,
) -> Result<Vec<String>, Problem> {
    let note = if granted {
        words::optional("note", "意见", note, 300)?
    } else {
        words::required("note", "不准假的理由", note, 300)?
    };
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    if !matches!(case.phase, Phase::Draft | Phase::Filed) {
        case.may(Act::Record)?;
    }
    let known = leaves::by_id(&mut tx, leave)
        .await?
        .ok_or_else(Problem::not_found)?;
    let row = trainees::by_id(&mut tx, known.trainee_id)
        .await?
        .filter(|row| row.class_id == id)
        .ok_or_else(Problem::not_found)?;
    let by = &ctx.actor.name;
    if !leaves::decide(&mut tx, leave, granted, &note, by, ctx.now).await? {
        return Err(Problem::conflict(
            "class.leave_decided",
            "这次请假已经批过，请刷新后再看。",
        ));
    }
    let mut moved = Vec::new();
    if row.seat == Seat::LeaveAsked {
        let seat = if granted {
            Seat::OnLeave
        } else {
            Seat::Enrolled
        };
        trainees::put_seat(&mut tx, row.id, seat, None, &note).await?;
        moved = seats::move_up(&mut tx, ctx, &case).await?;
    }
    tx.audit(
        ctx.audit("class.leave_decide", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"name": row.name, "granted": granted})),
    );
    tx.commit().await?;
    Ok(moved)
}
