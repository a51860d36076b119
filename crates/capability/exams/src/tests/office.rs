//! A small city with a question bank: two districts, their squads, people on duty.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chengzhi_authz::{Permission, Role, Scope};
use chengzhi_bank::facade as bank;
use chengzhi_http::{AppState, Ctx, Page, Paging, Problem};
use chengzhi_kernel::{AccountId, Date, PersonId, Timestamp, UnitId};
use chengzhi_questions::{Answer as BankAnswer, Kind as BankKind, Question};
use chengzhi_testkit::TestDb;
use chengzhi_testkit::town::{self, CITY_OFFICE, Person, Town, crew};

use crate::domain::blueprint::Blueprint;
use crate::domain::marking::Answer;
use crate::domain::range::Rule;
use crate::domain::{AttemptId, QuestionId};
use crate::store::attempts;
use crate::store::sessions as stored;
use crate::usecase::follows::AllFollows;
use crate::usecase::marking;
use crate::usecase::marks::{self, MarkInput};
use crate::usecase::papers::build;
use crate::usecase::range::draw_range;
use crate::usecase::review::{self, CandidateFilter, ExamCandidateOut};
use crate::usecase::seal_session::seal;
use crate::usecase::seats::{self, DutyInput, RoomInput};
use crate::usecase::sessions::{SessionInput, create};
use crate::usecase::sitting::{Item, Room};

pub use chengzhi_testkit::town::{CITY, DISTRICT, OTHER_DISTRICT, OTHER_SQUAD, SQUAD};

/// Four in the squad, two in the other district's squad, five in the city office who are not on the establishment.
fn people() -> Vec<Person> {
    [
        crew(1..=4, SQUAD),
        crew([31, 32], OTHER_SQUAD),
        crew(51..=55, CITY_OFFICE),
    ]
    .concat()
}

pub fn day(month: u32, day: u32) -> Date {
    Date::from_ymd_opt(2024, month, day).unwrap()
}

pub fn at(month: u32, on: u32, hour: u32, minute: u32) -> Timestamp {
    Timestamp::at(day(month, on), hour, minute)
}

pub struct Office {
    pub test: TestDb,
    pub state: AppState,
    pub room: Arc<Room>,
}

const STEMS: [&str; 10] = [
    "当场作出行政处罚决定，执法人员应当出示什么证件",
    "餐厨废弃油脂应当交由何种单位收运",
    "擅自砍伐行道树由哪个部门处理",
    "夜间建筑施工噪声扰民的投诉如何受理",
    "违法搭建的阳光房由谁责令拆除",
    "占道经营的蔬菜摊贩首次违法怎样处置",
    "燃气经营者安全检查每年至少几次",
    "共享单车乱停放的责任主体是谁",
    "生活垃圾不分类投放的个人怎样处罚",
    "户外广告设施到期后应当如何办理",
];

/// Ten questions with the right answer A, two to be read.
fn questions() -> Vec<Question> {
    let mut found: Vec<Question> = STEMS
        .iter()
        .map(|stem| {
            let options = ["正确的说法", "错误的说法甲", "错误的说法乙", "错误的说法丙"];
            let mut question = Question::choice(format!("{stem}？"), options, "A");
            question.field_of_law = "行政处罚".to_owned();
            question.difficulty = Some(2);
            question.explanation = "依据法律规定。".to_owned();
            question
        })
        .collect();
    for stem in ["简述听证程序的适用情形", "试述行政强制执行的催告要求"] {
        let mut question = Question::new(BankKind::ShortAnswer, stem);
        question.answer = BankAnswer::Text("依法告知，期限届满后作出决定。".to_owned());
        question.field_of_law = "行政强制".to_owned();
        question.difficulty = Some(3);
        found.push(question);
    }
    found
}

