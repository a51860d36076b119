//! Writing Moodle XML.

use std::fmt::Write as _;

use super::cloze;
use crate::format::Written;
use crate::html;
use crate::lossless::carry;
use crate::media::{percent_encoded, to_base64};
use crate::model::{Answer, Kind, Picture, Question, letter_index, picture_mark};
use crate::tags;
use crate::xml::escaped;

/// Writes a Moodle XML file.
pub(crate) fn write(questions: &[Question]) -> Written {
    let carried = carry(questions, true, emit, |text| {
        super::read(text).unwrap_or_default()
    });
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n");
    out.push_str(&carried.text());
    out.push_str("</quiz>\n");
    Written {
        bytes: out.into_bytes(),
        lost: carried.lost,
    }
}

fn emit(question: &Question) -> Result<String, String> {
    let mut out = String::new();
    let mut marks = tags::of(question);
    if question.kind == Kind::Case {
        marks.insert(0, tags::CASE.to_owned());
    }
    let text: Vec<&str> = question.texts().collect();
    // A picture that no text names goes with the stem.
    let loose: Vec<&Picture> = question
        .pictures
        .iter()
        .filter(|picture| {
            !text
                .iter()
                .any(|t| t.contains(&picture_mark(&picture.name)))
        })
        .collect();
    one(question, &question.pictures, &loose, &marks, &mut out)?;
    for part in &question.parts {
        let part = Question::from(part.clone());
        one(
            &part,
            &question.pictures,
            &[],
            &[tags::PART.to_owned()],
            &mut out,
        )?;
    }
    Ok(out)
}

fn one(
    question: &Question,
    pictures: &[Picture],
    loose: &[&Picture],
    marks: &[String],
    out: &mut String,
) -> Result<(), String> {
    let form = match (question.kind, &question.answer) {
        (Kind::Single | Kind::Multiple, _) => "multichoice",
        (Kind::TrueFalse, _) => "truefalse",
        (Kind::FillIn, Answer::Blanks(blanks)) if blanks.len() > 1 => "cloze",
        (Kind::FillIn, _) => "shortanswer",
        (Kind::Case, Answer::None) => "description",
        (Kind::ShortAnswer | Kind::Case, _) => "essay",
    };
    let name: String = question
        .stem
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let name: String = name.chars().take(40).collect();
    let _ = writeln!(
        out,
        "<question type=\"{form}\">\n<name><text>{}</text></name>",
        escaped(&name)
    );
    let stem = if form == "cloze" {
        cloze::write(question).ok_or("空的个数与题干不符")?
    } else {
        question.stem.clone()
    };
    text("questiontext", "", &stem, pictures, loose, out);
    out.push('\n');
    text(
        "generalfeedback",
        "",
        &question.explanation,
        pictures,
        &[],
        out,
    );
    out.push_str("\n<defaultgrade>1</defaultgrade>\n");
    match &question.answer {
        Answer::Options(letters) => choice(question, letters, pictures, out),
        Answer::TrueFalse(right) => {
            for (value, is) in [("true", *right), ("false", !*right)] {
                let share = if is { 100 } else { 0 };
                let _ = writeln!(
                    out,
                    "<answer fraction=\"{share}\" format=\"plain_text\"><text>{value}</text></answer>"
                );
            }
        }
        Answer::Blanks(blanks) if form == "shortanswer" => {
            out.push_str("<usecase>0</usecase>\n");
            for accepted in blanks.iter().flatten() {
                let _ = writeln!(
                    out,
                    "<answer fraction=\"100\" format=\"plain_text\"><text>{}</text></answer>",
                    escaped(accepted)
                );
            }
        }
        Answer::Text(model) => {
            out.push_str("<responseformat>editor</responseformat>\n");
            text("graderinfo", "", model, pictures, &[], out);
            out.push('\n');
        }
        Answer::None if form == "essay" => {
            out.push_str("<responseformat>editor</responseformat>\n")
        }
        Answer::None | Answer::Blanks(_) => {}
    }
    if !marks.is_empty() {
        out.push_str("<tags>");
        for mark in marks {
            let _ = write!(out, "<tag><text>{}</text></tag>", escaped(mark));
        }
        out.push_str("</tags>\n");
    }
    out.push_str("</question>\n");
    Ok(())
}

fn choice(question: &Question, letters: &[char], pictures: &[Picture], out: &mut String) {
    let single = question.kind == Kind::Single;
    let _ = writeln!(
        out,
        "<single>{single}</single>\n<shuffleanswers>true</shuffleanswers>\n<answernumbering>ABCD</answernumbering>"
    );
    let share = 10_000_000 / letters.len().max(1);
    let right: Vec<usize> = letters.iter().filter_map(|c| letter_index(*c)).collect();
    for (index, option) in question.options.iter().enumerate() {
        let fraction = match (right.contains(&index), single) {
            (true, true) => "100".to_owned(),
            (true, false) => format!("{}.{:05}", share / 100_000, share % 100_000),
            (false, true) => "0".to_owned(),
            (false, false) => "-100".to_owned(),
        };
        text(
            "answer",
            &format!(" fraction=\"{fraction}\""),
            option,
            pictures,
            &[],
            out,
        );
        out.push('\n');
    }
}

/// An element with a text in HTML and the pictures that the text names.
fn text(
    element: &str,
    attributes: &str,
    content: &str,
    pictures: &[Picture],
    loose: &[&Picture],
    out: &mut String,
) {
    let html = html::from_text(content, &|name| {
        format!("@@PLUGINFILE@@/{}", percent_encoded(name))
    });
    let _ = write!(
        out,
        "<{element}{attributes} format=\"html\"><text>{}</text>",
        escaped(&html)
    );
    let named = pictures
        .iter()
        .filter(|picture| content.contains(&picture_mark(&picture.name)));
    for picture in named.chain(loose.iter().copied()) {
        let _ = write!(
            out,
            "<file name=\"{}\" path=\"/\" encoding=\"base64\">{}</file>",
            escaped(&picture.name),
            to_base64(&picture.content)
        );
    }
    let _ = write!(out, "</{element}>");
}
