//! Reading items.

use super::body::{self, Body, Interaction, Pictures};
use crate::assemble::{Raw, assemble};
use crate::format::{Item, MAX_ITEMS, Unreadable};
use crate::html;
use crate::media::Gallery;
use crate::model::{Answer, Kind, Source, letter};
use crate::text::{judgement, trim};
use crate::validate::Fault;
use crate::xml::{Chunk, Element, chunks, has_doctype, tree};

/// Reads the bare items of a text; pictures beside it cannot be had.
pub(crate) fn read_items(text: &str) -> Result<Vec<Item>, Unreadable> {
    if has_doctype(text) {
        return Err(Unreadable::DocType);
    }
    if !text.trim_start().starts_with('<') {
        return Err(Unreadable::NotThisFormat("QTI"));
    }
    let found = item_chunks(text);
    match found.len() {
        0 => return Err(Unreadable::NoQuestion),
        n if n > MAX_ITEMS => return Err(Unreadable::TooManyItems),
        _ => {}
    }
    let raws = found.into_iter().map(|chunk| item(chunk, &mut |_| None));
    Ok(assemble(raws.collect()))
}

/// The items in a text, with or without a namespace prefix.
pub(super) fn item_chunks(text: &str) -> Vec<Chunk<'_>> {
    let found = chunks(text, "assessmentItem");
    if !found.is_empty() {
        return found;
    }
    let Some(end) = text.find(":assessmentItem") else {
        return found;
    };
    let head = text.get(..end).unwrap_or_default();
    let prefix: String = match head.rsplit_once('<') {
        Some((_, prefix)) if prefix.len() <= 40 => prefix.to_owned(),
        _ => return found,
    };
    chunks(text, &format!("{prefix}:assessmentItem"))
}

/// Reads one item; `fetch` gives the content of a picture by its source.
pub(super) fn item(chunk: Chunk<'_>, fetch: &mut dyn FnMut(&str) -> Option<Vec<u8>>) -> Raw {
    let mut raw = Raw::new(chunk.line);
    let root = match tree(chunk.text) {
        Ok(root) => root,
        Err(fault) => {
            let plain = html::to_text(
                chunk
                    .text
                    .split_once("<itemBody")
                    .map_or("", |(_, body)| body),
                &mut |_| None,
            );
            raw.question.stem = plain
                .trim_start_matches('>')
                .trim()
                .chars()
                .take(200)
                .collect();
            raw.faults.push(Fault::format(fault.to_string()));
            return raw;
        }
    };
    let mut pictures = Pictures {
        gallery: Gallery::default(),
        fetch,
    };
    match root.child("itemBody") {
        Some(element) => {
            let body = body::read(element, &mut pictures);
            fill(body, &root, &mut raw, &mut pictures);
        }
        None => raw.faults.push(Fault::format("缺少itemBody，没有题目内容")),
    }
    let mut explanation: Vec<String> = Vec::new();
    for feedback in root.all("modalFeedback") {
        let text = body::flat(feedback, &mut pictures);
        if !text.is_empty() && !explanation.contains(&text) {
            explanation.push(text);
        }
    }
    if !explanation.is_empty() {
        raw.question.explanation = explanation.join("\n");
    }
    raw.question.pictures = pictures.gallery.pictures;
    raw
}

/// Makes a question of a body.
fn fill(body: Body<'_>, root: &Element, raw: &mut Raw, pictures: &mut Pictures<'_>) {
    for (class, text) in &body.origin {
        origin(class, text, raw);
    }
    raw.question.explanation = body.explanation;
    raw.question.stem = body.stem.done();
    if let Some(name) = body.foreign {
        raw.faults.push(Fault::format(format!(
            "不支持的交互“{name}”，请改为六种题型之一"
        )));
        return;
    }
    let texts = |i: &Interaction<'_>| i.element.name == "textEntryInteraction";
    let only_texts = body.interactions.iter().all(texts);
    let several = body.interactions.len() > 1 && !only_texts;
    if body.kind == Some(Kind::Case) || !body.parts.is_empty() || several {
        raw.set(Kind::Case);
        raw.question.answer = Answer::text(body.model);
        for part in body.parts {
            let mut own = Raw::new(raw.line);
            fill(part, root, &mut own, pictures);
            raw.adopt(own);
        }
        if several {
            for interaction in &body.interactions {
                let mut own = Raw::new(raw.line);
                own.question.stem.clone_from(&interaction.prompt);
                answer(&[interaction], "", root, &mut own, pictures);
                raw.adopt(own);
            }
        }
        return;
    }
    if let [only] = body.interactions.as_slice()
        && !only.prompt.is_empty()
    {
        let stem = &mut raw.question.stem;
        if !stem.is_empty() {
            stem.push('\n');
        }
        stem.push_str(&only.prompt);
    }
    let all: Vec<&Interaction<'_>> = body.interactions.iter().collect();
    answer(&all, &body.model, root, raw, pictures);
}

