//! The demo city: sixteen districts, their squads and about eight thousand invented officers, with
//! a closed year and one under way. Same seed and same day, same city.
//!
//! [`plan`] makes it in memory, `write` stores it through the capabilities' façades, [`verify`]
//! checks what must hold of it. Nothing here is used by an installation that serves a real bureau.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod bank_data;
pub mod data;
pub mod films;
pub mod photos;
pub mod plan;
pub mod rng;
pub mod verify;
pub mod write;
