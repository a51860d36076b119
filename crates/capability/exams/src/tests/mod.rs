//! The sitting room and the office around it, on both engines.

mod claims;
mod hall;
mod marking;
mod office;
mod room;
mod walk;
