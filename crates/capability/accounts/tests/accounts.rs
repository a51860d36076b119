//! Administration of accounts: who may do what to whom.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use axum::http::StatusCode;
use chengzhi_accounts::usecase::sweep::{clean, close_accounts_of_left};
use chengzhi_authz::Role;
use chengzhi_db::sql;
use chengzhi_kernel::{Clock as _, Timestamp};
use chengzhi_testkit::{TestDb, both_engines};
use serde_json::{Value, json};
use support::{
    BAOSHAN, Browser, CHUANSHA, CITY, DACHANG, GUCUN, LI, PASSWORD, QIAN, SUN, World, ZHAO, code,
    leaves, world,
};

/// System and security administrators, and 赵一 of 大场 as the reporter of his squad.
async fn staffed(world: &World) -> (Browser, Browser, Browser) {
    let mut system = world.admin(Role::SystemAdmin).await;
    let mut security = world.admin(Role::SecurityAdmin).await;
    let reporter = world.person(&mut system, ZHAO).await;
    let (status, body) = grant(
        world,
        &mut security,
        ZHAO,
        json!([held("squad_reporter", DACHANG, "unit")]),
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{body}");
    (system, security, reporter)
}

fn held(role: &str, unit: i64, scope: &str) -> Value {
    json!({"role": role, "unit_id": unit, "scope": scope})
}

async fn grant(
    world: &World,
    security: &mut Browser,
    person: i64,
    roles: Value,
) -> (StatusCode, Value) {
    let id = world.account_of(person).await;
    security
        .put(
            &format!("/accounts/{id}/roles"),
            json!({"assignments": roles}),
        )
        .await
}

fn names(body: &Value) -> Vec<&str> {
    body["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["user_name"].as_str().unwrap())
        .collect()
}

both_engines!(
    accounts_of_a_unit_are_opened_at_once_with_printable_slips,
    |t: TestDb| async move {
        let world = world(t).await;
        let mut system = world.admin(Role::SystemAdmin).await;
        leaves(&world.db, QIAN, "2024-11-01").await;
        let (status, slips) = system.post("/accounts", json!({"unit_id": BAOSHAN})).await;
        assert_eq!(status, StatusCode::OK);
        let slips = slips.as_array().unwrap();
        let printed: Vec<(&str, &str)> = slips
            .iter()
            .map(|slip| {
                (
                    slip["user_name"].as_str().unwrap(),
                    slip["unit_name"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            printed,
            [("p1", "大场镇中队"), ("p3", "顾村镇中队")],
            "who has left gets none"
        );
        assert!(
            slips
                .iter()
                .all(|slip| slip["one_time_code"].as_str().unwrap().len() == 14)
        );
        let (_, again) = system.post("/accounts", json!({"unit_id": BAOSHAN})).await;
        assert_eq!(again, json!([]), "nobody gets two");
        let (status, body) = system.post("/accounts", json!({"person_id": ZHAO})).await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::CONFLICT, "account.exists")
        );
        let (status, body) = system.post("/accounts", json!({"person_id": QIAN})).await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::CONFLICT, "account.left")
        );
        let (status, _) = system.post("/accounts", json!({})).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let mut tx = world.db.read().await.unwrap();
        for row in tx
            .all(sql("select code_hash from one_time_code"))
            .await
            .unwrap()
        {
            let stored: String = row.get("code_hash").unwrap();
            assert_eq!(stored.len(), 64, "codes are stored as hashes");
            assert!(
                slips
                    .iter()
                    .all(|slip| slip["one_time_code"] != json!(stored))
            );
        }
    }
);

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

both_engines!(
    a_reset_gives_a_code_and_takes_the_password,
    |t: TestDb| async move {
        let world = world(t).await;
        let (mut system, mut security, mut reporter) = staffed(&world).await;
        let mut officer = world.person(&mut system, QIAN).await;
        let qian = world.account_of(QIAN).await;
        let (status, slip) = reporter
            .post(&format!("/accounts/{qian}/reset"), json!({}))
            .await;
        assert_eq!(status, StatusCode::OK, "{slip}");
        assert_eq!(
            officer.get("/session").await.0,
            StatusCode::UNAUTHORIZED,
            "sessions end"
        );
        assert_eq!(
            world.browser().sign_in("p2", PASSWORD).await.0,
            StatusCode::UNAUTHORIZED
        );
        let code_text = slip["one_time_code"].as_str().unwrap();
        let (status, _) = officer.activate("p2", code_text, PASSWORD).await;
        assert_eq!(
            status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "the password of before is not taken again"
        );
        assert_eq!(
            officer.activate("p2", code_text, "Fresh-pass-77").await.0,
            StatusCode::OK
        );

        // A second code makes the first worthless.
        let (_, first) = reporter
            .post(&format!("/accounts/{qian}/reset"), json!({}))
            .await;
        let (_, second) = reporter
            .post(&format!("/accounts/{qian}/reset"), json!({}))
            .await;
        let (status, _) = officer
            .activate(
                "p2",
                first["one_time_code"].as_str().unwrap(),
                "Third-pass-77",
            )
            .await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let fresh = second["one_time_code"].as_str().unwrap();
        assert_eq!(
            officer.activate("p2", fresh, "Third-pass-77").await.0,
            StatusCode::OK
        );

        // Nobody reaches further through another's account, nor resets his own.
        grant(
            &world,
            &mut security,
            QIAN,
            json!([held("district_training", BAOSHAN, "subtree")]),
        )
        .await;
        let (status, body) = reporter
            .post(&format!("/accounts/{qian}/reset"), json!({}))
            .await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::FORBIDDEN, "account.reaches_further")
        );
        let zhao = world.account_of(ZHAO).await;
        let (status, body) = reporter
            .post(&format!("/accounts/{zhao}/reset"), json!({}))
            .await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::FORBIDDEN, "account.oneself")
        );
    }
);

