//! Reading GIFT.

use crate::assemble::{Raw, Role, assemble};
use crate::format::{Item, MAX_ITEMS, Unreadable};
use crate::html;
use crate::model::{Answer, Kind, letter};
use crate::tags;
use crate::text::{judgement, trim};
use crate::validate::Fault;

/// Whether a text could be GIFT: a pair of braces.
pub(crate) fn looks_like(text: &str) -> bool {
    (text.contains('{') && text.contains('}')) || (text.contains('｛') && text.contains('｝'))
}

/// Reads all questions; blank lines part them.
pub(crate) fn read(text: &str) -> Result<Vec<Item>, Unreadable> {
    if !text.contains(['{', '｛']) {
        return Err(Unreadable::NoQuestion);
    }
    let mut raws = Vec::new();
    let mut pending: Vec<String> = Vec::new();
    let mut topic = String::new();
    let mut block = Block::default();
    for (index, line) in text.split('\n').chain([""]).enumerate() {
        let bare = trim(line);
        if bare.is_empty() {
            if !block.text.is_empty() {
                raws.push(question(&block, &std::mem::take(&mut pending), &topic));
                block = Block::default();
            }
        } else if bare.starts_with("//") {
            pending.extend(comment_tags(bare));
        } else if let Some(category) = bare.strip_prefix("$CATEGORY:") {
            category
                .rsplit('/')
                .next()
                .map(trim)
                .unwrap_or_default()
                .clone_into(&mut topic);
        } else {
            if block.text.is_empty() {
                block.line = u32::try_from(index + 1).unwrap_or(u32::MAX);
            } else {
                block.text.push('\n');
            }
            block.text.push_str(line);
        }
        if raws.len() > MAX_ITEMS {
            return Err(Unreadable::TooManyItems);
        }
    }
    Ok(assemble(raws))
}

#[derive(Default)]
struct Block {
    line: u32,
    text: String,
}

/// The tags in a comment: `[tag:…]`, a backslash before `]` and `\`.
fn comment_tags(comment: &str) -> Vec<String> {
    let mut tags = Vec::new();
    for piece in comment.split("[tag:").skip(1) {
        let mut tag = String::new();
        let mut chars = piece.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => tag.extend(chars.next()),
                ']' => {
                    tags.push(tag);
                    break;
                }
                _ => tag.push(c),
            }
        }
    }
    tags
}

fn question(block: &Block, pending: &[String], topic: &str) -> Raw {
    let mut raw = Raw::new(block.line);
    topic.clone_into(&mut raw.question.topic);
    for tag in pending {
        match trim(tag) {
            tags::CASE => raw.role = Role::Case,
            tags::PART => raw.role = Role::Part,
            tag => tags::take(tag, &mut raw.question),
        }
    }
    let widened = widen(&block.text);
    let mut text = trim(&widened);
    if let Some(rest) = text.strip_prefix("::")
        && let Some(end) = find(rest, "::")
    {
        text = trim(rest.get(end + 2..).unwrap_or_default());
    }
    let (format, text) = format_of(text);
    let Some(open) = find(text, "{") else {
        raw.question.stem = clean(text, format);
        if raw.role == Role::Case {
            raw.set(Kind::Case);
        } else {
            raw.faults
                .push(Fault::format("没有答案部分（花括号），只是一段说明文字"));
        }
        return raw;
    };
    let (before, rest) = text.split_at(open);
    let rest = rest.get(1..).unwrap_or_default();
    let Some(close) = find(rest, "}") else {
        raw.question.stem = clean(before, format);
        raw.faults.push(Fault::format(
            "花括号没有配对，缺少“}”；选项中的花括号前要加反斜杠",
        ));
        return raw;
    };
    let (inner, after) = rest.split_at(close);
    let after = after.get(1..).unwrap_or_default();
    let before = clean(before, format);
    if find(after, "{").is_some() {
        raw.question.stem = before;
        raw.faults
            .push(Fault::format("一段里有两处花括号，题目之间要空一行"));
        return raw;
    }
    let after = clean(after, format);
    raw.question.stem = match (before.is_empty(), after.is_empty()) {
        (_, true) => before,
        // A text that runs over two lines goes on; only a text on the same line has a gap.
        (false, false) if rest.get(close + 1..).is_some_and(|t| t.starts_with('\n')) => {
            format!("{before}\n{after}")
        }
        (true, false) => format!("____{after}"),
        (false, false) => gap(&before, &after, text),
    };
    answers(inner, &mut raw);
    if raw.role == Role::Case {
        raw.set(Kind::Case);
    }
    raw
}

