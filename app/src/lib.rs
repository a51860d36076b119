//! The composition of chengzhi: which capabilities there are, how they are served, and the state
//! that they share. The program itself (`main.rs`) is the command line over it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod server;
