//! Who was there: lessons × trainees.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::enrol::Seat;
use crate::domain::presence::{Presence, Scan, Seen, presence};
use crate::store::scan_reads::{self, Signed};
use crate::store::scans::Check;
use crate::store::trainees::{self, Trainee};
use crate::store::{leaves, scans};

use super::case::Case;
use super::enrol_list::sees_all;

/// What is known of one person in one lesson.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Lesson.
    pub lesson: i64,
    /// What it says.
    pub presence: Presence,
    /// Signed in.
    pub came: Option<Timestamp>,
    /// Signed out.
    pub left: Option<Timestamp>,
    /// Checks called, and those he answered.
    pub checks: (u32, u32),
    /// Checks he did not answer: row and when it was called.
    pub missed: Vec<(i64, Timestamp)>,
    /// A scan waits for the teacher.
    pub doubtful: bool,
    /// Entered by the teacher.
    pub by_teacher: bool,
}

/// The table of a class: those who are or were expected, with a cell for each lesson in time.
pub struct Table {
    /// Rows.
    pub rows: Vec<(Trainee, Vec<Cell>)>,
}

/// Reads the table of a class as of now.
///
/// # Errors
/// 500 from the engine.
pub async fn table(tx: &mut Tx, ctx: &Ctx, case: &Case) -> Result<Table, Problem> {
    let list = trainees::of_classes(tx, &[case.class.id]).await?;
    fill(tx, ctx, case, list, None).await
}

/// The cells of one trainee; none for somebody who is not expected.
///
/// # Errors
/// 500 from the engine.
pub async fn of_trainee(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    trainee: &Trainee,
) -> Result<Vec<Cell>, Problem> {
    let table = fill(tx, ctx, case, vec![trainee.clone()], Some(trainee.id)).await?;
    let row = table.rows.into_iter().next();
    Ok(row.map(|(_, cells)| cells).unwrap_or_default())
}

async fn fill(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    list: Vec<Trainee>,
    only: Option<i64>,
) -> Result<Table, Problem> {
    let id = case.class.id;
    let mut of_trainee: BTreeMap<i64, Vec<Signed>> = BTreeMap::new();
    for scan in scan_reads::signed(tx, id, only).await? {
        of_trainee.entry(scan.trainee_id).or_default().push(scan);
    }
    let granted: Vec<_> = leaves::of_classes(tx, &[id])
        .await?
        .into_iter()
        .filter(|leave| leave.state == "granted")
        .collect();
    let lesson_ids: Vec<i64> = case.lessons.iter().map(|row| row.lesson.id).collect();
    let checks = scans::checks(tx, &lesson_ids).await?;
    let rules = case.rules.scans();
    let mut rows = Vec::new();
    for trainee in list {
        let own = of_trainee.remove(&trainee.id).unwrap_or_default();
        let expected = trainee.seat.sits() || trainee.seat == Seat::OnLeave;
        if !expected {
            continue;
        }
        let mut cells = Vec::new();
        for row in &case.lessons {
            let span = row.lesson.span;
            let mine: Vec<&Signed> = own
                .iter()
                .filter(|scan| scan.lesson_id == row.lesson.id)
                .collect();
            let at = |kind: Scan| {
                mine.iter()
                    .find(|scan| scan.kind == kind)
                    .map(|scan| scan.at)
            };
            let answers: BTreeSet<i64> = mine.iter().filter_map(|scan| scan.check_id).collect();
            let (answered, missed): (Vec<&Check>, Vec<&Check>) = checks
                .iter()
                .filter(|check| check.lesson_id == row.lesson.id)
                .partition(|check| answers.contains(&check.id));
            let excused = trainee.seat == Seat::OnLeave
                || granted
                    .iter()
                    .any(|leave| leave.trainee_id == trainee.id && leave.span.overlaps(&span));
            let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let seen = Seen {
                came: at(Scan::In),
                left: at(Scan::Out),
                checks: (count(answered.len() + missed.len()), count(answered.len())),
                // Who asked for leave and came all the same was there.
                excused: excused && at(Scan::In).is_none(),
            };
            cells.push(Cell {
                lesson: row.lesson.id,
                presence: presence(&seen, span, &rules, case.class.sign_out, ctx.now),
                came: seen.came,
                left: seen.left,
                checks: seen.checks,
                missed: missed
                    .into_iter()
                    .map(|check| (check.id, check.opened_at))
                    .collect(),
                doubtful: mine.iter().any(|scan| scan.doubtful),
                by_teacher: mine.iter().any(|scan| scan.by_teacher),
            });
        }
        rows.push((trainee, cells));
    }
    Ok(Table { rows })
}

