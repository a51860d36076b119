//! What time does to files.

use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use chengzhi_files::{ContentKey, StoredFile, register_until, set_hold};
use chengzhi_kernel::{Clock as _, FileHash};
use chengzhi_testkit::{TestDb, both_engines};

use super::world::*;
use crate::facade::{self, Keep};
use crate::{UNCLAIMED_DAYS, collect_orphans, sweep};

const DAY: i64 = 86_400;

async fn there(world: &World, hash: &FileHash) -> bool {
    let key = ContentKey::original(hash);
    world.state.files.size(&key).await.unwrap().is_some()
}

fn age(path: &std::path::Path, seconds: u64) {
    let file = std::fs::File::options().write(true).open(path).unwrap();
    let then = file.metadata().unwrap().modified().unwrap() - Duration::from_secs(seconds);
    file.set_modified(then).unwrap();
}

both_engines!(
    an_upload_nobody_goes_on_with_expires,
    |t: TestDb| async move {
        let world = world(t).await;
        let path = world.create(5000).await;
        world.clock.advance_seconds(6 * DAY);
        world.patch(&path, 0, &film(5000, 1)[..100]).await;
        world.clock.advance_seconds(6 * DAY);
        assert_eq!(
            world.offset(&path).await,
            100,
            "a part begins the week anew"
        );
        assert_eq!(
            sweep(&world.state, &world.service).await.unwrap().expired,
            0
        );
        world.clock.advance_seconds(DAY);
        // The rule holds before the sweep has run, too.
        let late = world.patch(&path, 100, b"x").await;
        assert_eq!(
            (late.status, late.code().as_str()),
            (StatusCode::GONE, "upload.expired")
        );
        assert_eq!(
            sweep(&world.state, &world.service).await.unwrap().expired,
            1
        );
        assert!(world.spool_files().is_empty());
        assert_eq!(
            world.head_as("reporter", &path).await.status,
            StatusCode::GONE
        );
        assert_eq!(
            sweep(&world.state, &world.service).await.unwrap().expired,
            0
        );
    }
);

both_engines!(
    spool_files_without_an_upload_go_after_an_hour,
    |t: TestDb| async move {
        let world = world(t).await;
        world.create(5000).await;
        let kept = world.spool_file();
        let stray = kept.with_file_name("stray.part");
        std::fs::write(&stray, b"x").unwrap();
        assert_eq!(sweep(&world.state, &world.service).await.unwrap().spools, 0);
        age(&stray, 3700);
        age(&kept, 3700);
        assert_eq!(sweep(&world.state, &world.service).await.unwrap().spools, 1);
        assert_eq!(world.spool_files(), [kept]);
    }
);

both_engines!(
    what_nobody_claims_goes_and_what_is_claimed_stays_its_time,
    |t: TestDb| async move {
        let world = world(t).await;
        let (_, unclaimed) = world.upload(&film(5000, 1)).await;
        let (path, claimed) = world.upload(&film(5000, 2)).await;
        let (_, held) = world.upload(&film(5000, 3)).await;
        let review = ContentKey::derived(&claimed, "review");
        world
            .state
            .files
            .put_derived(&claimed, "review", b"copy")
            .await
            .unwrap();
        world
            .state
            .files
            .put_derived(&claimed, "thumb", b"picture")
            .await
            .unwrap();
        let mut tx = world.db.write().await.unwrap();
        let until = world.clock.now().plus_days(100);
        let place = ("test.film", "3:2024-11:1");
        facade::claim(
            &mut tx,
            id_of(&path),
            place,
            "drill_session:1",
            Keep::Until(until),
        )
        .await
        .unwrap();
        assert!(set_hold(&mut tx, &held, true).await.unwrap());
        tx.commit().await.unwrap();

        world.clock.advance_seconds(UNCLAIMED_DAYS * DAY - 1);
        assert_eq!(
            sweep(&world.state, &world.service).await.unwrap().outdated,
            0
        );
        world.clock.advance_seconds(1);
        assert_eq!(
            sweep(&world.state, &world.service).await.unwrap().outdated,
            1
        );
        assert!(!there(&world, &unclaimed).await);
        assert!(there(&world, &claimed).await && there(&world, &held).await);

        world.clock.advance_seconds(100 * DAY);
        assert_eq!(
            sweep(&world.state, &world.service).await.unwrap().outdated,
            1
        );
        assert!(!there(&world, &claimed).await, "its period is over");
        assert!(there(&world, &held).await, "a hold is stronger");
        assert_eq!(world.state.files.size(&review).await.unwrap(), None);
        let thumb = world
            .state
            .files
            .read_derived(&claimed, "thumb")
            .await
            .unwrap();
        assert_eq!(
            thumb.as_deref(),
            Some(b"picture".as_slice()),
            "thumbnails stay"
        );
        assert_eq!(
            world
                .number("select count(*) as n from stored_file where gone_at is not null")
                .await,
            2
        );
        assert_eq!(
            world.get("reporter", &path).await.json()["state"],
            "complete",
            "the record stays"
        );
    }
);

