//! 题库: laws with their versions and articles, questions with their versions and life, proposals of
//! districts and decisions of the city (B-60), imports and exports, what a change of law touches (B-65).
//!
//! A version that has left the draft is never edited, only superseded. The list, the search and the
//! look for near-duplicates run over an index in memory ([`Bank`]) that reads again what has changed.
//!
//! Events in the outbox: `bank.quarantined`, `bank.retired` (version_ids).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub(crate) mod domain;
pub mod facade;
mod http;
mod store;
#[cfg(test)]
mod tests;
mod usecase;

pub use http::router;
pub use usecase::index::{Bank, Found, NearVersion, Wanted};
