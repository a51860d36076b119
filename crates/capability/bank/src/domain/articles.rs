//! A new text of a law against the one before: what changed, what is new, what is gone.

use std::collections::BTreeMap;

use chengzhi_questions::text::compact;

/// An article of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// `第三十三条`.
    pub number: String,
    /// Its words.
    pub body: String,
    /// Of a draft: repealed.
    pub gone: bool,
}

/// What became of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Other words.
    Changed,
    /// Was not there before.
    New,
    /// Is there no more.
    Gone,
}

impl Fate {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Fate::Changed => "changed",
            Fate::New => "new",
            Fate::Gone => "gone",
        }
    }

    /// Word on pages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Fate::Changed => "修改",
            Fate::New => "新增",
            Fate::Gone => "删去",
        }
    }
}

/// An article that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// `第三十三条`.
    pub number: String,
    /// What became of it.
    pub fate: Fate,
    /// Words before; empty for a new one.
    pub before: String,
    /// Words now; empty for one that is gone.
    pub after: String,
}

/// The whole text that a draft makes of the text before. `whole`: the draft names every article, and
/// what it does not name is gone; else it replaces, adds or repeals single ones.
#[must_use]
pub fn applied(before: &[Article], draft: &[Article], whole: bool) -> Vec<Article> {
    let kept = |article: &&Article| !article.gone;
    if whole {
        return draft.iter().filter(kept).cloned().collect();
    }
    let given: BTreeMap<&str, &Article> =
        draft.iter().map(|one| (one.number.as_str(), one)).collect();
    let mut text: Vec<Article> = before
        .iter()
        .map(|old| given.get(old.number.as_str()).map_or(old, |new| *new))
        .filter(kept)
        .cloned()
        .collect();
    for new in draft.iter().filter(kept) {
        if !before.iter().any(|old| old.number == new.number) {
            let place = text
                .iter()
                .position(|one| ordinal(&one.number) > ordinal(&new.number))
                .unwrap_or(text.len());
            text.insert(place, new.clone());
        }
    }
    text
}

/// What differs between two texts, in the order of the articles. White space and width do not count.
#[must_use]
pub fn changes(before: &[Article], after: &[Article]) -> Vec<Change> {
    let find = |text: &'_ [Article], number: &str| -> Option<String> {
        text.iter()
            .find(|one| one.number == number)
            .map(|one| one.body.clone())
    };
    let mut found: Vec<Change> = Vec::new();
    for old in before {
        match find(after, &old.number) {
            None => found.push(Change {
                number: old.number.clone(),
                fate: Fate::Gone,
                before: old.body.clone(),
                after: String::new(),
            }),
            Some(new) if compact(&new) != compact(&old.body) => found.push(Change {
                number: old.number.clone(),
                fate: Fate::Changed,
                before: old.body.clone(),
                after: new,
            }),
            Some(_) => {}
        }
    }
    for new in after {
        if find(before, &new.number).is_none() {
            found.push(Change {
                number: new.number.clone(),
                fate: Fate::New,
                before: String::new(),
                after: new.body.clone(),
            });
        }
    }
    found.sort_by_key(|change| ordinal(&change.number));
    found
}

/// The number of an article for sorting: main number and the one behind 之; texts without a number
/// come first.
#[must_use]
pub fn ordinal(article: &str) -> (u32, u32) {
    let (head, tail) = article.split_once('条').unwrap_or((article, ""));
    let main = number(head.trim_start_matches('第'));
    let second = number(tail.trim_start_matches('之'));
    (main, second)
}

/// Reads 一千二百五十四, 254, 二十; anything else is 0.
fn number(text: &str) -> u32 {
    if let Ok(plain) = text.parse() {
        return plain;
    }
    let (mut sum, mut digit) = (0_u32, 0_u32);
    for c in text.chars() {
        let unit = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1_000,
            '零' | '〇' => continue,
            _ => {
                let Some(place) = "一二三四五六七八九".chars().position(|one| one == c)
                else {
                    return 0;
                };
                digit = u32::try_from(place).unwrap_or(0) + 1;
                continue;
            }
        };
        sum += if digit == 0 { 1 } else { digit } * unit;
        digit = 0;
    }
    sum + digit
}

/// Reads a pasted text into articles: a line that begins with `第…条` begins one; `第…条 删去` or an
/// empty body repeals it. Chapter headings (`第…章`, `第…节`) are passed over.
///
/// # Errors
/// A sentence that names the line or the article at fault.
pub fn read(text: &str) -> Result<Vec<Article>, String> {
    let mut found: Vec<Article> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_matches([' ', '\t', '\u{3000}', '\u{feff}', '\r']);
        if line.is_empty() || is_heading(line) {
            continue;
        }
        if let Some((number, rest)) = opening(line) {
            if found.iter().any(|one| one.number == number) {
                return Err(format!("第{}行：{number}出现了两次，请检查。", index + 1));
            }
            found.push(Article {
                number,
                body: rest.to_owned(),
                gone: false,
            });
        } else if let Some(open) = found.last_mut() {
            if !open.body.is_empty() {
                open.body.push('\n');
            }
            open.body.push_str(line);
        } else {
            return Err(format!(
                "第{}行不是以“第…条”开头，请从条文开始粘贴。",
                index + 1
            ));
        }
    }
    for article in &mut found {
        let body = article
            .body
            .trim()
            .trim_matches(['（', '）', '(', ')', '。']);
        if body.is_empty() || matches!(body, "删去" | "删除" | "废止") {
            article.gone = true;
            article.body = String::new();
        }
    }
    if found.is_empty() {
        return Err("没有读到条文，请粘贴以“第…条”开头的条文。".to_owned());
    }
    Ok(found)
}

fn is_heading(line: &str) -> bool {
    line.strip_prefix('第').is_some_and(|rest| {
        let tail = rest.trim_start_matches(|c| "零〇一二三四五六七八九十百千".contains(c));
        tail.len() < rest.len() && tail.starts_with(['章', '节', '编'])
    })
}

/// The number of the article that a line begins, and the rest of the line.
fn opening(line: &str) -> Option<(String, &str)> {
    let rest = line.strip_prefix('第')?;
    let numeral = |c: char| "零〇一二三四五六七八九十百千0123456789".contains(c);
    let tail = rest.trim_start_matches(numeral);
    if tail.len() == rest.len() {
        return None;
    }
    let behind = tail.strip_prefix('条')?;
    let behind = match behind.strip_prefix('之') {
        Some(suffix) if suffix.starts_with(numeral) => suffix.trim_start_matches(numeral),
        _ => behind,
    };
    // 第五条第二款规定的… goes on with the article before.
    if behind.starts_with(['第', '规', '至', '、', '和', '所', '中']) {
        return None;
    }
    let number = line.get(..line.len() - behind.len())?.to_owned();
    Some((
        number,
        behind.trim_start_matches([' ', '\t', '\u{3000}', '：']),
    ))
}

#[cfg(test)]
mod tests;
