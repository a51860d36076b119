//! The questions of an own paper with keys and explanations, as they are counted now.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::key_correction::Change;
use crate::domain::marking::{Answer, Key};
use crate::domain::{AttemptId, Marks};

use super::content::{Built, key_words, lettered};
use super::judge::Hall;
use super::pictures::{ExamPictureOut, pictures_out};

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

fn answer_words(answer: &Answer) -> String {
    match answer {
        Answer::Options(chosen) => chosen.iter().collect(),
        Answer::Truth(said) => if *said { "对" } else { "错" }.to_owned(),
        Answer::Texts(texts) => texts.join("；"),
    }
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
                answer: sheet
                    .and_then(|sheet| sheet.answers.get(&asked.question))
                    .map(answer_words)
                    .unwrap_or_default(),
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
