//! The router itself: rights, bodies, problems.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use chengzhi_testkit::{TestDb, both_engines};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::city::{City, DISTRICT, SQUAD};

fn app(city: &City) -> Router {
    let (router, _) = crate::router().split_for_parts();
    router.with_state(city.state.clone())
}

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
    let response = app(city).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (
        status,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    )
}

both_engines!(the_life_runs_over_the_router, |t: TestDb| async move {
    let city = City::new(t).await;
    let proposal = json!({
        "kind": "part_time", "unit_id": SQUAD, "person_id": 3, "fields": ["gas"],
        "contact": "13900000000", "reason": "骨干",
    });
    let (status, made) = call(&city, "head", "POST", "/faculty/instructors", proposal).await;
    assert_eq!(status, 200, "{made}");
    let path = format!("/faculty/instructors/{}", made["id"]);
    let lecture = json!({
        "version": 1, "held_on": "2024-11-18", "topic": "试讲",
        "scores": [{"judge": "甲", "score": 9000}, {"judge": "乙", "score": 8000}],
        "conditions": [
            {"code": "years", "met": true},
            {"code": "certificate", "met": true},
            {"code": "discipline", "met": true},
        ],
    });
    let trials = format!("{path}/trials");
    let (status, _) = call(&city, "head", "POST", &trials, lecture.clone()).await;
    assert_eq!(status, 403);
    let (status, tried) = call(&city, "district", "POST", &trials, lecture).await;
    assert_eq!(
        (status, tried["trials"][0]["score"].as_i64()),
        (200, Some(8_500))
    );
    let term = json!({"version": tried["instructor"]["version"], "from": "2024-11-18"});
    let (status, page) = call(&city, "district", "POST", &format!("{path}/appoint"), term).await;
    assert_eq!(
        (status, page["instructor"]["state"].as_str()),
        (200, Some("appointed"))
    );
    assert_eq!(page["instructor"]["micro_video_missing"], json!(true));
    let (_, seen) = call(&city, "colleague", "GET", &path, Value::Null).await;
    assert_eq!(seen["instructor"]["contact"], Value::Null);
    assert!(!seen.to_string().contains("13900000000"));
    let ask = json!({
        "unit_id": DISTRICT, "on": "2024-12-02", "from": "09:00", "until": "25:00",
        "topic": "课", "place": "教室",
    });
    let invitations = format!("{path}/invitations");
    let (status, _) = call(&city, "district", "POST", &invitations, ask.clone()).await;
    assert_eq!(status, 422);
    let mut right = ask;
    right["until"] = json!("24:00");
    let (status, made) = call(&city, "district", "POST", &invitations, right).await;
    assert_eq!(status, 200, "{made}");
    let answer = format!("/faculty/invitations/{}/answer", made["id"]);
    let (status, own) = call(&city, "officer", "POST", &answer, json!({"accept": true})).await;
    assert_eq!(status, 200, "{own}");
    assert_eq!(
        own["bookings"][0]["when"],
        json!("2024年12月2日（周一） 09:00至24:00")
    );
    let (status, listed) = call(
        &city,
        "far",
        "GET",
        "/faculty/instructors?text=%E9%98%9F%E5%91%98&size=10",
        Value::Null,
    )
    .await;
    assert_eq!((status, listed["total"].as_i64()), (200, Some(0)));
    let (status, _) = call(
        &city,
        "far",
        "GET",
        "/faculty/instructors?kind=x",
        Value::Null,
    )
    .await;
    assert_eq!(status, 422);
});
