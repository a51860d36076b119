//! Questions as Chinese offices write them, in a sheet or a document: what a person typed becomes
//! kind, key and verdict.

use crate::assemble::Raw;
use crate::model::{Answer, Kind, Part, Question, letter};
use crate::text::{
    blanks_in, compact, judgement, key_letters, part_number, read_citation, split_blanks, trim,
};
use crate::validate::Fault;

/// What stands for "no model answer" in a file for people.
pub(crate) const NO_MODEL: &str = "略";

/// A question, or a sub-question, as it was typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    pub(crate) line: u32,
    pub(crate) kind: Option<Kind>,
    pub(crate) stem: String,
    pub(crate) options: Vec<String>,
    /// What stands behind 答案：; `None` where nothing does.
    pub(crate) answer: Option<String>,
    pub(crate) explanation: String,
    pub(crate) field_of_law: String,
    pub(crate) topic: String,
    pub(crate) difficulty: String,
    pub(crate) citation: String,
    pub(crate) author: String,
    pub(crate) parts: Vec<Draft>,
    pub(crate) faults: Vec<Fault>,
}

impl Draft {
    /// Understands it.
    pub(crate) fn finish(mut self) -> Raw {
        let mut raw = Raw::new(self.line);
        raw.faults = std::mem::take(&mut self.faults);
        if self.kind.is_none() && !self.parts.is_empty() {
            self.kind = Some(Kind::Case);
        }
        let parts = std::mem::take(&mut self.parts);
        let parts = self.deal_out(parts);
        let answer = self
            .answer
            .as_deref()
            .map(trim)
            .unwrap_or_default()
            .to_owned();
        // A kind that is named and foreign is not guessed again.
        let foreign = raw
            .faults
            .iter()
            .any(|f| matches!(f, Fault::KindForeign(_)));
        let kind = self
            .kind
            .or_else(|| self.infer(&answer))
            .filter(|_| !foreign);
        let question = &mut raw.question;
        question.stem = trim(&self.stem).to_owned();
        question.explanation = trim(&self.explanation).to_owned();
        question.field_of_law = trim(&self.field_of_law).to_owned();
        question.topic = trim(&self.topic).to_owned();
        question.author = trim(&self.author).to_owned();
        question.options = self
            .options
            .iter()
            .map(|text| trim(text).to_owned())
            .collect();
        question.source = read_citation(&self.citation);
        if !trim(&self.difficulty).is_empty() {
            match difficulty(&self.difficulty) {
                Some(level) => question.difficulty = Some(level),
                None => raw
                    .faults
                    .push(Fault::Difficulty(trim(&self.difficulty).to_owned())),
            }
        }
        match kind {
            Some(kind) => {
                raw.set(kind);
                understand(&answer, !parts.is_empty(), &mut raw);
            }
            None => raw.question.answer = Answer::text(answer),
        }
        for part in parts {
            raw.adopt(part.finish());
        }
        raw
    }

    /// Answers that stand together behind the last sub-question, `（1）…（2）…`, go to their own.
    fn deal_out(&mut self, mut parts: Vec<Draft>) -> Vec<Draft> {
        let (Some((last, before)), true) = (parts.split_last(), parts.len() > 1) else {
            return parts;
        };
        let from_case = self.answer.is_some();
        let joint = self.answer.as_deref().or(last.answer.as_deref()).map(trim);
        let Some(joint) = joint.filter(|text| part_number(text).is_some_and(|(n, _)| n == 1))
        else {
            return parts;
        };
        if before.iter().any(|part| part.answer.is_some()) {
            return parts;
        }
        let pieces = numbered(joint);
        if pieces.len() == parts.len() {
            for (part, piece) in parts.iter_mut().zip(pieces) {
                part.answer = Some(piece);
            }
            if from_case {
                self.answer = None;
            }
        }
        parts
    }

    /// The kind by what is there; `None` when that says nothing.
    fn infer(&self, answer: &str) -> Option<Kind> {
        if !self.options.is_empty() {
            let judged = self
                .options
                .iter()
                .filter_map(|text| judgement(text))
                .count();
            if judged == 2 && self.options.len() == 2 {
                return Some(Kind::TrueFalse);
            }
            let letters = key_letters(answer).map_or(1, |letters| letters.len());
            return Some(if letters > 1 {
                Kind::Multiple
            } else {
                Kind::Single
            });
        }
        if judgement(answer).is_some() {
            return Some(Kind::TrueFalse);
        }
        let blanks = blanks_in(&self.stem);
        match (answer.is_empty(), blanks) {
            (true, 0) => None,
            // Empty brackets may wait for a letter as well as for a word; a line waits for a word.
            (true, _) => self.stem.contains("__").then_some(Kind::FillIn),
            (false, 0) => Some(Kind::ShortAnswer),
            (false, _) => Some(Kind::FillIn),
        }
    }
}

