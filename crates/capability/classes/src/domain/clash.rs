//! Who or what would be in two places at once, and how to move lessons so that nobody is.

use super::timetable::{Lesson, Span};

/// Somebody or something that can be at one place only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// An instructor of the register.
    Instructor(i64),
    /// A room or base of the register.
    Place(i64),
    /// A trainee, by person.
    Trainee(i64),
}

/// When a resource is taken by something outside the timetable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Busy {
    /// Who or what.
    pub resource: Resource,
    /// When.
    pub span: Span,
    /// By what, in words.
    pub title: String,
}

/// A lesson whose resource is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// Index of the lesson.
    pub lesson: usize,
    /// Who or what.
    pub resource: Resource,
    /// By what: a title from outside, or none for another lesson of this timetable.
    pub with: Option<String>,
    /// Index of the other lesson, when it is of this timetable.
    pub other: Option<usize>,
    /// When the two meet.
    pub span: Span,
}

fn meeting(one: &Span, other: &Span) -> Option<Span> {
    one.overlaps(other).then(|| Span {
        from: one.from.max(other.from),
        until: one.until.min(other.until),
    })
}

/// All clashes of a timetable: among its lessons (one class sits in one lesson at a time) and with what else takes
/// its instructors, places and trainees.
#[must_use]
pub fn clashes(lessons: &[Lesson], busy: &[Busy]) -> Vec<Clash> {
    let mut found = Vec::new();
    for (index, lesson) in lessons.iter().enumerate() {
        for (before, other) in lessons.iter().enumerate().take(index) {
            if let Some(span) = meeting(&lesson.span, &other.span) {
                found.push(Clash {
                    lesson: index,
                    resource: Resource::Trainee(0),
                    with: None,
                    other: Some(before),
                    span,
                });
            }
        }
        for taken in busy {
            let needs = match taken.resource {
                Resource::Instructor(id) => lesson.instructor == Some(id),
                Resource::Place(id) => lesson.place == Some(id),
                Resource::Trainee(_) => true,
            };
            if let Some(span) = meeting(&lesson.span, &taken.span).filter(|_| needs) {
                found.push(Clash {
                    lesson: index,
                    resource: taken.resource,
                    with: Some(taken.title.clone()),
                    other: None,
                    span,
                });
            }
        }
    }
    found
}

/// What a suggestion may use.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Spans in which lessons may be held (the periods of the class's days).
    pub periods: Vec<Span>,
    /// For each lesson the places that are large enough, best first.
    pub places: Vec<Vec<i64>>,
    /// For each lesson the instructors who can teach it, best first.
    pub instructors: Vec<Vec<i64>>,
}

/// A lesson changed by a suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Index of the lesson.
    pub lesson: usize,
    /// As it would be.
    pub to: Lesson,
}

/// Steps a search for a suggestion may take; a class has some forty lessons.
const MOST_STEPS: usize = 20_000;

/// Moves that leave no clash, trying to change little: another room first, then another instructor, then another
/// period. None when there is no such set of moves, or none was found within the step limit.
#[must_use]
pub fn suggest(lessons: &[Lesson], busy: &[Busy], choices: &Choices) -> Option<Vec<Move>> {
    let mut plan = lessons.to_vec();
    let mut steps = 0;
    let mut pinned = vec![false; lessons.len()];
    solve(&mut plan, busy, choices, &mut pinned, &mut steps).then(|| {
        plan.into_iter()
            .enumerate()
            .filter(|(index, lesson)| lessons.get(*index) != Some(lesson))
            .map(|(lesson, to)| Move { lesson, to })
            .collect()
    })
}

fn solve(
    plan: &mut Vec<Lesson>,
    busy: &[Busy],
    choices: &Choices,
    pinned: &mut Vec<bool>,
    steps: &mut usize,
) -> bool {
    let found = clashes(plan, busy);
    // Of two lessons that meet, the one not yet moved; else the search goes back a step.
    let Some(clash) = found.first() else {
        return true;
    };
    let candidates = [Some(clash.lesson), clash.other];
    for index in candidates.into_iter().flatten() {
        if pinned.get(index).copied().unwrap_or(true) {
            continue;
        }
        let before = plan.get(index).cloned();
        let Some(before) = before else { continue };
        for variant in variants(&before, index, clash.resource, choices) {
            *steps += 1;
            if *steps > MOST_STEPS {
                return false;
            }
            if !free(&variant, index, plan, busy) {
                continue;
            }
            if let Some(place) = plan.get_mut(index) {
                *place = variant;
            }
            if let Some(pin) = pinned.get_mut(index) {
                *pin = true;
            }
            if solve(plan, busy, choices, pinned, steps) {
                return true;
            }
            if let Some(pin) = pinned.get_mut(index) {
                *pin = false;
            }
        }
        if let Some(place) = plan.get_mut(index) {
            *place = before;
        }
    }
    false
}

/// What a lesson could become, the smallest change first.
fn variants(lesson: &Lesson, index: usize, why: Resource, choices: &Choices) -> Vec<Lesson> {
    let mut found = Vec::new();
    let places = choices
        .places
        .get(index)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let instructors = choices
        .instructors
        .get(index)
        .map(Vec::as_slice)
        .unwrap_or_default();
    match why {
        Resource::Place(_) => found.extend(places.iter().map(|place| Lesson {
            place: Some(*place),
            ..lesson.clone()
        })),
        Resource::Instructor(_) => found.extend(instructors.iter().map(|instructor| Lesson {
            instructor: Some(*instructor),
            ..lesson.clone()
        })),
        Resource::Trainee(_) => {}
    }
    let length = lesson.span.minutes();
    for period in &choices.periods {
        if period.minutes() < length || period.from == lesson.span.from {
            continue;
        }
        found.push(Lesson {
            span: Span {
                from: period.from,
                until: period.from.plus_minutes(length),
            },
            ..lesson.clone()
        });
    }
    found
}

