//! What takes a class's instructors, rooms and trainees beside its own lessons.

use std::collections::BTreeMap;

use chengzhi_db::Tx;
use chengzhi_http::Problem;

use crate::domain::clash::{Busy, Resource};
use crate::domain::timetable::Lesson;
use crate::store::lessons;

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
}

/// What is taken while the class is held. Whatever else books instructors and places joins here.
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
    let near: Vec<i64> = case.tree.subtree(case.class.unit_id).into_iter().collect();
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
