//! Pure: figures as written, verdicts, states, who may be put off.

pub mod amount;
pub mod key;
pub mod state;
pub mod verdict;
pub mod waiver;

/// Why something is refused: a stable code and a Chinese sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deny {
    /// Stable code.
    pub code: &'static str,
    /// What to do.
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
