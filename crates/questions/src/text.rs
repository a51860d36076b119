//! Small readings of Chinese text: width, letters of a key, right and wrong, blanks, lists of
//! accepted texts, the citation of an article.

use crate::model::Source;
use crate::validate::MAX_TEXT;

/// A character in half width: full-width letters, digits and signs, and the ideographic space.
#[must_use]
pub fn half(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        '。' => '.',
        '、' => ',',
        '【' | '〔' => '[',
        '】' | '〕' => ']',
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        _ => c,
    }
}

/// White space and the invisible marks that copying from web pages leaves.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{feff}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}'
        )
}

/// Without white space and invisible marks at both ends.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// The text in half width and lower case without any white space: equal for what reads equal.
#[must_use]
pub fn compact(text: &str) -> String {
    text.chars()
        .filter(|c| !is_blank(*c))
        .flat_map(|c| half(c).to_lowercase())
        .collect()
}

/// The letters of a key such as `ABD`, `Ａ、Ｃ`, `a,b`, `A和C`; `None` when there is anything else.
#[must_use]
pub fn key_letters(text: &str) -> Option<Vec<char>> {
    let mut letters = Vec::new();
    for c in text.chars().map(half) {
        match c {
            'A'..='Z' | 'a'..='z' => letters.push(c.to_ascii_uppercase()),
            ' ' | ',' | ';' | '.' | '|' | '/' | '和' | '及' | '与' | '(' | ')' | '[' | ']'
            | '+' | '&' | '项' | '\'' | '"' => {}
            c if is_blank(c) => {}
            _ => return None,
        }
    }
    letters.sort_unstable();
    letters.dedup();
    (!letters.is_empty()).then_some(letters)
}

/// Right or wrong in the ways people write it.
#[must_use]
pub fn judgement(text: &str) -> Option<bool> {
    let text = compact(text);
    let text = text.trim_matches(|c: char| "()[].,;\"'!".contains(c));
    match text {
        "对" | "正确" | "√" | "✓" | "✔" | "☑" | "是" | "true" | "t" | "right" | "yes" | "y"
        | "v" | "1" | "对的" | "正确的" => Some(true),
        "错" | "错误" | "×" | "✗" | "✘" | "✕" | "☒" | "否" | "false" | "f" | "wrong" | "no"
        | "n" | "x" | "0" | "不对" | "不正确" | "错的" | "错误的" | "╳" | "❌" => {
            Some(false)
        }
        _ => None,
    }
}

/// The number of blanks that a stem marks: runs of two or more underscores, and brackets with
/// nothing but spaces between them.
#[must_use]
pub fn blanks_in(stem: &str) -> usize {
    blank_places(stem).len()
}

/// Byte ranges of the blanks of a stem.
pub(crate) fn blank_places(stem: &str) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    let mut chars = stem.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        match c {
            '_' | '＿' => {
                let mut end = start + c.len_utf8();
                let mut count = 1;
                while let Some((at, next)) = chars.next_if(|(_, n)| matches!(n, '_' | '＿')) {
                    end = at + next.len_utf8();
                    count += 1;
                }
                if count >= 2 {
                    places.push((start, end));
                }
            }
            '(' | '（' | '【' | '[' => {
                while chars.next_if(|(_, n)| is_blank(*n) && *n != '\n').is_some() {}
                let close = match c {
                    '【' => ['】', '】'],
                    '[' => [']', ']'],
                    _ => [')', '）'],
                };
                if let Some((at, next)) = chars.next_if(|(_, n)| close.contains(n)) {
                    places.push((start, at + next.len_utf8()));
                }
            }
            _ => {}
        }
    }
    places
}

/// The signs that part blanks and alternatives, and the sign that keeps them in a text.
const SIGNS: &str = "\\；;|｜/／";

/// Accepted texts of all blanks as one line: `；` between blanks, `|` between alternatives, a
/// backslash before any of these signs that belongs to a text.
#[must_use]
pub fn join_blanks(blanks: &[Vec<String>]) -> String {
    let kept = |text: &String| {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if SIGNS.contains(c) {
                out.push('\\');
            }
            out.push(c);
        }
        out
    };
    let blanks: Vec<String> = blanks
        .iter()
        .map(|accepted| accepted.iter().map(kept).collect::<Vec<_>>().join("|"))
        .collect();
    blanks.join("；")
}

