//! Opening, resetting, unlocking and closing accounts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use axum::http::StatusCode;
use chengzhi_authz::Role;
use chengzhi_db::sql;
use chengzhi_testkit::{TestDb, both_engines};
use serde_json::json;
use support::{BAOSHAN, PASSWORD, QIAN, ZHAO, code, grant, held, leaves, names, staffed, world};

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
