//! Commands and queries, one file each.

pub(crate) mod create;
pub(crate) mod end;
pub(crate) mod finish;
pub(crate) mod local;
pub(crate) mod look;
pub(crate) mod problem;
pub(crate) mod receive;
pub(crate) mod storage;
pub(crate) mod sweep;
