//! Calls for contributions, what was sent, and how it was judged.

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Date, PersonId, Timestamp, UnitId};

use super::word;
use crate::domain::courseware::CoursewareKind;

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Row id.
    pub id: i64,
    /// Who calls.
    pub unit_id: UnitId,
    /// Title.
    pub title: String,
    /// What is wanted.
    pub kind: CoursewareKind,
    /// What it should contain.
    pub asks: String,
    /// Last day.
    pub closes_on: Date,
    /// False once the selection is over.
    pub open: bool,
    /// Who called.
    pub by_name: String,
    /// Grows with every change.
    pub version: i64,
}

fn call(row: &Row) -> Result<Call, DbError> {
    let state: String = row.get("state")?;
    Ok(Call {
        id: row.get("id")?,
        unit_id: row.get("unit_id")?,
        title: row.get("title")?,
        kind: word(row, "kind", CoursewareKind::from_code)?,
        asks: row.get("asks")?,
        closes_on: row.get("closes_on")?,
        open: state == "open",
        by_name: row.get("opened_by_name")?,
        version: row.get("version")?,
    })
}

/// All calls, open ones first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn all(tx: &mut Tx) -> Result<Vec<Call>, DbError> {
    let rows = tx
        .all(sql("select * from faculty_call
                  order by case state when 'open' then 0 else 1 end, closes_on desc, id desc limit 200"))
        .await?;
    rows.iter().map(call).collect()
}

/// One, for changing: the row stays locked until the transaction ends.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take(tx: &mut Tx, id: i64) -> Result<Option<Call>, DbError> {
    tx.opt(sql("update faculty_call set version = version where id = $1 returning *").bind(id))
        .await?
        .as_ref()
        .map(call)
        .transpose()
}

/// Stores a call.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    new: &Call,
    by: AccountId,
    now: Timestamp,
) -> Result<i64, DbError> {
    tx.one(
        sql(
            "insert into faculty_call (unit_id, title, kind, asks, closes_on, state, opened_at,
               opened_by, opened_by_name)
             values ($1, $2, $3, $4, $5, 'open', $6, $7, $8) returning id",
        )
        .bind(new.unit_id)
        .bind(&new.title)
        .bind(new.kind.code())
        .bind(&new.asks)
        .bind(new.closes_on)
        .bind(now)
        .bind(by)
        .bind(&new.by_name),
    )
    .await?
    .get("id")
}

/// Ends a call.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn end(tx: &mut Tx, id: i64) -> Result<(), DbError> {
    tx.run(
        sql("update faculty_call set state = 'ended', version = version + 1 where id = $1")
            .bind(id),
    )
    .await?;
    Ok(())
}

/// A contribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Row id.
    pub id: i64,
    /// Call.
    pub call_id: i64,
    /// Unit of who sent it.
    pub unit_id: UnitId,
    /// Who sent it.
    pub person_id: PersonId,
    /// His name.
    pub person_name: String,
    /// Title.
    pub title: String,
    /// What it is about.
    pub summary: String,
    /// Where it is found.
    pub link: String,
    /// `sent`, `selected` or `refused`.
    pub state: String,
    /// Why.
    pub decision: String,
    /// What it became in the register.
    pub courseware_id: Option<i64>,
    /// When.
    pub sent_at: Timestamp,
    /// Judges' points, hundredths, with their words.
    pub scores: Vec<(String, i64, String)>,
}

fn submission(row: &Row) -> Result<Submission, DbError> {
    Ok(Submission {
        id: row.get("id")?,
        call_id: row.get("call_id")?,
        unit_id: row.get("unit_id")?,
        person_id: row.get("person_id")?,
        person_name: row.get("person_name")?,
        title: row.get("title")?,
        summary: row.get("summary")?,
        link: row.get("link")?,
        state: row.get("state")?,
        decision: row.get("decision")?,
        courseware_id: row.get("courseware_id")?,
        sent_at: row.get("sent_at")?,
        scores: Vec::new(),
    })
}

/// Contributions to these calls, with points.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn submissions(tx: &mut Tx, calls: &[i64]) -> Result<Vec<Submission>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select * from faculty_submission where call_id in {} order by sent_at, id",
            int_list(calls.iter().copied())
        )))
        .await?;
    let mut found: Vec<Submission> = rows.iter().map(submission).collect::<Result<_, _>>()?;
    let scores = tx
        .all(sql(format!(
            "select * from faculty_submission_score where submission_id in {} order by id",
            int_list(found.iter().map(|one| one.id))
        )))
        .await?;
    for row in &scores {
        let of: i64 = row.get("submission_id")?;
        if let Some(one) = found.iter_mut().find(|one| one.id == of) {
            one.scores
                .push((row.get("judge")?, row.get("score")?, row.get("note")?));
        }
    }
    Ok(found)
}

/// One contribution, for changing: the row stays locked until the transaction ends.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take_submission(tx: &mut Tx, id: i64) -> Result<Option<Submission>, DbError> {
    tx.opt(sql("update faculty_submission set state = state where id = $1 returning *").bind(id))
        .await?
        .as_ref()
        .map(submission)
        .transpose()
}

/// Stores a contribution.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn send(tx: &mut Tx, new: &Submission, now: Timestamp) -> Result<i64, DbError> {
    tx.one(
        sql(
            "insert into faculty_submission (call_id, unit_id, person_id, person_name, title, summary,
               link, state, sent_at)
             values ($1, $2, $3, $4, $5, $6, $7, 'sent', $8) returning id",
        )
        .bind(new.call_id)
        .bind(new.unit_id)
        .bind(new.person_id)
        .bind(&new.person_name)
        .bind(&new.title)
        .bind(&new.summary)
        .bind(&new.link)
        .bind(now),
    )
    .await?
    .get("id")
}

/// Stores a judge's points; earlier ones of the same account are replaced.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn judge(
    tx: &mut Tx,
    submission: i64,
    by: (AccountId, &str),
    (score, note): (i64, &str),
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(
        sql("insert into faculty_submission_score (submission_id, account_id, judge, score, note, at)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (submission_id, account_id) do update set judge = excluded.judge,
               score = excluded.score, note = excluded.note, at = excluded.at")
        .bind(submission)
        .bind(by.0)
        .bind(by.1)
        .bind(score)
        .bind(note)
        .bind(now),
    )
    .await?;
    Ok(())
}

/// Decides a contribution.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn decide(
    tx: &mut Tx,
    id: i64,
    state: &str,
    reason: &str,
    courseware: Option<i64>,
) -> Result<(), DbError> {
    tx.run(
        sql(
            "update faculty_submission set state = $1, decision = $2, courseware_id = $3 where id = $4",
        )
        .bind(state)
        .bind(reason)
        .bind(courseware)
        .bind(id),
    )
    .await?;
    Ok(())
}
