//! Pure words of training classes: kinds, life, timetable, enrolment, presence, awards, closing.

pub mod audience;
pub mod award;
pub mod clash;
pub mod closing;
pub mod code;
pub mod enrol;
pub mod kind;
pub mod outlook;
pub mod phase;
pub mod presence;
pub mod request;
pub mod timetable;

/// Why something is refused: a stable code and a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Deny {
    /// Stable code, `class.not_filed`.
    pub code: &'static str,
    /// Chinese sentence.
    pub text: String,
}

impl Deny {
    /// A refusal.
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Deny {
            code,
            text: text.into(),
        }
    }
}
