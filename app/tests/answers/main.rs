//! Whether an exam's answer is on the disk before it is acknowledged, by the system calls of the program as a process.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod hall;
#[path = "../program/mod.rs"]
mod program;
mod trace;
