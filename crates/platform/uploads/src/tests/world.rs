//! A server of one test: real files and database, a purpose with a unit's scope, a sender named by
//! a header.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chengzhi_authz::{Actor, Grant, Permission, Role, ScopeKind};
use chengzhi_db::{Db, Tx, sql};
use chengzhi_files::{FileStore, Space};
use chengzhi_http::{AppState, Authenticator, Ctx, Problem};
use chengzhi_kernel::{AccountId, FileHash, UnitId};
use chengzhi_testkit::{TestClock, TestDb};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::{Admission, Asked, Upload, UploadPolicy, UploadSettings, Uploads};

pub const SQUAD: i64 = 3;
pub const OTHER_SQUAD: i64 = 4;
pub const MB: u64 = 1024 * 1024;

/// Bytes that begin as an MP4 does and differ by `seed`.
pub fn film(length: usize, seed: u8) -> Vec<u8> {
    let mut bytes = b"\0\0\0\x18ftypisom\0\0\x02\0".to_vec();
    bytes.extend((0..length).map(|n| (n as u8).wrapping_mul(31).wrapping_add(seed)));
    bytes.truncate(length);
    bytes
}

/// Signs in whoever the header `x-test-actor` names.
struct ByHeader;

fn actor(name: &str) -> Option<Actor> {
    let (account, role, unit, scope) = match name {
        "reporter" => (101, Role::SquadReporter, SQUAD, ScopeKind::Unit),
        "colleague" => (102, Role::SquadReporter, SQUAD, ScopeKind::Unit),
        "stranger" => (103, Role::SquadReporter, OTHER_SQUAD, ScopeKind::Unit),
        "auditor" => (104, Role::AuditAdmin, 1, ScopeKind::Subtree),
        "admin" => (105, Role::SystemAdmin, 1, ScopeKind::Subtree),
        _ => return None,
    };
    Some(Actor {
        account_id: AccountId::from(account),
        person_id: None,
        name: name.to_owned(),
        grants: vec![Grant {
            role,
            unit_id: UnitId::from(unit),
            scope,
            units: Arc::new(BTreeSet::from([unit])),
        }],
    })
}

#[async_trait]
impl Authenticator for ByHeader {
    async fn actor(&self, _state: &AppState, parts: &Parts) -> Result<Actor, Problem> {
        let name = parts.headers.get("x-test-actor");
        name.and_then(|name| name.to_str().ok())
            .and_then(actor)
            .ok_or_else(Problem::signed_out)
    }
}

/// The knobs of the test's purpose.
pub struct Film {
    pub max_bytes: u64,
    pub quota: Option<u64>,
    pub calls: AtomicU64,
    pub fail_finish: AtomicBool,
}

impl Default for Film {
    fn default() -> Self {
        Film {
            max_bytes: 64 * MB,
            quota: None,
            calls: AtomicU64::new(0),
            fail_finish: AtomicBool::new(false),
        }
    }
}

#[async_trait]
impl UploadPolicy for Film {
    fn purpose(&self) -> &'static str {
        "test.film"
    }

    fn name(&self) -> &'static str {
        "测试录像"
    }

    fn permission(&self) -> Permission {
        Permission::StudyReport
    }

    fn max_bytes(&self) -> u64 {
        self.max_bytes
    }

    async fn admit(&self, ctx: &Ctx, asked: &Asked) -> Result<Admission, Problem> {
        let scope = ctx.scope(self.permission())?;
        let unit = UnitId::from(asked.key("unit")?.parse::<i64>().unwrap());
        if !scope.has_unit(unit) {
            return Err(Problem::not_found());
        }
        Ok(Admission {
            unit,
            unit_name: format!("中队{unit}"),
            slot: asked.key("slot")?.to_owned(),
            max_bytes: self.max_bytes,
            quota_bytes: self.quota,
        })
    }

    async fn finished(&self, tx: &mut Tx, upload: &Upload, hash: &FileHash) -> Result<(), Problem> {
        // What a capability would do: note the film in its own table, in this transaction.
        tx.run(
            sql("insert into setting (key, value) values ($1, $2)")
                .bind(format!("film:{}", upload.id))
                .bind(hash.as_str()),
        )
        .await?;
        self.calls.fetch_add(1, Ordering::SeqCst);
        if self.fail_finish.load(Ordering::SeqCst) {
            return Err(Problem::conflict("test.fails", "测试"));
        }
        Ok(())
    }
}

