//! The pure words everybody shares: instants, dates, months, the work calendar, deadlines,
//! quantities, identifiers.
//!
//! Nothing in here reads a clock, a file or a database. Instants are handed in through
//! [`time::Clock`]; working days come from the yearly notices as data (see [`calendar`]).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod actor;
pub mod calendar;
pub mod dates;
pub mod deadline;
pub mod ids;
pub mod month;
pub mod quantity;
pub mod text;
pub mod time;

pub use actor::ActorId;
pub use calendar::{CalendarNotPublished, WorkCalendar};
pub use dates::{Date, format_cn, parse_date};
pub use ids::{AccountId, FileHash, PersonId, RecordId, UnitId};
pub use month::Month;
pub use quantity::Quantity;
pub use time::{Clock, FixedClock, Timestamp};
