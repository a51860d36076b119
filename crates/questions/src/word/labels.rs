//! What a line begins with: a heading, a number, an option's letter, 答案：.

use crate::draft::kind_by_word;
use crate::model::{Kind, letter};
use crate::text::{
    chinese_number, compact, half, is_blank, judgement, key_letters, part_number, trim, whole,
};

/// A label and where its text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Answer,
    Explanation,
    Citation,
    Difficulty,
    Topic,
    Field,
    Author,
    Kind,
}

const LABELS: [(&str, Label); 26] = [
    ("参考答案", Label::Answer),
    ("正确答案", Label::Answer),
    ("标准答案", Label::Answer),
    ("答案要点", Label::Answer),
    ("答案解析", Label::Explanation),
    ("试题解析", Label::Explanation),
    ("题目解析", Label::Explanation),
    ("答案", Label::Answer),
    ("答", Label::Answer),
    ("解析", Label::Explanation),
    ("解答", Label::Answer),
    ("法律依据", Label::Citation),
    ("依据", Label::Citation),
    ("出处", Label::Citation),
    ("难易程度", Label::Difficulty),
    ("难易度", Label::Difficulty),
    ("难度", Label::Difficulty),
    ("知识点", Label::Topic),
    ("考点", Label::Topic),
    ("法律门类", Label::Field),
    ("门类", Label::Field),
    ("作者", Label::Author),
    ("命题人", Label::Author),
    ("出题人", Label::Author),
    ("试题类型", Label::Kind),
    ("题型", Label::Kind),
];

/// Bytes of a line above which options and keys are not looked for in its middle.
const MAX_INLINE: usize = 12_000;