both_engines!(
    a_lock_is_ended_by_the_system_administrator,
    |t: TestDb| async move {
        let world = world(t).await;
        let (mut system, _, _) = staffed(&world).await;
        for _ in 0..5 {
            world.browser().sign_in("p1", "Wrong-pass-1").await;
        }
        let (_, body) = system.get("/accounts?state=locked").await;
        assert_eq!(names(&body), vec!["p1"]);
        assert_eq!(body["rows"][0]["state_name"], "已锁定");
        let zhao = world.account_of(ZHAO).await;
        assert_eq!(
            system
                .post(&format!("/accounts/{zhao}/unlock"), json!({}))
                .await
                .0,
            StatusCode::NO_CONTENT
        );
        assert_eq!(
            world.browser().sign_in("p1", PASSWORD).await.0,
            StatusCode::OK
        );
    }
);

both_engines!(
    a_closed_account_is_out_at_once_and_comes_back_without_roles,
    |t: TestDb| async move {
        let world = world(t).await;
        let (mut system, _, mut reporter) = staffed(&world).await;
        let zhao = world.account_of(ZHAO).await;
        let path = format!("/accounts/{zhao}/close");
        assert_eq!(
            system.post(&path, json!({"reason": "调离"})).await.0,
            StatusCode::NO_CONTENT
        );
        assert_eq!(reporter.get("/session").await.0, StatusCode::UNAUTHORIZED);
        let (status, body) = system.post(&path, json!({})).await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::CONFLICT, "account.closed")
        );
        let (status, body) = world.browser().sign_in("p1", PASSWORD).await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::FORBIDDEN, "auth.closed")
        );
        let (status, slip) = system
            .post(&format!("/accounts/{zhao}/reset"), json!({}))
            .await;
        assert_eq!(status, StatusCode::OK);
        let (_, me) = reporter
            .activate(
                "p1",
                slip["one_time_code"].as_str().unwrap(),
                "Fresh-pass-77",
            )
            .await;
        assert_eq!(
            me["roles"].as_array().unwrap().len(),
            1,
            "only his own data: {me}"
        );
    }
);

both_engines!(
    the_sweep_closes_accounts_on_the_day_people_leave,
    |t: TestDb| async move {
        let world = world(t).await;
        let evening = Timestamp::at(world.clock.today(), 23, 59);
        world.clock.set(evening);
        let (mut system, _, mut reporter) = staffed(&world).await;
        let mut stays = world.person(&mut system, SUN).await;
        leaves(&world.db, ZHAO, "2024-11-19").await;
        assert_eq!(
            close_accounts_of_left(&world.db, world.clock.today())
                .await
                .unwrap(),
            0
        );
        assert_eq!(
            reporter.get("/session").await.0,
            StatusCode::OK,
            "still in service"
        );
        world.clock.advance_seconds(60);
        let day = world.clock.today();
        assert_eq!(close_accounts_of_left(&world.db, day).await.unwrap(), 1);
        assert_eq!(
            close_accounts_of_left(&world.db, day).await.unwrap(),
            0,
            "twice does nothing"
        );
        assert_eq!(reporter.get("/session").await.0, StatusCode::UNAUTHORIZED);
        assert_eq!(stays.get("/session").await.0, StatusCode::OK);
        assert_eq!(
            world
                .actions()
                .await
                .iter()
                .filter(|a| *a == "account.close")
                .count(),
            1
        );
        let zhao = world.account_of(ZHAO).await;
        let (status, body) = system
            .post(&format!("/accounts/{zhao}/reset"), json!({}))
            .await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::CONFLICT, "account.left")
        );

        world.clock.advance_seconds(2 * 86_400);
        clean(&world.state, &world.accounts).await.unwrap();
        let mut tx = world.db.read().await.unwrap();
        let sessions: i64 = tx
            .one(sql("select cast(count(*) as bigint) as n from session"))
            .await
            .unwrap()
            .get("n")
            .unwrap();
        assert_eq!(sessions, 0, "ended sessions are removed");
    }
);