impl Office {
    pub async fn open(test: TestDb) -> Self {
        let units = [
            CITY,
            CITY_OFFICE,
            DISTRICT,
            SQUAD,
            OTHER_DISTRICT,
            OTHER_SQUAD,
        ];
        let people = people();
        let mut town = Town::settle(test, &units, &people).await;
        town.write(&["update person set established = 0 where id between 51 and 55"])
            .await;
        let mut tx = town.test().db.write().await.unwrap();
        let list = questions()
            .into_iter()
            .map(|question| (question, bank::Level::Basic))
            .collect();
        let by = (AccountId::from(0), "市局");
        let now = at(4, 1, 9, 0);
        bank::load_questions(
            &mut tx,
            UnitId::from(CITY),
            list,
            bank::State::InUse,
            by,
            now,
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        for (word, account, role, unit) in [
            ("city", (251, 51, "郑九"), Role::CityTraining, CITY),
            ("city_two", (252, 52, "郑十"), Role::CityTraining, CITY),
            ("city_three", (253, 53, "郑一"), Role::CityTraining, CITY),
            ("east", (203, 1, "东区"), Role::DistrictTraining, DISTRICT),
            (
                "west",
                (208, 31, "西区"),
                Role::DistrictTraining,
                OTHER_DISTRICT,
            ),
            ("head", (205, 2, "队长"), Role::SquadHead, SQUAD),
        ] {
            town.account(word, account, role, unit);
        }
        for (id, unit, name) in &people {
            town.account(
                &format!("p{id}"),
                (100 + id, *id, name),
                Role::Officer,
                *unit,
            );
        }
        let (test, state) = town.open();
        let room = Room::open(test.db.clone());
        let office = Office { test, state, room };
        office.at(at(4, 10, 9, 0));
        office
    }

    pub fn at(&self, to: Timestamp) -> &Self {
        self.test.clock.set(to);
        self
    }

    pub async fn ctx(&self, who: &str) -> Ctx {
        town::ctx(&self.state, who).await
    }

    pub async fn with(&self, who: &str) -> (Ctx, Scope) {
        let ctx = self.ctx(who).await;
        let scope = ctx.scope(Permission::ExamRead).unwrap();
        (ctx, scope)
    }

    pub async fn version(&self, id: i64) -> i64 {
        let mut tx = self.test.db.read().await.unwrap();
        stored::by_id(&mut tx, id).await.unwrap().unwrap().version
    }

    /// A session of the city on the 16th of a month, 9:00 to 11:00, 60 minutes.
    pub async fn session(&self, month: u32) -> i64 {
        create(
            &self.ctx("city").await,
            UnitId::from(CITY),
            "qualification",
            input(month),
        )
        .await
        .unwrap()
    }

    pub async fn candidates(&self, who: &str, id: i64) -> Vec<ExamCandidateOut> {
        let (ctx, scope) = self.with(who).await;
        let paging = Paging {
            page: None,
            size: Some(500),
        };
        let Page { rows, .. } = review::list(&ctx, &scope, id, &CandidateFilter::default(), paging)
            .await
            .unwrap();
        rows
    }

    pub async fn draw(&self, id: i64) {
        let version = self.version(id).await;
        draw_range(&self.ctx("city").await, id, version)
            .await
            .unwrap();
    }

    pub async fn confirm_all(&self, id: i64) {
        for who in ["east", "west"] {
            let ids: Vec<i64> = self
                .candidates(who, id)
                .await
                .iter()
                .filter(|row| matches!(row.state.as_str(), "nominated" | "carried_over"))
                .map(|row| row.id)
                .collect();
            if !ids.is_empty() {
                review::decide(&self.ctx(who).await, id, &ids, "confirm", "")
                    .await
                    .unwrap();
            }
        }
    }

    /// Rooms, duties, seats, two forms, sealed.
    pub async fn arrange(&self, id: i64) {
        self.arrange_with(id, blueprint(), 2).await;
    }

    /// The same with so many forms of another plan.
    pub async fn arrange_with(&self, id: i64, plan: Blueprint, forms: u32) {
        let ctx = self.ctx("city").await;
        let rooms = vec![RoomInput {
            id: None,
            name: "第一考场".to_owned(),
            address: "培训中心".to_owned(),
            rows: 4,
            columns: 4,
            accessible: true,
            closed: BTreeSet::new(),
            invigilators: vec![staff_no(55)],
        }];
        seats::save_rooms(&ctx, id, self.version(id).await, rooms)
            .await
            .unwrap();
        let duties = DutyInput {
            invigilators: Vec::new(),
            markers: vec![staff_no(52), staff_no(53), staff_no(54)],
            chiefs: vec![staff_no(51)],
        };
        seats::save_duties(&ctx, id, self.version(id).await, duties)
            .await
            .unwrap();
        seats::place(&ctx, id, self.version(id).await)
            .await
            .unwrap();
        let made = build(&ctx, id, self.version(id).await, plan, forms)
            .await
            .unwrap();
        assert!(made.built, "{made:?}");
        seal(&ctx, id, self.version(id).await).await.unwrap();
    }

    pub async fn attempt(&self, id: i64, person: i64) -> AttemptId {
        let mut tx = self.test.db.read().await.unwrap();
        let exam = stored::rounds(&mut tx, id).await.unwrap()[0].0;
        attempts::of_person(&mut tx, exam, PersonId::from(person))
            .await
            .unwrap()
            .unwrap()
            .id
    }

    /// Sits the exam: so many of the four choices right, and a text when told.
    pub async fn sit(&self, id: i64, person: i64, right: usize, text: Option<&str>) {
        let attempt = self.attempt(id, person).await;
        let exam = self.exam(id).await;
        self.sit_at((exam, attempt), person, right, text).await;
    }

    /// The same at one attempt.
    pub async fn sit_at(
        &self,
        (exam, attempt): (i64, AttemptId),
        person: i64,
        right: usize,
        text: Option<&str>,
    ) {
        let ctx = self.ctx(&format!("p{person}")).await;
        let paper = self.room.start(&ctx, exam).await.unwrap().paper.unwrap();
        let mut items = Vec::new();
        let mut chosen = 0;
        for asked in paper.sections.iter().flat_map(|section| &section.questions) {
            let answer = if asked.kind == "single" {
                let good = chosen < right;
                chosen += 1;
                let option = asked
                    .options
                    .iter()
                    .find(|option| (option.text == "正确的说法") == good)
                    .unwrap();
                Answer::Options(option.letter.chars().collect())
            } else if let Some(text) = text {
                Answer::Texts(vec![text.to_owned()])
            } else {
                continue;
            };
            items.push(Item {
                sequence: items.len() as u64 + 1,
                question: QuestionId::from(asked.question),
                answer,
                at: None,
            });
        }
        self.room.save(&ctx, attempt, 1, &items).await.unwrap();
        self.room.hand_in(&ctx, attempt).await.unwrap();
    }

    pub async fn exam(&self, id: i64) -> i64 {
        let mut tx = self.test.db.read().await.unwrap();
        stored::rounds(&mut tx, id).await.unwrap()[0].0
    }

    /// Marks everything that waits for somebody with the same share of the full marks.
    pub async fn mark_all(&self, id: i64, who: &str, per_mille: i64) -> usize {
        let ctx = self.ctx(who).await;
        let mut marked = 0;
        loop {
            let queue = marking::queue(&ctx, id).await.unwrap();
            if queue.answers.is_empty() {
                return marked;
            }
            for one in queue.answers {
                let input = MarkInput {
                    attempt: one.attempt,
                    question: one.question,
                    marks: one.full * per_mille / 1000,
                    decides: one.state == "needs_chief",
                    note: String::new(),
                };
                marks::give(&ctx, id, input).await.unwrap();
                marked += 1;
            }
        }
    }

    /// From the draft to the sealing: drawn, confirmed, arranged.
    pub async fn sealed(&self, month: u32) -> i64 {
        let id = self.session(month).await;
        self.draw(id).await;
        self.confirm_all(id).await;
        self.arrange(id).await;
        id
    }

    /// Everybody's result by person: outcome and score in whole marks.
    pub async fn outcomes(&self, id: i64) -> BTreeMap<String, (String, Option<i64>)> {
        let (ctx, scope) = self.with("city").await;
        crate::usecase::results::circular(&ctx, &scope, id)
            .await
            .unwrap()
            .results
            .into_iter()
            .map(|row| (row.name, (row.outcome, row.score.map(|score| score / 100))))
            .collect()
    }
}

/// Nobody takes results over.
pub fn nobody() -> AllFollows {
    AllFollows::default()
}

pub fn staff_no(person: i64) -> String {
    format!("31{person:05}")
}

pub fn input(month: u32) -> SessionInput {
    SessionInput {
        exam_type: "qualification".to_owned(),
        level: String::new(),
        month: Some(month),
        title: format!("2024年{month}月执法资格考试"),
        about: String::new(),
        mode: "on_site".to_owned(),
        opens: at(month, 16, 9, 0),
        last_start: at(month, 16, 9, 30),
        closes: at(month, 16, 11, 0),
        minutes: 60,
        attempts: None,
        review_until: day(month, 10),
        range: Rule {
            established_only: true,
            ..Rule::default()
        },
    }
}

/// Four choices of 20 marks each and one answer to be read of 20.
pub fn blueprint() -> Blueprint {
    serde_json::from_value(serde_json::json!({
        "sections": [
            {"title": "", "kind": "single", "count": 4, "marks": 2000},
            {"title": "", "kind": "short_answer", "count": 1, "marks": 2000},
        ],
        "total": 10000,
        // All have the same options, which makes them alike.
        "keep_enemies_apart": false,
    }))
    .unwrap()
}

pub fn code<T>(answer: Result<T, Problem>) -> String {
    answer.map(|_| ()).unwrap_err().code().to_owned()
}