/// Reads what [`join_blanks`] writes and what people write for a stem with `wanted` blanks:
/// `；` parts blanks, `|` and `/` part alternatives; where that does not give the wanted number,
/// `、`, `，`, tabs and spaces are tried too. One blank with several `；` has alternatives.
#[must_use]
pub fn split_blanks(text: &str, wanted: usize) -> Vec<Vec<String>> {
    let text = trim(text);
    if text.is_empty() {
        return Vec::new();
    }
    let wanted = wanted.max(1);
    if text.len() > 4 * MAX_TEXT {
        return vec![vec![text.to_owned()]];
    }
    let blanks = split_at(text, "；;");
    if wanted == 1 {
        let accepted = blanks
            .iter()
            .flat_map(|blank| alternatives(blank))
            .collect();
        return vec![accepted];
    }
    let numbered = split_numbered(text);
    let mut best = if numbered.len() == wanted {
        &numbered
    } else {
        &blanks
    };
    let other: Vec<Vec<String>> = ["\n", "\t", "、，,", "、", "，,", " \u{3000}"]
        .iter()
        .map(|signs| split_at(text, signs))
        .collect();
    if best.len() != wanted
        && let Some(found) = other.iter().find(|list| list.len() == wanted)
    {
        best = found;
    }
    best.iter().map(|blank| alternatives(blank)).collect()
}

/// The pieces between the signs; a backslash before a sign keeps it (and stays until
/// [`alternatives`] takes it away).
fn split_at(text: &str, signs: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(piece) = pieces.last_mut() else {
            break;
        };
        if c == '\\' {
            piece.push(c);
            if let Some(next) = chars.next_if(|n| SIGNS.contains(*n)) {
                piece.push(next);
            }
        } else if signs.contains(c) {
            pieces.push(String::new());
        } else {
            piece.push(c);
        }
    }
    pieces
        .into_iter()
        .map(|piece| trim(&piece).to_owned())
        .filter(|piece| !piece.is_empty())
        .collect()
}

/// `（1）甲（2）乙` and `①甲②乙` as `甲`, `乙`; empty when the text is not numbered so.
fn split_numbered(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut rest = trim(text);
    while !rest.is_empty() {
        let Some((number, after)) = part_number(rest).filter(|(n, _)| *n == pieces.len() + 1)
        else {
            return Vec::new();
        };
        let next = after
            .char_indices()
            .find(|(at, _)| {
                after
                    .get(*at..)
                    .and_then(part_number)
                    .is_some_and(|(n, _)| n == number + 1)
            })
            .map_or(after.len(), |(at, _)| at);
        let (piece, tail) = after.split_at(next);
        pieces.push(
            trim(piece)
                .trim_end_matches(['；', ';', '，', ',', '。'])
                .to_owned(),
        );
        rest = tail;
    }
    pieces
}

/// A sub-question's number at the start of a text, `（1）`, `(1)`, `⑴`, `①`, and what follows it.
pub(crate) fn part_number(text: &str) -> Option<(usize, &str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if let Some(base) = ['①', '⑴'].iter().find(|base| {
        (**base..=char::from_u32(**base as u32 + 19).unwrap_or(**base)).contains(&first)
    }) {
        return Some((first as usize - *base as usize + 1, chars.as_str()));
    }
    if !matches!(first, '(' | '（') {
        return None;
    }
    let rest = chars.as_str().trim_start();
    // No number is longer than this; the bracket is not looked for beyond.
    let close = rest
        .char_indices()
        .take(8)
        .find(|(_, c)| matches!(c, ')' | '）'))
        .map(|(at, _)| at)?;
    let (number, tail) = rest.split_at(close);
    let tail = tail.get(tail.chars().next()?.len_utf8()..)?;
    let number = trim(number);
    let value = whole(number).or_else(|| chinese_number(number))?;
    (1..=99).contains(&value).then_some((value, tail))
}

