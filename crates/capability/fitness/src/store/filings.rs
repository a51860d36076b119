//! What was filed with the upper level.

use std::collections::HashMap;

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Date, Timestamp};

/// A filing with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// Row id.
    pub id: i64,
    /// Test.
    pub test_id: i64,
    /// Why it is held apart.
    pub reason: String,
    /// Day.
    pub planned_on: Date,
    /// Where.
    pub place: String,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// By which account.
    pub filed_by: AccountId,
    /// By whom.
    pub filed_by_name: String,
    /// `noted` or `objected`.
    pub answer: Option<String>,
    /// What the upper level says.
    pub answer_text: Option<String>,
    /// When.
    pub answered_at: Option<Timestamp>,
    /// By whom.
    pub answered_by_name: Option<String>,
}

fn filing(row: &Row) -> Result<Filing, DbError> {
    Ok(Filing {
        id: row.get("id")?,
        test_id: row.get("test_id")?,
        reason: row.get("reason")?,
        planned_on: row.get("planned_on")?,
        place: row.get("place")?,
        filed_at: row.get("filed_at")?,
        filed_by: row.get("filed_by")?,
        filed_by_name: row.get("filed_by_name")?,
        answer: row.get("answer")?,
        answer_text: row.get("answer_text")?,
        answered_at: row.get("answered_at")?,
        answered_by_name: row.get("answered_by_name")?,
    })
}

/// Filings of tests, oldest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_tests(tx: &mut Tx, tests: &[i64]) -> Result<HashMap<i64, Vec<Filing>>, DbError> {
    let rows = tx
        .all(sql(format!(
            "select * from fitness_filing where test_id in {} order by test_id, id",
            int_list(tests.iter().copied())
        )))
        .await?;
    let mut found: HashMap<i64, Vec<Filing>> = HashMap::new();
    for row in &rows {
        let one = filing(row)?;
        found.entry(one.test_id).or_default().push(one);
    }
    Ok(found)
}

/// Files.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    test: &super::rounds::Test,
    by: (AccountId, &str),
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(
        sql(
            "insert into fitness_filing (test_id, reason, planned_on, place, filed_at, filed_by, filed_by_name)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(test.id)
        .bind(&test.reason)
        .bind(test.planned_on)
        .bind(&test.place)
        .bind(now)
        .bind(by.0)
        .bind(by.1),
    )
    .await?;
    Ok(())
}

/// Answers one that has no answer. False when it has.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn answer(
    tx: &mut Tx,
    id: i64,
    (answer, text): (&str, &str),
    by: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx
        .run(
            sql(
                "update fitness_filing set answer = $1, answer_text = $2, answered_at = $3,
                   answered_by_name = $4 where id = $5 and answer is null",
            )
            .bind(answer)
            .bind(text)
            .bind(now)
            .bind(by)
            .bind(id),
        )
        .await?
        == 1)
}
