//! A small city: one training office, two districts, a few people.

use chengzhi_assessment::facade as assessment;
use chengzhi_authz::{Permission, Role, Scope};
use chengzhi_http::{AppState, Ctx, Problem};
use chengzhi_kernel::{Date, PersonId, Timestamp, UnitId};
use chengzhi_testkit::TestDb;
use chengzhi_testkit::town::{self, Person, Town, crew};

use crate::domain::courseware::CoursewareKind;
use crate::domain::instructor::Kind;
use crate::domain::place::PlaceKind;
use crate::domain::trial::{Answer, Score};
use crate::usecase::base_checks::{CheckInput, apply, check};
use crate::usecase::courseware::{self, CoursewareInput};
use crate::usecase::courseware_life::release;
use crate::usecase::instructor_out::FacultyInstructorPageOut;
use crate::usecase::instructors::{Nomination, nominate};
use crate::usecase::places::{self, PlaceInput};
use crate::usecase::places_out::FacultyPlacePageOut;
use crate::usecase::steps::{TrialInput, appoint, record_trial};
use crate::usecase::{instructor_page, words};

pub use chengzhi_testkit::town::{
    CITY, CITY_OFFICE, DISTRICT, OTHER_DISTRICT, OTHER_SQUAD, SECTION, SQUAD,
};

/// Ten in the squad, one in the other squad, two in the section, two in the city office.
fn people() -> Vec<Person> {
    [
        crew(1..=10, SQUAD),
        crew([31], OTHER_SQUAD),
        crew([41, 42], SECTION),
        crew([51, 52], CITY_OFFICE),
    ]
    .concat()
}

pub struct City {
    pub test: TestDb,
    pub state: AppState,
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

impl City {
    pub async fn new(test: TestDb) -> City {
        let units = [
            CITY,
            CITY_OFFICE,
            DISTRICT,
            SECTION,
            SQUAD,
            OTHER_DISTRICT,
            OTHER_SQUAD,
        ];
        let mut town = Town::settle(test, &units, &people()).await;
        // Some tests begin before the first pack; its rules are taken over for those years.
        let mut tx = town.test().db.write().await.unwrap();
        for year in 2021..2024 {
            let now = Timestamp::from_micros(0);
            assessment::adopt_pack(&mut tx, "shanghai", year, "shanghai/2024", "测试", now)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        for (word, account, role, unit) in [
            ("head", (102, 2, "李二"), Role::SquadHead, SQUAD),
            ("officer", (103, 3, "张三"), Role::Officer, SQUAD),
            ("colleague", (104, 4, "赵四"), Role::Officer, SQUAD),
            ("far", (131, 31, "钱一"), Role::Officer, OTHER_SQUAD),
            (
                "district",
                (141, 41, "孙六"),
                Role::DistrictTraining,
                DISTRICT,
            ),
            (
                "other",
                (132, 31, "钱五"),
                Role::DistrictTraining,
                OTHER_DISTRICT,
            ),
            ("city", (151, 51, "郑九"), Role::CityTraining, CITY),
        ] {
            town.account(word, account, role, unit);
        }
        let (test, state) = town.open();
        City { test, state }
    }

    pub fn at(&self, text: &str) -> &Self {
        self.test.clock.set(Timestamp::at(day(text), 9, 0));
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
        check(&ctx, &scope, id, input).await
    }

    /// A base that was scored today and is in use.
    pub async fn base(&self, name: &str) -> i64 {
        let id = self
            .place("district", PlaceKind::Base, DISTRICT, name)
            .await;
        let (ctx, scope) = self.with("district", Permission::FacultyManage).await;
        apply(&ctx, &scope, id, 1).await.unwrap();
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
        release(&ctx, &scope, id, 1).await.unwrap();
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
