//! The assessment engine (B-01…B-20, B-67…B-75): pure and total.
//!
//! [`assess`] judges one person's year and leaves a structured [`Trace`]; [`reasons`] and
//! [`explain`] put it into Chinese when somebody asks. Nothing here can fail: what a pack could
//! get wrong was found when it was published.

mod compile;
mod earned;
mod engine;
mod explain;
mod facts;
mod ledger;
mod month_lines;
mod month_set;
mod owed;
mod reasons;
mod timeline;
mod trace;

pub use compile::{Cite, CompiledPolicy};
pub use engine::{Assessment, ComponentResult, Outcome, SquadResult, State, assess};
pub use explain::{ExplainLine, explain};
pub use facts::{
    Component, DistrictSessions, Event, EventKind, Extra, PersonFacts, Session, Waiver,
};
pub use ledger::{LedgerKind, LedgerRow};
pub use month_lines::{MonthLine, months};
pub use month_set::MonthSet;
pub use reasons::{Reason, reasons};
pub use timeline::Absence;
pub use trace::{DistrictWhy, Fact, Recomputed, StartSource, Step, Trace};
