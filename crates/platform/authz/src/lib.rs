//! Who may do what, where: roles, permissions and scopes, as pure data.
//!
//! A person holds any number of [`Assignment`]s; each gives the permissions of its role inside its
//! own scope, and rights are their union. A scope fails closed: no assignment, no rows. The set of
//! units is worked out once per request and handed to every query through [`Scope`].
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod actor;
mod permission;
mod role;

pub use actor::{Actor, Grant, Scope, ScopeKind};
pub use permission::{Permission, need};
pub use role::Role;
