//! The programme of a class: its courses.

use std::collections::BTreeSet;

use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Quantity;
use serde_json::json;

use crate::domain::kind::Subject;
use crate::domain::phase::Act;
use crate::domain::timetable::Course;
use crate::store::{classes, lessons};

use super::case::Case;
use super::{bad_field, words};

/// A course as entered.
#[derive(Debug, Clone)]
pub struct CourseInput {
    /// Row id of a course that is there.
    pub id: Option<i64>,
    /// Title.
    pub title: String,
    /// What is done in it.
    pub subject: String,
    /// Required topic that it covers.
    pub topic: String,
    /// Hours.
    pub hours: Quantity,
    /// Credits.
    pub credits: Quantity,
}

/// Most courses of a class.
const MOST_COURSES: usize = 100;

/// Saves the whole programme: courses not named are taken out, with their lessons.
///
/// # Errors
/// 404 for classes of others; 409 for an old version, a class that is over or a course that has scans; 422 for a field.
pub async fn save(
    ctx: &Ctx,
    id: i64,
    version: i64,
    input: Vec<CourseInput>,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = Case::take(&mut tx, ctx, id).await?;
    case.fresh(version)?;
    case.may(Act::Reschedule)?;
    if input.len() > MOST_COURSES {
        return Err(bad_field("courses", format!("课程最多{MOST_COURSES}门。")));
    }
    let mut kept = BTreeSet::new();
    let mut courses = Vec::new();
    for (index, course) in input.into_iter().enumerate() {
        let course = checked(&case, index, course)?;
        if course.id != 0 && !kept.insert(course.id) {
            return Err(bad_field(
                &format!("courses[{index}].id"),
                "同一门课程出现了两次。",
            ));
        }
        courses.push(course);
    }
    let gone: Vec<i64> = case
        .courses
        .iter()
        .map(|course| course.id)
        .filter(|id| !kept.contains(id))
        .collect();
    let their_lessons: Vec<i64> = case
        .lessons
        .iter()
        .filter(|row| gone.contains(&row.lesson.course))
        .map(|row| row.lesson.id)
        .collect();
    let scanned = lessons::with_scans(&mut tx, id).await?;
    if their_lessons.iter().any(|lesson| scanned.contains(lesson)) {
        return Err(Problem::conflict(
            "class.lesson_used",
            "要删除的课程已有签到记录，不能删除；如未上课，请先处理签到记录。",
        ));
    }
    lessons::remove_lessons(&mut tx, &their_lessons, ctx.now).await?;
    lessons::remove_courses(&mut tx, &gone, ctx.now).await?;
    for (seq, course) in (1..).zip(&courses) {
        lessons::save_course(&mut tx, id, seq, course).await?;
    }
    let changed = !their_lessons.is_empty();
    super::timetable::settle(&mut tx, ctx, &mut case, changed).await?;
    classes::put(&mut tx, &case.class).await?;
    super::filing::tell_change(&mut tx, ctx, &mut case, true).await?;
    tx.audit(
        ctx.audit("class.courses", case.subject())
            .unit(case.class.unit_id)
            .detail(json!({"rows": courses.len()})),
    );
    tx.commit().await?;
    Ok(())
}

fn checked(case: &Case, index: usize, input: CourseInput) -> Result<Course, Problem> {
    let field = |name: &str| format!("courses[{index}].{name}");
    if let Some(id) = input.id
        && !case.courses.iter().any(|course| course.id == id)
    {
        return Err(bad_field(
            &field("id"),
            "这门课程已被删除，请刷新后再操作。",
        ));
    }
    let amount = |name: &str, label: &str, value: Quantity| {
        let most = Quantity::from_thousandths(200_000);
        if value < Quantity::from_thousandths(0) || value > most {
            return Err(bad_field(&field(name), format!("{label}应在0至200之间。")));
        }
        Ok(value)
    };
    let topic = words::optional(&field("topic"), "必修课", &input.topic, 100)?;
    Ok(Course {
        id: input.id.unwrap_or(0),
        title: words::required(&field("title"), "课程名称", &input.title, 100)?,
        subject: Subject::from_code(&input.subject)
            .ok_or_else(|| bad_field(&field("subject"), "请选择课程类别。"))?,
        topic: (!topic.is_empty()).then_some(topic),
        hours: amount("hours", "学时", input.hours)?,
        credits: amount("credits", "学分", input.credits)?,
    })
}
