//! The words and rules of units and people. Pure: no database, no clock.

pub mod edge;
pub mod idle;
pub mod kind;
pub mod known;
pub mod mask;
pub mod person;
pub mod post;
pub mod reviewer;

pub mod roster;
pub mod status;
pub mod ten_days;
pub mod tree;
