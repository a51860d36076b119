//! What other capabilities and the binary may ask of the question bank. Everything runs inside the
//! caller's transaction.

pub use crate::domain::life::{Level, State};
pub use crate::store::papers::NotInUse;
pub use crate::store::uses::Observed;
pub use crate::usecase::checks::verify;
pub use crate::usecase::load::{LawText, load_laws, load_questions};
pub use crate::usecase::papers::{
    PaperFilter, PaperQuestion, contents, for_papers, note_observed, note_use, quarantined_among,
};
pub use crate::usecase::todo::{Block, TodoItem, todo};
pub use crate::usecase::touched::{AllCiting, Citing, Effect, Touched};
