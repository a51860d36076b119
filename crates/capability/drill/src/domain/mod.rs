//! The pure part of drill: states, dates, the notice's arithmetic, completeness, differences,
//! figures. It knows neither database nor clock; instants and parameters are handed in as values.

pub mod blockers;
pub mod checklist;
pub mod contest;
pub mod coverage;
pub mod exemption;
pub mod film;
pub mod half;
pub mod month;
pub mod needs;
pub mod reasons;
pub mod review;
pub mod session;
pub mod snapshot;
pub mod state;
pub mod stats;
pub mod verdict;
pub mod window;

pub use chengzhi_cycle::Deny;
pub use chengzhi_cycle::{short_date, short_list};
