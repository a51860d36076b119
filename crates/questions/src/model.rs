//! What a question is, whatever file it came from.

use serde::{Deserialize, Serialize};

/// The six kinds of question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 单选题: one right option.
    Single,
    /// 多选题: two or more right options.
    Multiple,
    /// 判断题: right or wrong.
    TrueFalse,
    /// 填空题: one or more blanks with accepted texts.
    FillIn,
    /// 简答题: free text, marked by hand.
    ShortAnswer,
    /// 案例题: a case with sub-questions.
    Case,
}

impl Kind {
    /// All kinds in the order in which a paper shows them.
    pub const ALL: [Kind; 6] = [
        Kind::Single,
        Kind::Multiple,
        Kind::TrueFalse,
        Kind::FillIn,
        Kind::ShortAnswer,
        Kind::Case,
    ];

    /// The name on the wire, as serde writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Single => "single",
            Kind::Multiple => "multiple",
            Kind::TrueFalse => "true_false",
            Kind::FillIn => "fill_in",
            Kind::ShortAnswer => "short_answer",
            Kind::Case => "case",
        }
    }

    /// The Chinese name with 题.
    #[must_use]
    pub fn chinese(self) -> &'static str {
        match self {
            Kind::Single => "单选题",
            Kind::Multiple => "多选题",
            Kind::TrueFalse => "判断题",
            Kind::FillIn => "填空题",
            Kind::ShortAnswer => "简答题",
            Kind::Case => "案例题",
        }
    }

    /// Whether the candidate picks from options.
    #[must_use]
    pub fn has_options(self) -> bool {
        matches!(self, Kind::Single | Kind::Multiple)
    }
}

/// The key of a question.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// None is stored: a case, or a short answer that a person marks without a model.
    #[default]
    None,
    /// Letters of the right options, `A` for the first; ascending, each once.
    Options(Vec<char>),
    /// The statement is right.
    TrueFalse(bool),
    /// For each blank in order the texts that count as right, the preferred one first.
    Blanks(Vec<Vec<String>>),
    /// A model answer.
    Text(String),
}

impl Answer {
    /// Options from letters in any order and case; doubled letters count once.
    pub fn letters(letters: impl IntoIterator<Item = char>) -> Self {
        let mut letters: Vec<char> = letters
            .into_iter()
            .map(|c| c.to_ascii_uppercase())
            .collect();
        letters.sort_unstable();
        letters.dedup();
        Answer::Options(letters)
    }

    /// One blank with the texts that count as right.
    pub fn blank(accepted: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Answer::Blanks(vec![accepted.into_iter().map(Into::into).collect()])
    }

    /// A model answer; [`Answer::None`] for an empty text.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() {
            Answer::None
        } else {
            Answer::Text(text)
        }
    }
}

/// Where the law says so.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Source {
    /// Name of the law without 《》.
    pub law: String,
    /// The article, as printed: `第五十一条`; empty for the law as a whole.
    pub article: String,
    /// Version of the law: the year or date of its text; empty when it is not known.
    pub version: String,
}

/// A picture of a question. The text names its place with [`picture_mark`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// File name, unique within the question.
    pub name: String,
    /// The media type that its content has: `image/png`, `image/jpeg` or `image/gif`.
    pub media_type: String,
    /// The bytes; Base64 when serialised.
    #[serde(with = "base64_bytes")]
    pub content: Vec<u8>,
}

impl Picture {
    /// A picture whose media type is read from its content; anything else than PNG, JPEG and GIF
    /// becomes `application/octet-stream`, which [`crate::Question::validate`] refuses.
    pub fn new(name: impl Into<String>, content: Vec<u8>) -> Self {
        let media_type = media_type_of(&content)
            .unwrap_or("application/octet-stream")
            .to_owned();
        Self {
            name: name.into(),
            media_type,
            content,
        }
    }
}

/// The media type by the first bytes, for the three types that every browser shows.
#[must_use]
pub fn media_type_of(content: &[u8]) -> Option<&'static str> {
    if content.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if content.starts_with(b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if content.starts_with(b"GIF87a") || content.starts_with(b"GIF89a") {
        Some("image/gif")
    } else {
        None
    }
}

/// What stands in a text at the place of a picture.
#[must_use]
pub fn picture_mark(name: &str) -> String {
    format!("【图：{name}】")
}

