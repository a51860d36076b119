//! The roster sheet: what its rows say, which unit they mean, what each would do.
//!
//! Three steps, all pure: [`row`] reads a row and finds every fault in it, [`places`] finds the unit
//! that a name means, [`plan`] compares the rows with what is stored and gives each its verdict.

pub mod places;
pub mod plan;
pub mod row;

pub use plan::{Plan, Planned, Verdict};
pub use row::{COLUMNS, Fault, REQUIRED};
