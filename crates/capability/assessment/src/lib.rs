//! 学时学分: the ledger of hours and credits, and the assessment of every officer's year.
//!
//! The ledger is append-only: each entry says when it happened and when it was recorded; a
//! correction is a reversing entry. Totals, requirements and explanations are derived by the pure
//! engine in `chengzhi-rules` and never stored.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod domain;
pub mod facade;
mod http;
mod store;
pub mod usecase;

pub use http::router;
