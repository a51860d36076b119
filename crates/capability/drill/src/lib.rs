//! 队列训练: formation drill of the squads, twice a month with film (B-44…B-56, B-129).
//!
//! A slot is a squad's half-month; its record holds one or more sessions, each with its roster of
//! the day and its film. The squad hands the slot in, its bureau reviews it, and at the month's end
//! both halves lock. Length, share, coverage, rest, halves and lateness are computed and never
//! typed ([`mod@domain`]). Drill earns no hours (B-54).
//!
//! Events in the outbox: `drill.submitted`, `drill.confirmed`, `drill.returned`, `drill.rejected`
//! (payload: record_id, unit_id, month, half, round), `drill.film_attached` (film_id, hash),
//! `drill.month_locked` (month).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub(crate) mod domain;
pub mod facade;
mod http;
mod store;
#[cfg(test)]
mod tests;
mod usecase;

pub use http::router;
