//! The files of `demo/laws` and `demo/questions`, embedded and read.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use chengzhi_bank::facade::{LawText, Level};
use chengzhi_kernel::Date;
use chengzhi_questions::{Answer, Kind, Part, Question, Source};
use serde::Deserialize;

#[derive(rust_embed::RustEmbed)]
#[folder = "../../demo/laws"]
struct LawFiles;

#[derive(rust_embed::RustEmbed)]
#[folder = "../../demo/questions"]
struct QuestionFiles;

#[derive(Debug, Deserialize)]
struct LawFile {
    law: String,
    version: String,
    in_force: Date,
    source: String,
    read_on: Date,
    article: Vec<ArticleEntry>,
}

#[derive(Debug, Deserialize)]
struct ArticleEntry {
    number: String,
    text: String,
}

#[derive(Debug, Deserialize)]
struct QuestionFile {
    category: String,
    question: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Key {
    Right(bool),
    Texts(Vec<String>),
    Text(String),
}

#[derive(Debug, Deserialize)]
struct Entry {
    id: String,
    kind: String,
    stem: String,
    #[serde(default)]
    background: String,
    #[serde(default)]
    options: Vec<String>,
    answer: Option<Key>,
    topic: String,
    level: String,
    difficulty: u8,
    law: String,
    article: String,
    quote: String,
    explanation: String,
    state: String,
    #[serde(default)]
    part: Vec<PartEntry>,
}

#[derive(Debug, Deserialize)]
struct PartEntry {
    kind: String,
    stem: String,
    #[serde(default)]
    options: Vec<String>,
    answer: Key,
    law: String,
    article: String,
    quote: String,
    explanation: String,
}

/// Words that decide an answer, and where they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// File of the law without `.toml`.
    pub law: String,
    /// `第三十三条`.
    pub article: String,
    /// The words.
    pub quote: String,
    /// The explanation in which they are quoted.
    pub explanation: String,
}

/// A question of the demo bank.
#[derive(Debug, Clone)]
pub struct BankQuestion {
    /// Its id in the files, for messages.
    pub id: String,
    /// The question.
    pub content: Question,
    /// Its level.
    pub level: Level,
    /// Whether the files say that it was checked against its article.
    pub checked: bool,
    /// What the question and its sub-questions quote.
    pub quoted: Vec<Quoted>,
}

/// The demo bank.
#[derive(Debug, Clone)]
pub struct BankData {
    /// Laws by the name of their file without `.toml`.
    pub laws: BTreeMap<String, LawText>,
    /// Questions in the order of the files.
    pub questions: Vec<BankQuestion>,
}

impl BankData {
    /// Reads the embedded files.
    ///
    /// # Errors
    /// When one does not have its form; a test keeps that from being shipped.
    pub fn load() -> anyhow::Result<Self> {
        let mut laws = BTreeMap::new();
        for path in LawFiles::iter() {
            let file: LawFile = read(LawFiles::get(&path), &path)?;
            let name = path.trim_end_matches(".toml").to_owned();
            laws.insert(
                name,
                LawText {
                    name: file.law,
                    label: file.version,
                    in_force: file.in_force,
                    source: file.source,
                    read_on: Some(file.read_on),
                    articles: file
                        .article
                        .into_iter()
                        .map(|article| (article.number, article.text.trim().to_owned()))
                        .collect(),
                },
            );
        }
        let mut questions = Vec::new();
        for path in QuestionFiles::iter() {
            let file: QuestionFile = read(QuestionFiles::get(&path), &path)?;
            for entry in file.question {
                let id = entry.id.clone();
                let question =
                    question(&file.category, entry, &laws).with_context(|| format!("题目{id}"))?;
                questions.push(question);
            }
        }
        Ok(BankData { laws, questions })
    }
}

fn read<T: serde::de::DeserializeOwned>(
    file: Option<rust_embed::EmbeddedFile>,
    path: &str,
) -> anyhow::Result<T> {
    let file = file.with_context(|| path.to_owned())?;
    let text = std::str::from_utf8(&file.data).with_context(|| path.to_owned())?;
    toml::from_str(text).with_context(|| path.to_owned())
}

fn kind_of(name: &str) -> anyhow::Result<Kind> {
    Kind::ALL
        .into_iter()
        .find(|kind| kind.name() == name)
        .with_context(|| format!("题型{name}"))
}

