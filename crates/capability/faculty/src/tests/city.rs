//! A small city: one training office, two districts, a few people.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::request::Parts;
use chengzhi_assessment::facade as assessment;
use chengzhi_authz::{Actor, Grant, Permission, Role, Scope, ScopeKind};
use chengzhi_db::sql;
use chengzhi_files::FileStore;
use chengzhi_http::{AppState, Authenticator, Ctx, Problem};
use chengzhi_kernel::{AccountId, Date, PersonId, Timestamp, UnitId};
use chengzhi_organisation::facade as organisation;
use chengzhi_testkit::TestDb;

use crate::domain::courseware::CoursewareKind;
use crate::domain::instructor::Kind;
use crate::domain::place::PlaceKind;
use crate::domain::trial::{Answer, Score};
use crate::usecase::courseware::{self, CoursewareInput};
use crate::usecase::instructor_out::FacultyInstructorPageOut;
use crate::usecase::instructors::{Nomination, nominate};
use crate::usecase::places::{self, CheckInput, FacultyPlacePageOut, PlaceInput};
use crate::usecase::steps::{TrialInput, appoint, record_trial};
use crate::usecase::{instructor_page, words};

pub const CITY: i64 = 1;
pub const CITY_OFFICE: i64 = 2;
pub const DISTRICT: i64 = 3;
pub const SECTION: i64 = 4;
pub const SQUAD: i64 = 5;
pub const OTHER_DISTRICT: i64 = 8;
pub const OTHER_SQUAD: i64 = 9;

/// Ten in the squad, one in the other squad, two in the section, two in the city office.
fn people() -> Vec<(i64, i64)> {
    let mut found: Vec<(i64, i64)> = (1..=10).map(|id| (id, SQUAD)).collect();
    found.extend([
        (31, OTHER_SQUAD),
        (41, SECTION),
        (42, SECTION),
        (51, CITY_OFFICE),
        (52, CITY_OFFICE),
    ]);
    found
}

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

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

