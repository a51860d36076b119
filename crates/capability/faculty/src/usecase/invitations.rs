//! Invitations: a bureau asks an instructor for a time and a topic, he answers on his phone.

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Timestamp, UnitId};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::access::{Reach, bureau};
use super::bookings::{Wanted, book, clashes, release, when};
use super::words::{line, optional, required};
use super::{bad, bad_field, refused};
use crate::domain::Deny;
use crate::domain::instructor::{Answered, State};
use crate::domain::span::Span;
use crate::store::bookings::{Booking, Subject};
use crate::store::instructors::{self, Instructor};
use crate::store::invitations::{self, Invitation};

/// An invitation as sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FacultyInvitationOut {
    /// Row.
    pub id: i64,
    /// Who is asked.
    pub instructor_id: i64,
    /// His name.
    pub instructor_name: String,
    /// Who asks.
    pub unit_name: String,
    /// From.
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    /// Until, not included.
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
    /// In words.
    pub when: String,
    /// What about.
    pub topic: String,
    /// Where.
    pub place: String,
    /// Anything else.
    pub note: String,
    /// `waiting`, `accepted`, `declined`, `withdrawn`.
    pub state: String,
    /// Its word.
    pub state_name: String,
    /// Words of the answer.
    pub answer: String,
    /// When it was answered.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
    /// Who asked.
    pub asked_by_name: String,
    /// What he is booked for at that time by others, while it waits.
    pub clashes: Vec<String>,
    /// Whether the caller may take it back.
    pub may_withdraw: bool,
}

/// Invitations as sent.
///
/// # Errors
/// 500 from the engine.
pub async fn invitations_out(
    tx: &mut Tx,
    ctx: &Ctx,
    reach: &Reach,
    rows: Vec<Invitation>,
) -> Result<Vec<FacultyInvitationOut>, Problem> {
    let ids: Vec<i64> = rows.iter().map(|row| row.instructor_id).collect();
    let people = instructors::of_ids(tx, &ids).await?;
    let manages = ctx.actor.scope(chengzhi_authz::Permission::FacultyManage);
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let span = Span {
            from: row.starts_at,
            until: row.ends_at,
        };
        let open = matches!(row.state, Answered::Waiting | Answered::Accepted);
        let in_the_way = if row.state == Answered::Waiting {
            let wish = Wanted {
                subject: Subject::Instructor(row.instructor_id),
                span,
            };
            clashes(tx, &[wish], &owner(row.id))
                .await?
                .into_iter()
                .map(|clash| clash.text())
                .collect()
        } else {
            Vec::new()
        };
        found.push(FacultyInvitationOut {
            id: row.id,
            instructor_id: row.instructor_id,
            instructor_name: people
                .iter()
                .find(|person| person.id == row.instructor_id)
                .map(|person| person.name.clone())
                .unwrap_or_default(),
            unit_name: reach.name(row.unit_id),
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            when: when(span),
            topic: row.topic,
            place: row.place,
            note: row.note,
            state: row.state.code().to_owned(),
            state_name: row.state.name().to_owned(),
            answer: row.answer,
            answered_at: row.answered_at,
            asked_by_name: row.asked_by_name,
            clashes: in_the_way,
            may_withdraw: open
                && row.ends_at > ctx.now
                && manages
                    .as_ref()
                    .is_some_and(|scope| scope.has_unit(row.unit_id)),
        });
    }
    Ok(found)
}

/// Owner of its booking.
fn owner(id: i64) -> String {
    format!("invitation:{id}")
}

/// Invitations that the scope's units sent.
///
/// # Errors
/// 500 from the engine.
pub async fn list(ctx: &Ctx, scope: &Scope) -> Result<Vec<FacultyInvitationOut>, Problem> {
    let mut tx = ctx.db().read().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let rows = invitations::all(&mut tx, &scope.unit_sql("v.unit_id")).await?;
    invitations_out(&mut tx, ctx, &reach, rows).await
}

/// An invitation as entered.
#[derive(Debug, Clone)]
pub struct InvitationInput {
    /// The bureau that asks.
    pub unit: UnitId,
    /// From.
    pub starts_at: Timestamp,
    /// Until, not included.
    pub ends_at: Timestamp,
    /// What about.
    pub topic: String,
    /// Where.
    pub place: String,
    /// Anything else.
    pub note: String,
}

/// Asks an instructor. Gives the row.
///
/// # Errors
/// 404 for one who is not seen; 409 when he does not serve then or is taken; 422 for a field.
pub async fn invite(
    ctx: &Ctx,
    scope: &Scope,
    instructor: i64,
    input: InvitationInput,
) -> Result<i64, Problem> {
    let mut tx = ctx.db().write().await?;
    let reach = Reach::of(&mut tx, ctx, scope).await?;
    let unit = bureau(&reach.tree, scope, input.unit)?;
    let row = instructors::by_id(&mut tx, instructor)
        .await?
        .filter(|row| reach.sees(row))
        .ok_or_else(Problem::not_found)?;
    let span = Span::new(input.starts_at, input.ends_at).map_err(bad("ends_at"))?;
    if span.from <= ctx.now {
        return Err(bad_field("starts_at", "邀请的时间已过，请选择以后的时间。"));
    }
    serves(&row, span)?;
    let new = Invitation {
        id: 0,
        unit_id: unit.id,
        instructor_id: instructor,
        starts_at: span.from,
        ends_at: span.until,
        topic: line("topic", "授课主题", &input.topic, 100)?,
        place: line("place", "地点", &input.place, 100)?,
        note: optional("note", "备注", &input.note, 500)?,
        state: Answered::Waiting,
        answer: String::new(),
        answered_at: None,
        asked_at: ctx.now,
        asked_by_name: ctx.actor.name.clone(),
    };
    let wish = Wanted {
        subject: Subject::Instructor(instructor),
        span,
    };
    if let Some(clash) = clashes(&mut tx, &[wish], "").await?.first() {
        return Err(refused(Deny::new(
            "faculty.clash",
            format!("{}，请另选时间。", clash.text()),
        )));
    }
    let id = invitations::insert(&mut tx, &new, ctx.actor.account_id, ctx.now).await?;
    tx.audit(
        ctx.audit("faculty.invite", format!("faculty_invitation:{id}"))
            .unit(unit.id)
            .detail(json!({"instructor": instructor, "topic": new.topic})),
    );
    tx.commit().await?;
    Ok(id)
}

