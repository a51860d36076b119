//! 考试: from a blueprint to a paper, from the range to the circular (B-57…B-66, B-132, B-17, B-25).
//!
//! One engine for the city's exam, class exams, course tests, quizzes and contests; what differs is
//! policy by purpose. The pure part is in [`mod@domain`], the sitting room in [`usecase::sitting`]; around it stand
//! the range, the district's review, rooms, papers, the invigilator's board, marking, results, corrections, analysis.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod domain;
pub mod facade;
mod http;
pub mod store;
pub mod usecase;

pub use http::router;

#[cfg(test)]
mod tests;
