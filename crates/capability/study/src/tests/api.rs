//! The router itself: rights, scope, bodies, problems.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use chengzhi_testkit::{TestDb, both_engines};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::city::{City, OTHER_SQUAD, SQUAD, day, picture, session};

fn app(city: &City) -> Router {
    let (router, _) = crate::router().split_for_parts();
    router.with_state(city.state.clone())
}

async fn call(
    city: &City,
    who: &str,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> (StatusCode, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("x-test-actor", who)
        .header("x-chengzhi", "1")
        .header("content-type", "application/json")
        .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
        .unwrap();
    let response = app(city).oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (
        status,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    )
}

async fn upload(city: &City, who: &str, path: &str, content: &[u8]) -> (StatusCode, Value) {
    let mut body = b"--frame\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n".to_vec();
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--frame--\r\n");
    let request = Request::builder()
        .method("POST")
        .uri(path)
        .header("x-test-actor", who)
        .header("x-chengzhi", "1")
        .header("content-type", "multipart/form-data; boundary=frame")
        .body(Body::from(body))
        .unwrap();
    let response = app(city).oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (
        status,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    )
}

both_engines!(the_cycle_runs_over_the_router, |t: TestDb| async move {
    let city = City::new(t).await;
    let path = format!("/study/records/{SQUAD}/2024-11");
    let body = json!({
        "version": 0,
        "session": session(day(11, 5)),
        "attendance": [
            {"person_id": 1, "present": true},
            {"person_id": 2, "present": false, "absence_reason": "执勤值守"},
        ],
    });
    let (status, saved) = call(&city, "reporter", "PUT", &path, Some(body)).await;
    assert_eq!(status, 200, "{saved}");
    assert_eq!(
        (saved["attended"].as_i64(), saved["expected"].as_i64()),
        (Some(1), Some(2))
    );
    let (status, with_photo) =
        upload(&city, "reporter", &format!("{path}/photos"), &picture(3)).await;
    assert_eq!(status, 200, "{with_photo}");
    let photo = &with_photo["photos"][0];
    let thumb = photo["thumb_url"]
        .as_str()
        .unwrap()
        .trim_start_matches("/api/v1");
    assert_eq!(call(&city, "reporter", "GET", thumb, None).await.0, 200);
    assert_eq!(call(&city, "other", "GET", thumb, None).await.0, 404);
    let version = with_photo["version"].clone();
    let (status, sent) = call(
        &city,
        "reporter",
        "POST",
        &format!("{path}/submit"),
        Some(json!({"version": version})),
    )
    .await;
    assert_eq!(
        (status.as_u16(), sent["state"].as_str()),
        (200, Some("submitted"))
    );
    let (_, opened) = call(
        &city,
        "reviewer",
        "POST",
        &format!("{path}/review/open"),
        Some(json!({"version": sent["version"]})),
    )
    .await;
    assert_eq!(opened["hold"]["mine"], json!(true));
    let (_, back) = call(
        &city,
        "reviewer",
        "POST",
        &format!("{path}/return"),
        Some(json!({"version": opened["version"], "reason_code": "no_speaker", "note": "请补充"})),
    )
    .await;
    assert_eq!(back["state"], json!("returned"));
    let (_, again) = call(
        &city,
        "reporter",
        "POST",
        &format!("{path}/submit"),
        Some(json!({"version": back["version"]})),
    )
    .await;
    assert_eq!(
        again["diff"],
        json!([]),
        "nothing was changed, and that is told"
    );
    let (status, done) = call(
        &city,
        "reviewer",
        "POST",
        &format!("{path}/confirm"),
        Some(json!({"version": again["version"]})),
    )
    .await;
    assert_eq!(
        (status.as_u16(), done["state"].as_str()),
        (200, Some("confirmed"))
    );
    let (status, fixed) = call(
        &city,
        "reviewer",
        "POST",
        &format!("{path}/correct"),
        Some(json!({"person_id": 2, "present": true, "reason": "签到表补交"})),
    )
    .await;
    assert_eq!(
        (status.as_u16(), fixed["attended"].as_i64()),
        (200, Some(2))
    );
    for list in [
        "/study/grid?year=2024",
        "/study/stats?year=2024",
        "/study/tasks",
        "/study/makeups",
        "/study/return-reasons",
    ] {
        assert_eq!(
            call(&city, "reporter", "GET", list, None).await.0,
            200,
            "{list}"
        );
    }
    assert_eq!(
        call(
            &city,
            "reporter",
            "GET",
            &format!("/study/sheet/{SQUAD}"),
            None
        )
        .await
        .0,
        200
    );
    assert_eq!(
        call(
            &city,
            "reviewer",
            "GET",
            "/study/makeups/candidates?month=2024-10",
            None
        )
        .await
        .0,
        200
    );
    assert_eq!(
        call(
            &city,
            "reviewer",
            "GET",
            "/study/records?queue=review",
            None
        )
        .await
        .0,
        200
    );
});

both_engines!(out_of_scope_nothing_exists, |t: TestDb| async move {
    let city = City::new(t).await;
    let path = format!("/study/records/{OTHER_SQUAD}/2024-11");
    let version = json!({"version": 0});
    let complaint = json!({"version": 0, "reason_code": "no_speaker"});
    let save = json!({"version": 0, "session": {}, "attendance": []});
    let fix = json!({"person_id": 5, "present": true, "reason": "x"});
    for (who, method, tail, body) in [
        ("reporter", "GET", "", None),
        ("reporter", "PUT", "", Some(save)),
        ("reporter", "GET", "/roster?on=2024-11-05", None),
        ("reporter", "DELETE", "/photos/1", None),
        ("reporter", "GET", "/photos/1/file", None),
        ("reporter", "POST", "/submit", Some(version.clone())),
        ("reporter", "POST", "/withdraw", Some(version.clone())),
        ("reviewer", "POST", "/review/open", Some(version.clone())),
        ("reviewer", "POST", "/review/release", None),
        ("reviewer", "POST", "/review/pass-up", Some(version.clone())),
        ("reviewer", "POST", "/confirm", Some(version)),
        ("reviewer", "POST", "/return", Some(complaint.clone())),
        ("reviewer", "POST", "/reject", Some(complaint)),
        ("reviewer", "POST", "/correct", Some(fix)),
    ] {
        let (status, problem) = call(&city, who, method, &format!("{path}{tail}"), body).await;
        assert_eq!(
            (status.as_u16(), problem["code"].as_str()),
            (404, Some("not_found")),
            "{method} {tail}"
        );
    }
    let (status, _) = upload(&city, "reporter", &format!("{path}/photos"), &picture(1)).await;
    assert_eq!(status, 404);
    for list in [
        format!("/study/records?unit={OTHER_SQUAD}"),
        format!("/study/grid?unit={OTHER_SQUAD}"),
        format!("/study/stats?unit={OTHER_SQUAD}"),
        format!("/study/export.xlsx?unit={OTHER_SQUAD}"),
        format!("/study/sheet/{OTHER_SQUAD}"),
        format!("/study/makeups?unit={OTHER_SQUAD}"),
    ] {
        assert_eq!(
            call(&city, "reporter", "GET", &list, None).await.0,
            404,
            "{list}"
        );
    }
});

both_engines!(a_right_that_is_missing_is_refused, |t: TestDb| async move {
    let city = City::new(t).await;
    let path = format!("/study/records/{SQUAD}/2024-11");
    let version = json!({"version": 0});
    for (who, method, path, body) in [
        ("officer", "GET", path.clone(), None),
        (
            "reporter",
            "POST",
            format!("{path}/confirm"),
            Some(version.clone()),
        ),
        ("reviewer", "POST", format!("{path}/submit"), Some(version)),
        (
            "reviewer",
            "PUT",
            "/study/tasks/2024-12".to_owned(),
            Some(json!({"topic": "x"})),
        ),
        (
            "reporter",
            "GET",
            "/study/makeups/candidates?month=2024-10".to_owned(),
            None,
        ),
        (
            "reporter",
            "GET",
            "/study/records?queue=review".to_owned(),
            None,
        ),
    ] {
        let (status, problem) = call(&city, who, method, &path, body).await;
        assert_eq!(
            (status.as_u16(), problem["code"].as_str()),
            (403, Some("auth.forbidden")),
            "{who} {path}"
        );
    }
});

both_engines!(bad_input_is_named, |t: TestDb| async move {
    let city = City::new(t).await;
    let path = format!("/study/records/{SQUAD}/2024-11");
    let save = |session: Value| json!({"version": 0, "session": session, "attendance": []});
    for (session, field) in [
        (json!({"minutes": 700}), Some("session.minutes")),
        (json!({"start_time": "25:00"}), Some("session.start_time")),
        (json!({"place": "地".repeat(101)}), Some("session.place")),
        (json!({"held_on": "2024-13-40"}), Some("session.held_on")),
        (json!({"minutes": -5}), Some("session.minutes")),
    ] {
        let (status, problem) = call(&city, "reporter", "PUT", &path, Some(save(session))).await;
        assert_eq!(status, 422, "{problem}");
        assert_eq!(problem["field"].as_str(), field, "{problem}");
    }
    for bad in ["2024-13", "abc", "2024"] {
        let (status, _) = call(
            &city,
            "reporter",
            "GET",
            &format!("/study/records/{SQUAD}/{bad}"),
            None,
        )
        .await;
        assert_eq!(status, 422, "{bad}");
    }
    assert_eq!(
        call(&city, "reporter", "GET", "/study/grid?year=99999", None)
            .await
            .0,
        422
    );
    assert_eq!(
        call(&city, "reporter", "GET", "/study/grid?year=2019", None)
            .await
            .0,
        409
    );
    assert_eq!(city.count("study_record").await, 0, "nothing half saved");
});
