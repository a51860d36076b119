//! What can be done with accounts, one file each.

pub mod authenticate;
pub mod create_admin;
pub mod issue;
pub mod me;
pub mod password;
pub mod sign_in;
