//! Uploads to the program as a process: what is left after it was killed, and whether it synced
//! before it acknowledged. The purpose `trial.film` exists in builds with debug assertions only
//! (`app/src/server/trial.rs`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod kill;
#[path = "../program/mod.rs"]
mod program;
mod sender;
mod trace;
