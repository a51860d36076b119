//! The caller's own classes, and the rows of his calendar.

use std::collections::BTreeSet;

use chengzhi_db::Tx;
use chengzhi_faculty::facade as faculty;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Date, PersonId, Quantity, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::enrol::Seat;
use crate::domain::phase::{Phase, Stored};
use crate::store::{classes, evaluations, extras, leaves, lessons, results, trainees};

use super::case::{Case, full_title};
use super::evaluate::QUESTIONS;
use super::leaves::{ClassLeaveOut, leave_out};
use super::presence::{ClassPresenceOut, cell_out, of_trainee};

/// A lesson of an own class.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassOwnLessonOut {
    /// Lesson.
    pub id: i64,
    /// Course.
    pub course_id: i64,
    /// Its title.
    pub course_title: String,
    /// Begins.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Ends.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    /// Instructor.
    pub instructor: String,
    /// Place.
    pub place: String,
    /// Presence; none while he only waits.
    pub presence: Option<ClassPresenceOut>,
}

/// An own class.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassOwnOut {
    /// Class.
    pub id: i64,
    /// Title with batch.
    pub title: String,
    /// Kind.
    pub kind_name: String,
    /// Where it stands.
    pub phase: String,
    /// Its word.
    pub phase_name: String,
    /// First day.
    pub first_on: Option<Date>,
    /// Last day.
    pub last_on: Option<Date>,
    /// Where.
    pub place: String,
    /// 班主任.
    pub teacher_name: String,
    /// Telephone.
    pub phone: String,
    /// Where he stands.
    pub seat: String,
    /// Its word.
    pub seat_name: String,
    /// Lessons in time.
    pub lessons: Vec<ClassOwnLessonOut>,
    /// Courses that are over and not evaluated by him.
    pub to_evaluate: Vec<i64>,
    /// His leaves.
    pub leaves: Vec<ClassLeaveOut>,
    /// Changed since he last saw it.
    pub changed: bool,
    /// His points.
    #[schema(value_type = Option<f64>)]
    pub score: Option<Quantity>,
    /// Passed; none without a result.
    pub passed: Option<bool>,
}

/// The caller's classes of a year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassOwnListOut {
    /// Year.
    pub year: i32,
    /// Questions of the evaluation.
    pub questions: Vec<String>,
    /// Classes, newest first.
    pub classes: Vec<ClassOwnOut>,
}

/// The caller's classes of a year.
///
/// # Errors
/// 500 from the engine.
pub async fn list(ctx: &Ctx, year: i32) -> Result<ClassOwnListOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let mut out = Vec::new();
    if let Some(person) = ctx.actor.person_id {
        let rows = trainees::of_person(&mut tx, person, year).await?;
        for row in rows.into_iter().rev() {
            if matches!(row.seat, Seat::Withdrawn | Seat::Moved) {
                continue;
            }
            let case = Case::any(&mut tx, ctx, row.class_id).await?;
            // A draft is nobody's yet but the office's.
            if case.class.state != Stored::Draft {
                out.push(own(&mut tx, ctx, case, row).await?);
            }
        }
    }
    Ok(ClassOwnListOut {
        year,
        questions: QUESTIONS.iter().map(|text| (*text).to_owned()).collect(),
        classes: out,
    })
}

async fn own(
    tx: &mut Tx,
    ctx: &Ctx,
    case: Case,
    row: trainees::Trainee,
) -> Result<ClassOwnOut, Problem> {
    let id = case.class.id;
    let mut cells = of_trainee(tx, ctx, &case, &row).await?;
    let evaluated = evaluations::evaluated_by(tx, row.id).await?;
    let result = results::of_classes(tx, &[id]).await?.remove(&row.id);
    let own_leaves = leaves::of_classes(tx, &[id]).await?;
    let read = match row.person_id {
        Some(person) => extras::read_by(tx, person).await?,
        None => std::collections::BTreeMap::new(),
    };
    let mut to_evaluate = Vec::new();
    let open = matches!(
        case.phase,
        Phase::Running | Phase::Ended | Phase::ClosingSubmitted | Phase::ReturnedForCompletion
    );
    if case.class.evaluates && open && row.seat.sits() {
        for course in &case.courses {
            let last = case
                .lessons
                .iter()
                .filter(|lesson| lesson.lesson.course == course.id)
                .map(|lesson| lesson.lesson.span.until)
                .max();
            if last.is_some_and(|last| last <= ctx.now) && !evaluated.contains(&course.id) {
                to_evaluate.push(course.id);
            }
        }
    }
    Ok(ClassOwnOut {
        id,
        title: case.full_title(),
        kind_name: case.class.kind.name().to_owned(),
        phase: case.phase.code().to_owned(),
        phase_name: case.phase.name().to_owned(),
        first_on: case.class.first_on,
        last_on: case.class.last_on,
        place: case.class.place.clone(),
        teacher_name: case.class.teacher_name.clone(),
        phone: case.class.phone.clone(),
        seat: row.seat.code().to_owned(),
        seat_name: row.seat.name().to_owned(),
        lessons: case
            .lessons
            .iter()
            .map(|lesson| ClassOwnLessonOut {
                id: lesson.lesson.id,
                course_id: lesson.lesson.course,
                course_title: case
                    .courses
                    .iter()
                    .find(|course| course.id == lesson.lesson.course)
                    .map(|course| course.title.clone())
                    .unwrap_or_default(),
                from: lesson.lesson.span.from,
                until: lesson.lesson.span.until,
                instructor: lesson.instructor.clone(),
                place: lesson.place.clone(),
                presence: cells
                    .iter()
                    .position(|cell| cell.lesson == lesson.lesson.id)
                    .map(|index| cell_out(cells.swap_remove(index))),
            })
            .collect(),
        to_evaluate,
        leaves: own_leaves
            .into_iter()
            .filter(|leave| leave.trainee_id == row.id)
            .map(|leave| leave_out(leave, &row.name, &row.unit_name))
            .collect(),
        changed: read
            .get(&id)
            .is_none_or(|seen| *seen < case.class.calendar_seq),
        score: result.as_ref().and_then(|result| result.score),
        passed: result.map(|result| result.passed),
    })
}

