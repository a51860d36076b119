//! SQL of exams; nothing else has any.

pub mod answers;
pub mod attempts;
pub mod exams;