/// A check in the middle of a lesson that somebody did not answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassMissedCheckOut {
    /// Row id.
    pub id: i64,
    /// When it was called.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
}

/// A cell.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassPresenceOut {
    /// Lesson.
    pub lesson_id: i64,
    /// `present`, `late`, `left_early`, `absent`, `excused`, `open`.
    pub presence: String,
    /// Its word.
    pub presence_name: String,
    /// Signed in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub came: Option<Timestamp>,
    /// Signed out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub left: Option<Timestamp>,
    /// Checks called.
    pub checks: u32,
    /// Checks answered.
    pub checks_answered: u32,
    /// Checks that were not answered, in the order of their calling: the teacher may enter them by hand.
    pub checks_missed: Vec<ClassMissedCheckOut>,
    /// A scan waits for the teacher.
    pub doubtful: bool,
    /// Entered by the teacher.
    pub by_teacher: bool,
}

/// A cell as sent.
#[must_use]
pub fn cell_out(cell: Cell) -> ClassPresenceOut {
    ClassPresenceOut {
        lesson_id: cell.lesson,
        presence: cell.presence.code().to_owned(),
        presence_name: cell.presence.name(),
        came: cell.came,
        left: cell.left,
        checks: cell.checks.0,
        checks_answered: cell.checks.1,
        checks_missed: cell
            .missed
            .into_iter()
            .map(|(id, opened_at)| ClassMissedCheckOut { id, opened_at })
            .collect(),
        doubtful: cell.doubtful,
        by_teacher: cell.by_teacher,
    }
}

/// A trainee's row.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassPresenceRowOut {
    /// Trainee.
    pub trainee_id: i64,
    /// 工号.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit_name: String,
    /// Lessons attended.
    pub attended: u32,
    /// Lessons of which his presence is known: those over, and those going on or about to begin for which he has signed
    /// in. Never less than `attended`.
    pub held: u32,
    /// A cell for each lesson in time.
    pub cells: Vec<ClassPresenceOut>,
}

/// The table as sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassPresenceTableOut {
    /// Lessons in time.
    pub lessons: Vec<i64>,
    /// Rows in the order of arrival.
    pub rows: Vec<ClassPresenceRowOut>,
}

/// Who was there, as the scope reads it; a squad sees its own people.
///
/// # Errors
/// 404 outside the scope; 500 from the engine.
pub async fn list(ctx: &Ctx, scope: &Scope, id: i64) -> Result<ClassPresenceTableOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    let whole = sees_all(ctx, scope, &case);
    let table = table(&mut tx, ctx, &case).await?;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(ClassPresenceTableOut {
        lessons: case.lessons.iter().map(|row| row.lesson.id).collect(),
        rows: table
            .rows
            .into_iter()
            .filter(|(trainee, _)| whole || scope.has_unit(trainee.unit_id))
            .map(|(trainee, cells)| ClassPresenceRowOut {
                trainee_id: trainee.id,
                staff_no: trainee.staff_no,
                name: trainee.name,
                unit_name: trainee.unit_name,
                attended: count(
                    cells
                        .iter()
                        .filter(|cell| cell.presence.attended(false))
                        .count(),
                ),
                held: count(
                    cells
                        .iter()
                        .filter(|cell| cell.presence != Presence::Open)
                        .count(),
                ),
                cells: cells.into_iter().map(cell_out).collect(),
            })
            .collect(),
    })
}
