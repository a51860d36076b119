//! 科队学习: the monthly study of sections and squads (B-35…B-43, B-93, B-128).
//!
//! The city issues a task, the unit records its session and hands it in, the reviewing unit confirms
//! or sends back, and at the month's end the slot locks. Confirmed attendance earns the month's hour
//! in the ledger. States, dates and figures are pure ([`mod@domain`]); nothing depends on a sweep
//! having run.
//!
//! Events in the outbox: `study.submitted`, `study.confirmed`, `study.returned`, `study.rejected`,
//! `study.corrected` (payload: record_id, unit_id, month, round) and `study.month_locked` (month).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub(crate) mod domain;
pub mod facade;
mod http;
mod store;
#[cfg(test)]
mod tests;
mod usecase;

pub use http::router;
