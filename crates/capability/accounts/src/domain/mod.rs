//! What an account, a password, a lock, a session and a role are; pure.

pub mod account;
pub mod code;
pub mod lock;
pub mod password;
pub mod roles;
pub mod session;
pub mod throttle;
pub mod words;
