//! Rooms, seats and people on duty.

use std::collections::BTreeSet;

use chengzhi_http::{Ctx, Problem};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::domain::range::{Event, State};
use crate::domain::rooms::{Guest, Room, seat};
use crate::domain::session::{Mode, State as SessionState};
use crate::store::candidates::{self, CandidateRow};
use crate::store::rooms::{self, RoomRow, Staff};

use super::case::Case;
use super::review::person_by_number;
use super::{refused, words};

/// A room as entered.
#[derive(Debug, Clone)]
pub struct RoomInput {
    /// Its row; none for a new one.
    pub id: Option<i64>,
    /// As on the door.
    pub name: String,
    /// Address.
    pub address: String,
    /// Rows of seats.
    pub rows: u32,
    /// Seats in a row.
    pub columns: u32,
    /// Can be reached without steps.
    pub accessible: bool,
    /// Seats that are not used.
    pub closed: BTreeSet<u32>,
    /// Staff numbers of its invigilators.
    pub invigilators: Vec<String>,
}

/// Who else has a duty, by staff number.
#[derive(Debug, Clone, Default)]
pub struct DutyInput {
    /// Watch the whole session.
    pub invigilators: Vec<String>,
    /// Mark by hand.
    pub markers: Vec<String>,
    /// Decide what markers do not settle.
    pub chiefs: Vec<String>,
}

const MOST_ROOMS: usize = 500;

/// Enters rooms with their invigilators; rooms that are not in the list are removed.
///
/// # Errors
/// 404 for others; 409 once it is sealed, or when somebody sits in a removed or shrunk room; 422 for a field.
pub async fn save_rooms(
    ctx: &Ctx,
    id: i64,
    version: i64,
    list: Vec<RoomInput>,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.only_in(&[SessionState::Draft, SessionState::Reviewing], "调整考场")?;
    if list.len() > MOST_ROOMS {
        return Err(Problem::field("rooms", format!("考场最多{MOST_ROOMS}个。")));
    }
    let before = rooms::of_session(&mut tx, id).await?;
    let sitting = candidates::of_session(&mut tx, id).await?;
    let used = |room: i64| sitting.iter().any(|row| row.room == Some(room));
    let kept: BTreeSet<i64> = list.iter().filter_map(|room| room.id).collect();
    for old in before.iter().filter(|old| !kept.contains(&old.room.id)) {
        if used(old.room.id) {
            return Err(seated(&old.room.name));
        }
        rooms::remove(&mut tx, id, old.room.id).await?;
    }
    let mut staff: Vec<Staff> = rooms::staff(&mut tx, id)
        .await?
        .into_iter()
        .filter(|one| one.kind == "invigilator" && one.room.is_none())
        .collect();
    for (index, input) in list.into_iter().enumerate() {
        let field = |name: &str| format!("rooms[{index}].{name}");
        let said = |part: &str, problem: &Problem| {
            let text = format!("{}{}", words::room(index, &input.name), problem.detail());
            Problem::field(&field(part), text)
        };
        let row = read_room(&input).map_err(|(part, problem)| said(part, &problem))?;
        if let Some(wanted) = input.id {
            let old = before
                .iter()
                .find(|old| old.room.id == wanted)
                .ok_or_else(|| said("id", &Problem::field("id", "这个考场不在本场考试中。")))?;
            if !same_seats(&old.room, &row.room) && used(wanted) {
                return Err(seated(&old.room.name));
            }
        }
        let room = rooms::put(&mut tx, id, &row).await.map_err(|error| {
            if error.is_unique_violation() {
                said("name", &Problem::field("name", "考场名称重复。"))
            } else {
                error.into()
            }
        })?;
        for number in &input.invigilators {
            let (person, name) = person_by_number(&mut tx, "invigilators", number)
                .await
                .map_err(|problem| match problem.status() {
                    422 => said("invigilators", &problem),
                    _ => problem,
                })?;
            staff.push(Staff {
                kind: "invigilator".to_owned(),
                room: Some(room),
                person,
                name,
            });
        }
    }
    rooms::put_staff(&mut tx, id, &["invigilator"], &staff).await?;
    case.put(&mut tx).await?;
    tx.audit(
        ctx.audit("exam.rooms", case.subject())
            .unit(case.session.unit),
    );
    tx.commit().await?;
    Ok(())
}

