//! A city bureau, two districts, and somebody for each.

use std::sync::Arc;

use chengzhi_authz::{Permission, Role, Scope};
use chengzhi_http::{AppState, Ctx, Paging, Problem};
use chengzhi_kernel::{AccountId, Date, UnitId};
use chengzhi_questions::{Question, Source};
use chengzhi_testkit::TestDb;
use chengzhi_testkit::town::{self, Town};

use crate::domain::life::{Level, State, Step};
use crate::facade::{AllCiting, LawText, load_laws, load_questions};
use crate::usecase::decide::decide;
use crate::usecase::index::{Bank, Wanted};
use crate::usecase::view;
use crate::usecase::view_out::{BankListOut, BankPageOut};
use crate::usecase::write::{DraftInput, hand_over, save};

pub struct City {
    pub test: TestDb,
    pub state: AppState,
    pub bank: Bank,
    pub citing: AllCiting,
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
        let units = [town::CITY, town::DISTRICT, town::OTHER_DISTRICT];
        let people = town::crew(1..=5, town::DISTRICT);
        let mut town = Town::settle(test, &units, &people).await;
        for (word, who, role, unit) in [
            ("city", (1, 1, "郑九"), Role::CityTraining, town::CITY),
            ("city2", (2, 2, "王十"), Role::CityTraining, town::CITY),
            (
                "district",
                (3, 3, "孙六"),
                Role::DistrictTraining,
                town::DISTRICT,
            ),
            (
                "other",
                (4, 4, "钱五"),
                Role::DistrictTraining,
                town::OTHER_DISTRICT,
            ),
            ("officer", (5, 5, "张三"), Role::Officer, town::DISTRICT),
        ] {
            town.account(word, who, role, unit);
        }
        let (test, state) = town.open();
        let mut tx = test.db.write().await.unwrap();
        let by = (AccountId::from(9), "建库人");
        let now = chengzhi_kernel::Clock::now(&*test.clock);
        load_laws(&mut tx, &[law()], by, now).await.unwrap();
        crate::store::laws::add_field(&mut tx, "处罚程序")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        City {
            test,
            state,
            bank: Bank::new(),
            citing: Arc::new(Vec::new()),
        }
    }

    pub async fn ctx(&self, who: &str) -> Ctx {
        town::ctx(&self.state, who).await
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
        let made = load_questions(&mut tx, UnitId::from(town::CITY), questions, state, by, now)
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
