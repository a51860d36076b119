//! Reading Moodle XML.

use crate::assemble::{Raw, Role, assemble};
use crate::format::{Item, MAX_ITEMS, Unreadable};
use crate::html;
use crate::media::{Gallery, base64};
use crate::model::{Answer, Kind, letter};
use crate::tags;
use crate::text::{compact, trim};
use crate::validate::Fault;
use crate::xml::{Chunk, Element, chunks, has_doctype, tree};

/// Reads all questions of a file.
pub(crate) fn read(text: &str) -> Result<Vec<Item>, Unreadable> {
    if has_doctype(text) {
        return Err(Unreadable::DocType);
    }
    if !text.trim_start().starts_with('<') {
        return Err(Unreadable::NotThisFormat("Moodle XML"));
    }
    let found = chunks(text, "question");
    if found.len() > MAX_ITEMS {
        return Err(Unreadable::TooManyItems);
    }
    let mut topic = String::new();
    let mut raws = Vec::new();
    for chunk in found {
        raws.extend(question(chunk, &mut topic));
    }
    Ok(assemble(raws))
}

/// A question; `None` for the marker of a category, which sets the topic of what follows.
fn question(chunk: Chunk<'_>, topic: &mut String) -> Option<Raw> {
    let mut raw = Raw::new(chunk.line);
    let root = match tree(chunk.text) {
        Ok(root) => root,
        Err(fault) => {
            raw.question.stem = guess_stem(chunk.text);
            raw.faults.push(Fault::format(fault.to_string()));
            return Some(raw);
        }
    };
    let form = root.attribute("type").unwrap_or_default();
    if form == "category" {
        let path = root
            .child("category")
            .map(Element::text)
            .unwrap_or_default();
        topic.clear();
        topic.push_str(path.rsplit('/').next().map(trim).unwrap_or_default());
        return None;
    }
    topic.clone_into(&mut raw.question.topic);
    let mut gallery = Gallery::default();
    for file in root
        .walk()
        .into_iter()
        .filter(|element| element.name == "file")
    {
        if let (Some(name), Some(content)) = (file.attribute("name"), base64(&file.text())) {
            gallery.add(name, content);
        }
    }
    for tag in root
        .child("tags")
        .into_iter()
        .flat_map(|tags| tags.all("tag"))
    {
        let tag = tag.text();
        match trim(&tag) {
            tags::CASE => raw.role = Role::Case,
            tags::PART => raw.role = Role::Part,
            tag => tags::take(tag, &mut raw.question),
        }
    }
    raw.question.stem = field(&root, "questiontext", &mut gallery);
    raw.question.explanation = field(&root, "generalfeedback", &mut gallery);
    body(&root, form, &mut raw, &mut gallery);
    if raw.role == Role::Case && matches!(form, "description" | "essay") {
        raw.set(Kind::Case);
    }
    raw.question.pictures = gallery.pictures;
    Some(raw)
}

/// A stem out of XML that cannot be read, so that the author finds the place.
fn guess_stem(text: &str) -> String {
    let from = text.find("<questiontext").unwrap_or(0);
    let inner = text.get(from..).unwrap_or_default();
    let end = inner.find("</questiontext").unwrap_or(inner.len());
    let plain = html::to_text(
        &inner
            .get(..end)
            .unwrap_or_default()
            .replace("<![CDATA[", "")
            .replace("]]>", ""),
        &mut |_| None,
    );
    plain.chars().take(200).collect()
}

fn field(parent: &Element, name: &str, gallery: &mut Gallery) -> String {
    parent
        .child(name)
        .map(|element| text_of(element, gallery))
        .unwrap_or_default()
}

/// The text of an element with a `text` child, by its format.
fn text_of(element: &Element, gallery: &mut Gallery) -> String {
    let text = element.child("text").map(Element::text).unwrap_or_default();
    let markup = match element.attribute("format") {
        Some("html") => true,
        Some("plain_text" | "markdown") => false,
        _ => html::has_tags(&text),
    };
    if markup {
        html::to_text(&text, &mut |source| Some(gallery.mark(source)))
    } else {
        trim(&text).to_owned()
    }
}

