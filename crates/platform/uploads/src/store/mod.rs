//! SQL of uploads and storage.

pub(crate) mod keys;
pub(crate) mod uploads;
pub(crate) mod usage;
