//! Commands on both engines, and the router.

mod api;
mod attendance;
mod city;
mod classes;
mod closing;
mod enrol;
mod plan;
mod red_team;
mod results;
