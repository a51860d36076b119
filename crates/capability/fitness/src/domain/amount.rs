//! Figures as people write them: `13.4`, `13″4`, `4′35″`, `4:35.2`, `4分35秒`, `265厘米`, `35次`.

use chengzhi_rules::fitness::{FitnessItem, Measure};

/// Words for an attempt that was broken off.
const BROKEN_OFF: [&str; 4] = ["未完成", "中止", "弃权", "犯规"];

/// One attempt as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// A figure, thousandths.
    Value(i64),
    /// Broken off.
    BrokenOff,
}

/// Reads an attempt of an item.
///
/// # Errors
/// A Chinese sentence without its row.
pub fn read(item: &FitnessItem, text: &str) -> Result<Written, String> {
    let text = text.trim();
    if BROKEN_OFF.contains(&text) {
        return Ok(Written::BrokenOff);
    }
    let value = parse(item.measure, text).ok_or_else(|| {
        format!(
            "{}“{}”无法识别，请写成{}的样子；中途停下写未完成",
            item.name,
            text.chars().take(20).collect::<String>(),
            sample(item)
        )
    })?;
    check(item, value).map(|()| Written::Value(value))
}

/// Whether a figure can be true.
///
/// # Errors
/// A Chinese sentence without its row.
pub fn check(item: &FitnessItem, value: i64) -> Result<(), String> {
    if item.measure == Measure::Times && value % 1_000 != 0 {
        return Err(format!("{}的次数应为整数", item.name));
    }
    if (item.least..=item.most).contains(&value) {
        return Ok(());
    }
    Err(format!(
        "{}{}不在合理范围（{}至{}）内，请核对",
        item.name,
        show(item.measure, value),
        show(item.measure, item.least),
        show(item.measure, item.most)
    ))
}

fn sample(item: &FitnessItem) -> &'static str {
    match item.measure {
        Measure::Seconds if item.most > 120_000 => "4′35″或者4:35",
        Measure::Seconds => "13.4",
        Measure::Centimetres => "265",
        Measure::Times => "35",
    }
}

fn parse(measure: Measure, text: &str) -> Option<i64> {
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10).unwrap_or(c),
            '．' | '。' => '.',
            '：' => ':',
            c => c,
        })
        .collect();
    match measure {
        Measure::Seconds => seconds(&text),
        Measure::Centimetres => {
            let bare = ["厘米", "公分", "cm", "CM"]
                .iter()
                .find_map(|unit| text.strip_suffix(unit))
                .unwrap_or(&text);
            thousandths(bare)
        }
        Measure::Times => thousandths(
            ["次", "个"]
                .iter()
                .find_map(|unit| text.strip_suffix(unit))
                .unwrap_or(&text),
        ),
    }
}

fn seconds(text: &str) -> Option<i64> {
    // 13″4 and 4′35″2: what follows the second's mark is its decimals.
    let text = text.replace("''", "\"").replace("′′", "\"");
    let mut plain = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '分' | '′' | '’' | '‘' | '\'' => plain.push(':'),
            '秒' | '″' | '”' | '“' | '"' => {
                if rest.peek().is_some() {
                    plain.push('.');
                }
            }
            c => plain.push(c),
        }
    }
    let plain = plain
        .strip_suffix(':')
        .map_or(plain.clone(), |minutes| format!("{minutes}:0"));
    let parts: Vec<&str> = plain.split(':').collect();
    let (last, before) = parts.split_last()?;
    let (hours, minutes) = match before {
        [] => (0, 0),
        [minutes] => (0, whole(minutes)?),
        [hours, minutes] => (whole(hours)?, whole(minutes)?),
        _ => return None,
    };
    let seconds = thousandths(last)?;
    // 4:75 is a slip of the pen, not five minutes.
    if !before.is_empty() && seconds >= 60_000 || (hours > 0 && minutes >= 60) {
        return None;
    }
    Some((hours * 60 + minutes) * 60_000 + seconds)
}

