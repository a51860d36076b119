//! Metrics and the log line of each request, with the same field names everywhere: `request_id`,
//! `method`, `route`, `status`, `milliseconds`.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use chengzhi_db::PoolState;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::Instrument as _;

/// Header that names a request in log lines and in the reply.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const SECONDS: &str = "chengzhi_http_request_seconds";
const REQUESTS: &str = "chengzhi_http_requests_total";

static RECORDER: LazyLock<Option<PrometheusHandle>> = LazyLock::new(|| {
    let buckets = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
    ];
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(SECONDS.to_owned()), &buckets)
        .map_err(|e| e.to_string())
        .and_then(|builder| builder.install_recorder().map_err(|e| e.to_string()));
    match handle {
        Ok(handle) => {
            describe_counter!(REQUESTS, "Requests answered, by route, method and status.");
            describe_histogram!(
                SECONDS,
                "Time to the reply's head in seconds, by route and method."
            );
            describe_gauge!("chengzhi_sessions", "Sessions stored.");
            describe_gauge!("chengzhi_jobs", "Background jobs by state.");
            describe_gauge!(
                "chengzhi_db_connections",
                "Database connections by pool and state."
            );
            Some(handle)
        }
        Err(error) => {
            tracing::error!(error, "metrics recorder could not be installed");
            None
        }
    }
});

/// Starts counting; once for each process.
pub fn start() {
    LazyLock::force(&RECORDER);
}

/// Lets the recorder fold its samples every few seconds.
pub async fn upkeep() {
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        if let Some(handle) = RECORDER.as_ref() {
            handle.run_upkeep();
        }
    }
}

/// Everything counted so far, in Prometheus' text form.
#[must_use]
pub fn render() -> String {
    RECORDER
        .as_ref()
        .map(PrometheusHandle::render)
        .unwrap_or_default()
}

/// Sets what is looked up at the time of reading.
pub fn set_gauges(sessions: i64, jobs: &[(String, i64)], pools: &[PoolState]) {
    gauge!("chengzhi_sessions").set(sessions as f64);
    for state in ["queued", "running", "done", "failed"] {
        let count = jobs
            .iter()
            .find(|(name, _)| name == state)
            .map_or(0, |(_, n)| *n);
        gauge!("chengzhi_jobs", "state" => state).set(count as f64);
    }
    for pool in pools {
        let busy = pool.open.saturating_sub(pool.idle);
        gauge!("chengzhi_db_connections", "pool" => pool.pool, "state" => "busy").set(busy as f64);
        gauge!("chengzhi_db_connections", "pool" => pool.pool, "state" => "idle")
            .set(pool.idle as f64);
    }
}

/// Layer: names the request, counts and times it, writes its log line.
pub async fn request(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    // The pattern, not the address: addresses hold ids and would make a metric each.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let request_id = request_id();
    let span = tracing::info_span!("request", request_id, method = %method, route);
    let mut response = next.run(request).instrument(span.clone()).await;
    let elapsed = started.elapsed();
    let status = response.status();
    let labels = [("route", route), ("method", known(&method).to_owned())];
    histogram!(SECONDS, &labels).record(elapsed.as_secs_f64());
    let [route, method] = labels;
    counter!(
        REQUESTS,
        &[route, method, ("status", status.as_u16().to_string())]
    )
    .increment(1);
    let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(status = status.as_u16(), milliseconds, "request answered"));
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Methods that clients invent must not become metrics.
fn known(method: &Method) -> &'static str {
    const KNOWN: [(Method, &str); 6] = [
        (Method::GET, "GET"),
        (Method::HEAD, "HEAD"),
        (Method::POST, "POST"),
        (Method::PUT, "PUT"),
        (Method::PATCH, "PATCH"),
        (Method::DELETE, "DELETE"),
    ];
    KNOWN
        .iter()
        .find(|(known, _)| known == method)
        .map_or("other", |(_, name)| name)
}

/// A name that no two requests of one machine share: process, and a running number.
fn request_id() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!(
        "R{}-{:06}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}