/// Pieces of `（1）…（2）…` at the starts of lines or of the text.
fn numbered(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut from = 0;
    let starts = text.char_indices().filter_map(|(at, _)| {
        let (number, rest) = part_number(text.get(at..)?)?;
        Some((at, number, text.len() - rest.len()))
    });
    let mut expected = 1;
    for (at, number, content) in starts {
        if number == expected {
            if expected > 1 {
                pieces.push(trim(text.get(from..at).unwrap_or_default()).to_owned());
            }
            from = content;
            expected += 1;
        }
    }
    pieces.push(trim(text.get(from..).unwrap_or_default()).to_owned());
    pieces
}

/// Reads the key by the kind.
fn understand(answer: &str, has_parts: bool, raw: &mut Raw) {
    let kind = raw.question.kind;
    let unclear = |hint| Fault::AnswerUnclear {
        kind: kind.chinese(),
        text: answer.chars().take(40).collect(),
        hint,
    };
    match kind {
        Kind::Single | Kind::Multiple => {
            if answer.is_empty() {
                return;
            }
            let letters = key_letters(answer).or_else(|| by_text(answer, &raw.question));
            match letters {
                Some(letters) => raw.question.answer = Answer::Options(letters),
                None => raw.faults.push(unclear("应写选项字母")),
            }
        }
        Kind::TrueFalse => {
            let options = std::mem::take(&mut raw.question.options);
            let judged: Vec<bool> = options.iter().filter_map(|text| judgement(text)).collect();
            let by_letter = || match (key_letters(answer)?.as_slice(), judged.as_slice()) {
                (['A'], [first, _]) => Some(*first),
                (['B'], [_, second]) => Some(*second),
                _ => None,
            };
            if judged.len() != options.len() {
                raw.question.options = options.clone();
            }
            if answer.is_empty() {
                return;
            }
            match judgement(answer).or_else(by_letter) {
                Some(right) => raw.question.answer = Answer::TrueFalse(right),
                None => raw.faults.push(unclear("应写对或错")),
            }
        }
        Kind::FillIn => {
            let blanks = split_blanks(answer, blanks_in(&raw.question.stem));
            if !blanks.is_empty() {
                raw.question.answer = Answer::Blanks(blanks);
            }
        }
        Kind::ShortAnswer if answer.is_empty() => raw.faults.push(Fault::AnswerMissing),
        Kind::Case if answer.is_empty() && has_parts => {}
        Kind::ShortAnswer | Kind::Case => {
            raw.question.answer = match answer {
                NO_MODEL => Answer::None,
                text => Answer::text(text),
            };
        }
    }
}

/// Some write the text of the option instead of its letter.
fn by_text(answer: &str, question: &Question) -> Option<Vec<char>> {
    let wanted = compact(answer);
    let at = question
        .options
        .iter()
        .position(|option| compact(option) == wanted)?;
    Some(vec![letter(at)])
}

/// A level from 1 to 5, by number or word.
fn difficulty(text: &str) -> Option<u8> {
    let text = compact(text);
    let text = text.strip_suffix('级').unwrap_or(&text);
    let text = text.strip_suffix(".0").unwrap_or(text);
    match text {
        "易" | "容易" | "简单" | "低" => Some(1),
        "较易" | "较容易" | "偏易" => Some(2),
        "中" | "中等" | "一般" | "适中" => Some(3),
        "较难" | "偏难" => Some(4),
        "难" | "困难" | "高" => Some(5),
        _ => text.parse().ok().filter(|level| (1..=5).contains(level)),
    }
}

