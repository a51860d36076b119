//! What takes a class's instructors, rooms and trainees beside its own lessons.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_db::Tx;
use chengzhi_faculty::facade::{self as faculty, PlaceFilter, Subject};
use chengzhi_http::Problem;

use crate::domain::clash::{Busy, Resource};
use crate::domain::timetable::{Lesson, Span};
use crate::store::{lessons, trainees};

use super::case::Case;

/// Instructors and places by number: those of the registers keep theirs, names get numbers below zero.
#[derive(Debug, Clone, Default)]
pub struct Names {
    numbers: BTreeMap<String, i64>,
    registered: BTreeMap<i64, String>,
}

impl Names {
    /// The number of an instructor or place; none when neither is told.
    pub fn number(&mut self, id: Option<i64>, name: &str) -> Option<i64> {
        let name = name.trim();
        if let Some(id) = id {
            self.registered.insert(id, name.to_owned());
            return Some(id);
        }
        if name.is_empty() {
            return None;
        }
        let next = -1 - i64::try_from(self.numbers.len()).unwrap_or(0);
        Some(*self.numbers.entry(name.to_owned()).or_insert(next))
    }

    /// The name of a number as it was told.
    #[must_use]
    pub fn name(&self, number: i64) -> &str {
        if let Some(name) = self.registered.get(&number) {
            return name;
        }
        self.numbers
            .iter()
            .find(|(_, known)| **known == number)
            .map_or("", |(name, _)| name.as_str())
    }
}

/// A timetable as clashes are looked for in it: with numbers for names, and what else takes them.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// The class's lessons, numbered.
    pub lessons: Vec<Lesson>,
    /// What takes whom elsewhere.
    pub busy: Vec<Busy>,
    /// Names of instructors.
    pub instructors: Names,
    /// Names of places.
    pub places: Names,
    /// Names of trainees.
    pub people: BTreeMap<i64, String>,
    /// Registered rooms of the bureau that are large enough.
    pub rooms: Vec<i64>,
}

/// What is taken while the class is held: by other classes, and by whatever else books instructors and places of the
/// registers.
///
/// # Errors
/// 500 from the engine.
pub async fn taken(tx: &mut Tx, case: &Case) -> Result<Taken, Problem> {
    let mut found = Taken::default();
    for row in &case.lessons {
        found.lessons.push(Lesson {
            instructor: found
                .instructors
                .number(row.lesson.instructor, &row.instructor),
            place: found.places.number(row.lesson.place, &row.place),
            ..row.lesson.clone()
        });
    }
    let Some(mut span) = case.span() else {
        return Ok(found);
    };
    // A suggestion may use any period of the class's days.
    span.from = chengzhi_kernel::Timestamp::start_of_day(span.from.date());
    span.until = chengzhi_kernel::Timestamp::end_of_day(span.until.date());
    let below = case.tree.subtree(case.class.unit_id);
    let near: Vec<i64> = below.iter().copied().collect();
    for other in lessons::of_others(tx, case.class.id, span, &near).await? {
        let instructor = found
            .instructors
            .number(other.instructor_id, &other.instructor);
        let place = found.places.number(other.place_id, &other.place);
        let resources = [
            instructor.map(Resource::Instructor),
            place.map(Resource::Place),
        ];
        for resource in resources.into_iter().flatten() {
            found.busy.push(Busy {
                resource,
                span: other.span,
                title: other.title.clone(),
            });
        }
    }
    registers(tx, case, &below, span, &mut found).await?;
    for other in lessons::of_trainees(tx, case.class.id, span).await? {
        found.people.insert(other.person, other.name);
        found.busy.push(Busy {
            resource: Resource::Trainee(other.person),
            span: other.span,
            title: other.title,
        });
    }
    Ok(found)
}

/// Bookings of the registers that are nobody's class: invitations, and what else is entered there. Classes are looked
/// at lesson by lesson, since a draft may name what it could not book.
async fn registers(
    tx: &mut Tx,
    case: &Case,
    below: &BTreeSet<i64>,
    span: Span,
    found: &mut Taken,
) -> Result<(), Problem> {
    let list = trainees::of_classes(tx, &[case.class.id]).await?;
    let sitting = list.iter().filter(|row| row.seat.sits()).count();
    let rooms = PlaceFilter {
        units: Some(below.clone()),
        kind: None,
        capacity: i64::try_from(sitting).ok(),
    };
    for room in faculty::places(tx, &rooms).await? {
        found.places.number(Some(room.id), &room.name);
        found.rooms.push(room.id);
    }
    let mut subjects: Vec<Subject> = found.rooms.iter().map(|id| Subject::Place(*id)).collect();
    for row in &case.lessons {
        subjects.extend(row.lesson.instructor.map(Subject::Instructor));
        subjects.extend(row.lesson.place.map(Subject::Place));
    }
    subjects.sort_unstable();
    subjects.dedup();
    let within = faculty::Span {
        from: span.from,
        until: span.until,
    };
    for held in faculty::held(tx, &subjects, within).await? {
        if held.owner.starts_with("class:") {
            continue;
        }
        found.busy.push(Busy {
            resource: match held.booking.subject {
                Subject::Instructor(id) => Resource::Instructor(id),
                Subject::Place(id) => Resource::Place(id),
            },
            span: Span {
                from: held.booking.span.from,
                until: held.booking.span.until,
            },
            title: held.booking.title,
        });
    }
    Ok(())
}
