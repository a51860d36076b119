//! Signing in: codes, passwords, locks, limits of sessions, forged requests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use chengzhi_accounts::{AccountSettings, SessionLimits};
use chengzhi_authz::Role;
use chengzhi_db::sql;
use chengzhi_kernel::Clock as _;
use chengzhi_testkit::{TestDb, both_engines};
use serde_json::json;
use support::{PASSWORD, ZHAO, code, leaves, world, world_with};

both_engines!(
    a_code_is_exchanged_once_for_a_password_of_ones_own,
    |t: TestDb| async move {
        let world = world(t).await;
        let code_text = world.admin_code(Role::SystemAdmin, "sys").await;
        let mut browser = world.browser();

        let (status, body) = browser.sign_in("sys", &code_text).await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::FORBIDDEN, "auth.activate")
        );
        let (status, body) = browser.activate("sys", "2222-2222-2222", PASSWORD).await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::UNPROCESSABLE_ENTITY, "auth.bad_code")
        );
        let (status, body) = browser.activate("sys", &code_text, "abc").await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid.field")
        );
        assert_eq!(body["errors"].as_array().unwrap().len(), 2, "{body}");

        let typed = code_text.to_lowercase().replace('-', " ");
        let (status, me) = browser.activate(" SYS ", &typed, PASSWORD).await;
        assert_eq!(status, StatusCode::OK, "{me}");
        assert_eq!(me["roles"][0]["role"], "system_admin");
        assert_eq!(me["roles"][0]["unit_name"], "市城管执法局");
        assert_eq!(me["today"], "2024-11-18");
        assert_eq!(me["policy"]["pack"], "shanghai/2024");
        assert_eq!(me["must_change_password"], false);

        let (status, body) = world
            .browser()
            .activate("sys", &code_text, "Other-pass-1")
            .await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::UNPROCESSABLE_ENTITY, "auth.bad_code")
        );
        assert_eq!(
            world.browser().sign_in("sys", PASSWORD).await.0,
            StatusCode::OK
        );
        let actions = world.actions().await;
        assert_eq!(
            actions,
            [
                "account.open",
                "session.fail",
                "account.activate",
                "session.open",
                "session.fail",
                "session.open"
            ]
        );
    }
);

both_engines!(a_code_ends_after_seven_days, |t: TestDb| async move {
    let world = world(t).await;
    let code_text = world.admin_code(Role::SystemAdmin, "sys").await;
    world.clock.advance_seconds(7 * 86_400 - 1);
    let (status, _) = world.browser().activate("sys", &code_text, "weak").await;
    assert_eq!(
        status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the code is still looked at"
    );
    world.clock.advance_seconds(1);
    let (_, body) = world.browser().activate("sys", &code_text, PASSWORD).await;
    assert_eq!(code(&body), "auth.code_expired");
});

both_engines!(
    five_failures_lock_a_name_for_fifteen_minutes,
    |t: TestDb| async move {
        let world = world(t).await;
        world.admin(Role::SystemAdmin).await;
        // A name that nobody has behaves in the same way.
        for name in ["system_admin", "nobody"] {
            let mut browser = world.browser();
            for _ in 0..5 {
                let (status, body) = browser.sign_in(name, "Wrong-pass-1").await;
                assert_eq!(
                    (status, code(&body)),
                    (StatusCode::UNAUTHORIZED, "auth.bad_credentials")
                );
            }
            let (status, body) = browser.sign_in(name, PASSWORD).await;
            assert_eq!((status, code(&body)), (StatusCode::LOCKED, "auth.locked"));
            assert!(
                body["detail"].as_str().unwrap().contains("09:1"),
                "the time is told: {body}"
            );
        }
        world.clock.advance_seconds(15 * 60 - 1);
        assert_eq!(
            world.browser().sign_in("system_admin", PASSWORD).await.0,
            StatusCode::LOCKED
        );
        world.clock.advance_seconds(1);
        assert_eq!(
            world.browser().sign_in("system_admin", PASSWORD).await.0,
            StatusCode::OK
        );
        assert!(world.actions().await.contains(&"session.lock".to_owned()));
    }
);

both_engines!(
    attempts_at_the_same_time_cannot_pass_the_lock,
    |t: TestDb| async move {
        let world = world(t).await;
        world.admin(Role::SystemAdmin).await;
        let attempts = (0..12).map(|_| {
            let mut browser = world.browser();
            tokio::spawn(async move { browser.sign_in("system_admin", "Wrong-pass-1").await.0 })
        });
        let mut looked_at = 0;
        for attempt in attempts.collect::<Vec<_>>() {
            if attempt.await.unwrap() == StatusCode::UNAUTHORIZED {
                looked_at += 1;
            }
        }
        assert_eq!(looked_at, 5);
    }
);

