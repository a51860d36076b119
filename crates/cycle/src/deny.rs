//! Refusals.

/// Why something is refused: a stable code and a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Deny {
    /// Stable code, `study.locked`.
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
