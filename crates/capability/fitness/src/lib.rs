//! 体能测试: the yearly fitness test of enforcement civil servants (B-14, B-32…B-34, B-131).
//!
//! A test belongs to a class or is held apart, filed with its reason (`filed → held → results_in`).
//! Figures are entered beside the track or from a sheet, the best attempt counts, and the standard
//! valid on the day gives the verdict; it is a reference for promotion and decides nothing. Who still
//! owes the year's test is computed from the roster.
//!
//! Event in the outbox: `fitness.results_in` (test_id, unit_id).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub(crate) mod domain;
pub mod facade;
mod http;
mod store;
#[cfg(test)]
mod tests;
mod usecase;

pub use http::router;
