//! A served application over a database of its own, and accounts of every role.
#![allow(dead_code)] // each test file uses a part of it

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use chengzhi_accounts::facade::{DemoAccount, hash_password, open_demo_account};
use chengzhi_app::server::state::{Parts, assemble};
use chengzhi_app::server::{compose, observe};
use chengzhi_authz::{Role, ScopeKind};
use chengzhi_config::Settings;
use chengzhi_db::{Db, sql};
use chengzhi_kernel::{PersonId, UnitId};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

/// A good password for everybody.
pub const PASSWORD: &str = "Xk3-vm20pQ";

/// Everything a test needs of a server.
pub struct Served {
    pub parts: Parts,
    pub router: Router,
    pub settings: Settings,
    folder: tempfile::TempDir,
}

/// A reply, read to its end.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// An application over an empty SQLite file.
pub async fn served(change: impl FnOnce(&mut Settings)) -> Served {
    observe::start();
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings {
        data_dir: folder.path().to_owned(),
        ..Settings::default()
    };
    change(&mut settings);
    let db = chengzhi_app::server::state::open_database(&settings)
        .await
        .unwrap();
    db.migrate().await.unwrap();
    let parts = assemble(&settings, db, None, false).unwrap();
    let router = compose::app(&parts, &settings).unwrap();
    Served {
        parts,
        router,
        settings,
        folder,
    }
}

pub async fn send(router: &Router, request: Request<Body>) -> Reply {
    let response = router.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    Reply {
        status,
        headers,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

pub fn request(method: Method, path: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .body(Body::empty())
        .unwrap()
}

pub fn json_request(method: Method, path: &str, cookie: Option<&str>, body: &str) -> Request<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("x-chengzhi", "1")
        .header("content-type", "application/json");
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

impl Served {
    pub async fn get(&self, path: &str) -> Reply {
        send(&self.router, request(Method::GET, path)).await
    }

    /// Signs in and gives the cookie to send.
    pub async fn sign_in(&self, user_name: &str) -> String {
        let body = format!(r#"{{"user_name":"{user_name}","password":"{PASSWORD}"}}"#);
        let reply = send(
            &self.router,
            json_request(Method::POST, "/api/v1/session", None, &body),
        )
        .await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        reply
            .header("set-cookie")
            .split(';')
            .next()
            .unwrap()
            .to_owned()
    }

    /// One account for each role, named as the role, in a city of a bureau, a district and a squad.
    pub async fn one_account_of_each_role(&self) {
        fill_city(&self.parts.state.db).await;
        let hash = hash_password(&self.parts.accounts, PASSWORD).await.unwrap();
        let mut tx = self.parts.state.db.write().await.unwrap();
        for (index, role) in Role::ALL.iter().enumerate() {
            let unit = |id: i64| Some(UnitId::from(id));
            let held = match role {
                Role::Officer => vec![],
                Role::Instructor => vec![(*role, None, ScopeKind::Own)],
                Role::SquadReporter | Role::SquadHead => vec![(*role, unit(3), ScopeKind::Unit)],
                Role::SectionLead => vec![(*role, unit(2), ScopeKind::Unit)],
                Role::DistrictTraining => vec![(*role, unit(2), ScopeKind::Subtree)],
                Role::CityTraining | Role::Leader => vec![(*role, unit(1), ScopeKind::Subtree)],
                Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin => {
                    vec![(*role, None, ScopeKind::Subtree)]
                }
            };
            let account = DemoAccount {
                user_name: role.code().to_owned(),
                name: role.name().to_owned(),
                person_id: matches!(role, Role::Officer | Role::Instructor)
                    .then(|| PersonId::from(index as i64 + 1)),
                roles: held,
                password_hash: hash.clone(),
            };
            open_demo_account(&mut tx, "测试", &account)
                .await
                .unwrap()
                .unwrap();
        }
        tx.commit().await.unwrap();
    }
}

async fn fill_city(db: &Db) {
    let mut tx = db.write().await.unwrap();
    for (id, kind, parent) in [
        (1, "city_bureau", None),
        (2, "district_bureau", Some(1)),
        (3, "squad", Some(2)),
    ] {
        let insert = "insert into unit (id, code, name, kind, opened_on) values ($1, $2, $3, $4, '2020-01-01')";
        let name = format!("单位{id}");
        tx.run(sql(insert).bind(id).bind(&name).bind(&name).bind(kind))
            .await
            .unwrap();
        if let Some(parent) = parent {
            let edge = "insert into unit_edge (unit_id, line, parent_id, from_on) values ($1, 'professional', $2, '2020-01-01')";
            tx.run(sql(edge).bind(id).bind(parent)).await.unwrap();
        }
    }
    for (id, unit) in [(1, 3), (2, 3), (3, 2)] {
        let insert = "insert into person (id, staff_no, name, established, category, joined_on, created_at, updated_at)
             values ($1, $2, '测试', 1, 'enforcement_civil_servant', '2021-07-01', 0, 0)";
        tx.run(sql(insert).bind(id).bind(format!("P{id}")))
            .await
            .unwrap();
        let member =
            "insert into membership (person_id, unit_id, from_on) values ($1, $2, '2021-07-01')";
        tx.run(sql(member).bind(id).bind(unit)).await.unwrap();
    }
    tx.commit().await.unwrap();
}