fn body(root: &Element, form: &str, raw: &mut Raw, gallery: &mut Gallery) {
    match form {
        "multichoice" => choice(root, raw, gallery),
        "truefalse" => {
            raw.set(Kind::TrueFalse);
            let right = root.all("answer").find(|answer| share(answer) > 0);
            let right = right.map(|answer| compact(&text_of(answer, gallery)));
            raw.question.answer = match right.as_deref().and_then(crate::text::judgement) {
                Some(right) => Answer::TrueFalse(right),
                None => Answer::None,
            };
        }
        "shortanswer" | "numerical" => {
            raw.set(Kind::FillIn);
            let full: Vec<&Element> = root
                .all("answer")
                .filter(|answer| share(answer) >= 100)
                .collect();
            let exact = |answer: &&Element| {
                let margin = answer
                    .child("tolerance")
                    .map(Element::text)
                    .unwrap_or_default();
                margin.trim().chars().all(|c| matches!(c, '0' | '.'))
            };
            if form == "numerical" && !full.iter().all(exact) {
                raw.faults
                    .push(Fault::format("不支持带误差范围的数值题，请写成确定的答案"));
            }
            let accepted: Vec<String> =
                full.iter().map(|answer| text_of(answer, gallery)).collect();
            raw.question.answer = if accepted.is_empty() {
                Answer::None
            } else {
                Answer::blank(accepted)
            };
        }
        "essay" => {
            raw.set(Kind::ShortAnswer);
            raw.question.answer = Answer::text(field(root, "graderinfo", gallery));
        }
        "cloze" | "multianswer" => match super::cloze::read(&raw.question.stem) {
            Ok((stem, blanks)) => {
                raw.set(Kind::FillIn);
                raw.question.stem = stem;
                raw.question.answer = Answer::Blanks(blanks);
            }
            Err(reason) => raw.faults.push(Fault::format(reason)),
        },
        "description" if raw.role == Role::Case => {}
        "description" => raw.faults.push(Fault::format("只是一段说明文字，不是题目")),
        "match" | "matching" => {
            raw.faults
                .push(Fault::format("不支持匹配题，请改为六种题型之一"));
        }
        "" => raw.faults.push(Fault::KindUnknown),
        other => {
            let name: String = other.chars().take(40).collect();
            raw.faults.push(Fault::format(format!(
                "不支持Moodle题型“{name}”，请改为六种题型之一"
            )));
        }
    }
}

fn choice(root: &Element, raw: &mut Raw, gallery: &mut Gallery) {
    let single = root.child("single").map(|element| compact(&element.text()));
    let mut letters = Vec::new();
    for (index, answer) in root.all("answer").enumerate() {
        raw.question.options.push(text_of(answer, gallery));
        if share(answer) > 0 {
            letters.push((letter(index), share(answer)));
        }
        let feedback = field(answer, "feedback", gallery);
        if !feedback.is_empty() {
            let explanation = &mut raw.question.explanation;
            if !explanation.is_empty() {
                explanation.push('\n');
            }
            explanation.push_str(&format!("选项{}：{feedback}", letter(index)));
        }
    }
    let many = match single.as_deref() {
        Some("true" | "1") => false,
        Some("false" | "0") => true,
        // Moodle's own default is a single answer, but a file that grades several means several.
        _ => letters.len() > 1,
    };
    if !many {
        // Part marks of a single choice have no place here; full marks are the key.
        let full: Vec<(char, i64)> = letters
            .iter()
            .copied()
            .filter(|(_, share)| *share >= 100)
            .collect();
        if !full.is_empty() {
            letters = full;
        }
    }
    raw.set(if many { Kind::Multiple } else { Kind::Single });
    raw.question.answer = Answer::letters(letters.into_iter().map(|(letter, _)| letter));
}

/// The share of the mark in whole percent, a rest rounded up away from nothing.
fn share(answer: &Element) -> i64 {
    let text = answer.attribute("fraction").unwrap_or_default().trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let whole: i64 = whole.parse().unwrap_or(0);
    let more = i64::from(whole == 0 && rest.bytes().any(|b| matches!(b, b'1'..=b'9')));
    let value = whole.min(1000) + more;
    if negative { -value } else { value }
}
