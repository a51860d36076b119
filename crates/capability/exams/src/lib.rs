//! 考试: from a blueprint to a paper, from the range to the circular (B-57…B-66, B-132, B-17, B-25).
//!
//! One engine for the city's exam, class exams, course tests, quizzes and contests; what differs is
//! policy handed in as values. So far the crate holds its pure part ([`mod@domain`]) and the sitting room
//! ([`usecase::sitting`]): sealed forms, starts, saved answers with receipts, take-overs, hand-ins.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod domain;
mod http;
pub mod store;
pub mod usecase;

pub use http::router;

#[cfg(test)]
mod tests;