fn answer(kind: Kind, key: Option<Key>) -> anyhow::Result<Answer> {
    Ok(match (kind, key) {
        (Kind::Single | Kind::Multiple, Some(Key::Texts(letters))) => {
            Answer::letters(letters.iter().filter_map(|letter| letter.chars().next()))
        }
        (Kind::TrueFalse, Some(Key::Right(right))) => Answer::TrueFalse(right),
        (Kind::FillIn, Some(Key::Texts(texts))) => Answer::Blanks(vec![texts]),
        (Kind::ShortAnswer, Some(Key::Text(text))) => Answer::text(text),
        (Kind::Case, None) => Answer::None,
        (kind, key) => bail!("{}的答案是{key:?}", kind.chinese()),
    })
}

fn question(
    category: &str,
    entry: Entry,
    laws: &BTreeMap<String, LawText>,
) -> anyhow::Result<BankQuestion> {
    let kind = kind_of(&entry.kind)?;
    let source = match entry.law.as_str() {
        "" => None,
        file => {
            let law = laws.get(file).with_context(|| format!("法律{file}"))?;
            Some(Source {
                law: law.name.clone(),
                article: entry.article.clone(),
                version: law.label.clone(),
            })
        }
    };
    let mut quoted = vec![Quoted {
        law: entry.law,
        article: entry.article,
        quote: entry.quote,
        explanation: entry.explanation.clone(),
    }];
    let mut parts = Vec::new();
    for part in entry.part {
        let kind = kind_of(&part.kind)?;
        parts.push(Part {
            kind,
            stem: part.stem,
            options: part.options,
            answer: answer(kind, Some(part.answer))?,
            explanation: part.explanation.clone(),
        });
        quoted.push(Quoted {
            law: part.law,
            article: part.article,
            quote: part.quote,
            explanation: part.explanation,
        });
    }
    let stem = if kind == Kind::Case {
        entry.background
    } else {
        entry.stem
    };
    Ok(BankQuestion {
        id: entry.id,
        level: Level::from_code(&entry.level).with_context(|| entry.level.clone())?,
        checked: entry.state == "checked",
        quoted,
        content: Question {
            options: entry.options,
            answer: answer(kind, entry.answer)?,
            parts,
            field_of_law: category.to_owned(),
            topic: entry.topic,
            difficulty: Some(entry.difficulty),
            source,
            explanation: entry.explanation,
            ..Question::new(kind, stem)
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        chengzhi_questions::text::compact(text)
    }

    #[test]
    fn the_bank_is_as_large_as_promised_and_every_question_is_sound() {
        let data = BankData::load().unwrap();
        assert!(data.questions.len() >= 300, "{}", data.questions.len());
        for question in &data.questions {
            let faults = question.content.validate();
            assert!(faults.is_empty(), "{}: {faults:?}", question.id);
        }
        for kind in Kind::ALL {
            let some = data.questions.iter().any(|one| one.content.kind == kind);
            assert!(some, "no question of the kind {kind:?}");
        }
    }

    #[test]
    fn what_a_checked_question_quotes_stands_in_the_article_that_it_cites() {
        let data = BankData::load().unwrap();
        let mut looked_at = 0;
        for question in data.questions.iter().filter(|one| one.checked) {
            for quoted in &question.quoted {
                let id = &question.id;
                let law = data.laws.get(&quoted.law).unwrap_or_else(|| panic!("{id}"));
                let (_, text) = law
                    .articles
                    .iter()
                    .find(|(number, _)| *number == quoted.article)
                    .unwrap_or_else(|| panic!("{id}: {} {}", quoted.law, quoted.article));
                let quote = plain(&quoted.quote);
                assert!(quote.chars().count() >= 4, "{id} quotes next to nothing");
                assert!(plain(text).contains(&quote), "{id}: “{}”", quoted.quote);
                let said = plain(&quoted.explanation);
                assert!(said.contains(&quote), "{id} explains with other words");
                let named = format!("《{}》{}", law.name, quoted.article);
                assert!(
                    quoted.explanation.contains(&named),
                    "{id} does not name {named}"
                );
                looked_at += 1;
            }
        }
        assert!(looked_at > 463, "{looked_at}");
    }

    #[test]
    fn a_question_without_a_source_is_unchecked_and_claims_nothing() {
        let data = BankData::load().unwrap();
        let without: Vec<&BankQuestion> = data
            .questions
            .iter()
            .filter(|one| one.content.source.is_none())
            .collect();
        assert!(!without.is_empty());
        for question in &without {
            assert!(!question.checked, "{}", question.id);
            assert_eq!(question.quoted[0].quote, "", "{}", question.id);
            assert!(
                question.content.explanation.contains("未核"),
                "{}",
                question.id
            );
        }
        let unchecked = data.questions.iter().filter(|one| !one.checked).count();
        assert_eq!(unchecked, without.len());
    }
}
