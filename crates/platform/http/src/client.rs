//! Where a request comes from: its address, and whether our own page sent it.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};

use crate::{CSRF_HEADER, Problem};

/// Address of the machine that sent the request. The server puts it into the request: the peer's
/// own address, or what the trusted proxy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let known = parts.extensions.get::<ClientAddress>().copied();
        Ok(known.unwrap_or(ClientAddress(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))
    }
}

/// Extractor: a changing request that our own page sent. For handlers without [`crate::SignedIn`]
/// or [`crate::Allow`], which check the same.
#[derive(Debug, Clone, Copy)]
pub struct SameOrigin;

impl<S: Send + Sync> FromRequestParts<S> for SameOrigin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        check_origin(parts)?;
        Ok(SameOrigin)
    }
}

/// Refuses changing requests of foreign pages: the header of our own must be there (a foreign page
/// cannot set it without a preflight), and the browser must not name another site.
pub(crate) fn check_origin(parts: &Parts) -> Result<(), Problem> {
    if matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let headers = &parts.headers;
    let foreign = match headers.get("sec-fetch-site") {
        Some(site) => site != "same-origin" && site != "none",
        None => names_another_host(headers, parts.uri.host()),
    };
    if foreign || !headers.contains_key(CSRF_HEADER) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "auth.csrf",
            "请求来源不明",
            "请求不是从本系统页面发出的，请回到本系统页面重新操作。",
        ));
    }
    Ok(())
}

/// Older browsers, and all on plain HTTP, send `Origin` only: its host must be ours.
fn names_another_host(headers: &HeaderMap, uri_host: Option<&str>) -> bool {
    let Some(origin) = headers.get(header::ORIGIN).and_then(|o| o.to_str().ok()) else {
        return headers.contains_key(header::ORIGIN);
    };
    let Some((_, origin_host)) = origin.split_once("://") else {
        return true;
    };
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let ours = [text("x-forwarded-host"), text("host"), uri_host];
    !ours
        .iter()
        .flatten()
        .any(|host| host.eq_ignore_ascii_case(origin_host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn checked(headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().method("POST").uri("/api/v1/session");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        check_origin(&parts).is_ok()
    }

    #[test]
    fn a_changing_request_needs_our_header_and_our_site() {
        let ours = ("x-chengzhi", "1");
        assert!(checked(&[ours]));
        assert!(checked(&[ours, ("sec-fetch-site", "same-origin")]));
        assert!(checked(&[
            ours,
            ("host", "a.cn:8080"),
            ("origin", "http://a.cn:8080")
        ]));
        assert!(!checked(&[]), "without our header");
        assert!(!checked(&[ours, ("sec-fetch-site", "cross-site")]));
        assert!(!checked(&[ours, ("sec-fetch-site", "same-site")]));
        assert!(!checked(&[
            ours,
            ("host", "a.cn"),
            ("origin", "http://b.cn")
        ]));
        assert!(!checked(&[ours, ("host", "a.cn"), ("origin", "null")]));
    }
}