/// He serves on all days of a stretch.
fn serves(row: &Instructor, span: Span) -> Result<(), Problem> {
    let last = Timestamp::from_micros(span.until.micros() - 1).date();
    let inside = row.state == State::Appointed
        && row.term_from.is_some_and(|from| from <= span.from.date())
        && row.term_until.is_some_and(|until| until >= last);
    if inside {
        Ok(())
    } else {
        Err(refused(Deny::new(
            "faculty.not_serving",
            format!("{}在该时间不在聘期内，不能邀请。", row.name),
        )))
    }
}

/// Takes an invitation back; what was booked by it is free again.
///
/// # Errors
/// 404 outside the scope; 409 after its time or when it has been answered otherwise; 422 without a
/// reason.
pub async fn withdraw(ctx: &Ctx, scope: &Scope, id: i64, reason: &str) -> Result<(), Problem> {
    let reason = required("reason", "撤回原因", reason, 200)?;
    let mut tx = ctx.db().write().await?;
    let row = invitations::take(&mut tx, id)
        .await?
        .filter(|row| scope.has_unit(row.unit_id))
        .ok_or_else(Problem::not_found)?;
    let open = matches!(row.state, Answered::Waiting | Answered::Accepted);
    if !open || row.ends_at <= ctx.now {
        return Err(refused(Deny::new(
            "faculty.invitation_over",
            format!("该邀请{}，不能撤回。", over(&row, ctx.now)),
        )));
    }
    invitations::answer(&mut tx, id, Answered::Withdrawn, &reason, ctx.now).await?;
    release(&mut tx, &owner(id)).await?;
    tx.audit(
        ctx.audit(
            "faculty.invitation_withdraw",
            format!("faculty_invitation:{id}"),
        )
        .unit(row.unit_id)
        .detail(json!({"reason": reason})),
    );
    tx.commit().await?;
    Ok(())
}

fn over(row: &Invitation, now: Timestamp) -> &'static str {
    if row.state != Answered::Waiting && row.state != Answered::Accepted {
        row.state.name()
    } else if row.ends_at <= now {
        "时间已过"
    } else {
        "已答复"
    }
}

/// Answers an invitation of one's own. Accepting books the time.
///
/// # Errors
/// 404 for somebody else's; 409 when it is answered, over, or the time is taken meanwhile; 422 for
/// declining without a word.
pub async fn answer(ctx: &Ctx, id: i64, accept: bool, text: &str) -> Result<(), Problem> {
    let text = optional("answer", "答复", text, 200)?;
    let person = ctx.actor.person_id.ok_or_else(Problem::not_found)?;
    let mut tx = ctx.db().write().await?;
    let row = invitations::take(&mut tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let me = instructors::by_id(&mut tx, row.instructor_id)
        .await?
        .filter(|me| me.person_id == Some(person))
        .ok_or_else(Problem::not_found)?;
    if row.state != Answered::Waiting || row.starts_at <= ctx.now {
        return Err(refused(Deny::new(
            "faculty.invitation_over",
            format!("该邀请{}，不能再答复。", over(&row, ctx.now)),
        )));
    }
    let state = if accept {
        let span = Span {
            from: row.starts_at,
            until: row.ends_at,
        };
        serves(&me, span)?;
        let booking = Booking {
            subject: Subject::Instructor(me.id),
            span,
            title: row.topic.clone(),
            unit_id: row.unit_id,
        };
        book(&mut tx, &owner(id), &[booking]).await?;
        Answered::Accepted
    } else {
        if text.is_empty() {
            return Err(bad_field("answer", "婉拒时请简单说明原因。"));
        }
        Answered::Declined
    };
    invitations::answer(&mut tx, id, state, &text, ctx.now).await?;
    tx.audit(
        ctx.audit(
            "faculty.invitation_answer",
            format!("faculty_invitation:{id}"),
        )
        .unit(row.unit_id)
        .detail(json!({"state": state.code()})),
    );
    tx.commit().await?;
    Ok(())
}

/// Invitations that a person's rows were sent.
///
/// # Errors
/// 500 from the engine.
pub async fn of_instructors(
    tx: &mut Tx,
    ctx: &Ctx,
    reach: &Reach,
    ids: &[i64],
) -> Result<Vec<FacultyInvitationOut>, Problem> {
    let condition = format!(
        "v.instructor_id in {} and v.state <> 'withdrawn'",
        chengzhi_db::int_list(ids.iter().copied())
    );
    let rows = invitations::all(tx, &condition).await?;
    invitations_out(tx, ctx, reach, rows).await
}
