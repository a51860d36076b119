//! Filings: the first, and each change told afterwards.

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Date, Timestamp, UnitId};

/// A filing.
#[derive(Debug, Clone)]
pub struct Filing {
    /// Row id; 0 for a new one.
    pub id: i64,
    /// Class.
    pub class_id: i64,
    /// From 1.
    pub seq: i64,
    /// `filed`, `changed`, `cancelled`.
    pub what: String,
    /// When.
    pub filed_at: Timestamp,
    /// By whom.
    pub filed_by_name: String,
    /// First day told.
    pub first_on: Date,
    /// Last day in time (B-26); none for a kind that has no such day.
    pub due_on: Option<Date>,
    /// Whether it came later.
    pub late: Option<bool>,
    /// What was told, JSON.
    pub content: String,
    /// SHA-256 of that.
    pub digest: String,
    /// Who is told.
    pub to_unit_id: Option<UnitId>,
    /// `noted`, `commented`, `returned`.
    pub answer: Option<String>,
    /// What the upper level says.
    pub answer_text: Option<String>,
    /// When.
    pub answered_at: Option<Timestamp>,
    /// Who.
    pub answered_by_name: Option<String>,
}

fn filing(row: &Row) -> Result<Filing, DbError> {
    Ok(Filing {
        id: row.get("id")?,
        class_id: row.get("class_id")?,
        seq: row.get("seq")?,
        what: row.get("what")?,
        filed_at: row.get("filed_at")?,
        filed_by_name: row.get("filed_by_name")?,
        first_on: row.get("first_on")?,
        due_on: row.get("due_on")?,
        late: row.get("late")?,
        content: row.get("content")?,
        digest: row.get("digest")?,
        to_unit_id: row.get("to_unit_id")?,
        answer: row.get("answer")?,
        answer_text: row.get("answer_text")?,
        answered_at: row.get("answered_at")?,
        answered_by_name: row.get("answered_by_name")?,
    })
}

/// Filings of classes, oldest first.
pub async fn of_classes(tx: &mut Tx, classes: &[i64]) -> Result<Vec<Filing>, DbError> {
    let list = int_list(classes.iter().copied());
    tx.all(sql(format!(
        "select * from class_filing where class_id in {list} order by class_id, seq"
    )))
    .await?
    .iter()
    .map(filing)
    .collect()
}

/// Filings to units without an answer, oldest first.
pub async fn open_to(tx: &mut Tx, to: &str) -> Result<Vec<Filing>, DbError> {
    tx.all(sql(format!(
        "select * from class_filing where answer is null and {to} order by filed_at, id"
    )))
    .await?
    .iter()
    .map(filing)
    .collect()
}

/// Adds a filing as the class's next.
pub async fn insert(tx: &mut Tx, new: &Filing, by: AccountId) -> Result<i64, DbError> {
    tx.one(
        sql("insert into class_filing (class_id, seq, what, filed_at, filed_by, filed_by_name, first_on, due_on, late,
               content, digest, to_unit_id)
             values ($1, (select coalesce(max(seq), 0) + 1 from class_filing where class_id = $1), $2, $3, $4, $5, $6,
               $7, $8, $9, $10, $11) returning id")
        .bind(new.class_id)
        .bind(new.what.clone())
        .bind(new.filed_at)
        .bind(by)
        .bind(new.filed_by_name.clone())
        .bind(new.first_on)
        .bind(new.due_on)
        .bind(new.late)
        .bind(new.content.clone())
        .bind(new.digest.clone())
        .bind(new.to_unit_id),
    )
    .await?
    .get("id")
}

/// Answers a filing that has no answer. False when somebody was first.
pub async fn answer(
    tx: &mut Tx,
    id: i64,
    (answer, text): (&str, &str),
    by_name: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql("update class_filing set answer = $1, answer_text = $2, answered_at = $3, answered_by_name = $4
                 where id = $5 and answer is null")
            .bind(answer)
            .bind(text)
            .bind(now)
            .bind(by_name)
            .bind(id),
        )
        .await?
        == 1)
}
