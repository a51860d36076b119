//! The HTTP face: session and account administration.

mod problem;
pub mod session;
