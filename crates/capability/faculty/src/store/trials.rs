//! Trial lectures and yearly assessments.

use std::collections::HashMap;

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Date, Timestamp};

use super::{join_pairs, pairs, word};
use crate::domain::instructor::YearResult;
use crate::domain::trial::{Answer, Score};

/// A trial lecture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Row id.
    pub id: i64,
    /// Day.
    pub held_on: Date,
    /// What about.
    pub topic: String,
    /// Mean, hundredths.
    pub score: i64,
    /// Conditions as answered.
    pub answers: Vec<Answer>,
    /// Enough points and every condition met.
    pub passed: bool,
    /// Note.
    pub note: String,
    /// Judges.
    pub scores: Vec<Score>,
    /// Who entered it.
    pub by_name: String,
}

fn trial(row: &Row) -> Result<Trial, DbError> {
    Ok(Trial {
        id: row.get("id")?,
        held_on: row.get("held_on")?,
        topic: row.get("topic")?,
        score: row.get("score")?,
        answers: pairs(row, "conditions")?
            .into_iter()
            .map(|(code, met)| Answer {
                code,
                met: met == "1",
            })
            .collect(),
        passed: row.get("passed")?,
        note: row.get("note")?,
        scores: Vec::new(),
        by_name: row.get("recorded_by_name")?,
    })
}

/// Lectures of an instructor, newest first, with judges.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_instructor(tx: &mut Tx, instructor: i64) -> Result<Vec<Trial>, DbError> {
    let rows = tx
        .all(
            sql("select * from faculty_trial where instructor_id = $1 order by held_on desc, id desc")
                .bind(instructor),
        )
        .await?;
    let mut found: Vec<Trial> = rows.iter().map(trial).collect::<Result<_, _>>()?;
    let ids = int_list(found.iter().map(|trial| trial.id));
    let scores = tx
        .all(sql(format!(
            "select * from faculty_trial_score where trial_id in {ids} order by id"
        )))
        .await?;
    for row in &scores {
        let of: i64 = row.get("trial_id")?;
        if let Some(trial) = found.iter_mut().find(|trial| trial.id == of) {
            trial.scores.push(Score {
                judge: row.get("judge")?,
                score: row.get("score")?,
            });
        }
    }
    Ok(found)
}

/// The latest lecture of an instructor.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn latest(tx: &mut Tx, instructor: i64) -> Result<Option<Trial>, DbError> {
    tx.opt(
        sql("select * from faculty_trial where instructor_id = $1
             order by held_on desc, id desc limit 1")
        .bind(instructor),
    )
    .await?
    .as_ref()
    .map(trial)
    .transpose()
}

/// Stores a lecture with its judges.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    instructor: i64,
    new: &Trial,
    by: (AccountId, &str),
    now: Timestamp,
) -> Result<i64, DbError> {
    let conditions: Vec<(String, String)> = new
        .answers
        .iter()
        .map(|answer| (answer.code.clone(), i32::from(answer.met).to_string()))
        .collect();
    let row = tx
        .one(
            sql("insert into faculty_trial (instructor_id, held_on, topic, score, conditions, passed,
                   note, recorded_at, recorded_by, recorded_by_name)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id")
            .bind(instructor)
            .bind(new.held_on)
            .bind(&new.topic)
            .bind(new.score)
            .bind(join_pairs(&conditions))
            .bind(new.passed)
            .bind(&new.note)
            .bind(now)
            .bind(by.0)
            .bind(by.1),
        )
        .await?;
    let id: i64 = row.get("id")?;
    let rows: Vec<Vec<Arg>> = new
        .scores
        .iter()
        .map(|score| vec![id.into(), (&score.judge).into(), score.score.into()])
        .collect();
    tx.insert_many(
        "insert into faculty_trial_score (trial_id, judge, score)",
        "",
        rows,
    )
    .await?;
    Ok(id)
}

/// A year's assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearRow {
    /// Instructor.
    pub instructor_id: i64,
    /// Year.
    pub year: i32,
    /// Minutes taught by then.
    pub minutes: i64,
    /// Mean rating by then, hundredths.
    pub rating: Option<i64>,
    /// How many ratings.
    pub ratings: i64,
    /// Result.
    pub result: YearResult,
    /// Note.
    pub note: String,
    /// Who assessed.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
}

/// Assessments of these instructors, newest year first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn years(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, Vec<YearRow>>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select * from faculty_year where instructor_id in {} order by instructor_id, year desc",
            int_list(ids.iter().copied())
        )))
        .await?;
    let mut found: HashMap<i64, Vec<YearRow>> = HashMap::new();
    for row in &rows {
        let year = YearRow {
            instructor_id: row.get("instructor_id")?,
            year: row.get("year")?,
            minutes: row.get("minutes")?,
            rating: row.get("rating")?,
            ratings: row.get("ratings")?,
            result: word(row, "result", YearResult::from_code)?,
            note: row.get("note")?,
            by_name: row.get("recorded_by_name")?,
            at: row.get("recorded_at")?,
        };
        found.entry(year.instructor_id).or_default().push(year);
    }
    Ok(found)
}

/// Stores an assessment; that of the same year is replaced.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_year(
    tx: &mut Tx,
    row: &YearRow,
    by: (AccountId, &str),
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(
        sql(
            "insert into faculty_year (instructor_id, year, minutes, rating, ratings, result, note,
               recorded_at, recorded_by, recorded_by_name)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict (instructor_id, year) do update set minutes = excluded.minutes,
               rating = excluded.rating, ratings = excluded.ratings, result = excluded.result,
               note = excluded.note, recorded_at = excluded.recorded_at,
               recorded_by = excluded.recorded_by, recorded_by_name = excluded.recorded_by_name",
        )
        .bind(row.instructor_id)
        .bind(row.year)
        .bind(row.minutes)
        .bind(row.rating)
        .bind(row.ratings)
        .bind(row.result.code())
        .bind(&row.note)
        .bind(now)
        .bind(by.0)
        .bind(by.1),
    )
    .await?;
    Ok(())
}
