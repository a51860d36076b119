//! A small city: one training office, two districts, a special unit, a few people.

use std::io::Cursor;

use chengzhi_assessment::facade as assessment;
use chengzhi_authz::{Permission, Role, Scope};
use chengzhi_db::sql;
use chengzhi_http::{AppState, Ctx, Problem, Upload};
use chengzhi_kernel::{Date, Month, PersonId, Timestamp, UnitId};
use chengzhi_testkit::TestDb;
use chengzhi_testkit::town::{self, Person, Town};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::domain::session::{Mark, Session};
use crate::usecase::record_out::RecordOut;
use crate::usecase::record_view::view;
use crate::usecase::review::{self, Complaint};
use crate::usecase::save::{SaveInput, save};
use crate::usecase::{photos, submit};

pub use chengzhi_testkit::town::{
    CITY, CITY_OFFICE, DISTRICT, EMPTY_SQUAD, OTHER_DISTRICT, OTHER_SQUAD, SECTION, SPECIAL,
    SPECIAL_SQUAD, SQUAD, SQUAD_TWO,
};

/// Squad members 1–3 (3 is on maternity leave from October), 4 in the second squad, 5 in the other
/// district, 6–8 in the section, 9 in the city office, 10 in the special squad.
const PEOPLE: &[(i64, i64, &str)] = &[
    (1, SQUAD, "王一"),
    (2, SQUAD, "李二"),
    (3, SQUAD, "张三"),
    (4, SQUAD_TWO, "赵四"),
    (5, OTHER_SQUAD, "钱五"),
    (6, SECTION, "孙六"),
    (7, SECTION, "周七"),
    (8, SECTION, "吴八"),
    (9, CITY_OFFICE, "郑九"),
    (10, SPECIAL_SQUAD, "冯十"),
];

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

