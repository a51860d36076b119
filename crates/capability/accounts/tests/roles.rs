//! Roles and how far they reach.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use axum::http::StatusCode;
use chengzhi_db::sql;
use chengzhi_testkit::{TestDb, both_engines};
use serde_json::json;
use support::{
    BAOSHAN, CHUANSHA, CITY, DACHANG, GUCUN, LI, QIAN, SUN, ZHAO, code, grant, held, names,
    staffed, world,
};

both_engines!(rights_end_where_the_units_end, |t: TestDb| async move {
    let world = world(t).await;
    let (mut system, _, mut reporter) = staffed(&world).await;
    for person in [SUN, LI] {
        world.person(&mut system, person).await;
    }
    let (status, body) = reporter.get("/accounts").await;
    assert_eq!((status, names(&body)), (StatusCode::OK, vec!["p1"]));
    assert_eq!(
        reporter.get(&format!("/accounts?unit={GUCUN}")).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        reporter.get(&format!("/accounts?unit={CITY}")).await.0,
        StatusCode::NOT_FOUND
    );
    let other = world.account_of(SUN).await;
    assert_eq!(
        reporter
            .post(&format!("/accounts/{other}/reset"), json!({}))
            .await
            .0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        reporter
            .post("/accounts", json!({"unit_id": GUCUN}))
            .await
            .0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        reporter.post("/accounts", json!({"unit_id": 999})).await.0,
        StatusCode::NOT_FOUND
    );
    let (status, slips) = reporter.post("/accounts", json!({"person_id": QIAN})).await;
    assert_eq!(status, StatusCode::OK, "{slips}");
    for path in [
        format!("/accounts/{other}/close"),
        format!("/accounts/{other}/unlock"),
    ] {
        assert_eq!(
            reporter.post(&path, json!({})).await.0,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    // The whole city is for the system administrator, administrators' accounts too.
    let (_, body) = system.get(&format!("/accounts?unit={CITY}")).await;
    assert_eq!(body["total"], 6);
    let (_, body) = system.get(&format!("/accounts?unit={CHUANSHA}")).await;
    assert_eq!(names(&body), vec!["p4"]);
    let (_, body) = system.get("/accounts?q=%E8%B5%B5&state=active").await;
    assert_eq!(names(&body), vec!["p1"]);
    let (_, body) = system.get("/accounts?sort=-unit_name&size=2").await;
    assert_eq!(names(&body), vec!["p4", "p3"]);
});

both_engines!(
    without_roles_a_person_reaches_himself_only,
    |t: TestDb| async move {
        let world = world(t).await;
        let (mut system, mut security, mut reporter) = staffed(&world).await;
        let mut officer = world.person(&mut system, SUN).await;
        let (_, me) = officer.get("/session").await;
        assert_eq!(me["roles"].as_array().unwrap().len(), 1);
        assert_eq!(me["roles"][0]["role"], "officer");
        assert_eq!(me["roles"][0]["scope"], "own");
        assert_eq!(me["home_unit_id"], GUCUN);
        for path in ["/accounts", "/audit", "/audit/verify", "/jobs"] {
            assert_eq!(officer.get(path).await.0, StatusCode::FORBIDDEN, "{path}");
            assert_eq!(
                world.browser().get(path).await.0,
                StatusCode::UNAUTHORIZED,
                "{path}"
            );
        }
        // Taken roles are gone with the next request.
        assert_eq!(reporter.get("/accounts").await.0, StatusCode::OK);
        assert_eq!(
            grant(&world, &mut security, ZHAO, json!([])).await.0,
            StatusCode::OK
        );
        assert_eq!(reporter.get("/accounts").await.0, StatusCode::FORBIDDEN);
        // A unit that is closed reaches nothing.
        grant(
            &world,
            &mut security,
            ZHAO,
            json!([held("squad_reporter", DACHANG, "unit")]),
        )
        .await;
        let mut tx = world.db.write().await.unwrap();
        tx.run(sql("update unit set closed_on = '2024-11-01' where id = $1").bind(DACHANG))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let (status, body) = reporter.get("/accounts").await;
        assert_eq!((status, body["total"].as_i64()), (StatusCode::OK, Some(0)));
    }
);

both_engines!(
    the_three_administrators_stay_three,
    |t: TestDb| async move {
        let world = world(t).await;
        let (mut system, mut security, _) = staffed(&world).await;
        let two = json!([
            held("system_admin", CITY, "subtree"),
            held("audit_admin", CITY, "subtree")
        ]);
        let (status, body) = grant(&world, &mut security, ZHAO, two).await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::UNPROCESSABLE_ENTITY, "role.conflict")
        );
        let mixed = json!([
            held("audit_admin", CITY, "subtree"),
            held("squad_reporter", DACHANG, "unit")
        ]);
        assert_eq!(
            grant(&world, &mut security, ZHAO, mixed).await.0,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let local = json!([held("audit_admin", BAOSHAN, "subtree")]);
        let (_, body) = grant(&world, &mut security, ZHAO, local).await;
        assert!(body["detail"].as_str().unwrap().contains("全市"), "{body}");
        let gone = json!([held("squad_head", 999, "unit")]);
        assert_eq!(
            grant(&world, &mut security, ZHAO, gone).await.0,
            StatusCode::UNPROCESSABLE_ENTITY
        );

        let (_, body) = security.get("/accounts?q=security_admin").await;
        let own = body["rows"][0]["id"].as_i64().unwrap();
        let (status, body) = security
            .put(
                &format!("/accounts/{own}/roles"),
                json!({"assignments": []}),
            )
            .await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::FORBIDDEN, "account.oneself")
        );
        // The system administrator gives no roles, and takes nobody's place by a reset.
        let roles = json!({"assignments": [held("leader", CITY, "subtree")]});
        let zhao = world.account_of(ZHAO).await;
        assert_eq!(
            system
                .put(&format!("/accounts/{zhao}/roles"), roles)
                .await
                .0,
            StatusCode::FORBIDDEN
        );
        let (status, body) = system
            .post(&format!("/accounts/{own}/reset"), json!({}))
            .await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::FORBIDDEN, "account.administrator")
        );
        let (status, body) = grant(
            &world,
            &mut security,
            ZHAO,
            json!([
                held("audit_admin", CITY, "subtree"),
                held("officer", CITY, "own")
            ]),
        )
        .await;
        assert_eq!(status, StatusCode::OK, "{body}");
        assert_eq!(
            body["roles"].as_array().unwrap().len(),
            1,
            "the officer's own role is not stored"
        );
        assert_eq!(body["roles"][0]["unit_id"], CITY);
    }
);

both_engines!(roles_are_not_overwritten_unseen, |t: TestDb| async move {
    let world = world(t).await;
    let (_, mut security, _) = staffed(&world).await;
    let zhao = world.account_of(ZHAO).await;
    let (_, body) = security.get("/accounts?q=p1").await;
    let version = body["rows"][0]["version"].as_i64().unwrap();
    let path = format!("/accounts/{zhao}/roles");
    let wanted = json!({"assignments": [held("leader", BAOSHAN, "subtree")], "version": version});
    assert_eq!(security.put(&path, wanted.clone()).await.0, StatusCode::OK);
    let (status, body) = security.put(&path, wanted).await;
    assert_eq!(
        (status, code(&body)),
        (StatusCode::CONFLICT, "conflict.version")
    );
});
