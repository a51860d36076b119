//! The timetable of a class: its lessons.

use std::collections::BTreeSet;

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem, Unknown, random_bytes};
use chengzhi_kernel::Timestamp;
use serde_json::json;

use crate::domain::phase::Act;
use crate::domain::timetable::{Lesson, Span};
use crate::store::classes;
use crate::store::lessons::{self, LessonRow};

use super::booked::{self, Registers};
use super::case::Case;
use super::{bad_field, words};

/// A lesson as entered.
#[derive(Debug, Clone)]
pub struct LessonInput {
    /// Row id of a lesson that is there.
    pub id: Option<i64>,
    /// Course.
    pub course: i64,
    /// Begins.
    pub from: Timestamp,
    /// Ends.
    pub until: Timestamp,
    /// Instructor of the register.
    pub instructor_id: Option<i64>,
    /// Instructor's name.
    pub instructor: String,
    /// Place of the register.
    pub place_id: Option<i64>,
    /// Place's name.
    pub place: String,
    /// Place in millionths of a degree: latitude, longitude.
    pub position: Option<(i64, i64)>,
}

/// Most lessons of a class.
const MOST_LESSONS: usize = 300;
/// Longest lesson, minutes.
const LONGEST: i64 = 12 * 60;

/// Saves the whole timetable: lessons not named are taken out; those that stay keep uid and secret. After filing the
/// change is told to the upper level and to calendars.
///
/// # Errors
/// 404 for classes of others; 409 for an old version, a class that is over or a lesson with scans; 422 for a field.
pub async fn save(
    ctx: &Ctx,
    id: i64,
    version: i64,
    input: Vec<LessonInput>,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.may(Act::Reschedule)?;
    if input.len() > MOST_LESSONS {
        return Err(bad_field("lessons", format!("课次最多{MOST_LESSONS}个。")));
    }
    if case.class.days().is_some()
        && case.phase != crate::domain::phase::Phase::Draft
        && input.is_empty()
    {
        return Err(Problem::conflict(
            "class.no_lessons",
            "已报备的培训班至少保留一个课次；不再举办请取消培训班。",
        ));
    }
    let registers = Registers::of(&mut tx, &input).await?;
    let mut rows = Vec::new();
    let mut kept = BTreeSet::new();
    for (index, lesson) in input.into_iter().enumerate() {
        let row = checked(&case, &registers, index, lesson)?;
        if row.lesson.id != 0 && !kept.insert(row.lesson.id) {
            return Err(bad_field(
                &format!("lessons[{index}].id"),
                "同一课次出现了两次。",
            ));
        }
        rows.push(row);
    }
    let scanned = lessons::with_scans(&mut tx, id).await?;
    let touched = |row: &LessonRow| {
        rows.iter()
            .find(|new| new.lesson.id == row.lesson.id)
            .is_none_or(|new| new.lesson.span != row.lesson.span)
    };
    if let Some(used) = case
        .lessons
        .iter()
        .find(|row| scanned.contains(&row.lesson.id) && touched(row))
    {
        return Err(Problem::conflict(
            "class.lesson_used",
            format!(
                "{}的课次已有签到记录，不能改时间或删除。",
                used.lesson.span.from.format_cn()
            ),
        ));
    }
    let gone: Vec<i64> = case
        .lessons
        .iter()
        .map(|row| row.lesson.id)
        .filter(|id| !kept.contains(id))
        .collect();
    lessons::remove_lessons(&mut tx, &gone, ctx.now).await?;
    for row in &rows {
        lessons::save_lesson(&mut tx, row).await?;
    }
    settle(&mut tx, ctx, &mut case, true).await?;
    classes::put(&mut tx, &case.class).await?;
    super::filing::tell_change(&mut tx, ctx, &mut case, true).await?;
    tx.audit(
        ctx.audit("class.lessons", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"rows": rows.len()})),
    );
    tx.commit().await?;
    Ok(())
}

/// Reads courses and lessons again, lets the class's days follow from them and books what they name. `changed` counts
/// the calendar up.
///
/// # Errors
/// 409 when something else holds an instructor or place of an announced class; 500 from the engine.
pub(super) async fn settle(
    tx: &mut Tx,
    _ctx: &Ctx,
    case: &mut Case,
    changed: bool,
) -> Result<(), Problem> {
    case.courses = lessons::courses(tx, case.class.id).await?;
    case.lessons = lessons::lessons(tx, &[case.class.id], false).await?;
    let days = case.days();
    case.class.first_on = days.map(|days| days.0);
    case.class.last_on = days.map(|days| days.1);
    if changed {
        case.class.calendar_seq += 1;
    }
    booked::book(tx, case).await
}

fn checked(
    case: &Case,
    registers: &Registers,
    index: usize,
    input: LessonInput,
) -> Result<LessonRow, Problem> {
    let field = |name: &str| format!("lessons[{index}].{name}");
    let known = match input.id {
        Some(id) => Some(
            case.lessons
                .iter()
                .find(|row| row.lesson.id == id)
                .ok_or_else(|| bad_field(&field("id"), "这个课次已被删除，请刷新后再操作。"))?,
        ),
        None => None,
    };
    if !case.courses.iter().any(|course| course.id == input.course) {
        return Err(bad_field(&field("course_id"), "请选择本班的课程。"));
    }
    let span = Span {
        from: input.from,
        until: input.until,
    };
    if span.until <= span.from {
        return Err(bad_field(&field("until"), "下课时间应晚于上课时间。"));
    }
    if span.minutes() > LONGEST {
        return Err(bad_field(
            &field("until"),
            "一个课次最长12小时，请分成几个课次。",
        ));
    }
    // A lesson that ends at midnight is of its day.
    if span.until.plus_minutes(-1).date() != span.from.date() {
        return Err(bad_field(
            &field("until"),
            "一个课次不能跨过零点，请核对上下课时间；确需连到次日的，分成两个课次。",
        ));
    }
    let year = chrono::Datelike::year(&span.from.date());
    if (year - case.class.year).abs() > 1 {
        return Err(bad_field(
            &field("from"),
            format!("上课时间不在{}年度前后。", case.class.year),
        ));
    }
    if input
        .position
        .is_some_and(|(lat, lon)| lat.abs() > 90_000_000 || lon.abs() > 180_000_000)
    {
        return Err(bad_field(&field("position"), "教室坐标不在有效范围内。"));
    }
    let before = known.map(|row| (row.lesson.instructor, row.lesson.place));
    let instructor = registers.instructor(
        &field("instructor_id"),
        &input,
        before.and_then(|before| before.0),
    )?;
    let place = registers.place(
        &field("place_id"),
        &input,
        before.and_then(|before| before.1),
    )?;
    let (secret, uid) = match known {
        Some(row) => (row.secret.clone(), row.uid.clone()),
        None => {
            let secret = random_bytes::<32>().map_err(|error| Unknown::log(&error))?;
            let name = random_bytes::<16>().map_err(|error| Unknown::log(&error))?;
            (secret.to_vec(), format!("{}@chengzhi", hex::encode(name)))
        }
    };
    Ok(LessonRow {
        lesson: Lesson {
            id: input.id.unwrap_or(0),
            course: input.course,
            span,
            instructor: input.instructor_id,
            place: input.place_id,
        },
        class_id: case.class.id,
        instructor: match instructor {
            Some(name) => name,
            None => words::optional(&field("instructor"), "授课人", &input.instructor, 40)?,
        },
        place: match place {
            Some(name) => name,
            None => words::optional(&field("place"), "地点", &input.place, 100)?,
        },
        position: input.position,
        secret,
        uid,
        removed: false,
    })
}
