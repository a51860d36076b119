//! Two at once.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use bytes::Bytes;
use chengzhi_testkit::{TestDb, both_engines};
use futures_util::{StreamExt as _, stream};

use super::world::*;

/// A body that brings a byte every 50 ms, then ends.
fn slow(bytes: Vec<u8>) -> Body {
    let pieces = stream::iter(bytes).then(|byte| async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Ok::<_, std::io::Error>(Bytes::from(vec![byte]))
    });
    Body::from_stream(pieces)
}

both_engines!(
    while_one_writes_another_is_turned_away,
    |t: TestDb| async move {
        let world = Arc::new(world(t).await);
        let bytes = film(60, 1);
        let path = world.create(60).await;
        let first = tokio::spawn({
            let (world, path, bytes) = (world.clone(), path.clone(), bytes.clone());
            async move { world.patch_with(&path, 0, &[], slow(bytes)).await }
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        let second = world.patch(&path, 0, &bytes).await;
        assert_eq!(
            (second.status, second.code().as_str()),
            (StatusCode::LOCKED, "upload.busy")
        );
        assert_eq!(first.await.unwrap().offset(), 60);
        let shown = world.get("reporter", &path).await.json();
        assert_eq!(shown["hash"], chengzhi_db::digest(&bytes));
    }
);

both_engines!(
    a_silent_connection_gives_way_to_the_same_sender,
    |t: TestDb| async move {
        let world = Arc::new(world_with_patience(t).await);
        let bytes = film(1000, 2);
        let path = world.create(1000).await;
        // The phone has left its old network: the old connection hangs after 400 bytes.
        let hanging = tokio::spawn({
            let (world, path, bytes) = (world.clone(), path.clone(), bytes.clone());
            async move {
                let some = stream::iter([Ok::<_, std::io::Error>(Bytes::copy_from_slice(
                    &bytes[..400],
                ))]);
                let body = Body::from_stream(some.chain(stream::pending()));
                world.patch_with(&path, 0, &[], body).await
            }
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        // It goes on from what it knows; the server has more, says so, and then it works.
        let behind = world.patch(&path, 0, &bytes).await;
        assert_eq!(behind.code(), "upload.offset", "{}", behind.detail());
        assert_eq!(hanging.await.unwrap().code(), "upload.taken_over");
        let at = world.offset(&path).await;
        assert_eq!(at, 400);
        assert_eq!(world.patch(&path, at, &bytes[400..]).await.offset(), 1000);
        let shown = world.get("reporter", &path).await.json();
        assert_eq!(shown["hash"], chengzhi_db::digest(&bytes));
    }
);

async fn world_with_patience(t: TestDb) -> World {
    let mut world = world(t).await;
    let patient = crate::UploadSettings {
        silence: Duration::from_secs(60),
        ..settings()
    };
    let service =
        crate::Uploads::new(world.folder.path().join("spool"), patient).policy(world.film.clone());
    world.serve_by(service);
    world
}

both_engines!(
    an_upload_ended_while_it_runs_keeps_nothing,
    |t: TestDb| async move {
        let world = Arc::new(world(t).await);
        let bytes = film(60, 3);
        let path = world.create(60).await;
        let running = tokio::spawn({
            let (world, path, bytes) = (world.clone(), path.clone(), bytes.clone());
            async move { world.patch_with(&path, 0, &[], slow(bytes)).await }
        });
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(
            world.delete_as("reporter", &path).await.status,
            StatusCode::NO_CONTENT
        );
        assert_ne!(running.await.unwrap().status, StatusCode::NO_CONTENT);
        assert_eq!(
            world.head_as("reporter", &path).await.status,
            StatusCode::GONE
        );
        assert!(world.spool_files().is_empty());
    }
);

both_engines!(many_parallel_uploads_do_not_mix, |t: TestDb| async move {
    let world = Arc::new(world(t).await);
    let uploads = (0..30_u8).map(|seed| {
        let world = world.clone();
        tokio::spawn(async move {
            let bytes = film(40_000, seed);
            let path = world.create(40_000).await;
            let mut at = 0;
            for piece in bytes.chunks(9_999) {
                at = {
                    let reply = world.patch(&path, at, piece).await;
                    assert_eq!(reply.status, StatusCode::NO_CONTENT, "{}", reply.detail());
                    reply.offset()
                };
            }
            let shown = world.get("reporter", &path).await.json();
            assert_eq!(shown["hash"], chengzhi_db::digest(&bytes));
        })
    });
    for upload in uploads.collect::<Vec<_>>() {
        upload.await.unwrap();
    }
});

both_engines!(
    a_late_look_at_the_row_cuts_nothing_off,
    |t: TestDb| async move {
        // Whoever read the row before he had the lock must not cut to what he read.
        let world = Arc::new(world(t).await);
        let bytes = film(2000, 4);
        let path = world.create(2000).await;
        let sends = (0..20).map(|_| {
            let (world, path, bytes) = (world.clone(), path.clone(), bytes.clone());
            tokio::spawn(async move { world.patch(&path, 0, &bytes[..1000]).await.status })
        });
        let mut good = 0;
        for send in sends.collect::<Vec<_>>() {
            let status = send.await.unwrap();
            good += usize::from(status == StatusCode::NO_CONTENT);
            assert!(
                [
                    StatusCode::NO_CONTENT,
                    StatusCode::CONFLICT,
                    StatusCode::LOCKED
                ]
                .contains(&status),
                "{status}"
            );
        }
        assert_eq!(good, 1, "one of them counts");
        assert_eq!(world.spool_file().metadata().unwrap().len(), 1000);
        assert_eq!(
            world.patch(&path, 1000, &bytes[1000..]).await.offset(),
            2000
        );
        let shown = world.get("reporter", &path).await.json();
        assert_eq!(shown["hash"], chengzhi_db::digest(&bytes));
    }
);