fn whole(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn thousandths(text: &str) -> Option<i64> {
    let (head, tail) = text.split_once('.').unwrap_or((text, ""));
    let tail = tail.trim_end_matches('0');
    if tail.len() > 3 || (text.contains('.') && text.ends_with('.')) {
        return None;
    }
    if !tail.bytes().all(|b| b.is_ascii_digit()) || head.len() > 6 {
        return None;
    }
    let head: i64 = if head.bytes().all(|b| b.is_ascii_digit()) {
        head.parse().ok()?
    } else {
        return None;
    };
    let tail: i64 = format!("{tail:0<3}").parse().ok()?;
    Some(head * 1_000 + tail)
}

/// A figure as pages and sheets show it: `13.4秒`, `4分35秒`, `265厘米`, `35次`.
#[must_use]
pub fn show(measure: Measure, value: i64) -> String {
    match measure {
        Measure::Seconds if value >= 60_000 => {
            format!("{}分{}秒", value / 60_000, plain(value % 60_000, 2))
        }
        Measure::Seconds => format!("{}秒", plain(value, 1)),
        Measure::Centimetres => format!("{}厘米", plain(value, 1)),
        Measure::Times => format!("{}次", plain(value, 1)),
    }
}

/// Thousandths without needless zeros, at least `digits` before the point.
fn plain(value: i64, digits: usize) -> String {
    let (head, tail) = (value / 1_000, value % 1_000);
    let tail = format!("{tail:03}");
    let tail = tail.trim_end_matches('0');
    if tail.is_empty() {
        format!("{head:0digits$}")
    } else {
        format!("{head:0digits$}.{tail}")
    }
}

#[cfg(test)]
mod tests {
    use chengzhi_rules::fitness::fitness_examples;
    use proptest::prelude::*;

    use super::*;

    fn item(code: &str) -> &'static FitnessItem {
        fitness_examples().last().unwrap().item(code).unwrap()
    }

    #[test]
    fn figures_are_read_as_people_write_them() {
        for (code, text, value) in [
            ("shuttle", "13.4", 13_400),
            ("shuttle", "13″4", 13_400),
            ("shuttle", "13\"4", 13_400),
            ("shuttle", "13秒4", 13_400),
            ("shuttle", "１３．４秒", 13_400),
            ("shuttle", "13", 13_000),
            ("run1000", "4′35″", 275_000),
            ("run1000", "4'35''", 275_000),
            ("run1000", "4′35″2", 275_200),
            ("run1000", "4：35", 275_000),
            ("run1000", "0:04:35", 275_000),
            ("run1000", "4分35秒", 275_000),
            ("run1000", "4分", 240_000),
            ("run1000", "275", 275_000),
            ("jump", "265", 265_000),
            ("jump", "265.5cm", 265_500),
            ("jump", "265 厘米", 265_000),
        ] {
            assert_eq!(read(item(code), text), Ok(Written::Value(value)), "{text}");
        }
        assert_eq!(read(item("jump"), "未完成"), Ok(Written::BrokenOff));
    }

    #[test]
    fn what_cannot_be_true_is_refused_with_a_sample() {
        for (code, text, says) in [
            ("shuttle", "", "无法识别"),
            ("shuttle", "十三", "无法识别"),
            ("shuttle", "-13", "无法识别"),
            ("shuttle", "13.4.5", "无法识别"),
            ("shuttle", "13.", "无法识别"),
            ("shuttle", ".", "无法识别"),
            ("shuttle", "13.45678", "无法识别"),
            ("shuttle", "1e3", "无法识别"),
            ("run1000", "4:75", "4′35″"),
            ("run1000", "4.35", "合理范围"),
            ("run1000", "1:2:3:4", "无法识别"),
            ("jump", "2.65", "合理范围"),
            ("jump", "99999999999999999999", "无法识别"),
        ] {
            let text = read(item(code), text).unwrap_err();
            assert!(text.contains(says), "{text}");
        }
        let mut times = item("jump").clone();
        times.measure = Measure::Times;
        times.least = 0;
        assert!(read(&times, "3.5").unwrap_err().contains("整数"));
    }

    #[test]
    fn figures_are_shown_short() {
        for (measure, value, text) in [
            (Measure::Seconds, 13_400, "13.4秒"),
            (Measure::Seconds, 60_000, "1分00秒"),
            (Measure::Seconds, 275_250, "4分35.25秒"),
            (Measure::Centimetres, 265_000, "265厘米"),
            (Measure::Times, 35_000, "35次"),
        ] {
            assert_eq!(show(measure, value), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(value in 0i64..10_000_000, code in 0usize..4) {
            let mut item = fitness_examples().last().unwrap().items[code].clone();
            item.least = 0;
            item.most = 100_000_000;
            let shown = show(item.measure, value);
            prop_assert_eq!(read(&item, &shown), Ok(Written::Value(value)), "{}", shown);
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,20}") {
            for item in &fitness_examples().last().unwrap().items {
                let _ = read(item, &text);
            }
        }
    }
}
