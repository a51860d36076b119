//! The words and rules of units and people. Pure: no database, no clock.

pub mod edge;
pub mod kind;
pub mod mask;
pub mod person;
pub mod post;
pub mod reviewer;

pub mod status;
pub mod tree;
