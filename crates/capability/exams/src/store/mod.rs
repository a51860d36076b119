//! SQL of exams; nothing else has any.

pub mod answers;
pub mod attempts;
pub mod candidates;
pub mod claims;
pub mod conduct;
pub mod exams;
pub mod markings;
pub mod results;
pub mod rooms;
pub mod sessions;
pub mod sitters;
