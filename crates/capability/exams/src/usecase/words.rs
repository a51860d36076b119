//! Word lists that pages offer, and small things that several commands share.

pub use chengzhi_http::fields::{file_label, optional, required};
use chengzhi_organisation::facade::POSTS;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::blueprint::Kind;
use crate::domain::conduct::Conduct;
use crate::domain::range::{Source, State as CandidateState};
use crate::domain::scoring::Outcome;
use crate::domain::session::{ExamType, Level, Mode, Purpose, State};

/// A code with its word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExamWordOut {
    /// Code.
    pub code: String,
    /// Word.
    pub name: String,
}

/// Word lists.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExamWordsOut {
    /// What exams are held for.
    pub purposes: Vec<ExamWordOut>,
    /// Types of exams (B-63).
    pub types: Vec<ExamWordOut>,
    /// Levels.
    pub levels: Vec<ExamWordOut>,
    /// Where they are sat.
    pub modes: Vec<ExamWordOut>,
    /// Where a session stands.
    pub states: Vec<ExamWordOut>,
    /// How candidates come in.
    pub sources: Vec<ExamWordOut>,
    /// Where a candidate stands.
    pub candidate_states: Vec<ExamWordOut>,
    /// What becomes of candidates.
    pub outcomes: Vec<ExamWordOut>,
    /// What invigilators note.
    pub conducts: Vec<ExamWordOut>,
    /// Kinds of questions.
    pub kinds: Vec<ExamWordOut>,
    /// Posts for ranges.
    pub posts: Vec<ExamWordOut>,
}

/// A code with its word.
#[must_use]
pub fn word(code: &str, name: &str) -> ExamWordOut {
    ExamWordOut {
        code: code.to_owned(),
        name: name.to_owned(),
    }
}

macro_rules! list {
    ($type:ty) => {
        <$type>::ALL
            .iter()
            .map(|one| word(one.code(), one.name()))
            .collect()
    };
}

/// The word lists.
#[must_use]
pub fn all_words() -> ExamWordsOut {
    ExamWordsOut {
        purposes: list!(Purpose),
        types: list!(ExamType),
        levels: list!(Level),
        modes: list!(Mode),
        states: list!(State),
        sources: list!(Source),
        candidate_states: list!(CandidateState),
        outcomes: list!(Outcome),
        conducts: list!(Conduct),
        kinds: list!(Kind),
        posts: POSTS.iter().map(|(code, name)| word(code, name)).collect(),
    }
}

/// What a fault of a room begins with: 第2个考场“二”：. A room without a name is told by its place alone.
#[must_use]
pub fn room(index: usize, name: &str) -> String {
    let place = index + 1;
    match name.trim() {
        "" => format!("第{place}个考场："),
        name => format!("第{place}个考场“{name}”："),
    }
}
