//! 答题纸: where the answers to a paper are written.

use chengzhi_kernel::Quantity;
use serde::Serialize;
use serde_json::{Value, json};

use super::exam_paper::{ExamPaper, PaperQuestion, QuestionKind};
use super::{own_fields, words};
use crate::{Document, DocumentError};

/// Questions of one sheet.
const MAX_QUESTIONS: usize = 500;
/// Lines for a written answer that has none of its own.
const LINES: u8 = 6;

/// The place for one answer.
#[derive(Debug, Clone, Serialize)]
pub struct AnswerQuestion {
    /// The number on the paper: 41, or 45（2） for a part.
    pub label: String,
    /// What it is worth.
    #[serde(serialize_with = "words::as_amount")]
    pub marks: Quantity,
    /// Letters or signs to mark: A, B, C, D. Empty for written answers.
    pub marksigns: Vec<String>,
    /// Lines to write on.
    pub lines: u8,
}

/// The answers of one section.
#[derive(Debug, Clone, Serialize)]
pub struct AnswerSection {
    /// As on the paper: 一、单项选择题（……）.
    pub heading: String,
    /// Whether signs are marked (set in columns) or lines are written.
    pub choice: bool,
    /// The places, in order.
    pub questions: Vec<AnswerQuestion>,
}

/// The answer sheet, with the seal line (密封线), places for name and seat.
#[derive(Debug, Clone, Serialize)]
pub struct AnswerSheet {
    /// The exam.
    pub exam: String,
    /// The subject. Empty: none.
    pub subject: String,
    /// The form: A卷. Empty: none.
    pub form: String,
    /// The sections, in order.
    pub sections: Vec<AnswerSection>,
}

impl AnswerSheet {
    /// The sheet that belongs to a paper.
    #[must_use]
    pub fn of(paper: &ExamPaper) -> Self {
        let mut number = 0_u32;
        let mut sections = Vec::new();
        for (place, section) in paper.sections.iter().enumerate() {
            let mut questions = Vec::new();
            for question in &section.questions {
                number += 1;
                if question.parts.is_empty() {
                    questions.push(answer(number.to_string(), question, section.kind));
                }
                for (part, inner) in (1..).zip(&question.parts) {
                    let kind = inner.kind.unwrap_or(if inner.options.is_empty() {
                        section.kind
                    } else {
                        QuestionKind::Multiple
                    });
                    questions.push(answer(format!("{number}（{part}）"), inner, kind));
                }
            }
            sections.push(AnswerSection {
                heading: section.heading(place),
                choice: section.kind.is_choice(),
                questions,
            });
        }
        AnswerSheet {
            exam: paper.exam.clone(),
            subject: paper.subject.clone(),
            form: paper.form.clone(),
            sections,
        }
    }
}

fn answer(label: String, question: &PaperQuestion, kind: QuestionKind) -> AnswerQuestion {
    let marksigns = match kind {
        QuestionKind::TrueFalse => vec!["√".to_owned(), "×".to_owned()],
        QuestionKind::Single | QuestionKind::Multiple => ('A'..='Z')
            .take(question.options.len())
            .map(String::from)
            .collect(),
        QuestionKind::FillIn | QuestionKind::ShortAnswer | QuestionKind::Case => Vec::new(),
    };
    let lines = match (kind, question.lines) {
        (QuestionKind::FillIn, 0) => 1,
        (_, 0) => LINES,
        (_, lines) => lines,
    };
    AnswerQuestion {
        label,
        marks: question.marks,
        marksigns,
        lines,
    }
}

impl Document for AnswerSheet {
    fn template(&self) -> &'static str {
        "answer_sheet.typ"
    }

    fn name(&self) -> &'static str {
        "答题纸"
    }

    fn data(&self) -> Result<Value, DocumentError> {
        let questions: usize = self.sections.iter().map(|s| s.questions.len()).sum();
        if questions == 0 || questions > MAX_QUESTIONS {
            return Err(DocumentError::Content(format!(
                "答题纸应有 1 至 {MAX_QUESTIONS} 道题，现有 {questions} 道"
            )));
        }
        let mut data = own_fields(self)?;
        data["labels"] = (1..=self.sections.len())
            .map(|n| json!(words::number(u32::try_from(n).unwrap_or(u32::MAX))))
            .collect();
        Ok(data)
    }
}
