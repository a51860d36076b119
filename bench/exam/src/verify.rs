//! Looking every acknowledged answer up in the database.

use std::collections::HashMap;
use std::path::Path;

use chengzhi_db::{Db, sql};
use chengzhi_exams::domain::marking::Answer;
use chengzhi_exams::domain::receipt::{Entry, Link, verify};
use chengzhi_exams::domain::{AttemptId, QuestionId};

use crate::hall::Hall;
use crate::log;

/// What the look found.
#[derive(Debug, Default)]
pub struct Found {
    /// Acknowledged answers.
    pub acknowledged: usize,
    /// Stored answers.
    pub stored: usize,
    /// Acknowledged and not there.
    pub missing: usize,
    /// There with another question, answer or receipt.
    pub different: usize,
    /// Attempts whose chain of receipts does not hold.
    pub broken: usize,
    /// Attempts whose hand-in was acknowledged and that are not handed in.
    pub not_handed_in: usize,
}

impl Found {
    /// Nothing lost.
    pub fn is_good(&self) -> bool {
        self.missing + self.different + self.broken + self.not_handed_in == 0
    }

    /// One line.
    pub fn words(&self) -> String {
        format!(
            "{} acknowledged answers looked up among {} stored: {} missing, {} different, {} broken chains, {} hand-ins missing",
            self.acknowledged,
            self.stored,
            self.missing,
            self.different,
            self.broken,
            self.not_handed_in
        )
    }
}

/// Compares the log with the database.
pub async fn look(db: &Db, hall: &Hall, path: &Path, handed_in: &[i64]) -> anyhow::Result<Found> {
    let mut found = Found::default();
    let mut tx = db.read().await?;
    let rows = tx
        .all(
            sql("select n.attempt_id, n.sequence, n.question_id, n.answer, n.at, n.link from exam_answer n
                 join exam_attempt a on a.id = n.attempt_id where a.exam_id = $1 order by n.attempt_id, n.sequence")
                .bind(hall.exam),
        )
        .await?;
    let mut chains: HashMap<i64, Vec<(Entry, Link)>> = HashMap::new();
    for row in &rows {
        let attempt: i64 = row.get("attempt_id")?;
        let sequence: i64 = row.get("sequence")?;
        let question: i64 = row.get("question_id")?;
        let answer: String = row.get("answer")?;
        let link: Vec<u8> = row.get("link")?;
        let link: [u8; 32] = link.try_into().unwrap_or_default();
        let entry = Entry {
            attempt: AttemptId::from(attempt),
            sequence: sequence.cast_unsigned(),
            question: QuestionId::from(question),
            answer: answer.into_bytes(),
            at: row.get("at")?,
        };
        chains
            .entry(attempt)
            .or_default()
            .push((entry, Link::from_bytes(link)));
    }
    found.stored = rows.len();
    found.broken = chains
        .iter()
        .filter(|(attempt, chain)| verify(AttemptId::from(**attempt), chain).is_err())
        .count();
    let mut orders = HashMap::new();
    for one in log::read(path)? {
        found.acknowledged += 1;
        let place = usize::try_from(one.sequence).unwrap_or(0).wrapping_sub(1);
        let Some((entry, link)) = chains.get(&one.attempt).and_then(|chain| chain.get(place))
        else {
            found.missing += 1;
            continue;
        };
        let order = orders
            .entry(one.person)
            .or_insert_with(|| hall.order(one.person));
        let given: Answer = serde_json::from_str(&one.answer)?;
        let asked = hall
            .form
            .questions
            .iter()
            .find(|q| q.question == entry.question);
        let shown = order.iter().find(|shown| shown.question == entry.question);
        let expected = match (asked, shown) {
            (Some(asked), Some(shown)) => asked.read(&given, shown).ok(),
            _ => None,
        };
        let stored: Option<Answer> = serde_json::from_slice(&entry.answer).ok();
        let same = entry.question.get() == one.question
            && expected.is_some()
            && stored == expected
            && (one.receipt.is_empty() || one.receipt == link.to_string());
        if !same {
            found.different += 1;
        }
    }
    let done: std::collections::HashSet<i64> = tx
        .all(
            sql("select id from exam_attempt where exam_id = $1 and state = 'handed_in'")
                .bind(hall.exam),
        )
        .await?
        .iter()
        .map(|row| row.get("id"))
        .collect::<Result<_, _>>()?;
    found.not_handed_in = handed_in.iter().filter(|id| !done.contains(id)).count();
    Ok(found)
}
