//! A site with the city behind it: requests as a browser sends them.

use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use chengzhi_authz::{Actor, Grant, Role, ScopeKind};
use chengzhi_files::FileStore;
use chengzhi_http::{AppState, Authenticator, Problem};
use chengzhi_kernel::UnitId;
use chengzhi_testkit::TestDb;
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use super::city::{City, city, day, person};
use crate::store::units;

/// Signs in whoever the header `x-role` names, for the units of 宝山.
struct ByHeader;

#[async_trait]
impl Authenticator for ByHeader {
    async fn actor(&self, state: &AppState, parts: &Parts) -> Result<Actor, Problem> {
        let role: Role = parts
            .headers
            .get("x-role")
            .and_then(|value| value.to_str().ok())
            .and_then(|code| code.parse().ok())
            .ok_or_else(Problem::signed_out)?;
        let mut tx = state.db.read().await?;
        let top = units::by_code(
            &mut tx,
            if role == Role::CityTraining {
                "SH"
            } else {
                "BS"
            },
        )
        .await?;
        let unit = top.ok_or_else(Problem::signed_out)?.unit.id;
        let reached = units::tree(&mut tx, day(2024, 11, 18)).await?.subtree(unit);
        Ok(Actor {
            account_id: 7.into(),
            person_id: None,
            name: "测试员".to_owned(),
            grants: vec![Grant {
                role,
                unit_id: unit,
                scope: ScopeKind::Subtree,
                units: Arc::new(reached),
            }],
        })
    }
}

pub struct Site {
    pub t: TestDb,
    city: City,
    app: axum::Router,
}

impl Site {
    pub async fn open(t: TestDb) -> Site {
        let mut tx = t.db.write().await.unwrap();
        let city = city(&mut tx).await;
        person(&mut tx, "A1", "张三", city.unit("BS-DC")).await;
        person(&mut tx, "A9", "浦东人", city.unit("PD-ZG")).await;
        tx.commit().await.unwrap();
        let state = AppState {
            db: t.db.clone(),
            clock: t.clock.clone(),
            wall: t.clock.clone(),
            files: FileStore::open(t.folder.path().join("files")).unwrap(),
            calendar: Arc::new(chengzhi_rules::calendar().clone()),
            policy: "shanghai".into(),
            authenticator: Arc::new(ByHeader),
            demo: false,
            secure_cookies: false,
        };
        let (router, _) = crate::router().split_for_parts();
        Site {
            t,
            city,
            app: router.with_state(state),
        }
    }

    pub async fn call(
        &self,
        role: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let (status, bytes) = self
            .send(
                role,
                method,
                path,
                "application/json",
                body.map(|body| body.to_string())
                    .unwrap_or_default()
                    .into_bytes(),
            )
            .await;
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    pub async fn send(
        &self,
        role: &str,
        method: &str,
        path: &str,
        kind: &str,
        body: Vec<u8>,
    ) -> (StatusCode, Vec<u8>) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-role", role)
            .header("x-chengzhi", "1")
            .header("content-type", kind)
            .body(Body::from(body))
            .unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let status = response.status();
        (
            status,
            response
                .into_body()
                .collect()
                .await
                .unwrap()
                .to_bytes()
                .to_vec(),
        )
    }

    pub async fn upload(&self, name: &str, content: &str) -> (StatusCode, Value) {
        let body = format!(
            "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n--b--\r\n"
        );
        let (status, bytes) = self
            .send(
                "district_training",
                "POST",
                "/roster/imports",
                "multipart/form-data; boundary=b",
                body.into_bytes(),
            )
            .await;
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    pub fn unit(&self, code: &str) -> UnitId {
        self.city.unit(code)
    }
}
