//! A small city: one training office, two districts, a special unit, a few people.

use async_trait::async_trait;
use chengzhi_authz::{Permission, Role, Scope};
use chengzhi_db::{Audit, Tx, sql};
use chengzhi_http::{AppState, Ctx, Problem};
use chengzhi_kernel::{Date, Month, PersonId, Timestamp, UnitId};
use chengzhi_testkit::TestDb;
use chengzhi_testkit::town::{self, Person, Town, crew};
use serde_json::json;

use crate::domain::checklist::{Answer, Checked};
use crate::domain::half::{Half, SlotKey};
use crate::domain::session::{Mark, Session};
use crate::domain::verdict::Item;
use crate::facade::{FilmUpload, FilmUploads, SessionKey};
use crate::usecase::month::{DrillMonthOut, month as month_of_squad};
use crate::usecase::record_out::DrillRecordOut;
use crate::usecase::record_view::view;
use crate::usecase::review::{self, Complaint};
use crate::usecase::save::{SaveInput, SessionInput, save};
use crate::usecase::{films, submit};

pub use chengzhi_testkit::town::{
    CITY, CITY_OFFICE, DISTRICT, EMPTY_SQUAD, OTHER_DISTRICT, OTHER_SQUAD, SECTION, SPECIAL,
    SPECIAL_SQUAD, SQUAD, SQUAD_TWO,
};

/// Everybody of the squad but 10, who is on maternity leave from October.
pub const CREW: &[i64] = &[1, 2, 3, 4, 5, 6, 7, 8, 9];

/// Ten in the squad, one each in the other squads, two in the section, one in the city office.
fn people() -> Vec<Person> {
    [
        crew(1..=10, SQUAD),
        crew([21], SQUAD_TWO),
        crew([31], OTHER_SQUAD),
        crew([41, 42], SECTION),
        crew([51], CITY_OFFICE),
        crew([61], SPECIAL_SQUAD),
    ]
    .concat()
}

pub struct City {
    pub test: TestDb,
    pub state: AppState,
}

pub fn day(month: u32, day: u32) -> Date {
    Date::from_ymd_opt(2024, month, day).unwrap()
}

pub fn month(number: u32) -> Month {
    Month::new(2024, number).unwrap()
}

pub fn first(unit: i64, number: u32) -> SlotKey {
    SlotKey {
        unit: UnitId::from(unit),
        month: month(number),
        half: Half::First,
    }
}

pub fn second(unit: i64, number: u32) -> SlotKey {
    SlotKey {
        half: Half::Second,
        ..first(unit, number)
    }
}

impl City {
    pub async fn new(test: TestDb) -> City {
        let units = [
            CITY,
            CITY_OFFICE,
            DISTRICT,
            SECTION,
            SQUAD,
            SQUAD_TWO,
            OTHER_DISTRICT,
            OTHER_SQUAD,
            SPECIAL,
            SPECIAL_SQUAD,
            EMPTY_SQUAD,
        ];
        let mut town = Town::settle(test, &units, &people()).await;
        town.write(&[
            "insert into status_event (person_id, kind, effective_on, recorded_at, recorded_by_name)
             values (10, 'maternity_leave', '2024-10-08', 0, '区局')",
        ])
        .await;
        for (word, account, role, unit) in [
            ("reporter", (101, 1, "王一"), Role::SquadReporter, SQUAD),
            ("head", (102, 2, "李二"), Role::SquadHead, SQUAD),
            ("officer", (103, 3, "张三"), Role::Officer, SQUAD),
            (
                "reporter_two",
                (121, 21, "赵四"),
                Role::SquadReporter,
                SQUAD_TWO,
            ),
            (
                "special",
                (161, 61, "冯十"),
                Role::SquadReporter,
                SPECIAL_SQUAD,
            ),
            (
                "reviewer",
                (141, 41, "孙六"),
                Role::DistrictTraining,
                DISTRICT,
            ),
            ("both", (142, 42, "周七"), Role::DistrictTraining, DISTRICT),
            (
                "other",
                (131, 31, "钱五"),
                Role::DistrictTraining,
                OTHER_DISTRICT,
            ),
            ("city", (151, 51, "郑九"), Role::CityTraining, CITY),
        ] {
            town.account(word, account, role, unit);
        }
        town.also("both", Role::SquadReporter, SQUAD);
        let (test, state) = town.open();
        City { test, state }
    }

