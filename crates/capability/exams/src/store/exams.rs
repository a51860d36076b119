//! Exams and their sealed forms.

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::{AccountId, Timestamp, UnitId};

use crate::domain::sitting::Terms;

/// An exam.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exam {
    /// Row id.
    pub id: i64,
    /// Who holds it.
    pub unit: UnitId,
    /// `qualification`, `class`, `course`, `quiz`, `contest`.
    pub purpose: String,
    /// Title.
    pub title: String,
    /// When it may be sat and for how long.
    pub terms: Terms,
    /// Makes each candidate's order.
    pub seed: u64,
    /// By which rule.
    pub order_version: String,
    /// `draft`, `sealed`, `cancelled`.
    pub state: String,
}

fn exam(row: &Row) -> Result<Exam, DbError> {
    let seed: i64 = row.get("seed")?;
    Ok(Exam {
        id: row.get("id")?,
        unit: row.get("unit_id")?,
        purpose: row.get("purpose")?,
        title: row.get("title")?,
        terms: Terms {
            opens: row.get("opens_at")?,
            last_start: row.get("last_start_at")?,
            closes: row.get("closes_at")?,
            duration: row.get("duration")?,
            margin: row.get("margin")?,
        },
        seed: seed.cast_unsigned(),
        order_version: row.get("order_version")?,
        state: row.get("state")?,
    })
}

/// An exam by id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Exam>, DbError> {
    tx.opt(sql("select * from exam where id = $1").bind(id))
        .await?
        .as_ref()
        .map(exam)
        .transpose()
}

/// An exam to be made.
pub struct NewExam<'a> {
    /// Who holds it.
    pub unit: UnitId,
    /// `qualification`, `class`, `course`, `quiz`, `contest`.
    pub purpose: &'a str,
    /// Title.
    pub title: &'a str,
    /// When and how long.
    pub terms: Terms,
    /// Seed of the orders.
    pub seed: u64,
    /// Rule of the orders.
    pub order_version: &'a str,
    /// Who makes it.
    pub by: (AccountId, &'a str),
    /// When.
    pub now: Timestamp,
}

/// Stores a new exam; gives its id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(tx: &mut Tx, new: NewExam<'_>) -> Result<i64, DbError> {
    tx.one(
        sql(
            "insert into exam (unit_id, purpose, title, opens_at, last_start_at, closes_at, duration, margin, seed,
               order_version, state, created_by, created_by_name, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'draft', $11, $12, $13) returning id",
        )
        .bind(new.unit)
        .bind(new.purpose)
        .bind(new.title)
        .bind(new.terms.opens)
        .bind(new.terms.last_start)
        .bind(new.terms.closes)
        .bind(new.terms.duration)
        .bind(new.terms.margin)
        .bind(new.seed.cast_signed())
        .bind(new.order_version)
        .bind(new.by.0)
        .bind(new.by.1)
        .bind(new.now),
    )
    .await?
    .get("id")
}

/// Seals a draft. False when it is none.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn seal(tx: &mut Tx, id: i64) -> Result<bool, DbError> {
    let changed = tx
        .run(
            sql("update exam set state = 'sealed', version = version + 1 where id = $1 and state = 'draft'")
                .bind(id),
        )
        .await?;
    Ok(changed == 1)
}

/// Stores a form; gives its id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert_form(
    tx: &mut Tx,
    exam: i64,
    number: u32,
    content: &str,
    digest: &str,
) -> Result<i64, DbError> {
    tx.one(
        sql(
            "insert into exam_form (exam_id, number, content, digest) values ($1, $2, $3, $4) returning id",
        )
        .bind(exam)
        .bind(number)
        .bind(content)
        .bind(digest),
    )
    .await?
    .get("id")
}

/// A form's content and digest.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn form(tx: &mut Tx, id: i64) -> Result<Option<(String, String)>, DbError> {
    tx.opt(sql("select content, digest from exam_form where id = $1").bind(id))
        .await?
        .map(|row| Ok((row.get("content")?, row.get("digest")?)))
        .transpose()
}

/// Cancels a sealed exam: nobody can begin it any more. False when it is not sealed.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn cancel(tx: &mut Tx, id: i64) -> Result<bool, DbError> {
    let changed = tx
        .run(
            sql("update exam set state = 'cancelled', version = version + 1 where id = $1 and state = 'sealed'")
                .bind(id),
        )
        .await?;
    Ok(changed == 1)
}
