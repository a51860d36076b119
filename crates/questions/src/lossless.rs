//! The proof behind a written file: each question is read back from what was made of it, and every
//! difference is told.

use std::borrow::Cow;

use crate::format::{Item, Lost};
use crate::model::{Answer, Kind, Question, picture_mark};
use crate::text::trim;
use crate::validate::sentence;

/// What a format made of the questions, and what it could not carry.
pub(crate) struct Carried<T> {
    /// Place of the question and its written form, in order, without those that could not be
    /// written.
    pub(crate) pieces: Vec<(usize, T)>,
    pub(crate) lost: Vec<Lost>,
}

impl Carried<String> {
    /// The written forms one after the other.
    pub(crate) fn text(&self) -> String {
        self.pieces
            .iter()
            .map(|(_, piece)| piece.as_str())
            .collect()
    }
}

/// Writes each question by `emit` and reads it back by `reread`. A format that cannot carry
/// `pictures` gets the questions without them.
pub(crate) fn carry<T>(
    questions: &[Question],
    pictures: bool,
    emit: impl Fn(&Question) -> Result<T, String>,
    reread: impl Fn(&T) -> Vec<Item>,
) -> Carried<T> {
    let mut carried = Carried {
        pieces: Vec::with_capacity(questions.len()),
        lost: Vec::new(),
    };
    for (index, question) in questions.iter().enumerate() {
        let mut tell = |what: String| {
            carried.lost.push(Lost {
                question: index,
                what,
            });
        };
        if let Some(reason) = sentence(&question.validate()) {
            tell(format!("整题：题目本身有误，{reason}"));
            continue;
        }
        let mut question = Cow::Borrowed(question);
        if !pictures && !question.pictures.is_empty() {
            tell("图片".to_owned());
            question = Cow::Owned(without_pictures(&question));
            if let Some(reason) = sentence(&question.validate()) {
                tell(format!("整题：去掉图片后{reason}"));
                continue;
            }
        }
        let piece = match emit(&question) {
            Ok(piece) => piece,
            Err(reason) => {
                tell(format!("整题：{reason}"));
                continue;
            }
        };
        let mut items = reread(&piece);
        let back = match (items.pop(), items.is_empty()) {
            (Some(item), true) => item.result,
            _ => {
                tell("整题：文字中含有该格式的标记，写出后无法读回".to_owned());
                continue;
            }
        };
        match back {
            // True and false may become a choice; any other change of kind is another question.
            Ok(back) if back.kind != question.kind && question.kind != Kind::TrueFalse => {
                tell("整题：写出后读回成为另一种题型".to_owned());
            }
            Ok(back) => {
                for what in differences(&question, &back) {
                    tell(what);
                }
                carried.pieces.push((index, piece));
            }
            Err(faults) => tell(format!(
                "整题：写出后无法读回，{}",
                sentence(&faults).unwrap_or_default()
            )),
        }
    }
    carried
}

/// The question without its pictures and without the marks of their places.
fn without_pictures(question: &Question) -> Question {
    let marks: Vec<String> = question
        .pictures
        .iter()
        .map(|picture| picture_mark(&picture.name))
        .collect();
    let clean = |text: &mut String| {
        for mark in &marks {
            if text.contains(mark.as_str()) {
                *text = trim(&text.replace(mark.as_str(), "")).to_owned();
            }
        }
    };
    let clean_answer = |answer: &mut Answer| match answer {
        Answer::Blanks(blanks) => blanks.iter_mut().flatten().for_each(clean),
        Answer::Text(text) => clean(text),
        _ => {}
    };
    let mut plain = question.clone();
    plain.pictures.clear();
    clean(&mut plain.stem);
    clean(&mut plain.explanation);
    plain.options.iter_mut().for_each(clean);
    clean_answer(&mut plain.answer);
    for part in &mut plain.parts {
        clean(&mut part.stem);
        clean(&mut part.explanation);
        part.options.iter_mut().for_each(clean);
        clean_answer(&mut part.answer);
    }
    plain
}

/// What `back` lacks of `question`, in Chinese.
fn differences(question: &Question, back: &Question) -> Vec<String> {
    let mut lost = Vec::new();
    if question.kind != back.kind {
        lost.push(format!(
            "题型（{}写成了{}）",
            question.kind.chinese(),
            back.kind.chinese()
        ));
    }
    let mut compare = |same: bool, what: &str| {
        if !same {
            lost.push(what.to_owned());
        }
    };
    compare(question.stem == back.stem, "题干中的空格或换行");
    // A true/false question written as a choice has options and letters in place of its key.
    let turned = question.kind == Kind::TrueFalse && back.kind == Kind::Single;
    compare(
        turned || question.options == back.options,
        "选项中的空格或换行",
    );
    compare(turned || question.answer == back.answer, "答案的部分内容");
    compare(question.parts == back.parts, "小题的部分内容");
    compare(question.explanation == back.explanation, "解析");
    compare(question.field_of_law == back.field_of_law, "法律门类");
    compare(question.topic == back.topic, "知识点");
    compare(question.difficulty == back.difficulty, "难度");
    compare(question.source == back.source, "依据");
    compare(question.author == back.author, "作者");
    compare(question.pictures == back.pictures, "图片");
    lost
}