/// Whether everybody keeps his seat: a room may get another name while people are placed in it.
fn same_seats(old: &Room, new: &Room) -> bool {
    (old.rows, old.columns, old.accessible, &old.closed)
        == (new.rows, new.columns, new.accessible, &new.closed)
}

fn seated(room: &str) -> Problem {
    Problem::conflict(
        "exams.room_used",
        format!(
            "考场“{room}”已编排考生，请先按“撤销编排”再移除或调整座位；只改名称、地址不必撤销。"
        ),
    )
}

/// Reads a room; a fault with the part of the room that it is about.
fn read_room(input: &RoomInput) -> Result<RoomRow, (&'static str, Problem)> {
    for (part, name, count) in [
        ("rows", "排数", input.rows),
        ("columns", "每排座位", input.columns),
    ] {
        if !(1..=100).contains(&count) {
            let text = format!("{name}应在1至100之间。");
            return Err((part, Problem::field(part, text)));
        }
    }
    let seats = input.rows * input.columns;
    if input.closed.iter().any(|seat| *seat == 0 || *seat > seats) {
        let text = format!("停用的座位号应在1至{seats}之间。");
        return Err(("closed", Problem::field("closed", text)));
    }
    let name = words::required("name", "考场名称", &input.name, 40);
    let address = words::optional("address", "地址", &input.address, 100);
    Ok(RoomRow {
        room: Room {
            id: input.id.unwrap_or(0),
            name: name.map_err(|problem| ("name", problem))?,
            rows: input.rows,
            columns: input.columns,
            accessible: input.accessible,
            closed: input.closed.clone(),
        },
        address: address.map_err(|problem| ("address", problem))?,
    })
}

/// Names who watches the whole session, who marks and who decides.
///
/// # Errors
/// 404 for others; 409 once results are out; 422 for a number nobody has.
pub async fn save_duties(
    ctx: &Ctx,
    id: i64,
    version: i64,
    input: DutyInput,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.only_in(
        &[
            SessionState::Draft,
            SessionState::Reviewing,
            SessionState::Sealed,
            SessionState::Marking,
        ],
        "安排监考和阅卷人员",
    )?;
    let mut staff: Vec<Staff> = rooms::staff(&mut tx, id)
        .await?
        .into_iter()
        .filter(|one| one.room.is_some())
        .collect();
    for (kind, field, numbers) in [
        ("invigilator", "invigilators", input.invigilators),
        ("marker", "markers", input.markers),
        ("chief", "chiefs", input.chiefs),
    ] {
        for number in numbers {
            let (person, name) = person_by_number(&mut tx, field, &number).await?;
            if staff
                .iter()
                .any(|one| one.kind == kind && one.room.is_none() && one.person == person)
            {
                return Err(Problem::field(field, format!("{name}填写了两遍。")));
            }
            staff.push(Staff {
                kind: kind.to_owned(),
                room: None,
                person,
                name,
            });
        }
    }
    rooms::put_staff(&mut tx, id, &["invigilator", "marker", "chief"], &staff).await?;
    case.put(&mut tx).await?;
    tx.audit(
        ctx.audit("exam.duties", case.subject())
            .unit(case.session.unit),
    );
    tx.commit().await?;
    Ok(())
}

/// What seating did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExamSeatsOut {
    /// Candidates with a place.
    pub placed: usize,
    /// Pairs of one squad on touching seats that could not be avoided.
    pub touching: u32,
}

