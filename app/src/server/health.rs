//! `/healthz`, `/readyz`, `/metrics`: for the supervisor and for Prometheus.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chengzhi_config::Settings;
use chengzhi_http::{AppState, ClientAddress, Problem};

use super::observe;

/// The three routes.
pub fn router(settings: &Settings) -> Router<AppState> {
    let allowed: Arc<[IpAddr]> = settings.metrics_from.clone().into();
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .route(
            "/metrics",
            get(move |state, client| metrics(state, client, allowed.clone())),
        )
}

/// The process runs.
async fn alive() -> &'static str {
    "ok\n"
}

/// The database answers and its schema is that of the program.
async fn ready(State(state): State<AppState>) -> Response {
    let (status, text) = match state.db.pending_migrations().await {
        Ok(pending) if pending.is_empty() => (StatusCode::OK, "ok\n".to_owned()),
        Ok(pending) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("数据库尚未升级：{}\n", pending.join("、")),
        ),
        Err(error) => {
            tracing::warn!(error = %error, "database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "数据库无响应\n".to_owned())
        }
    };
    (status, text).into_response()
}

async fn metrics(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    allowed: Arc<[IpAddr]>,
) -> Result<Response, Problem> {
    if !address.is_loopback() && !allowed.contains(&address) {
        return Err(Problem::forbidden());
    }
    let mut tx = state.db.read().await?;
    let sessions = chengzhi_accounts::facade::session_count(&mut tx).await?;
    let jobs = chengzhi_jobs::count_by_state(&mut tx).await?;
    drop(tx);
    observe::set_gauges(sessions, &jobs, &state.db.pool_states());
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], observe::render()).into_response())
}
