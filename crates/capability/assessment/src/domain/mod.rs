//! Pure words of the ledger and its assessment.

mod entry;
pub mod sheet;
pub mod standing;

pub use entry::{Component, CourseKind, NewEntry};
