//! What the index in memory reads.

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_questions::Question;

use super::{json, word};
use crate::domain::life::{Level, State};

/// A version as the index wants it.
#[derive(Debug)]
pub struct IndexRow {
    /// Row id.
    pub version_id: i64,
    /// The question.
    pub question_id: i64,
    /// Whose proposal it is.
    pub unit_id: i64,
    /// Level.
    pub level: Level,
    /// State.
    pub state: State,
    /// 1 to 5.
    pub difficulty: u8,
    /// Whether its quotation stands in the article.
    pub checked: bool,
    /// Law of its source.
    pub law: String,
    /// Article of its source.
    pub article: String,
    /// The question itself.
    pub content: Question,
}

fn index_row(row: &Row) -> Result<IndexRow, DbError> {
    let basis: String = row.get("basis")?;
    Ok(IndexRow {
        version_id: row.get("id")?,
        question_id: row.get("question_id")?,
        unit_id: row.get("unit_id")?,
        level: word(row, "level", Level::from_code)?,
        state: word(row, "state", State::from_code)?,
        difficulty: u8::try_from(row.get::<i64>("difficulty")?).unwrap_or(3),
        checked: basis == "checked",
        law: row.get("law")?,
        article: row.get("article")?,
        content: json(row, "content")?,
    })
}

/// Versions changed after one value of the counter and up to another, beyond an id, in the order of
/// ids.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn changed(
    tx: &mut Tx,
    (since, until): (i64, i64),
    after: i64,
    limit: i64,
) -> Result<Vec<IndexRow>, DbError> {
    let rows = tx
        .all(
            sql("select id, question_id, unit_id, level, state, difficulty, basis, law, article, content
                 from bank_version where seq > $1 and seq <= $2 and id > $3
                 order by id limit $4")
            .bind(since)
            .bind(until)
            .bind(after)
            .bind(limit),
        )
        .await?;
    rows.iter().map(index_row).collect()
}
