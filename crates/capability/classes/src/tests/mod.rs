//! Commands on both engines, and the router.

mod api;
mod attendance;
mod booked;
mod city;
mod classes;
mod closing;
mod enrol;
mod exam_book;
mod exam_link;
mod extras;
mod outlooks;
mod papers;
mod plan;
mod red_team;
mod requests;
mod results;
mod transfer;
