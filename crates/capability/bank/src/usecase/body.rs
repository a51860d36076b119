//! A question as pages send and receive it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chengzhi_http::Problem;
use chengzhi_questions::{Answer, Kind, Part, Picture, Question, Source, letter_index, sentence};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::store::versions::kind_of;

/// A key. Which part counts depends on the kind.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct BankKey {
    /// Single, multiple: letters of the right options.
    #[serde(default)]
    pub letters: Vec<String>,
    /// True/false.
    #[serde(default)]
    pub right: Option<bool>,
    /// Fill-in: for each blank the texts that count as right.
    #[serde(default)]
    pub blanks: Vec<Vec<String>>,
    /// Short answer, case without sub-questions: the model answer.
    #[serde(default)]
    pub text: String,
}

/// A sub-question of a case.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BankPart {
    /// Any kind but `case`.
    pub kind: String,
    /// What is asked.
    pub stem: String,
    /// Options from A on.
    #[serde(default)]
    pub options: Vec<String>,
    /// Key.
    #[serde(default)]
    pub answer: BankKey,
    /// Why.
    #[serde(default)]
    pub explanation: String,
}

/// A picture; texts name its place with `【图：name】`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BankPicture {
    /// File name.
    pub name: String,
    /// `image/png`, `image/jpeg`, `image/gif`.
    #[serde(default)]
    pub media_type: String,
    /// Base64.
    pub content: String,
}

/// A question.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BankContent {
    /// `single`, `multiple`, `true_false`, `fill_in`, `short_answer`, `case`.
    pub kind: String,
    /// What is asked; for a case, the facts.
    pub stem: String,
    /// Options from A on.
    #[serde(default)]
    pub options: Vec<String>,
    /// Key.
    #[serde(default)]
    pub answer: BankKey,
    /// Sub-questions of a case.
    #[serde(default)]
    pub parts: Vec<BankPart>,
    /// Field of law.
    #[serde(default)]
    pub field: String,
    /// Topic.
    #[serde(default)]
    pub topic: String,
    /// 1 (easy) to 5.
    #[serde(default)]
    pub difficulty: Option<u8>,
    /// Law of the source, without 《》; empty for none.
    #[serde(default)]
    pub law: String,
    /// Its article, `第三十三条`.
    #[serde(default)]
    pub article: String,
    /// Label of its text; filled in from the bank's laws.
    #[serde(default)]
    pub law_version: String,
    /// Why the key is right.
    #[serde(default)]
    pub explanation: String,
    /// Who wrote it.
    #[serde(default)]
    pub author: String,
    /// Pictures.
    #[serde(default)]
    pub pictures: Vec<BankPicture>,
}

fn key(answer: &Answer) -> BankKey {
    let mut key = BankKey::default();
    match answer {
        Answer::None => {}
        Answer::Options(letters) => key.letters = letters.iter().map(char::to_string).collect(),
        Answer::TrueFalse(right) => key.right = Some(*right),
        Answer::Blanks(blanks) => key.blanks.clone_from(blanks),
        Answer::Text(text) => key.text.clone_from(text),
    }
    key
}

fn trimmed(texts: Vec<String>) -> Vec<String> {
    let mut texts: Vec<String> = texts
        .into_iter()
        .map(|text| text.trim().to_owned())
        .collect();
    // Empty lines at the end of a form are no options.
    while texts.last().is_some_and(String::is_empty) {
        texts.pop();
    }
    texts
}

impl BankKey {
    fn answer(self, kind: Kind) -> Answer {
        match kind {
            Kind::Single | Kind::Multiple => {
                let letters: Vec<char> = self
                    .letters
                    .iter()
                    .filter_map(|text| text.trim().chars().next())
                    .map(|c| c.to_ascii_uppercase())
                    .filter(|c| letter_index(*c).is_some())
                    .collect();
                if letters.is_empty() {
                    Answer::None
                } else {
                    Answer::letters(letters)
                }
            }
            Kind::TrueFalse => self.right.map_or(Answer::None, Answer::TrueFalse),
            Kind::FillIn => {
                let blanks: Vec<Vec<String>> = self
                    .blanks
                    .into_iter()
                    .map(|texts| {
                        trimmed(texts)
                            .into_iter()
                            .filter(|text| !text.is_empty())
                            .collect()
                    })
                    .collect();
                if blanks.is_empty() {
                    Answer::None
                } else {
                    Answer::Blanks(blanks)
                }
            }
            Kind::ShortAnswer | Kind::Case => Answer::text(self.text.trim()),
        }
    }
}