/// The names of the pictures that a text mentions, in order.
pub fn pictures_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("【图：")
        .skip(1)
        .filter_map(|rest| rest.split_once('】'))
        .map(|(name, _)| name)
}

/// A sub-question of a case. Pictures and origin belong to the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Any kind but [`Kind::Case`].
    pub kind: Kind,
    /// What is asked.
    pub stem: String,
    /// The options from A on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The key.
    #[serde(default)]
    pub answer: Answer,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub explanation: String,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its kind.
    pub kind: Kind,
    /// What is asked; for a case, the facts.
    pub stem: String,
    /// The options from A on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The key.
    #[serde(default)]
    pub answer: Answer,
    /// The sub-questions of a case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// Field of law (法律门类); empty when not given.
    #[serde(default)]
    pub field_of_law: String,
    /// Topic (知识点); empty when not given.
    #[serde(default)]
    pub topic: String,
    /// Difficulty from 1 (easy) to 5 (hard).
    #[serde(default)]
    pub difficulty: Option<u8>,
    /// The article that the key rests on.
    #[serde(default)]
    pub source: Option<Source>,
    /// Why the key is right.
    #[serde(default)]
    pub explanation: String,
    /// Who wrote it; empty when not given.
    #[serde(default)]
    pub author: String,
    /// Its pictures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<Picture>,
}

impl Question {
    /// A question of a kind with a stem and nothing else.
    pub fn new(kind: Kind, stem: impl Into<String>) -> Self {
        Self {
            kind,
            stem: stem.into(),
            options: Vec::new(),
            answer: Answer::None,
            parts: Vec::new(),
            field_of_law: String::new(),
            topic: String::new(),
            difficulty: None,
            source: None,
            explanation: String::new(),
            author: String::new(),
            pictures: Vec::new(),
        }
    }

    /// A question with options, single or multiple by the number of right letters.
    pub fn choice(
        stem: impl Into<String>,
        options: impl IntoIterator<Item = impl Into<String>>,
        right: &str,
    ) -> Self {
        let kind = if right.chars().count() > 1 {
            Kind::Multiple
        } else {
            Kind::Single
        };
        Self {
            options: options.into_iter().map(Into::into).collect(),
            answer: Answer::letters(right.chars()),
            ..Self::new(kind, stem)
        }
    }

    /// Every text of the question that people read, sub-questions included.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let parts = self.parts.iter().flat_map(|part| {
            std::iter::once(part.stem.as_str())
                .chain(part.options.iter().map(String::as_str))
                .chain([part.explanation.as_str()])
                .chain(answer_texts(&part.answer))
        });
        [self.stem.as_str(), self.explanation.as_str()]
            .into_iter()
            .chain(self.options.iter().map(String::as_str))
            .chain(answer_texts(&self.answer))
            .chain(parts)
    }
}

fn answer_texts(answer: &Answer) -> Vec<&str> {
    match answer {
        Answer::Blanks(blanks) => blanks.iter().flatten().map(String::as_str).collect(),
        Answer::Text(text) => vec![text.as_str()],
        _ => Vec::new(),
    }
}

impl From<Part> for Question {
    fn from(part: Part) -> Self {
        Question {
            options: part.options,
            answer: part.answer,
            explanation: part.explanation,
            ..Question::new(part.kind, part.stem)
        }
    }
}

impl From<Question> for Part {
    /// Keeps what a sub-question has; origin and pictures are dropped.
    fn from(question: Question) -> Self {
        Part {
            kind: question.kind,
            stem: question.stem,
            options: question.options,
            answer: question.answer,
            explanation: question.explanation,
        }
    }
}

/// The letter of the option at `index`, `A` for 0; `?` beyond 26, which validation refuses.
#[must_use]
pub fn letter(index: usize) -> char {
    u8::try_from(index)
        .ok()
        .filter(|index| *index < 26)
        .map_or('?', |index| char::from(b'A' + index))
}

/// The place of a letter among the options, 0 for `A`.
#[must_use]
pub fn letter_index(letter: char) -> Option<usize> {
    letter
        .is_ascii_uppercase()
        .then(|| letter as usize - 'A' as usize)
}

mod base64_bytes {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        STANDARD.decode(text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
