//! Stores a planned city through the capabilities' own commands, so that nothing in it could not
//! have been done by hand.

mod accounts;
mod bank;
mod classes;
mod drill;
mod exam;
mod exam_sessions;
mod exam_tests;
mod exemptions;
mod faculty;
mod films;
mod fitness;
mod organisation;
mod sign_in;
mod study;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, anyhow};
use chengzhi_accounts::Accounts;
use chengzhi_assessment::facade as assessment;
use chengzhi_assessment::usecase::ledger_import::{self, Importer};
use chengzhi_fitness::facade::ClassBook;
use chengzhi_http::{AppState, Problem};
use chengzhi_kernel::{Date, FixedClock, PersonId, Timestamp, UnitId};
use chengzhi_study::facade::Doer;
use chengzhi_uploads::Uploads;
use serde::Serialize;

use crate::data::Data;
use crate::photos;
use crate::plan::{City, days};

pub use accounts::DemoSignIn;

/// Who the city's history says has made it.
const MAKER: &str = "演示城市";

/// What was made, kept in the city's folder and shown by `demo`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Made {
    /// Units.
    pub units: usize,
    /// People.
    pub people: usize,
    /// Study records.
    pub records: usize,
    /// Drill records.
    pub drill_records: usize,
    /// Serving instructors.
    pub instructors: usize,
    /// Training classes.
    pub classes: usize,
    /// Questions of the bank.
    pub questions: usize,
    /// Drill records with a film.
    pub films: usize,
    /// Ledger entries from sheets.
    pub ledger_rows: u64,
    /// Pairs of photos that look alike.
    pub look_alikes: usize,
    /// One account per role.
    pub accounts: Vec<DemoSignIn>,
}

/// A writer at work.
struct Writer<'a> {
    data: &'a Data,
    city: &'a City,
    state: AppState,
    service: &'a Accounts,
    uploads: &'a Arc<Uploads>,
    class_book: &'a dyn ClassBook,
    with_films: bool,
    units: Vec<UnitId>,
    people: Vec<PersonId>,
    doers: HashMap<usize, Doer>,
    /// The person behind the account of a role, by the role's code.
    played: HashMap<&'static str, usize>,
    /// Instructors who were appointed.
    teachers: Vec<Teacher>,
    /// Rooms of the trial district.
    rooms: Vec<i64>,
}

/// An instructor who was appointed.
struct Teacher {
    row: i64,
    bureau: usize,
    name: String,
    from: Date,
    until: Option<Date>,
}

/// Turns a capability's problem into a plain error that says what could not be made.
fn told(what: &str) -> impl Fn(Problem) -> anyhow::Error + '_ {
    move |problem| anyhow!("{what}：{}", problem.detail())
}

impl Writer<'_> {
    /// The state as it was at a moment of the past.
    fn at(&self, now: Timestamp) -> AppState {
        AppState {
            clock: Arc::new(FixedClock(now)),
            ..self.state.clone()
        }
    }

    fn unit(&self, index: usize) -> anyhow::Result<UnitId> {
        self.units.get(index).copied().context("单位还没有建立")
    }

    fn person(&self, index: usize) -> anyhow::Result<PersonId> {
        self.people.get(index).copied().context("人员还没有建立")
    }

    fn doer(&self, index: usize) -> anyhow::Result<Doer> {
        self.doers.get(&index).cloned().context("经办人没有账号")
    }
}

/// Says what is being made, with the seconds of each step.
struct Steps<'a> {
    say: &'a (dyn Fn(&str) + Sync),
    since: Instant,
}

impl Steps<'_> {
    fn done(&mut self, what: &str) {
        (self.say)(&format!(
            "{what}，用时{:.1}秒",
            self.since.elapsed().as_secs_f64()
        ));
        self.since = Instant::now();
    }
}

/// With what a city is stored besides the state.
#[derive(Clone, Copy)]
pub struct Services<'a> {
    /// Sign-in.
    pub accounts: &'a Accounts,
    /// Files on their way in.
    pub uploads: &'a Arc<Uploads>,
    /// What fitness tests ask of classes.
    pub class_book: &'a dyn ClassBook,
    /// Whether films are drawn and checked.
    pub films: bool,
}

