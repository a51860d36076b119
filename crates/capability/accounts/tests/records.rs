//! The audit log, background jobs, the daily closing, and text that cannot be stored.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use axum::http::StatusCode;
use chengzhi_accounts::usecase::sweep::{clean, close_accounts_of_left};
use chengzhi_authz::Role;
use chengzhi_db::sql;
use chengzhi_kernel::{Clock as _, Timestamp};
use chengzhi_testkit::{TestDb, both_engines};
use serde_json::json;
use support::{CITY, SUN, ZHAO, code, held, leaves, staffed, world};

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
