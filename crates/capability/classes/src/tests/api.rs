//! The router itself: rights, scope, bodies, problems.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use chengzhi_testkit::{TestDb, both_engines};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::city::{City, DISTRICT, Drilled, ROOM, TEACHER, at, signed};
use super::exam_book::Book;
use crate::domain::presence::Scan;

fn app(city: &City) -> Router {
    let setter = chengzhi_documents::Typesetter::new(chengzhi_documents::FontSource::System);
    let book = Arc::new(Book::default());
    let (router, _) = crate::router(
        setter,
        Arc::new(Drilled(0)),
        book,
        Arc::new(super::papers::Fitness),
    )
    .split_for_parts();
    router.with_state(city.state.clone())
}

async fn call(city: &City, who: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("x-test-actor", who)
        .header("x-chengzhi", "1")
        .header("content-type", "application/json");
    let body = if body.is_null() {
        Body::empty()
    } else {
        Body::from(body.to_string())
    };
    let response = app(city)
        .oneshot(request.body(body).unwrap())
        .await
        .unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (
        status,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    )
}

both_engines!(
    a_class_goes_from_plan_to_sign_in_over_the_router,
    |t: TestDb| async move {
        let city = City::new(t).await;
        let plan = json!({"unit_id": DISTRICT, "year": 2024, "pack": "baoshan"});
        let (status, plan) = call(&city, "office", "POST", "/classes/plans", plan).await;
        assert_eq!(status, 200, "{plan}");
        let programme = plan["programmes"][0]["id"].clone();
        let class = json!({
            "unit_id": DISTRICT, "year": 2024, "programme_id": programme, "place": "培训中心", "sign_out": true,
        });
        let (status, class) = call(&city, "office", "POST", "/classes", class).await;
        assert_eq!(status, 200, "{class}");
        let path = format!("/classes/{}", class["id"]);
        let courses = json!({"version": class["version"], "courses": [
            {"title": "行政复议法", "subject": "teaching", "topic": "行政复议法", "hours": 2, "credits": 1},
        ]});
        let (status, class) =
            call(&city, "office", "PUT", &format!("{path}/courses"), courses).await;
        assert_eq!(status, 200, "{class}");
        let lessons = json!({"version": class["version"], "lessons": [{
            "course_id": class["courses"][0]["id"], "from": "2024-06-03T09:00:00+08:00",
            "until": "2024-06-03T10:30:00+08:00", "instructor_id": TEACHER, "place_id": ROOM,
        }]});
        let (status, class) =
            call(&city, "office", "PUT", &format!("{path}/lessons"), lessons).await;
        assert_eq!(
            (status, class["first_on"].as_str()),
            (200, Some("2024-06-03")),
            "{class}"
        );
        let (status, class) = call(
            &city,
            "office",
            "POST",
            &format!("{path}/file"),
            json!({"version": class["version"]}),
        )
        .await;
        assert_eq!(
            (status, class["filings"][0]["late"].as_bool()),
            (200, Some(false)),
            "{class}"
        );
        let people = json!({"person_ids": [1, 2]});
        let (status, out) = call(
            &city,
            "reporter",
            "POST",
            &format!("{path}/nominations"),
            people.clone(),
        )
        .await;
        assert_eq!((status, out["enrolled"].as_i64()), (200, Some(2)), "{out}");
        let (status, _) = call(
            &city,
            "reporter",
            "POST",
            &format!("{path}/trainees"),
            people,
        )
        .await;
        assert_eq!(status, 403);
        for (who, wanted) in [
            ("reporter", 200),
            ("other", 404),
            ("instructor", 200),
            ("p1", 403),
        ] {
            assert_eq!(
                call(&city, who, "GET", &path, Value::Null).await.0,
                wanted,
                "{who}"
            );
        }
        city.at(at(6, 3, 8, 50));
        let (status, phone) = call(
            &city,
            "p1",
            "POST",
            "/classes/devices",
            json!({"label": "手机"}),
        )
        .await;
        assert_eq!(status, 200, "{phone}");
        let device = crate::usecase::devices::ClassDeviceOut {
            id: phone["id"].as_i64().unwrap(),
            key: phone["key"].as_str().unwrap().to_owned(),
        };
        let id = class["id"].as_i64().unwrap();
        let input = signed(&device, city.honest(id, 0, &device, Scan::In).await);
        let (window, sign) = input.link.clone().unwrap();
        let body = json!({
            "lesson_id": input.lesson, "kind": "in", "window": window, "sign": sign, "device_id": device.id,
            "client_ms": input.client_ms, "signature": input.signature,
        });
        let (status, receipt) = call(&city, "p1", "POST", "/classes/scans", body).await;
        assert_eq!(status, 200, "{receipt}");
        assert!(receipt["text"].as_str().unwrap().starts_with("签到成功"));
        let (_, own) = call(&city, "p1", "GET", "/classes/own?year=2024", Value::Null).await;
        assert_eq!(
            own["classes"][0]["lessons"][0]["presence"]["presence"],
            json!("present")
        );
        let (status, rows) = call(
            &city,
            "city",
            "GET",
            "/classes?year=2024&kind=closed",
            Value::Null,
        )
        .await;
        assert_eq!((status, rows[0]["phase"].as_str()), (200, Some("running")));
        let (status, _) = call(&city, "office", "GET", "/classes?kind=party", Value::Null).await;
        assert_eq!(status, 422);
        let (status, _) = call(&city, "section", "GET", "/classes/filings", Value::Null).await;
        assert_eq!(status, 403);
    }
);
