//! Clashes of a timetable, and a suggestion that solves them.

use std::collections::BTreeMap;

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::clash::{Choices, Resource, clashes, suggest};
use crate::domain::timetable::Span;

use super::busy::{Taken, taken};
use super::case::Case;

/// A clash.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassClashOut {
    /// Lesson.
    pub lesson_id: i64,
    /// `instructor`, `place`, `class`, `trainees`.
    pub what: String,
    /// The other lesson, when it is of this class.
    pub other_lesson_id: Option<i64>,
    /// Sentence.
    pub text: String,
    /// From when the two meet.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
}

/// A lesson as a suggestion would have it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassMoveOut {
    /// Lesson.
    pub lesson_id: i64,
    /// Begins.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Ends.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    /// Instructor of the register.
    pub instructor_id: Option<i64>,
    /// Instructor.
    pub instructor: String,
    /// Place of the register.
    pub place_id: Option<i64>,
    /// Place.
    pub place: String,
    /// What changes, in words.
    pub text: String,
}

/// Clashes and the way out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassConflictsOut {
    /// Clashes in time.
    pub clashes: Vec<ClassClashOut>,
    /// Changes that leave none; none when there is no clash or no way out was found.
    pub suggestion: Option<Vec<ClassMoveOut>>,
}

/// Usual periods of a day, in minutes after 00:00.
const PERIODS: &[(u32, u32)] = &[(510, 600), (610, 700), (780, 870), (880, 970), (980, 1_070)];

/// Clashes of a class's timetable.
///
/// # Errors
/// 404 outside the scope; 500 from the engine.
pub async fn conflicts(ctx: &Ctx, scope: &Scope, id: i64) -> Result<ClassConflictsOut, Problem> {
    let mut tx = ctx.db().read().await?;
    let case = Case::readable(&mut tx, ctx, scope, id).await?;
    let taken = taken(&mut tx, &case).await?;
    let found = clashes(&taken.lessons, &taken.busy);
    let lesson_id = |index: usize| taken.lessons.get(index).map_or(0, |lesson| lesson.id);
    let mut out: Vec<ClassClashOut> = Vec::new();
    // Trainees who sit elsewhere in one other class are one line with their names.
    let mut sitting: BTreeMap<(usize, String, Span), Vec<&str>> = BTreeMap::new();
    for clash in &found {
        let (what, text) = match (clash.resource, &clash.with) {
            (Resource::Trainee(person), Some(title)) => {
                let name = taken.people.get(&person).map_or("", String::as_str);
                sitting
                    .entry((clash.lesson, title.clone(), clash.span))
                    .or_default()
                    .push(name);
                continue;
            }
            (Resource::Trainee(_), None) => ("class", "与本班另一课次时间重叠。".to_owned()),
            (Resource::Instructor(number), with) => (
                "instructor",
                format!(
                    "授课人{}同时在“{}”授课。",
                    name_of(&case, clash.lesson, &taken, Resource::Instructor(number)),
                    with.as_deref().unwrap_or("本班")
                ),
            ),
            (Resource::Place(number), with) => (
                "place",
                format!(
                    "地点“{}”同时被“{}”使用。",
                    name_of(&case, clash.lesson, &taken, Resource::Place(number)),
                    with.as_deref().unwrap_or("本班")
                ),
            ),
        };
        out.push(ClassClashOut {
            lesson_id: lesson_id(clash.lesson),
            what: what.to_owned(),
            other_lesson_id: clash.other.map(lesson_id),
            text,
            from: clash.span.from,
            until: clash.span.until,
        });
    }
    for ((lesson, title, span), mut names) in sitting {
        names.sort_unstable();
        names.dedup();
        let shown = names.get(..3).unwrap_or(&names).join("、");
        out.push(ClassClashOut {
            lesson_id: lesson_id(lesson),
            what: "trainees".to_owned(),
            other_lesson_id: None,
            text: format!("{}名学员（{shown}）同时在“{title}”上课。", names.len()),
            from: span.from,
            until: span.until,
        });
    }
    out.sort_by_key(|clash| (clash.from, clash.lesson_id));
    let suggestion = if found.is_empty() {
        None
    } else {
        suggest(&taken.lessons, &taken.busy, &choices(&taken)).map(|moves| {
            moves
                .into_iter()
                .filter_map(|change| move_out(&case, &taken, change))
                .collect()
        })
    };
    Ok(ClassConflictsOut {
        clashes: out,
        suggestion,
    })
}

