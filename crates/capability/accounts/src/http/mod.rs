//! The HTTP face: session, account administration, audit log, background jobs.

pub mod accounts;
pub mod audit;
pub mod jobs;
mod problem;
mod role;
pub mod session;