/// Makes the city in an empty, migrated database.
///
/// # Errors
/// What could not be made, in Chinese; the folder is then to be made anew.
pub async fn write(
    state: &AppState,
    services: Services<'_>,
    data: &Data,
    city: &City,
    say: &(dyn Fn(&str) + Sync),
) -> anyhow::Result<Made> {
    let mut steps = Steps {
        say,
        since: Instant::now(),
    };
    let drawn = films::begin(city, services.films, say);
    let mut writer = Writer {
        data,
        city,
        state: state.clone(),
        service: services.accounts,
        uploads: services.uploads,
        class_book: services.class_book,
        with_films: drawn.is_some(),
        units: Vec::new(),
        people: Vec::new(),
        doers: HashMap::new(),
        played: HashMap::new(),
        teachers: Vec::new(),
        rooms: Vec::new(),
    };
    // Photos are drawn and written to disk while sheets go into the database.
    let (plans, seed, files) = (city.photos.clone(), city.wish.seed, state.files.clone());
    let drawing = tokio::spawn(async move {
        let drawn = tokio::task::spawn_blocking(move || photos::draw_all(&plans, seed)).await??;
        photos::store_all(&files, drawn).await
    });

    writer.rules().await?;
    writer.make_units().await?;
    writer.make_people().await?;
    writer.live().await?;
    steps.done(&format!(
        "机构{}个、人员{}名及变动已建立",
        writer.units.len(),
        writer.people.len()
    ));
    let accounts = writer.open_accounts().await?;
    steps.done("账号已开通");
    let ledger_rows = writer.import_ledger().await?;
    steps.done(&format!("网训、集训学时{ledger_rows}条已导入"));
    let stored = drawing.await.context("绘制照片")??;
    let hashes = writer.name_photos(&stored).await?;
    steps.done(&format!("照片{}张已绘制", hashes.len()));
    let report = writer.write_study(&hashes).await?;
    steps.done(&format!(
        "学习记录{}份、学时{}条已入账",
        report.records, report.awards
    ));
    let exemptions = writer.write_exemptions().await?;
    let drilled = writer.write_drill().await?;
    steps.done(&format!(
        "队列训练记录{}份、免训{exemptions}件已写入",
        drilled.records
    ));
    let films = match drawn {
        Some(drawing) => {
            let films = writer.write_films(drawing).await?;
            steps.done(&format!("训练影像{films}段已上传并预审"));
            films
        }
        None => 0,
    };
    let instructors = writer.write_faculty().await?;
    steps.done(&format!("在聘教员{instructors}名及基地、课件已写入"));
    let classes = writer.write_classes().await?;
    steps.done(&format!("培训计划和培训班{classes}个已写入"));
    let tested = writer.write_fitness().await?;
    steps.done(&format!("体能测试{tested}次已写入"));
    let questions = writer.write_bank().await?;
    steps.done(&format!("题库{questions}道题已写入"));
    let examined = writer.write_exam_sessions().await?;
    steps.done(&format!("执法资格考试2场已写入，已考{examined}名"));
    let waiting = writer.write_exam_tests().await?;
    steps.done(&format!(
        "课程测验、案例测验各1场已写入，{waiting}份答案待三评"
    ));
    let sitters = writer.write_exams().await?;
    steps.done(&format!("随堂测验、模拟考试各1场已封卷，考生{sitters}名"));
    writer.close().await?;
    steps.done("上一年度已结账，到期月份已锁定");
    Ok(Made {
        units: writer.units.len(),
        people: writer.people.len(),
        records: report.records,
        drill_records: drilled.records + films,
        classes,
        films,
        instructors,
        questions,
        ledger_rows,
        look_alikes: report.look_alikes,
        accounts,
    })
}

impl Writer<'_> {
    /// The rules of the year before, where the packs begin later, and the districts' trainings.
    async fn rules(&self) -> anyhow::Result<()> {
        let year = self.city.year - 1;
        let mut tx = self.state.db.write().await?;
        let now = Timestamp::at(days::ymd(year, 1, 2), 9, 0);
        assessment::adopt_pack(
            &mut tx,
            &self.state.policy,
            year,
            "shanghai/2024",
            MAKER,
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Sheets of the city's online platform and of the districts' closed trainings.
    async fn import_ledger(&self) -> anyhow::Result<u64> {
        let mut tx = self.state.db.write().await?;
        for session in &self.city.sessions {
            let note = format!("第{}期", session.number + 1);
            let announced = Timestamp::at(days::after_workdays(session.from, -20), 10, 0);
            let days = (session.from, session.to);
            let unit = self.unit(session.bureau)?;
            assessment::add_training_session(&mut tx, unit, days, Some(&note), MAKER, announced)
                .await?;
        }
        tx.commit().await?;
        let mut rows = 0;
        for file in &self.city.ledger {
            let importer = Importer {
                account: None,
                name: format!("命令行：{MAKER}"),
                units: self.units.iter().map(|unit| unit.get()).collect(),
                now: file.at,
            };
            let db = &self.state.db;
            let what = || format!("导入{}", file.name);
            let id = ledger_import::dry_run(db, &importer, &file.name, file.content.as_bytes())
                .await
                .with_context(what)?;
            rows += ledger_import::commit(db, &importer, id, file.broken > 0)
                .await
                .with_context(what)?;
        }
        Ok(rows)
    }

    /// Closes the year before, as the city does in January, and locks what is over.
    async fn close(&self) -> anyhow::Result<()> {
        let year = self.city.year - 1;
        let closing = Timestamp::at(days::workday_from(days::ymd(year + 1, 1, 15)), 10, 0);
        chengzhi_study::facade::lock_due(&self.state)
            .await
            .map_err(told("锁定月份"))?;
        chengzhi_drill::facade::lock_due(&self.state)
            .await
            .map_err(told("锁定训练月份"))?;
        if closing < self.city.wish.today {
            assessment::close_year(&self.state.db, &self.state.policy, year, MAKER, closing)
                .await?;
        }
        Ok(())
    }
}
