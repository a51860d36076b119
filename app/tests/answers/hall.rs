//! A candidate with a session and a sealed exam of one written question, in a folder of its own.

use std::net::SocketAddr;

use chengzhi_accounts::facade::DemoAccount;
use chengzhi_db::{Db, sql};
use chengzhi_exams::domain::blueprint::Kind;
use chengzhi_exams::domain::form::{Asked, Form, Head};
use chengzhi_exams::domain::shuffle::ORDER_VERSION;
use chengzhi_exams::domain::sitting::Terms;
use chengzhi_exams::domain::{Marks, QuestionId};
use chengzhi_exams::store::attempts::NewAttempt;
use chengzhi_exams::store::exams::NewExam;
use chengzhi_exams::usecase::seal::{Sitter, make};
use chengzhi_http::SystemClock;
use chengzhi_kernel::{AccountId, Clock as _, PersonId, UnitId};

use crate::program::ask;
use crate::program::place::{Place, signed_in};

/// The secret of the candidate's session.
const TOKEN: &str = "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd";
const QUESTION: i64 = 7;

pub struct Hall {
    place: Place,
    exam: i64,
}

impl Hall {
    /// A migrated SQLite database with all that is needed.
    pub fn prepared() -> Self {
        let place = Place::migrated(None);
        let exam = place.with_db(async |db: &Db| fill(db).await);
        Hall { place, exam }
    }

    pub fn path(&self) -> &std::path::Path {
        self.place.path()
    }

    /// The arguments that serve it.
    pub fn serve_args(&self) -> Vec<String> {
        self.place.serve_args()
    }

    /// Starts the attempt and saves these texts one after the other.
    pub fn answer(&self, address: SocketAddr, texts: &[String]) {
        let cookie = format!("chengzhi_session={TOKEN}");
        let start = format!("/api/v1/exams/{}/start", self.exam);
        let (status, _, body) = ask(address, "POST", &start, Some(&cookie), "").unwrap();
        assert_eq!(status, 200, "{body}");
        for (sequence, text) in (1..).zip(texts) {
            let body = format!(
                r#"{{"device":1,"items":[{{"sequence":{sequence},"question":{QUESTION},"answer":{{"texts":["{text}"]}}}}]}}"#
            );
            let path = "/api/v1/exams/sittings/1/answers";
            let (status, _, reply) = ask(address, "POST", path, Some(&cookie), &body).unwrap();
            assert_eq!(status, 200, "{reply}");
            assert!(reply.contains("receipt"), "{reply}");
        }
    }
}

async fn fill(db: &Db) -> i64 {
    let now = SystemClock.now();
    let mut tx = db.write().await.unwrap();
    for text in [
        "insert into unit (id, code, name, kind, opened_on) values (1, 'U1', '市局', 'city_bureau', '2020-01-01')",
        "insert into person (id, staff_no, name, established, category, joined_on, created_at, updated_at)
         values (1, '3100001', '考生', 1, 'enforcement_civil_servant', '2020-01-01', 0, 0)",
    ] {
        tx.run(sql(text)).await.unwrap();
    }
    let account = DemoAccount {
        user_name: "3100001".to_owned(),
        name: "考生".to_owned(),
        person_id: Some(PersonId::from(1)),
        roles: Vec::new(),
        password_hash: "none".to_owned(),
    };
    signed_in(&mut tx, &account, TOKEN).await;
    let form = Form {
        sections: vec![Head {
            title: "一、简答题".to_owned(),
            note: String::new(),
        }],
        questions: vec![Asked {
            question: QuestionId::from(QUESTION),
            section: 0,
            kind: Kind::ShortAnswer,
            marks: Marks::whole(2),
            background: None,
            stem: "简述".to_owned(),
            options: Vec::new(),
            pictures: Vec::new(),
            parts: Vec::new(),
            gaps: 0,
            pinned: false,
            key: None,
        }],
    };
    let new = NewExam {
        unit: UnitId::from(1),
        purpose: "quiz",
        title: "测验",
        terms: Terms {
            opens: now.plus_minutes(-1),
            last_start: now.plus_minutes(60),
            closes: now.plus_minutes(120),
            duration: 3600,
            margin: 30,
        },
        seed: 1,
        order_version: ORDER_VERSION,
        by: (AccountId::from(0), "测试"),
        now,
    };
    let sitter = Sitter {
        form: 0,
        who: NewAttempt {
            form: 0,
            person: PersonId::from(1),
            unit: UnitId::from(1),
            staff_no: "3100001".to_owned(),
            name: "考生".to_owned(),
            extra: 0,
        },
    };
    let exam = make(&mut tx, new, &[form], vec![sitter]).await.unwrap();
    tx.commit().await.unwrap();
    exam
}
