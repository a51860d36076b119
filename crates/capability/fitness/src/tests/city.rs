//! A small city: one training office, two districts, a squad of ten, one class of the district.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::request::Parts;
use chengzhi_authz::{Actor, Grant, Permission, Role, Scope, ScopeKind};
use chengzhi_db::{Tx, sql};
use chengzhi_files::FileStore;
use chengzhi_http::{AppState, Authenticator, Ctx, Problem};
use chengzhi_kernel::{AccountId, Date, PersonId, Timestamp, UnitId};
use chengzhi_organisation::facade as organisation;
use chengzhi_testkit::TestDb;

use crate::usecase::marks::{FitnessMarkedOut, MarkInput, record};
use crate::usecase::page::{FitnessEntryOut, FitnessTestPageOut, view};
use crate::usecase::results::hand_in;
use crate::usecase::rounds::{ClassBook, ClassRef, TestInput, create};

pub const CITY: i64 = 1;
pub const DISTRICT: i64 = 3;
pub const SQUAD: i64 = 5;
pub const SECOND: i64 = 6;
pub const OTHER_DISTRICT: i64 = 8;
pub const OTHER_SQUAD: i64 = 9;
pub const CLASS: i64 = 77;

pub struct City {
    pub test: TestDb,
    pub state: AppState,
}

struct ByHeader(HashMap<String, Actor>);

#[async_trait]
impl Authenticator for ByHeader {
    async fn actor(&self, _state: &AppState, parts: &Parts) -> Result<Actor, Problem> {
        parts
            .headers
            .get("x-test-actor")
            .and_then(|name| name.to_str().ok())
            .and_then(|name| self.0.get(name))
            .cloned()
            .ok_or_else(Problem::signed_out)
    }
}

/// One class of the district, 4 to 6 June, with persons 1 to 4.
pub struct OneClass;

fn one_class() -> ClassRef {
    ClassRef {
        id: CLASS,
        unit_id: UnitId::from(DISTRICT),
        title: "2024年集中培训第一期".to_owned(),
        days: Some((day("2024-06-04"), day("2024-06-06"))),
        place: "党校".to_owned(),
    }
}

#[async_trait]
impl ClassBook for OneClass {
    async fn classes(&self, _: &mut Tx, unit: UnitId, _: i32) -> Result<Vec<ClassRef>, Problem> {
        Ok((unit.get() == DISTRICT)
            .then(one_class)
            .into_iter()
            .collect())
    }

    async fn class(&self, _: &mut Tx, id: i64) -> Result<Option<ClassRef>, Problem> {
        Ok((id == CLASS).then(one_class))
    }

    async fn trainees(&self, _: &mut Tx, _: i64) -> Result<Vec<PersonId>, Problem> {
        Ok((1..=4).map(PersonId::from).collect())
    }
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// Odd numbers are men, even ones women; 9 has no sex in the roster, 10 is no enforcement civil
/// servant.
fn sex_of(id: i64) -> Option<&'static str> {
    match id {
        9 => None,
        id if id % 2 == 1 => Some("male"),
        _ => Some("female"),
    }
}