pub fn slot(unit: i64, number: u32) -> (UnitId, Month) {
    (UnitId::from(unit), month(number))
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
        let people: Vec<Person> = PEOPLE
            .iter()
            .map(|(id, unit, name)| (*id, *unit, (*name).to_owned()))
            .collect();
        let mut town = Town::settle(test, &units, &people).await;
        town.write(&[
            "insert into status_event (person_id, kind, effective_on, recorded_at, recorded_by_name)
             values (3, 'maternity_leave', '2024-10-08', 0, '区局')",
        ])
        .await;
        for (word, account, role, unit) in [
            ("reporter", (101, 1, "王一"), Role::SquadReporter, SQUAD),
            ("officer", (102, 2, "李二"), Role::Officer, SQUAD),
            (
                "reporter_two",
                (104, 4, "赵四"),
                Role::SquadReporter,
                SQUAD_TWO,
            ),
            (
                "other",
                (105, 5, "钱五"),
                Role::DistrictTraining,
                OTHER_DISTRICT,
            ),
            (
                "reviewer",
                (106, 6, "孙六"),
                Role::DistrictTraining,
                DISTRICT,
            ),
            ("both", (107, 7, "周七"), Role::DistrictTraining, DISTRICT),
            ("section", (108, 8, "吴八"), Role::SquadReporter, SECTION),
            ("city", (109, 9, "郑九"), Role::CityTraining, CITY),
            (
                "special",
                (110, 10, "冯十"),
                Role::SquadReporter,
                SPECIAL_SQUAD,
            ),
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

    pub async fn view(&self, who: &str, unit: i64, number: u32) -> RecordOut {
        let (ctx, scope) = self.with(who, Permission::StudyRead).await;
        let (unit, month) = slot(unit, number);
        view(&ctx, &scope, unit, month, None).await.unwrap()
    }

    pub async fn version(&self, unit: i64, number: u32) -> i64 {
        self.view("city", unit, number).await.version
    }

    pub async fn save(
        &self,
        who: &str,
        unit: i64,
        session: Session,
        marks: Vec<Mark>,
    ) -> Result<(), Problem> {
        let number = session.held_on.map_or(11, chrono_month);
        let version = self.version(unit, number).await;
        let (ctx, scope) = self.with(who, Permission::StudyReport).await;
        let (unit, month) = slot(unit, number);
        let input = SaveInput {
            version,
            session,
            marks,
        };
        save(&ctx, &scope, unit, month, input).await.map(|_| ())
    }

    pub async fn photo(
        &self,
        who: &str,
        unit: i64,
        number: u32,
        bytes: Vec<u8>,
    ) -> Result<(), Problem> {
        let (ctx, scope) = self.with(who, Permission::StudyReport).await;
        let (unit, month) = slot(unit, number);
        let upload = Upload {
            file_name: "会场.jpg".to_owned(),
            bytes: bytes.into(),
        };
        photos::add(&ctx, &scope, unit, month, upload).await
    }

    pub async fn submit(&self, who: &str, unit: i64, number: u32) -> Result<(), Problem> {
        let version = self.version(unit, number).await;
        let (ctx, scope) = self.with(who, Permission::StudyReport).await;
        let (unit, month) = slot(unit, number);
        submit::submit(&ctx, &scope, unit, month, version).await
    }

    /// A complete draft of the squad for a session on the 5th, with a picture of its own.
    pub async fn draft(&self, who: &str, unit: i64, number: u32) {
        let marks = self
            .view(who, unit, number)
            .await
            .attendance
            .iter()
            .map(|row| Mark {
                person_id: PersonId::from(row.person_id),
                present: row.away.is_none(),
                // Away today need not be away on the day of the session.
                absence_reason: row.away.clone(),
            })
            .collect();
        let session = session(day(number, 5));
        self.save(who, unit, session, marks).await.unwrap();
        let seed = u32::try_from(unit).unwrap() * 100 + number;
        self.photo(who, unit, number, picture(seed)).await.unwrap();
    }

    /// A record handed in at the clock's time.
    pub async fn handed_in(&self, who: &str, unit: i64, number: u32) {
        self.draft(who, unit, number).await;
        self.submit(who, unit, number).await.unwrap();
    }

    pub async fn confirm(&self, who: &str, unit: i64, number: u32) -> Result<(), Problem> {
        let version = self.version(unit, number).await;
        let (ctx, scope) = self.with(who, Permission::StudyReview).await;
        review::confirm(&ctx, &scope, slot(unit, number), version, "").await
    }

    pub async fn open(&self, who: &str, unit: i64, number: u32) -> Result<(), Problem> {
        let version = self.version(unit, number).await;
        let (ctx, scope) = self.with(who, Permission::StudyReview).await;
        review::open(&ctx, &scope, slot(unit, number), version).await
    }

    pub async fn send_back(&self, who: &str, unit: i64, number: u32) -> Result<(), Problem> {
        let version = self.version(unit, number).await;
        let (ctx, scope) = self.with(who, Permission::StudyReview).await;
        review::send_back(
            &ctx,
            &scope,
            slot(unit, number),
            version,
            complaint("no_speaker"),
        )
        .await
    }

    pub async fn reject(&self, who: &str, unit: i64, number: u32) -> Result<(), Problem> {
        let version = self.version(unit, number).await;
        let (ctx, scope) = self.with(who, Permission::StudyReview).await;
        review::reject(
            &ctx,
            &scope,
            slot(unit, number),
            version,
            complaint("off_topic"),
        )
        .await
    }

    /// The months of 2024 that a person's ledger fulfils.
    pub async fn months(&self, person: i64) -> Vec<u32> {
        let mut tx = self.state.db.read().await.unwrap();
        let person = PersonId::from(person);
        assessment::months_fulfilled(&mut tx, &[person], 2024)
            .await
            .unwrap()
            .remove(&person)
            .unwrap_or_default()
            .into_iter()
            .collect()
    }

    pub async fn count(&self, text: &'static str) -> i64 {
        let mut tx = self.state.db.read().await.unwrap();
        let text = format!("select cast(count(*) as bigint) as n from {text}");
        tx.one(sql(text)).await.unwrap().get("n").unwrap()
    }
}

fn chrono_month(day: Date) -> u32 {
    Month::of(day).month()
}

pub fn complaint(code: &str) -> Complaint {
    Complaint {
        reason_code: code.to_owned(),
        note: String::new(),
        fields: vec!["speaker".to_owned()],
    }
}

pub fn session(held_on: Date) -> Session {
    Session {
        held_on: Some(held_on),
        start_time: Some("09:00".to_owned()),
        minutes: Some(45),
        place: Some("三楼会议室".to_owned()),
        speaker: Some("王一".to_owned()),
        topic: Some("行政处罚法".to_owned()),
        content: None,
        filmed: Some(true),
        film_place: Some("中队硬盘".to_owned()),
        notes: None,
    }
}

/// A picture of coloured fields; other seeds look different.
pub fn picture(seed: u32) -> Vec<u8> {
    let mut state = u64::from(seed).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let shades: Vec<u8> = (0..72)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        })
        .collect();
    let image = RgbImage::from_fn(90, 80, |x, y| {
        let shade = shades[(y / 10 * 9 + x / 10) as usize];
        Rgb([shade, shade, shade])
    });
    encode(&DynamicImage::ImageRgb8(image), ImageFormat::Png)
}

/// The same picture, encoded anew and a little brighter.
pub fn retouched(seed: u32) -> Vec<u8> {
    let image = image::load_from_memory(&picture(seed)).unwrap();
    encode(&image.brighten(4), ImageFormat::Jpeg)
}

fn encode(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).unwrap();
    out.into_inner()
}

pub fn code(result: Result<(), Problem>) -> Result<(), String> {
    result.map_err(|problem| problem.code().to_owned())
}
