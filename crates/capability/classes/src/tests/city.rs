//! A small city: one training office, two districts, a few squads, a few people; and one class of the first district.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

use async_trait::async_trait;
use chengzhi_authz::{Permission, Role, Scope};
use chengzhi_db::{Tx, sql};
use chengzhi_http::{AppState, Ctx, Problem};
use chengzhi_kernel::{Date, Quantity, Timestamp, UnitId};
use chengzhi_testkit::TestDb;
use chengzhi_testkit::town::{self, Person, Town, crew};
use ring::hmac;

use crate::domain::presence::Scan;
use crate::facade::{TodoItem, todo};
use crate::usecase::class_out::{ClassOut, view};
use crate::usecase::codes::{self, seconds};
use crate::usecase::devices::{ClassDeviceOut, register};
use crate::usecase::outlook_figures::DrillBook;
use crate::usecase::plan::{PlanInput, create as create_plan};
use crate::usecase::programme::{self, CourseInput};
use crate::usecase::save::{ClassInput, Origin, create};
use crate::usecase::scan::{ClassReceiptOut, ScanInput, scan};
use crate::usecase::timetable::{self, LessonInput};
use crate::usecase::{enrol, filing};

pub use chengzhi_testkit::town::{
    CITY, CITY_OFFICE, DISTRICT, OTHER_DISTRICT, OTHER_SQUAD, SECTION, SQUAD, SQUAD_TWO,
};
/// 周七 of the section, in the register of instructors.
pub const TEACHER: i64 = 1;
/// A room of the first district with 60 seats, and one with 40.
pub const ROOM: i64 = 1;
pub const ROOM_TWO: i64 = 2;

/// Twelve in the squad, two in the other squad, one in the other district, two in the section, two in the city office.
fn people() -> Vec<Person> {
    [
        crew(1..=12, SQUAD),
        crew([21, 22], SQUAD_TWO),
        crew([31], OTHER_SQUAD),
        crew([41, 42], SECTION),
        crew([51, 52], CITY_OFFICE),
    ]
    .concat()
}

/// The first district has held so many drill reviews in 2024, nobody else any.
pub struct Drilled(pub u32);

#[async_trait]
impl DrillBook for Drilled {
    async fn reviews(
        &self,
        _: &mut Tx,
        year: i32,
        _: Date,
    ) -> Result<HashMap<UnitId, u32>, Problem> {
        let held = (year == 2024).then_some((UnitId::from(DISTRICT), self.0));
        Ok(held.into_iter().collect())
    }
}

pub struct City {
    pub test: TestDb,
    pub state: AppState,
}

pub fn day(month: u32, day: u32) -> Date {
    Date::from_ymd_opt(2024, month, day).unwrap()
}

pub fn at(month: u32, on: u32, hour: u32, minute: u32) -> Timestamp {
    Timestamp::at(day(month, on), hour, minute)
}

