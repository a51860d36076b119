//! Objections and corrections of keys, and sheets of marks.

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::Timestamp;

use crate::domain::QuestionId;

/// An objection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// Row id.
    pub id: i64,
    /// Session.
    pub session: i64,
    /// Whose.
    pub candidate: i64,
    /// Against one question; none: against the result.
    pub question: Option<i64>,
    /// What he says.
    pub text: String,
    /// `open`, `upheld`, `rejected`.
    pub state: String,
    /// When.
    pub made_at: Timestamp,
    /// Answer.
    pub answer: Option<String>,
    /// By whom.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
}

fn objection(row: &Row) -> Result<Objection, DbError> {
    Ok(Objection {
        id: row.get("id")?,
        session: row.get("session_id")?,
        candidate: row.get("candidate_id")?,
        question: row.get("question_id")?,
        text: row.get("text")?,
        state: row.get("state")?,
        made_at: row.get("made_at")?,
        answer: row.get("answer")?,
        decided_by: row.get("decided_by_name")?,
        decided_at: row.get("decided_at")?,
    })
}

/// Objections of a session, open ones first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn objections(tx: &mut Tx, session: i64) -> Result<Vec<Objection>, DbError> {
    let rows = tx
        .all(
            sql("select * from exam_objection where session_id = $1
                 order by case when state = 'open' then 0 else 1 end, id")
            .bind(session),
        )
        .await?;
    rows.iter().map(objection).collect()
}

/// Adds an objection; gives its id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert_objection(
    tx: &mut Tx,
    session: i64,
    candidate: i64,
    question: Option<i64>,
    text: &str,
    now: Timestamp,
) -> Result<i64, DbError> {
    tx.one(
        sql(
            "insert into exam_objection (session_id, candidate_id, question_id, text, state, made_at)
             values ($1, $2, $3, $4, 'open', $5) returning id",
        )
        .bind(session)
        .bind(candidate)
        .bind(question)
        .bind(text)
        .bind(now),
    )
    .await?
    .get("id")
}

/// Decides an open objection. False when it is decided.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn decide_objection(
    tx: &mut Tx,
    session: i64,
    id: i64,
    (state, answer): (&str, &str),
    by: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let changed = tx
        .run(
            sql(
                "update exam_objection set state = $3, answer = $4, decided_by_name = $5, decided_at = $6
                 where session_id = $1 and id = $2 and state = 'open'",
            )
            .bind(session)
            .bind(id)
            .bind(state)
            .bind(answer)
            .bind(by)
            .bind(now),
        )
        .await?;
    Ok(changed == 1)
}

/// A correction of a key as stored; JSON where its name says so in the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectionRow {
    /// Row id.
    pub id: i64,
    /// Session.
    pub session: i64,
    /// Question.
    pub question: QuestionId,
    /// The change, JSON.
    pub change: String,
    /// Why.
    pub reason: String,
    /// Code of its state.
    pub state: String,
    /// Who proposed and approved, JSON.
    pub approval: String,
    /// Names of proposer and approvers, JSON list.
    pub names: String,
    /// What was shown before the approvals, JSON.
    pub shown: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: String,
    /// When it was applied.
    pub applied_at: Option<Timestamp>,
    /// Changes so far.
    pub version: i64,
}

fn correction(row: &Row) -> Result<CorrectionRow, DbError> {
    let question: i64 = row.get("question_id")?;
    Ok(CorrectionRow {
        id: row.get("id")?,
        session: row.get("session_id")?,
        question: QuestionId::from(question),
        change: row.get("change")?,
        reason: row.get("reason")?,
        state: row.get("state")?,
        approval: row.get("approval")?,
        names: row.get("names")?,
        shown: row.get("shown")?,
        made_at: row.get("made_at")?,
        made_by: row.get("made_by_name")?,
        applied_at: row.get("applied_at")?,
        version: row.get("version")?,
    })
}

/// Corrections of a session, the latest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn corrections(tx: &mut Tx, session: i64) -> Result<Vec<CorrectionRow>, DbError> {
    let rows = tx
        .all(
            sql("select * from exam_correction where session_id = $1 order by id desc")
                .bind(session),
        )
        .await?;
    rows.iter().map(correction).collect()
}

/// A correction of a session.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn correction_by_id(
    tx: &mut Tx,
    session: i64,
    id: i64,
) -> Result<Option<CorrectionRow>, DbError> {
    tx.opt(
        sql("select * from exam_correction where session_id = $1 and id = $2")
            .bind(session)
            .bind(id),
    )
    .await?
    .as_ref()
    .map(correction)
    .transpose()
}

/// Stores a new correction; gives its id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert_correction(tx: &mut Tx, new: &CorrectionRow) -> Result<i64, DbError> {
    tx.one(
        sql(
            "insert into exam_correction (session_id, question_id, change, reason, state, approval, names, shown,
               made_at, made_by_name)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id",
        )
        .bind(new.session)
        .bind(new.question.get())
        .bind(new.change.clone())
        .bind(new.reason.clone())
        .bind(new.state.clone())
        .bind(new.approval.clone())
        .bind(new.names.clone())
        .bind(new.shown.clone())
        .bind(new.made_at)
        .bind(new.made_by.clone()),
    )
    .await?
    .get("id")
}

/// Stores a correction as it stands, if nobody has changed it since it was read. False else.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_correction(tx: &mut Tx, now: &CorrectionRow) -> Result<bool, DbError> {
    let changed = tx
        .run(
            sql(
                "update exam_correction set state = $3, approval = $4, names = $5, shown = $6, applied_at = $7,
                   version = version + 1 where id = $1 and version = $2",
            )
            .bind(now.id)
            .bind(now.version)
            .bind(now.state.clone())
            .bind(now.approval.clone())
            .bind(now.names.clone())
            .bind(now.shown.clone())
            .bind(now.applied_at),
        )
        .await?;
    Ok(changed == 1)
}

/// A sheet of marks that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkSheet {
    /// Row id.
    pub id: i64,
    /// Name of the file.
    pub file_name: String,
    /// Rows with verdicts, JSON.
    pub rows: String,
}

/// Keeps a sheet that was read; gives its id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert_sheet(
    tx: &mut Tx,
    session: i64,
    (file_name, digest, rows): (&str, &str, &str),
    by: &str,
    now: Timestamp,
) -> Result<i64, DbError> {
    tx.one(
        sql(
            "insert into exam_mark_import (session_id, file_name, digest, rows, state, made_at, made_by_name)
             values ($1, $2, $3, $4, 'dry_run', $5, $6) returning id",
        )
        .bind(session)
        .bind(file_name)
        .bind(digest)
        .bind(rows)
        .bind(now)
        .bind(by),
    )
    .await?
    .get("id")
}

/// A sheet of a session.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn sheet(tx: &mut Tx, session: i64, id: i64) -> Result<Option<MarkSheet>, DbError> {
    tx.opt(
        sql("select * from exam_mark_import where session_id = $1 and id = $2")
            .bind(session)
            .bind(id),
    )
    .await?
    .map(|row| {
        Ok(MarkSheet {
            id: row.get("id")?,
            file_name: row.get("file_name")?,
            rows: row.get("rows")?,
        })
    })
    .transpose()
}

/// Marks a sheet as committed. False when it was.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn commit_sheet(tx: &mut Tx, id: i64) -> Result<bool, DbError> {
    let changed = tx
        .run(
            sql("update exam_mark_import set state = 'committed' where id = $1 and state = 'dry_run'")
                .bind(id),
        )
        .await?;
    Ok(changed == 1)
}
