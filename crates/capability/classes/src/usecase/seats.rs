//! Seats of a class: capacity, seats per unit, moving up from the waiting list.

use std::collections::BTreeMap;

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use serde_json::json;

use crate::domain::enrol::{Listed, Seat, Seats};
use crate::domain::phase::Act;
use crate::store::trainees::{self, Trainee};

use super::bad_field;
use super::case::Case;

/// Seats of a class as stored.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn of_class(tx: &mut Tx, case: &Case) -> Result<Seats, Problem> {
    Ok(Seats {
        capacity: case.class.capacity,
        quota: trainees::quota(tx, case.class.id).await?,
    })
}

/// The list as the arithmetic knows it.
#[must_use]
pub(super) fn listed(list: &[Trainee]) -> Vec<Listed> {
    list.iter()
        .map(|row| Listed {
            id: row.id,
            since: row.listed_at,
            unit: row.unit_id.get(),
            seat: row.seat,
        })
        .collect()
}

/// Gives free seats to those who wait, first come, first served. Gives the names of those who moved up.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn move_up(tx: &mut Tx, ctx: &Ctx, case: &Case) -> Result<Vec<String>, Problem> {
    let list = trainees::of_classes(tx, &[case.class.id]).await?;
    let seats = of_class(tx, case).await?;
    let mut names = Vec::new();
    for id in seats.move_up(&listed(&list)) {
        let Some(row) = list.iter().find(|row| row.id == id) else {
            continue;
        };
        trainees::put_seat(tx, id, Seat::Enrolled, None, "").await?;
        names.push(row.name.clone());
    }
    if !names.is_empty() {
        tx.audit(
            ctx.audit("class.move_up", case.subject())
                .unit(case.class.unit_id)
                .detail(json!({"names": names})),
        );
    }
    Ok(names)
}

/// Writes the seats per unit; those who wait move up where there is room now.
///
/// # Errors
/// 404 for classes of others; 409 for a class that is over; 422 for a unit outside the bureau.
pub async fn save(ctx: &Ctx, id: i64, quota: BTreeMap<i64, u32>) -> Result<Vec<String>, Problem> {
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    case.may(Act::Enrol)?;
    let below = case.tree.subtree(case.class.unit_id);
    for (unit, seats) in &quota {
        if !below.contains(unit) {
            return Err(bad_field("quota", "名额应分给本局所属单位，请重新选择。"));
        }
        if *seats > 5_000 {
            return Err(bad_field("quota", "单位名额最多5000。"));
        }
    }
    trainees::put_quota(&mut tx, id, &quota).await?;
    let moved = move_up(&mut tx, ctx, &case).await?;
    tx.audit(
        ctx.audit("class.seats", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"rows": quota.len()})),
    );
    tx.commit().await?;
    Ok(moved)
}
