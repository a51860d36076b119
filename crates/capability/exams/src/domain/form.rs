//! A form (卷) as sealed before the exam: what is printed, in the bank's order, with the keys. What a candidate gets is
//! made from it by [`super::shuffle`] and never holds a key.

use serde::{Deserialize, Serialize};

use super::blueprint::Kind;
use super::marking::{Answer, Incomplete, Key, mark};
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

/// A sub-question of a case. The order of its options is the same for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedPart {
    /// Any kind but a case.
    pub kind: Kind,
    /// What it is worth; those of a case add up to the marks of the case.
    pub marks: Marks,
    /// Text.
    pub stem: String,
    /// Options from A on.
    #[serde(default)]
    pub options: Vec<String>,
    /// Gaps of a fill-in.
    #[serde(default)]
    pub gaps: usize,
    /// What is right; none where somebody has to read the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
}

impl AskedPart {
    fn read(&self, given: &Answer) -> Result<Answer, Deny> {
        let straight = Shown {
            question: QuestionId::from(0),
            section: 0,
            options: (0..self.options.len()).collect(),
        };
        read_as(self.kind, self.gaps, given, &straight)
    }
}

/// A question of a form. A case has its facts as text and sub-questions; those of forms sealed before there were any are
/// questions of their own with the same background, or stand in the text and are answered in one.
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
    /// Sub-questions of a case, each answered by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<AskedPart>,
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
        if self.parts.is_empty() {
            return read_as(self.kind, self.gaps, given, shown);
        }
        let Answer::Parts(list) = given else {
            return Err(another_kind());
        };
        if list.len() != self.parts.len() {
            return Err(another_kind());
        }
        let read = self.parts.iter().zip(list).map(|(part, one)| {
            let one = one.as_ref().map(|one| part.read(one));
            one.transpose()
        });
        read.collect::<Result<_, _>>().map(Answer::Parts)
    }

    /// Whether somebody has to read this answer: it says something where there is no key.
    #[must_use]
    pub fn is_read(&self, answer: &Answer) -> bool {
        if self.parts.is_empty() {
            return self.key.is_none() && says_something(answer);
        }
        let mut open = (0..)
            .zip(&self.parts)
            .filter(|(_, part)| part.key.is_none());
        open.any(|(place, _)| answer.part(place).is_some_and(says_something))
    }

    /// What somebody who reads the answer gives at most: all marks, of a case those of its parts without key.
    #[must_use]
    pub fn by_hand(&self) -> Marks {
        if self.parts.is_empty() {
            return self.marks;
        }
        let open = self.parts.iter().filter(|part| part.key.is_none());
        open.map(|part| part.marks).sum()
    }

    /// What an answer earns by key and by hand; none while it waits to be read.
    #[must_use]
    pub fn earned(
        &self,
        answer: Option<&Answer>,
        hand: Option<Marks>,
        incomplete: Incomplete,
    ) -> Option<Marks> {
        let by_key = match &self.key {
            Some(key) => mark(key, answer, self.marks, incomplete),
            None => (0..)
                .zip(&self.parts)
                .filter_map(|(place, part)| {
                    let given = answer.and_then(|answer| answer.part(place));
                    Some(mark(part.key.as_ref()?, given, part.marks, incomplete))
                })
                .sum(),
        };
        if answer.is_some_and(|answer| self.is_read(answer)) {
            Some(by_key + hand?)
        } else {
            Some(by_key)
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

fn another_kind() -> Deny {
    Deny::new(
        "exams.answer_kind",
        "答案与题型不符，请刷新页面后重新作答。",
    )
}

/// An answer to a question of a kind, in the bank's letters.
fn read_as(kind: Kind, gaps: usize, given: &Answer, shown: &Shown) -> Result<Answer, Deny> {
    match (kind, given) {
        (Kind::Single | Kind::Multiple, Answer::Options(chosen)) => {
            if kind == Kind::Single && chosen.len() > 1 {
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
        (Kind::FillIn, Answer::Texts(texts)) if texts.len() == gaps.max(1) => {
            fits(texts)?;
            Ok(given.clone())
        }
        (Kind::ShortAnswer | Kind::Case, Answer::Texts(texts)) if texts.len() == 1 => {
            fits(texts)?;
            Ok(given.clone())
        }
        _ => Err(another_kind()),
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
        Answer::Parts(parts) => parts.iter().flatten().any(says_something),
    }
}

#[cfg(test)]
mod tests;