pub fn q(text: &str) -> Quantity {
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
            SQUAD_TWO,
            OTHER_DISTRICT,
            OTHER_SQUAD,
        ];
        let people = people();
        let mut town = Town::settle(test, &units, &people).await;
        town.write(&[
            "insert into person_post (person_id, post, from_on) values (1, 'squad_section_leader', '2020-01-01')",
            "insert into person_post (person_id, post, from_on) values (2, 'legal_officer', '2020-01-01')",
            "insert into faculty_instructor (id, kind, level, unit_id, nominated_unit_id, person_id, name, state,
               appointed_on, term_from, term_until, recorded_at, recorded_by, recorded_by_name)
             values (1, 'district', 'district', 3, 3, 42, '周七', 'appointed',
               '2024-01-01', '2024-01-01', '2024-12-31', 0, 1, '孙六')",
            "insert into faculty_place (id, kind, unit_id, name, capacity, state, in_use_from,
               recorded_at, recorded_by, recorded_by_name)
             values (1, 'room', 3, '区局101教室', 60, 'in_use', '2024-01-01', 0, 1, '孙六'),
               (2, 'room', 3, '区局202教室', 40, 'in_use', '2024-01-01', 0, 1, '孙六')",
        ])
        .await;
        for (word, account, role, unit) in [
            ("reporter", (201, 1, "王一"), Role::SquadReporter, SQUAD),
            (
                "reporter_two",
                (221, 21, "赵四"),
                Role::SquadReporter,
                SQUAD_TWO,
            ),
            (
                "office",
                (241, 41, "孙六"),
                Role::DistrictTraining,
                DISTRICT,
            ),
            ("section", (242, 42, "周七"), Role::SectionLead, SECTION),
            (
                "other",
                (231, 31, "钱五"),
                Role::DistrictTraining,
                OTHER_DISTRICT,
            ),
            ("city", (251, 51, "郑九"), Role::CityTraining, CITY),
            ("city_two", (252, 52, "郑十"), Role::CityTraining, CITY),
            ("instructor", (242, 42, "周七"), Role::Instructor, SECTION),
        ] {
            town.account(word, account, role, unit);
        }
        // Everybody's own account: p1, p2, ….
        for (id, unit, name) in &people {
            town.account(
                &format!("p{id}"),
                (100 + id, *id, name),
                Role::Officer,
                *unit,
            );
        }
        let (test, state) = town.open();
        let city = City { test, state };
        city.at(at(5, 6, 9, 0));
        city
    }

    pub fn at(&self, to: Timestamp) -> &Self {
        self.test.clock.set(to);
        self
    }

    pub fn later(&self, seconds: i64) -> &Self {
        self.test.clock.advance_seconds(seconds);
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

    /// Lines of somebody's first page whose kind begins so.
    pub async fn lines(&self, who: &str, kind: &str) -> Vec<TodoItem> {
        let ctx = self.ctx(who).await;
        let mut tx = self.state.db.read().await.unwrap();
        let all = todo(&mut tx, &ctx).await.unwrap();
        all.into_iter()
            .filter(|item| item.kind.starts_with(kind))
            .collect()
    }

    pub async fn view(&self, who: &str, id: i64) -> ClassOut {
        let (ctx, scope) = self.with(who, Permission::ClassRead).await;
        view(&ctx, &scope, id).await.unwrap()
    }

    pub async fn count(&self, text: &str) -> i64 {
        let mut tx = self.state.db.read().await.unwrap();
        let text = format!("select cast(count(*) as bigint) as n from {text}");
        tx.one(sql(text)).await.unwrap().get("n").unwrap()
    }

    /// The first district's plan of 2024.
    pub async fn plan(&self) -> i64 {
        let input = PlanInput {
            unit: UnitId::from(DISTRICT),
            year: 2024,
            pack: "baoshan".to_owned(),
            title: String::new(),
            note: String::new(),
        };
        create_plan(&self.ctx("office").await, input).await.unwrap()
    }

    /// A class of the first district with two courses of two hours each, on 3 June 9:00 and 13:00.
    pub async fn class(&self, kind: &str, title: &str, room: &str) -> i64 {
        let ctx = self.ctx("office").await;
        let origin = Origin {
            unit: UnitId::from(DISTRICT),
            year: 2024,
            kind: kind.to_owned(),
            programme: None,
        };
        let id = create(&ctx, origin, fields(title)).await.unwrap();
        let courses = vec![
            course("行政复议法", "teaching"),
            course("拆违实务", "teaching"),
        ];
        programme::save(&ctx, id, 1, courses).await.unwrap();
        self.lessons(
            id,
            &[(at(6, 3, 9, 0), 90, room), (at(6, 3, 13, 0), 90, room)],
        )
        .await
        .unwrap();
        id
    }

    /// Lays the timetable: lesson after lesson, course after course; those that are there stay who they are.
    pub async fn lessons(&self, id: i64, plan: &[(Timestamp, i64, &str)]) -> Result<(), Problem> {
        let before = self.view("office", id).await;
        let input = plan
            .iter()
            .enumerate()
            .map(|(index, (from, minutes, room))| LessonInput {
                id: before.lessons.get(index).map(|lesson| lesson.id),
                course: before.courses[index % before.courses.len()].id,
                from: *from,
                until: from.plus_minutes(*minutes),
                instructor_id: None,
                instructor: "周七".to_owned(),
                place_id: None,
                place: (*room).to_owned(),
                position: None,
            })
            .collect();
        timetable::save(&self.ctx("office").await, id, before.version, input).await
    }

    /// Lays the timetable with an instructor and a room of the registers.
    pub async fn registered(
        &self,
        id: i64,
        plan: &[(Timestamp, i64)],
        (teacher, room): (Option<i64>, Option<i64>),
    ) -> Result<(), Problem> {
        let before = self.view("office", id).await;
        let input = plan
            .iter()
            .enumerate()
            .map(|(index, (from, minutes))| LessonInput {
                id: before.lessons.get(index).map(|lesson| lesson.id),
                course: before.courses[index % before.courses.len()].id,
                from: *from,
                until: from.plus_minutes(*minutes),
                instructor_id: teacher,
                instructor: String::new(),
                place_id: room,
                place: String::new(),
                position: None,
            })
            .collect();
        timetable::save(&self.ctx("office").await, id, before.version, input).await
    }

    pub async fn file(&self, id: i64) {
        let version = self.view("office", id).await.version;
        filing::file(&self.ctx("office").await, id, version)
            .await
            .unwrap();
    }

    pub async fn enrol(&self, id: i64, people: &[i64]) {
        let ctx = self.ctx("office").await;
        enrol::add(&ctx, id, people.to_vec(), Vec::new())
            .await
            .unwrap();
    }

    /// A filed class with these people on its list.
    pub async fn running(&self, people: &[i64]) -> i64 {
        let id = self.class("closed", "区局集中培训", "101教室").await;
        self.file(id).await;
        self.enrol(id, people).await;
        id
    }

    pub async fn device(&self, who: &str) -> ClassDeviceOut {
        register(&self.ctx(who).await, "手机").await.unwrap()
    }

    /// What the screen shows now for the lesson with this place in the timetable.
    pub async fn screen(&self, id: i64, index: usize) -> (i64, codes::ClassCodeOut) {
        let lesson = self.view("office", id).await.lessons[index].id;
        let code = codes::current(&self.ctx("office").await, id, lesson)
            .await
            .unwrap();
        (lesson, code)
    }

    /// A scan by link as an honest page would send it now.
    pub async fn honest(
        &self,
        id: i64,
        index: usize,
        device: &ClassDeviceOut,
        kind: Scan,
    ) -> ScanInput {
        let (lesson, code) = self.screen(id, index).await;
        let now = seconds(chengzhi_kernel::Clock::now(&*self.test.clock));
        signed(device, by_link(lesson, &code.path, kind, device.id, now))
    }

    pub async fn scan(&self, who: &str, input: ScanInput) -> Result<ClassReceiptOut, Problem> {
        scan(&self.ctx(who).await, input).await
    }

    /// Signs somebody in by link, on a phone of his own.
    pub async fn sign_in(&self, who: &str, id: i64, index: usize) {
        let device = self.device(who).await;
        let input = self.honest(id, index, &device, Scan::In).await;
        self.scan(who, input).await.unwrap();
    }
}

