//! A small city: one training office, two districts, a squad of ten, one class of the district.

use async_trait::async_trait;
use chengzhi_authz::{Permission, Role, Scope};
use chengzhi_db::{Tx, sql};
use chengzhi_http::{AppState, Ctx, Problem};
use chengzhi_kernel::{Date, PersonId, Timestamp, UnitId};
use chengzhi_testkit::TestDb;
use chengzhi_testkit::town::{self, CITY_OFFICE, Town, crew};

use crate::usecase::marks::{FitnessMarkedOut, MarkInput, record};
use crate::usecase::page::{FitnessEntryOut, FitnessTestPageOut, view};
use crate::usecase::results::hand_in;
use crate::usecase::rounds::{ClassBook, ClassRef, TestInput, create};

pub use chengzhi_testkit::town::{
    CITY, DISTRICT, OTHER_DISTRICT, OTHER_SQUAD, SQUAD, SQUAD_TWO as SECOND,
};

pub const CLASS: i64 = 77;

pub struct City {
    pub test: TestDb,
    pub state: AppState,
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
        let units = [
            CITY,
            CITY_OFFICE,
            DISTRICT,
            SQUAD,
            SECOND,
            OTHER_DISTRICT,
            OTHER_SQUAD,
        ];
        let people = [
            crew(1..=10, SQUAD),
            crew([21, 22], SECOND),
            crew([31], OTHER_SQUAD),
            crew([51], CITY_OFFICE),
        ]
        .concat();
        let mut town = Town::settle(test, &units, &people).await;
        town.write(&[
            "update person set sex = case when id % 2 = 1 then 'male' else 'female' end where id <> 9",
            "update person set category = 'auxiliary' where id in (10, 51)",
        ])
        .await;
        let mut tx = town.test().db.write().await.unwrap();
        class_row(&mut tx).await;
        tx.commit().await.unwrap();
        for (word, account, role, unit) in [
            ("reporter", (101, 1, "王一"), Role::SquadReporter, SQUAD),
            ("officer", (103, 3, "张三"), Role::Officer, SQUAD),
            (
                "district",
                (141, 0, "孙六"),
                Role::DistrictTraining,
                DISTRICT,
            ),
            ("deputy", (142, 0, "孙七"), Role::DistrictTraining, DISTRICT),
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
        town.without_person("district");
        town.without_person("deputy");
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
