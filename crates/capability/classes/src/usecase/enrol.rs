//! Who is on a class's list: by rule, by nomination, by hand, moved between batches.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::UnitId;
use chengzhi_organisation::facade::{self as organisation, PersonRow};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::enrol::{Full, Listed, Seat, Seats};
use crate::domain::phase::Act;
use crate::store::outsiders;
use crate::store::trainees::{self, Trainee};

use super::case::Case;
use super::enrol_list::by_rule;
use super::{bad_field, seats, words};

/// What became of a wish to list people.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct ClassListedOut {
    /// Got a seat.
    pub enrolled: u32,
    /// Went on the waiting list, with the reason.
    pub waiting: Vec<String>,
    /// Were on the list already.
    pub already: u32,
    /// Names of those who had left this class before: their sign-ins and results of then count again.
    pub revived: Vec<String>,
}

/// Puts people and outsiders on the list of a class that the actor runs.
///
/// # Errors
/// 404 for classes of others; 409 for a class that is over or somebody in another batch; 422 for people of others.
pub async fn add(
    ctx: &Ctx,
    id: i64,
    persons: Vec<i64>,
    guests: Vec<i64>,
) -> Result<ClassListedOut, Problem> {
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    case.may(Act::Enrol)?;
    let below = case.tree.subtree(case.class.unit_id);
    let mut out = ClassListedOut::default();
    let mut room = Room::of(&mut tx, &case).await?;
    put_people(
        &mut tx,
        ctx,
        &case,
        (&persons, &below, "added"),
        &mut room,
        &mut out,
    )
    .await?;
    let known =
        outsiders::outsiders(&mut tx, &format!("o.unit_id = {}", case.class.unit_id)).await?;
    for outsider in guests {
        let outsider = known
            .iter()
            .find(|row| row.id == outsider)
            .ok_or_else(|| bad_field("outsider_ids", "没有找到这位外单位学员，请重新选择。"))?;
        let row = Trainee {
            outsider_id: Some(outsider.id),
            person_id: None,
            staff_no: String::new(),
            name: outsider.name.clone(),
            unit_id: case.class.unit_id,
            unit_name: outsider.organisation.clone(),
            ..blank(ctx, id, "added")
        };
        seat(&mut tx, ctx, &mut room, row, &mut out).await?;
    }
    finish(tx, ctx, &case, "class.enrol", &out).await?;
    Ok(out)
}

/// Nominates people of the actor's own units for a class of the bureau above.
///
/// # Errors
/// 404 for classes of other bureaus; 409 for a class that is over or somebody in another batch; 422 for people of
/// others.
pub async fn nominate(
    ctx: &Ctx,
    scope: &Scope,
    id: i64,
    persons: Vec<i64>,
) -> Result<ClassListedOut, Problem> {
    let mut tx = ctx.db().write().await?;
    let case = Case::take_any(&mut tx, ctx, id).await?;
    let below = case.tree.subtree(case.class.unit_id);
    let own: BTreeSet<i64> = scope.units.intersection(&below).copied().collect();
    if own.is_empty() {
        return Err(Problem::not_found());
    }
    case.may(Act::Enrol)?;
    let mut out = ClassListedOut::default();
    let mut room = Room::of(&mut tx, &case).await?;
    put_people(
        &mut tx,
        ctx,
        &case,
        (&persons, &own, "nominated"),
        &mut room,
        &mut out,
    )
    .await?;
    finish(tx, ctx, &case, "class.nominate", &out).await?;
    Ok(out)
}

async fn finish(
    mut tx: Tx,
    ctx: &Ctx,
    case: &Case,
    action: &str,
    out: &ClassListedOut,
) -> Result<(), Problem> {
    tx.audit(
        ctx.audit(action, case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"rows": out.enrolled, "waiting": out.waiting.len()})),
    );
    tx.commit().await?;
    Ok(())
}

fn blank(ctx: &Ctx, class: i64, source: &str) -> Trainee {
    Trainee {
        id: 0,
        class_id: class,
        person_id: None,
        outsider_id: None,
        staff_no: String::new(),
        name: String::new(),
        unit_id: UnitId::from(0),
        unit_name: String::new(),
        source: source.to_owned(),
        seat: Seat::Enrolled,
        moved_to: None,
        reason: String::new(),
        remark: String::new(),
        version: 1,
        listed_at: ctx.now,
        listed_by_name: ctx.actor.name.clone(),
    }
}

/// Most people listed at once.
const MOST_AT_ONCE: usize = 1_000;

async fn put_people(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    (persons, units, source): (&[i64], &BTreeSet<i64>, &str),
    room: &mut Room,
    out: &mut ClassListedOut,
) -> Result<(), Problem> {
    if persons.is_empty() {
        return Ok(());
    }
    if persons.len() > MOST_AT_ONCE {
        return Err(bad_field(
            "person_ids",
            format!("一次最多{MOST_AT_ONCE}人。"),
        ));
    }
    let all = organisation::people_in(tx, units, ctx.today).await?;
    let known: BTreeMap<i64, &PersonRow> = all
        .iter()
        .filter(|person| person.in_service)
        .map(|person| (person.id.get(), person))
        .collect();
    let ruled: BTreeSet<i64> = by_rule(tx, ctx, case, units)
        .await?
        .iter()
        .map(|(person, _)| person.id.get())
        .collect();
    let elsewhere = trainees::elsewhere(tx, &case.class, persons).await?;
    for (index, id) in persons.iter().enumerate() {
        let Some(person) = known.get(id) else {
            return Err(super::groups::not_ours(&all, index, *id, "可选单位"));
        };
        if let Some((other, title, batch)) = elsewhere.get(id) {
            return Err(Problem::conflict(
                "class.in_other_batch",
                format!(
                    "{}已在“{title}”第{batch}期（编号{other}）名单中，如需换期请办理转班。",
                    person.name
                ),
            ));
        }
        let by_rule = source == "added" && ruled.contains(id);
        let row = Trainee {
            person_id: Some(person.id),
            staff_no: person.staff_no.clone(),
            name: person.name.clone(),
            unit_id: person.unit_id,
            unit_name: case.tree.name(person.unit_id).to_owned(),
            ..blank(ctx, case.class.id, if by_rule { "rule" } else { source })
        };
        seat(tx, ctx, room, row, out).await?;
    }
    Ok(())
}

