//! What is printed of a question, and what is known of it besides: made from the bank's content when papers are sealed.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_db::digest;
use chengzhi_questions::{Answer as BankAnswer, Kind as BankKind, Part, Question};
use serde::{Deserialize, Serialize};

use crate::domain::blueprint::{BankItem, Blueprint, Kind};
use crate::domain::form::{Asked, AskedPart, Form, Head, Pictured};
use crate::domain::marking::{Answer, Key};
use crate::domain::paper::Paper;
use crate::domain::references::pins_options;
use crate::domain::shuffle::letter;
use crate::domain::{Marks, QuestionId};

/// What is known of a question besides its text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Field of law, as shown.
    pub field: String,
    /// Topic, as shown.
    pub topic: String,
    /// 1 to 5.
    pub difficulty: u8,
    /// Law and article, as shown.
    #[serde(default)]
    pub source: String,
    /// Why the key is right.
    #[serde(default)]
    pub explanation: String,
    /// Model answer for whoever marks it by hand.
    #[serde(default)]
    pub model: String,
}

/// Papers of a session as stored: before the sealing without texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Built {
    /// Form after form.
    pub papers: Vec<Paper>,
    /// By question.
    pub facts: BTreeMap<QuestionId, Fact>,
}

/// What the bank's list tells of the questions of some papers.
#[must_use]
pub fn facts(papers: &[Paper], items: &[BankItem]) -> BTreeMap<QuestionId, Fact> {
    let used: BTreeSet<QuestionId> = papers.iter().flat_map(Paper::questions).collect();
    items
        .iter()
        .filter(|item| used.contains(&item.id))
        .map(|item| {
            let fact = Fact {
                field: item.field.clone(),
                topic: item.topic.clone(),
                difficulty: item.difficulty,
                ..Fact::default()
            };
            (item.id, fact)
        })
        .collect()
}

/// The kind as papers name it.
pub(super) const fn kind(kind: BankKind) -> Kind {
    match kind {
        BankKind::Single => Kind::Single,
        BankKind::Multiple => Kind::Multiple,
        BankKind::TrueFalse => Kind::TrueFalse,
        BankKind::FillIn => Kind::FillIn,
        BankKind::ShortAnswer => Kind::ShortAnswer,
        BankKind::Case => Kind::Case,
    }
}

fn key(answer: &BankAnswer) -> Option<Key> {
    match answer {
        BankAnswer::Options(letters) => Some(Key::Options(letters.iter().copied().collect())),
        BankAnswer::TrueFalse(right) => Some(Key::Truth(*right)),
        BankAnswer::Blanks(gaps) => Some(Key::Texts(gaps.clone())),
        BankAnswer::Text(_) | BankAnswer::None => None,
    }
}

/// A key in words: `AC`, `对`, `五日／5日；听证`.
#[must_use]
pub fn key_words(key: &Key) -> String {
    match key {
        Key::Options(letters) => letters.iter().collect(),
        Key::AnyOf(letters) => {
            let list: Vec<String> = letters.iter().map(char::to_string).collect();
            format!("{}任选其一", list.join("、"))
        }
        Key::Truth(true) => "对".to_owned(),
        Key::Truth(false) => "错".to_owned(),
        Key::Texts(gaps) => gaps
            .iter()
            .map(|gap| gap.join("／"))
            .collect::<Vec<_>>()
            .join("；"),
    }
}

fn answer_words(answer: &BankAnswer) -> String {
    match (answer, key(answer)) {
        (BankAnswer::Text(text), _) => text.clone(),
        (_, Some(key)) => key_words(&key),
        _ => String::new(),
    }
}

/// The sub-questions of a case. The bank gives them no marks of their own: they share those of the case.
fn parts(question: &Question, marks: Marks) -> Vec<AskedPart> {
    let shares = marks.shares(question.parts.len());
    let part = |(part, marks): (&Part, Marks)| AskedPart {
        kind: kind(part.kind),
        marks,
        stem: part.stem.clone(),
        options: part.options.clone(),
        gaps: gaps(&part.answer),
        key: key(&part.answer),
    };
    question.parts.iter().zip(shares).map(part).collect()
}

fn gaps(answer: &BankAnswer) -> usize {
    match answer {
        BankAnswer::Blanks(gaps) => gaps.len(),
        _ => 0,
    }
}

/// An answer in words: `AC`, `对`, `五日；听证`, `（1）B；（2）未作答`.
#[must_use]
pub fn given_words(answer: &Answer) -> String {
    match answer {
        Answer::Options(chosen) => chosen.iter().collect(),
        Answer::Truth(said) => if *said { "对" } else { "错" }.to_owned(),
        Answer::Texts(texts) => texts.join("；"),
        Answer::Parts(parts) => (1..)
            .zip(parts)
            .map(|(number, part)| format!("（{number}）{}", part_words(part.as_ref())))
            .collect::<Vec<_>>()
            .join("；"),
    }
}

