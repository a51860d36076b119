//! What was taught, as told by the capabilities in which it happened.

use std::collections::HashMap;

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{Date, Timestamp};

use super::year_days;

/// One lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taught {
    /// Instructor.
    pub instructor_id: i64,
    /// Where it happened, in that capability's words, `class_session:12`.
    pub owner: String,
    /// Day.
    pub held_on: Date,
    /// Minutes.
    pub minutes: i64,
    /// What about.
    pub topic: String,
    /// Courseware used.
    pub courseware_id: Option<i64>,
    /// Mean rating, hundredths of 100.
    pub rating: Option<i64>,
    /// How many rated.
    pub ratings: i64,
}

fn taught(row: &Row) -> Result<Taught, DbError> {
    Ok(Taught {
        instructor_id: row.get("instructor_id")?,
        owner: row.get("owner")?,
        held_on: row.get("held_on")?,
        minutes: row.get("minutes")?,
        topic: row.get("topic")?,
        courseware_id: row.get("courseware_id")?,
        rating: row.get("rating")?,
        ratings: row.get("ratings")?,
    })
}

/// Stores a lesson; that of the same owner and instructor is replaced.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put(tx: &mut Tx, row: &Taught, now: Timestamp) -> Result<(), DbError> {
    tx.run(
        sql(
            "insert into faculty_taught (instructor_id, owner, held_on, minutes, topic, courseware_id,
               rating, ratings, noted_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (owner, instructor_id) do update set held_on = excluded.held_on,
               minutes = excluded.minutes, topic = excluded.topic,
               courseware_id = excluded.courseware_id, rating = excluded.rating,
               ratings = excluded.ratings, noted_at = excluded.noted_at",
        )
        .bind(row.instructor_id)
        .bind(&row.owner)
        .bind(row.held_on)
        .bind(row.minutes)
        .bind(&row.topic)
        .bind(row.courseware_id)
        .bind(row.rating)
        .bind(row.ratings)
        .bind(now),
    )
    .await?;
    Ok(())
}

/// Lessons of an instructor, newest first; all years when none is named.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_instructor(
    tx: &mut Tx,
    instructor: i64,
    year: Option<i32>,
) -> Result<Vec<Taught>, DbError> {
    let (first, last) = year.map_or_else(
        || ("0000-01-01".to_owned(), "9999-12-31".to_owned()),
        year_days,
    );
    let rows = tx
        .all(
            sql("select * from faculty_taught where instructor_id = $1
                   and held_on >= $2 and held_on <= $3 order by held_on desc, id desc")
            .bind(instructor)
            .bind(first)
            .bind(last),
        )
        .await?;
    rows.iter().map(taught).collect()
}

/// Lessons in which a courseware was used, newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_courseware(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Taught>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select * from faculty_taught where courseware_id in {} order by held_on desc, id desc",
            int_list(ids.iter().copied())
        )))
        .await?;
    rows.iter().map(taught).collect()
}

/// A year's sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// Lessons.
    pub lessons: i64,
    /// Minutes.
    pub minutes: i64,
    /// Sum of ratings times how many rated, hundredths.
    pub weighted: i64,
    /// How many rated.
    pub ratings: i64,
}

impl Sum {
    /// Mean rating in hundredths, half up; none when nobody rated.
    #[must_use]
    pub fn rating(self) -> Option<i64> {
        (self.ratings > 0).then(|| (2 * self.weighted + self.ratings) / (2 * self.ratings))
    }
}

/// Sums of a year for these instructors.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn sums(tx: &mut Tx, ids: &[i64], year: i32) -> Result<HashMap<i64, Sum>, DbError> {
    let (first, last) = year_days(year);
    let rows = tx
        .all(
            sql(format!(
                "select instructor_id, cast(count(*) as bigint) as lessons,
                   cast(sum(minutes) as bigint) as minutes,
                   cast(coalesce(sum(rating * ratings), 0) as bigint) as weighted,
                   cast(coalesce(sum(case when rating is null then 0 else ratings end), 0) as bigint) as ratings
                 from faculty_taught where held_on >= $1 and held_on <= $2 and instructor_id in {}
                 group by instructor_id",
                int_list(ids.iter().copied())
            ))
            .bind(first)
            .bind(last),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.get("instructor_id")?,
                Sum {
                    lessons: row.get("lessons")?,
                    minutes: row.get("minutes")?,
                    weighted: row.get("weighted")?,
                    ratings: row.get("ratings")?,
                },
            ))
        })
        .collect()
}
