//! The router itself: rights, scope, bodies, problems.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use chengzhi_kernel::Timestamp;
use chengzhi_testkit::{TestDb, both_engines};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::city::{CREW, City, OTHER_SQUAD, SECTION, SQUAD, TestUploads, day};

fn app(city: &City) -> Router {
    let (router, _) = crate::router(Arc::new(TestUploads)).split_for_parts();
    router.with_state(city.state.clone())
}

async fn call(
    city: &City,
    who: &str,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("x-test-actor", who)
        .header("x-chengzhi", "1")
        .header("content-type", "application/json")
        .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
        .unwrap();
    let response = app(city).oneshot(request).await.unwrap();
    let status: StatusCode = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (
        status.as_u16(),
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    )
}

fn answers() -> Value {
    [
        "length",
        "continuous",
        "angle",
        "attendance",
        "rest",
        "norm",
    ]
    .map(|item| json!({"item": item, "answer": "pass"}))
    .into_iter()
    .collect()
}

both_engines!(the_cycle_runs_over_the_router, |t: TestDb| async move {
    let city = City::new(t).await;
    city.at(Timestamp::at(day(11, 5), 20, 0));
    let path = format!("/drill/records/{SQUAD}/2024-11/1");
    let attendance: Vec<Value> = CREW
        .iter()
        .map(|id| json!({"person_id": id, "present": true}))
        .collect();
    let body = json!({
        "version": 0,
        "sessions": [{
            "held_on": "2024-11-05", "start_time": "8:00", "minutes": 25, "place": "操场",
            "instructor": "王教官", "subjects": "齐步行进", "rest_times": 0,
            "attendance": attendance,
        }],
    });
    let (status, saved) = call(&city, "reporter", "PUT", &path, Some(body)).await;
    assert_eq!(status, 200, "{saved}");
    let session = saved["sessions"][0]["id"].as_i64().unwrap();
    assert_eq!(saved["sessions"][0]["start_time"], json!("08:00"));
    let film = format!("{path}/sessions/{session}/film");
    let upload = json!({"upload_id": "u1"});
    let (status, filmed) = call(&city, "reporter", "PUT", &film, Some(upload)).await;
    assert_eq!(status, 200, "{filmed}");
    let submit = json!({"version": filmed["version"]});
    let (status, sent) = call(
        &city,
        "reporter",
        "POST",
        &format!("{path}/submit"),
        Some(submit),
    )
    .await;
    assert_eq!((status, sent["state"].as_str()), (200, Some("submitted")));
    let open = json!({"version": sent["version"]});
    let (_, opened) = call(
        &city,
        "reviewer",
        "POST",
        &format!("{path}/review/open"),
        Some(open),
    )
    .await;
    assert_eq!(opened["hold"]["mine"], json!(true));
    let note = json!({"session_id": session, "at_ms": 1000, "text": "动作不齐"});
    let (status, noted) = call(
        &city,
        "reviewer",
        "POST",
        &format!("{path}/notes"),
        Some(note),
    )
    .await;
    assert_eq!(
        (status, noted["notes"][0]["at_label"].as_str()),
        (200, Some("1秒"))
    );
    let back = json!({"version": opened["version"], "reason_code": "norm", "note": "请整改"});
    let (status, back) = call(
        &city,
        "reviewer",
        "POST",
        &format!("{path}/return"),
        Some(back),
    )
    .await;
    assert_eq!((status, back["state"].as_str()), (200, Some("returned")));
    let again = json!({"version": back["version"]});
    let (_, again) = call(
        &city,
        "reporter",
        "POST",
        &format!("{path}/submit"),
        Some(again),
    )
    .await;
    let short = json!({"version": again["version"], "checks": []});
    let (status, short) = call(
        &city,
        "reviewer",
        "POST",
        &format!("{path}/confirm"),
        Some(short),
    )
    .await;
    assert_eq!(
        (status, short["field"].as_str()),
        (422, Some("checks.length"))
    );
    let confirm = json!({"version": again["version"], "checks": answers()});
    let (status, done) = call(
        &city,
        "reviewer",
        "POST",
        &format!("{path}/confirm"),
        Some(confirm),
    )
    .await;
    assert_eq!((status, done["state"].as_str()), (200, Some("confirmed")));
    let month = format!("/drill/months/{SQUAD}/2024-11");
    let (status, month) = call(&city, "head", "GET", &month, None).await;
    assert_eq!(
        (status, month["result"]["covered"].as_i64()),
        (200, Some(9))
    );
});

both_engines!(rights_and_scopes_are_kept, |t: TestDb| async move {
    let city = City::new(t).await;
    let own = format!("/drill/records/{SQUAD}/2024-11/1");
    for (who, path, status) in [
        ("officer", own.clone(), 403),
        ("nobody", own.clone(), 401),
        ("other", own.clone(), 404),
        (
            "reporter",
            format!("/drill/records/{OTHER_SQUAD}/2024-11/1"),
            404,
        ),
        (
            "reviewer",
            format!("/drill/records/{SECTION}/2024-11/1"),
            404,
        ),
        ("reporter", format!("/drill/records/{SQUAD}/2024-11/3"), 422),
        ("reporter", format!("/drill/records/{SQUAD}/11/1"), 422),
        ("head", own.clone(), 200),
        ("reporter", "/drill/records?queue=review".to_owned(), 403),
        ("reviewer", "/drill/records?queue=review".to_owned(), 200),
        ("reporter", "/drill/return-reasons".to_owned(), 200),
        ("reporter", "/drill/grid?level=district".to_owned(), 200),
        ("reporter", "/drill/stats".to_owned(), 200),
        ("reporter", "/drill/months".to_owned(), 200),
        ("officer", "/drill/me?year=2024".to_owned(), 200),
        ("nobody", "/drill/me".to_owned(), 401),
        ("reporter", "/drill/export.xlsx".to_owned(), 200),
        (
            "reporter",
            "/drill/exemptions?state=requested".to_owned(),
            200,
        ),
        ("reporter", "/drill/instructors".to_owned(), 200),
        ("reporter", "/drill/contests".to_owned(), 200),
        ("reporter", format!("{own}/roster?on=2024-11-05"), 200),
    ] {
        let (found, body) = call(&city, who, "GET", &path, None).await;
        assert_eq!(found, status, "{who} {path}: {body}");
    }
    for (who, path) in [
        ("head", format!("{own}/submit")),
        ("reporter", format!("{own}/review/open")),
        ("reporter", "/drill/exemptions/1/approve".to_owned()),
        ("reporter", "/drill/contests".to_owned()),
    ] {
        let (found, body) = call(&city, who, "POST", &path, Some(json!({"version": 1}))).await;
        assert_eq!(found, 403, "{who} {path}: {body}");
    }
    let (_, reasons) = call(
        &city,
        "reviewer",
        "GET",
        "/drill/return-reasons?year=2024",
        None,
    )
    .await;
    assert_eq!(reasons[0]["clause"]["rule"], json!("B-44"));
    assert!(
        reasons[0]["text"].as_str().unwrap().contains("20分钟"),
        "{reasons}"
    );
});
