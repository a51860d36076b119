//! An instructor's service ends, and what becomes of the times for which he is booked.

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Date;

use super::bookings::when;
use super::steps::{decided, end};
use super::words::required;
use super::{bad_field, refused};
use crate::domain::Deny;
use crate::domain::instructor::{Ahead, Answered, Event};
use crate::store::bookings::{self, Held};
use crate::store::{invitations, teams};

/// Ends a service. Invitations without an answer and mentorships end with him. What becomes of the times for which he is
/// booked must be said: kept as agreed, or given back, and with them the invitations that he had accepted; classes whose
/// timetable names him tell their teachers.
///
/// # Errors
/// 404 outside the scope; 409 by state or version, or for bookings of which nothing was said; 422 for the day or without
/// a reason.
pub async fn release(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    version: i64,
    (on, reason, ahead): (Date, &str, Option<Ahead>),
) -> Result<(), Problem> {
    let mut reason = required("reason", "解聘原因", reason, 300)?;
    let mut tx = ctx.db().write().await?;
    let row = decided(&mut tx, ctx, scope, id, version).await?;
    if row.term_from.is_some_and(|from| on < from) {
        return Err(bad_field("on", "解聘日期不能早于聘期开始日期。"));
    }
    if on > ctx.today {
        return Err(bad_field("on", "解聘日期不能晚于今天，届时再办理。"));
    }
    let booked = bookings::ahead(&mut tx, id, ctx.now).await?;
    if let Some(ahead) = settled(&row.name, &booked, ahead)? {
        reason = format!("{reason}（今后{}次授课：{}）", booked.len(), ahead.name());
        if ahead == Ahead::GiveBack {
            give_back(&mut tx, ctx, &booked).await?;
        }
    }
    let waiting = format!("v.instructor_id = {id} and v.state = 'waiting'");
    for open in invitations::all(&mut tx, &waiting).await? {
        let text = "教员已解聘。";
        invitations::answer(&mut tx, open.id, Answered::Withdrawn, text, ctx.now).await?;
    }
    let running = format!("m.mentor_id = {id} and m.ended_on is null");
    for pair in teams::mentorships(&mut tx, &running).await? {
        teams::end_mentorship(&mut tx, pair.id, on.max(pair.from), "师傅解聘。").await?;
    }
    end(
        &mut tx,
        ctx,
        row,
        (Event::Release, "faculty.release"),
        on,
        reason,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// What was said of the times ahead; none when there are none.
fn settled(name: &str, booked: &[Held], ahead: Option<Ahead>) -> Result<Option<Ahead>, Problem> {
    if booked.is_empty() {
        return Ok(None);
    }
    if ahead.is_some() {
        return Ok(ahead);
    }
    let shown: Vec<String> = booked
        .iter()
        .take(5)
        .map(|held| format!("{}“{}”", when(held.booking.span), held.booking.title))
        .collect();
    Err(refused(Deny::new(
        "faculty.booked_ahead",
        format!(
            "{name}今后还有{}次授课：{}{}。请选择照常授课，还是交还时段、另请教员。",
            booked.len(),
            shown.join("；"),
            if booked.len() > shown.len() {
                "等"
            } else {
                ""
            }
        ),
    )))
}

/// Gives times back; the invitations behind them end.
async fn give_back(tx: &mut Tx, ctx: &Ctx, booked: &[Held]) -> Result<(), Problem> {
    for held in booked {
        bookings::remove(tx, held.id).await?;
        let asked = held.owner.strip_prefix("invitation:");
        if let Some(invitation) = asked.and_then(|id| id.parse().ok()) {
            let text = "教员已解聘，时段已交还，请另请教员。";
            invitations::answer(tx, invitation, Answered::Withdrawn, text, ctx.now).await?;
        }
    }
    Ok(())
}
