//! A district with a class that is being held now and some that were held two days ago.

use std::net::SocketAddr;

use chengzhi_accounts::facade::DemoAccount;
use chengzhi_authz::{Role, ScopeKind};
use chengzhi_db::{Db, Tx, sql};
use chengzhi_http::SystemClock;
use chengzhi_kernel::{AccountId, Clock as _, PersonId, Timestamp, UnitId};
use chrono::Datelike as _;

use crate::program::place::{Place, signed_in};
use crate::program::{Server, ask};

/// Trainees of the class that is being held: the first half with a network, the others without.
pub const TRAINEES: usize = 240;
/// Classes that were held.
pub const HELD: usize = 16;
/// Trainees of each of them: the first ones of the list.
pub const OF_HELD: usize = 40;
/// The district's bureau, and a squad of it.
const DISTRICT: i64 = 2;
const SQUAD: i64 = 3;

/// A trainee with a session and a phone.
pub struct Seat {
    /// His cookie.
    pub cookie: String,
    /// Number of his phone.
    pub device: i64,
    /// Its secret.
    pub key: Vec<u8>,
}

/// The lesson that is being held.
pub struct Lesson {
    pub id: i64,
    pub class: i64,
    pub secret: Vec<u8>,
}

/// Everything of one test.
pub struct Room {
    pub place: Place,
    pub lesson: Lesson,
    /// Trainees of the lesson.
    pub seats: Vec<Seat>,
    /// Classes that were held.
    pub held: Vec<i64>,
    /// Cookie of whoever runs the district's training.
    pub teacher: String,
}

impl Room {
    /// A migrated database with all that is needed.
    pub fn prepared(database: Option<String>) -> Self {
        let place = Place::migrated(database);
        let (lesson, seats, held) = place.with_db(async |db: &Db| fill(db).await);
        Room {
            place,
            lesson,
            seats,
            held,
            teacher: cookie(0),
        }
    }

    /// Serves it.
    pub fn serve(&self) -> Server {
        self.place.serve_with(&[])
    }

    /// Asks as the teacher; none when the server went away before its reply.
    pub fn teacher(
        &self,
        address: SocketAddr,
        method: &str,
        path: &str,
        body: &str,
    ) -> Option<(u16, serde_json::Value)> {
        let path = format!("/api/v1{path}");
        let (status, _, body) = ask(address, method, &path, Some(&self.teacher), body)?;
        let read = serde_json::from_str(&body).unwrap_or_else(|_| panic!("{body}"));
        Some((status, read))
    }
}

/// The secret of somebody's session; 0 is the teacher.
fn token(person: usize) -> String {
    format!("{person:064x}")
}

fn cookie(person: usize) -> String {
    format!("chengzhi_session={}", token(person))
}

async fn account(tx: &mut Tx, person: usize) -> AccountId {
    let teaches = (
        Role::DistrictTraining,
        Some(UnitId::from(DISTRICT)),
        ScopeKind::Subtree,
    );
    let account = DemoAccount {
        user_name: format!("u{person}"),
        name: format!("人员{person}"),
        person_id: (person > 0).then(|| PersonId::from(i64::try_from(person).unwrap())),
        roles: if person == 0 { vec![teaches] } else { vec![] },
        password_hash: "none".to_owned(),
    };
    signed_in(tx, &account, &token(person)).await
}

