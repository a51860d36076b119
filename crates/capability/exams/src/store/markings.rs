//! Answers that somebody has to read, with the marks given.

use std::collections::BTreeMap;

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Timestamp};

use crate::domain::double_marking::{Marking, State};
use crate::domain::{AttemptId, Marks, QuestionId};

/// An answer in marking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkingRow {
    /// Attempt.
    pub attempt: AttemptId,
    /// Question.
    pub question: QuestionId,
    /// Where it stands.
    pub marking: Marking,
    /// Changes so far.
    pub version: i64,
}

fn decode(column: &str, wanted: &'static str) -> DbError {
    DbError::Decode {
        column: column.to_owned(),
        wanted,
    }
}

fn read(row: &Row) -> Result<MarkingRow, DbError> {
    let (attempt, question): (i64, i64) = (row.get("attempt_id")?, row.get("question_id")?);
    let state: String = row.get("state")?;
    let marks: String = row.get("marks")?;
    let last: Option<i64> = row.get("last")?;
    Ok(MarkingRow {
        attempt: AttemptId::from(attempt),
        question: QuestionId::from(question),
        marking: Marking {
            state: State::from_code(&state).ok_or_else(|| decode("state", "marking state"))?,
            marks: serde_json::from_str(&marks).map_err(|_| decode("marks", "list of marks"))?,
            last: last.map(Marks),
        },
        version: row.get("version")?,
    })
}

/// All of a session, by question and attempt.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_session(tx: &mut Tx, session: i64) -> Result<Vec<MarkingRow>, DbError> {
    let rows = tx
        .all(
            sql(
                "select * from exam_marking where session_id = $1 order by question_id, attempt_id",
            )
            .bind(session),
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Answers of some attempts that have to be read.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_attempts(tx: &mut Tx, attempts: &[i64]) -> Result<Vec<MarkingRow>, DbError> {
    let list = int_list(attempts.iter().copied());
    let rows = tx
        .all(sql(format!(
            "select * from exam_marking where attempt_id in {list} order by question_id, attempt_id"
        )))
        .await?;
    rows.iter().map(read).collect()
}

/// One answer.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn one(
    tx: &mut Tx,
    session: i64,
    attempt: AttemptId,
    question: QuestionId,
) -> Result<Option<MarkingRow>, DbError> {
    tx.opt(
        sql("select * from exam_marking where session_id = $1 and attempt_id = $2 and question_id = $3")
            .bind(session)
            .bind(attempt.get())
            .bind(question.get()),
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// Opens answers for marking; those that are open already stay as they are.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn open_all(
    tx: &mut Tx,
    session: i64,
    answers: &[(AttemptId, QuestionId)],
) -> Result<(), DbError> {
    let rows = answers
        .iter()
        .map(|(attempt, question)| {
            vec![
                Arg::from(attempt.get()),
                question.get().into(),
                session.into(),
                State::Open.code().to_owned().into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into exam_marking (attempt_id, question_id, session_id, state)",
        "on conflict (attempt_id, question_id) do nothing",
        rows,
    )
    .await?;
    Ok(())
}

/// Stores a marking if nobody else has changed it since it was read. False else.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put(tx: &mut Tx, row: &MarkingRow) -> Result<bool, DbError> {
    let marks =
        serde_json::to_string(&row.marking.marks).map_err(|_| decode("marks", "list of marks"))?;
    let changed = tx
        .run(
            sql(
                "update exam_marking set state = $4, marks = $5, last = $6, version = version + 1
                 where attempt_id = $1 and question_id = $2 and version = $3",
            )
            .bind(row.attempt.get())
            .bind(row.question.get())
            .bind(row.version)
            .bind(row.marking.state.code())
            .bind(marks)
            .bind(row.marking.last.map(Marks::hundredths)),
        )
        .await?;
    Ok(changed == 1)
}

/// What happened in a marking.
pub struct MarkingEvent<'a> {
    /// `mark`, `mend`, `decide`, `reopen`.
    pub event: &'a str,
    /// Marks given.
    pub marks: Option<Marks>,
    /// Why.
    pub note: &'a str,
    /// By whom.
    pub by: (AccountId, &'a str),
    /// When.
    pub at: Timestamp,
}

/// Adds to the history of a marking.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_event(
    tx: &mut Tx,
    (attempt, question): (AttemptId, QuestionId),
    event: MarkingEvent<'_>,
) -> Result<(), DbError> {
    tx.run(
        sql(
            "insert into exam_marking_event (attempt_id, question_id, event, marks, note, at, by_id, by_name)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(attempt.get())
        .bind(question.get())
        .bind(event.event)
        .bind(event.marks.map(Marks::hundredths))
        .bind(event.note)
        .bind(event.at)
        .bind(event.by.0)
        .bind(event.by.1),
    )
    .await?;
    Ok(())
}

/// The answers that somebody marked last, the latest first, each once.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn last_of(
    tx: &mut Tx,
    session: i64,
    by: AccountId,
    most: i64,
) -> Result<Vec<(AttemptId, QuestionId)>, DbError> {
    let rows = tx
        .all(
            sql(
                "select e.attempt_id, e.question_id, max(e.id) as latest from exam_marking_event e
                 join exam_marking m on m.attempt_id = e.attempt_id and m.question_id = e.question_id
                 where m.session_id = $1 and e.by_id = $2 and e.event in ('mark', 'mend')
                 group by e.attempt_id, e.question_id order by latest desc limit $3",
            )
            .bind(session)
            .bind(by)
            .bind(most),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let (attempt, question): (i64, i64) = (row.get("attempt_id")?, row.get("question_id")?);
            Ok((AttemptId::from(attempt), QuestionId::from(question)))
        })
        .collect()
}

/// Answers of a session in each state.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn counts(tx: &mut Tx, session: i64) -> Result<BTreeMap<String, i64>, DbError> {
    let rows = tx
        .all(
            sql(
                "select state, cast(count(*) as bigint) as n from exam_marking where session_id = $1 group by state",
            )
            .bind(session),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("state")?, row.get("n")?)))
        .collect()
}