/// A whole number in half or full width digits.
pub(crate) fn whole(text: &str) -> Option<usize> {
    let text: String = trim(text).chars().map(half).collect();
    (!text.is_empty() && text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// A Chinese number up to 99: 一 … 九十九.
pub(crate) fn chinese_number(text: &str) -> Option<usize> {
    let digit = |c: char| "零一二三四五六七八九".chars().position(|d| d == c);
    let chars: Vec<char> = text.chars().collect();
    match chars.as_slice() {
        ['十'] => Some(10),
        ['十', unit] => Some(10 + digit(*unit)?),
        [unit] => digit(*unit),
        [tens, '十'] => Some(digit(*tens)? * 10),
        [tens, '十', unit] => Some(digit(*tens)? * 10 + digit(*unit)?),
        _ => None,
    }
}

/// The alternatives of one blank, without the backslashes. A slash between two ASCII letters or
/// digits belongs to the text (`km/h`, `1/2`).
fn alternatives(blank: &str) -> Vec<String> {
    let chars: Vec<char> = blank.chars().collect();
    let plain = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_some_and(char::is_ascii_alphanumeric)
    };
    let mut out = vec![String::new()];
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        let Some(text) = out.last_mut() else { break };
        let next = chars.get(at + 1);
        match c {
            '\\' if next.is_some_and(|n| SIGNS.contains(*n)) => {
                text.extend(next);
                at += 1;
            }
            '/' | '／' if plain(at.checked_sub(1)) && plain(Some(at + 1)) => text.push(*c),
            '|' | '｜' | '/' | '／' => out.push(String::new()),
            _ => text.push(*c),
        }
        at += 1;
    }
    let mut accepted: Vec<String> = Vec::new();
    for text in out {
        let text = trim(&text).to_owned();
        if !text.is_empty() && !accepted.contains(&text) {
            accepted.push(text);
        }
    }
    accepted
}

/// A citation on one line: `《行政处罚法》（2021）第五十一条`.
#[must_use]
pub fn cite(source: &Source) -> String {
    let mut text = format!("《{}》", source.law);
    if !source.version.is_empty() {
        text.push_str(&format!("（{}）", source.version));
    }
    text.push_str(&source.article);
    text
}

/// Reads a citation: the law in `《》` or up to `第…条`, the version in brackets behind the law or
/// at the end, the article what is left.
#[must_use]
pub fn read_citation(text: &str) -> Option<Source> {
    let text = trim(text).trim_end_matches('。');
    if text.is_empty() {
        return None;
    }
    let (law, rest) = match text.strip_prefix('《').and_then(|inner| split_title(inner)) {
        Some((law, rest)) => (law, rest),
        None => match text.find('第') {
            Some(at) => text.split_at(at),
            None => (text, ""),
        },
    };
    let mut source = Source {
        law: trim(law).to_owned(),
        ..Source::default()
    };
    let rest = trim(rest);
    let bracket = |text: &str| -> Option<(String, String)> {
        let inner = text.strip_prefix(['（', '('])?;
        let close = inner.find(['）', ')'])?;
        let (version, tail) = inner.split_at(close);
        let tail = tail.trim_start_matches(['）', ')']);
        Some((trim(version).to_owned(), trim(tail).to_owned()))
    };
    if let Some((version, tail)) = bracket(rest) {
        source.version = version;
        source.article = tail;
    } else {
        source.article = rest.to_owned();
        // The version may stand behind the article: 第五十一条（2021）.
        if let Some(at) = rest.rfind(['（', '('])
            && let Some((head, tail)) = rest.split_at_checked(at)
            && let Some((version, after)) = bracket(tail)
            && after.is_empty()
            && version.chars().any(|c| c.is_ascii_digit())
        {
            source.version = version;
            source.article = trim(head).to_owned();
        }
    }
    Some(source)
}

/// The title and what follows its closing sign; a title may hold another in 〈〉 or 《》.
fn split_title(inner: &str) -> Option<(&str, &str)> {
    let mut depth = 1;
    for (at, c) in inner.char_indices() {
        match c {
            '《' => depth += 1,
            '》' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((inner.get(..at)?, inner.get(at + c.len_utf8()..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests;
