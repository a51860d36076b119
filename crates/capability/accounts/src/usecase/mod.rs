//! What can be done with accounts, one file each.

pub mod administer;
pub mod audit_page;
pub mod authenticate;
pub mod create_admin;
pub mod issue;
pub mod list_accounts;
pub mod me;
pub mod open_accounts;
pub mod password;
pub mod reach;
pub mod set_roles;
pub mod sign_in;
pub mod sweep;