    pub fn at(&self, to: Timestamp) -> &Self {
        self.test.clock.set(to);
        self
    }

    pub async fn ctx(&self, who: &str) -> Ctx {
        town::ctx(&self.state, who).await
    }

    pub async fn with(&self, who: &str, permission: Permission) -> (Ctx, Scope) {
        let ctx = self.ctx(who).await;
        let scope = ctx.scope(permission).unwrap();
        (ctx, scope)
    }

    pub async fn view(&self, who: &str, key: SlotKey) -> DrillRecordOut {
        let (ctx, scope) = self.with(who, Permission::DrillRead).await;
        view(&ctx, &scope, key, None).await.unwrap()
    }

    pub async fn version(&self, key: SlotKey) -> i64 {
        self.view("city", key).await.version
    }

    /// Saves these sessions as the whole record.
    pub async fn save(
        &self,
        who: &str,
        key: SlotKey,
        sessions: Vec<SessionInput>,
    ) -> Result<(), Problem> {
        let version = self.version(key).await;
        let (ctx, scope) = self.with(who, Permission::DrillReport).await;
        let input = SaveInput { version, sessions };
        save(&ctx, &scope, &TestUploads, key, input)
            .await
            .map(|_| ())
    }

    pub async fn attach(
        &self,
        who: &str,
        key: SlotKey,
        session: i64,
        upload: &str,
    ) -> Result<(), Problem> {
        let (ctx, scope) = self.with(who, Permission::DrillReport).await;
        let key = SessionKey { slot: key, session };
        films::attach(&ctx, &scope, &TestUploads, key, upload).await
    }

    /// A complete draft with one session on `held_on` that these people attend, film included.
    pub async fn draft(&self, who: &str, key: SlotKey, held_on: Date, present: &[i64]) -> i64 {
        let roster: Vec<i64> = self
            .view(who, key)
            .await
            .sessions
            .first()
            .map(|session| session.attendance.iter().map(|row| row.person_id).collect())
            .unwrap_or_else(|| {
                people()
                    .into_iter()
                    .filter(|(_, unit, _)| UnitId::from(*unit) == key.unit)
                    .map(|(id, ..)| id)
                    .collect()
            });
        let id = self.view(who, key).await.sessions.first().map(|s| s.id);
        let input = SessionInput {
            id,
            session: session(held_on),
            marks: marks(&roster, present),
        };
        self.save(who, key, vec![input]).await.unwrap();
        let id = self.view(who, key).await.sessions[0].id;
        self.attach(who, key, id, &format!("film-{key}-{held_on}"))
            .await
            .unwrap();
        id
    }

    /// A record handed in at the clock's time.
    pub async fn handed_in(&self, who: &str, key: SlotKey, held_on: Date, present: &[i64]) {
        self.draft(who, key, held_on, present).await;
        self.submit(who, key).await.unwrap();
    }

    pub async fn submit(&self, who: &str, key: SlotKey) -> Result<(), Problem> {
        let version = self.version(key).await;
        let (ctx, scope) = self.with(who, Permission::DrillReport).await;
        submit::submit(&ctx, &scope, key, version).await
    }

    pub async fn withdraw(&self, who: &str, key: SlotKey) -> Result<(), Problem> {
        let version = self.version(key).await;
        let (ctx, scope) = self.with(who, Permission::DrillReport).await;
        submit::withdraw(&ctx, &scope, key, version).await
    }

    pub async fn open(&self, who: &str, key: SlotKey) -> Result<(), Problem> {
        let version = self.version(key).await;
        let (ctx, scope) = self.with(who, Permission::DrillReview).await;
        review::open(&ctx, &scope, key, version).await
    }

    pub async fn confirm(&self, who: &str, key: SlotKey) -> Result<(), Problem> {
        self.confirm_with(who, key, checks(Answer::Pass, "")).await
    }

