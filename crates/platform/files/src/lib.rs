//! Evidence files: content-addressed by SHA-256, in a local folder or on an S3-compatible server,
//! immutable once stored; and the spool of files on their way in.
//!
//! A file is written and synced first, then named by a row in the same transaction as the record
//! that owns it. A crash in between leaves an unnamed file, never a named file without content;
//! storing the same content again heals it, and a sweep removes what nobody names.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod checksum;
mod durable;
mod kind;
mod photo;
mod rows;
mod space;
mod spool;
mod store;

pub use checksum::{CHECKSUMS, Checksum};
pub use kind::{ALL_KINDS, FILMS, HEAD_BYTES, MediaKind};
pub use photo::{
    PhotoError, PhotoFacts, PhotoLimits, SIMILAR_DISTANCE, look_distance, read_photo, thumbnail,
};
pub use rows::{
    FileRow, find_file, keep, keep_only, mark_gone, outdated, register, register_file,
    register_until, set_hold,
};
pub use space::{Space, SpaceProbe, disk_space};
pub use spool::{Spool, SpoolWriter};
pub use store::{
    ContentKey, FileStore, Found, LocalCopy, S3Settings, StoreError, StoredFile, machine_instant,
};