/// The stem with the gap where the braces stood, spaces beside them kept.
fn gap(before: &str, after: &str, text: &str) -> String {
    let open = find(text, "{").unwrap_or(0);
    let close = find(text, "}").unwrap_or(0);
    let left = text.get(..open).is_some_and(|t| t.ends_with(' '));
    let right = text.get(close + 1..).is_some_and(|t| t.starts_with(' '));
    format!(
        "{before}{}____{}{after}",
        if left { " " } else { "" },
        if right { " " } else { "" }
    )
}

/// Where there are only full-width braces, all full-width signs are meant as signs.
fn widen(text: &str) -> String {
    if text.contains('{') || !text.contains('｛') {
        return text.to_owned();
    }
    text.chars()
        .map(|c| match c {
            '｛' => '{',
            '｝' => '}',
            '＝' => '=',
            '～' => '~',
            '＃' => '#',
            '％' => '%',
            _ => c,
        })
        .collect()
}

/// The first place of a sign that no backslash keeps.
fn find(text: &str, sign: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'\\' {
            at += 2;
        } else if bytes
            .get(at..)
            .is_some_and(|rest| rest.starts_with(sign.as_bytes()))
        {
            return Some(at);
        } else {
            at += 1;
        }
    }
    None
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Markup {
    Plain,
    Html,
    /// Not said: HTML where there are tags.
    Auto,
}

fn format_of(text: &str) -> (Markup, &str) {
    for (mark, markup) in [
        ("[html]", Markup::Html),
        ("[plain]", Markup::Plain),
        ("[moodle]", Markup::Auto),
        ("[markdown]", Markup::Plain),
    ] {
        if let Some(rest) = text.strip_prefix(mark) {
            return (markup, rest);
        }
    }
    (Markup::Auto, text)
}

/// A text without backslashes and markup.
fn clean(text: &str, markup: Markup) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = trim(text).chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some(kept @ ('~' | '=' | '#' | '{' | '}' | ':' | '\\' | '%')) => out.push(kept),
                Some(other) => {
                    out.push('\\');
                    out.push(other);
                }
                None => out.push('\\'),
            },
            _ => out.push(c),
        }
    }
    match markup {
        Markup::Plain => out,
        Markup::Auto if !html::has_tags(&out) => out,
        Markup::Html | Markup::Auto => html::to_text(&out, &mut |_| None),
    }
}

fn marked(text: &str) -> String {
    let (markup, text) = format_of(trim(text));
    clean(text, markup)
}

/// One entry between the braces.
struct Entry {
    right: bool,
    /// Hundred-thousandths of the mark, when a weight is written.
    weight: Option<i64>,
    text: String,
    feedback: String,
    pair: bool,
}

fn answers(inner: &str, raw: &mut Raw) {
    let (inner, general) = match find(inner, "####") {
        Some(at) => (
            inner.get(..at).unwrap_or_default(),
            marked(inner.get(at + 4..).unwrap_or_default()),
        ),
        None => (inner, String::new()),
    };
    let inner = trim(inner);
    raw.question.explanation = general;
    if inner.is_empty() {
        return essay(raw);
    }
    if let Some(number) = inner.strip_prefix('#') {
        return numeric(number, raw);
    }
    let head = find(inner, "#")
        .and_then(|at| inner.get(..at))
        .unwrap_or(inner);
    if let Some(right) =
        judgement(head).filter(|_| find(head, "=").is_none() && find(head, "~").is_none())
    {
        raw.set(Kind::TrueFalse);
        raw.question.answer = Answer::TrueFalse(right);
        return;
    }
    let entries = match entries(inner) {
        Ok(entries) => entries,
        Err(text) => {
            raw.faults
                .push(Fault::format(format!("花括号内的“{text}”前缺少“=”或“~”")));
            return;
        }
    };
    if entries.iter().any(|entry| entry.pair) {
        raw.faults
            .push(Fault::format("不支持匹配题，请改为单选题或多选题"));
        return;
    }
    if entries.iter().all(|entry| entry.right) {
        raw.set(Kind::FillIn);
        let full = |entry: &&Entry| entry.weight.is_none_or(|weight| weight >= 10_000_000);
        raw.question.answer = Answer::blank(entries.iter().filter(full).map(|e| e.text.clone()));
    } else {
        let graded = !entries.iter().any(|entry| entry.right);
        let letters = entries.iter().enumerate().filter(|(_, entry)| {
            entry.right || (graded && entry.weight.is_some_and(|weight| weight > 0))
        });
        raw.question.answer = Answer::letters(letters.map(|(index, _)| letter(index)));
        let many = matches!(&raw.question.answer, Answer::Options(list) if list.len() > 1);
        raw.set(if many { Kind::Multiple } else { Kind::Single });
        for (index, entry) in entries.iter().enumerate() {
            if !entry.feedback.is_empty() {
                let line = format!("选项{}：{}", letter(index), entry.feedback);
                add_line(&mut raw.question.explanation, &line);
            }
        }
        raw.question.options = entries.into_iter().map(|entry| entry.text).collect();
    }
}