/// An entry of a person's calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarRow {
    /// Stable name.
    pub uid: String,
    /// Grows with every change of the class.
    pub sequence: i64,
    /// True for a lesson that is not held, or that he is no longer in.
    pub cancelled: bool,
    /// Begins.
    pub from: Timestamp,
    /// Ends.
    pub until: Timestamp,
    /// Class with batch and course.
    pub title: String,
    /// Where.
    pub place: String,
    /// Who teaches.
    pub instructor: String,
    /// When the class was last announced, changed or cancelled.
    pub changed: Timestamp,
}

/// When a class was last announced, changed or cancelled.
async fn last_change(tx: &mut Tx, class: i64) -> Result<Timestamp, Problem> {
    Ok(classes::events(tx, class)
        .await?
        .iter()
        .filter(|line| matches!(line.event.as_str(), "filed" | "changed" | "cancelled"))
        .map(|line| line.at)
        .max()
        .unwrap_or(Timestamp::from_micros(0)))
}

/// The lessons that a person of the register teaches in announced classes of a year.
///
/// # Errors
/// 500 from the engine.
pub async fn lessons_taught(
    tx: &mut Tx,
    person: PersonId,
    year: i32,
) -> Result<Vec<CalendarRow>, Problem> {
    let rows = faculty::instructors_of(tx, person).await?;
    let mut found = Vec::new();
    if rows.is_empty() {
        return Ok(found);
    }
    for id in classes::taught_by(tx, person, &rows, year).await? {
        let Some(class) = classes::by_id(tx, id).await? else {
            continue;
        };
        if class.state == Stored::Draft {
            continue;
        }
        let changed = last_change(tx, id).await?;
        let courses = lessons::courses(tx, id).await?;
        for lesson in lessons::lessons(tx, &[id], true).await? {
            if !lesson
                .lesson
                .instructor
                .is_some_and(|row| rows.contains(&row))
            {
                continue;
            }
            let course = courses
                .iter()
                .find(|course| course.id == lesson.lesson.course)
                .map_or("", |course| course.title.as_str());
            found.push(CalendarRow {
                uid: lesson.uid,
                sequence: class.calendar_seq,
                cancelled: lesson.removed || class.state == Stored::Cancelled,
                from: lesson.lesson.span.from,
                until: lesson.lesson.span.until,
                title: format!("授课：{} {course}", full_title(&class))
                    .trim_end()
                    .to_owned(),
                place: lesson.place,
                instructor: lesson.instructor,
                changed,
            });
        }
    }
    Ok(found)
}

/// The lessons of a person's announced classes of a year, those cancelled since included so that phones take them off.
///
/// # Errors
/// 500 from the engine.
pub async fn calendar_of(
    tx: &mut Tx,
    person: PersonId,
    year: i32,
) -> Result<Vec<CalendarRow>, Problem> {
    let rows = trainees::of_person(tx, person, year).await?;
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for row in rows.iter().rev() {
        // His newest row in a class says whether he is in it.
        if !seen.insert(row.class_id) {
            continue;
        }
        let Some(class) = classes::by_id(tx, row.class_id).await? else {
            continue;
        };
        if class.state == Stored::Draft {
            continue;
        }
        let changed = last_change(tx, class.id).await?;
        let courses = lessons::courses(tx, class.id).await?;
        for lesson in lessons::lessons(tx, &[class.id], true).await? {
            let course = courses
                .iter()
                .find(|course| course.id == lesson.lesson.course)
                .map_or("", |course| course.title.as_str());
            found.push(CalendarRow {
                uid: lesson.uid,
                sequence: class.calendar_seq + row.version,
                cancelled: lesson.removed || class.state == Stored::Cancelled || !row.seat.sits(),
                from: lesson.lesson.span.from,
                until: lesson.lesson.span.until,
                title: format!("{} {course}", full_title(&class))
                    .trim_end()
                    .to_owned(),
                place: lesson.place,
                instructor: lesson.instructor,
                changed,
            });
        }
    }
    found.sort_by(|a, b| (a.from, &a.uid).cmp(&(b.from, &b.uid)));
    Ok(found)
}
