//! Evaluations: answers without names, who has answered, and the third party's.

use std::collections::BTreeSet;

use chengzhi_db::{DbError, Tx, int_list, sql};
use chengzhi_kernel::{Date, Quantity, Timestamp};

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Class.
    pub class_id: i64,
    /// Course.
    pub course_id: i64,
    /// Points 1 to 5 in the order of the questions.
    pub scores: Vec<u32>,
    /// Open answer.
    pub text: String,
    /// Day.
    pub for_day: Date,
}

/// Answers of classes, sorted by content: the order of arrival would name who gave them.
pub async fn of_classes(tx: &mut Tx, classes: &[i64]) -> Result<Vec<Answer>, DbError> {
    let list = int_list(classes.iter().copied());
    tx.all(sql(format!(
        "select class_id, course_id, scores, text, for_day from class_evaluation
         where class_id in {list} and course_id is not null order by class_id, course_id, scores, text"
    )))
    .await?
    .iter()
    .map(|row| {
        let scores: String = row.get("scores")?;
        Ok(Answer {
            class_id: row.get("class_id")?,
            course_id: row.get("course_id")?,
            scores: scores.split(',').filter_map(|n| n.parse().ok()).collect(),
            text: row.get("text")?,
            for_day: row.get("for_day")?,
        })
    })
    .collect()
}

/// Remembers that somebody has evaluated a course. False when he had.
pub async fn mark(tx: &mut Tx, trainee: i64, course: i64) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql("insert into class_evaluated (trainee_id, course_id) values ($1, $2) on conflict do nothing")
                .bind(trainee)
                .bind(course),
        )
        .await?
        == 1)
}

/// Stores an answer.
pub async fn insert(tx: &mut Tx, new: &Answer) -> Result<(), DbError> {
    let scores: Vec<String> = new.scores.iter().map(u32::to_string).collect();
    tx.run(
        sql("insert into class_evaluation (class_id, course_id, scores, text, for_day) values ($1, $2, $3, $4, $5)")
            .bind(new.class_id)
            .bind(new.course_id)
            .bind(scores.join(","))
            .bind(new.text.clone())
            .bind(new.for_day),
    )
    .await?;
    Ok(())
}

/// Which trainees of a class have evaluated which courses.
pub async fn marks(tx: &mut Tx, class: i64) -> Result<BTreeSet<(i64, i64)>, DbError> {
    tx.all(
        sql("select e.trainee_id, e.course_id from class_evaluated e
             join class_trainee t on t.id = e.trainee_id where t.class_id = $1")
        .bind(class),
    )
    .await?
    .iter()
    .map(|row| Ok((row.get("trainee_id")?, row.get("course_id")?)))
    .collect()
}

/// Courses that one trainee has evaluated.
pub async fn evaluated_by(tx: &mut Tx, trainee: i64) -> Result<BTreeSet<i64>, DbError> {
    tx.all(sql("select course_id from class_evaluated where trainee_id = $1").bind(trainee))
        .await?
        .iter()
        .map(|row| row.get("course_id"))
        .collect()
}

/// A third party's evaluation on site (B-30).
#[derive(Debug, Clone)]
pub struct Outside {
    /// Who looked.
    pub evaluator: String,
    /// When.
    pub held_on: Date,
    /// Points of 100.
    pub score: Quantity,
    /// What he said.
    pub text: String,
    /// Who entered it.
    pub entered_by_name: String,
}

/// The third party's evaluations of a class, oldest first.
pub async fn outside(tx: &mut Tx, class: i64) -> Result<Vec<Outside>, DbError> {
    tx.all(
        sql("select * from class_outside_evaluation where class_id = $1 order by held_on, id")
            .bind(class),
    )
    .await?
    .iter()
    .map(|row| {
        Ok(Outside {
            evaluator: row.get("evaluator")?,
            held_on: row.get("held_on")?,
            score: row.get("score")?,
            text: row.get("text")?,
            entered_by_name: row.get("entered_by_name")?,
        })
    })
    .collect()
}

/// Stores a third party's evaluation.
pub async fn insert_outside(
    tx: &mut Tx,
    class: i64,
    new: &Outside,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(
        sql("insert into class_outside_evaluation (class_id, evaluator, held_on, score, text, entered_by_name, entered_at)
             values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(class)
        .bind(new.evaluator.clone())
        .bind(new.held_on)
        .bind(new.score)
        .bind(new.text.clone())
        .bind(new.entered_by_name.clone())
        .bind(now),
    )
    .await?;
    Ok(())
}
