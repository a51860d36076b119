//! Collecting from the capabilities.

pub mod figures;
pub mod lines;
