//! Training classes of the demo city: the trial district's closed training of the year with its
//! batches, and who comes to which.

use chengzhi_kernel::{Date, Timestamp};
use chengzhi_organisation::facade::UnitKind;
use chrono::Datelike as _;

use super::people::PersonPlan;
use super::training::{SessionPlan, new_in};
use super::units::Units;
use super::{days, stories};
use crate::data::training::Programme;

/// Somebody in a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatPlan {
    /// Index of the person.
    pub person: usize,
    /// The course that he missed.
    pub dropped: Option<usize>,
}

/// A batch that was held and closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassPlan {
    /// When.
    pub session: SessionPlan,
    /// Who.
    pub seats: Vec<SeatPlan>,
}

/// People of the batches that are not closed yet: sent back, running, filed late.
const LATER: [usize; 3] = [24, 40, 32];

/// All classes.
#[derive(Debug, Clone, Default)]
pub struct ClassesPlan {
    /// Index of the trial district.
    pub trial: Option<usize>,
    /// Batches that were held and closed.
    pub closed: Vec<ClassPlan>,
    /// People of the batch whose closing was sent back, of the one that runs today and of the one
    /// that was filed late.
    pub batches: [Vec<usize>; 3],
    /// Who still lacks closed training: bureau and person.
    pub missed: Vec<(usize, usize)>,
}

impl ClassesPlan {
    /// Chooses who comes to the later batches: people of the trial district's squads, but for the
    /// squads whose accounts are shown.
    #[must_use]
    pub fn new(units: &Units, people: &[PersonPlan], trial: Option<usize>, today: Date) -> Self {
        let shown: Vec<usize> = [stories::SQUAD, stories::SECOND_SQUAD]
            .iter()
            .filter_map(|code| units.by_code(code))
            .collect();
        let back = days::before_workdays(today, 12);
        let year = today.year();
        let fits = |person: &PersonPlan| {
            let here = |day: Date| {
                person.at_post_on(day)
                    && person.unit_on(day).is_some_and(|unit| {
                        let plan = &units.units[unit];
                        Some(plan.bureau) == trial
                            && plan.kind == UnitKind::Squad
                            && !shown.contains(&unit)
                    })
            };
            person.established && !new_in(person, year) && here(back) && here(today)
        };
        let mut chosen = people
            .iter()
            .enumerate()
            .filter(|(_, person)| fits(person))
            .map(|(index, _)| index)
            .step_by(3);
        ClassesPlan {
            trial,
            batches: LATER.map(|count| chosen.by_ref().take(count).collect()),
            ..ClassesPlan::default()
        }
    }

    /// Everybody of the later batches.
    #[must_use]
    pub fn later(&self) -> Vec<usize> {
        self.batches.concat()
    }
}

/// Hours of a training day, 45 minutes each: four pairs with breaks.
const HOURS: [(u32, u32); 8] = [
    (9, 0),
    (9, 45),
    (10, 40),
    (11, 25),
    (13, 30),
    (14, 15),
    (15, 10),
    (15, 55),
];

/// A lesson: course by its place in the programme, from, until.
pub type LessonPlan = (usize, Timestamp, Timestamp);

/// Lays courses of whole hours over working days from `first` on, hour after hour; a lesson ends
/// with its pair.
#[must_use]
pub fn lay(hours: &[u32], first: Date) -> Vec<LessonPlan> {
    let mut lessons: Vec<LessonPlan> = Vec::new();
    let mut place = 0;
    for (course, count) in hours.iter().enumerate() {
        for hour in 0..*count {
            let day = days::after_workdays(first, i64::try_from(place / HOURS.len()).unwrap_or(0));
            let (at, minute) = HOURS[place % HOURS.len()];
            let from = Timestamp::at(day, at, minute);
            let goes_on = hour > 0 && place % 2 == 1;
            match lessons.last_mut().filter(|_| goes_on) {
                Some(lesson) => lesson.2 = from.plus_minutes(45),
                None => lessons.push((course, from, from.plus_minutes(45))),
            }
            place += 1;
        }
    }
    lessons
}

/// Whole hours of a programme's courses.
#[must_use]
pub fn hours_of(programme: &Programme) -> Vec<u32> {
    programme
        .courses
        .iter()
        .map(|course| course.hours.parse().unwrap_or(0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_programme_of_twenty_four_hours_takes_three_days_and_no_lesson_crosses_a_break() {
        let monday = days::ymd(2024, 6, 3);
        let lessons = lay(&[4, 4, 3, 4, 3, 4, 2], monday);
        let minutes = |lesson: &LessonPlan| (lesson.2.micros() - lesson.1.micros()) / 60_000_000;
        assert_eq!(lessons.iter().map(minutes).sum::<i64>(), 24 * 45);
        assert!(lessons.iter().all(|lesson| minutes(lesson) <= 90));
        assert!(lessons.is_sorted_by_key(|lesson| lesson.1));
        assert_eq!(lessons.last().unwrap().1.date(), days::ymd(2024, 6, 5));
        // Each course has all of its hours.
        let of = |course: usize| {
            let own = lessons.iter().filter(|lesson| lesson.0 == course);
            own.map(minutes).sum::<i64>()
        };
        assert_eq!([of(0), of(2), of(6)], [180, 135, 90]);
    }
}
