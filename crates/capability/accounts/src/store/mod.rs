//! SQL of the accounts.

pub mod accounts;
pub mod assignments;
pub mod audit_log;
pub mod codes;
pub mod failures;
pub mod sessions;
