//! 今日: the first page of every role, and the day strip behind any due date.
//!
//! It collects from all capabilities through their façades and stores nothing; no capability may
//! depend on it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod domain;
mod http;
mod usecase;

pub use http::router;
