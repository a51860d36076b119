//! Results with their history, and what passes posted to the ledger.

use std::collections::BTreeMap;

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{PersonId, Quantity, Timestamp};

use crate::domain::scoring::{Given, Outcome};
use crate::domain::{AttemptId, Marks};

/// A result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultRow {
    /// Row id; not read when stored.
    pub id: i64,
    /// Whose.
    pub candidate: i64,
    /// From which sitting; none for a paper exam and for those who did not come.
    pub attempt: Option<AttemptId>,
    /// From 1.
    pub revision: u32,
    /// What became of him.
    pub outcome: Outcome,
    /// Total.
    pub score: Option<Marks>,
    /// Full marks.
    pub full: Marks,
    /// Pass mark.
    pub pass: Option<Marks>,
    /// Question after question.
    pub given: Vec<Given>,
    /// As a sentence.
    pub words: String,
    /// Why it was made.
    pub reason: String,
    /// `sitting`, `paper`, `correction`, `objection`, `exclusion`.
    pub source: String,
    /// When.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: String,
    /// Replaced since.
    pub superseded_at: Option<Timestamp>,
}

fn decode(column: &str, wanted: &'static str) -> DbError {
    DbError::Decode {
        column: column.to_owned(),
        wanted,
    }
}

fn read(row: &Row) -> Result<ResultRow, DbError> {
    let outcome: String = row.get("outcome")?;
    let given: String = row.get("given")?;
    let marks = |column: &str| -> Result<Option<Marks>, DbError> {
        Ok(row.get::<Option<i64>>(column)?.map(Marks))
    };
    let attempt: Option<i64> = row.get("attempt_id")?;
    Ok(ResultRow {
        id: row.get("id")?,
        candidate: row.get("candidate_id")?,
        attempt: attempt.map(AttemptId::from),
        revision: row.get("revision")?,
        outcome: Outcome::from_code(&outcome).ok_or_else(|| decode("outcome", "outcome"))?,
        score: marks("score")?,
        full: Marks(row.get("full_marks")?),
        pass: marks("pass_mark")?,
        given: serde_json::from_str(&given).map_err(|_| decode("given", "list of marks"))?,
        words: row.get("words")?,
        reason: row.get("reason")?,
        source: row.get("source")?,
        made_at: row.get("made_at")?,
        made_by: row.get("made_by_name")?,
        superseded_at: row.get("superseded_at")?,
    })
}

/// Standing results of a session by candidate.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_session(tx: &mut Tx, session: i64) -> Result<BTreeMap<i64, ResultRow>, DbError> {
    let rows = tx
        .all(
            sql("select * from exam_result where session_id = $1 and superseded_at is null order by id")
                .bind(session),
        )
        .await?;
    rows.iter()
        .map(|row| read(row).map(|found| (found.candidate, found)))
        .collect()
}