/// A scan of the link on the screen, not signed yet.
pub fn by_link(lesson: i64, path: &str, kind: Scan, device: i64, now: i64) -> ScanInput {
    let (window, sign) = path.rsplit('/').next().unwrap().split_once('.').unwrap();
    ScanInput {
        lesson,
        kind: kind.code().to_owned(),
        link: Some((window.parse().unwrap(), sign.to_owned())),
        digits: None,
        device,
        client_ms: now * 1_000,
        signature: String::new(),
        offline: false,
        position: None,
        address: IpAddr::V4(Ipv4Addr::new(10, 1, 2, 3)),
    }
}

/// The scan with the phone's signature.
pub fn signed(device: &ClassDeviceOut, input: ScanInput) -> ScanInput {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &hex::decode(&device.key).unwrap());
    let tag = hmac::sign(&key, input.signed_text().as_bytes());
    ScanInput {
        device: device.id,
        signature: hex::encode(tag.as_ref()),
        ..input
    }
}

pub fn fields(title: &str) -> ClassInput {
    ClassInput {
        title: title.to_owned(),
        audience: "全体执法人员".to_owned(),
        place: "区培训中心".to_owned(),
        teacher_name: "吴八".to_owned(),
        phone: "12345".to_owned(),
        ..ClassInput::default()
    }
}

pub fn course(title: &str, subject: &str) -> CourseInput {
    CourseInput {
        id: None,
        title: title.to_owned(),
        subject: subject.to_owned(),
        topic: title.to_owned(),
        hours: q("2"),
        credits: q("1"),
    }
}

pub fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> String {
    result.unwrap_err().code().to_owned()
}
