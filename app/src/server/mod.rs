//! The server: state, routes, layers, TLS, shutdown.

mod citing;
pub mod class_book;
mod class_exams;
mod class_papers;
pub mod compose;
pub mod document;
mod drill_book;
pub mod health;
pub mod layers;
pub mod observe;
pub mod run;
pub mod spa;
pub mod state;
pub mod titles;
pub mod tls;
#[cfg(debug_assertions)]
mod trial;