/// What a line begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Class<'a> {
    Blank,
    /// A section; `None` leaves the kind open.
    Heading(Option<Kind>),
    /// The keys of all questions follow.
    Key,
    Number(usize, &'a str),
    /// 案例一：
    CaseTitle(&'a str),
    Part(usize, &'a str),
    Option(char),
    Label(Label, &'a str),
    Text,
}

pub(super) fn classify(line: &str) -> Class<'_> {
    let text = trim(line);
    if text.is_empty() {
        return Class::Blank;
    }
    if let Some(kind) = heading(text) {
        return Class::Heading(kind);
    }
    if matches!(
        compact(text).trim_end_matches(':'),
        "参考答案" | "标准答案" | "答案" | "答案部分" | "参考答案及解析" | "[参考答案]"
    ) {
        return Class::Key;
    }
    if let Some((label, rest)) = label(text) {
        return Class::Label(label, rest);
    }
    if let Some(rest) = case_title(text) {
        return Class::CaseTitle(rest);
    }
    if let Some((number, rest)) = number(text) {
        return Class::Number(number, rest);
    }
    if let Some((number, rest)) = part_number(text) {
        return Class::Part(number, trim(rest));
    }
    if let Some(rest) = text
        .strip_prefix("问题")
        .or_else(|| text.strip_prefix("小题"))
    {
        let digits: String = rest
            .chars()
            .take_while(|c| half(*c).is_ascii_digit() || chinese_number(&c.to_string()).is_some())
            .collect();
        let value = whole(&digits).or_else(|| chinese_number(&digits));
        let tail = rest.get(digits.len()..).unwrap_or_default().trim_start();
        if let (Some(value), Some(tail)) = (value, tail.strip_prefix([':', '：', '.', '、', '．']))
        {
            return Class::Part(value, trim(tail));
        }
    }
    if let Some((letter, _)) = option_start(text) {
        return Class::Option(letter);
    }
    Class::Text
}

/// `一、单选题（每题2分）`, `第一部分 判断题`, `多项选择题`.
fn heading(text: &str) -> Option<Option<Kind>> {
    if text.chars().count() > 80 {
        return None;
    }
    let cut = text.find(['（', '(']).unwrap_or(text.len());
    let head = text.get(..cut)?;
    let word = head.trim_end_matches([':', '：', ' ', '。']);
    let digits: String = word
        .chars()
        .take_while(|c| chinese_number(&c.to_string()).is_some())
        .collect();
    let numbered = word
        .get(digits.len()..)
        .filter(|_| !digits.is_empty())
        .and_then(|rest| rest.strip_prefix(['、', '.', '．', ' ']));
    let bare = match numbered {
        Some(rest) => rest,
        None => match word.strip_prefix('第') {
            Some(rest) => rest
                .split_once("部分")
                .or_else(|| rest.split_once('章'))
                .map(|(_, rest)| rest)?,
            None => word,
        },
    };
    let bare = compact(bare);
    // A heading names the kind and no more; 题 at its end tells it from the start of an answer.
    let short = bare.chars().count() <= 10;
    let named = kind_by_word(&bare);
    let complete = bare.ends_with('题')
        || matches!(
            bare.as_str(),
            "单选" | "多选" | "判断" | "填空" | "简答" | "案例分析" | "案例"
        );
    if !short
        || !complete
        || (named.is_none() && !bare.ends_with("选择题") && bare != "客观题" && bare != "选择题")
    {
        return None;
    }
    Some(named)
}

/// `答案：B`, `【答案】B`, `答案 B`.
pub(super) fn label(text: &str) -> Option<(Label, &str)> {
    let open = text.strip_prefix(['【', '[', '［', '〔']);
    let inner = open.unwrap_or(text);
    let (word, label) = LABELS.iter().find(|(word, _)| inner.starts_with(word))?;
    let rest = inner.get(word.len()..)?;
    if open.is_some() {
        let rest = rest.trim_start().strip_prefix(['】', ']', '］', '〕'])?;
        let rest = rest.trim_start();
        return Some((*label, trim(rest.strip_prefix([':', '：']).unwrap_or(rest))));
    }
    let tight = rest.trim_start();
    if let Some(rest) = tight.strip_prefix([':', '：']) {
        return Some((*label, trim(rest)));
    }
    let key = *label == Label::Answer
        && *word != "答"
        && (key_letters(tight).is_some() || judgement(tight).is_some());
    let set_off = rest.starts_with(is_blank) || tight.starts_with(['(', '（']);
    (key && (set_off || tight.is_ascii())).then_some((*label, tight))
}

/// `案例一：`, `【案例1】`, `案例分析二、`.
fn case_title(text: &str) -> Option<&str> {
    let open = text.strip_prefix(['【', '[']);
    let rest = open.unwrap_or(text).strip_prefix("案例")?;
    let rest = rest.strip_prefix("分析").unwrap_or(rest).trim_start();
    let digits: String = rest
        .chars()
        .take_while(|c| half(*c).is_ascii_digit() || chinese_number(&c.to_string()).is_some())
        .collect();
    let tail = rest.get(digits.len()..)?;
    if digits.is_empty() && open.is_none() && !tail.starts_with([':', '：']) {
        return None;
    }
    let tail = match open {
        Some(_) => tail.trim_start().strip_prefix(['】', ']'])?,
        None => tail,
    };
    if tail.is_empty() {
        return Some("");
    }
    let marked = tail.strip_prefix([':', '：', '、', '.', '．', ' ', '\u{3000}']);
    match (marked, open) {
        (Some(rest), _) => Some(trim(rest)),
        (None, Some(_)) => Some(trim(tail)),
        (None, None) => None,
    }
}

/// `12.`, `１２、`, `12)`, `第12题：`.
fn number(text: &str) -> Option<(usize, &str)> {
    let ordinal = text.strip_prefix('第').filter(|rest| rest.contains('题'));
    let rest = ordinal.unwrap_or(text);
    let digits: String = rest
        .chars()
        .take_while(|c| half(*c).is_ascii_digit())
        .collect();
    let value = whole(&digits).filter(|_| digits.chars().count() <= 4)?;
    let tail = rest.get(digits.len()..)?;
    if ordinal.is_some() {
        let tail = tail.strip_prefix('题')?;
        return Some((
            value,
            trim(tail.trim_start_matches([':', '：', '.', '．', '、', ' '])),
        ));
    }
    let tail = tail.trim_start_matches(' ');
    let sign = tail.chars().next()?;
    let after = tail.get(sign.len_utf8()..)?;
    let decimal = sign == '.' && after.starts_with(|c: char| c.is_ascii_digit());
    (matches!(sign, '.' | '．' | '、' | ')' | '）' | ':' | '：') && !decimal)
        .then(|| (value, trim(after)))
}

/// The number at the start of a text, such as that of the first entry of a list.
pub(super) fn first_number(text: &str) -> Option<usize> {
    number(text).map(|(number, _)| number)
}

/// An option's letter at the start of a text, and its length with sign.
fn option_start(text: &str) -> Option<(char, usize)> {
    let mut chars = text.char_indices();
    let (_, first) = chars.next()?;
    let bracket = matches!(half(first), '(' | '[');
    let (_, c) = if bracket { chars.next()? } else { (0, first) };
    let letter = half(c);
    if !letter.is_ascii_uppercase() {
        return None;
    }
    let (at, sign) = chars.next()?;
    let fits = if bracket {
        matches!(half(sign), ')' | ']')
    } else {
        matches!(
            sign,
            '.' | '．' | '、' | ':' | '：' | ')' | '）' | '\t' | '，'
        )
    };
    let end = at + sign.len_utf8();
    // A bracket's sign may be followed by another: (A).
    fits.then(|| {
        let rest = text.get(end..).unwrap_or_default();
        let more = if bracket && rest.starts_with(['.', '、', '．']) {
            rest.chars().next().map_or(0, char::len_utf8)
        } else {
            0
        };
        (letter, end + more)
    })
}

/// The options on one line, the first of which has the letter at `first`; `taken` tells whether a
/// letter stands at the start of a later line, so that its like within this line is text.
pub(super) fn options_on<'a>(
    line: &'a str,
    first: char,
    taken: &dyn Fn(char) -> bool,
) -> Vec<(char, &'a str)> {
    let line = trim(line);
    let mut found: Vec<(char, usize, usize)> = Vec::new();
    if let Some((letter, length)) = option_start(line).filter(|(letter, _)| *letter == first) {
        found.push((letter, 0, length));
    }
    let mut before: Option<char> = None;
    for (at, c) in line.char_indices() {
        let (Some((last, _, from)), Some(prior)) = (found.last().copied(), before) else {
            before = Some(c);
            continue;
        };
        before = Some(c);
        let Some(next) = letter_after(last) else {
            break;
        };
        if at < from || half(c) != next && !matches!(half(c), '(' | '[') {
            continue;
        }
        let Some((letter, length)) = line.get(at..).and_then(option_start) else {
            continue;
        };
        let spaced = is_blank(prior);
        let sign = line
            .get(at..at + length)
            .and_then(|label| label.chars().last())
            .unwrap_or(' ');
        let tight = matches!(sign, '.' | '．') && !prior.is_ascii_alphabetic();
        if letter == next && (spaced || tight) && !taken(letter) {
            found.push((letter, at, at + length));
        }
    }
    let ends = found
        .iter()
        .skip(1)
        .map(|(_, start, _)| *start)
        .chain([line.len()]);
    found
        .iter()
        .zip(ends)
        .map(|((letter, _, from), end)| (*letter, trim(line.get(*from..end).unwrap_or_default())))
        .collect()
}

fn letter_after(c: char) -> Option<char> {
    crate::model::letter_index(c)
        .map(|index| letter(index + 1))
        .filter(|c| *c != '?')
}

/// The options of a text of several lines, from A on; empty when it has none.
pub(crate) fn options_of(text: &str) -> Vec<String> {
    let mut options: Vec<String> = Vec::new();
    for line in text.lines() {
        let found = options_on(line, letter(options.len()), &|_| false);
        match (found.is_empty(), options.last_mut()) {
            (true, Some(last)) if !trim(line).is_empty() => {
                last.push('\n');
                last.push_str(trim(line));
            }
            _ => options.extend(found.into_iter().map(|(_, text)| text.to_owned())),
        }
    }
    options
}

/// Cuts a line before each label that stands within it: `…是（B）。  答案：B  解析：见`.
pub(super) fn pieces(line: &str) -> Vec<&str> {
    let mut cuts = Vec::new();
    let mut before: Option<char> = None;
    for (at, c) in line.char_indices() {
        let set_off = before.is_some_and(is_blank);
        before = Some(c);
        if at == 0
            || !(matches!(c, '【')
                || (set_off && matches!(c, '答' | '解' | '参' | '正' | '标' | '难' | '知' | '依')))
        {
            continue;
        }
        let rest = line.get(at..).unwrap_or_default();
        let own = label(rest).is_some_and(|(label, _)| label != Label::Kind);
        // The single 答： is too short to be told from text.
        if own && !rest.starts_with("答：") && !rest.starts_with("答:") {
            cuts.push(at);
        }
    }
    let mut pieces = Vec::with_capacity(cuts.len() + 1);
    let mut from = 0;
    for cut in cuts.into_iter().chain([line.len()]) {
        pieces.push(line.get(from..cut).unwrap_or_default());
        from = cut;
    }
    pieces
}

/// The options that stand on the line of the stem, `题干 A.甲 B.乙`: where the first begins.
pub(super) fn inline_options(text: &str) -> Option<usize> {
    if text.len() > MAX_INLINE {
        return None;
    }
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let prior = before.replace(c);
        if half(c) == 'A'
            && prior
                .is_some_and(|p| is_blank(p) || matches!(p, '。' | '）' | ')' | '？' | '：' | '.'))
            && let Some(rest) = text.get(at..)
            && options_on(rest, 'A', &|_| false).len() >= 2
        {
            return Some(at);
        }
    }
    None
}

