//! Classes by the program as a process: what is left of sign-ins, imports of results and hand-ins after it was killed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod desk;
mod kill;
mod phone;
#[path = "../program/mod.rs"]
mod program;
mod room;
