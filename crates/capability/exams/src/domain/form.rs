//! A form (卷) as sealed before the exam: what is printed, in the bank's order, with the keys. What a candidate gets is
//! made from it by [`super::shuffle`] and never holds a key.

use serde::{Deserialize, Serialize};

use super::blueprint::Kind;
use super::marking::{Answer, Key};
use super::shuffle::{Shape, Shown};
use super::{Deny, Marks, QuestionId};

/// Characters of a written answer.
pub const LONGEST_TEXT: usize = 4000;

/// A sealed form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Heads of its sections.
    pub sections: Vec<Head>,
    /// Its questions, section after section.
    pub questions: Vec<Asked>,
}

/// Head of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// 一、单选题.
    pub title: String,
    /// How it is answered and marked.
    #[serde(default)]
    pub note: String,
}

/// A picture of a question; texts name its place with `【图：name】`. Its bytes stay in the bank, whose versions do not
/// change any more once they were in use; the digest, which the form's own covers, seals them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pictured {
    /// Name as texts say it, unique within the question.
    pub name: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub digest: String,
}

/// A question of a form. The parts of a case are questions of their own with the same background.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Version of the question.
    pub question: QuestionId,
    /// Place of its section.
    pub section: usize,
    /// Kind.
    pub kind: Kind,
    /// What it is worth.
    pub marks: Marks,
    /// Facts of the case that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<String>,
    /// Text.
    pub stem: String,
    /// Options in the bank's order.
    #[serde(default)]
    pub options: Vec<String>,
    /// Pictures that its texts name; none in forms sealed before there were any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<Pictured>,
    /// Gaps of a fill-in.
    #[serde(default)]
    pub gaps: usize,
    /// Options stay where they are: they speak of each other.
    #[serde(default)]
    pub pinned: bool,
    /// What is right; none where somebody has to read the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl Asked {
    /// As far as its order matters.
    #[must_use]
    pub fn shape(&self) -> Shape {
        Shape {
            question: self.question,
            kind: self.kind,
            section: self.section,
            options: self.options.len(),
            pinned: self.pinned,
        }
    }

    /// An answer as the candidate gave it, in the bank's letters.
    ///
    /// # Errors
    /// [`Deny`] when it is no answer to this question.
    pub fn read(&self, given: &Answer, shown: &Shown) -> Result<Answer, Deny> {
        let wrong = || {
            Deny::new(
                "exams.answer_kind",
                "答案与题型不符，请刷新页面后重新作答。",
            )
        };
        match (self.kind, given) {
            (Kind::Single | Kind::Multiple, Answer::Options(chosen)) => {
                if self.kind == Kind::Single && chosen.len() > 1 {
                    return Err(Deny::new("exams.one_option", "单选题只能选一个选项。"));
                }
                let letters: Vec<char> = chosen.iter().copied().collect();
                Ok(Answer::Options(
                    shown.to_bank(&letters)?.into_iter().collect(),
                ))
            }
            (Kind::TrueFalse, Answer::Truth(truth)) => Ok(Answer::Truth(*truth)),
            // Nothing chosen any more: the candidate took his answer back.
            (Kind::TrueFalse, Answer::Options(chosen)) if chosen.is_empty() => Ok(given.clone()),
            (Kind::FillIn, Answer::Texts(texts)) if texts.len() == self.gaps.max(1) => {
                fits(texts)?;
                Ok(given.clone())
            }
            (Kind::ShortAnswer | Kind::Case, Answer::Texts(texts)) if texts.len() == 1 => {
                fits(texts)?;
                Ok(given.clone())
            }
            _ => Err(wrong()),
        }
    }

    /// A stored answer in the letters that the candidate sees.
    ///
    /// # Errors
    /// [`Deny`] when it was not made for this question.
    pub fn show(&self, stored: &Answer, shown: &Shown) -> Result<Answer, Deny> {
        match stored {
            Answer::Options(letters) => {
                let letters: Vec<char> = letters.iter().copied().collect();
                Ok(Answer::Options(
                    shown.to_candidate(&letters)?.into_iter().collect(),
                ))
            }
            other => Ok(other.clone()),
        }
    }
}

fn fits(texts: &[String]) -> Result<(), Deny> {
    let length: usize = texts.iter().map(|text| text.chars().count()).sum();
    if length > LONGEST_TEXT {
        return Err(Deny::new(
            "exams.answer_long",
            format!("答案现有{length}个字，最多{LONGEST_TEXT}个字，请精简。"),
        ));
    }
    Ok(())
}

/// Whether an answer says anything: an emptied one does not count as answered.
#[must_use]
pub fn says_something(answer: &Answer) -> bool {
    match answer {
        Answer::Options(chosen) => !chosen.is_empty(),
        Answer::Truth(_) => true,
        Answer::Texts(texts) => texts.iter().any(|text| !text.trim().is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(kind: Kind, options: usize) -> Asked {
        Asked {
            question: QuestionId(7),
            section: 0,
            kind,
            marks: Marks::whole(2),
            background: None,
            stem: "题干".to_owned(),
            options: (0..options).map(|n| format!("选项{n}")).collect(),
            pictures: Vec::new(),
            gaps: 2,
            pinned: false,
            key: None,
        }
    }

    fn shown(options: &[usize]) -> Shown {
        Shown {
            question: QuestionId(7),
            section: 0,
            options: options.to_vec(),
        }
    }

    fn letters(text: &str) -> Answer {
        Answer::Options(text.chars().collect())
    }

    fn texts(list: &[&str]) -> Answer {
        Answer::Texts(list.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn answers_are_kept_in_the_banks_letters_and_shown_in_the_candidates() {
        let question = asked(Kind::Multiple, 4);
        let order = shown(&[2, 0, 3, 1]);
        let stored = question.read(&letters("AC"), &order).unwrap();
        assert_eq!(stored, letters("CD"));
        assert_eq!(question.show(&stored, &order).unwrap(), letters("AC"));
    }

    #[test]
    fn what_is_no_answer_to_the_question_is_refused() {
        let order = shown(&[0, 1, 2, 3]);
        for (kind, given, code) in [
            (Kind::Single, letters("AB"), "exams.one_option"),
            (Kind::Single, letters("E"), "exams.option"),
            (Kind::Single, Answer::Truth(true), "exams.answer_kind"),
            (Kind::TrueFalse, letters("A"), "exams.answer_kind"),
            (Kind::FillIn, texts(&["一"]), "exams.answer_kind"),
            (Kind::ShortAnswer, texts(&["一", "二"]), "exams.answer_kind"),
            (
                Kind::ShortAnswer,
                texts(&[&"长".repeat(4001)]),
                "exams.answer_long",
            ),
        ] {
            let refused = asked(kind, 4).read(&given, &order).unwrap_err();
            assert_eq!(refused.code, code, "{kind:?}");
        }
        for (kind, given) in [
            (Kind::Single, letters("")),
            (Kind::TrueFalse, letters("")),
            (Kind::FillIn, texts(&["", "二"])),
        ] {
            assert!(asked(kind, 4).read(&given, &order).is_ok(), "{kind:?}");
        }
        assert!(!says_something(&letters("")) && !says_something(&texts(&[" ", ""])));
        assert!(says_something(&Answer::Truth(false)));
    }
}
