//! The pure part of monthly study: states, dates, completeness, differences, figures. It knows
//! neither database nor clock; instants and parameters are handed in as values.

pub mod blockers;
pub mod makeup;
pub mod reasons;
pub mod review;
pub mod session;
pub mod snapshot;
pub mod state;
pub mod stats;
pub mod window;

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