/// Whether a lesson in this place of the plan would meet nothing.
fn free(lesson: &Lesson, index: usize, plan: &[Lesson], busy: &[Busy]) -> bool {
    let own = plan
        .iter()
        .enumerate()
        .any(|(other, row)| other != index && row.span.overlaps(&lesson.span));
    !own && clashes(std::slice::from_ref(lesson), busy).is_empty()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::timetable::tests::span;
    use super::*;

    fn lesson(span: Span, instructor: i64, place: i64) -> Lesson {
        Lesson {
            id: 0,
            course: 1,
            span,
            instructor: Some(instructor),
            place: Some(place),
        }
    }

    fn busy(resource: Resource, span: Span) -> Busy {
        Busy {
            resource,
            span,
            title: "另一个班".to_owned(),
        }
    }

    #[test]
    fn people_rooms_and_trainees_clash_with_what_else_takes_them() {
        let lessons = [
            lesson(span(3, (9, 0), (10, 30)), 1, 7),
            lesson(span(3, (10, 0), (11, 30)), 2, 7),
        ];
        let taken = [
            busy(Resource::Instructor(1), span(3, (8, 0), (9, 30))),
            busy(Resource::Place(8), span(3, (8, 0), (12, 0))),
            busy(Resource::Trainee(5), span(3, (11, 0), (12, 0))),
        ];
        let found = clashes(&lessons, &taken);
        let seen: Vec<_> = found
            .iter()
            .map(|c| (c.lesson, c.resource, c.other))
            .collect();
        assert_eq!(
            seen,
            [
                (0, Resource::Instructor(1), None),
                (1, Resource::Trainee(0), Some(0)),
                (1, Resource::Trainee(5), None),
            ]
        );
        assert_eq!(found[0].span, span(3, (9, 0), (9, 30)));
    }

    #[test]
    fn a_taken_room_is_changed_before_anything_is_moved() {
        let lessons = [lesson(span(3, (9, 0), (10, 30)), 1, 7)];
        let taken = [busy(Resource::Place(7), span(3, (9, 0), (12, 0)))];
        let choices = Choices {
            periods: vec![span(3, (13, 0), (14, 30))],
            places: vec![vec![7, 8]],
            instructors: vec![vec![]],
        };
        let moves = suggest(&lessons, &taken, &choices).unwrap();
        assert_eq!(moves.len(), 1);
        assert_eq!(moves[0].to.place, Some(8));
        assert_eq!(moves[0].to.span, lessons[0].span);
    }

    #[test]
    fn a_lesson_moves_to_a_free_period_when_nothing_else_helps() {
        let lessons = [
            lesson(span(3, (9, 0), (10, 30)), 1, 7),
            lesson(span(3, (13, 0), (14, 30)), 1, 7),
        ];
        let taken = [busy(Resource::Trainee(5), span(3, (8, 0), (12, 0)))];
        let choices = Choices {
            periods: vec![span(3, (13, 0), (14, 30)), span(3, (14, 30), (16, 0))],
            places: vec![vec![], vec![]],
            instructors: vec![vec![], vec![]],
        };
        let moves = suggest(&lessons, &taken, &choices).unwrap();
        assert_eq!(moves[0].to.span, span(3, (14, 30), (16, 0)));
    }

    #[test]
    fn without_a_way_out_nothing_is_suggested() {
        let lessons = [lesson(span(3, (9, 0), (10, 30)), 1, 7)];
        let taken = [busy(Resource::Instructor(1), span(3, (8, 0), (18, 0)))];
        let choices = Choices {
            periods: vec![span(3, (13, 0), (14, 30))],
            places: vec![vec![8]],
            instructors: vec![vec![1]],
        };
        assert_eq!(suggest(&lessons, &taken, &choices), None);
    }

    proptest! {
        /// Whatever is suggested leaves no clash and keeps every lesson's length and course.
        #[test]
        fn a_suggestion_never_clashes(
            starts in prop::collection::vec((3u32..6, 0u32..8, 1i64..3, 1i64..4), 1..7),
            taken in prop::collection::vec((3u32..6, 0u32..8, 0u8..3, 1i64..4), 0..7),
        ) {
            let at = |day: u32, slot: u32| span(day, (8 + slot, 0), (9 + slot, 0));
            let lessons: Vec<Lesson> = starts
                .iter()
                .map(|(day, slot, who, place)| lesson(at(*day, *slot), *who, *place))
                .collect();
            let busy: Vec<Busy> = taken
                .iter()
                .map(|(day, slot, kind, id)| {
                    let resource = match kind {
                        0 => Resource::Instructor(*id),
                        1 => Resource::Place(*id),
                        _ => Resource::Trainee(*id),
                    };
                    busy(resource, at(*day, *slot))
                })
                .collect();
            let periods = (3..6).flat_map(|day| (0..8).map(move |slot| (day, slot)))
                .map(|(day, slot)| at(day, slot)).collect();
            let choices = Choices {
                periods,
                places: vec![vec![1, 2, 3]; lessons.len()],
                instructors: vec![vec![1, 2]; lessons.len()],
            };
            if let Some(moves) = suggest(&lessons, &busy, &choices) {
                let mut plan = lessons.clone();
                for change in &moves {
                    prop_assert_eq!(change.to.span.minutes(), lessons[change.lesson].span.minutes());
                    plan[change.lesson] = change.to.clone();
                }
                prop_assert_eq!(clashes(&plan, &busy), vec![]);
            }
        }
    }
}