both_engines!(
    the_audit_log_is_read_and_verified_by_its_administrator,
    |t: TestDb| async move {
        let world = world(t).await;
        let (mut system, _, _) = staffed(&world).await;
        let mut audit = world.admin(Role::AuditAdmin).await;
        assert_eq!(system.get("/audit").await.0, StatusCode::FORBIDDEN);
        let (status, body) = audit.get("/audit?action=%E8%A7%92%E8%89%B2").await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(body["total"], 1, "{body}");
        let row = &body["rows"][0];
        assert_eq!(row["action_name"], "设置角色");
        assert_eq!(row["actor_name"], "安全管理员");
        assert!(
            row["detail"]
                .as_str()
                .unwrap()
                .contains("中队填报员（大场镇中队）"),
            "{row}"
        );
        let (_, body) = audit
            .get("/audit?actor=%E5%91%BD%E4%BB%A4%E8%A1%8C&from=2024-11-18&to=2024-11-18")
            .await;
        assert_eq!(
            body["total"], 3,
            "three administrators were made on the command line"
        );
        let (_, body) = audit.get("/audit?from=2024-11-19").await;
        assert_eq!(body["total"], 0);
        assert_eq!(
            audit.get("/audit?from=yesterday").await.0,
            StatusCode::UNPROCESSABLE_ENTITY
        );

        let (_, verdict) = audit.get("/audit/verify").await;
        assert_eq!(verdict["ok"], true);
        let mut tx = world.db.write().await.unwrap();
        tx.run(sql(
            "update audit_log set actor_name = '别人' where seq = 4",
        ))
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let (_, verdict) = audit.get("/audit/verify").await;
        assert_eq!(
            (verdict["ok"].as_bool(), verdict["broken_at"].as_i64()),
            (Some(false), Some(4))
        );
    }
);

both_engines!(
    text_that_cannot_be_stored_is_refused_not_a_failure,
    |t: TestDb| async move {
        let world = world(t).await;
        let (mut system, mut security, _) = staffed(&world).await;
        for path in [
            "/accounts?q=%00",
            "/accounts?q=%25_!'",
            "/accounts?unit=9223372036854775807",
            "/accounts?page=9223372036854775807",
        ] {
            let (status, body) = system.get(path).await;
            assert!(!status.is_server_error(), "{path}: {status} {body}");
        }
        let zhao = world.account_of(ZHAO).await;
        let (status, body) = system
            .post(
                &format!("/accounts/{zhao}/close"),
                json!({"reason": "a\u{0}b"}),
            )
            .await;
        assert!(!status.is_server_error(), "{status} {body}");
        let (status, _) = system.get("/accounts/abc").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        let roles = json!({"assignments": [held("emperor", CITY, "unit")]});
        assert_eq!(
            security
                .put(&format!("/accounts/{zhao}/roles"), roles)
                .await
                .0,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
);

both_engines!(
    jobs_are_shown_to_the_system_administrator,
    |t: TestDb| async move {
        let world = world(t).await;
        let mut system = world.admin(Role::SystemAdmin).await;
        let sweep = chengzhi_accounts::AccountSweep {
            state: world.state.clone(),
            accounts: world.accounts.clone(),
        };
        let runner = chengzhi_jobs::JobRunner::new(world.db.clone()).every(
            60,
            "accounts.sweep",
            std::sync::Arc::new(sweep),
        );
        runner.tick().await.unwrap();
        assert_eq!(runner.run_due().await.unwrap(), 1);
        let (status, body) = system.get("/jobs").await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(body["rows"][0]["kind_name"], "停用离开人员的账号");
        assert_eq!(body["rows"][0]["state_name"], "完成", "{body}");
    }
);
