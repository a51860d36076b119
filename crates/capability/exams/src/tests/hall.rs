//! A hall: one exam of three questions and some officers who sit it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chengzhi_authz::Actor;
use chengzhi_http::{AppState, Ctx};
use chengzhi_kernel::{AccountId, Date, PersonId, Timestamp, UnitId};
use chengzhi_testkit::TestDb;
use chengzhi_testkit::town::{CITY, Person, Town};

use crate::domain::blueprint::Kind;
use crate::domain::form::{Asked, Form, Head};
use crate::domain::marking::{Answer, Key};
use crate::domain::shuffle::ORDER_VERSION;
use crate::domain::sitting::Terms;
use crate::domain::{AttemptId, Marks, QuestionId};
use crate::store::attempts::{self, NewAttempt};
use crate::store::exams::NewExam;
use crate::usecase::seal::{Sitter, make};
use crate::usecase::sitting::{Item, Room};

pub const SINGLE: i64 = 11;
pub const MULTIPLE: i64 = 12;
pub const TRUTH: i64 = 13;
pub const WRITTEN: i64 = 14;

pub struct Hall {
    pub test: TestDb,
    pub state: AppState,
    pub room: Arc<Room>,
    pub exam: i64,
}

pub fn nine() -> Timestamp {
    Timestamp::at(Date::from_ymd_opt(2024, 10, 16).unwrap(), 9, 0)
}

fn asked(question: i64, kind: Kind, section: usize, options: usize, key: Option<Key>) -> Asked {
    Asked {
        question: QuestionId::from(question),
        section,
        kind,
        marks: Marks::whole(2),
        background: None,
        stem: format!("第{question}题"),
        options: (0..options).map(|n| format!("选项{n}")).collect(),
        pictures: Vec::new(),
        parts: Vec::new(),
        gaps: 0,
        pinned: false,
        key,
    }
}

pub fn form() -> Form {
    let head = |title: &str| Head {
        title: title.to_owned(),
        note: String::new(),
    };
    Form {
        sections: vec![head("一、选择题"), head("二、其他")],
        questions: vec![
            asked(
                SINGLE,
                Kind::Single,
                0,
                4,
                Some(Key::Options(BTreeSet::from(['C']))),
            ),
            asked(
                MULTIPLE,
                Kind::Multiple,
                0,
                4,
                Some(Key::Options(BTreeSet::from(['A', 'C']))),
            ),
            asked(TRUTH, Kind::TrueFalse, 1, 0, Some(Key::Truth(true))),
            asked(WRITTEN, Kind::ShortAnswer, 1, 0, None),
        ],
    }
}

pub fn choice(letters: &str) -> Answer {
    Answer::Options(letters.chars().collect())
}

pub fn item(sequence: u64, question: i64, answer: Answer) -> Item {
    Item {
        sequence,
        question: QuestionId::from(question),
        answer,
        at: None,
    }
}

impl Hall {
    /// An exam from nine, ninety minutes, doors closed at half past, window until eleven; people 1 to `sitters`.
    pub async fn open(test: TestDb, sitters: i64) -> Hall {
        test.clock.set(nine());
        let people: Vec<Person> = (1..=sitters + 1)
            .map(|person| (person, CITY, format!("考生{person}")))
            .collect();
        let (test, state) = Town::settle(test, &[CITY], &people).await.open();
        let mut tx = test.db.write().await.unwrap();
        let new = NewExam {
            unit: UnitId::from(CITY),
            purpose: "qualification",
            title: "2024年10月执法资格考试",
            terms: Terms {
                opens: nine(),
                last_start: nine().plus_minutes(30),
                closes: nine().plus_minutes(120),
                duration: 90 * 60,
                margin: 30,
            },
            seed: 20_241_016,
            order_version: ORDER_VERSION,
            by: (AccountId::from(0), "市局"),
            now: nine(),
        };
        let sitters = (1..=sitters)
            .map(|person| Sitter {
                form: 0,
                who: NewAttempt {
                    form: 0,
                    person: PersonId::from(person),
                    unit: UnitId::from(CITY),
                    staff_no: format!("31{person:05}"),
                    name: format!("考生{person}"),
                    extra: 0,
                },
            })
            .collect();
        let exam = make(&mut tx, new, &[form()], sitters).await.unwrap();
        tx.commit().await.unwrap();
        let room = Room::open(test.db.clone());
        Hall {
            test,
            state,
            room,
            exam,
        }
    }

    pub fn ctx(&self, person: i64) -> Ctx {
        let actor = Actor {
            account_id: AccountId::from(person),
            person_id: Some(PersonId::from(person)),
            name: format!("考生{person}"),
            grants: Vec::new(),
        };
        Ctx::new(self.state.clone(), actor)
    }

    pub fn later(&self, minutes: i64, seconds: i64) {
        self.test
            .clock
            .set(nine().plus_minutes(minutes).plus_seconds(seconds));
    }

    /// The same hall after the server was started anew.
    pub fn restart(&mut self) {
        self.room = Room::open(self.test.db.clone());
    }

    pub async fn attempt(&self, person: i64) -> AttemptId {
        let mut tx = self.test.db.read().await.unwrap();
        attempts::of_person(&mut tx, self.exam, PersonId::from(person))
            .await
            .unwrap()
            .unwrap()
            .id
    }
}
