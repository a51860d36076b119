//! What wraps every request: address, limits, time, panics, headers, compression.

use std::any::Any;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use chengzhi_config::Settings;
use chengzhi_http::{ClientAddress, Problem, Unknown};
use http_body_util::Limited;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{
    DefaultPredicate, NotForContentType, Predicate as _, SizeAbove,
};

use super::observe;

/// Largest upload: a roster of 100,000 rows or a dozen photos.
pub const MAX_UPLOAD: usize = 64 * 1024 * 1024;
/// Largest body of any other kind.
pub const MAX_BODY: usize = 2 * 1024 * 1024;
/// Body of a reply that fits one packet with its head.
const ONE_PACKET: u64 = 1024;
/// Longest time to the head of a reply.
const MAX_TIME: Duration = Duration::from_secs(120);

const CONTENT_POLICY: &str = "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; \
     object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

/// Puts all layers around the routes. They run after routing, so that they know the route.
pub fn around(router: Router, settings: &Settings) -> Router {
    let proxy = settings.trusted_proxy;
    let encrypted = settings.secure_cookies();
    // The first is the outermost.
    let layers = ServiceBuilder::new()
        .layer(middleware::from_fn(observe::request))
        .layer(middleware::from_fn(move |request, next| {
            headers(encrypted, request, next)
        }))
        // Films are compressed already, and their length must be known to seek in them; archives and PDFs are
        // compressed too. What fits one packet arrives no sooner for being smaller: receipts of saved answers
        // are sent by the thousand a second.
        .layer(
            CompressionLayer::new().compress_when(
                DefaultPredicate::new()
                    .and(SizeAbove::new(ONE_PACKET))
                    .and(NotForContentType::const_new("video/"))
                    .and(NotForContentType::const_new("application/zip"))
                    .and(NotForContentType::const_new("application/pdf")),
            ),
        )
        .layer(middleware::from_fn(problems))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(in_time))
        .layer(middleware::from_fn(move |request, next| {
            client(proxy, request, next)
        }))
        .layer(middleware::from_fn(limited))
        .layer(DefaultBodyLimit::disable());
    router.layer(layers)
}

/// 405 for a known address with another method.
pub async fn wrong_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "操作方式不对",
        "此地址不支持这种操作。",
    )
}

/// Puts the client's address into the request.
async fn client(proxy: Option<IpAddr>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    if let Some(peer) = peer {
        let address = client_address(peer, proxy, request.headers());
        request.extensions_mut().insert(ClientAddress(address));
    }
    next.run(request).await
}

/// The peer, or what the trusted proxy says of whom it serves: the last entry, which it wrote
/// itself. Entries before it come from the client and are not believed.
fn client_address(peer: IpAddr, proxy: Option<IpAddr>, headers: &HeaderMap) -> IpAddr {
    let peer = peer.to_canonical();
    if proxy.map(|proxy| proxy.to_canonical()) != Some(peer) {
        return peer;
    }
    headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|last| last.trim().parse::<IpAddr>().ok())
        .map_or(peer, |address| address.to_canonical())
}

/// A part of a resumable upload: gigabytes over minutes or hours. Its handler keeps the limits: the
/// announced length, and the time for which the sender may be silent.
fn is_upload_part(request: &Request) -> bool {
    matches!(*request.method(), Method::PATCH | Method::POST)
        && request
            .uri()
            .path()
            .strip_prefix("/api/v1/uploads/")
            .is_some_and(|id| id.bytes().all(|b| b.is_ascii_digit()))
}

/// Refuses bodies that are too large, by their announced length at once, else while they arrive.
async fn limited(request: Request, next: Next) -> Response {
    if is_upload_part(&request) {
        return next.run(request).await;
    }
    let upload = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("multipart/form-data"));
    let limit = if upload { MAX_UPLOAD } else { MAX_BODY };
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return too_large().into_response();
    }
    next.run(request.map(|body| Body::new(Limited::new(body, limit))))
        .await
}

fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body.too_large",
        "内容过大",
        format!(
            "提交的内容过大：上传文件每次不超过{}MB，其他不超过{}MB。",
            MAX_UPLOAD / 1024 / 1024,
            MAX_BODY / 1024 / 1024
        ),
    )
}

async fn in_time(request: Request, next: Next) -> Response {
    if is_upload_part(&request) {
        return next.run(request).await;
    }
    match tokio::time::timeout(MAX_TIME, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "timeout",
            "处理超时",
            "处理时间过长，已停止。请缩小范围后再试。",
        )
        .into_response(),
    }
}

/// A panic, as the opaque 500 of any unknown error.
fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panic without a message".to_owned());
    Unknown::log(&std::io::Error::other(text)).into_response()
}

/// Below `/api` every refusal is a problem document, also those of the framework itself.
async fn problems(request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let status = response.status();
    let is_problem = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/problem+json");
    if !api || is_problem || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    match status {
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => wrong_method().await,
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(
            status,
            "invalid.content_type",
            "内容有误",
            "提交的格式不对，请从系统页面操作。",
        ),
        status if status.is_client_error() => Problem::new(
            status,
            "invalid.request",
            "内容有误",
            "提交的内容无法读取，请从系统页面重新操作。",
        ),
        status => Unknown::log(&std::io::Error::other(format!(
            "reply {status} without a problem"
        ))),
    }
    .into_response()
}

async fn headers(encrypted: bool, request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let set = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("permissions-policy"),
            "geolocation=(self), microphone=(), payment=()",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        set.insert(name, HeaderValue::from_static(value));
    }
    if encrypted {
        set.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    // What the API says is for this person and this moment, unless the handler knows better.
    if api && !set.contains_key(header::CACHE_CONTROL) {
        set.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_trusted_proxy_may_name_the_client() {
        let proxy: IpAddr = "10.0.0.9".parse().unwrap();
        let peer: IpAddr = "10.0.0.5".parse().unwrap();
        let mut sent = HeaderMap::new();
        sent.insert(
            "x-forwarded-for",
            HeaderValue::from_static("1.1.1.1, 192.168.3.4"),
        );
        let client: IpAddr = "192.168.3.4".parse().unwrap();
        assert_eq!(client_address(peer, Some(proxy), &sent), peer);
        assert_eq!(client_address(peer, None, &sent), peer);
        assert_eq!(client_address(proxy, Some(proxy), &sent), client);
        let mapped: IpAddr = "::ffff:10.0.0.9".parse().unwrap();
        assert_eq!(client_address(mapped, Some(proxy), &sent), client);
        assert_eq!(client_address(proxy, Some(proxy), &HeaderMap::new()), proxy);
    }
}
