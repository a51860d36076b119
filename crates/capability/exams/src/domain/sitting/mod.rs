//! A sitting (作答): the server owns its time, its state and its device. State is derived from what is
//! stored and the instant of asking, so that a late sweep changes nothing and a reload, a second
//! tab or a new device finds the right time left (field notes 6–9).

mod clock;
mod state;

pub use clock::{Clock, Pause, Remaining};
pub use state::{Event, Kept, STEPS, Save, Sitting, Started, State, Terms, elsewhere};
