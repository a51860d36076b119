//! Durable background work: a job is a row, stored in the transaction that wants it done, claimed
//! by one worker, retried with growing pauses, visible until it is cleaned away.
//!
//! Delivery is at least once: a worker that dies leaves its job locked for [`LOCK_SECONDS`], then
//! another takes it. Handlers are therefore written so that doing them twice does nothing twice.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod queue;
mod runner;

pub use queue::{
    Job, LOCK_SECONDS, NewJob, claim, count_by_state, enqueue, finish_failed, finish_ok, recent,
};
pub use runner::{JobError, JobHandler, JobRunner};
