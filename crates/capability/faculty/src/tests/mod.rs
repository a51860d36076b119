//! Tests of stores, use cases and the router, on both engines.

mod api;
mod bookings;
mod calls;
mod city;
mod courseware;
mod life;
mod places;
mod todo;
mod year;
