//! What is answered before the first byte.

use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use chengzhi_testkit::{TestDb, both_engines};

use super::world::*;

both_engines!(
    empty_and_too_large_files_are_refused_with_a_sentence,
    |t: TestDb| async move {
        let world = world(t).await;
        let empty = world.create_as("reporter", 0, &film_metadata()).await;
        assert_eq!(empty.code(), "upload.refused");
        let large = world
            .create_as("reporter", 64 * MB + 1, &film_metadata())
            .await;
        assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(
            large.detail().contains("超过64MB的上限"),
            "{}",
            large.detail()
        );
        assert!(
            !large.detail().contains("压缩"),
            "the original is evidence: {}",
            large.detail()
        );
        let most = world.create_as("reporter", 64 * MB, &film_metadata()).await;
        assert_eq!(most.status, StatusCode::CREATED);
        assert_eq!(world.spool_files().len(), 1, "refused ones leave nothing");
    }
);

both_engines!(a_unit_has_its_quota, |t: TestDb| async move {
    let film_policy = Film {
        quota: Some(10_000),
        ..Film::default()
    };
    let world = world_with(t, film_policy).await;
    world.upload(&film(6000, 1)).await;
    let open = world.create(3000).await;
    let over = world.create_as("reporter", 1001, &film_metadata()).await;
    assert_eq!(
        (over.status.as_u16(), over.code().as_str()),
        (422, "upload.quota")
    );
    assert!(
        over.detail().contains("还可上传1000字节"),
        "{}",
        over.detail()
    );
    // What the sender can do himself, and whom he asks: nobody else clears for him.
    for words in ["移除尚未提交", "联系市局教育培训管理员"] {
        assert!(over.detail().contains(words), "{}", over.detail());
    }
    let fits = world.create_as("reporter", 1000, &film_metadata()).await;
    assert_eq!(fits.status, StatusCode::CREATED);
    // What is given up frees its share.
    world.delete_as("reporter", &open).await;
    assert_eq!(
        world
            .create_as("reporter", 3000, &film_metadata())
            .await
            .status,
        StatusCode::CREATED
    );
});

both_engines!(
    a_disk_that_cannot_take_it_all_is_told_before_the_start,
    |t: TestDb| async move {
        let world = world(t).await;
        world.free.store(10 * MB + 30_000, Ordering::SeqCst);
        let first = world.create(20_000).await;
        let second = world.create_as("reporter", 10_001, &film_metadata()).await;
        assert_eq!(second.status, StatusCode::INSUFFICIENT_STORAGE);
        assert_eq!(second.code(), "upload.disk_full");
        assert!(
            second.detail().contains("系统管理员"),
            "{}",
            second.detail()
        );
        assert!(
            second.detail().contains("还可接收9KB"),
            "{}",
            second.detail()
        );
        assert_eq!(world.spool_files().len(), 1);
        // Bytes that arrived are no longer to come; the disk itself has counted them.
        world.patch(&first, 0, &film(15_000, 1)).await;
        world.free.store(10 * MB + 15_000, Ordering::SeqCst);
        assert_eq!(
            world
                .create_as("reporter", 10_000, &film_metadata())
                .await
                .status,
            StatusCode::CREATED
        );
        world.free.store(0, Ordering::SeqCst);
        let none = world.create_as("reporter", 1, &film_metadata()).await;
        assert_eq!(none.status, StatusCode::INSUFFICIENT_STORAGE);
    }
);

both_engines!(
    two_who_ask_at_once_are_not_promised_the_same_space,
    |t: TestDb| async move {
        let world = std::sync::Arc::new(world(t).await);
        world.free.store(10 * MB + 50_000, Ordering::SeqCst);
        let asks = (0..12).map(|_| {
            let world = world.clone();
            tokio::spawn(async move {
                world
                    .create_as("reporter", 10_000, &film_metadata())
                    .await
                    .status
            })
        });
        let mut admitted = 0;
        for ask in asks.collect::<Vec<_>>() {
            admitted += usize::from(ask.await.unwrap() == StatusCode::CREATED);
        }
        assert_eq!(admitted, 5);
    }
);

both_engines!(
    an_account_cannot_open_uploads_without_end,
    |t: TestDb| async move {
        let mut world = world(t).await;
        let few = crate::UploadSettings {
            open_per_account: 2,
            ..settings()
        };
        let service =
            crate::Uploads::new(world.folder.path().join("spool"), few).policy(world.film.clone());
        world.serve_by(service);
        world.create(10).await;
        world.create(10).await;
        let third = world.create_as("reporter", 10, &film_metadata()).await;
        assert_eq!(third.code(), "upload.too_many");
    }
);
