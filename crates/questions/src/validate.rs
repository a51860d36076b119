//! What is wrong with a question, in sentences that its author can act on.

use std::collections::HashSet;

use thiserror::Error;

use crate::model::{
    Answer, Kind, Part, Question, letter, letter_index, media_type_of, pictures_in,
};
use crate::text::{blanks_in, compact};

/// Most characters of a stem, a model answer or an explanation.
pub const MAX_TEXT: usize = 20_000;
/// Most characters of an option, an accepted text or a label.
pub const MAX_SHORT: usize = 4_000;
/// Most options: the letters.
pub const MAX_OPTIONS: usize = 26;
/// Most sub-questions of a case.
pub const MAX_PARTS: usize = 50;
/// Most pictures of a question.
pub const MAX_PICTURES: usize = 20;
/// Most bytes of a picture.
pub const MAX_PICTURE_BYTES: usize = 5 * 1024 * 1024;

/// One fault. Its text is a Chinese sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// No stem.
    #[error("缺少题干")]
    StemMissing,
    /// A text of absurd length: what it is, and the limit.
    #[error("{what}超过{limit}字")]
    TooLong {
        /// 题干, 选项A …
        what: String,
        /// Most characters.
        limit: usize,
    },
    /// Replacement or control characters: the file was saved in a wrong encoding.
    #[error("{0}含有乱码或不可见字符，请检查文件编码")]
    Garbled(String),
    /// No kind could be told.
    #[error("看不出题型，请写明题型或补上选项和答案")]
    KindUnknown,
    /// The kind is written but is none of the six.
    #[error("不认识题型“{0}”，可填单选题、多选题、判断题、填空题、简答题、案例题")]
    KindForeign(String),
    /// Fewer than two options.
    #[error("{0}至少要有两个选项")]
    OptionsMissing(&'static str),
    /// More than there are letters.
    #[error("选项超过26个")]
    OptionsTooMany,
    /// Options where there can be none.
    #[error("{0}不应有选项")]
    OptionsForeign(&'static str),
    /// An option without text.
    #[error("选项{0}没有内容")]
    OptionEmpty(char),
    /// Two options say the same.
    #[error("选项重复：{0}与{1}相同")]
    OptionsRepeated(char, char),
    /// A letter is left out or out of order.
    #[error("选项字母不连续：{expected}的位置上是{found}")]
    OptionsOutOfOrder {
        /// The letter that should come.
        expected: char,
        /// The letter that is there.
        found: char,
    },
    /// No key.
    #[error("缺少答案")]
    AnswerMissing,
    /// The key names no option.
    #[error("答案{0}不在选项中")]
    AnswerNotInOptions(char),
    /// Several keys of a single choice.
    #[error("单选题只能有一个答案")]
    SingleManyAnswers,
    /// One key of a multiple choice.
    #[error("多选题至少要有两个答案")]
    MultipleOneAnswer,
    /// The key cannot be understood for the kind.
    #[error("{kind}的答案“{text}”无法识别，{hint}")]
    AnswerUnclear {
        /// Kind in Chinese.
        kind: &'static str,
        /// What is written.
        text: String,
        /// What to write.
        hint: &'static str,
    },
    /// The key is of another kind.
    #[error("答案与题型不符：{0}")]
    AnswerForeign(&'static str),
    /// Blanks and key differ in number.
    #[error("题干有{stem}个空，答案给了{answer}个")]
    BlankCount {
        /// Blanks in the stem.
        stem: usize,
        /// Blanks of the key.
        answer: usize,
    },
    /// A blank has no accepted text.
    #[error("第{0}空没有答案")]
    BlankEmpty(usize),
    /// A case with neither sub-questions nor model answer.
    #[error("案例题缺少小题")]
    PartsMissing,
    /// Sub-questions where there can be none.
    #[error("{0}不应有小题")]
    PartsForeign(&'static str),
    /// Too many sub-questions.
    #[error("案例题的小题超过{MAX_PARTS}个")]
    PartsTooMany,
    /// A case inside a case.
    #[error("小题不能又是案例题")]
    CaseInCase,
    /// A fault of a sub-question, counted from 1.
    #[error("第{number}小题：{fault}")]
    InPart {
        /// Which, from 1.
        number: usize,
        /// What.
        fault: Box<Fault>,
    },
    /// Not a whole number from 1 to 5.
    #[error("难度“{0}”应为1至5的整数")]
    Difficulty(String),
    /// An article or version without its law.
    #[error("依据缺少法律名称")]
    SourceWithoutLaw,
    /// Neither PNG nor JPEG nor GIF.
    #[error("图片“{0}”不是PNG、JPEG或GIF，请转换后重新插入")]
    PictureType(String),
    /// Too large.
    #[error("图片“{0}”超过5MB")]
    PictureLarge(String),
    /// Too many.
    #[error("图片超过{MAX_PICTURES}张")]
    PicturesTooMany,
    /// A name that is empty, doubled or holds signs that no file name holds.
    #[error("图片名称“{0}”为空、重复或含有特殊符号")]
    PictureName(String),
    /// The text names a picture that is not there.
    #[error("图片“{0}”没有随题提供")]
    PictureMissing(String),
    /// A fault that only one file format knows.
    #[error("{0}")]
    Format(String),
}

impl Fault {
    /// A fault that a file format found, as its sentence.
    pub fn format(text: impl Into<String>) -> Self {
        Fault::Format(text.into())
    }
}

/// All faults as one sentence, `；` between them; `None` without a fault.
#[must_use]
pub fn sentence(faults: &[Fault]) -> Option<String> {
    if faults.is_empty() {
        return None;
    }
    let texts: Vec<String> = faults.iter().map(ToString::to_string).collect();
    Some(texts.join("；"))
}

impl Question {
    /// Every fault of the question; empty for one that can be used.
    ///
    /// A short answer may lack a model answer, a case may have a model answer instead of
    /// sub-questions.
    #[must_use]
    pub fn validate(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        body(self, &mut faults);
        if self.kind == Kind::Case {
            if self.parts.is_empty() && self.answer == Answer::None {
                faults.push(Fault::PartsMissing);
            }
        } else if !self.parts.is_empty() {
            faults.push(Fault::PartsForeign(self.kind.chinese()));
        }
        if self.parts.len() > MAX_PARTS {
            faults.push(Fault::PartsTooMany);
        }
        for (index, part) in self.parts.iter().take(MAX_PARTS).enumerate() {
            let mut own = Vec::new();
            part_faults(part, &mut own);
            faults.extend(own.into_iter().map(|fault| Fault::InPart {
                number: index + 1,
                fault: Box::new(fault),
            }));
        }
        if let Some(level) = self.difficulty
            && !(1..=5).contains(&level)
        {
            faults.push(Fault::Difficulty(level.to_string()));
        }
        for (what, label) in [
            ("法律门类", &self.field_of_law),
            ("知识点", &self.topic),
            ("作者", &self.author),
        ] {
            text_faults(what, label, MAX_SHORT, &mut faults);
        }
        if let Some(source) = &self.source {
            if source.law.trim().is_empty() {
                faults.push(Fault::SourceWithoutLaw);
            }
            for label in [&source.law, &source.article, &source.version] {
                text_faults("依据", label, MAX_SHORT, &mut faults);
            }
        }
        picture_faults(self, &mut faults);
        faults
    }
}

fn part_faults(part: &Part, faults: &mut Vec<Fault>) {
    if part.kind == Kind::Case {
        faults.push(Fault::CaseInCase);
    } else {
        body(&Question::from(part.clone()), faults);
    }
}

/// Stem, options and key.
fn body(question: &Question, faults: &mut Vec<Fault>) {
    if question.stem.trim().is_empty() {
        faults.push(Fault::StemMissing);
    }
    text_faults("题干", &question.stem, MAX_TEXT, faults);
    text_faults("解析", &question.explanation, MAX_TEXT, faults);
    options(question, faults);
    match (&question.answer, question.kind) {
        (Answer::None, Kind::ShortAnswer | Kind::Case) => {}
        (Answer::None, _) => faults.push(Fault::AnswerMissing),
        (Answer::Options(letters), Kind::Single | Kind::Multiple) => {
            choice_answer(question, letters, faults);
        }
        (Answer::TrueFalse(_), Kind::TrueFalse) => {}
        (Answer::Blanks(blanks), Kind::FillIn) => blank_answer(question, blanks, faults),
        (Answer::Text(text), Kind::ShortAnswer | Kind::Case) => {
            if text.trim().is_empty() {
                faults.push(Fault::AnswerMissing);
            }
            text_faults("答案", text, MAX_TEXT, faults);
        }
        _ => faults.push(Fault::AnswerForeign(question.kind.chinese())),
    }
}

fn options(question: &Question, faults: &mut Vec<Fault>) {
    let options = &question.options;
    if !question.kind.has_options() {
        if !options.is_empty() {
            faults.push(Fault::OptionsForeign(question.kind.chinese()));
        }
        return;
    }
    if options.len() < 2 {
        faults.push(Fault::OptionsMissing(question.kind.chinese()));
    }
    if options.len() > MAX_OPTIONS {
        faults.push(Fault::OptionsTooMany);
        return;
    }
    let plain: Vec<String> = options.iter().map(|text| compact(text)).collect();
    for (index, text) in options.iter().enumerate() {
        if text.trim().is_empty() {
            faults.push(Fault::OptionEmpty(letter(index)));
            continue;
        }
        text_faults(&format!("选项{}", letter(index)), text, MAX_SHORT, faults);
        if let Some(first) = plain
            .iter()
            .take(index)
            .position(|p| Some(p) == plain.get(index))
        {
            faults.push(Fault::OptionsRepeated(letter(first), letter(index)));
        }
    }
}

fn choice_answer(question: &Question, letters: &[char], faults: &mut Vec<Fault>) {
    for letter in letters {
        if letter_index(*letter).is_none_or(|index| index >= question.options.len()) {
            faults.push(Fault::AnswerNotInOptions(*letter));
        }
    }
    let ordered = letters.windows(2).all(|pair| pair.first() < pair.last());
    match (letters.len(), question.kind) {
        (0, _) => faults.push(Fault::AnswerMissing),
        (1, Kind::Multiple) => faults.push(Fault::MultipleOneAnswer),
        (2.., Kind::Single) => faults.push(Fault::SingleManyAnswers),
        _ if !ordered => faults.push(Fault::AnswerForeign("选项字母应从小到大、不重复")),
        _ => {}
    }
}

fn blank_answer(question: &Question, blanks: &[Vec<String>], faults: &mut Vec<Fault>) {
    if blanks.is_empty() {
        faults.push(Fault::AnswerMissing);
        return;
    }
    // Without a mark in the stem, one blank follows it.
    let marked = blanks_in(&question.stem).max(1);
    if marked != blanks.len() {
        faults.push(Fault::BlankCount {
            stem: marked,
            answer: blanks.len(),
        });
    }
    for (index, accepted) in blanks.iter().enumerate() {
        if accepted.is_empty() || accepted.iter().any(|text| text.trim().is_empty()) {
            faults.push(Fault::BlankEmpty(index + 1));
        }
        for text in accepted {
            text_faults("答案", text, MAX_SHORT, faults);
        }
    }
}

fn text_faults(what: &str, text: &str, limit: usize, faults: &mut Vec<Fault>) {
    if text.len() > limit && text.chars().count() > limit {
        faults.push(Fault::TooLong {
            what: what.to_owned(),
            limit,
        });
    }
    if text.chars().any(is_garbage) {
        faults.push(Fault::Garbled(what.to_owned()));
    }
}

/// What no author types: the sign for "could not be decoded", control signs, and the two code
/// points that XML forbids.
fn is_garbage(c: char) -> bool {
    matches!(c, '\u{fffd}' | '\u{fffe}' | '\u{ffff}') || (c.is_control() && c != '\n' && c != '\t')
}

fn picture_faults(question: &Question, faults: &mut Vec<Fault>) {
    if question.pictures.len() > MAX_PICTURES {
        faults.push(Fault::PicturesTooMany);
    }
    let mut names = HashSet::new();
    for picture in question.pictures.iter().take(MAX_PICTURES) {
        let name = &picture.name;
        if !is_picture_name(name) || !names.insert(name.as_str()) {
            faults.push(Fault::PictureName(name.clone()));
        }
        if media_type_of(&picture.content) != Some(picture.media_type.as_str()) {
            faults.push(Fault::PictureType(name.clone()));
        }
        if picture.content.len() > MAX_PICTURE_BYTES {
            faults.push(Fault::PictureLarge(name.clone()));
        }
    }
    let mut told = HashSet::new();
    for name in question.texts().flat_map(pictures_in) {
        if !names.contains(name) && told.insert(name) {
            faults.push(Fault::PictureMissing(name.to_owned()));
        }
    }
}

/// A name that every format can carry: no folder, no quote, no bracket of the mark.
fn is_picture_name(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    (1..=100).contains(&name.chars().count())
        && name.chars().all(plain)
        && name.trim() == name
        && name.chars().any(|c| c != '.')
}

#[cfg(test)]
mod tests;