fn kind(field: &str, code: &str) -> Result<Kind, Problem> {
    kind_of(code).ok_or_else(|| Problem::field(field, "请选择题型。"))
}

fn options(kind: Kind, options: Vec<String>) -> Vec<String> {
    if kind.has_options() {
        trimmed(options)
    } else {
        Vec::new()
    }
}

impl From<&Question> for BankContent {
    fn from(question: &Question) -> Self {
        let source = question.source.clone().unwrap_or_default();
        BankContent {
            kind: question.kind.name().to_owned(),
            stem: question.stem.clone(),
            options: question.options.clone(),
            answer: key(&question.answer),
            parts: question
                .parts
                .iter()
                .map(|part| BankPart {
                    kind: part.kind.name().to_owned(),
                    stem: part.stem.clone(),
                    options: part.options.clone(),
                    answer: key(&part.answer),
                    explanation: part.explanation.clone(),
                })
                .collect(),
            field: question.field_of_law.clone(),
            topic: question.topic.clone(),
            difficulty: question.difficulty,
            law: source.law,
            article: source.article,
            law_version: source.version,
            explanation: question.explanation.clone(),
            author: question.author.clone(),
            pictures: question
                .pictures
                .iter()
                .map(|picture| BankPicture {
                    name: picture.name.clone(),
                    media_type: picture.media_type.clone(),
                    content: STANDARD.encode(&picture.content),
                })
                .collect(),
        }
    }
}

impl BankContent {
    /// The question, whatever is wrong with it.
    ///
    /// # Errors
    /// 422 for a kind that is none and for a picture that is not Base64.
    pub fn question(self) -> Result<Question, Problem> {
        let own = kind("kind", &self.kind)?;
        let mut parts = Vec::new();
        if own == Kind::Case {
            for (index, part) in self.parts.into_iter().enumerate() {
                let kind = kind(&format!("parts[{index}].kind"), &part.kind)?;
                parts.push(Part {
                    kind,
                    stem: part.stem.trim().to_owned(),
                    options: options(kind, part.options),
                    answer: part.answer.answer(kind),
                    explanation: part.explanation.trim().to_owned(),
                });
            }
        }
        let mut pictures = Vec::new();
        for picture in self.pictures {
            let content = STANDARD.decode(&picture.content).map_err(|_| {
                Problem::field(
                    "pictures",
                    format!("图片“{}”无法读取，请重新选择。", picture.name),
                )
            })?;
            pictures.push(Picture::new(picture.name, content));
        }
        let law = self.law.trim().trim_matches(['《', '》']).trim().to_owned();
        Ok(Question {
            options: options(own, self.options),
            answer: self.answer.answer(own),
            parts,
            field_of_law: self.field.trim().to_owned(),
            topic: self.topic.trim().to_owned(),
            difficulty: self.difficulty,
            source: (!law.is_empty()).then(|| Source {
                law,
                article: self.article.trim().to_owned(),
                version: self.law_version.trim().to_owned(),
            }),
            explanation: self.explanation.trim().to_owned(),
            author: self.author.trim().to_owned(),
            pictures,
            ..Question::new(own, self.stem.trim())
        })
    }
}

/// What is wrong with a question, as one sentence; none for a sound one.
#[must_use]
pub fn faults(question: &Question, fields: &[String]) -> Option<String> {
    if let Some(text) = sentence(&question.validate()) {
        return Some(text);
    }
    if question.field_of_law.is_empty() {
        return Some("没有选择法律门类。".to_owned());
    }
    if !fields.contains(&question.field_of_law) {
        return Some(format!(
            "法律门类“{}”不在目录内，请改选。",
            question.field_of_law
        ));
    }
    if question.topic.is_empty() {
        return Some("没有填写知识点。".to_owned());
    }
    if question.difficulty.is_none() {
        return Some("没有选择难度。".to_owned());
    }
    None
}
