//! A small city with accounts, and browsers that walk through the real router.
#![allow(dead_code)] // each test file uses a part of it

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use chengzhi_accounts::usecase::create_admin::create_admin;
use chengzhi_accounts::{AccountSettings, Accounts, HashCost};
use chengzhi_authz::Role;
use chengzhi_db::{Db, sql};
use chengzhi_files::FileStore;
use chengzhi_http::AppState;
use chengzhi_testkit::{TestClock, TestDb};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// A good password for everybody.
pub const PASSWORD: &str = "Xk3-vm20pQ";

/// Numbers of the units: city bureau, district, its two squads, another district and its squad.
pub const CITY: i64 = 1;
pub const BAOSHAN: i64 = 2;
pub const DACHANG: i64 = 3;
pub const GUCUN: i64 = 4;
pub const PUDONG: i64 = 5;
pub const CHUANSHA: i64 = 6;

/// Numbers of the people: two in 大场, one in 顾村, one in 川沙.
pub const ZHAO: i64 = 1;
pub const QIAN: i64 = 2;
pub const SUN: i64 = 3;
pub const LI: i64 = 4;

/// A server of one test.
pub struct World {
    pub db: Db,
    pub clock: Arc<TestClock>,
    pub state: AppState,
    pub accounts: Arc<Accounts>,
    pub router: Router,
    _folder: std::sync::Arc<tempfile::TempDir>,
}

/// A server with cheap password hashes; both clocks are the test's.
pub async fn world(t: TestDb) -> World {
    world_with(t, AccountSettings::default()).await
}

pub async fn world_with(t: TestDb, settings: AccountSettings) -> World {
    let cost = HashCost {
        memory_kib: 64,
        passes: 1,
    };
    let accounts = Arc::new(Accounts::new(AccountSettings { cost, ..settings }).unwrap());
    let state = AppState {
        db: t.db.clone(),
        clock: t.clock.clone(),
        wall: t.clock.clone(),
        files: FileStore::open(t.folder.path().join("files")).unwrap(),
        calendar: Arc::new(chengzhi_rules::calendar().clone()),
        policy: "shanghai".into(),
        authenticator: accounts.clone(),
        demo: false,
        secure_cookies: false,
    };
    let (router, _) = chengzhi_accounts::router(accounts.clone()).split_for_parts();
    let router = router.with_state(state.clone());
    fill_city(&t.db).await;
    World {
        db: t.db,
        clock: t.clock,
        state,
        accounts,
        router,
        _folder: t.folder,
    }
}