/// The kind that a word names, `单项选择题` as well as `single`; `None` for others, 选择题 among
/// them, which leaves open how many.
pub(crate) fn kind_by_word(text: &str) -> Option<Kind> {
    let text = compact(text);
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let named = Kind::ALL.into_iter().find(|kind| kind.name() == text);
    named.or_else(|| {
        if has(&["单选", "单项选择"]) {
            Some(Kind::Single)
        } else if has(&["多选", "多项选择", "不定项"]) {
            Some(Kind::Multiple)
        } else if has(&["判断", "是非", "对错"]) {
            Some(Kind::TrueFalse)
        } else if has(&["填空"]) {
            Some(Kind::FillIn)
        } else if has(&["案例", "材料分析", "综合分析", "情景分析"]) {
            Some(Kind::Case)
        } else if has(&["简答", "问答", "论述", "名词解释", "主观题", "简述"]) {
            Some(Kind::ShortAnswer)
        } else {
            None
        }
    })
}

/// A sub-question as a draft writes it for people: kind in Chinese and key on one line.
pub(crate) fn answer_for_people(kind: Kind, answer: &Answer) -> String {
    match (kind, answer) {
        (Kind::ShortAnswer, Answer::None) => NO_MODEL.to_owned(),
        _ => crate::check::as_text(answer),
    }
}

/// The sub-question as a question, for writers that treat both alike.
pub(crate) fn part_questions(question: &Question) -> impl Iterator<Item = Question> {
    question
        .parts
        .iter()
        .map(|part: &Part| Question::from(part.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::sentence;

    fn draft(stem: &str, options: &[&str], answer: &str) -> Raw {
        Draft {
            stem: stem.into(),
            options: options.iter().map(|t| (*t).to_owned()).collect(),
            answer: Some(answer.into()),
            ..Draft::default()
        }
        .finish()
    }

    #[test]
    fn the_kind_follows_from_what_is_there() {
        let cases: [(&str, &[&str], &str, Option<Kind>); 9] = [
            ("上限是", &["一", "二"], "B", Some(Kind::Single)),
            ("种类有", &["一", "二"], "A、B", Some(Kind::Multiple)),
            ("可以", &["对", "错"], "A", Some(Kind::TrueFalse)),
            ("可以（　）", &[], "√", Some(Kind::TrueFalse)),
            ("在____日内", &[], "五", Some(Kind::FillIn)),
            ("在____日内", &[], "", Some(Kind::FillIn)),
            ("简述", &[], "要点", Some(Kind::ShortAnswer)),
            ("简述", &[], "", None),
            ("是（　）", &[], "", None),
        ];
        for (stem, options, answer, want) in cases {
            assert_eq!(draft(stem, options, answer).kind, want, "{stem} {answer}");
        }
    }

    #[test]
    fn keys_are_understood_or_told() {
        assert_eq!(
            draft("x", &["一百", "二百"], "二百").question.answer,
            Answer::letters(['B'])
        );
        assert_eq!(
            draft("x", &["正确", "错误"], "B").question.answer,
            Answer::TrueFalse(false)
        );
        let raw = draft("x", &["一百", "二百"], "三百");
        assert_eq!(
            sentence(&raw.faults).as_deref(),
            Some("单选题的答案“三百”无法识别，应写选项字母")
        );
    }

    #[test]
    fn joint_answers_go_to_their_sub_questions() {
        let part = |stem: &str, answer: Option<&str>| Draft {
            stem: stem.into(),
            answer: answer.map(str::to_owned),
            ..Draft::default()
        };
        let raw = Draft {
            stem: "案情".into(),
            parts: vec![
                part("为什么", None),
                part("怎么办", Some("（1）因为\n（2）所以")),
            ],
            ..Draft::default()
        }
        .finish();
        let answers: Vec<Answer> = raw
            .question
            .parts
            .into_iter()
            .map(|part| part.answer)
            .collect();
        assert_eq!(answers, [Answer::text("因为"), Answer::text("所以")]);
    }

    #[test]
    fn words_for_kinds_and_levels() {
        for (text, want) in [
            ("一、单项选择题（每题2分）", Some(Kind::Single)),
            ("多选", Some(Kind::Multiple)),
            ("判 断 题", Some(Kind::TrueFalse)),
            ("案例分析题", Some(Kind::Case)),
            ("short_answer", Some(Kind::ShortAnswer)),
            ("选择题", None),
        ] {
            assert_eq!(kind_by_word(text), want, "{text}");
        }
        for (text, want) in [
            ("３", Some(3)),
            ("较难", Some(4)),
            ("2.0", Some(2)),
            ("6", None),
            ("?", None),
        ] {
            assert_eq!(difficulty(text), want, "{text}");
        }
    }
}
