//! The router itself: rights, bodies, problems.

use axum::body::Body;
use axum::http::Request;
use chengzhi_testkit::{TestDb, both_engines};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::city::City;

async fn call(city: &City, who: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
    let (router, _) = crate::router(city.bank.clone(), city.citing.clone()).split_for_parts();
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
    let response = router
        .with_state(city.state.clone())
        .oneshot(request)
        .await
        .unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (
        status,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    )
}

both_engines!(the_life_runs_over_the_router, |t: TestDb| async move {
    let city = City::new(t).await;
    let draft = json!({"version": 0, "level": "basic", "content": {
        "kind": "multiple", "stem": "不予处罚的情形有（ ）。", "options": ["初次违法", "从重", "及时改正", ""],
        "answer": {"letters": ["a", "C"]}, "field": "处罚程序", "topic": "不予处罚", "difficulty": 3,
        "law": "《行政处罚法》", "article": "第三十三条", "explanation": "规定：“可以不予行政处罚”。",
    }});
    let (status, _) = call(&city, "officer", "POST", "/bank/questions", draft.clone()).await;
    assert_eq!(status, 403);
    let (status, made) = call(&city, "district", "POST", "/bank/questions", draft.clone()).await;
    assert_eq!(status, 200, "{made}");
    let path = format!("/bank/questions/{}", made["id"]);
    let (_, page) = call(&city, "district", "GET", &path, Value::Null).await;
    assert_eq!(
        page["content"]["options"],
        json!(["初次违法", "从重", "及时改正"])
    );
    assert_eq!(page["content"]["answer"]["letters"], json!(["A", "C"]));
    let rows = json!({"rows": [{"id": made["id"], "version": page["row"]["version"]}]});
    let (status, _) = call(&city, "district", "POST", "/bank/proposals", rows).await;
    assert_eq!(status, 200);
    let decide = json!({"rows": [{"id": made["id"], "version": 2}], "step": "send_back"});
    let (status, _) = call(&city, "district", "POST", "/bank/decisions", decide.clone()).await;
    assert_eq!(status, 403);
    let (status, said) = call(&city, "city", "POST", "/bank/decisions", decide).await;
    assert_eq!((status, said["field"].as_str()), (422, Some("reason")));
    let near = json!({"stem": "不予处罚的情形有", "options": ["初次违法", "从重", "及时改正"]});
    let (status, near) = call(&city, "district", "POST", "/bank/near", near).await;
    assert_eq!(
        (status, near[0]["id"].clone()),
        (200, made["id"].clone()),
        "{near}"
    );
    let mut broken = draft;
    broken["content"]["kind"] = json!("x");
    let (status, said) = call(&city, "district", "POST", "/bank/questions", broken).await;
    assert_eq!((status, said["field"].as_str()), (422, Some("kind")));
    let (status, list) = call(
        &city,
        "city",
        "GET",
        "/bank/questions?text=%E6%83%85%E5%BD%A2&size=5",
        Value::Null,
    )
    .await;
    assert_eq!((status, list["total"].as_i64()), (200, Some(1)), "{list}");
    let (status, _) = call(&city, "city", "GET", "/bank/questions?state=x", Value::Null).await;
    assert_eq!(status, 422);
    let (status, words) = call(&city, "city", "GET", "/bank/words", Value::Null).await;
    assert_eq!(
        (status, words["fields"].clone()),
        (200, json!(["处罚程序"]))
    );
});
