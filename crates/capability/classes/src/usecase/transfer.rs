//! Somebody goes to another batch of the same: with a seat there, or knowing that he waits.

use chengzhi_http::{Ctx, Problem};
use serde_json::json;

use crate::domain::enrol::{Full, Seat};
use crate::domain::kind::Kind;
use crate::domain::phase::Act;
use crate::store::classes::Class;
use crate::store::trainees::{self, Trainee};

use super::case::{Case, full_title};
use super::enrol::{ClassListedOut, Room, seat, standing};
use super::{bad_field, seats, words};

/// Where somebody goes.
#[derive(Debug, Clone)]
pub struct TransferInput {
    /// `version` of his row as read.
    pub version: i64,
    /// Class that he goes to.
    pub to: i64,
    /// Why.
    pub reason: String,
    /// He gives his seat up even if he only waits there.
    pub accept_waiting: bool,
}

/// Moves somebody to another batch of the same kind: the old row stays as history with its sign-ins, and is taken again
/// should he come back.
///
/// # Errors
/// 404 for classes of others; 409 for an old version, somebody gone, a class that is over or, unless waiting is
/// accepted, one without a free seat; 422 without a reason.
pub async fn transfer(
    ctx: &Ctx,
    id: i64,
    trainee: i64,
    input: TransferInput,
) -> Result<ClassListedOut, Problem> {
    let to = input.to;
    let reason = words::required("reason", "转班原因", &input.reason, 200)?;
    if id == to {
        return Err(bad_field("to_class_id", "请选择另一个期次。"));
    }
    let mut tx = ctx.db().write().await?;
    // Two transfers that cross must not wait for each other.
    for next in [id.min(to), id.max(to)] {
        Case::take(&mut tx, ctx, next).await?;
    }
    let from = Case::take(&mut tx, ctx, id).await?;
    let into = Case::take(&mut tx, ctx, to).await?;
    from.may(Act::Enrol)?;
    into.may(Act::Enrol)?;
    if !same_course(&from.class, &into.class) {
        return Err(bad_field("to_class_id", "只能转入同一项目的其他期次。"));
    }
    let row = standing(&mut tx, &from, trainee, input.version).await?;
    let mut room = Room::of(&mut tx, &into).await?;
    if let Some(full) = room.full(row.unit_id).filter(|_| !input.accept_waiting) {
        return Err(no_seat(&row, &into.class, full));
    }
    trainees::put_seat(&mut tx, row.id, Seat::Moved, Some(to), &reason).await?;
    let new = Trainee {
        id: 0,
        class_id: to,
        source: "moved".to_owned(),
        seat: Seat::Enrolled,
        moved_to: None,
        reason: format!("由{}转入：{reason}", full_title(&from.class)),
        remark: String::new(),
        listed_at: ctx.now,
        listed_by_name: ctx.actor.name.clone(),
        ..row.clone()
    };
    let mut out = ClassListedOut::default();
    seat(&mut tx, ctx, &mut room, new, &mut out).await?;
    if out.already > 0 {
        return Err(Problem::conflict(
            "class.twice",
            format!("{}已在“{}”名单中。", row.name, full_title(&into.class)),
        ));
    }
    seats::move_up(&mut tx, ctx, &from).await?;
    tx.audit(
        ctx.audit("class.transfer", from.subject())
            .unit(from.class.unit_id)
            .detail(json!({
                "name": row.name, "to": full_title(&into.class), "reason": reason,
                "waits": !out.waiting.is_empty(),
            })),
    );
    tx.commit().await?;
    Ok(out)
}

fn no_seat(row: &Trainee, into: &Class, full: Full) -> Problem {
    let what = match full {
        Full::Class => format!("“{}”名额已满", full_title(into)),
        Full::Unit => format!("“{}”中{}的名额已满", full_title(into), row.unit_name),
    };
    Problem::conflict(
        "class.full",
        format!(
            "{what}，{}转过去只能候补，原班的席位也不再保留。请改选其他期次、先增加名额，或确认在对方候补。",
            row.name
        ),
    )
}

fn same_course(one: &Class, other: &Class) -> bool {
    one.unit_id == other.unit_id
        && one.kind == other.kind
        && (one.programme_id == other.programme_id || one.kind == Kind::Closed)
}