/// All results of a candidate, the latest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn history(tx: &mut Tx, candidate: i64) -> Result<Vec<ResultRow>, DbError> {
    let rows = tx
        .all(
            sql(
                "select * from exam_result where candidate_id = $1 order by revision desc, id desc",
            )
            .bind(candidate),
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Outcomes of sessions: how many of each.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn outcomes(
    tx: &mut Tx,
    sessions: &[i64],
) -> Result<BTreeMap<i64, BTreeMap<String, i64>>, DbError> {
    let list = int_list(sessions.iter().copied());
    let rows = tx
        .all(sql(format!(
            "select session_id, outcome, cast(count(*) as bigint) as n from exam_result
             where session_id in {list} and superseded_at is null group by session_id, outcome"
        )))
        .await?;
    let mut found: BTreeMap<i64, BTreeMap<String, i64>> = BTreeMap::new();
    for row in &rows {
        found
            .entry(row.get("session_id")?)
            .or_default()
            .insert(row.get("outcome")?, row.get("n")?);
    }
    Ok(found)
}

/// Stores results; the ones they replace become history.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_all(
    tx: &mut Tx,
    session: i64,
    list: &[ResultRow],
    now: Timestamp,
) -> Result<(), DbError> {
    for part in list.chunks(2_000) {
        let ids = int_list(part.iter().map(|row| row.candidate));
        tx.run(
            sql(format!(
                "update exam_result set superseded_at = $1
                 where superseded_at is null and session_id = $2 and candidate_id in {ids}"
            ))
            .bind(now)
            .bind(session),
        )
        .await?;
    }
    let mut rows = Vec::with_capacity(list.len());
    for one in list {
        let given =
            serde_json::to_string(&one.given).map_err(|_| decode("given", "list of marks"))?;
        rows.push(vec![
            Arg::from(session),
            one.candidate.into(),
            one.attempt.map(AttemptId::get).into(),
            one.revision.into(),
            one.outcome.code().to_owned().into(),
            one.score.map(Marks::hundredths).into(),
            one.full.hundredths().into(),
            one.pass.map(Marks::hundredths).into(),
            given.into(),
            one.words.clone().into(),
            one.reason.clone().into(),
            one.source.clone().into(),
            now.into(),
            one.made_by.clone().into(),
        ]);
    }
    tx.insert_many(
        "insert into exam_result (session_id, candidate_id, attempt_id, revision, outcome, score, full_marks, pass_mark,
           given, words, reason, source, made_at, made_by_name)",
        "",
        rows,
    )
    .await?;
    Ok(())
}

/// What a pass posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Award {
    /// Whose.
    pub candidate: i64,
    /// `exam:12:34`.
    pub source: String,
    /// Hours.
    pub hours: Quantity,
    /// Credits.
    pub credits: Quantity,
}

/// What stands in the ledger for a session, by candidate.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn awards(tx: &mut Tx, session: i64) -> Result<BTreeMap<i64, Award>, DbError> {
    let rows = tx
        .all(
            sql(
                "select a.* from exam_award a join exam_candidate c on c.id = a.candidate_id
                 where c.session_id = $1 and a.reversed_at is null order by a.id",
            )
            .bind(session),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let candidate: i64 = row.get("candidate_id")?;
            Ok((
                candidate,
                Award {
                    candidate,
                    source: row.get("source")?,
                    hours: row.get("hours")?,
                    credits: row.get("credits")?,
                },
            ))
        })
        .collect()
}

/// Remembers what was posted.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_awards(tx: &mut Tx, list: &[Award], now: Timestamp) -> Result<(), DbError> {
    let rows = list
        .iter()
        .map(|one| {
            vec![
                Arg::from(one.candidate),
                one.source.clone().into(),
                one.hours.into(),
                one.credits.into(),
                now.into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into exam_award (candidate_id, source, hours, credits, posted_at)",
        "",
        rows,
    )
    .await?;
    Ok(())
}

/// Remembers that it was taken back.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn reverse_award(
    tx: &mut Tx,
    candidate: i64,
    reason: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(
        sql("update exam_award set reversed_at = $2, reason = $3 where candidate_id = $1 and reversed_at is null")
            .bind(candidate)
            .bind(now)
            .bind(reason),
    )
    .await?;
    Ok(())
}

/// How often somebody has passed or been awarded before: the next source gets another number.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn award_count(tx: &mut Tx, candidate: i64) -> Result<i64, DbError> {
    tx.one(
        sql("select cast(count(*) as bigint) as n from exam_award where candidate_id = $1")
            .bind(candidate),
    )
    .await?
    .get("n")
}

/// The level that each person has passed last under a type of exam, by code.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn levels(tx: &mut Tx, exam_type: &str) -> Result<BTreeMap<PersonId, String>, DbError> {
    let rows = tx
        .all(
            sql(
                "select c.person_id, s.level from exam_result r
                 join exam_candidate c on c.id = r.candidate_id
                 join exam_session s on s.id = r.session_id
                 where r.superseded_at is null and r.outcome = 'passed' and s.exam_type = $1 and s.level is not null
                 order by s.opens_at, s.id",
            )
            .bind(exam_type),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("person_id")?, row.get("level")?)))
        .collect()
}