/// Kind, options and key of one interaction, or of several blanks.
fn answer(
    interactions: &[&Interaction<'_>],
    model: &str,
    root: &Element,
    raw: &mut Raw,
    pictures: &mut Pictures<'_>,
) {
    let Some(first) = interactions.first() else {
        raw.faults
            .push(Fault::format("没有作答部分，只是一段说明文字"));
        return;
    };
    match first.element.name.as_str() {
        "choiceInteraction" => choice(first.element, root, raw, pictures),
        "extendedTextInteraction" => {
            raw.set(Kind::ShortAnswer);
            let key = Key::of(first.element, root);
            let model = if model.is_empty() {
                key.values.join("\n")
            } else {
                model.to_owned()
            };
            raw.question.answer = Answer::text(model);
        }
        _ => {
            raw.set(Kind::FillIn);
            let blanks: Vec<Vec<String>> = interactions
                .iter()
                .map(|interaction| Key::of(interaction.element, root).accepted())
                .collect();
            raw.question.answer = if blanks.iter().all(Vec::is_empty) {
                Answer::None
            } else {
                Answer::Blanks(blanks)
            };
        }
    }
}

/// Texts of a blank that are taken up.
const MOST_TEXTS: usize = 500;

/// What a response declaration says.
#[derive(Default)]
struct Key {
    multiple: bool,
    values: Vec<String>,
    /// Mapped texts that earn something.
    mapped: Vec<String>,
}

impl Key {
    fn of(interaction: &Element, root: &Element) -> Self {
        let wanted = interaction.attribute("responseIdentifier");
        let Some(declaration) = root
            .all("responseDeclaration")
            .find(|d| d.attribute("identifier") == wanted)
        else {
            return Self::default();
        };
        let values = declaration.child("correctResponse").into_iter();
        let entries = declaration.child("mapping").into_iter();
        let positive = |entry: &&Element| {
            let value = entry.attribute("mappedValue").unwrap_or_default().trim();
            !value.starts_with('-') && value.bytes().any(|b| matches!(b, b'1'..=b'9'))
        };
        Self {
            multiple: matches!(
                declaration.attribute("cardinality"),
                Some("multiple" | "ordered")
            ),
            values: values
                .flat_map(|c| c.all("value"))
                .map(|value| trim(&value.text()).to_owned())
                .collect(),
            mapped: entries
                .flat_map(|mapping| mapping.all("mapEntry"))
                .filter(positive)
                .filter_map(|entry| entry.attribute("mapKey").map(|key| trim(key).to_owned()))
                .collect(),
        }
    }

    /// The texts that count as right, the declared one first.
    fn accepted(self) -> Vec<String> {
        let mut accepted: Vec<String> = Vec::new();
        for text in self.values.into_iter().chain(self.mapped).take(MOST_TEXTS) {
            if !text.is_empty() && !accepted.contains(&text) {
                accepted.push(text);
            }
        }
        accepted
    }
}

fn choice(interaction: &Element, root: &Element, raw: &mut Raw, pictures: &mut Pictures<'_>) {
    let key = Key::of(interaction, root);
    let right = if key.values.is_empty() {
        &key.mapped
    } else {
        &key.values
    };
    let mut letters = Vec::new();
    let (mut options, mut names) = (Vec::new(), Vec::new());
    for (index, option) in interaction.all("simpleChoice").enumerate() {
        let name = option.attribute("identifier").unwrap_or_default();
        if right.iter().any(|value| value == name) {
            letters.push(letter(index));
        }
        options.push(body::flat(option, pictures));
        names.push(name);
    }
    for value in right
        .iter()
        .filter(|value| !names.contains(&value.as_str()))
    {
        raw.faults
            .push(Fault::format(format!("答案“{value}”不在选项中")));
    }
    // maxChoices defaults to one choice, nought means any number.
    let many = key.multiple
        || interaction
            .attribute("maxChoices")
            .is_some_and(|most| !matches!(most.trim(), "1" | ""));
    let judged: Vec<Option<bool>> = options.iter().map(|text| judgement(text)).collect();
    if let ([Some(first), Some(second)], false) = (judged.as_slice(), many)
        && first != second
    {
        raw.set(Kind::TrueFalse);
        raw.question.answer = match letters.as_slice() {
            ['A'] => Answer::TrueFalse(*first),
            ['B'] => Answer::TrueFalse(*second),
            _ => Answer::None,
        };
        return;
    }
    raw.set(if many { Kind::Multiple } else { Kind::Single });
    raw.question.options = options;
    if !letters.is_empty() {
        raw.question.answer = Answer::letters(letters);
    }
}

fn origin(class: &str, text: &str, raw: &mut Raw) {
    let question = &mut raw.question;
    let text = text.to_owned();
    let source = || question.source.clone().unwrap_or_default();
    match class {
        "field-of-law" => question.field_of_law = text,
        "topic" => question.topic = text,
        "difficulty" => question.difficulty = text.parse().ok(),
        "law" => {
            question.source = Some(Source {
                law: text,
                ..source()
            })
        }
        "article" => {
            question.source = Some(Source {
                article: text,
                ..source()
            })
        }
        "version" => {
            question.source = Some(Source {
                version: text,
                ..source()
            })
        }
        "author" => question.author = text,
        _ => {}
    }
}
