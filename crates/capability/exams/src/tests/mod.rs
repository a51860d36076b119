//! The sitting room and the office around it, on both engines.

mod again;
mod before;
mod belongs;
mod cases;
mod claims;
mod corrected;
mod hall;
mod marking;
mod office;
mod own_lines;
mod pictures;
mod regrades;
mod room;
mod steps;
mod walk;