/// A class of one course and one lesson with the first people on its list. Gives class and lesson.
async fn class(tx: &mut Tx, from: Timestamp, people: usize, secret: &[u8]) -> (i64, i64) {
    let until = from.plus_minutes(90);
    let class: i64 = tx
        .one(
            sql("insert into class (unit_id, year, kind, title, audience, audience_posts, content, section, form,
                   partners, reason, place, teacher_name, phone, has_exam, evaluates, sign_out, wants_summary, state,
                   first_on, last_on, created_by_name, created_at)
                 values ($1, $2, 'special', '专题培训', '', '', '', '', '', '', '', '', '', '', 1, 0, 0, 0, 'filed',
                   $3, $4, '测试', 0) returning id")
                .bind(DISTRICT)
                .bind(i64::from(from.date().year()))
                .bind(from.date())
                .bind(until.date()),
        )
        .await
        .unwrap()
        .get("id")
        .unwrap();
    let course: i64 = tx
        .one(
            sql(
                "insert into class_course (class_id, seq, title, subject, hours, credits)
                 values ($1, 1, '案卷制作', 'teaching', 2000, 0) returning id",
            )
            .bind(class),
        )
        .await
        .unwrap()
        .get("id")
        .unwrap();
    let lesson: i64 = tx
        .one(
            sql("insert into class_lesson (class_id, course_id, starts_at, ends_at, instructor, place, secret, uid)
                 values ($1, $2, $3, $4, '', '101教室', $5, $6) returning id")
                .bind(class)
                .bind(course)
                .bind(from)
                .bind(until)
                .bind(secret.to_vec())
                .bind(format!("lesson-{class}")),
        )
        .await
        .unwrap()
        .get("id")
        .unwrap();
    for person in 1..=people {
        tx.run(
            sql("insert into class_trainee (class_id, person_id, staff_no, name, unit_id, unit_name, source, seat,
                   reason, remark, listed_at, listed_by_name)
                 values ($1, $2, $3, $4, $5, '中队', 'added', 'enrolled', '', '', 0, '测试')")
                .bind(class)
                .bind(i64::try_from(person).unwrap())
                .bind(staff_no(person))
                .bind(format!("人员{person}"))
                .bind(SQUAD),
        )
        .await
        .unwrap();
    }
    (class, lesson)
}

/// 工号 of somebody.
pub fn staff_no(person: usize) -> String {
    format!("{}", 3_100_000 + person)
}

async fn fill(db: &Db) -> (Lesson, Vec<Seat>, Vec<i64>) {
    let now = SystemClock.now();
    let mut tx = db.write().await.unwrap();
    for text in [
        "insert into unit (id, code, name, kind, opened_on) values (1, 'U1', '市局', 'city_bureau', '2020-01-01'),
           (2, 'U2', '区局', 'district_bureau', '2020-01-01'), (3, 'U3', '中队', 'squad', '2020-01-01')",
        "insert into unit_edge (unit_id, line, parent_id, from_on) values (2, 'professional', 1, '2020-01-01'),
           (3, 'professional', 2, '2020-01-01')",
    ] {
        tx.run(sql(text)).await.unwrap();
    }
    account(&mut tx, 0).await;
    let mut seats = Vec::new();
    for person in 1..=TRAINEES {
        let id = i64::try_from(person).unwrap();
        tx.run(
            sql("insert into person (id, staff_no, name, established, category, joined_on, created_at, updated_at)
                 values ($1, $2, $3, 1, 'enforcement_civil_servant', '2020-01-01', 0, 0)")
                .bind(id)
                .bind(staff_no(person))
                .bind(format!("人员{person}")),
        )
        .await
        .unwrap();
        tx.run(
            sql("insert into membership (person_id, unit_id, from_on) values ($1, $2, '2020-01-01')")
                .bind(id)
                .bind(SQUAD),
        )
        .await
        .unwrap();
        let account = account(&mut tx, person).await;
        // The phone has opened the page an hour ago.
        let key = token(person + 7_000).into_bytes();
        let device = tx
            .one(
                sql("insert into class_device (account_id, key, label, made_at) values ($1, $2, '', $3) returning id")
                    .bind(account)
                    .bind(key.clone())
                    .bind(now.plus_minutes(-60)),
            )
            .await
            .unwrap()
            .get("id")
            .unwrap();
        seats.push(Seat {
            cookie: cookie(person),
            device,
            key,
        });
    }
    let secret = b"secret of the lesson that is held".to_vec();
    let (running, lesson) = class(&mut tx, now.plus_minutes(-4), TRAINEES, &secret).await;
    let mut held = Vec::new();
    for _ in 0..HELD {
        let (id, _) = class(&mut tx, now.plus_hours(-48), OF_HELD, b"another").await;
        held.push(id);
    }
    tx.commit().await.unwrap();
    let lesson = Lesson {
        id: lesson,
        class: running,
        secret,
    };
    (lesson, seats, held)
}
