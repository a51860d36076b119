//! Films through the check, with the machine's own ffmpeg and with programs that misbehave.

mod hold;
mod release;

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::http::request::Parts;
use chengzhi_authz::Actor;
use chengzhi_db::sql;
use chengzhi_files::{FileStore, register_file};
use chengzhi_http::{AppState, Authenticator, Problem};
use chengzhi_kernel::{Month, UnitId};
use chengzhi_testkit::{TestDb, both_engines};
use chengzhi_video::{Limits, Runner, Tools};

use crate::usecase::check::FilmChecks;
use crate::usecase::room;

struct Nobody;

#[async_trait]
impl Authenticator for Nobody {
    async fn actor(&self, _state: &AppState, _parts: &Parts) -> Result<Actor, Problem> {
        Err(Problem::signed_out())
    }
}

struct Yard {
    test: TestDb,
    state: AppState,
}

/// What a check left at a film: state, note, milliseconds.
type Left = (String, Option<String>, Option<i64>);

impl Yard {
    /// Two squads with a draft each for the second half of November 2024.
    async fn new(test: TestDb) -> Yard {
        let mut tx = test.db.write().await.unwrap();
        for (id, name) in [(1, "东一中队"), (2, "东二中队")] {
            tx.run(
                sql("insert into unit (id, code, name, kind, trains, opened_on) values ($1, $2, $3, 'squad', 0, '2020-01-01')")
                    .bind(id)
                    .bind(format!("U{id}"))
                    .bind(name),
            )
            .await
            .unwrap();
            tx.run(
                sql("insert into drill_record (id, unit_id, for_month, half, state, created_at) values ($1, $1, '2024-11', 2, 'draft', 0)")
                    .bind(id),
            )
            .await
            .unwrap();
            tx.run(
                sql("insert into drill_session (id, record_id, held_on, rest_minutes, created_at) values ($1, $1, '2024-11-18', 0, 0)")
                    .bind(id),
            )
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
        let state = AppState {
            db: test.db.clone(),
            clock: test.clock.clone(),
            wall: test.clock.clone(),
            files: FileStore::open(test.folder.path().join("files")).unwrap(),
            calendar: Arc::new(chengzhi_rules::calendar().clone()),
            policy: "shanghai".into(),
            authenticator: Arc::new(Nobody),
            demo: false,
            secure_cookies: false,
        };
        Yard { test, state }
    }

    /// Puts a content into the store as the film of a squad's session.
    async fn film(&self, unit: i64, content: &[u8]) -> String {
        let stored = self.state.files.put(content).await.unwrap();
        let mut tx = self.test.db.write().await.unwrap();
        register_file(&mut tx, &stored, "video/mp4").await.unwrap();
        tx.run(
            sql("insert into drill_film (session_id, upload_id, hash, name, size, upload_started_at,
                   upload_finished_at, added_at, added_by_name)
                 values ($1, '1', $2, 'VID_20241118_083000.mp4', $3, 0, 0, 0, '测试')")
                .bind(unit)
                .bind(stored.hash.as_str())
                .bind(stored.size),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        stored.hash.as_str().to_owned()
    }

    fn checks(&self, tools: Tools) -> FilmChecks {
        let runner = Runner {
            tools,
            limits: Limits {
                wall: Duration::from_secs(120),
                ..Limits::default()
            },
            ..Runner::default()
        };
        FilmChecks::new(self.state.clone(), runner)
    }

    async fn left(&self, unit: i64) -> Left {
        let mut tx = self.test.db.read().await.unwrap();
        let row = tx
            .one(
                sql("select check_state, check_note, duration_ms from drill_film where session_id = $1")
                    .bind(unit),
            )
            .await
            .unwrap();
        (
            row.get("check_state").unwrap(),
            row.get("check_note").unwrap(),
            row.get("duration_ms").unwrap(),
        )
    }

    async fn marks(&self, unit: i64) -> Vec<(String, String, Option<String>)> {
        let mut tx = self.test.db.read().await.unwrap();
        tx.all(
            sql("select m.kind, m.text, m.thumb_hash from drill_mark m join drill_film f on f.id = m.film_id
                 where f.session_id = $1 order by m.at_ms, m.kind")
                .bind(unit),
        )
        .await
        .unwrap()
        .iter()
        .map(|row| {
            (
                row.get("kind").unwrap(),
                row.get("text").unwrap(),
                row.get("thumb_hash").unwrap(),
            )
        })
        .collect()
    }
}

/// Twenty seconds made by ffmpeg; `filter` changes the picture.
fn clip(folder: &Path, name: &str, filter: &str, codec: &[&str]) -> Vec<u8> {
    let path = folder.join(name);
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i"])
        .arg("life=s=320x180:r=15:ratio=0.12:seed=7:mold=20")
        .args(["-t", "20", "-vf", filter])
        .args(codec)
        .arg(&path)
        .status()
        .expect("ffmpeg is needed for this test: apt-get install ffmpeg");
    assert!(made.success());
    std::fs::read(path).unwrap()
}

const H264: &[&str] = &[
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-pix_fmt",
    "yuv420p",
];

/// A program that does what the script says, whatever it is asked.
fn program(folder: &Path, script: &str) -> PathBuf {
    let path = folder.join("program");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

both_engines!(
    a_short_film_is_marked_and_stays_the_squads,
    |t: TestDb| async move {
        let yard = Yard::new(t).await;
        let content = clip(yard.test.folder.path(), "a.mp4", "null", H264);
        yard.film(1, &content).await;
        assert!(yard.checks(Tools::default()).check_next().await.unwrap());
        let (state, note, length) = yard.left(1).await;
        assert_eq!((state.as_str(), note), ("done", None));
        assert!((19_900..=20_100).contains(&length.unwrap()), "{length:?}");
        let marks = yard.marks(1).await;
        let short = marks.iter().find(|(kind, ..)| kind == "short").unwrap();
        assert!(short.1.contains("不足20分钟"), "{}", short.1);
        assert!(short.2.is_some(), "the mark has no picture");
        assert!(
            !yard.checks(Tools::default()).check_next().await.unwrap(),
            "checked twice"
        );
    }
);

both_engines!(
    another_squads_film_is_found_mirrored_and_encoded_anew,
    |t: TestDb| async move {
        let yard = Yard::new(t).await;
        let folder = yard.test.folder.path().to_owned();
        yard.film(1, &clip(&folder, "a.mp4", "null", H264)).await;
        let reworked = [H264, &["-crf", "32"]].concat();
        yard.film(2, &clip(&folder, "b.mp4", "hflip,scale=256:144", &reworked))
            .await;
        let checks = yard.checks(Tools::default());
        assert_eq!(checks.work_off().await.unwrap(), 2);
        assert_eq!(
            checks.work_off().await.unwrap(),
            0,
            "nothing waits any more"
        );
        let marks = yard.marks(2).await;
        let reuse = marks.iter().find(|(kind, ..)| kind == "reuse");
        let (_, text, _) = reuse.unwrap_or_else(|| panic!("no reuse in {marks:?}"));
        assert!(text.contains("东一中队2024年11月下半月"), "{text}");
        assert!(
            yard.marks(1).await.iter().all(|(kind, ..)| kind != "reuse"),
            "the first film is told to repeat a later one"
        );
    }
);

both_engines!(
    a_first_look_tells_the_length_before_the_check,
    |t: TestDb| async move {
        let yard = Yard::new(t).await;
        yard.film(1, &clip(yard.test.folder.path(), "a.mp4", "null", H264))
            .await;
        let mut looked = std::collections::HashSet::new();
        yard.checks(Tools::default())
            .look_once(&mut looked)
            .await
            .unwrap();
        let (state, _, length) = yard.left(1).await;
        assert_eq!(state, "waiting");
        assert!((19_000..=21_000).contains(&length.unwrap()), "{length:?}");
        assert!(yard.marks(1).await.iter().any(|(kind, ..)| kind == "short"));
    }
);

both_engines!(
    what_cannot_be_decoded_is_no_fault_of_the_squad,
    |t: TestDb| async move {
        let yard = Yard::new(t).await;
        let whole = clip(yard.test.folder.path(), "a.mp4", "null", H264);
        yard.film(1, &whole[..whole.len() / 3]).await;
        yard.film(2, b"not a film at all, whatever its name says")
            .await;
        let checks = yard.checks(Tools::default());
        assert!(checks.check_next().await.unwrap());
        assert!(checks.check_next().await.unwrap());
        for unit in [1, 2] {
            let (state, note, _) = yard.left(unit).await;
            assert_eq!(state, "unverified", "{note:?}");
            assert!(note.is_some_and(|note| !note.is_empty()));
            assert_eq!(yard.marks(unit).await, []);
        }
    }
);

both_engines!(without_ffmpeg_the_review_goes_on, |t: TestDb| async move {
    let yard = Yard::new(t).await;
    yard.film(1, b"\0\0\0\x18ftypisom").await;
    let nowhere = yard.test.folder.path().join("no-such-program");
    let tools = Tools {
        ffmpeg: nowhere.clone(),
        ffprobe: nowhere,
    };
    assert!(yard.checks(tools).check_next().await.unwrap());
    let (state, note, _) = yard.left(1).await;
    assert_eq!(state, "unavailable");
    assert!(note.unwrap().contains("直接观看审核"));
});

#[tokio::test]
async fn a_program_that_hangs_is_ended_and_the_film_counts_as_not_verified() {
    let yard = Yard::new(chengzhi_testkit::sqlite().await).await;
    yard.film(1, b"\0\0\0\x18ftypisom").await;
    let hangs = program(yard.test.folder.path(), "sleep 600");
    let runner = Runner {
        tools: Tools {
            ffmpeg: hangs.clone(),
            ffprobe: hangs,
        },
        limits: Limits {
            wall: Duration::from_millis(300),
            ..Limits::default()
        },
        ..Runner::default()
    };
    let checks = FilmChecks::new(yard.state.clone(), runner);
    assert!(checks.check_next().await.unwrap());
    let (state, note, _) = yard.left(1).await;
    assert_eq!(state, "unverified");
    assert!(note.unwrap().contains("未能核验"));
}

#[tokio::test]
async fn a_check_that_was_killed_begins_anew() {
    let yard = Yard::new(chengzhi_testkit::sqlite().await).await;
    yard.film(1, &clip(yard.test.folder.path(), "a.mp4", "null", H264))
        .await;
    // As a killed process leaves it.
    let mut tx = yard.test.db.write().await.unwrap();
    tx.run(sql(
        "update drill_film set check_state = 'running', check_tries = 1",
    ))
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let work = tokio::spawn(yard.checks(Tools::default()).run(stopped));
    for _ in 0..1_200 {
        if yard.left(1).await.0 == "done" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stop.send(true).unwrap();
    work.await.unwrap();
    assert_eq!(yard.left(1).await.0, "done");
}

both_engines!(
    a_film_that_browsers_do_not_play_gets_a_copy,
    |t: TestDb| async move {
        let yard = Yard::new(t).await;
        let content = clip(
            yard.test.folder.path(),
            "a.mkv",
            "null",
            &["-c:v", "mpeg4", "-q:v", "5"],
        );
        let hash = yard.film(1, &content).await;
        assert!(yard.checks(Tools::default()).check_next().await.unwrap());
        assert_eq!(yard.left(1).await.0, "done");
        let mut tx = yard.test.db.read().await.unwrap();
        assert!(crate::store::has_review_copy(&mut tx, &hash).await.unwrap());
        let hash = chengzhi_kernel::FileHash::parse(&hash).unwrap();
        let copy = yard
            .state
            .files
            .read_derived(&hash, crate::usecase::check::REVIEW_COPY)
            .await
            .unwrap();
        assert_eq!(copy.unwrap().get(4..8), Some(&b"ftyp"[..]));
        assert_eq!(
            yard.state.files.read(&hash).await.unwrap(),
            content,
            "the original is evidence"
        );
    }
);

both_engines!(
    the_room_for_films_shrinks_with_what_is_on_its_way,
    |t: TestDb| async move {
        let yard = Yard::new(t).await;
        let month = Month::new(2024, 11).unwrap();
        let mut tx = yard.test.db.write().await.unwrap();
        let before = room::of_unit(&mut tx, &yard.state, UnitId::from(1), month)
            .await
            .unwrap();
        assert_eq!(before.used_bytes, 0);
        assert_eq!(before.free_bytes(), before.quota_bytes);
        tx.run(sql(
            "insert into upload (purpose, unit_id, unit_name, slot, account_id, account_name, file_name, metadata,
               length, spool, state, started_at, created_at, expires_at)
             values ('drill.film', 1, '东一中队', '1/2024-11/2/1', 1, '测试', 'a.mp4', '', 1000, 's', 'open', 0, 0, 0)",
        ))
        .await
        .unwrap();
        let own = room::of_unit(&mut tx, &yard.state, UnitId::from(1), month)
            .await
            .unwrap();
        assert_eq!(own.used_bytes, 1000);
        assert_eq!(own.free_bytes(), own.quota_bytes.map(|all| all - 1000));
        let other = room::of_unit(&mut tx, &yard.state, UnitId::from(2), month)
            .await
            .unwrap();
        assert_eq!(other.used_bytes, 0, "another squad's films do not count");
        let lowered = room::Room {
            quota_bytes: Some(400),
            ..own
        };
        assert_eq!(lowered.free_bytes(), Some(0));
    }
);