pub struct World {
    pub db: Db,
    pub clock: Arc<TestClock>,
    pub state: AppState,
    pub service: Arc<Uploads>,
    pub film: Arc<Film>,
    pub free: Arc<AtomicU64>,
    pub router: Router,
    pub folder: std::sync::Arc<tempfile::TempDir>,
}

pub fn settings() -> UploadSettings {
    UploadSettings {
        reserve_bytes: 10 * MB,
        silence: Duration::from_millis(400),
        sync_bytes: MB,
        ..UploadSettings::default()
    }
}

pub async fn world(t: TestDb) -> World {
    world_with(t, Film::default()).await
}

pub async fn world_with(t: TestDb, film: Film) -> World {
    let files = FileStore::open(t.folder.path().join("files")).unwrap();
    world_on(t, film, files).await
}

pub async fn world_on(t: TestDb, film: Film, files: FileStore) -> World {
    let (film, free) = (Arc::new(film), Arc::new(AtomicU64::new(1 << 40)));
    let asked = free.clone();
    let service = Uploads::new(t.folder.path().join("spool"), settings())
        .policy(film.clone())
        .space(Arc::new(move |_| {
            Ok(Space {
                total: 1 << 41,
                free: asked.load(Ordering::SeqCst),
            })
        }));
    service.prepare().unwrap();
    let service = Arc::new(service);
    let state = AppState {
        db: t.db.clone(),
        clock: t.clock.clone(),
        wall: t.clock.clone(),
        files,
        calendar: Arc::new(chengzhi_kernel::WorkCalendar::default()),
        policy: "shanghai".into(),
        authenticator: Arc::new(ByHeader),
        demo: false,
        secure_cookies: false,
    };
    let router = routes(service.clone(), &state);
    let mut tx = t.db.write().await.unwrap();
    for unit in [1, SQUAD, OTHER_SQUAD] {
        let insert = "insert into unit (id, code, name, kind, opened_on) values ($1, $2, $2, 'squad', '2020-01-01')";
        tx.run(sql(insert).bind(unit).bind(format!("U{unit}")))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    World {
        db: t.db,
        clock: t.clock,
        state,
        service,
        film,
        free,
        router,
        folder: t.folder,
    }
}

fn routes(service: Arc<Uploads>, state: &AppState) -> Router {
    let (router, _) = utoipa_axum::router::OpenApiRouter::new()
        .nest("/api/v1", crate::router(service))
        .split_for_parts();
    router.with_state(state.clone())
}

/// A reply, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn detail(&self) -> String {
        self.json()["detail"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub fn offset(&self) -> u64 {
        self.header("upload-offset").parse().unwrap()
    }
}

pub fn metadata(pairs: &[(&str, &str)]) -> String {
    let encoded: Vec<String> = pairs
        .iter()
        .map(|(key, value)| format!("{key} {}", STANDARD.encode(value)))
        .collect();
    encoded.join(",")
}

/// What the page sends for a film of the squad.
pub fn film_metadata() -> String {
    metadata(&[
        ("purpose", "test.film"),
        ("filename", "队列.mp4"),
        ("unit", "3"),
        ("slot", "3:2024-11:1"),
    ])
}

impl World {
    /// Serves by other settings over the same files.
    pub fn serve_by(&mut self, service: Uploads) {
        self.service = Arc::new(service);
        self.router = routes(self.service.clone(), &self.state);
    }

    pub async fn send(
        &self,
        who: &str,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Reply {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-chengzhi", "1")
            .header("x-test-actor", who);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Reply {
            status,
            headers,
            body: body.to_vec(),
        }
    }

    pub async fn create_as(&self, who: &str, length: u64, metadata: &str) -> Reply {
        let length = length.to_string();
        let headers = [
            ("tus-resumable", "1.0.0"),
            ("upload-length", length.as_str()),
            ("upload-metadata", metadata),
        ];
        self.send(
            who,
            Method::POST,
            "/api/v1/uploads",
            &headers,
            Body::empty(),
        )
        .await
    }

    /// Creates an upload of the reporter and gives its address.
    pub async fn create(&self, length: u64) -> String {
        let reply = self.create_as("reporter", length, &film_metadata()).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.detail());
        reply.header("location").to_owned()
    }

    pub async fn patch_with(
        &self,
        path: &str,
        offset: u64,
        more: &[(&str, &str)],
        body: Body,
    ) -> Reply {
        let offset = offset.to_string();
        let mut headers = vec![
            ("tus-resumable", "1.0.0"),
            ("content-type", "application/offset+octet-stream"),
            ("upload-offset", offset.as_str()),
        ];
        headers.extend_from_slice(more);
        self.send("reporter", Method::PATCH, path, &headers, body)
            .await
    }

    pub async fn patch(&self, path: &str, offset: u64, bytes: &[u8]) -> Reply {
        let length = bytes.len().to_string();
        let headers = [("content-length", length.as_str())];
        self.patch_with(path, offset, &headers, Body::from(bytes.to_vec()))
            .await
    }

    pub async fn head_as(&self, who: &str, path: &str) -> Reply {
        let headers = [("tus-resumable", "1.0.0")];
        self.send(who, Method::HEAD, path, &headers, Body::empty())
            .await
    }

    pub async fn offset(&self, path: &str) -> u64 {
        let reply = self.head_as("reporter", path).await;
        assert_eq!(reply.status, StatusCode::OK);
        reply.offset()
    }

    pub async fn get(&self, who: &str, path: &str) -> Reply {
        self.send(who, Method::GET, path, &[], Body::empty()).await
    }

    pub async fn delete_as(&self, who: &str, path: &str) -> Reply {
        let headers = [("tus-resumable", "1.0.0")];
        self.send(who, Method::DELETE, path, &headers, Body::empty())
            .await
    }

    /// Uploads a whole film and gives its hash.
    pub async fn upload(&self, bytes: &[u8]) -> (String, FileHash) {
        let path = self.create(bytes.len() as u64).await;
        let reply = self.patch(&path, 0, bytes).await;
        assert_eq!(reply.status, StatusCode::NO_CONTENT, "{}", reply.detail());
        let shown = self.get("reporter", &path).await.json();
        let hash = FileHash::parse(shown["hash"].as_str().unwrap()).unwrap();
        (path, hash)
    }

    pub fn ctx(&self, who: &str) -> Ctx {
        Ctx::new(self.state.clone(), actor(who).unwrap())
    }

    /// The only spool file.
    pub fn spool_file(&self) -> PathBuf {
        let files = self.spool_files();
        assert_eq!(files.len(), 1, "{files:?}");
        files[0].clone()
    }

    pub fn spool_files(&self) -> Vec<PathBuf> {
        std::fs::read_dir(self.folder.path().join("spool"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "part"))
            .collect()
    }

    pub async fn number(&self, text: &'static str) -> i64 {
        let mut tx = self.db.read().await.unwrap();
        tx.one(sql(text)).await.unwrap().get("n").unwrap()
    }
}

/// The number at the end of an address.
pub fn id_of(path: &str) -> i64 {
    path.rsplit('/').next().unwrap().parse().unwrap()
}
