//! A city bureau, two districts, and somebody for each.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::request::Parts;
use chengzhi_authz::{Actor, Grant, Permission, Role, Scope, ScopeKind};
use chengzhi_db::sql;
use chengzhi_files::FileStore;
use chengzhi_http::{AppState, Authenticator, Ctx, Paging, Problem};
use chengzhi_kernel::{AccountId, Date, UnitId};
use chengzhi_questions::{Question, Source};
use chengzhi_testkit::TestDb;

use crate::domain::life::{Level, State, Step};
use crate::facade::{AllCiting, LawText, load_laws, load_questions};
use crate::usecase::decide::decide;
use crate::usecase::index::{Bank, Wanted};
use crate::usecase::view::{self, BankListOut, BankPageOut};
use crate::usecase::write::{DraftInput, hand_over, save};

pub const CITY: i64 = 1;
pub const DISTRICT: i64 = 2;
pub const OTHER: i64 = 3;

pub struct City {
    pub test: TestDb,
    pub state: AppState,
    pub bank: Bank,
    pub citing: AllCiting,
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

/// The law of most tests.
pub fn law() -> LawText {
    LawText {
        name: "中华人民共和国行政处罚法".into(),
        label: "2021-01-22 修订".into(),
        in_force: day("2021-07-15"),
        source: "测试".into(),
        read_on: None,
        articles: vec![
            ("第五条".into(), "行政处罚遵循公正、公开的原则。".into()),
            (
                "第三十三条".into(),
                "初次违法且危害后果轻微并及时改正的，可以不予行政处罚。".into(),
            ),
            ("第四十五条".into(), "当事人有权进行陈述和申辩。".into()),
        ],
    }
}

/// A sound question on an article of that law.
pub fn question(stem: &str, article: &str, quote: &str) -> Question {
    Question {
        field_of_law: "处罚程序".into(),
        topic: "不予处罚".into(),
        difficulty: Some(2),
        source: Some(Source {
            law: "行政处罚法".into(),
            article: article.into(),
            version: String::new(),
        }),
        explanation: format!("《中华人民共和国行政处罚法》{article}规定：“{quote}”。"),
        ..Question::choice(stem, ["可以不予处罚", "应当处罚", "从重处罚"], "A")
    }
}

pub fn lenient(stem: &str) -> Question {
    question(stem, "第三十三条", "可以不予行政处罚")
}

pub fn wanted() -> Wanted {
    Wanted::default()
}

impl City {
    pub async fn new(test: TestDb) -> City {
        let mut tx = test.db.write().await.unwrap();
        for (id, name, kind, parent) in [
            (CITY, "市局", "city_bureau", None),
            (DISTRICT, "东区局", "district_bureau", Some(CITY)),
            (OTHER, "西区局", "district_bureau", Some(CITY)),
        ] {
            tx.run(
                sql("insert into unit (id, code, name, kind, trains, opened_on) values ($1, $2, $3, $4, 0, '2020-01-01')")
                    .bind(id)
                    .bind(format!("U{id}"))
                    .bind(name)
                    .bind(kind),
            )
            .await
            .unwrap();
            if let Some(parent) = parent {
                tx.run(
                    sql("insert into unit_edge (unit_id, line, parent_id, from_on) values ($1, 'professional', $2, '2020-01-01')")
                        .bind(id)
                        .bind(parent),
                )
                .await
                .unwrap();
            }
        }
        let by = (AccountId::from(9), "建库人");
        let now = chengzhi_kernel::Clock::now(&*test.clock);
        load_laws(&mut tx, &[law()], by, now).await.unwrap();
        crate::store::laws::add_field(&mut tx, "处罚程序")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let actor = |account: i64, name: &str, role, unit: i64, units: &[i64]| Actor {
            account_id: AccountId::from(account),
            person_id: None,
            name: name.to_owned(),
            grants: vec![Grant {
                role,
                unit_id: UnitId::from(unit),
                scope: ScopeKind::Subtree,
                units: Arc::new(units.iter().copied().collect::<BTreeSet<i64>>()),
            }],
        };
        let all = [CITY, DISTRICT, OTHER];
        let actors = HashMap::from(
            [
                ("city", actor(1, "郑九", Role::CityTraining, CITY, &all)),
                ("city2", actor(2, "王十", Role::CityTraining, CITY, &all)),
                (
                    "district",
                    actor(3, "孙六", Role::DistrictTraining, DISTRICT, &[DISTRICT]),
                ),
                (
                    "other",
                    actor(4, "钱五", Role::DistrictTraining, OTHER, &[OTHER]),
                ),
                (
                    "officer",
                    actor(5, "张三", Role::Officer, DISTRICT, &[DISTRICT]),
                ),
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
        City {
            test,
            state,
            bank: Bank::new(),
            citing: Arc::new(Vec::new()),
        }
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

    pub async fn with(&self, who: &str) -> (Ctx, Scope) {
        let ctx = self.ctx(who).await;
        let scope = ctx.scope(Permission::BankRead).unwrap();
        (ctx, scope)
    }

    pub async fn draft(&self, who: &str, content: Question) -> Result<i64, Problem> {
        let (ctx, scope) = self.with(who).await;
        save(&ctx, &scope, None, input(0, content)).await
    }

    pub async fn version(&self, id: i64) -> i64 {
        self.page("city", id).await.row.version
    }

    pub async fn page(&self, who: &str, id: i64) -> BankPageOut {
        self.try_page(who, id).await.unwrap()
    }

    pub async fn try_page(&self, who: &str, id: i64) -> Result<BankPageOut, Problem> {
        let (ctx, scope) = self.with(who).await;
        view::page(&self.bank, &ctx, &scope, id).await
    }

    pub async fn list(&self, who: &str, wanted: Wanted) -> BankListOut {
        let (ctx, scope) = self.with(who).await;
        let paging = Paging {
            page: None,
            size: None,
        };
        view::list(&self.bank, &ctx, &scope, wanted, paging)
            .await
            .unwrap()
    }

    pub async fn propose(&self, who: &str, id: i64) -> Result<(), Problem> {
        let (ctx, scope) = self.with(who).await;
        let rows = [(id, self.version(id).await)];
        hand_over(&ctx, &scope, &rows, Step::Propose).await
    }

    pub async fn step(&self, who: &str, id: i64, step: Step) -> Result<(), Problem> {
        let ctx = self.ctx(who).await;
        let rows = [(id, self.version(id).await)];
        decide(&self.bank, &ctx, &rows, step, "按会议意见").await
    }

    /// A question that the district proposed and the city put into use.
    pub async fn in_use(&self, content: Question) -> i64 {
        let id = self.draft("district", content).await.unwrap();
        self.propose("district", id).await.unwrap();
        self.step("city", id, Step::Review).await.unwrap();
        self.step("city", id, Step::PutInUse).await.unwrap();
        id
    }

    pub async fn load(&self, questions: Vec<Question>, state: State) -> Vec<i64> {
        let mut tx = self.test.db.write().await.unwrap();
        let by = (AccountId::from(9), "建库人");
        let now = chengzhi_kernel::Clock::now(&*self.test.clock);
        let questions = questions
            .into_iter()
            .map(|one| (one, Level::Basic))
            .collect();
        let made = load_questions(&mut tx, UnitId::from(CITY), questions, state, by, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        made
    }
}

pub fn input(version: i64, content: Question) -> DraftInput {
    DraftInput {
        version,
        content,
        level: Level::Basic,
        change_note: String::new(),
    }
}
