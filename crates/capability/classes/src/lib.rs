//! 培训班: closed district training, special trainings, induction, city and joint classes, stand-alone fitness tests, from
//! plan and filing over timetable, enrolment, presence and results to closing (B-21…B-31, B-76…B-87, B-130, B-131).
//!
//! Presence is proved by a code that changes every few seconds, signed by the phone that scans it; what is odd about a
//! scan is a signal for the teacher, never a verdict ([`mod@domain`]). A filing is no gate (B-26).
//!
//! Events in the outbox: `class.filed`, `class.changed`, `class.cancelled`, `class.closing_submitted`,
//! `class.closing_returned`, `class.closed` (payload: class_id, unit_id, kind, title).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub(crate) mod domain;
pub mod facade;
mod http;

mod store;
#[cfg(test)]
mod tests;
mod usecase;

pub use http::{public_router, router};
