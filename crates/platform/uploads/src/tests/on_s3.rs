//! The same on an S3-compatible store: a real server process.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use chengzhi_files::{ContentKey, FileStore, S3Settings};
use chengzhi_testkit::{TestDb, both_engines, empty_bucket};

use super::world::*;
use crate::{UNCLAIMED_DAYS, link, sweep};

async fn on_s3(t: TestDb) -> World {
    let (endpoint, bucket) = empty_bucket();
    let settings = S3Settings {
        endpoint: Some(endpoint),
        bucket,
        region: "us-east-1".to_owned(),
        access_key: "test".to_owned(),
        secret_key: "test".to_owned(),
        allow_http: true,
    };
    let files = FileStore::open_s3(&settings, t.folder.path().join("spool")).unwrap();
    world_on(t, Film::default(), files).await
}

both_engines!(
    a_film_goes_to_the_bucket_is_played_and_goes,
    |t: TestDb| async move {
        let world = on_s3(t).await;
        let bytes = film(20_000_000, 1);
        let (_, hash) = world.upload(&bytes).await;
        assert!(world.spool_files().is_empty());
        assert_eq!(world.state.files.read(&hash).await.unwrap(), bytes);
        let key = ContentKey::original(&hash);
        let path = link(&world.ctx("reporter"), &key, 60).await.unwrap();
        let range = [("range", "bytes=19999990-")];
        let reply = world
            .send("reporter", Method::GET, &path, &range, Body::empty())
            .await;
        assert_eq!(reply.status, StatusCode::PARTIAL_CONTENT);
        assert_eq!(reply.body, bytes[19_999_990..]);
        let page = world.get("admin", "/api/v1/storage").await.json();
        assert_eq!(page["backend"], "s3");
        assert!(page["free_bytes"].is_null() && page["days_left"].is_null());
        world.clock.advance_seconds((UNCLAIMED_DAYS + 1) * 86_400);
        let swept = sweep(&world.state, &world.service).await.unwrap();
        assert_eq!(swept.outdated, 1);
        assert_eq!(world.state.files.size(&key).await.unwrap(), None);
    }
);
