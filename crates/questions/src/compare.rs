//! When two short texts say the same: what fills a blank is compared as a person would.

use crate::text::compact;

/// The form in which texts are compared: width, case, spaces, quotes and signs at the end do not count, 二百 is 200.
#[must_use]
pub fn comparable(text: &str) -> String {
    let mut text: String = compact(text)
        .chars()
        .map(|c| if c == '。' { '.' } else { c })
        .filter(|c| !matches!(c, '"' | '\'' | '“' | '”' | '《' | '》' | '<' | '>'))
        .collect();
    while text.ends_with(['.', ',', ';', '!']) {
        text.pop();
    }
    in_digits(&text)
}

/// Whether a text says what is accepted; an empty one never does.
#[must_use]
pub fn says(accepted: &str, text: &str) -> bool {
    let text = comparable(text);
    !text.is_empty() && text == comparable(accepted)
}

/// Chinese numbers as digits: 二百 is 200, 一千零五十 is 1050, 二〇二一 is 2021.
fn in_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().chain(['\0']) {
        if "零〇一二两三四五六七八九十百千万".contains(c) {
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            match value_of(&run) {
                Some(value) => out.push_str(&value),
                None => out.push_str(&run),
            }
            run.clear();
        }
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

fn value_of(run: &str) -> Option<String> {
    let digit = |c: char| match c {
        '零' | '〇' => Some(0_u64),
        '两' => Some(2),
        _ => "一二三四五六七八九"
            .chars()
            .position(|d| d == c)
            .map(|at| at as u64 + 1),
    };
    if run.chars().count() > 12 {
        return None;
    }
    if run.chars().all(|c| digit(c).is_some()) {
        return Some(
            run.chars()
                .filter_map(digit)
                .map(|d| d.to_string())
                .collect(),
        );
    }
    let (mut total, mut section, mut number) = (0_u64, 0_u64, None);
    for c in run.chars() {
        match digit(c) {
            // 零 only fills a gap.
            Some(0) => {}
            Some(_) if number.is_some() => return None,
            Some(value) => number = Some(value),
            None => {
                let unit = match c {
                    '十' => 10,
                    '百' => 100,
                    '千' => 1000,
                    _ => 10_000,
                };
                if unit == 10_000 {
                    total = (total + section + number.take().unwrap_or(0)) * unit;
                    section = 0;
                } else {
                    section += number.take().unwrap_or(1) * unit;
                }
            }
        }
    }
    Some((total + section + number.unwrap_or(0)).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_would_not_hold_against_a_candidate_is_the_same() {
        for (accepted, text) in [
            ("二百元", "２００元。"),
            ("行政处罚法", "《行政处罚法》"),
            ("GB/T 22239", "gb/t22239"),
            ("听证", " 听 证；"),
            ("五日", "5日"),
        ] {
            assert!(says(accepted, text), "{accepted} {text}");
        }
        for (accepted, text) in [
            ("五日", "五个工作日"),
            ("二百元", "二千元"),
            ("听证", ""),
            ("。", "。"),
        ] {
            assert!(!says(accepted, text), "{accepted} {text}");
        }
    }

    #[test]
    fn chinese_numbers_have_a_value() {
        for (text, want) in [
            ("二百", "200"),
            ("一千零五十", "1050"),
            ("二〇二一年", "2021年"),
            ("十五日", "15日"),
            ("三万二千", "32000"),
            ("百分之三", "100分之3"),
            ("五", "5"),
            ("甲", "甲"),
        ] {
            assert_eq!(in_digits(text), want, "{text}");
        }
    }
}
