//! The report that `chengzhi questions check` prints.

use serde::Serialize;

use crate::format::{Item, Parsed};
use crate::model::{Answer, Kind, Part};

/// An entry of `answers`: a letter or a text, or right/wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    /// The key of a true/false question.
    Judgement(bool),
    /// An option's letter, an accepted text, a model answer.
    Text(String),
}

/// The key as the report shows it: letters, a boolean, the accepted texts of all blanks, or the
/// model answer; for a case, one text per sub-question.
#[must_use]
pub fn shown(answer: &Answer, parts: &[Part]) -> Vec<Shown> {
    match answer {
        Answer::None => parts
            .iter()
            .map(|part| Shown::Text(as_text(&part.answer)))
            .collect(),
        Answer::Options(letters) => letters.iter().map(|c| Shown::Text(c.to_string())).collect(),
        Answer::TrueFalse(right) => vec![Shown::Judgement(*right)],
        Answer::Blanks(blanks) => blanks.iter().flatten().cloned().map(Shown::Text).collect(),
        Answer::Text(text) => vec![Shown::Text(text.clone())],
    }
}

/// A key on one line, as people write it behind 答案：.
#[must_use]
pub fn as_text(answer: &Answer) -> String {
    match answer {
        Answer::None => String::new(),
        Answer::Options(letters) => letters.iter().collect(),
        Answer::TrueFalse(true) => "对".to_owned(),
        Answer::TrueFalse(false) => "错".to_owned(),
        Answer::Blanks(blanks) => crate::text::join_blanks(blanks),
        Answer::Text(text) => text.clone(),
    }
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Where the question begins, see [`Item::line`].
    pub line: u32,
    /// The kind; `None` only when it cannot be known.
    pub kind: Option<Kind>,
    /// The stem.
    pub stem: String,
    /// Whether it would be taken.
    pub ok: bool,
    /// Why not.
    pub reason: Option<String>,
    /// The key.
    pub answers: Vec<Shown>,
}

impl From<&Item> for Checked {
    fn from(item: &Item) -> Self {
        Self {
            line: item.line,
            kind: item.kind,
            stem: item.stem.clone(),
            ok: item.result.is_ok(),
            reason: item.reason(),
            answers: item.answers.clone(),
        }
    }
}

/// The whole report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// One per question, in the order of the file.
    pub items: Vec<Checked>,
    /// Questions that would be taken.
    pub accepted: usize,
    /// Questions that would not.
    pub rejected: usize,
}

impl From<&Parsed> for Report {
    fn from(parsed: &Parsed) -> Self {
        let items: Vec<Checked> = parsed.items.iter().map(Checked::from).collect();
        let accepted = items.iter().filter(|item| item.ok).count();
        Self {
            rejected: items.len() - accepted,
            accepted,
            items,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Question;

    #[test]
    fn keys_are_shown_as_the_report_wants_them() {
        let json = |answer: Answer| serde_json::to_string(&shown(&answer, &[])).unwrap();
        assert_eq!(json(Answer::letters("ca".chars())), r#"["A","C"]"#);
        assert_eq!(json(Answer::TrueFalse(false)), "[false]");
        assert_eq!(
            json(Answer::Blanks(vec![
                vec!["七".into(), "7".into()],
                vec!["五".into()]
            ])),
            r#"["七","7","五"]"#
        );
        assert_eq!(json(Answer::text("略述")), r#"["略述"]"#);
        let parts = vec![
            Part::from(Question::choice("x", ["甲", "乙", "丙"], "AC")),
            Part::from(Question {
                answer: Answer::TrueFalse(true),
                ..Question::new(Kind::TrueFalse, "y")
            }),
        ];
        assert_eq!(
            serde_json::to_string(&shown(&Answer::None, &parts)).unwrap(),
            r#"["AC","对"]"#
        );
    }
}