async fn fill_city(db: &Db) {
    let mut tx = db.write().await.unwrap();
    for (id, name, kind, parent) in [
        (CITY, "市城管执法局", "city_bureau", None),
        (BAOSHAN, "宝山区局", "district_bureau", Some(CITY)),
        (DACHANG, "大场镇中队", "squad", Some(BAOSHAN)),
        (GUCUN, "顾村镇中队", "squad", Some(BAOSHAN)),
        (PUDONG, "浦东新区局", "district_bureau", Some(CITY)),
        (CHUANSHA, "川沙新镇中队", "squad", Some(PUDONG)),
    ] {
        let insert = "insert into unit (id, code, name, kind, opened_on) values ($1, $2, $3, $4, '2020-01-01')";
        tx.run(
            sql(insert)
                .bind(id)
                .bind(format!("U{id}"))
                .bind(name)
                .bind(kind),
        )
        .await
        .unwrap();
        if let Some(parent) = parent {
            let edge = "insert into unit_edge (unit_id, line, parent_id, from_on) values ($1, 'professional', $2, '2020-01-01')";
            tx.run(sql(edge).bind(id).bind(parent)).await.unwrap();
        }
    }
    for (id, name, unit) in [
        (ZHAO, "赵一", DACHANG),
        (QIAN, "钱二", DACHANG),
        (SUN, "孙三", GUCUN),
        (LI, "李四", CHUANSHA),
    ] {
        let insert = "insert into person (id, staff_no, name, established, category, joined_on, created_at, updated_at)
             values ($1, $2, $3, 1, 'enforcement_civil_servant', '2021-07-01', 0, 0)";
        tx.run(sql(insert).bind(id).bind(format!("P{id}")).bind(name))
            .await
            .unwrap();
        let member =
            "insert into membership (person_id, unit_id, from_on) values ($1, $2, '2021-07-01')";
        tx.run(sql(member).bind(id).bind(unit)).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// A person leaves with a day.
pub async fn leaves(db: &Db, person: i64, on: &str) {
    let mut tx = db.write().await.unwrap();
    let insert =
        "insert into status_event (person_id, kind, effective_on, recorded_at, recorded_by_name)
         values ($1, 'left', $2, 0, '测试')";
    tx.run(sql(insert).bind(person).bind(on)).await.unwrap();
    tx.commit().await.unwrap();
}

/// One browser: keeps its cookie.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookie: Option<String>,
}

impl World {
    pub fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookie: None,
        }
    }

    /// A one-time code of a new account over the whole city.
    pub async fn admin_code(&self, role: Role, user_name: &str) -> String {
        let mut tx = self.db.write().await.unwrap();
        let (_, issued) = create_admin(&mut tx, "命令行：测试", role, user_name, role.name())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        issued.code
    }

    /// A signed-in administrator.
    pub async fn admin(&self, role: Role) -> Browser {
        let code = self.admin_code(role, role.code()).await;
        let mut browser = self.browser();
        let (status, body) = browser.activate(role.code(), &code, PASSWORD).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        browser
    }

    /// Opens a person's account and signs him in. `system` is a system administrator.
    pub async fn person(&self, system: &mut Browser, person: i64) -> Browser {
        let (status, slips) = system.post("/accounts", json!({"person_id": person})).await;
        assert_eq!(status, StatusCode::OK, "{slips}");
        let mut browser = self.browser();
        let (status, body) = browser
            .activate(
                slips[0]["user_name"].as_str().unwrap(),
                slips[0]["one_time_code"].as_str().unwrap(),
                PASSWORD,
            )
            .await;
        assert_eq!(status, StatusCode::OK, "{body}");
        browser
    }

    /// The account of a person.
    pub async fn account_of(&self, person: i64) -> i64 {
        let mut tx = self.db.read().await.unwrap();
        let row = tx
            .one(sql("select id from account where person_id = $1").bind(person))
            .await
            .unwrap();
        row.get("id").unwrap()
    }

    /// Actions in the audit log, oldest first.
    pub async fn actions(&self) -> Vec<String> {
        let mut tx = self.db.read().await.unwrap();
        let rows = tx
            .all(sql("select action from audit_log order by seq"))
            .await
            .unwrap();
        rows.iter().map(|row| row.get("action").unwrap()).collect()
    }
}

impl Browser {
    pub async fn send(&mut self, request: Request<Body>) -> (StatusCode, Value) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        for line in response.headers().get_all("set-cookie") {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (_, value) = pair.split_once('=').unwrap();
            self.cookie = (!value.is_empty()).then(|| value.to_owned());
        }
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        (status, body)
    }

    pub fn request(&self, method: Method, path: &str, body: Option<&Value>) -> Request<Body> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-chengzhi", "1");
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", format!("chengzhi_session={cookie}"));
        }
        match body {
            Some(body) => request
                .header("content-type", "application/json")
                .body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        }
        .unwrap()
    }

    pub async fn get(&mut self, path: &str) -> (StatusCode, Value) {
        self.send(self.request(Method::GET, path, None)).await
    }

    pub async fn post(&mut self, path: &str, body: Value) -> (StatusCode, Value) {
        self.send(self.request(Method::POST, path, Some(&body)))
            .await
    }

    pub async fn put(&mut self, path: &str, body: Value) -> (StatusCode, Value) {
        self.send(self.request(Method::PUT, path, Some(&body)))
            .await
    }

    pub async fn delete(&mut self, path: &str) -> (StatusCode, Value) {
        self.send(self.request(Method::DELETE, path, None)).await
    }

    pub async fn sign_in(&mut self, user_name: &str, password: &str) -> (StatusCode, Value) {
        self.post(
            "/session",
            json!({"user_name": user_name, "password": password}),
        )
        .await
    }

    pub async fn activate(
        &mut self,
        user_name: &str,
        code: &str,
        password: &str,
    ) -> (StatusCode, Value) {
        let body = json!({"user_name": user_name, "one_time_code": code, "new_password": password});
        self.post("/session/activate", body).await
    }
}

/// The stable code of a problem.
pub fn code(body: &Value) -> &str {
    body["code"].as_str().unwrap_or_default()
}

/// System and security administrators, and 赵一 of 大场 as the reporter of his squad.
pub async fn staffed(world: &World) -> (Browser, Browser, Browser) {
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

/// One assignment, as sent.
pub fn held(role: &str, unit: i64, scope: &str) -> Value {
    json!({"role": role, "unit_id": unit, "scope": scope})
}

/// Replaces the roles of a person's account.
pub async fn grant(
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

/// User names of a list, in its order.
pub fn names(body: &Value) -> Vec<&str> {
    body["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["user_name"].as_str().unwrap())
        .collect()
}
