//! Films that no hand-in showed give their room back; what was handed in stays as evidence.

use chengzhi_authz::{Permission, Role, Scope};
use chengzhi_db::sql;
use chengzhi_drill::facade::commands::{
    Complaint, Mark, SaveInput, SessionInput, attach_film, detach_film, record, save, send_back,
    submit,
};
use chengzhi_drill::facade::{Half, Session, SessionKey, SlotKey};
use chengzhi_files::{FileRow, find_file, register_until};
use chengzhi_http::{AppState, Ctx};
use chengzhi_kernel::{Clock as _, Date, FileHash, Month, PersonId, Timestamp, UnitId};
use chengzhi_testkit::town::{self, CITY, CITY_OFFICE, DISTRICT, SECTION, SQUAD, Town, crew};
use chengzhi_testkit::{TestDb, both_engines};
use chengzhi_uploads::{UNCLAIMED_DAYS, UploadSettings, Uploads, sweep};

use crate::ClaimedFilms;
use crate::usecase::room;

/// Sizes tell the films apart when they are added up.
const SIZES: [usize; 4] = [1_000, 20_000, 300_000, 4_000_000];

struct Squad {
    test: TestDb,
    state: AppState,
    slot: SlotKey,
    films: ClaimedFilms,
}

impl Squad {
    async fn new(test: TestDb) -> Squad {
        let people = [crew(1..=3, SQUAD), crew([41], SECTION)].concat();
        let units = [CITY, CITY_OFFICE, DISTRICT, SECTION, SQUAD];
        let mut town = Town::settle(test, &units, &people).await;
        let reports = Role::SquadReporter;
        town.account("reporter", (101, 1, "王一"), reports, SQUAD);
        let reviews = Role::DistrictTraining;
        town.account("reviewer", (141, 41, "孙六"), reviews, DISTRICT);
        let (test, state) = town.open();
        let day = Date::from_ymd_opt(2024, 11, 5).unwrap();
        test.clock.set(Timestamp::at(day, 20, 0));
        Squad {
            films: ClaimedFilms {
                state: Some(state.clone()),
            },
            test,
            state,
            slot: SlotKey {
                unit: UnitId::from(SQUAD),
                month: Month::new(2024, 11).unwrap(),
                half: Half::First,
            },
        }
    }

    async fn with(&self, who: &str, permission: Permission) -> (Ctx, Scope) {
        let ctx = town::ctx(&self.state, who).await;
        let scope = ctx.scope(permission).unwrap();
        (ctx, scope)
    }

    async fn reporter(&self) -> (Ctx, Scope) {
        self.with("reporter", Permission::DrillReport).await
    }

    async fn version(&self) -> i64 {
        let (ctx, scope) = self.with("reporter", Permission::DrillRead).await;
        record(&ctx, &scope, self.slot, None).await.unwrap().version
    }

    async fn save(&self, sessions: Vec<SessionInput>) {
        let version = self.version().await;
        let (ctx, scope) = self.reporter().await;
        let input = SaveInput { version, sessions };
        save(&ctx, &scope, &self.films, self.slot, input)
            .await
            .unwrap();
    }

    /// A complete session without its film; gives its key.
    async fn session(&self) -> SessionKey {
        let session = Session {
            held_on: Date::from_ymd_opt(2024, 11, 5),
            start_time: Some("08:00".to_owned()),
            minutes: Some(25),
            place: Some("操场".to_owned()),
            instructor: Some("王教官".to_owned()),
            subjects: Some("齐步".to_owned()),
            rest_times: Some(0),
            rest_minutes: None,
            notes: None,
        };
        let marks = (1..=3)
            .map(|id| Mark {
                person_id: PersonId::from(id),
                present: true,
                absence_reason: None,
            })
            .collect();
        let id = None;
        self.save(vec![SessionInput { id, session, marks }]).await;
        let (ctx, scope) = self.with("reporter", Permission::DrillRead).await;
        let stored = record(&ctx, &scope, self.slot, None).await.unwrap();
        SessionKey {
            slot: self.slot,
            session: stored.sessions[0].id,
        }
    }

