//! The pure part of monthly study: states, dates, completeness, differences, figures. It knows
//! neither database nor clock; instants and parameters are handed in as values.

pub mod blockers;
pub mod makeup;
pub mod reasons;
pub mod review;
pub mod session;
pub mod snapshot;
pub mod state;
pub mod stats;
pub mod window;

pub use chengzhi_cycle::Deny;
