//! Files on their way in and out: resumable uploads by the tus protocol 1.0.0, playing by ranges,
//! links that expire, sweeps, the storage page.
//!
//! What may be uploaded is decided by capabilities: see [`UploadPolicy`] for how one plugs in, and
//! [`facade`] for what it does with an upload then.
//!
//! Events in the outbox: `upload.finished` (payload: upload_id, purpose, slot, unit_id, hash, size,
//! mime).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod domain;
pub mod facade;
mod http;
mod links;
mod policy;
mod serve;
mod service;
mod store;
#[cfg(test)]
mod tests;
mod usecase;

pub use domain::state::{Upload, UploadState};
pub use http::router;
pub use links::{LINK_SECONDS, link};
pub use policy::{Admission, Asked, UploadPolicy};
pub use serve::serve_range;
pub use service::{UploadSettings, Uploads};
pub use usecase::finish::{FINISHED_EVENT, UNCLAIMED_DAYS, finish_waiting};
pub use usecase::sweep::{
    ORPHAN_JOB, ORPHAN_SECONDS, REVIEW_COPY, SWEEP_JOB, SWEEP_SECONDS, Swept, UploadSweep,
    collect_orphans, sweep,
};

/// Largest film by default, bytes: twenty minutes of 1080p from a phone are about 2.6 GB.
pub const DEFAULT_FILM_BYTES: u64 = 6 * 1024 * 1024 * 1024;
