//! Key correction (更正答案, field notes 20): what a change would do is computed **before** it is
//! applied; two people approve; applying writes new results and keeps the old as history.

mod approval;
mod effect;

pub use approval::{Approval, Event, STEPS, State};
pub use effect::{
    Applied, Change, Crossing, Past, Preview, Regrade, Removal, Results, Shift, Sitting, Tally,
    UnitCount, apply, preview,
};