/// A seed that is the same for the same session: seating again gives the same plan.
fn seed(session: i64) -> u64 {
    session.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Gives every reviewed candidate his seat and ticket; those who had one are seated anew.
///
/// # Errors
/// 404 for others; 409 unless the range is under review, or seats are missing.
pub async fn place(ctx: &Ctx, id: i64, version: i64) -> Result<ExamSeatsOut, Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.only_in(&[SessionState::Reviewing], "编排座位")?;
    let rows: Vec<CandidateRow> = candidates::of_session(&mut tx, id)
        .await?
        .into_iter()
        .filter(|row| matches!(row.candidate.state, State::Reviewed | State::Registered))
        .collect();
    if rows.is_empty() {
        return Err(Problem::conflict(
            "exams.nobody",
            "没有审核通过的考生，请先完成人员审核。",
        ));
    }
    let mut out = ExamSeatsOut {
        placed: rows.len(),
        touching: 0,
    };
    let mut places = std::collections::BTreeMap::new();
    if case.session.mode == Mode::OnSite {
        let rooms: Vec<Room> = rooms::of_session(&mut tx, id)
            .await?
            .into_iter()
            .map(|row| row.room)
            .collect();
        let guests: Vec<Guest> = rows
            .iter()
            .map(|row| Guest {
                person: row.candidate.person,
                unit: row.candidate.unit,
                accessible: row.accessible,
            })
            .collect();
        let seed = seed(id);
        let plan = tokio::task::spawn_blocking(move || seat(&rooms, &guests, seed))
            .await
            .map_err(|error| chengzhi_http::Unknown::log(&error))?
            .map_err(refused)?;
        out.touching = plan.touching;
        places = plan
            .seats
            .into_iter()
            .map(|seat| (seat.person, (seat.room, seat.seat)))
            .collect();
    }
    let month = case.session.month.unwrap_or(0);
    for (number, row) in (1..).zip(rows) {
        let mut candidate = row.candidate.clone();
        if candidate.state == State::Reviewed {
            candidate = candidate.take(Event::Register, None).map_err(refused)?;
        }
        let place = places.get(&candidate.person);
        let ticket = format!("{}{month:02}{id:04}{number:05}", case.session.year);
        let next = CandidateRow {
            candidate,
            room: place.map(|place| place.0),
            seat: place.map(|place| place.1),
            ticket: Some(row.ticket.clone().unwrap_or(ticket)),
            ..row.clone()
        };
        candidates::put(&mut tx, &next, row.candidate.state).await?;
    }
    unique_tickets(&mut tx, id, &case).await?;
    case.put(&mut tx).await?;
    tx.audit(
        ctx.audit("exam.seats", case.subject())
            .unit(case.session.unit)
            .detail(json!({"placed": out.placed, "touching": out.touching})),
    );
    tx.commit().await?;
    Ok(out)
}

/// Takes all seats back, so that rooms can be changed or removed. Tickets' numbers stay with their candidates and come
/// back with the next seating.
///
/// # Errors
/// 404 for others; 409 unless the range is under review, or when nobody has a place.
pub async fn unplace(ctx: &Ctx, id: i64, version: i64) -> Result<usize, Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.only_in(&[SessionState::Reviewing], "撤销编排")?;
    let rows: Vec<CandidateRow> = candidates::of_session(&mut tx, id)
        .await?
        .into_iter()
        .filter(|row| row.candidate.state == State::Registered)
        .collect();
    if rows.is_empty() {
        return Err(Problem::conflict(
            "exams.not_placed",
            "还没有编排考生，不必撤销。",
        ));
    }
    for row in &rows {
        let candidate = row
            .candidate
            .take(Event::Unregister, None)
            .map_err(refused)?;
        let next = CandidateRow {
            candidate,
            room: None,
            seat: None,
            ..row.clone()
        };
        candidates::put(&mut tx, &next, row.candidate.state).await?;
    }
    case.put(&mut tx).await?;
    tx.audit(
        ctx.audit("exam.seats_undone", case.subject())
            .unit(case.session.unit)
            .detail(json!({"candidates": rows.len()})),
    );
    tx.commit().await?;
    Ok(rows.len())
}

/// A ticket stays with its candidate when seating is done again; a new candidate could then be given a number that
/// somebody else holds. He gets the next free one.
async fn unique_tickets(tx: &mut chengzhi_db::Tx, id: i64, case: &Case) -> Result<(), Problem> {
    let rows = candidates::of_session(tx, id).await?;
    let mut seen = BTreeSet::new();
    let mut next = rows.len() + 1;
    for row in rows {
        let Some(ticket) = &row.ticket else { continue };
        if seen.insert(ticket.clone()) {
            continue;
        }
        let month = case.session.month.unwrap_or(0);
        let fresh = format!("{}{month:02}{id:04}{next:05}", case.session.year);
        next += 1;
        let was = row.candidate.state;
        let row = CandidateRow {
            ticket: Some(fresh.clone()),
            ..row
        };
        seen.insert(fresh);
        candidates::put(tx, &row, was).await?;
    }
    Ok(())
}