fn part_words(part: Option<&Answer>) -> String {
    part.map(given_words)
        .filter(|words| !words.trim().is_empty())
        .unwrap_or_else(|| "未作答".to_owned())
}

/// What somebody who marks by hand reads: the text that asks, and the answer. Of a case its facts and the sub-questions
/// without key, with their marks.
#[must_use]
pub fn to_be_read(asked: &Asked, answer: &Answer) -> (String, String) {
    if asked.parts.is_empty() {
        let text = match answer {
            Answer::Texts(texts) => texts.join("\n"),
            _ => String::new(),
        };
        return (asked.stem.clone(), text);
    }
    let (mut stem, mut said) = (asked.stem.clone(), Vec::new());
    for (place, part) in asked.parts.iter().enumerate() {
        if part.key.is_none() {
            let number = place + 1;
            stem.push_str(&format!("\n（{number}）{}（{}分）", part.stem, part.marks));
            said.push(format!("（{number}）{}", part_words(answer.part(place))));
        }
    }
    (stem, said.join("\n"))
}

/// A question as printed; the text of a case with sub-questions is its facts.
#[must_use]
pub fn asked(id: QuestionId, question: &Question, section: usize, marks: Marks) -> Asked {
    let kind = kind(question.kind);
    let key = match kind {
        Kind::ShortAnswer | Kind::Case => None,
        _ => key(&question.answer),
    };
    Asked {
        question: id,
        section,
        kind,
        marks,
        background: None,
        pinned: pins_options(&question.stem, &question.options),
        stem: question.stem.clone(),
        options: question.options.clone(),
        pictures: question
            .pictures
            .iter()
            .map(|picture| Pictured {
                name: picture.name.clone(),
                digest: digest(&picture.content),
            })
            .collect(),
        parts: parts(question, marks),
        gaps: gaps(&question.answer),
        key,
    }
}

/// What a question says besides its text.
pub fn tell(fact: &mut Fact, question: &Question) {
    if let Some(source) = &question.source {
        fact.source = format!("《{}》{}", source.law, source.article);
    }
    fact.explanation.clone_from(&question.explanation);
    fact.model = if question.parts.is_empty() {
        answer_words(&question.answer)
    } else {
        (1..)
            .zip(&question.parts)
            .map(|(number, part)| format!("（{number}）{}", answer_words(&part.answer)))
            .collect::<Vec<_>>()
            .join("\n")
    };
}

const NUMBERS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];

/// The heads of a blueprint's sections: 一、单选题（每题2分）.
#[must_use]
pub fn heads(plan: &Blueprint) -> Vec<Head> {
    plan.sections
        .iter()
        .enumerate()
        .map(|(at, section)| {
            let number = NUMBERS
                .get(at)
                .map_or_else(|| (at + 1).to_string(), |n| (*n).to_owned());
            Head {
                title: format!("{number}、{}", section.heading()),
                note: format!(
                    "共{}题，每题{}分。{}",
                    section.count,
                    section.marks,
                    match section.kind {
                        Kind::Single => "每题只有一个正确选项。",
                        Kind::Multiple =>
                            "每题有两个或两个以上正确选项，多选、少选、错选均不得分。",
                        Kind::TrueFalse => "判断说法是否正确。",
                        Kind::FillIn => "在空格处填写答案。",
                        Kind::ShortAnswer => "请写明依据和理由。",
                        Kind::Case => "按小题作答，问答小题请写明依据和理由。",
                    }
                ),
            }
        })
        .collect()
}

/// A form of a paper; questions without content are named.
///
/// # Errors
/// The versions that the bank does not have any more.
pub fn form(
    plan: &Blueprint,
    paper: &Paper,
    contents: &BTreeMap<QuestionId, Question>,
) -> Result<Form, Vec<QuestionId>> {
    let mut missing = Vec::new();
    let mut questions = Vec::with_capacity(paper.items.len());
    for item in &paper.items {
        match contents.get(&item.question) {
            Some(question) => {
                questions.push(asked(item.question, question, item.section, item.marks));
            }
            None => missing.push(item.question),
        }
    }
    if missing.is_empty() {
        Ok(Form {
            sections: heads(plan),
            questions,
        })
    } else {
        Err(missing)
    }
}

/// Options with their letters in the bank's order: A. …
#[must_use]
pub fn lettered(options: &[String]) -> Vec<String> {
    let with = |(place, text): (usize, &String)| {
        let letter = letter(place).map(String::from).unwrap_or_default();
        format!("{letter}. {text}")
    };
    options.iter().enumerate().map(with).collect()
}
