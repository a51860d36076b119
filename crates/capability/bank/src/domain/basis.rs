//! 依据核对: which articles a question cites, and whether the words that it quotes stand there.

use chengzhi_questions::Question;
use chengzhi_questions::text::compact;

/// Fewer characters between quotation marks are a term, not a quotation.
const LEAST_QUOTE: usize = 4;

/// An article that a question rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// 0 for the question, 1 and on for its sub-questions.
    pub part: usize,
    /// Law without 《》.
    pub law: String,
    /// Label of its version; empty when not said.
    pub version: String,
    /// `第三十三条`, without paragraph and item; empty for the law as a whole.
    pub article: String,
}

/// Every article that a question names: its source, then what its explanations say as
/// `《law》第…条`. Each once per part.
#[must_use]
pub fn cited(question: &Question) -> Vec<Cited> {
    let mut found: Vec<Cited> = Vec::new();
    let mut add = |cited: Cited| {
        let known = found.iter().any(|other| {
            (other.part, short(&other.law), &other.article)
                == (cited.part, short(&cited.law), &cited.article)
        });
        if !cited.law.is_empty() && !known {
            found.push(cited);
        }
    };
    if let Some(source) = &question.source {
        add(Cited {
            part: 0,
            law: source.law.trim().to_owned(),
            version: source.version.trim().to_owned(),
            article: bare_article(&source.article),
        });
    }
    let own = std::iter::once(question.explanation.as_str());
    let parts = question.parts.iter().map(|part| part.explanation.as_str());
    for (part, text) in own.chain(parts).enumerate() {
        for (law, article) in mentions(text) {
            add(Cited {
                part,
                law,
                version: String::new(),
                article,
            });
        }
    }
    found
}

/// The law's name as compared: 行政处罚法 and 中华人民共和国行政处罚法 are one.
#[must_use]
pub fn short(law: &str) -> &str {
    let law = law.trim();
    law.strip_prefix("中华人民共和国").unwrap_or(law)
}

/// `第七十二条第一款第一项` → `第七十二条`; `第三十条之一` stays.
#[must_use]
pub fn bare_article(article: &str) -> String {
    let article = article.trim();
    let Some(end) = article.find('条') else {
        return article.to_owned();
    };
    let (head, tail) = article.split_at(end + '条'.len_utf8());
    let suffix: String = match tail.strip_prefix('之') {
        Some(rest) => std::iter::once('之')
            .chain(rest.chars().take_while(|c| NUMERALS.contains(*c)))
            .collect(),
        None => String::new(),
    };
    format!("{head}{suffix}")
}

const NUMERALS: &str = "零〇一二三四五六七八九十百千0123456789";

/// Places of a text that read `《law》第…条`, with at most a bracket between.
fn mentions(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('《') {
        rest = after;
        let Some((law, tail)) = after.split_once('》') else {
            break;
        };
        let tail = match tail
            .strip_prefix('（')
            .and_then(|inner| inner.split_once('）'))
        {
            Some((_, behind)) => behind,
            None => tail,
        };
        let Some(number) = tail.strip_prefix('第') else {
            continue;
        };
        let digits: String = number
            .chars()
            .take_while(|c| NUMERALS.contains(*c))
            .collect();
        if !digits.is_empty() && number[digits.len()..].starts_with('条') {
            found.push((law.to_owned(), bare_article(tail)));
        }
    }
    found
}

/// What stands between “ and ” and is long enough to be a quotation, the longest first.
fn quotations(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text
        .split('“')
        .skip(1)
        .filter_map(|rest| rest.split_once('”'))
        .map(|(quote, _)| compact(quote))
        .filter(|quote| quote.chars().count() >= LEAST_QUOTE)
        .collect();
    found.sort_by_key(|quote| std::cmp::Reverse(quote.chars().count()));
    found
}

/// Why a question is 未核; `None`: it is checked.
///
/// `article` gives the text of a cited article, `None` when the bank does not hold it. Of the question
/// and of each sub-question with an explanation of its own, the longest quotation must stand, white
/// space and width aside, in an article that the same part cites.
pub fn unchecked(
    question: &Question,
    article: &dyn Fn(&Cited) -> Option<String>,
) -> Option<String> {
    let cited = cited(question);
    if !cited.iter().any(|one| one.part == 0) {
        return Some("没有注明依据".to_owned());
    }
    let own = std::iter::once(question.explanation.as_str());
    let parts = question.parts.iter().map(|part| part.explanation.as_str());
    for (part, text) in own.chain(parts).enumerate() {
        // A case may leave the explaining to its sub-questions, and they to it.
        if text.trim().is_empty() && !question.parts.is_empty() {
            continue;
        }
        let label = if part == 0 {
            String::new()
        } else {
            format!("第{part}小题")
        };
        let of_part: Vec<&Cited> = cited.iter().filter(|one| one.part == part).collect();
        if of_part.is_empty() && part > 0 {
            return Some(format!("{label}没有注明依据"));
        }
        let Some(quote) = quotations(text).into_iter().next() else {
            return Some(format!("{label}解析没有引用条文原文"));
        };
        let texts: Vec<String> = of_part.iter().filter_map(|one| article(one)).collect();
        if texts.is_empty() {
            let one = of_part.first();
            return Some(format!(
                "{label}题库中没有《{}》{}的条文",
                one.map_or("", |one| one.law.as_str()),
                one.map_or("", |one| one.article.as_str())
            ));
        }
        if !texts.iter().any(|text| compact(text).contains(&quote)) {
            return Some(format!("{label}解析引用的文字在所引条文中没有找到"));
        }
    }
    None
}

#[cfg(test)]
mod tests;