both_engines!(
    one_address_that_tries_many_names_must_wait,
    |t: TestDb| async move {
        let world = world(t).await;
        world.admin(Role::SystemAdmin).await;
        let mut browser = world.browser();
        for n in 0..30 {
            assert_eq!(
                browser.sign_in(&format!("name{n}"), "x").await.0,
                StatusCode::UNAUTHORIZED
            );
        }
        let (status, body) = browser.sign_in("system_admin", PASSWORD).await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::TOO_MANY_REQUESTS, "auth.too_many")
        );
        world.clock.advance_seconds(300);
        assert_eq!(
            browser.sign_in("system_admin", PASSWORD).await.0,
            StatusCode::OK
        );
    }
);

both_engines!(
    a_session_ends_when_idle_and_at_its_limit,
    |t: TestDb| async move {
        let limits = SessionLimits {
            idle_seconds: 1800,
            max_seconds: 7200,
        };
        let world = world_with(
            t,
            AccountSettings {
                limits,
                ..AccountSettings::default()
            },
        )
        .await;
        let mut browser = world.admin(Role::SystemAdmin).await;
        for _ in 0..4 {
            world.clock.advance_seconds(1799);
            assert_eq!(browser.get("/session").await.0, StatusCode::OK);
        }
        world.clock.advance_seconds(7200 - 4 * 1799);
        assert_eq!(
            browser.get("/session").await.0,
            StatusCode::UNAUTHORIZED,
            "the absolute limit"
        );
        assert_eq!(
            browser.sign_in("system_admin", PASSWORD).await.0,
            StatusCode::OK
        );
        world.clock.advance_seconds(1800);
        assert_eq!(
            browser.get("/session").await.0,
            StatusCode::UNAUTHORIZED,
            "the idle limit"
        );
    }
);

both_engines!(
    the_idle_limit_holds_across_processes,
    |t: TestDb| async move {
        let world = world(t).await;
        let mut browser = world.admin(Role::SystemAdmin).await;
        world.clock.advance_seconds(1700);
        assert_eq!(browser.get("/session").await.0, StatusCode::OK);
        // What another process knows is what is stored; it is stored beside the request.
        let stored = async || {
            let mut tx = world.db.read().await.unwrap();
            let row = tx
                .one(sql("select last_seen_at from session"))
                .await
                .unwrap();
            row.get::<chengzhi_kernel::Timestamp>("last_seen_at")
                .unwrap()
        };
        for _ in 0..200 {
            if stored().await == world.clock.now() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the last request was not stored");
    }
);

both_engines!(
    signing_in_gives_a_new_session_and_ends_the_earlier_one,
    |t: TestDb| async move {
        let world = world(t).await;
        let mut browser = world.admin(Role::SystemAdmin).await;
        let mut stale = browser.clone();
        let first = browser.cookie.clone().unwrap();
        assert_eq!(
            browser.sign_in("system_admin", PASSWORD).await.0,
            StatusCode::OK
        );
        assert_ne!(browser.cookie.clone().unwrap(), first);
        assert_eq!(stale.get("/session").await.0, StatusCode::UNAUTHORIZED);
        let mut tx = world.db.read().await.unwrap();
        let row = tx.one(sql("select token_hash from session")).await.unwrap();
        assert_ne!(
            row.get::<String>("token_hash").unwrap(),
            browser.cookie.clone().unwrap()
        );
        drop(tx);
        assert_eq!(browser.delete("/session").await.0, StatusCode::NO_CONTENT);
        assert_eq!(browser.cookie, None, "the cookie is removed");
        assert_eq!(
            browser.delete("/session").await.0,
            StatusCode::NO_CONTENT,
            "twice does no harm"
        );
    }
);

both_engines!(
    a_changed_password_ends_every_other_session,
    |t: TestDb| async move {
        let world = world(t).await;
        let mut here = world.admin(Role::SystemAdmin).await;
        let mut there = world.browser();
        there.sign_in("system_admin", PASSWORD).await;
        let change = |old: &str, new: &str| json!({"old_password": old, "new_password": new});

        let (status, body) = here
            .post("/session/password", change("Wrong-pass-1", "New-pass-123"))
            .await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(body["field"], "old_password");
        let (status, body) = here
            .post("/session/password", change(PASSWORD, PASSWORD))
            .await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(body["detail"].as_str().unwrap().contains("相同"), "{body}");
        let (status, _) = here
            .post("/session/password", change(PASSWORD, "New-pass-123"))
            .await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            here.get("/session").await.0,
            StatusCode::OK,
            "this browser goes on"
        );
        assert_eq!(there.get("/session").await.0, StatusCode::UNAUTHORIZED);
        let (status, _) = here
            .post("/session/password", change("New-pass-123", PASSWORD))
            .await;
        assert_eq!(
            status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "nor the one before"
        );
        assert_eq!(
            world.browser().sign_in("system_admin", PASSWORD).await.0,
            StatusCode::UNAUTHORIZED
        );
    }
);

