//! Answers, append-only.

use std::collections::HashMap;

use chengzhi_db::{Arg, DbError, Tx, int_list, sql};
use chengzhi_kernel::Timestamp;

use crate::domain::receipt::{Entry, Link};
use crate::domain::{AttemptId, QuestionId};

/// An answer to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAnswer {
    /// Number in its attempt.
    pub sequence: u64,
    /// Question.
    pub question: QuestionId,
    /// Answer, JSON.
    pub answer: String,
    /// Device number.
    pub device: u32,
    /// What the candidate's clock said.
    pub client_at: Option<Timestamp>,
    /// When the server had it.
    pub at: Timestamp,
    /// After the end, within the margin.
    pub late: bool,
    /// Receipt.
    pub link: Link,
}

/// The last sequence of each of these attempts that has answers.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn heads(tx: &mut Tx, attempts: &[i64]) -> Result<HashMap<i64, u64>, DbError> {
    let list = int_list(attempts.iter().copied());
    let rows = tx
        .all(sql(format!(
            // One step into the index for each attempt, however many answers it has.
            "select a.id as attempt_id, cast(coalesce((select max(n.sequence) from exam_answer n
               where n.attempt_id = a.id), 0) as bigint) as head from exam_attempt a where a.id in {list}"
        )))
        .await?;
    rows.iter()
        .map(|row| {
            let head: i64 = row.get("head")?;
            Ok((row.get("attempt_id")?, head.cast_unsigned()))
        })
        .collect()
}

/// Adds answers of any attempts.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert_all<'a>(
    tx: &mut Tx,
    answers: impl Iterator<Item = (AttemptId, &'a NewAnswer)>,
) -> Result<(), DbError> {
    let rows: Vec<Vec<Arg>> = answers
        .map(|(attempt, new)| {
            vec![
                Arg::from(attempt.get()),
                new.sequence.cast_signed().into(),
                new.question.get().into(),
                new.answer.clone().into(),
                new.device.into(),
                new.client_at.into(),
                new.at.into(),
                new.late.into(),
                new.link.bytes().to_vec().into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into exam_answer (attempt_id, sequence, question_id, answer, device, client_at, at, late, link)",
        "",
        rows,
    )
    .await?;
    Ok(())
}

/// The whole chain of an attempt, oldest first, as it can be verified.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn chain(tx: &mut Tx, attempt: AttemptId) -> Result<Vec<(Entry, Link)>, DbError> {
    let rows = tx
        .all(
            sql("select * from exam_answer where attempt_id = $1 order by sequence")
                .bind(attempt.get()),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let sequence: i64 = row.get("sequence")?;
            let question: i64 = row.get("question_id")?;
            let answer: String = row.get("answer")?;
            let link: Vec<u8> = row.get("link")?;
            let link: [u8; 32] = link.try_into().map_err(|_| DbError::Decode {
                column: "link".to_owned(),
                wanted: "32 bytes",
            })?;
            let entry = Entry {
                attempt,
                sequence: sequence.cast_unsigned(),
                question: QuestionId::from(question),
                answer: answer.into_bytes(),
                at: row.get("at")?,
            };
            Ok((entry, Link::from_bytes(link)))
        })
        .collect()
}