fn name_of(case: &Case, lesson: usize, taken: &Taken, resource: Resource) -> String {
    let told = case.lessons.get(lesson).map(|row| match resource {
        Resource::Place(_) => row.place.clone(),
        _ => row.instructor.clone(),
    });
    let (names, number) = match resource {
        Resource::Instructor(number) => (&taken.instructors, number),
        Resource::Place(number) | Resource::Trainee(number) => (&taken.places, number),
    };
    told.filter(|name| !name.is_empty())
        .unwrap_or_else(|| names.name(number).to_owned())
}

/// Periods of the class's days, and the places and instructors that its bureau's classes use.
fn choices(taken: &Taken) -> Choices {
    let mut days: Vec<_> = taken
        .lessons
        .iter()
        .map(|lesson| lesson.span.from.date())
        .collect();
    days.sort_unstable();
    days.dedup();
    let periods = days
        .into_iter()
        .flat_map(|day| {
            PERIODS.iter().map(move |(from, until)| Span {
                from: Timestamp::at(day, from / 60, from % 60),
                until: Timestamp::at(day, until / 60, until % 60),
            })
        })
        .collect();
    let mut places = taken.rooms.clone();
    let mut instructors = Vec::new();
    for lesson in &taken.lessons {
        places.extend(lesson.place);
        instructors.extend(lesson.instructor);
    }
    for busy in &taken.busy {
        match busy.resource {
            Resource::Place(number) => places.push(number),
            // Somebody else's instructor cannot be told to teach this course; own ones can.
            Resource::Instructor(_) | Resource::Trainee(_) => {}
        }
    }
    for list in [&mut places, &mut instructors] {
        list.sort_unstable();
        list.dedup();
    }
    Choices {
        periods,
        places: vec![places; taken.lessons.len()],
        instructors: vec![instructors; taken.lessons.len()],
    }
}

fn move_out(
    case: &Case,
    taken: &Taken,
    change: crate::domain::clash::Move,
) -> Option<ClassMoveOut> {
    let before = taken.lessons.get(change.lesson)?;
    let row = case.lessons.get(change.lesson)?;
    let to = change.to;
    let mut text = Vec::new();
    let mut instructor = (row.lesson.instructor, row.instructor.clone());
    let mut place = (row.lesson.place, row.place.clone());
    if to.instructor != before.instructor {
        instructor = said(taken, to.instructor?, Resource::Instructor(0));
        text.push(format!("授课人改为{}", instructor.1));
    }
    if to.place != before.place {
        place = said(taken, to.place?, Resource::Place(0));
        text.push(format!("地点改为“{}”", place.1));
    }
    if to.span != before.span {
        text.push(format!("改到{}", to.span.from.format_cn()));
    }
    Some(ClassMoveOut {
        lesson_id: before.id,
        from: to.span.from,
        until: to.span.until,
        instructor_id: instructor.0,
        instructor: instructor.1,
        place_id: place.0,
        place: place.1,
        text: format!("{}。", text.join("，")),
    })
}

/// Id in the register and name of a numbered instructor or place.
fn said(taken: &Taken, number: i64, what: Resource) -> (Option<i64>, String) {
    let names = match what {
        Resource::Instructor(_) => &taken.instructors,
        Resource::Place(_) | Resource::Trainee(_) => &taken.places,
    };
    (
        (number > 0).then_some(number),
        names.name(number).to_owned(),
    )
}
