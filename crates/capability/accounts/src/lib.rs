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
pub use usecase::sweep::{AccountSweep, SWEEP_JOB, SWEEP_SECONDS};

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
        .routes(routes!(
            http::accounts::list_accounts,
            http::accounts::open_accounts
        ))
        .routes(routes!(http::accounts::reset_account))
        .routes(routes!(http::accounts::unlock_account))
        .routes(routes!(http::accounts::close_account))
        .routes(routes!(http::accounts::set_account_roles))
        .routes(routes!(http::audit::list_audit))
        .routes(routes!(http::audit::verify_audit))
        .routes(routes!(http::jobs::list_jobs))
        .layer(Extension(service))
}