    /// Finished uploads 1 to 4 for a session, as large as [`SIZES`] say; gives their hashes.
    async fn uploads(&self, key: SessionKey) -> Vec<FileHash> {
        let mut hashes = Vec::new();
        for (index, size) in SIZES.into_iter().enumerate() {
            let id = i64::try_from(index).unwrap() + 1;
            let stored = self.state.files.put(&vec![b'x'; size]).await.unwrap();
            let until = self.state.clock.now().plus_days(UNCLAIMED_DAYS);
            let mut tx = self.state.db.write().await.unwrap();
            register_until(&mut tx, &stored, "video/mp4", until)
                .await
                .unwrap();
            tx.run(
                sql("insert into upload (id, purpose, unit_id, unit_name, slot, account_id, account_name, file_name, metadata,
                       length, received, spool, state, hash, started_at, received_at, created_at, expires_at)
                     values ($1, 'drill.film', $2, '东一中队', $3, 101, '王一', 'a.mp4', '', $4, $4, $5, 'complete', $6, 0, 0, 0, 0)")
                    .bind(id)
                    .bind(SQUAD)
                    .bind(key.to_string())
                    .bind(stored.size)
                    .bind(format!("s{id}"))
                    .bind(stored.hash.as_str()),
            )
            .await
            .unwrap();
            tx.commit().await.unwrap();
            hashes.push(stored.hash);
        }
        hashes
    }

    async fn attach(&self, key: SessionKey, upload: &str) {
        let (ctx, scope) = self.reporter().await;
        attach_film(&ctx, &scope, &self.films, key, upload)
            .await
            .unwrap();
    }

    async fn used(&self) -> u64 {
        let mut tx = self.test.db.read().await.unwrap();
        room::of_unit(&mut tx, &self.state, self.slot.unit, self.slot.month)
            .await
            .unwrap()
            .used_bytes
    }

    async fn file(&self, hash: &FileHash) -> FileRow {
        let mut tx = self.test.db.read().await.unwrap();
        find_file(&mut tx, hash).await.unwrap().unwrap()
    }
}

both_engines!(
    replaced_films_of_a_draft_give_their_room_back_and_go,
    |t: TestDb| async move {
        let squad = Squad::new(t).await;
        let key = squad.session().await;
        let hashes = squad.uploads(key).await;
        assert_eq!(squad.used().await, 4_321_000, "nobody took any of them yet");
        for upload in ["4", "3", "2", "1"] {
            squad.attach(key, upload).await;
        }
        assert_eq!(
            squad.used().await,
            1_000,
            "only the film that stands counts"
        );
        let week = squad.state.clock.now().plus_days(UNCLAIMED_DAYS);
        assert_eq!(squad.file(&hashes[3]).await.keep_until, Some(week));
        assert!(squad.file(&hashes[0]).await.keep_until.unwrap() > week.plus_days(600));
        let (ctx, scope) = squad.reporter().await;
        detach_film(&ctx, &scope, &squad.films, key).await.unwrap();
        assert_eq!(squad.used().await, 0);
        squad.attach(key, "2").await;
        assert_eq!(
            squad.used().await,
            20_000,
            "within a week it is taken again"
        );

        squad.test.clock.set(week);
        let spool = squad.test.folder.path().join("spool");
        std::fs::create_dir_all(&spool).unwrap();
        let service = Uploads::new(spool, UploadSettings::default());
        assert_eq!(sweep(&squad.state, &service).await.unwrap().outdated, 3);
        assert!(squad.file(&hashes[3]).await.gone_at.is_some());
        assert!(squad.file(&hashes[1]).await.gone_at.is_none());
    }
);

both_engines!(
    a_film_of_a_hand_in_stays_when_it_is_replaced_or_its_session_deleted,
    |t: TestDb| async move {
        let squad = Squad::new(t).await;
        let key = squad.session().await;
        let hashes = squad.uploads(key).await;
        for upload in ["2", "3", "4", "1"] {
            squad.attach(key, upload).await;
        }
        let (ctx, scope) = squad.reporter().await;
        submit(&ctx, &scope, squad.slot, squad.version().await)
            .await
            .unwrap();
        let (ctx, scope) = squad.with("reviewer", Permission::DrillReview).await;
        let complaint = Complaint {
            reason_code: "angle".to_owned(),
            note: String::new(),
            checks: Vec::new(),
        };
        send_back(&ctx, &scope, squad.slot, squad.version().await, complaint)
            .await
            .unwrap();
        let kept = squad.file(&hashes[0]).await.keep_until;
        squad.attach(key, "2").await;
        assert_eq!(squad.used().await, 21_000, "the evidence counts on");
        squad.save(Vec::new()).await;
        assert_eq!(squad.used().await, 1_000);
        assert_eq!(squad.file(&hashes[0]).await.keep_until, kept);
    }
);
