//! What the content is, what becomes of it, and what a capability does with it.

use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use chengzhi_db::undelivered;
use chengzhi_kernel::{Clock as _, FileHash};
use chengzhi_testkit::{TestDb, both_engines};

use super::world::*;
use crate::facade::{self, Keep};
use crate::finish_waiting;

both_engines!(
    what_is_no_film_is_refused_as_soon_as_it_shows,
    |t: TestDb| async move {
        let world = world(t).await;
        let text = vec![b'x'; 3_000_000];
        let path = world.create(3_000_000).await;
        assert_eq!(world.patch(&path, 0, &text[..100]).await.offset(), 100);
        let reply = world.patch(&path, 100, &text[100..8000]).await;
        assert_eq!(
            (reply.status.as_u16(), reply.code().as_str()),
            (422, "upload.refused")
        );
        assert!(reply.detail().contains("队列.mp4"), "{}", reply.detail());
        assert!(reply.detail().contains("MP4、MOV"), "{}", reply.detail());
        assert!(world.spool_files().is_empty());
        let later = world.patch(&path, 100, b"x").await;
        assert_eq!(
            (later.status, later.code().as_str()),
            (StatusCode::GONE, "upload.refused")
        );
        assert_eq!(
            world.head_as("reporter", &path).await.status,
            StatusCode::GONE
        );
        let shown = world.get("reporter", &path).await.json();
        assert_eq!(shown["state"], "refused");
        assert_eq!(shown["reason"], reply.detail());
    }
);

both_engines!(
    a_renamed_text_of_a_few_bytes_is_refused_at_its_end,
    |t: TestDb| async move {
        let world = world(t).await;
        let path = world.create(5).await;
        let reply = world.patch(&path, 0, b"hello").await;
        assert_eq!(reply.code(), "upload.refused");
    }
);

both_engines!(
    the_capability_and_the_outbox_hear_of_it_in_one_transaction,
    |t: TestDb| async move {
        let world = world(t).await;
        let bytes = film(5000, 1);
        world.film.fail_finish.store(true, Ordering::SeqCst);
        let path = world.create(5000).await;
        let reply = world.patch(&path, 0, &bytes).await;
        assert_eq!(reply.code(), "test.fails");
        assert_eq!(
            world
                .number("select count(*) as n from setting where key like 'film:%'")
                .await,
            0
        );
        assert_eq!(
            world.number("select count(*) as n from stored_file").await,
            0
        );
        let received_at = world.clock.now();

        // All bytes are there: it needs no more of them, only the last step, whoever sets it off.
        world.film.fail_finish.store(false, Ordering::SeqCst);
        world.clock.advance_seconds(3600);
        assert_eq!(world.offset(&path).await, 5000);
        let mut tx = world.db.read().await.unwrap();
        let upload = facade::find(&mut tx, id_of(&path)).await.unwrap().unwrap();
        assert_eq!(
            upload.received_at,
            Some(received_at),
            "the last byte counts, not the last step"
        );
        let events = undelivered(&mut tx, 10).await.unwrap();
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].topic, "upload.finished");
        assert!(events[0].payload.contains(&chengzhi_db::digest(&bytes)));
        drop(tx);
        assert_eq!(
            world
                .number("select count(*) as n from setting where key like 'film:%'")
                .await,
            1
        );
        assert!(world.spool_files().is_empty());
    }
);

both_engines!(
    a_server_that_ended_before_the_last_step_is_no_loss,
    |t: TestDb| async move {
        let world = world(t).await;
        let bytes = film(5000, 2);
        // All three places where it may have ended.
        for place in [
            "before the store",
            "after the store",
            "before the spool file went",
        ] {
            world.film.fail_finish.store(true, Ordering::SeqCst);
            let path = world.create(5000).await;
            world.patch(&path, 0, &bytes).await;
            world.film.fail_finish.store(false, Ordering::SeqCst);
            let spool = world.spool_file();
            match place {
                "before the store" => {
                    let hash = FileHash::parse(&chengzhi_db::digest(&bytes)).unwrap();
                    let key = chengzhi_files::ContentKey::original(&hash);
                    world.state.files.remove(&key).await.unwrap();
                }
                "before the spool file went" => {
                    std::fs::copy(&spool, spool.with_extension("kept")).unwrap();
                }
                _ => {}
            }
            assert_eq!(
                finish_waiting(&world.state, &world.service).await.unwrap(),
                1,
                "{place}"
            );
            assert_eq!(
                finish_waiting(&world.state, &world.service).await.unwrap(),
                0,
                "{place}"
            );
            let shown = world.get("reporter", &path).await.json();
            assert_eq!(shown["state"], "complete", "{place}");
            let hash = FileHash::parse(shown["hash"].as_str().unwrap()).unwrap();
            assert_eq!(
                world.state.files.read(&hash).await.unwrap(),
                bytes,
                "{place}"
            );
        }
        assert_eq!(world.film.calls.load(Ordering::SeqCst), 6);
        assert_eq!(
            world.number("select count(*) as n from outbox").await,
            3,
            "one event each"
        );
    }
);

