//! Cloze text: `{1:SHORTANSWER:=七~=7}` at each blank.

use crate::model::{Answer, Question};
use crate::text::{blank_places, trim};

/// Reads a cloze text: the stem with `____` at each blank, and the accepted texts. The error is a
/// sentence.
pub(super) fn read(text: &str) -> Result<(String, Vec<Vec<String>>), &'static str> {
    let mut stem = String::new();
    let mut blanks = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, tail) = rest.split_at(at);
        stem.push_str(before);
        let inner = tail.get(1..).unwrap_or_default();
        match gap(inner)? {
            Some((accepted, length)) => {
                stem.push_str("____");
                blanks.push(accepted);
                rest = inner.get(length..).unwrap_or_default();
            }
            None => {
                stem.push('{');
                rest = inner;
            }
        }
    }
    stem.push_str(rest);
    Ok((stem, blanks))
}

/// The accepted texts and the length of what stands behind `{`; `None` for a brace that opens no gap.
fn gap(inner: &str) -> Result<Option<(Vec<String>, usize)>, &'static str> {
    let Some((weight, tail)) = inner.split_once(':') else {
        return Ok(None);
    };
    if !weight.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(None);
    }
    let Some((kind, answers)) = tail.split_once(':') else {
        return Ok(None);
    };
    match kind {
        "SHORTANSWER" | "SA" | "MW" | "SHORTANSWER_C" | "SAC" | "MWC" => {}
        "NUMERICAL" | "NM" => {}
        kind if kind.starts_with("MULTI") || kind.starts_with("MC") || kind.starts_with("MR") => {
            return Err("不支持带选项的完形填空，请改为单选题或案例题");
        }
        _ => return Ok(None),
    }
    let start = weight.len() + kind.len() + 2;
    let (mut accepted, mut entry) = (Vec::new(), Entry::default());
    let mut chars = answers.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => entry
                .text
                .extend(chars.next().map(|(_, c)| c).filter(|_| !entry.feedback)),
            '}' => {
                entry.close(&mut accepted);
                return Ok(Some((accepted, start + at + 1)));
            }
            '~' => std::mem::take(&mut entry).close(&mut accepted),
            '#' => entry.feedback = true,
            '=' if entry.text.is_empty() && !entry.feedback => entry.right = true,
            _ if entry.feedback => {}
            _ => entry.text.push(c),
        }
    }
    Err("完形填空的花括号没有配对")
}

#[derive(Default)]
struct Entry {
    text: String,
    right: bool,
    feedback: bool,
}

impl Entry {
    fn close(&mut self, accepted: &mut Vec<String>) {
        let mut text = trim(&self.text);
        let mut right = self.right;
        if let Some((weight, rest)) = text.strip_prefix('%').and_then(|rest| rest.split_once('%')) {
            right = weight == "100";
            text = rest;
        }
        // A number may carry its margin: 2021:0.
        if right && !text.is_empty() {
            accepted.push(text.to_owned());
        }
    }
}

/// The cloze text of a question with several blanks.
pub(super) fn write(question: &Question) -> Option<String> {
    let Answer::Blanks(blanks) = &question.answer else {
        return None;
    };
    let places = blank_places(&question.stem);
    if places.len() != blanks.len() {
        return None;
    }
    let mut out = String::new();
    let mut done = 0;
    for ((start, end), accepted) in places.into_iter().zip(blanks) {
        out.push_str(question.stem.get(done..start)?);
        let accepted: Vec<String> = accepted
            .iter()
            .map(|text| format!("={}", kept(text)))
            .collect();
        out.push_str(&format!("{{1:SHORTANSWER:{}}}", accepted.join("~")));
        done = end;
    }
    out.push_str(question.stem.get(done..)?);
    Some(out)
}

fn kept(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '}' | '#' | '~' | '/' | '"' | '\\' | '=' | '%') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
