//! The reporting cycle (上报周期) that monthly study and drill share: a unit owes something for a period, hands it in,
//! its superior reviews it, the period locks. Pure: states and steps, refusals, figures.
//!
//! A capability adds its dates ([`stats::Window`]), steps of its own, and the sentences that say why something is
//! refused; those speak of its own matter and stay with it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod deny;
pub mod review;
pub mod state;
pub mod stats;
mod words;

pub use deny::Deny;
pub use words::{short_date, short_list};