fn add_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

/// The model answer stands in the feedback, because an essay has no other place for it.
fn essay(raw: &mut Raw) {
    raw.set(Kind::ShortAnswer);
    let general = std::mem::take(&mut raw.question.explanation);
    match general.strip_prefix("参考答案：") {
        Some(model) => {
            let (model, explanation) = model.split_once("\n解析：").unwrap_or((model, ""));
            raw.question.answer = Answer::text(model);
            explanation.clone_into(&mut raw.question.explanation);
        }
        None => raw.question.explanation = general,
    }
}

/// A number is a blank; a range is not.
fn numeric(text: &str, raw: &mut Raw) {
    raw.set(Kind::FillIn);
    let text = find(text, "#")
        .and_then(|at| text.get(..at))
        .unwrap_or(text);
    let text = trim(text);
    let text = trim(text.strip_prefix('=').unwrap_or(text));
    let (value, margin) = text.split_once(':').unwrap_or((text, "0"));
    let zero = margin.trim().chars().all(|c| matches!(c, '0' | '.'));
    if !zero || value.contains("..") || value.contains(['=', '~']) {
        raw.faults
            .push(Fault::format("不支持带误差范围的数值题，请写成确定的答案"));
    }
    raw.question.answer = Answer::blank([trim(value)]);
}

/// The entries; an error gives the text before the first sign.
fn entries(inner: &str) -> Result<Vec<Entry>, String> {
    let mut starts: Vec<usize> = Vec::new();
    let bytes = inner.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'=' | b'~' => starts.push(at),
            _ => {}
        }
        at += 1;
    }
    let first = starts.first().copied().unwrap_or(inner.len());
    let lead = trim(inner.get(..first).unwrap_or_default());
    if !lead.is_empty() {
        return Err(lead.chars().take(20).collect());
    }
    let ends = starts.iter().skip(1).copied().chain([inner.len()]);
    let mut entries = Vec::new();
    for (start, end) in starts.iter().zip(ends) {
        let mut text = trim(inner.get(start + 1..end).unwrap_or_default());
        let mut weight = None;
        if let Some((number, rest)) = text.strip_prefix('%').and_then(|rest| rest.split_once('%'))
            && let Some(value) = hundred_thousandths(number)
        {
            weight = Some(value);
            text = rest;
        }
        let (text, feedback) = match find(text, "#") {
            Some(at) => (
                text.get(..at).unwrap_or_default(),
                text.get(at + 1..).unwrap_or_default(),
            ),
            None => (text, ""),
        };
        let right = bytes.get(*start) == Some(&b'=');
        entries.push(Entry {
            right,
            weight,
            pair: right && find(text, "->").is_some(),
            text: marked(text),
            feedback: marked(feedback),
        });
    }
    Ok(entries)
}

/// A percentage such as `33.33333` or `-100`, in hundred-thousandths of a percent.
fn hundred_thousandths(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() > 6 || fraction.len() > 12 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let fraction: String = fraction.chars().chain("00000".chars()).take(5).collect();
    let value = whole * 100_000 + fraction.parse::<i64>().ok()?;
    Some(if negative { -value } else { value })
}
