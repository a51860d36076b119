//! Everybody of a sealed exam at once: for boards, marking and analysis.

use std::collections::BTreeMap;

use chengzhi_db::{DbError, Tx, int_list, sql};
use chengzhi_kernel::Timestamp;

use crate::domain::{AttemptId, QuestionId};

/// What a board shows of somebody's answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Questions with an answer.
    pub answered: i64,
    /// Last saved answer.
    pub last_at: Option<Timestamp>,
    /// Saved after the end.
    pub late: i64,
}

/// How far everybody of a session is.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn progress(tx: &mut Tx, session: i64) -> Result<BTreeMap<AttemptId, Progress>, DbError> {
    let rows = tx
        .all(
            sql(
                "select n.attempt_id, cast(count(distinct n.question_id) as bigint) as answered,
                   max(n.at) as last_at, cast(sum(n.late) as bigint) as late
                 from exam_answer n join exam_attempt a on a.id = n.attempt_id
                 where a.exam_id in (select exam_id from exam_round where session_id = $1) group by n.attempt_id",
            )
            .bind(session),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let attempt: i64 = row.get("attempt_id")?;
            Ok((
                AttemptId::from(attempt),
                Progress {
                    answered: row.get("answered")?,
                    last_at: row.get("last_at")?,
                    late: row.get("late")?,
                },
            ))
        })
        .collect()
}

/// A saved answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Question.
    pub question: QuestionId,
    /// When it was saved.
    pub at: Timestamp,
    /// The answer as JSON.
    pub answer: String,
}

/// Between saved answers of one attempt: JSON never holds it raw.
const SEPARATOR: &str = "\u{1e}";

/// Every answer that these attempts saved, in order. A session has tens of thousands: they come as one row for each
/// attempt, which takes a fifth of the time that as many rows take.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn saved(
    tx: &mut Tx,
    attempts: &[i64],
) -> Result<BTreeMap<AttemptId, Vec<Saved>>, DbError> {
    let mut found = BTreeMap::new();
    for part in attempts.chunks(500) {
        let list = int_list(part.iter().copied());
        let rows = tx
            .all(
                sql(format!(
                    "select attempt_id, string_agg(cast(question_id as text) || ' ' || cast(at as text) || ' ' || answer,
                       $1 order by sequence) as saved
                     from exam_answer where attempt_id in {list} group by attempt_id"
                ))
                .bind(SEPARATOR),
            )
            .await?;
        for row in &rows {
            let (attempt, text): (i64, String) = (row.get("attempt_id")?, row.get("saved")?);
            let saved = text.split(SEPARATOR).map(one_saved).collect::<Option<_>>();
            let saved = saved.ok_or_else(|| DbError::Decode {
                column: "saved".to_owned(),
                wanted: "saved answers",
            })?;
            found.insert(AttemptId::from(attempt), saved);
        }
    }
    Ok(found)
}

fn one_saved(text: &str) -> Option<Saved> {
    let (question, rest) = text.split_once(' ')?;
    let (at, answer) = rest.split_once(' ')?;
    Some(Saved {
        question: QuestionId::from(question.parse::<i64>().ok()?),
        at: Timestamp::from_micros(at.parse().ok()?),
        answer: answer.to_owned(),
    })
}

/// Something that happened in a sitting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SittingEvent {
    /// Whose sitting.
    pub attempt: AttemptId,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by_name: String,
    /// `start`, `take_over`, `hand_in`, `pause`, `resume`, `annul`, …
    pub event: String,
    /// More about it.
    pub note: Option<String>,
}

/// What happened in the sittings of a session, oldest first; starts and hand-ins left out when `rare`.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn events(tx: &mut Tx, session: i64, rare: bool) -> Result<Vec<SittingEvent>, DbError> {
    let only = if rare {
        " and e.event not in ('start', 'hand_in')"
    } else {
        ""
    };
    let rows = tx
        .all(
            sql(format!(
                "select e.* from exam_attempt_event e join exam_attempt a on a.id = e.attempt_id
                 where a.exam_id in (select exam_id from exam_round where session_id = $1){only} order by e.id"
            ))
            .bind(session),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let attempt: i64 = row.get("attempt_id")?;
            Ok(SittingEvent {
                attempt: AttemptId::from(attempt),
                at: row.get("at")?,
                by_name: row.get("by_name")?,
                event: row.get("event")?,
                note: row.get("note")?,
            })
        })
        .collect()
}

/// Sealed forms of an exam: id, number, content.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn forms(tx: &mut Tx, exam: i64) -> Result<Vec<(i64, i64, String)>, DbError> {
    let rows = tx
        .all(
            sql("select id, number, content from exam_form where exam_id = $1 order by number")
                .bind(exam),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("id")?, row.get("number")?, row.get("content")?)))
        .collect()
}

/// Forms of further attempts of a session, each with the form of the session's own exam that it is a copy of.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn copies(tx: &mut Tx, session: i64) -> Result<BTreeMap<i64, i64>, DbError> {
    let rows = tx
        .all(
            sql("select f.id as copy, min(b.id) as base from exam_round r
                 join exam_form f on f.exam_id = r.exam_id
                 join exam_round o on o.session_id = r.session_id and o.number = 1
                 join exam_form b on b.exam_id = o.exam_id and b.digest = f.digest
                 where r.session_id = $1 and r.number > 1 group by f.id")
            .bind(session),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("copy")?, row.get("base")?)))
        .collect()
}

/// Forms of a sealed exam as they are stored: id, content, digest, by number.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn sealed(tx: &mut Tx, exam: i64) -> Result<Vec<(i64, String, String)>, DbError> {
    let rows = tx
        .all(
            sql("select id, content, digest from exam_form where exam_id = $1 order by number")
                .bind(exam),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("id")?, row.get("content")?, row.get("digest")?)))
        .collect()
}
