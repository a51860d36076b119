//! The router itself: rights, bodies, problems.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use chengzhi_testkit::{TestDb, both_engines};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::city::{City, DISTRICT, OneClass, SQUAD};

async fn call(city: &City, who: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("x-test-actor", who)
        .header("x-chengzhi", "1")
        .header("content-type", "application/json")
        .body(if body.is_null() {
            Body::empty()
        } else {
            Body::from(body.to_string())
        })
        .unwrap();
    let (router, _) = crate::router(Arc::new(OneClass)).split_for_parts();
    let app = router.with_state(city.state.clone());
    let response = app.oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (
        status,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    )
}

both_engines!(a_test_runs_over_the_router, |t: TestDb| async move {
    let city = City::new(t).await;
    city.at("2024-06-04");
    let plan = json!({
        "unit_id": DISTRICT, "title": "体能测试", "reason": "场地没有跑道",
        "on": "2024-06-04", "place": "区体育场", "units": [SQUAD],
    });
    let (status, _) = call(&city, "reporter", "POST", "/fitness/tests", plan.clone()).await;
    assert_eq!(status, 403);
    let (status, made) = call(&city, "district", "POST", "/fitness/tests", plan).await;
    assert_eq!(status, 200, "{made}");
    let path = format!("/fitness/tests/{}", made["id"]);
    let (status, page) = call(&city, "district", "GET", &path, Value::Null).await;
    assert_eq!(
        (status, page["entries"].as_array().unwrap().len()),
        (200, 9)
    );
    let entry = page["entries"][0]["id"].as_i64().unwrap();
    let marks = json!({"phone": true, "marks": [
        {"key": "router-0001", "entry_id": entry, "item": "jump", "text": "270",
         "measured_at": "2024-06-04T08:30:00+08:00"},
        {"key": "router-0002", "entry_id": entry, "item": "jump", "text": "高"},
    ]});
    let (status, told) = call(&city, "district", "POST", &format!("{path}/marks"), marks).await;
    assert_eq!(status, 200, "{told}");
    assert_eq!(told[0]["stored"], json!(true));
    assert!(told[1]["text"].as_str().unwrap().contains("无法识别"));
    let (_, page) = call(&city, "district", "GET", &path, Value::Null).await;
    let mark = &page["entries"][0]["marks"][0];
    let fix = json!({"text": "271", "reason": "看错"});
    let fix_path = format!("/fitness/marks/{}/correct", mark["id"]);
    let (status, page) = call(&city, "district", "POST", &fix_path, fix).await;
    assert_eq!(status, 200, "{page}");
    let (status, _) = call(&city, "officer", "GET", &path, Value::Null).await;
    assert_eq!(status, 403);
    let (status, own) = call(&city, "officer", "GET", "/fitness/me", Value::Null).await;
    assert_eq!((status, own["tests"].as_array().unwrap().len()), (200, 1));
    let (status, year) = call(
        &city,
        "reporter",
        "GET",
        "/fitness/year/people?standing=owed&size=2",
        Value::Null,
    )
    .await;
    assert_eq!((status, year["total"].as_i64()), (200, Some(9)));
    for (method, path, body) in [
        (
            "POST",
            "/fitness/waivers",
            json!({"person_id": 1, "year": 2024, "kind": "x", "reason": "injury", "note": "n"}),
        ),
        (
            "POST",
            "/fitness/waivers/1/decide",
            json!({"version": 1, "state": "requested"}),
        ),
        ("POST", "/fitness/tests", json!({"unit_id": "x"})),
        (
            "PUT",
            "/fitness/people/1/birth",
            json!({"born_on": "1990-13-01"}),
        ),
        ("GET", "/fitness/year?year=99999999", Value::Null),
    ] {
        let (status, body) = call(&city, "district", method, path, body).await;
        assert_eq!(status, 422, "{path} {body}");
    }
    let (status, _) = call(&city, "district", "GET", "/fitness/tests/999", Value::Null).await;
    assert_eq!(status, 404);
});
