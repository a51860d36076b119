//! 机构人员: units on two lines, people with their posts and status history, the roster import.
//!
//! Other capabilities use [`facade`] only.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod domain;
pub mod facade;
mod http;
mod store;
pub mod usecase;
pub mod view;

pub use http::router;

#[cfg(test)]
mod tests;
