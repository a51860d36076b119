//! Evidence files: content-addressed by SHA-256 in a local folder, immutable once stored.
//!
//! A file is written and synced to disk first, then named by a row in the same transaction as the
//! record that owns it. A crash in between leaves an unnamed file, never a named file without
//! content; storing the same content again heals it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod photo;
mod store;

pub use photo::{
    PhotoError, PhotoFacts, PhotoLimits, SIMILAR_DISTANCE, look_distance, read_photo, thumbnail,
};
pub use store::{FileStore, StoreError, StoredFile, register};
