//! The pure part of exams: papers, orders, marks, corrections, statistics, range, rooms, the clock
//! of a sitting, receipts. It knows neither database nor clock nor chance; instants, seeds and
//! parameters are handed in as values.

mod coded;

pub mod analysis;
pub mod attempts;
pub mod blueprint;
pub mod conduct;
pub mod count;
pub mod double_marking;
pub mod form;
pub mod forms;
pub mod ids;
pub mod key_correction;
pub mod marking;
pub mod marks;
pub mod paper;
pub mod prng;
pub mod range;
pub mod receipt;
pub mod references;
pub mod rooms;
pub mod scoring;
pub mod session;
pub mod shuffle;
pub mod signals;
pub mod sitting;
pub mod solver;
pub mod weakness;

pub use chengzhi_cycle::Deny;
pub use ids::{AttemptId, QuestionId};
pub use marks::Marks;