both_engines!(
    an_old_password_must_be_changed_before_anything_else,
    |t: TestDb| async move {
        let world = world(t).await;
        world.admin(Role::SystemAdmin).await;
        world.clock.advance_seconds(90 * 86_400);
        let mut browser = world.browser();
        let (status, me) = browser.sign_in("system_admin", PASSWORD).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(me["must_change_password"], true);
        let (status, body) = browser.get("/accounts").await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::FORBIDDEN, "auth.password_change")
        );
        assert_eq!(browser.get("/session").await.0, StatusCode::OK);
        let change = json!({"old_password": PASSWORD, "new_password": "New-pass-123"});
        assert_eq!(
            browser.post("/session/password", change).await.0,
            StatusCode::OK
        );
        assert_eq!(browser.get("/accounts").await.0, StatusCode::OK);
    }
);

both_engines!(
    who_has_left_is_not_let_in_from_that_day,
    |t: TestDb| async move {
        let world = world(t).await;
        let mut system = world.admin(Role::SystemAdmin).await;
        world.person(&mut system, ZHAO).await;
        leaves(&world.db, ZHAO, "2024-11-19").await;
        assert_eq!(
            world.browser().sign_in("p1", PASSWORD).await.0,
            StatusCode::OK,
            "the day before"
        );
        world.clock.advance_seconds(15 * 3600);
        let (status, body) = world.browser().sign_in("p1", PASSWORD).await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::FORBIDDEN, "auth.closed")
        );
        let (status, body) = world.browser().sign_in("p1", "Wrong-pass-1").await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::UNAUTHORIZED, "auth.bad_credentials")
        );
    }
);

both_engines!(
    forged_and_malformed_requests_are_refused,
    |t: TestDb| async move {
        let world = world(t).await;
        let mut browser = world.admin(Role::SystemAdmin).await;
        let body = json!({"user_name": "system_admin", "password": PASSWORD}).to_string();
        let forged = |headers: &[(&str, &str)]| {
            let mut request = Request::builder()
                .method(Method::POST)
                .uri("/session")
                .header("content-type", "application/json");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            request.body(Body::from(body.clone())).unwrap()
        };
        for headers in [
            vec![],
            vec![("x-chengzhi", "1"), ("sec-fetch-site", "cross-site")],
            vec![
                ("x-chengzhi", "1"),
                ("host", "a.cn"),
                ("origin", "https://evil.cn"),
            ],
        ] {
            let (status, body) = world.browser().send(forged(&headers)).await;
            assert_eq!(
                (status, code(&body)),
                (StatusCode::FORBIDDEN, "auth.csrf"),
                "{headers:?}"
            );
        }
        let request = Request::builder()
            .method(Method::DELETE)
            .uri("/session")
            .header(
                "cookie",
                format!("chengzhi_session={}", browser.cookie.clone().unwrap()),
            )
            .body(Body::empty())
            .unwrap();
        assert_eq!(browser.send(request).await.0, StatusCode::FORBIDDEN);
        assert_eq!(
            browser.get("/session").await.0,
            StatusCode::OK,
            "the forged sign-out did nothing"
        );

        let mut guessing = world.browser();
        guessing.cookie = Some("0".repeat(64));
        assert_eq!(guessing.get("/session").await.0, StatusCode::UNAUTHORIZED);
        let (status, _) = browser.post("/session", json!({"user_name": "x"})).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let (status, _) = browser.sign_in("system_admin", &"x".repeat(100_000)).await;
        assert_eq!(
            status,
            StatusCode::UNAUTHORIZED,
            "an overlong password is a wrong one"
        );
        let (status, _) = browser.sign_in("a\u{0}b' or 1=1 --", "x").await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
);