/// The kind in brackets at the start or the end of a stem, `【单选题】…`, `…（多选）`.
pub(super) fn kind_mark(stem: &str) -> (Option<Kind>, &str) {
    let stem = trim(stem);
    let known = |word: &str| {
        let word = compact(word);
        let complete = word.ends_with('题')
            || matches!(
                word.as_str(),
                "单选" | "多选" | "判断" | "填空" | "简答" | "案例" | "不定项"
            );
        (complete && word.chars().count() <= 6)
            .then(|| kind_by_word(&word))
            .flatten()
    };
    if let Some(rest) = stem.strip_prefix(['【', '[', '（', '('])
        && let Some(end) = rest.find(['】', ']', '）', ')'])
        && let Some((word, tail)) = rest.split_at_checked(end)
        && let Some(kind) = known(word)
    {
        let tail = tail
            .get(tail.chars().next().map_or(0, char::len_utf8)..)
            .unwrap_or_default();
        return (Some(kind), trim(tail));
    }
    let body = stem.trim_end_matches(['。', '.']);
    if let Some(inner) = body.strip_suffix(['】', ']', '）', ')'])
        && let Some(at) = inner.rfind(['【', '[', '（', '('])
        && let Some((head, word)) = inner.split_at_checked(at)
        && let Some(kind) = known(
            word.get(word.chars().next().map_or(0, char::len_utf8)..)
                .unwrap_or_default(),
        )
    {
        return (Some(kind), trim(head));
    }
    (None, stem)
}

/// A key in brackets within the stem, `上限是（ B ）`: the key and the stem with empty brackets.
pub(super) fn inline_key(stem: &str, choice: bool) -> Option<(String, String)> {
    if stem.len() > MAX_INLINE {
        return None;
    }
    let mut found = None;
    for (start, c) in stem.char_indices().filter(|(_, c)| matches!(c, '（' | '(')) {
        let inner = stem.get(start + c.len_utf8()..)?;
        let Some(end) = inner.find(['）', ')']) else {
            break;
        };
        let word = inner.get(..end)?;
        let fits = if choice {
            key_letters(word).is_some_and(|letters| letters.iter().all(|c| *c <= 'J'))
        } else {
            matches!(
                trim(word),
                "√" | "×" | "对" | "错" | "✓" | "✗" | "正确" | "错误" | "✔" | "✘" | "X"
            )
        };
        if fits {
            found = Some((start + c.len_utf8(), word));
        }
    }
    let (start, word) = found?;
    let mut rest = stem.to_owned();
    rest.replace_range(start..start + word.len(), "\u{3000}");
    Some((trim(word).to_owned(), rest))
}

#[cfg(test)]
mod tests;