/// The seats of a class and who sits on them, read once for many.
pub(super) struct Room {
    seats: Seats,
    list: Vec<Listed>,
}

impl Room {
    /// What stands in the way of a seat for one more of a unit.
    pub(super) fn full(&self, unit: UnitId) -> Option<Full> {
        self.seats.admits(&self.list, unit.get()).err()
    }

    /// The room of a class.
    ///
    /// # Errors
    /// 500 from the engine.
    pub(super) async fn of(tx: &mut Tx, case: &Case) -> Result<Self, Problem> {
        Ok(Room {
            seats: seats::of_class(tx, case).await?,
            list: seats::listed(&trainees::of_classes(tx, &[case.class.id]).await?),
        })
    }
}

/// Puts somebody on the list, on a seat or waiting. Whoever left the class before comes back on the row he had, with
/// what hangs on it.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn seat(
    tx: &mut Tx,
    ctx: &Ctx,
    room: &mut Room,
    mut row: Trainee,
    out: &mut ClassListedOut,
) -> Result<(), Problem> {
    let unit = row.unit_id.get();
    let full = room.full(row.unit_id);
    if full.is_some() {
        row.seat = Seat::Waiting;
    }
    let id = if let Some(former) = trainees::former(tx, &row).await? {
        trainees::revive(tx, former, &row, ctx.actor.account_id).await?;
        out.revived.push(row.name.clone());
        former
    } else if let Some(id) = trainees::insert(tx, &row, ctx.actor.account_id).await? {
        id
    } else {
        out.already += 1;
        return Ok(());
    };
    room.list.retain(|known| known.id != id);
    room.list.push(Listed {
        id,
        since: row.listed_at,
        unit,
        seat: row.seat,
    });
    match full {
        None => out.enrolled += 1,
        Some(Full::Class) => out
            .waiting
            .push(format!("{}：本班名额已满，列入候补。", row.name)),
        Some(Full::Unit) => out.waiting.push(format!(
            "{}：{}名额已满，列入候补。",
            row.name, row.unit_name
        )),
    }
    Ok(())
}

/// A row of the class that is still on its list, in the version that was read.
///
/// # Errors
/// 404 for a row of another class; 409 for an old version or somebody gone.
pub(super) async fn standing(
    tx: &mut Tx,
    case: &Case,
    trainee: i64,
    version: i64,
) -> Result<Trainee, Problem> {
    let row = trainees::by_id(tx, trainee)
        .await?
        .filter(|row| row.class_id == case.class.id)
        .ok_or_else(Problem::not_found)?;
    if row.version != version {
        return Err(Problem::stale());
    }
    if matches!(row.seat, Seat::Withdrawn | Seat::Moved) {
        return Err(Problem::conflict(
            "class.trainee_gone",
            format!("{}{}，不能再办理。", row.name, row.seat.name()),
        ));
    }
    Ok(row)
}

/// Takes somebody off the list; his seat goes to the next who waits.
///
/// # Errors
/// 404 for classes of others; 409 for an old version or somebody gone; 422 without a reason.
pub async fn withdraw(
    ctx: &Ctx,
    id: i64,
    trainee: i64,
    version: i64,
    reason: &str,
) -> Result<Vec<String>, Problem> {
    let reason = words::required("reason", "退出原因", reason, 200)?;
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    case.may(Act::Enrol)?;
    let row = standing(&mut tx, &case, trainee, version).await?;
    trainees::put_seat(&mut tx, row.id, Seat::Withdrawn, None, &reason).await?;
    let moved = seats::move_up(&mut tx, ctx, &case).await?;
    tx.audit(
        ctx.audit("class.withdraw", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"name": row.name, "reason": reason})),
    );
    tx.commit().await?;
    Ok(moved)
}

/// Writes a discipline remark (B-31).
///
/// # Errors
/// 404 for classes of others; 409 for an old version or a class that cannot be recorded.
pub async fn remark(
    ctx: &Ctx,
    id: i64,
    trainee: i64,
    version: i64,
    text: &str,
) -> Result<(), Problem> {
    let text = words::optional("remark", "纪律情况", text, 500)?;
    let mut tx = ctx.db().write().await?;
    let case = Case::take(&mut tx, ctx, id).await?;
    case.may(Act::Record)?;
    let row = standing(&mut tx, &case, trainee, version).await?;
    if !trainees::put_remark(&mut tx, row.id, version, &text).await? {
        return Err(Problem::stale());
    }
    tx.audit(
        ctx.audit("class.remark", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"name": row.name})),
    );
    tx.commit().await?;
    Ok(())
}
