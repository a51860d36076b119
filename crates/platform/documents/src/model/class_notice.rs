//! 培训通知: the notice of a class.

use chengzhi_kernel::Date;
use serde::Serialize;
use serde_json::Value;

use super::{own_fields, words};
use crate::{Document, DocumentError};

/// A fact under a heading of its own: 培训对象, 培训时间, 培训地点, 联系人.
#[derive(Debug, Clone, Serialize)]
pub struct NoticeFact {
    /// The heading, without a number: 培训时间.
    pub heading: String,
    /// What it says; several paragraphs are separated by line breaks.
    pub text: String,
}

/// The notice of a class, set like an official letter (公文).
#[derive(Debug, Clone, Serialize)]
pub struct ClassNotice {
    /// 关于举办……培训班的通知.
    pub title: String,
    /// The number of the letter: 沪城管培〔2024〕12号. Empty: none.
    pub number: String,
    /// Whom it is sent to, without a colon: 各区城管执法局. Empty: none.
    pub addressees: String,
    /// The paragraphs before the facts.
    pub paragraphs: Vec<String>,
    /// Audience, time, place, contact and what else there is, numbered 一、二、三 in this order.
    pub facts: Vec<NoticeFact>,
    /// The paragraph that closes the letter: 特此通知。 Empty: none.
    pub closing: String,
    /// The titles of the enclosures, without numbers.
    pub enclosures: Vec<String>,
    /// The unit that issues it.
    pub issuer: String,
    /// The day of issue.
    #[serde(serialize_with = "words::as_plain")]
    pub date: Date,
}

impl Document for ClassNotice {
    fn template(&self) -> &'static str {
        "class_notice.typ"
    }

    fn name(&self) -> &'static str {
        "培训通知"
    }

    fn data(&self) -> Result<Value, DocumentError> {
        own_fields(self)
    }
}
