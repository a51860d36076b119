//! The assessment engine (B-01…B-20, B-67…B-75): pure and total.

mod facts;

pub use facts::EventKind;
