//! Commands and queries.

pub mod assess;
pub mod drafts;
pub mod ledger_import;
pub mod policy_book;
pub mod training_sessions;
