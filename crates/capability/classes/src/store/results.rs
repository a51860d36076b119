//! Results of exams, sheets of them, and what was posted to the ledger.

use std::collections::BTreeMap;

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Date, Quantity, Timestamp};

/// A result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultRow {
    /// Trainee.
    pub trainee_id: i64,
    /// Points.
    pub score: Option<Quantity>,
    /// Passed.
    pub passed: bool,
    /// Did not come.
    pub absent: bool,
    /// Remark.
    pub note: String,
    /// `typed`, `imported`, `exam`.
    pub source: String,
    /// Who entered it.
    pub entered_by_name: String,
    /// Where one that an exam gave comes from, JSON.
    pub trace: Option<String>,
}

/// Standing results of classes by trainee.
pub async fn of_classes(tx: &mut Tx, classes: &[i64]) -> Result<BTreeMap<i64, ResultRow>, DbError> {
    let list = int_list(classes.iter().copied());
    tx.all(sql(format!(
        "select r.* from class_result r join class_trainee t on t.id = r.trainee_id
         where t.class_id in {list} and r.superseded_at is null"
    )))
    .await?
    .iter()
    .map(|row| {
        let trainee_id = row.get("trainee_id")?;
        Ok((
            trainee_id,
            ResultRow {
                trainee_id,
                score: row.get("score")?,
                passed: row.get("passed")?,
                absent: row.get("absent")?,
                note: row.get("note")?,
                source: row.get("source")?,
                entered_by_name: row.get("entered_by_name")?,
                trace: row.get("trace")?,
            },
        ))
    })
    .collect()
}

/// Stores results; those they correct are superseded.
pub async fn put(
    tx: &mut Tx,
    rows: &[ResultRow],
    by: AccountId,
    now: Timestamp,
) -> Result<(), DbError> {
    let trainees: Vec<i64> = rows.iter().map(|row| row.trainee_id).collect();
    withdraw(tx, &trainees, now).await?;
    let rows = rows
        .iter()
        .map(|row| {
            vec![
                Arg::from(row.trainee_id),
                row.score.into(),
                row.passed.into(),
                row.absent.into(),
                row.note.clone().into(),
                row.source.clone().into(),
                by.into(),
                row.entered_by_name.clone().into(),
                now.into(),
                row.trace.clone().into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into class_result (trainee_id, score, passed, absent, note, source, entered_by, entered_by_name,
           entered_at, trace)",
        "",
        rows,
    )
    .await?;
    Ok(())
}

/// Takes standing results of these trainees back; they stay as history.
pub async fn withdraw(tx: &mut Tx, trainees: &[i64], now: Timestamp) -> Result<(), DbError> {
    let list = int_list(trainees.iter().copied());
    tx.run(
        sql(format!(
            "update class_result set superseded_at = $1 where superseded_at is null and trainee_id in {list}"
        ))
        .bind(now),
    )
    .await?;
    Ok(())
}

/// A sheet of results that was read.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Row id.
    pub id: i64,
    /// Class.
    pub class_id: i64,
    /// Name of the file.
    pub file_name: String,
    /// Rows with verdicts, JSON.
    pub rows: String,
}

fn sheet(row: &Row) -> Result<Sheet, DbError> {
    Ok(Sheet {
        id: row.get("id")?,
        class_id: row.get("class_id")?,
        file_name: row.get("file_name")?,
        rows: row.get("rows")?,
    })
}

/// Keeps a sheet that was read.
pub async fn insert_sheet(
    tx: &mut Tx,
    class: i64,
    (file_name, digest, rows): (&str, &str, &str),
    by_name: &str,
    now: Timestamp,
) -> Result<i64, DbError> {
    tx.one(
        sql("insert into class_result_import (class_id, file_name, digest, rows, state, made_at, made_by_name)
             values ($1, $2, $3, $4, 'dry_run', $5, $6) returning id")
        .bind(class)
        .bind(file_name)
        .bind(digest)
        .bind(rows)
        .bind(now)
        .bind(by_name),
    )
    .await?
    .get("id")
}

/// A sheet.
pub async fn sheet_by_id(tx: &mut Tx, id: i64) -> Result<Option<Sheet>, DbError> {
    tx.opt(sql("select * from class_result_import where id = $1").bind(id))
        .await?
        .as_ref()
        .map(sheet)
        .transpose()
}

/// Marks a sheet as committed. False when it was.
pub async fn commit_sheet(tx: &mut Tx, id: i64) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql("update class_result_import set state = 'committed' where id = $1 and state = 'dry_run'")
                .bind(id),
        )
        .await?
        == 1)
}

/// What stands in the ledger for a trainee and course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// Trainee.
    pub trainee_id: i64,
    /// Course.
    pub course_id: i64,
    /// `class:12:34`.
    pub source: String,
    /// Day it was earned.
    pub happened_on: Date,
    /// Hours.
    pub hours: Quantity,
    /// Credits.
    pub credits: Quantity,
}

/// What of a class stands in the ledger.
pub async fn posted(tx: &mut Tx, class: i64) -> Result<Vec<Posted>, DbError> {
    tx.all(
        sql(
            "select a.trainee_id, a.course_id, a.source, a.happened_on, a.hours, a.credits from class_award a join class_trainee t on t.id = a.trainee_id
             where t.class_id = $1 and a.reversed_at is null order by a.id",
        )
        .bind(class),
    )
    .await?
    .iter()
    .map(|row| {
        Ok(Posted {
            trainee_id: row.get("trainee_id")?,
            course_id: row.get("course_id")?,
            source: row.get("source")?,
            happened_on: row.get("happened_on")?,
            hours: row.get("hours")?,
            credits: row.get("credits")?,
        })
    })
    .collect()
}

/// Remembers what was posted.
pub async fn add_posted(tx: &mut Tx, rows: &[Posted], now: Timestamp) -> Result<(), DbError> {
    let rows = rows
        .iter()
        .map(|row| {
            vec![
                Arg::from(row.trainee_id),
                row.course_id.into(),
                row.source.clone().into(),
                row.happened_on.into(),
                row.hours.into(),
                row.credits.into(),
                now.into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into class_award (trainee_id, course_id, source, happened_on, hours, credits, posted_at)",
        "",
        rows,
    )
    .await?;
    Ok(())
}

/// Remembers that something was reversed.
pub async fn reverse_posted(
    tx: &mut Tx,
    trainee: i64,
    course: i64,
    reason: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(
        sql("update class_award set reversed_at = $1, reason = $2
             where trainee_id = $3 and course_id = $4 and reversed_at is null")
        .bind(now)
        .bind(reason)
        .bind(trainee)
        .bind(course),
    )
    .await?;
    Ok(())
}
