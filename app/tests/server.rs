//! What wraps every request: headers, limits, problems, pages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use axum::routing::get;
use chengzhi_app::server::layers;
use chengzhi_config::Settings;
use support::{json_request, request, send, served};

#[tokio::test]
async fn every_reply_carries_the_security_headers() {
    let served = served(|_| {}).await;
    for path in [
        "/",
        "/healthz",
        "/api/v1/session",
        "/api/v1/nothing",
        "/api/docs/",
        "/assets/none.js",
    ] {
        let reply = served.get(path).await;
        let policy = reply.header("content-security-policy");
        for part in [
            "default-src 'self'",
            "img-src 'self' blob: data:",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(
            !policy.contains("unsafe-eval") && !policy.contains("script-src"),
            "{policy}"
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(
            reply.header("strict-transport-security"),
            "",
            "plain HTTP on loopback"
        );
        assert!(reply.header("x-request-id").starts_with('R'), "{path}");
    }
}

#[tokio::test]
async fn behind_tls_cookies_are_secure_and_browsers_stay_with_tls() {
    let served = served(|settings| settings.trusted_proxy = Some([127, 0, 0, 1].into())).await;
    let reply = served.get("/").await;
    assert!(
        reply
            .header("strict-transport-security")
            .contains("max-age=")
    );
    served.one_account_of_each_role().await;
    let body = format!(
        r#"{{"user_name":"leader","password":"{}"}}"#,
        support::PASSWORD
    );
    let reply = send(
        &served.router,
        json_request(Method::POST, "/api/v1/session", None, &body),
    )
    .await;
    let cookie = reply.header("set-cookie");
    for part in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[tokio::test]
async fn unknown_addresses_and_wrong_methods_are_problems() {
    let served = served(|_| {}).await;
    for (method, path, status, code) in [
        (Method::GET, "/api/v1/nothing", 404, "not_found"),
        (Method::GET, "/api", 404, "not_found"),
        (Method::GET, "/api/v2/session", 404, "not_found"),
        (Method::PATCH, "/api/v1/session", 405, "method_not_allowed"),
        (
            Method::POST,
            "/api/v1/audit/verify",
            405,
            "method_not_allowed",
        ),
        (Method::POST, "/people", 405, "method_not_allowed"),
        (Method::POST, "/healthz", 405, "method_not_allowed"),
    ] {
        let reply = send(&served.router, request(method.clone(), path)).await;
        assert_eq!(
            (reply.status.as_u16(), reply.code().as_str()),
            (status, code),
            "{method} {path}"
        );
        assert_eq!(
            reply.header("content-type"),
            "application/problem+json",
            "{path}"
        );
        assert!(
            !reply.json()["detail"].as_str().unwrap().is_ascii(),
            "the sentence is Chinese"
        );
    }
}

#[tokio::test]
async fn bodies_of_the_wrong_kind_or_size_are_problems() {
    let served = served(|_| {}).await;
    let post = |kind: Option<&str>, length: Option<usize>, body: Vec<u8>| {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri("/api/v1/session")
            .header("x-chengzhi", "1");
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        if let Some(length) = length {
            request = request.header("content-length", length);
        }
        request.body(Body::from(body)).unwrap()
    };
    let json = Some("application/json");
    let large = format!(
        r#"{{"user_name":"{}","password":"x"}}"#,
        "a".repeat(layers::MAX_BODY)
    )
    .into_bytes();
    for (what, request, status) in [
        ("no type", post(None, None, b"{}".to_vec()), 415),
        (
            "another type",
            post(Some("text/plain"), None, b"{}".to_vec()),
            415,
        ),
        ("not JSON", post(json, None, b"{".to_vec()), 400),
        ("a field missing", post(json, None, b"{}".to_vec()), 422),
        ("too large while it arrives", post(json, None, large), 413),
        (
            "too large by its own word",
            post(json, Some(layers::MAX_BODY + 1), b"{}".to_vec()),
            413,
        ),
        (
            "an upload too large",
            post(
                Some("multipart/form-data; boundary=x"),
                Some(layers::MAX_UPLOAD + 1),
                vec![],
            ),
            413,
        ),
    ] {
        let reply = send(&served.router, request).await;
        assert_eq!(reply.status.as_u16(), status, "{what}: {}", reply.text);
        assert_eq!(
            reply.header("content-type"),
            "application/problem+json",
            "{what}"
        );
        assert!(!reply.code().is_empty(), "{what}");
    }
}

#[tokio::test]
async fn a_panic_is_an_opaque_problem_and_the_server_goes_on() {
    async fn fail() -> &'static str {
        panic!("a secret inside the program")
    }
    let router = Router::new()
        .route("/api/fail", get(fail))
        .route("/api/text", get(|| async { StatusCode::BAD_GATEWAY }));
    let router = layers::around(router, &Settings::default());
    for path in ["/api/fail", "/api/text", "/api/fail"] {
        let reply = send(&router, request(Method::GET, path)).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (StatusCode::INTERNAL_SERVER_ERROR, "internal")
        );
        assert!(!reply.text.contains("secret"), "{}", reply.text);
        let body = reply.json();
        let event = body["event_id"].as_str().unwrap();
        assert!(
            body["detail"].as_str().unwrap().contains(event),
            "the number to tell the administrator"
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn pages_come_from_the_binary_with_history_and_caching() {
    let served = served(|_| {}).await;
    let page = served.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("<!doctype html>"));
    assert_eq!(page.header("cache-control"), "no-cache");
    let deep = served.get("/study/records/3/2024-10").await;
    assert_eq!(
        (deep.status, &deep.text),
        (StatusCode::OK, &page.text),
        "the page knows its own addresses"
    );
    let missing = served.get("/assets/gone-1234.js").await;
    assert_eq!(
        missing.status,
        StatusCode::NOT_FOUND,
        "an old page must not load a page as a script"
    );
    if let Some(start) = page.text.find("/assets/") {
        let asset: String = page.text[start..]
            .chars()
            .take_while(|c| *c != '"')
            .collect();
        let mut ask = request(Method::GET, &asset);
        ask.headers_mut()
            .insert("accept-encoding", "br, gzip".parse().unwrap());
        let reply = send(&served.router, ask).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert!(reply.header("cache-control").contains("immutable"));
        assert!(
            !reply.header("content-encoding").is_empty(),
            "large files travel compressed"
        );
    }
    let traversal = served.get("/..%2f..%2fetc/passwd").await;
    assert_eq!(traversal.text, page.text, "no file of the machine");
}

#[tokio::test]
async fn the_document_and_its_page_are_served_without_foreign_hosts() {
    let served = served(|_| {}).await;
    let document = served.get("/api/openapi.json").await;
    assert_eq!(document.json()["info"]["title"], "城执接口");
    assert_eq!(document.json()["openapi"], "3.1.0");
    let page = served.get("/api/docs/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        !page.text.contains("http://") && !page.text.contains("https://"),
        "{}",
        page.text
    );
    let start = served.get("/api/docs/swagger-initializer.js").await;
    assert!(start.text.contains("/api/openapi.json"), "{}", start.text);
}

#[tokio::test]
async fn readiness_is_about_the_database() {
    let served = served(|_| {}).await;
    assert_eq!(served.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(served.get("/readyz").await.status, StatusCode::OK);
    let mut tx = served.parts.state.db.write().await.unwrap();
    tx.run(chengzhi_db::sql(
        "delete from schema_migration where name like '0002%'",
    ))
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let reply = served.get("/readyz").await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(reply.text.contains("0002_accounts.sql"), "{}", reply.text);
    served.parts.state.db.close().await;
    assert_eq!(
        served.get("/readyz").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(
        served.get("/healthz").await.status,
        StatusCode::OK,
        "the process itself lives"
    );
}

#[tokio::test]
async fn metrics_count_requests_by_route_and_show_the_pools() {
    let mine: std::net::IpAddr = "10.1.2.3".parse().unwrap();
    let served = served(|settings| settings.metrics_from = vec![mine]).await;
    served.get("/api/v1/session").await;
    served.get("/api/v1/units/12345/elsewhere").await;
    let from = |address: &str| {
        let mut ask = request(Method::GET, "/metrics");
        let peer: std::net::SocketAddr = format!("{address}:4000").parse().unwrap();
        ask.extensions_mut()
            .insert(axum::extract::ConnectInfo(peer));
        ask
    };
    let reply = send(&served.router, from("127.0.0.1")).await;
    assert_eq!(reply.status, StatusCode::OK);
    for part in [
        r#"chengzhi_http_requests_total{route="/api/v1/session",method="GET",status="401"} "#,
        r#"chengzhi_http_request_seconds_bucket{route="/api/v1/session",method="GET",le="0.1"} "#,
        "chengzhi_sessions 0",
        r#"chengzhi_jobs{state="queued"} 0"#,
        r#"chengzhi_db_connections{pool="write",state="#,
    ] {
        assert!(
            reply.text.contains(part),
            "{part} is missing in\n{}",
            reply.text
        );
    }
    assert!(
        !reply.text.contains("12345"),
        "addresses hold ids and are not counted by themselves"
    );
    assert_eq!(
        send(&served.router, from("10.1.2.3")).await.status,
        StatusCode::OK
    );
    assert_eq!(
        send(&served.router, from("10.9.9.9")).await.status,
        StatusCode::FORBIDDEN
    );
}
