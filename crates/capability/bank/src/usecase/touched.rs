//! What else rests on an article or a question: papers, courseware. The bank knows none of them; they
//! register at composition ([`Citing`]).

use std::sync::Arc;

use async_trait::async_trait;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};

/// What a new text of a law does.
#[derive(Debug, Clone, Default)]
pub struct Effect {
    /// The law without 《》.
    pub law: String,
    /// Articles that are changed or gone.
    pub articles: Vec<String>,
    /// Versions of questions that cite one of them.
    pub versions: Vec<i64>,
    /// Why, as written into what is touched.
    pub reason: String,
}

/// Something that an effect reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// What it is: `试卷`, `课件`.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Where it stands, a word.
    pub state: String,
    /// What will be done with it, `停用待核`; empty when it is only named.
    pub act: String,
    /// Its page.
    pub link: String,
}

/// A capability whose things rest on articles or questions.
#[async_trait]
pub trait Citing: Send + Sync {
    /// What of it the effect reaches.
    ///
    /// # Errors
    /// From the engine.
    async fn touched(&self, tx: &mut Tx, effect: &Effect) -> Result<Vec<Touched>, Problem>;

    /// Quarantines what it quarantines, in the bank's transaction.
    ///
    /// # Errors
    /// From the engine; nothing is applied then.
    async fn quarantine(&self, tx: &mut Tx, ctx: &Ctx, effect: &Effect) -> Result<(), Problem>;
}

/// All that registered.
pub type AllCiting = Arc<Vec<Arc<dyn Citing>>>;
