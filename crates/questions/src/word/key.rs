//! Keys that stand together at the end: `1.C 2.AB 3.对`, `1-5 CBACD`.

use crate::text::{half, is_blank, judgement, key_letters};

/// Number and key of each entry of a line; none when the line holds anything else.
pub(super) fn entries(line: &str) -> Vec<(usize, String)> {
    let text: String = line
        .chars()
        .map(|c| if is_blank(c) { ' ' } else { c })
        .collect();
    let tokens: Vec<String> = text
        .split([' ', '；', ';', '，'])
        .filter(|token| !token.is_empty())
        .map(str::to_owned)
        .collect();
    let mut found = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let Some((from, rest)) = number(&token) else {
            return Vec::new();
        };
        let range = rest.trim_start_matches(['-', '—', '–', '~', '～', '至']);
        let last = if range.len() < rest.len() {
            number(range)
        } else {
            None
        };
        let (to, rest) = match last {
            Some((to, rest)) => (to, rest),
            None => (from, rest.to_owned()),
        };
        let mut value = rest
            .trim_start_matches(['.', '．', '、', ':', '：', ')', '）', '题'])
            .to_owned();
        if value.is_empty()
            && let Some(next) = tokens.next_if(|next| number(next).is_none())
        {
            value = next;
        }
        if to > from && to - from < 200 {
            let keys: Vec<char> = value.chars().filter(|c| !is_blank(*c)).collect();
            if keys.len() != to - from + 1 {
                return Vec::new();
            }
            found.extend((from..=to).zip(keys.into_iter().map(String::from)));
        } else if judgement(&value).is_some()
            || key_letters(&value).is_some_and(|letters| letters.iter().all(|c| *c <= 'J'))
        {
            found.push((from, value));
        } else {
            return Vec::new();
        }
    }
    found
}

fn number(text: &str) -> Option<(usize, String)> {
    let digits: String = text
        .chars()
        .take_while(|c| half(*c).is_ascii_digit())
        .collect();
    let value = crate::text::whole(&digits)?;
    Some((value, text.get(digits.len()..)?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_the_usual_forms() {
        let got = |line: &str| {
            entries(line)
                .into_iter()
                .map(|(n, k)| format!("{n}{k}"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(got("1.C 2、AB　3.对"), "1C 2AB 3对");
        assert_eq!(got("1-5 CBACD"), "1C 2B 3A 4C 5D");
        assert_eq!(got("１～３：√×√"), "1√ 2× 3√");
        assert_eq!(got("1. C 2. D"), "1C 2D");
        assert_eq!(got("见附件"), "");
        assert_eq!(got("1.C 见附件"), "");
    }
}
