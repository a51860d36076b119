//! The commands, one file each: arguments, the use case, what is printed.

pub mod actor;
pub mod admin;
pub mod assess;
pub mod audit;
pub mod demo;
pub mod ledger;
pub mod migrate;
pub mod openapi;
pub mod policy;
pub mod questions;
pub mod roster;
pub mod runtime;
pub mod serve;
pub mod settings;
pub mod video;
pub mod words;
pub mod workday;