both_engines!(a_record_claims_an_upload_once, |t: TestDb| async move {
    let world = world(t).await;
    let (path, hash) = world.upload(&film(5000, 3)).await;
    let id = id_of(&path);
    let place = ("test.film", "3:2024-11:1");
    let until = world.clock.now().plus_days(730);
    let mut tx = world.db.write().await.unwrap();
    let claimed = facade::claim(&mut tx, id, place, "drill_session:1", Keep::Until(until))
        .await
        .unwrap();
    assert_eq!((claimed.hash, claimed.size), (hash.clone(), 5000));
    assert_eq!(claimed.mime, "video/mp4");
    assert_eq!(claimed.received_at, world.clock.now());
    let again = facade::claim(&mut tx, id, place, "drill_session:1", Keep::Until(until)).await;
    assert!(again.is_ok());
    let other = facade::claim(&mut tx, id, place, "drill_session:2", Keep::Until(until)).await;
    assert_eq!(other.unwrap_err().code(), "upload.claimed");
    let elsewhere = ("test.film", "3:2024-11:2");
    let foreign = facade::claim(&mut tx, id, elsewhere, "drill_session:1", Keep::Forever).await;
    assert_eq!(foreign.unwrap_err().code(), "not_found");
    let row = chengzhi_files::find_file(&mut tx, &hash)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.keep_until, Some(until));
    assert!(
        facade::release(&mut tx, id, "drill_session:1", world.clock.now())
            .await
            .unwrap()
    );
    assert!(
        !facade::release(&mut tx, id, "drill_session:1", world.clock.now())
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();

    let open = id_of(&world.create(10).await);
    let mut tx = world.db.write().await.unwrap();
    let early = facade::claim(&mut tx, open, place, "drill_session:1", Keep::Forever).await;
    assert_eq!(early.unwrap_err().code(), "upload.unfinished");
    let listed = facade::of_slot(&mut tx, place.0, place.1).await.unwrap();
    assert_eq!(
        listed.iter().map(|upload| upload.id).collect::<Vec<_>>(),
        [id, open]
    );
});

both_engines!(
    a_film_sent_twice_is_one_file_and_two_uploads,
    |t: TestDb| async move {
        let world = world(t).await;
        let bytes = film(5000, 4);
        let (first, hash) = world.upload(&bytes).await;
        let (second, same) = world.upload(&bytes).await;
        assert_ne!(first, second);
        assert_eq!(hash, same);
        assert_eq!(
            world.number("select count(*) as n from stored_file").await,
            1
        );
    }
);

both_engines!(
    an_upload_that_is_complete_cannot_be_cancelled,
    |t: TestDb| async move {
        let world = world(t).await;
        let (path, _) = world.upload(&film(5000, 5)).await;
        assert_eq!(
            world.delete_as("reporter", &path).await.code(),
            "upload.complete"
        );
        let open = world.create(10).await;
        for _ in 0..2 {
            assert_eq!(
                world.delete_as("reporter", &open).await.status,
                StatusCode::NO_CONTENT
            );
        }
        assert_eq!(world.patch(&open, 0, b"x").await.code(), "upload.ended");
    }
);

both_engines!(
    a_spool_file_lost_from_the_disk_is_said_so,
    |t: TestDb| async move {
        let world = world(t).await;
        let path = world.create(5000).await;
        world.patch(&path, 0, &film(5000, 6)[..3000]).await;
        std::fs::File::options()
            .write(true)
            .open(world.spool_file())
            .unwrap()
            .set_len(100)
            .unwrap();
        assert_eq!(world.patch(&path, 3000, b"x").await.code(), "upload.lost");
    }
);
