//! Origin of a question as tags, `名称:内容`: GIFT and Moodle XML have no other place for it. Moodle
//! keeps tags with the question, so that they survive a stay there.

use crate::model::{Question, Source};
use crate::text::trim;

/// Tag of the text that opens a case.
pub(crate) const CASE: &str = "案例";
/// Tag of a sub-question; it belongs to the case before it.
pub(crate) const PART: &str = "案例小题";

/// The tags of a question.
pub(crate) fn of(question: &Question) -> Vec<String> {
    let mut tags = Vec::new();
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            tags.push(format!("{name}:{value}"));
        }
    };
    put("法律门类", &question.field_of_law);
    put("知识点", &question.topic);
    if let Some(level) = question.difficulty {
        put("难度", &level.to_string());
    }
    if let Some(source) = &question.source {
        put("依据法律", &source.law);
        put("条", &source.article);
        put("版本", &source.version);
    }
    put("作者", &question.author);
    tags
}

/// Takes one tag up; foreign tags are ignored.
pub(crate) fn take(tag: &str, question: &mut Question) {
    let Some((name, value)) = tag.split_once([':', '：']) else {
        return;
    };
    let value = trim(value).to_owned();
    if value.is_empty() {
        return;
    }
    let source = || question.source.clone().unwrap_or_default();
    match trim(name) {
        "法律门类" => question.field_of_law = value,
        "知识点" => question.topic = value,
        "难度" => question.difficulty = value.parse().ok().or(question.difficulty),
        "依据法律" => {
            question.source = Some(Source {
                law: value,
                ..source()
            })
        }
        "条" => {
            question.source = Some(Source {
                article: value,
                ..source()
            })
        }
        "版本" => {
            question.source = Some(Source {
                version: value,
                ..source()
            })
        }
        "作者" => question.author = value,
        _ => {}
    }
}
