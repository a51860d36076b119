//! The pages: files of `web/dist` inside the binary, with the history fallback of a single page.

use std::borrow::Cow;

use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use chengzhi_http::Problem;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::layers::wrong_method;

#[derive(RustEmbed)]
#[folder = "../web/dist"]
struct Pages;

/// Everything that no route answers: below `/api` nothing, elsewhere a file of the pages or the
/// page itself, whose own router knows the address.
pub async fn serve(method: Method, uri: Uri) -> Response {
    let path = uri.path();
    if path == "/api" || path.starts_with("/api/") {
        return no_such_address().into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return wrong_method().await.into_response();
    }
    let name = path.trim_start_matches('/');
    if let Some(file) = Pages::get(name) {
        return answer(name, file);
    }
    // A missing file must not look like a page: an old page would load it as a script.
    if name.starts_with("assets/") {
        return no_such_address().into_response();
    }
    match Pages::get("index.html") {
        Some(page) => answer("index.html", page),
        None => no_such_address().into_response(),
    }
}

fn no_such_address() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "not_found",
        "没有找到",
        "没有这个地址，请从系统页面进入。",
    )
}

fn answer(name: &str, file: EmbeddedFile) -> Response {
    // File names below assets/ carry a hash of their content.
    let cache = if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut kind = file.metadata.mimetype().to_owned();
    if kind.starts_with("text/") || kind == "application/javascript" {
        kind.push_str("; charset=utf-8");
    }
    let kind = HeaderValue::from_str(&kind)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
    ];
    match file.data {
        Cow::Borrowed(bytes) => (headers, bytes).into_response(),
        Cow::Owned(bytes) => (headers, bytes).into_response(),
    }
}
