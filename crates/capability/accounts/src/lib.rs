//! Accounts: signing in, one-time codes, roles, the audit log's page.
//!
//! A person's account is opened with a one-time code that he exchanges for a password of his own.
//! The three administrators (system, security, audit) are different people. What an account may do
//! is worked out at each request from the roles it holds and the units of that day.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod directory;
pub mod domain;
pub mod facade;
mod hasher;
mod http;
mod service;
mod store;
pub mod usecase;

use std::sync::Arc;

use axum::Extension;
use chengzhi_http::AppState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use domain::session::SessionLimits;
pub use hasher::{HashCost, HashError};
pub use service::{AccountSettings, Accounts};

/// The routes, relative to the API's root. `service` is the one that authenticates requests too.
pub fn router(service: Arc<Accounts>) -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(
            http::session::open_session,
            http::session::get_session,
            http::session::close_session
        ))
        .routes(routes!(http::session::change_password))
        .routes(routes!(http::session::activate_account))
        .layer(Extension(service))
}