    pub async fn confirm_with(
        &self,
        who: &str,
        key: SlotKey,
        answers: Vec<Checked>,
    ) -> Result<(), Problem> {
        let version = self.version(key).await;
        let (ctx, scope) = self.with(who, Permission::DrillReview).await;
        review::confirm(&ctx, &scope, key, version, "", answers).await
    }

    pub async fn send_back(&self, who: &str, key: SlotKey) -> Result<(), Problem> {
        let version = self.version(key).await;
        let (ctx, scope) = self.with(who, Permission::DrillReview).await;
        review::send_back(&ctx, &scope, key, version, complaint("too_short")).await
    }

    pub async fn reject(&self, who: &str, key: SlotKey) -> Result<(), Problem> {
        let version = self.version(key).await;
        let (ctx, scope) = self.with(who, Permission::DrillReview).await;
        review::reject(&ctx, &scope, key, version, complaint("norm")).await
    }

    pub async fn month(&self, who: &str, unit: i64, number: u32) -> DrillMonthOut {
        let (ctx, scope) = self.with(who, Permission::DrillRead).await;
        month_of_squad(&ctx, &scope, UnitId::from(unit), month(number))
            .await
            .unwrap()
    }

    /// The column `text` of a query's rows.
    pub async fn texts(&self, query: &'static str) -> Vec<String> {
        let mut tx = self.state.db.read().await.unwrap();
        let rows = tx.all(sql(query)).await.unwrap();
        rows.iter().map(|row| row.get("text").unwrap()).collect()
    }

    pub async fn count(&self, text: &'static str) -> i64 {
        let mut tx = self.state.db.read().await.unwrap();
        let text = format!("select cast(count(*) as bigint) as n from {text}");
        tx.one(sql(text)).await.unwrap().get("n").unwrap()
    }
}

/// Every upload exists and has ended, but those called `missing`.
pub struct TestUploads;

#[async_trait]
impl FilmUploads for TestUploads {
    async fn take(
        &self,
        _tx: &mut Tx,
        _key: SessionKey,
        upload_id: &str,
    ) -> Result<Option<FilmUpload>, Problem> {
        let at = Timestamp::at(day(11, 1), 12, 0);
        Ok((upload_id != "missing").then(|| FilmUpload {
            upload_id: upload_id.to_owned(),
            hash: chengzhi_db::digest(upload_id.as_bytes()),
            name: "训练.mp4".to_owned(),
            size: 1_000_000_000,
            started_at: at,
            finished_at: at.plus_minutes(20),
        }))
    }

    async fn release(
        &self,
        tx: &mut Tx,
        key: SessionKey,
        upload_id: &str,
        _now: Timestamp,
    ) -> Result<(), Problem> {
        tx.audit(Audit::new(None, "测试", "test.release", upload_id).detail(json!(key.owner())));
        Ok(())
    }
}

/// Marks for a roster: these are present, the others absent on duty.
pub fn marks(roster: &[i64], present: &[i64]) -> Vec<Mark> {
    roster
        .iter()
        .map(|id| {
            let there = present.contains(id);
            Mark {
                person_id: PersonId::from(*id),
                present: there,
                // Who is on leave by status gets that as reason by himself.
                absence_reason: (!there && *id != 10).then(|| "执勤".to_owned()),
            }
        })
        .collect()
}

/// The same answer for every clause.
pub fn checks(answer: Answer, note: &str) -> Vec<Checked> {
    Item::ALL
        .iter()
        .map(|item| Checked {
            item: item.code().to_owned(),
            answer,
            note: note.to_owned(),
        })
        .collect()
}

pub fn complaint(code: &str) -> Complaint {
    Complaint {
        reason_code: code.to_owned(),
        note: String::new(),
        checks: Vec::new(),
    }
}

pub fn session(held_on: Date) -> Session {
    Session {
        held_on: Some(held_on),
        start_time: Some("08:00".to_owned()),
        minutes: Some(25),
        place: Some("中队操场".to_owned()),
        instructor: Some("王教官".to_owned()),
        subjects: Some("停止间转法、齐步行进".to_owned()),
        rest_times: Some(1),
        rest_minutes: Some(3),
        notes: None,
    }
}

pub fn code(result: Result<(), Problem>) -> Result<(), String> {
    result.map_err(|problem| problem.code().to_owned())
}
