//! The questions of an own paper with keys and explanations, as they are counted now.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::form::{Asked, AskedPart};
use crate::domain::key_correction::Change;
use crate::domain::marking::{Answer, Incomplete, Key, mark};
use crate::domain::{AttemptId, Marks};

use super::content::{Built, given_words, key_words, lettered};
use super::judge::Hall;
use super::pictures::{ExamPictureOut, pictures_out};

/// A sub-question of the own case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OwnPartOut {
    /// Word of its kind.
    pub kind_name: String,
    /// Text.
    pub stem: String,
    /// Options with letters.
    pub options: Vec<String>,
    /// The own answer in words; empty: none.
    pub answer: String,
    /// The key in words; empty where there is none.
    pub key: String,
    /// Marks by its key, hundredths; none: marked by hand with the whole case.
    pub got: Option<i64>,
    /// What it is worth, hundredths.
    pub full: i64,
}

/// A question of the own paper.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OwnQuestionOut {
    /// Version of the question.
    pub question: i64,
    /// Number in the bank's order.
    pub number: usize,
    /// Word of its kind.
    pub kind_name: String,
    /// Facts of a case.
    pub background: Option<String>,
    /// Text.
    pub stem: String,
    /// Pictures that the texts name.
    pub pictures: Vec<ExamPictureOut>,
    /// Options with letters, the bank's order.
    pub options: Vec<String>,
    /// Sub-questions of a case, with the own answers.
    pub parts: Vec<OwnPartOut>,
    /// The own answer in words; empty: none.
    pub answer: String,
    /// The key in words.
    pub key: String,
    /// Marks, hundredths; none: does not count any more, or waits to be marked.
    pub got: Option<i64>,
    /// It waits to be marked by hand.
    pub waits: bool,
    /// What it is worth.
    pub full: i64,
    /// Law and article.
    pub source: String,
    /// Why the key is right.
    pub explanation: String,
    /// What was corrected; empty when nothing was.
    pub correction: String,
}

/// The sub-questions of a case with the own answers.
fn parts(asked: &Asked, answer: Option<&Answer>, incomplete: Incomplete) -> Vec<OwnPartOut> {
    let part = |(place, part): (usize, &AskedPart)| {
        let given = answer.and_then(|answer| answer.part(place));
        let by_key = |key: &Key| mark(key, given, part.marks, incomplete).hundredths();
        OwnPartOut {
            kind_name: part.kind.name().to_owned(),
            stem: part.stem.clone(),
            options: lettered(&part.options),
            answer: given.map(given_words).unwrap_or_default(),
            key: part.key.as_ref().map(key_words).unwrap_or_default(),
            got: part.key.as_ref().map(by_key),
            full: part.marks.hundredths(),
        }
    };
    asked.parts.iter().enumerate().map(part).collect()
}

/// The questions of one attempt in the bank's order; none for an attempt that was not begun.
#[must_use]
pub(super) fn questions(hall: &Hall, attempt: AttemptId, built: &Built) -> Vec<OwnQuestionOut> {
    let Some(attempt) = hall.all().find(|one| one.id == attempt) else {
        return Vec::new();
    };
    let (Some(form), Some(counted)) = (
        hall.forms.get(&attempt.form),
        hall.count(attempt, &hall.changes, None),
    ) else {
        return Vec::new();
    };
    let sheet = hall.sheets.get(&attempt.id);
    let changes = hall.changes.of(attempt.id);
    (1..)
        .zip(&form.questions)
        .map(|(number, asked)| {
            let fact = built
                .facts
                .get(&asked.question)
                .cloned()
                .unwrap_or_default();
            let change = changes.get(&asked.question);
            let key: Option<&Key> = match change {
                Some(Change::NewKey(key)) => Some(key),
                _ => asked.key.as_ref(),
            };
            let answer = sheet.and_then(|sheet| sheet.answers.get(&asked.question));
            let given = counted
                .given
                .iter()
                .find(|one| one.question == asked.question);
            OwnQuestionOut {
                question: asked.question.get(),
                number,
                kind_name: asked.kind.name().to_owned(),
                background: asked.background.clone(),
                stem: asked.stem.clone(),
                pictures: pictures_out(asked, &format!("exams/sittings/{}", attempt.id)),
                options: lettered(&asked.options),
                parts: parts(asked, answer, hall.rule.incomplete),
                answer: answer.map(given_words).unwrap_or_default(),
                key: key.map_or(fact.model, key_words),
                got: given.and_then(|one| one.got).map(Marks::hundredths),
                waits: given.is_some_and(|one| one.got.is_none()),
                full: asked.marks.hundredths(),
                source: fact.source,
                explanation: fact.explanation,
                correction: change
                    .map(super::corrections::change_words)
                    .unwrap_or_default(),
            }
        })
        .collect()
}