both_engines!(
    what_a_record_gave_up_counts_no_more_and_goes_unless_another_needs_it,
    |t: TestDb| async move {
        let world = world(t).await;
        let (path, hash) = world.upload(&film(5000, 1)).await;
        let (twin, same) = world.upload(&film(5000, 1)).await;
        assert_eq!(hash, same);
        let place = ("test.film", "3:2024-11:1");
        let until = Keep::Until(world.clock.now().plus_days(700));
        let unit = chengzhi_kernel::UnitId::from(3);
        let mut tx = world.db.write().await.unwrap();
        for (path, owner) in [(&path, "one"), (&twin, "two")] {
            facade::claim(&mut tx, id_of(path), place, owner, until)
                .await
                .unwrap();
        }
        let used = facade::used_bytes(&mut tx, place.0, unit).await.unwrap();
        assert_eq!(used, 5000, "one content takes its room once");
        let now = world.clock.now();
        assert!(
            facade::release(&mut tx, id_of(&path), "one", now)
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
        world.clock.advance_seconds((UNCLAIMED_DAYS + 1) * DAY);
        assert_eq!(
            sweep(&world.state, &world.service).await.unwrap().outdated,
            0,
            "another record has the same content"
        );

        let now = world.clock.now();
        let mut tx = world.db.write().await.unwrap();
        facade::release(&mut tx, id_of(&twin), "two", now)
            .await
            .unwrap();
        let used = facade::used_bytes(&mut tx, place.0, unit).await.unwrap();
        assert_eq!(used, 0);
        tx.commit().await.unwrap();
        world.clock.advance_seconds(UNCLAIMED_DAYS * DAY - 1);
        assert!(
            there(&world, &hash).await,
            "it may be taken again for a week"
        );
        world.clock.advance_seconds(1);
        assert_eq!(
            sweep(&world.state, &world.service).await.unwrap().outdated,
            1
        );
        assert!(!there(&world, &hash).await);
    }
);

both_engines!(
    what_never_had_a_record_counts_until_it_goes,
    |t: TestDb| async move {
        let world = world(t).await;
        world.upload(&film(5000, 1)).await;
        let unit = chengzhi_kernel::UnitId::from(3);
        let mut tx = world.db.read().await.unwrap();
        let used = facade::used_bytes(&mut tx, "test.film", unit)
            .await
            .unwrap();
        assert_eq!(used, 5000);
    }
);

both_engines!(a_film_that_went_can_be_sent_again, |t: TestDb| async move {
    let world = world(t).await;
    let bytes = film(5000, 1);
    let (_, hash) = world.upload(&bytes).await;
    world.clock.advance_seconds((UNCLAIMED_DAYS + 1) * DAY);
    assert_eq!(
        sweep(&world.state, &world.service).await.unwrap().outdated,
        1
    );
    let (path, again) = world.upload(&bytes).await;
    assert_eq!(hash, again);
    assert!(there(&world, &hash).await);
    let mut tx = world.db.write().await.unwrap();
    let claimed = facade::claim(
        &mut tx,
        id_of(&path),
        ("test.film", "3:2024-11:1"),
        "drill_session:1",
        Keep::Forever,
    );
    assert!(claimed.await.is_ok());
});

both_engines!(
    contents_without_a_name_go_after_a_day,
    |t: TestDb| async move {
        let world = world(t).await;
        let (_, named) = world.upload(&film(5000, 1)).await;
        let stray = world.state.files.put(b"forgotten").await.unwrap().hash;
        let young = world.state.files.put(b"just arriving").await.unwrap().hash;
        let root = world.folder.path().join("files");
        for hash in [&named, &stray] {
            age(&root.join(ContentKey::original(hash).path()), 25 * 3600);
        }
        std::fs::write(root.join("tmp/1-1.part"), b"x").unwrap();
        age(&root.join("tmp/1-1.part"), 25 * 3600);
        let swept = collect_orphans(&world.state).await.unwrap();
        assert_eq!((swept.orphans, swept.spools), (1, 1));
        assert!(!there(&world, &stray).await);
        assert!(there(&world, &named).await && there(&world, &young).await);
    }
);

both_engines!(
    a_content_stored_again_is_young_again,
    |t: TestDb| async move {
        let world = world(t).await;
        let stored: StoredFile = world.state.files.put(b"a photo").await.unwrap();
        let root = world.folder.path().join("files");
        let path = root.join(ContentKey::original(&stored.hash).path());
        age(&path, 25 * 3600);
        // Stored again, but not yet named: the sweep must not take it away in between.
        world.state.files.put(b"a photo").await.unwrap();
        assert_eq!(collect_orphans(&world.state).await.unwrap().orphans, 0);
        let passed = SystemTime::elapsed(&path.metadata().unwrap().modified().unwrap()).unwrap();
        assert!(passed < Duration::from_secs(60));
    }
);

both_engines!(keeping_only_ever_grows, |t: TestDb| async move {
    let world = world(t).await;
    let file = world.state.files.put(b"x").await.unwrap();
    let now = world.clock.now();
    let mut tx = world.db.write().await.unwrap();
    for (asked, kept) in [(5, 5), (3, 5), (9, 9)] {
        register_until(&mut tx, &file, "video/mp4", now.plus_days(asked))
            .await
            .unwrap();
        let row = chengzhi_files::find_file(&mut tx, &file.hash)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.keep_until, Some(now.plus_days(kept)));
    }
    chengzhi_files::register_file(&mut tx, &file, "video/mp4")
        .await
        .unwrap();
    register_until(&mut tx, &file, "video/mp4", now)
        .await
        .unwrap();
    let row = chengzhi_files::find_file(&mut tx, &file.hash)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.keep_until, None, "kept for good stays so");
});
