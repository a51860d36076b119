//! The hold on a film: who sets it, what it outlives, what is written down.

use chengzhi_authz::{Permission, Role};
use chengzhi_db::sql;
use chengzhi_files::{FileRow, find_file, mark_gone, register_until};
use chengzhi_http::{AppState, Problem};
use chengzhi_kernel::{Clock as _, FileHash, Timestamp};
use chengzhi_testkit::town::{
    self, CITY, CITY_OFFICE, DISTRICT, OTHER_DISTRICT, OTHER_SQUAD, SECTION, SQUAD, Town, crew,
};
use chengzhi_testkit::{TestDb, both_engines};

use crate::usecase::hold;

/// A squad's film that is kept for ten days, and those who may or may not decide about it.
struct Shelf {
    test: TestDb,
    state: AppState,
    hash: FileHash,
}

impl Shelf {
    async fn new(test: TestDb) -> Shelf {
        let units = [
            CITY,
            CITY_OFFICE,
            DISTRICT,
            SECTION,
            SQUAD,
            OTHER_DISTRICT,
            OTHER_SQUAD,
        ];
        let people = [
            crew([41], SECTION),
            crew([31], OTHER_SQUAD),
            crew([51], CITY_OFFICE),
        ]
        .concat();
        let mut town = Town::settle(test, &units, &people).await;
        let training = Role::DistrictTraining;
        town.account("reviewer", (141, 41, "孙六"), training, DISTRICT);
        town.account("other", (131, 31, "钱五"), training, OTHER_DISTRICT);
        town.account("city", (151, 51, "郑九"), Role::CityTraining, CITY);
        let (test, state) = town.open();
        let stored = state.files.put(b"a film").await.unwrap();
        let mut tx = state.db.write().await.unwrap();
        let until = state.clock.now().plus_days(10);
        register_until(&mut tx, &stored, "video/mp4", until)
            .await
            .unwrap();
        tx.run(
            sql("insert into drill_record (id, unit_id, for_month, half, state, created_at) values (1, $1, '2024-11', 1, 'submitted', 0)")
                .bind(SQUAD),
        )
        .await
        .unwrap();
        tx.run(sql(
            "insert into drill_session (id, record_id, created_at) values (1, 1, 0)",
        ))
        .await
        .unwrap();
        tx.run(
            sql("insert into drill_film (session_id, upload_id, hash, name, size, upload_started_at,
                   upload_finished_at, added_at, added_by_name) values (1, '1', $1, 'a.mp4', 6, 0, 0, 0, '测试')")
                .bind(stored.hash.as_str()),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        Shelf {
            test,
            state,
            hash: stored.hash,
        }
    }

    async fn set(&self, who: &str, held: bool, reason: &str) -> Result<FileRow, Problem> {
        let ctx = town::ctx(&self.state, who).await;
        let scope = ctx.scope(Permission::DrillReview).unwrap();
        hold::set(&ctx, &scope, &self.hash, held, reason).await
    }

    /// Whether a sweep at this instant takes the content.
    async fn goes(&self, at: Timestamp) -> bool {
        let mut tx = self.state.db.write().await.unwrap();
        let gone = mark_gone(&mut tx, &self.hash, at).await.unwrap();
        tx.commit().await.unwrap();
        gone
    }

    async fn actions(&self) -> Vec<String> {
        let mut tx = self.test.db.read().await.unwrap();
        tx.all(sql(
            "select action from audit_log where action like 'film.%' order by seq",
        ))
        .await
        .unwrap()
        .iter()
        .map(|row| row.get("action").unwrap())
        .collect()
    }
}

both_engines!(
    a_held_film_outlives_its_keeping_period_until_the_hold_is_lifted,
    |t: TestDb| async move {
        let shelf = Shelf::new(t).await;
        let later = shelf.state.clock.now().plus_days(11);
        let held = shelf.set("reviewer", true, "群众投诉待查").await.unwrap();
        assert!(held.hold && held.keep_until.is_some());
        assert!(!shelf.goes(later).await, "held");
        shelf.set("city", true, "再冻结一次").await.unwrap();
        let free = shelf.set("city", false, "投诉已办结").await.unwrap();
        assert!(!free.hold);
        assert_eq!(
            shelf.actions().await,
            ["film.hold", "film.unhold"],
            "what stands already is not written down again"
        );
        assert!(shelf.goes(later).await, "its period is over");
        let late = shelf.set("reviewer", true, "太晚了").await.unwrap_err();
        assert_eq!((late.status(), late.code()), (409, "film.gone"));
        let mut tx = shelf.state.db.read().await.unwrap();
        let row = find_file(&mut tx, &shelf.hash).await.unwrap().unwrap();
        assert!(!row.hold && row.gone_at.is_some());
    }
);

both_engines!(
    only_a_reviewer_in_scope_holds_a_film_and_says_why,
    |t: TestDb| async move {
        let shelf = Shelf::new(t).await;
        let strange = shelf.set("other", true, "群众投诉").await.unwrap_err();
        assert_eq!(strange.status(), 404);
        let silent = shelf.set("reviewer", true, "  ").await.unwrap_err();
        assert_eq!(silent.status(), 422);
        assert!(shelf.actions().await.is_empty());
    }
);
