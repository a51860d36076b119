//! Writing GIFT.

use std::fmt::Write as _;

use crate::format::Written;
use crate::lossless::carry;
use crate::model::{Answer, Kind, Question, letter_index};
use crate::tags;

/// Writes a GIFT file in UTF-8.
pub(crate) fn write(questions: &[Question]) -> Written {
    let carried = carry(questions, false, emit, |text| {
        super::read(text).unwrap_or_default()
    });
    Written {
        bytes: carried.text().into_bytes(),
        lost: carried.lost,
    }
}

fn emit(question: &Question) -> Result<String, String> {
    let mut out = String::new();
    let mut marks = tags::of(question);
    if question.kind == Kind::Case {
        marks.insert(0, tags::CASE.to_owned());
    }
    one(question, &marks, &mut out)?;
    for part in &question.parts {
        one(
            &Question::from(part.clone()),
            &[tags::PART.to_owned()],
            &mut out,
        )?;
    }
    Ok(out)
}

fn one(question: &Question, marks: &[String], out: &mut String) -> Result<(), String> {
    if !marks.is_empty() {
        out.push_str("//");
        for mark in marks {
            let kept = mark
                .replace('\\', "\\\\")
                .replace(']', "\\]")
                .replace('\n', " ");
            let _ = write!(out, " [tag:{kept}]");
        }
        out.push('\n');
    }
    put(&question.stem, out);
    let mut inner = String::new();
    match &question.answer {
        Answer::TrueFalse(right) => inner.push_str(if *right { "TRUE" } else { "FALSE" }),
        Answer::Options(letters) => options(question, letters, &mut inner),
        Answer::Blanks(blanks) => match blanks.as_slice() {
            [accepted] => {
                for text in accepted {
                    inner.push_str("\n\t=");
                    put(text, &mut inner);
                }
            }
            _ => return Err("GIFT不能表示有多个空的填空题".to_owned()),
        },
        Answer::None | Answer::Text(_) => {}
    }
    let mut feedback = String::new();
    if let Answer::Text(model) = &question.answer {
        let _ = write!(feedback, "参考答案：{model}");
        if !question.explanation.is_empty() {
            let _ = write!(feedback, "\n解析：{}", question.explanation);
        }
    } else {
        feedback.push_str(&question.explanation);
    }
    if !feedback.is_empty() {
        inner.push_str("\n####");
        put(&feedback, &mut inner);
    }
    // The text that opens a case asks nothing, unless something hangs on it.
    if question.kind != Kind::Case || !inner.is_empty() {
        let _ = write!(out, "{{{inner}}}");
    }
    out.push_str("\n\n");
    Ok(())
}

fn options(question: &Question, letters: &[char], inner: &mut String) {
    let share = 10_000_000 / letters.len().max(1);
    let right: Vec<usize> = letters.iter().filter_map(|c| letter_index(*c)).collect();
    for (index, text) in question.options.iter().enumerate() {
        inner.push_str("\n\t");
        match (question.kind, right.contains(&index)) {
            (Kind::Multiple, true) => {
                let _ = write!(inner, "~%{}.{:05}%", share / 100_000, share % 100_000);
            }
            (Kind::Multiple, false) => inner.push_str("~%-100%"),
            (_, true) => inner.push('='),
            (_, false) => inner.push('~'),
        }
        put(text, inner);
    }
}

/// A text with a backslash before each sign; said to be plain where it could be taken for more.
fn put(text: &str, out: &mut String) {
    if text.starts_with(['/', '$', '[', '%']) || text.contains('<') || text.contains('&') {
        out.push_str("[plain]");
    }
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '~' | '=' | '#' | '{' | '}' | ':' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
}
