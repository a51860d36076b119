//! Tests of the capability on both engines, and through its routes.

mod api;
pub mod city;
mod facade;
mod kept;
mod nasty_sheets;
mod people;
mod roster;
mod site;
mod speed;
mod units;
