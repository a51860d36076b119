//! Aiken: a stem, options `A.` or `A)`, and `ANSWER: B`. It knows choices and nothing else.

use crate::assemble::{Raw, assemble};
use crate::format::{Item, MAX_ITEMS, Unreadable, Written};
use crate::lossless::carry;
use crate::model::{Answer, Kind, Question, letter};
use crate::text::{half, key_letters, trim};
use crate::validate::Fault;

/// Whether a text could be Aiken: a key and an option.
pub(crate) fn looks_like(text: &str) -> bool {
    text.lines().any(|line| key(trim(line)).is_some())
        && text.lines().any(|line| option(trim(line)).is_some())
}

/// What stands behind `ANSWER:`.
fn key(line: &str) -> Option<&str> {
    ["ANSWER", "答案", "正确答案"].iter().find_map(|word| {
        let head = line.get(..word.len())?;
        let rest = head
            .eq_ignore_ascii_case(word)
            .then(|| line.get(word.len()..))??;
        rest.trim_start().strip_prefix([':', '：'])
    })
}

/// Letter and text of an option line.
fn option(line: &str) -> Option<(char, &str)> {
    let mut chars = line.chars();
    let letter = half(chars.next()?);
    let sign = chars.next()?;
    let text = chars.as_str();
    (letter.is_ascii_uppercase() && matches!(sign, '.' | ')' | '．' | '）' | '、'))
        .then(|| (letter, trim(text)))
}

/// A question that is being read.
#[derive(Default)]
struct Open {
    line: u32,
    stem: String,
    options: Vec<String>,
    faults: Vec<Fault>,
    key: Option<String>,
}

impl Open {
    fn close(self) -> Raw {
        let mut raw = Raw::new(self.line);
        raw.question.stem = self.stem;
        raw.question.options = self.options;
        raw.faults = self.faults;
        raw.set(Kind::Single);
        if let Some(text) = self
            .key
            .map(|key| trim(&key).to_owned())
            .filter(|key| !key.is_empty())
        {
            match key_letters(&text) {
                Some(letters) => {
                    if letters.len() > 1 {
                        raw.set(Kind::Multiple);
                    }
                    raw.question.answer = Answer::letters(letters);
                }
                None => raw.faults.push(Fault::AnswerUnclear {
                    kind: Kind::Single.chinese(),
                    text,
                    hint: "应写选项字母",
                }),
            }
            if raw
                .faults
                .iter()
                .any(|fault| matches!(fault, Fault::AnswerUnclear { .. }))
            {
                // Said once: the key is there, though not understood.
                raw.question.answer = Answer::None;
            }
        }
        raw
    }
}

/// Reads all questions.
pub(crate) fn read(text: &str) -> Result<Vec<Item>, Unreadable> {
    let lines: Vec<&str> = text.split('\n').map(trim).collect();
    if !lines
        .iter()
        .any(|line| key(line).is_some() || option(line).is_some())
    {
        return Err(Unreadable::NoQuestion);
    }
    let mut raws: Vec<Raw> = Vec::new();
    let mut open: Option<Open> = None;
    for (index, line) in lines.iter().enumerate() {
        if raws.len() > MAX_ITEMS {
            return Err(Unreadable::TooManyItems);
        }
        let here = u32::try_from(index + 1).unwrap_or(u32::MAX);
        if line.is_empty() {
            // The first of several blank lines has decided.
            if index > 0 && lines.get(index - 1).is_some_and(|before| before.is_empty()) {
                continue;
            }
            // A blank line ends a question that has options, or a stem that no option follows.
            let next = lines
                .get(index + 1..)
                .unwrap_or_default()
                .iter()
                .find(|l| !l.is_empty());
            let goes_on = next.is_some_and(|next| {
                key(next).is_some()
                    || option(next).is_some_and(|(letter, _)| {
                        letter != 'A' || open.as_ref().is_some_and(|o| o.options.is_empty())
                    })
            });
            if !goes_on {
                raws.extend(open.take().map(Open::close));
            }
        } else if let Some(text) = key(line) {
            let mut done = open.take().unwrap_or(Open {
                line: here,
                ..Open::default()
            });
            done.key = Some(text.to_owned());
            raws.push(done.close());
        } else if let Some((found, text)) = option(line) {
            let item = open.get_or_insert_with(|| Open {
                line: here,
                ..Open::default()
            });
            let expected = letter(item.options.len());
            if found != expected {
                item.faults
                    .push(Fault::OptionsOutOfOrder { expected, found });
            }
            item.options.push(text.to_owned());
        } else {
            // A stem behind options without a key: the question before it is broken, not this one.
            if open.as_ref().is_some_and(|item| !item.options.is_empty()) {
                raws.extend(open.take().map(Open::close));
            }
            let item = open.get_or_insert_with(|| Open {
                line: here,
                ..Open::default()
            });
            if !item.stem.is_empty() {
                item.stem.push('\n');
            }
            item.stem.push_str(line);
        }
    }
    raws.extend(open.map(Open::close));
    Ok(assemble(raws))
}

