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

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    fn walk(
        value: &serde_json::Value,
        document: &serde_json::Value,
        place: &str,
        lost: &mut Vec<String>,
    ) {
        match value {
            serde_json::Value::Object(fields) => {
                if let Some(to) = fields.get("$ref").and_then(|to| to.as_str())
                    && document.pointer(to.trim_start_matches('#')).is_none()
                {
                    lost.push(format!("{place}: {to}"));
                }
                for (name, inner) in fields {
                    walk(inner, document, &format!("{place}/{name}"), lost);
                }
            }
            serde_json::Value::Array(items) => {
                for item in items {
                    walk(item, document, place, lost);
                }
            }
            _ => {}
        }
    }
    let document = serde_json::to_value(compose::openapi().unwrap()).unwrap();
    let mut lost = Vec::new();
    walk(&document, &document, "", &mut lost);
    assert!(
        lost.is_empty(),
        "mark such query fields #[param(inline)]:\n{}",
        lost.join("\n")
    );
}
