//! Instructors and rooms of the registers: who may be named in a timetable, and what is booked for a class.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_db::Tx;
use chengzhi_faculty::facade::{
    self as faculty, Booking, InstructorRef, InstructorState, PlaceRef, PlaceState, Subject, Wanted,
};
use chengzhi_http::Problem;

use crate::domain::phase::Stored;

use super::bad_field;
use super::case::Case;
use super::timetable::LessonInput;

/// Under this name a class holds its bookings.
#[must_use]
pub(super) fn owner(class: i64) -> String {
    format!("class:{class}")
}

/// What a timetable names of the registers.
#[derive(Debug, Default)]
pub(super) struct Registers {
    instructors: BTreeMap<i64, InstructorRef>,
    places: BTreeMap<i64, PlaceRef>,
}

impl Registers {
    /// Reads what these lessons name.
    ///
    /// # Errors
    /// 500 from the engine.
    pub(super) async fn of(tx: &mut Tx, lessons: &[LessonInput]) -> Result<Self, Problem> {
        let mut found = Registers::default();
        let people: BTreeSet<i64> = lessons.iter().filter_map(|row| row.instructor_id).collect();
        for id in people {
            if let Some(row) = faculty::instructor(tx, id).await? {
                found.instructors.insert(id, row);
            }
        }
        let places: BTreeSet<i64> = lessons.iter().filter_map(|row| row.place_id).collect();
        for id in places {
            if let Some(row) = faculty::place(tx, id).await? {
                found.places.insert(id, row);
            }
        }
        Ok(found)
    }

    /// The name of a lesson's instructor: that of the register when he is of it. Somebody whom the lesson already had
    /// stays though his term is over since.
    ///
    /// # Errors
    /// 422 for somebody who is not in the register or does not serve on the lesson's day.
    pub(super) fn instructor(
        &self,
        field: &str,
        lesson: &LessonInput,
        before: Option<i64>,
    ) -> Result<Option<String>, Problem> {
        let Some(id) = lesson.instructor_id else {
            return Ok(None);
        };
        let row = self
            .instructors
            .get(&id)
            .ok_or_else(|| bad_field(field, "师资库中没有这位教员，请重新选择。"))?;
        let day = lesson.from.date();
        if !row.serves(day) && before != Some(id) {
            return Err(bad_field(
                field,
                format!(
                    "{}在{}不在聘期内，请另选教员或先办理续聘。",
                    row.name,
                    chengzhi_kernel::format_cn(day)
                ),
            ));
        }
        Ok(Some(row.name.clone()))
    }

    /// The name of a lesson's place: that of the register when it is of it.
    ///
    /// # Errors
    /// 422 for a place that is not in the register or not in use.
    pub(super) fn place(
        &self,
        field: &str,
        lesson: &LessonInput,
        before: Option<i64>,
    ) -> Result<Option<String>, Problem> {
        let Some(id) = lesson.place_id else {
            return Ok(None);
        };
        let row = self
            .places
            .get(&id)
            .ok_or_else(|| bad_field(field, "没有登记这处场所，请重新选择。"))?;
        if row.state != PlaceState::InUse && before != Some(id) {
            return Err(bad_field(
                field,
                format!("“{}”现在没有启用，请另选场所。", row.name),
            ));
        }
        Ok(Some(row.name.clone()))
    }
}

/// What the lessons of a class take, one booking for each instructor and place.
fn wishes(case: &Case) -> Vec<Booking> {
    let mut found = Vec::new();
    for row in &case.lessons {
        let course = case
            .courses
            .iter()
            .find(|course| course.id == row.lesson.course)
            .map_or("", |course| course.title.as_str());
        let subjects = [
            row.lesson.instructor.map(Subject::Instructor),
            row.lesson.place.map(Subject::Place),
        ];
        for subject in subjects.into_iter().flatten() {
            found.push(Booking {
                subject,
                span: faculty::Span {
                    from: row.lesson.span.from,
                    until: row.lesson.span.until,
                },
                title: format!("{} {course}", case.full_title())
                    .trim_end()
                    .to_owned(),
                unit_id: case.class.unit_id,
            });
        }
    }
    found
}

/// Whether an instructor was released and gave this time back: the lesson still names him, but he does not come.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn given_back(
    tx: &mut Tx,
    owner: &str,
    subject: Subject,
    span: faculty::Span,
) -> Result<bool, Problem> {
    let Subject::Instructor(id) = subject else {
        return Ok(false);
    };
    let released = faculty::instructor(tx, id)
        .await?
        .is_some_and(|row| row.state == InstructorState::Released);
    if !released {
        return Ok(false);
    }
    let held = faculty::held(tx, &[subject], span).await?;
    Ok(!held.iter().any(|held| held.owner == owner))
}

/// Books what a class's timetable names, in place of what the class held. A draft books what is free and shows the rest
/// as clashes; once it is announced, somebody or something that is taken stands in the way.
///
/// # Errors
/// 409 that says what holds the person or place; 500 from the engine.
pub(super) async fn book(tx: &mut Tx, case: &Case) -> Result<(), Problem> {
    let owner = owner(case.class.id);
    if case.class.state == Stored::Cancelled {
        faculty::release(tx, &owner).await?;
        return Ok(());
    }
    let mut all = Vec::new();
    for wish in wishes(case) {
        if !given_back(tx, &owner, wish.subject, wish.span).await? {
            all.push(wish);
        }
    }
    let wanted: Vec<Wanted> = all
        .iter()
        .map(|wish| Wanted {
            subject: wish.subject,
            span: wish.span,
        })
        .collect();
    let clashes = faculty::clashes(tx, &wanted, &owner).await?;
    if let Some(first) = clashes
        .first()
        .filter(|_| case.class.state != Stored::Draft)
    {
        let more = match clashes.len() - 1 {
            0 => String::new(),
            more => format!("，另有{more}处冲突"),
        };
        let by = case.tree.name(first.unit_id);
        return Err(Problem::conflict(
            "class.taken",
            format!("{}（{by}）{more}，请调整课表。", first.text()),
        ));
    }
    let taken: BTreeSet<usize> = clashes.iter().map(|clash| clash.index).collect();
    let mut free: Vec<Booking> = Vec::new();
    for (index, wish) in all.into_iter().enumerate() {
        let twice = free
            .iter()
            .any(|other| other.subject == wish.subject && other.span.overlaps(wish.span));
        if twice && case.class.state != Stored::Draft {
            return Err(Problem::conflict(
                "class.taken",
                "同一位教员或同一处场所在本班两个重叠的课次中，请调整课表。",
            ));
        }
        if !twice && !taken.contains(&index) {
            free.push(wish);
        }
    }
    if free.is_empty() {
        faculty::release(tx, &owner).await?;
    } else {
        faculty::book(tx, &owner, &free).await?;
    }
    Ok(())
}
