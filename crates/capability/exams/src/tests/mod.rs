//! The sitting room on both engines.

mod hall;
mod room;