impl City {
    pub async fn new(test: TestDb) -> City {
        let mut tx = test.db.write().await.unwrap();
        let units: &[(i64, &str, &str, Option<i64>, i64)] = &[
            (CITY, "市局", "city_bureau", None, 0),
            (CITY_OFFICE, "市局教育培训处", "city_office", Some(CITY), 1),
            (DISTRICT, "东区局", "district_bureau", Some(CITY), 0),
            (SECTION, "东区政工科", "section", Some(DISTRICT), 0),
            (SQUAD, "东一中队", "squad", Some(DISTRICT), 0),
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
        for (id, unit) in people() {
            tx.run(
                sql("insert into person (id, staff_no, name, established, category, joined_on, created_at, updated_at)
                     values ($1, $2, $3, 1, 'enforcement_civil_servant', '2020-01-01', 0, 0)")
                    .bind(id)
                    .bind(format!("31{id:05}"))
                    .bind(format!("队员{id}")),
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
        let tree = organisation::tree(&mut tx, day("2024-11-01"))
            .await
            .unwrap();
        // Some tests begin before the first pack; its rules are taken over for those years.
        for year in 2021..2024 {
            let now = Timestamp::from_micros(0);
            assessment::adopt_pack(&mut tx, "shanghai", year, "shanghai/2024", "测试", now)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        let actor = |account: i64, person: i64, name: &str, role, unit: i64| {
            let (scope, units) = match role {
                Role::Officer | Role::Instructor => (ScopeKind::Own, BTreeSet::new()),
                _ => (ScopeKind::Subtree, tree.subtree(UnitId::from(unit))),
            };
            Actor {
                account_id: AccountId::from(account),
                person_id: Some(PersonId::from(person)),
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
                ("head", actor(102, 2, "李二", Role::SquadHead, SQUAD)),
                ("officer", actor(103, 3, "张三", Role::Officer, SQUAD)),
                ("colleague", actor(104, 4, "赵四", Role::Officer, SQUAD)),
                ("far", actor(131, 31, "钱一", Role::Officer, OTHER_SQUAD)),
                (
                    "district",
                    actor(141, 41, "孙六", Role::DistrictTraining, DISTRICT),
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

    pub async fn nominate(&self, who: &str, kind: Kind, unit: i64, person: i64) -> i64 {
        let (ctx, scope) = self.with(who, Permission::FacultyNominate).await;
        nominate(&ctx, &scope, nomination(kind, unit, Some(person)))
            .await
            .unwrap()
    }

    pub async fn page(&self, who: &str, id: i64) -> FacultyInstructorPageOut {
        let (ctx, scope) = self.with(who, Permission::FacultyRead).await;
        instructor_page::view(&ctx, &scope, id).await.unwrap()
    }

    pub async fn version(&self, id: i64) -> i64 {
        self.page("city", id).await.instructor.version
    }

    /// Records a trial lecture of today.
    pub async fn try_out(&self, who: &str, id: i64, scores: &[i64]) -> Result<(), Problem> {
        let (ctx, scope) = self.with(who, Permission::FacultyManage).await;
        let mut input = trial(ctx.today, scores);
        input.version = self.version(id).await;
        record_trial(&ctx, &scope, id, input).await
    }

    pub async fn appoint(&self, who: &str, id: i64, from: &str) -> Result<(), Problem> {
        let (ctx, scope) = self.with(who, Permission::FacultyManage).await;
        let version = self.version(id).await;
        appoint(&ctx, &scope, id, version, (day(from), None)).await
    }

    /// A district instructor who serves from today.
    pub async fn serving(&self, person: i64) -> i64 {
        let id = self
            .nominate("district", Kind::District, SQUAD, person)
            .await;
        self.try_out("district", id, &[9_000, 8_600]).await.unwrap();
        let today = self.ctx("district").await.today.to_string();
        self.appoint("district", id, &today).await.unwrap();
        id
    }

    /// A city instructor who serves from today.
    pub async fn serving_city(&self, person: i64) -> i64 {
        let id = self.nominate("city", Kind::City, CITY_OFFICE, person).await;
        self.try_out("city", id, &[9_000]).await.unwrap();
        let today = self.ctx("city").await.today.to_string();
        self.appoint("city", id, &today).await.unwrap();
        id
    }

    pub async fn place(&self, who: &str, kind: PlaceKind, unit: i64, name: &str) -> i64 {
        let (ctx, scope) = self.with(who, Permission::FacultyManage).await;
        places::save(&ctx, &scope, None, place_input(kind, unit, name))
            .await
            .unwrap()
    }

    pub async fn place_page(&self, who: &str, id: i64) -> FacultyPlacePageOut {
        let (ctx, scope) = self.with(who, Permission::FacultyRead).await;
        places::view(&ctx, &scope, id).await.unwrap()
    }

    pub async fn check(&self, id: i64, score: i64) -> Result<(), Problem> {
        let (ctx, scope) = self.with("city", Permission::FacultyAppoint).await;
        let input = CheckInput {
            version: self.place_page("city", id).await.place.version,
            held_on: ctx.today,
            score,
            judges: "甲、乙".to_owned(),
            note: "按标准评分".to_owned(),
        };
        places::check(&ctx, &scope, id, input).await
    }

    /// A base that was scored today and is in use.
    pub async fn base(&self, name: &str) -> i64 {
        let id = self
            .place("district", PlaceKind::Base, DISTRICT, name)
            .await;
        let (ctx, scope) = self.with("district", Permission::FacultyManage).await;
        places::apply(&ctx, &scope, id, 1).await.unwrap();
        self.check(id, 9_000).await.unwrap();
        id
    }

    pub async fn draft(&self, who: &str, input: CoursewareInput) -> i64 {
        let (ctx, scope) = self.with(who, Permission::FacultyNominate).await;
        courseware::save(&ctx, &scope, None, input).await.unwrap()
    }

    /// A video in use.
    pub async fn video(&self, title: &str) -> i64 {
        let id = self
            .draft(
                "district",
                courseware_input(CoursewareKind::Video, DISTRICT, title),
            )
            .await;
        let (ctx, scope) = self.with("district", Permission::FacultyManage).await;
        courseware::release(&ctx, &scope, id, 1).await.unwrap();
        id
    }

    pub async fn faults(&self) -> Vec<String> {
        let mut tx = self.state.db.read().await.unwrap();
        crate::facade::verify(&mut tx).await.unwrap()
    }
}

pub fn nomination(kind: Kind, unit: i64, person: Option<i64>) -> Nomination {
    Nomination {
        kind,
        unit: UnitId::from(unit),
        person: person.map(PersonId::from),
        name: String::new(),
        organisation: String::new(),
        title: "副中队长".to_owned(),
        contact: "021-60000000".to_owned(),
        fields: vec!["gas".to_owned(), "evidence".to_owned()],
        intro: String::new(),
        reason: "业务骨干".to_owned(),
    }
}

pub fn trial(held_on: Date, scores: &[i64]) -> TrialInput {
    TrialInput {
        version: 1,
        held_on,
        topic: "燃气安全入户检查".to_owned(),
        scores: scores
            .iter()
            .enumerate()
            .map(|(index, score)| Score {
                judge: format!("评委{index}"),
                score: *score,
            })
            .collect(),
        answers: ["years", "certificate", "discipline"]
            .map(|code| Answer {
                code: code.to_owned(),
                met: true,
            })
            .to_vec(),
        note: String::new(),
    }
}

pub fn place_input(kind: PlaceKind, unit: i64, name: &str) -> PlaceInput {
    PlaceInput {
        version: 0,
        kind,
        unit: UnitId::from(unit),
        base: None,
        name: name.to_owned(),
        address: "东大路1号".to_owned(),
        capacity: 60,
        contact: "王老师 021-61111111".to_owned(),
        features: String::new(),
        course: None,
    }
}

pub fn courseware_input(kind: CoursewareKind, unit: i64, title: &str) -> CoursewareInput {
    CoursewareInput {
        version: 0,
        unit: UnitId::from(unit),
        kind,
        title: title.to_owned(),
        field: "gas".to_owned(),
        summary: "入户检查的步骤和要点".to_owned(),
        blocks: Vec::new(),
        author: "王一".to_owned(),
        instructor: None,
        group: None,
        minutes: Some(20),
        link: String::new(),
        laws: Vec::new(),
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

#[test]
fn the_words_of_pages_are_all_there() {
    let words = words::words();
    assert_eq!(words.fields.len(), 15);
    assert_eq!(words.instructor_kinds.len(), 7);
    assert_eq!(words.courseware_kinds.len(), 7);
}
