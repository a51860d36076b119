//! Use cases on both engines, and the router.

mod api;
mod city;
mod filing;
mod marks;
mod sheet;
mod standards;
mod waivers;
mod year;
