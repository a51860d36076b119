//! A small city: one training office, two districts, a special unit, a few people.

use std::collections::{BTreeSet, HashMap};
use std::io::Cursor;
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::request::Parts;
use chengzhi_assessment::facade as assessment;
use chengzhi_authz::{Actor, Grant, Permission, Role, Scope, ScopeKind};
use chengzhi_db::sql;
use chengzhi_files::FileStore;
use chengzhi_http::{AppState, Authenticator, Ctx, Problem, Upload};
use chengzhi_kernel::{AccountId, Date, Month, PersonId, Timestamp, UnitId};
use chengzhi_organisation::facade as organisation;
use chengzhi_testkit::TestDb;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::domain::session::{Mark, Session};
use crate::usecase::record_out::RecordOut;
use crate::usecase::record_view::view;
use crate::usecase::review::{self, Complaint};
use crate::usecase::save::{SaveInput, save};
use crate::usecase::{photos, submit};

pub const CITY: i64 = 1;
pub const CITY_OFFICE: i64 = 2;
pub const DISTRICT: i64 = 3;
pub const SECTION: i64 = 4;
pub const SQUAD: i64 = 5;
pub const SQUAD_TWO: i64 = 6;
pub const OTHER_DISTRICT: i64 = 8;
pub const OTHER_SQUAD: i64 = 9;
pub const SPECIAL: i64 = 10;
pub const SPECIAL_SQUAD: i64 = 11;
pub const EMPTY_SQUAD: i64 = 12;

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
        let mut tx = test.db.write().await.unwrap();
        let units: &[(i64, &str, &str, Option<i64>, i64)] = &[
            (CITY, "市局", "city_bureau", None, 0),
            (CITY_OFFICE, "市局教育培训处", "city_office", Some(CITY), 1),
            (DISTRICT, "东区局", "district_bureau", Some(CITY), 0),
            (SECTION, "东区政工科", "section", Some(DISTRICT), 0),
            (SQUAD, "东一中队", "squad", Some(DISTRICT), 0),
            (SQUAD_TWO, "东二中队", "squad", Some(DISTRICT), 0),
            (OTHER_DISTRICT, "西区局", "district_bureau", Some(CITY), 0),
            (OTHER_SQUAD, "西一中队", "squad", Some(OTHER_DISTRICT), 0),
            (SPECIAL, "机场支队", "special_unit", Some(CITY), 0),
            (SPECIAL_SQUAD, "机场一中队", "squad", Some(SPECIAL), 0),
            (EMPTY_SQUAD, "东空中队", "squad", Some(DISTRICT), 0),
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
        for (id, unit, name) in PEOPLE {
            tx.run(
                sql("insert into person (id, staff_no, name, established, category, joined_on, created_at, updated_at)
                     values ($1, $2, $3, 1, 'enforcement_civil_servant', '2020-01-01', 0, 0)")
                    .bind(*id)
                    .bind(format!("31{id:05}"))
                    .bind(*name),
            )
            .await
            .unwrap();
            tx.run(
                sql("insert into membership (person_id, unit_id, from_on) values ($1, $2, '2020-01-01')")
                    .bind(*id)
                    .bind(*unit),
            )
            .await
            .unwrap();
        }
        tx.run(sql(
            "insert into status_event (person_id, kind, effective_on, recorded_at, recorded_by_name)
             values (3, 'maternity_leave', '2024-10-08', 0, '区局')",
        ))
        .await
        .unwrap();
        let tree = organisation::tree(&mut tx, day(11, 1)).await.unwrap();
        tx.commit().await.unwrap();

        let actor = |account: i64, person: i64, name: &str, role, unit: i64| {
            let (scope, units) = match role {
                Role::SquadReporter => (ScopeKind::Unit, BTreeSet::from([unit])),
                Role::Officer => (ScopeKind::Own, BTreeSet::new()),
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
        let mut both = actor(107, 7, "周七", Role::DistrictTraining, DISTRICT);
        both.grants
            .extend(actor(107, 7, "", Role::SquadReporter, SQUAD).grants);
        let mut section = actor(108, 8, "吴八", Role::SquadReporter, SECTION);
        section.person_id = Some(PersonId::from(8));
        let actors = HashMap::from([
            (
                "reporter".to_owned(),
                actor(101, 1, "王一", Role::SquadReporter, SQUAD),
            ),
            (
                "reporter_two".to_owned(),
                actor(104, 4, "赵四", Role::SquadReporter, SQUAD_TWO),
            ),
            (
                "special".to_owned(),
                actor(110, 10, "冯十", Role::SquadReporter, SPECIAL_SQUAD),
            ),
            ("section".to_owned(), section),
            (
                "reviewer".to_owned(),
                actor(106, 6, "孙六", Role::DistrictTraining, DISTRICT),
            ),
            ("both".to_owned(), both),
            (
                "other".to_owned(),
                actor(105, 5, "钱五", Role::DistrictTraining, OTHER_DISTRICT),
            ),
            (
                "city".to_owned(),
                actor(109, 9, "郑九", Role::CityTraining, CITY),
            ),
            (
                "officer".to_owned(),
                actor(102, 2, "李二", Role::Officer, SQUAD),
            ),
        ]);
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

    pub fn at(&self, to: Timestamp) -> &Self {
        self.test.clock.set(to);
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
