//! The OpenAPI document: committed as served, and readable.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chengzhi_app::server::{compose, document};

#[test]
fn the_committed_document_is_the_one_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../api/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let served = document::text(&compose::openapi().unwrap()).unwrap();
    assert!(
        committed == served,
        "api/openapi.json is not what the routers give. Run: cargo run -p chengzhi -- openapi --output api/openapi.json \
         and, in web/, npm run api"
    );
}

#[test]
fn every_operation_says_in_chinese_what_it_does() {
    let document = serde_json::to_value(compose::openapi().unwrap()).unwrap();
    let known: Vec<&str> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let summary = operation["summary"].as_str().unwrap_or_default();
            let chinese = summary
                .chars()
                .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(
                chinese,
                "{method} {path}: give it a title in app/src/server/titles.rs"
            );
            for tag in operation["tags"].as_array().into_iter().flatten() {
                assert!(
                    known.contains(&tag.as_str().unwrap()),
                    "{method} {path}: unknown tag {tag}"
                );
            }
            assert!(path.starts_with("/api/v1/"), "{path}");
        }
    }
}