/// Writes an Aiken file in UTF-8. True/false becomes a choice of 对 and 错.
pub(crate) fn write(questions: &[Question]) -> Written {
    let carried = carry(questions, false, emit, |text| {
        read(text).unwrap_or_default()
    });
    Written {
        bytes: carried.text().into_bytes(),
        lost: carried.lost,
    }
}

fn emit(question: &Question) -> Result<String, String> {
    let judge = ["对".to_owned(), "错".to_owned()];
    let (options, letters) = match (&question.answer, question.kind) {
        (Answer::Options(letters), Kind::Single) => (&question.options[..], letters.clone()),
        (Answer::TrueFalse(right), _) => (&judge[..], vec![if *right { 'A' } else { 'B' }]),
        _ => return Err("Aiken只能表示单选题".to_owned()),
    };
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let one_line = |text: &str| {
        if text.contains(['\n', '\t']) {
            one_line(text)
        } else {
            text.to_owned()
        }
    };
    let mut out = one_line(&question.stem);
    for (index, text) in options.iter().enumerate() {
        out.push_str(&format!("\n{}. {}", letter(index), one_line(text)));
    }
    out.push_str(&format!(
        "\nANSWER: {}\n\n",
        letters.iter().collect::<String>()
    ));
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_and_their_verdicts() {
        let text = "\
当场处罚的上限是
A. 一百元
B) 二百元
ANSWER: B

没有答案的题
A. 甲
B. 乙

孤零零的题干

选项在空行之后

Ａ．甲
Ｂ、乙
答案：Ａ
答案不在选项中
A. 甲
B. 乙
ANSWER: D

多选
A. 甲
B. 乙
ANSWER: A, B

跳号
A. 甲
C. 乙
ANSWER: A

看不懂
A. 甲
B. 乙
ANSWER: 甲
";
        let items = read(text).unwrap();
        let got: Vec<(u32, &str, Option<String>)> = items
            .iter()
            .map(|item| (item.line, item.kind.unwrap().name(), item.reason()))
            .collect();
        let told = |text: &str| Some(text.to_owned());
        assert_eq!(
            got,
            [
                (1, "single", None),
                (6, "single", told("缺少答案")),
                (10, "single", told("单选题至少要有两个选项；缺少答案")),
                (12, "single", None),
                (17, "single", told("答案D不在选项中")),
                (22, "multiple", None),
                (27, "single", told("选项字母不连续：B的位置上是C")),
                (
                    32,
                    "single",
                    told("单选题的答案“甲”无法识别，应写选项字母；缺少答案")
                ),
            ]
        );
    }

    #[test]
    fn single_choices_come_back_and_the_rest_is_listed() {
        let mut judge = Question::new(Kind::TrueFalse, "一人可以执法");
        judge.answer = Answer::TrueFalse(false);
        let mut long = Question::choice("一\n二", ["甲", "乙"], "A");
        long.explanation = "见".into();
        let questions = [
            Question::choice("上限是（　）。", ["一百元", "二百元"], "B"),
            Question::choice("种类", ["甲", "乙"], "AB"),
            judge,
            long,
        ];
        let written = write(&questions);
        let lost: Vec<(usize, &str)> = written
            .lost
            .iter()
            .map(|l| (l.question, l.what.as_str()))
            .collect();
        assert_eq!(
            lost,
            [
                (1, "整题：Aiken只能表示单选题"),
                (2, "题型（判断题写成了单选题）"),
                (3, "题干中的空格或换行"),
                (3, "解析"),
            ]
        );
        let items = read(std::str::from_utf8(&written.bytes).unwrap()).unwrap();
        assert_eq!(items.len(), 3);
        assert_eq!(items[0].result.as_ref().unwrap(), &questions[0]);
    }
}
