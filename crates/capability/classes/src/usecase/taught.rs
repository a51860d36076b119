//! What a class tells the register of instructors when it is closed: who taught what, how long, and how it was rated.

use std::collections::BTreeMap;

use chengzhi_db::Tx;
use chengzhi_faculty::facade::{self as faculty, Taught};
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::Date;

use crate::store::evaluations;

use super::case::Case;

/// Mean of points from 1 to 5 as hundredths of 100, half up; none without points.
fn rating(scores: &[u32]) -> Option<i64> {
    let n = i64::try_from(scores.len()).ok().filter(|n| *n > 0)?;
    let sum: i64 = scores.iter().map(|score| i64::from(*score)).sum();
    Some((sum * 2_000 * 2 + n) / (2 * n))
}

/// Notes each instructor of the register once for each course that he taught in it. A course's rating counts as his when
/// enough have answered.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn note(tx: &mut Tx, ctx: &Ctx, case: &Case) -> Result<(), Problem> {
    let mut taught: BTreeMap<(i64, i64), (i64, Date)> = BTreeMap::new();
    for row in &case.lessons {
        let Some(instructor) = row.lesson.instructor else {
            continue;
        };
        let day = row.lesson.span.from.date();
        let of_course = taught
            .entry((row.lesson.course, instructor))
            .or_insert((0, day));
        of_course.0 += row.lesson.span.minutes();
        of_course.1 = of_course.1.max(day);
    }
    if taught.is_empty() {
        return Ok(());
    }
    let answers = evaluations::of_classes(tx, &[case.class.id]).await?;
    let least = usize::try_from(case.rules.min_answers()).unwrap_or(usize::MAX);
    for ((course, instructor), (minutes, held_on)) in taught {
        let of_course: Vec<_> = answers
            .iter()
            .filter(|answer| answer.course_id == course)
            .collect();
        let scores: Vec<u32> = of_course
            .iter()
            .flat_map(|answer| answer.scores.iter().copied())
            .collect();
        let shown = of_course.len() >= least;
        let rating = rating(&scores).filter(|_| shown);
        let row = Taught {
            instructor_id: instructor,
            owner: format!("class_course:{course}"),
            held_on,
            minutes: minutes.clamp(1, 10_000),
            topic: case
                .courses
                .iter()
                .find(|known| known.id == course)
                .map(|known| known.title.clone())
                .unwrap_or_default(),
            courseware_id: None,
            ratings: match rating {
                Some(_) => i64::try_from(of_course.len()).unwrap_or(i64::MAX),
                None => 0,
            },
            rating,
        };
        faculty::note_taught(tx, &row, ctx.now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::rating;

    #[test]
    fn points_of_five_are_told_as_hundredths_of_a_hundred() {
        for (scores, wanted) in [
            (&[][..], None),
            (&[5, 5], Some(10_000)),
            (&[4, 5], Some(9_000)),
            (&[4, 4, 5], Some(8_667)),
            (&[1], Some(2_000)),
        ] {
            assert_eq!(rating(scores), wanted, "{scores:?}");
        }
    }
}