impl City {
    pub async fn new(test: TestDb) -> City {
        let mut tx = test.db.write().await.unwrap();
        let units: &[(i64, &str, &str, Option<i64>, i64)] = &[
            (CITY, "市局", "city_bureau", None, 0),
            (2, "市局教育培训处", "city_office", Some(CITY), 1),
            (DISTRICT, "东区局", "district_bureau", Some(CITY), 0),
            (SQUAD, "东一中队", "squad", Some(DISTRICT), 0),
            (SECOND, "东二中队", "squad", Some(DISTRICT), 0),
            (OTHER_DISTRICT, "西区局", "district_bureau", Some(CITY), 0),
            (OTHER_SQUAD, "西一中队", "squad", Some(OTHER_DISTRICT), 0),
        ];
        for (id, name, kind, parent, trains) in units {
            tx.run(
                sql("insert into unit (id, code, name, kind, trains, opened_on) values ($1, $2, $3, $4, $5, '2020-01-01')")
                    .bind(*id)
                    .bind(format!("U{id:02}"))
                    .bind(*name)
                    .bind(*kind)
                    .bind(*trains),
            )
            .await
            .unwrap();
            if let Some(parent) = parent {
                tx.run(
                    sql("insert into unit_edge (unit_id, line, parent_id, from_on) values ($1, 'professional', $2, '2020-01-01')")
                        .bind(*id)
                        .bind(*parent),
                )
                .await
                .unwrap();
            }
        }
        let people: Vec<(i64, i64)> = (1..=10)
            .map(|id| (id, SQUAD))
            .chain([(21, SECOND), (22, SECOND), (31, OTHER_SQUAD), (51, 2)])
            .collect();
        for (id, unit) in people {
            let category = if id == 10 || id == 51 {
                "auxiliary"
            } else {
                "enforcement_civil_servant"
            };
            tx.run(
                sql("insert into person (id, staff_no, name, sex, established, category, joined_on, created_at, updated_at)
                     values ($1, $2, $3, $4, 1, $5, '2020-01-01', 0, 0)")
                    .bind(id)
                    .bind(format!("31{id:05}"))
                    .bind(format!("队员{id}"))
                    .bind(sex_of(id).map(str::to_owned))
                    .bind(category),
            )
            .await
            .unwrap();
            tx.run(
                sql("insert into membership (person_id, unit_id, from_on) values ($1, $2, '2020-01-01')")
                    .bind(id)
                    .bind(unit),
            )
            .await
            .unwrap();
        }
        class_row(&mut tx).await;
        let tree = organisation::tree(&mut tx, day("2024-06-01"))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let actor = |account: i64, person: i64, name: &str, role, unit: i64| {
            let (scope, units) = match role {
                Role::Officer => (ScopeKind::Own, BTreeSet::new()),
                _ => (ScopeKind::Subtree, tree.subtree(UnitId::from(unit))),
            };
            Actor {
                account_id: AccountId::from(account),
                person_id: (person > 0).then(|| PersonId::from(person)),
                name: name.to_owned(),
                grants: vec![Grant {
                    role,
                    unit_id: UnitId::from(unit),
                    scope,
                    units: Arc::new(units),
                }],
            }
        };
        let actors = HashMap::from(
            [
                (
                    "reporter",
                    actor(101, 1, "王一", Role::SquadReporter, SQUAD),
                ),
                ("officer", actor(103, 3, "张三", Role::Officer, SQUAD)),
                (
                    "district",
                    actor(141, 0, "孙六", Role::DistrictTraining, DISTRICT),
                ),
                (
                    "deputy",
                    actor(142, 0, "孙七", Role::DistrictTraining, DISTRICT),
                ),
                (
                    "other",
                    actor(132, 31, "钱五", Role::DistrictTraining, OTHER_DISTRICT),
                ),
                ("city", actor(151, 51, "郑九", Role::CityTraining, CITY)),
            ]
            .map(|(name, actor)| (name.to_owned(), actor)),
        );
        let state = AppState {
            db: test.db.clone(),
            clock: test.clock.clone(),
            wall: test.clock.clone(),
            files: FileStore::open(test.folder.path().join("files")).unwrap(),
            calendar: Arc::new(chengzhi_rules::calendar().clone()),
            policy: "shanghai".into(),
            authenticator: Arc::new(ByHeader(actors)),
            demo: false,
            secure_cookies: false,
        };
        City { test, state }
    }

    pub fn at(&self, text: &str) -> &Self {
        self.test.clock.set(Timestamp::at(day(text), 9, 0));
        self
    }

    pub async fn ctx(&self, who: &str) -> Ctx {
        let mut parts = axum::http::Request::new(()).into_parts().0;
        parts.headers.insert("x-test-actor", who.parse().unwrap());
        let actor = self
            .state
            .authenticator
            .actor(&self.state, &parts)
            .await
            .unwrap();
        Ctx::new(self.state.clone(), actor)
    }

    pub async fn with(&self, who: &str, permission: Permission) -> (Ctx, Scope) {
        let ctx = self.ctx(who).await;
        let scope = ctx.scope(permission).unwrap();
        (ctx, scope)
    }

    pub async fn plan(&self, who: &str, input: TestInput) -> Result<i64, Problem> {
        let (ctx, scope) = self.with(who, Permission::FitnessManage).await;
        create(&ctx, &scope, &OneClass, input).await
    }

    /// A test of the squad held apart on 4 June, which is today.
    pub async fn apart(&self) -> i64 {
        self.at("2024-06-04");
        self.plan("district", apart()).await.unwrap()
    }

    pub async fn page(&self, who: &str, id: i64) -> FitnessTestPageOut {
        let (ctx, scope) = self.with(who, Permission::FitnessRead).await;
        view(&ctx, &scope, id).await.unwrap()
    }

    pub async fn entry(&self, id: i64, person: i64) -> FitnessEntryOut {
        self.page("district", id)
            .await
            .entries
            .into_iter()
            .find(|row| row.person_id == person)
            .unwrap()
    }

    /// Sends figures of people: person, item, text.
    pub async fn mark(&self, id: i64, of: &[(i64, &str, &str)]) -> Vec<FitnessMarkedOut> {
        let mut marks = Vec::new();
        for (at, (person, item, text)) in of.iter().enumerate() {
            let entry = self.entry(id, *person).await.id;
            let key = format!("test-{entry}-{item}-{}-{at}", text.len());
            let made = self.test.clock.as_ref();
            let now = chengzhi_kernel::Clock::now(made).micros();
            marks.push(mark_of(&format!("{key}-{now}"), entry, item, text));
        }
        self.send("district", id, marks).await.unwrap()
    }

    pub async fn send(
        &self,
        who: &str,
        id: i64,
        marks: Vec<MarkInput>,
    ) -> Result<Vec<FitnessMarkedOut>, Problem> {
        self.test.clock.advance_seconds(1);
        let (ctx, scope) = self.with(who, Permission::FitnessManage).await;
        record(&ctx, &scope, id, "phone", marks).await
    }

    /// Everything that somebody needs to pass.
    pub async fn pass(&self, id: i64, person: i64) {
        let run = if sex_of(person) == Some("female") {
            "run800"
        } else {
            "run1000"
        };
        let told = self
            .mark(
                id,
                &[
                    (person, "shuttle", "13.0"),
                    (person, run, "4:20"),
                    (person, "jump", "270"),
                ],
            )
            .await;
        assert!(told.iter().all(|one| one.stored), "{told:?}");
    }

    pub async fn hand_in(&self, id: i64) -> Result<(), Problem> {
        let version = self.page("district", id).await.test.version;
        let (ctx, scope) = self.with("district", Permission::FitnessManage).await;
        hand_in(&ctx, &scope, id, version).await
    }

    pub async fn faults(&self) -> Vec<String> {
        let mut tx = self.state.db.read().await.unwrap();
        crate::facade::verify(&mut tx, day("2024-06-04"))
            .await
            .unwrap()
    }
}

/// The row of the class that tests refer to.
async fn class_row(tx: &mut Tx) {
    tx.run(
        sql("insert into class (id, unit_id, year, kind, batch, title, audience, audience_posts, content,
               section, form, partners, reason, place, teacher_name, phone, has_exam, evaluates, sign_out,
               wants_summary, state, created_by, created_by_name, created_at)
             values ($1, $2, 2024, 'closed', 1, '2024年集中培训第一期', '', '', '', '', 'concentrated', '', '',
               '党校', '', '', 0, 0, 0, 0, 'filed', 141, '孙六', 0)")
            .bind(CLASS)
            .bind(DISTRICT),
    )
    .await
    .unwrap();
}

pub fn apart() -> TestInput {
    TestInput {
        unit: UnitId::from(DISTRICT),
        title: "体能测试".to_owned(),
        class: None,
        reason: "集中培训场地没有跑道".to_owned(),
        on: day("2024-06-04"),
        place: "区体育场".to_owned(),
        units: vec![SQUAD],
    }
}

pub fn mark_of(key: &str, entry: i64, item: &str, text: &str) -> MarkInput {
    MarkInput {
        key: key.to_owned(),
        entry,
        item: item.to_owned(),
        text: text.to_owned(),
        measured_at: None,
    }
}

pub fn code<T>(result: Result<T, Problem>) -> String {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(problem) => problem.code().to_owned(),
    }
}

pub fn status<T>(result: Result<T, Problem>) -> u16 {
    result.map_or_else(|problem| problem.status(), |_| 200)
}
