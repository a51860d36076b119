//! Two sessions of the qualification exam in the trial district: May's, sat, marked and published, and the next one in
//! preparation, with May's failed and absent in its range. Made by the commands that people use.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::Context as _;
use chengzhi_authz::{Actor, Role};
use chengzhi_exams::domain::blueprint::Blueprint;
use chengzhi_exams::domain::marking::Answer;
use chengzhi_exams::domain::range::Rule;
use chengzhi_exams::domain::{AttemptId, Marks, QuestionId};
use chengzhi_exams::facade::AllFollows;
use chengzhi_exams::usecase::marking::collect;
use chengzhi_exams::usecase::own::own_exams;
use chengzhi_exams::usecase::papers::{self, build};
use chengzhi_exams::usecase::publish::publish;
use chengzhi_exams::usecase::range::draw_range;
use chengzhi_exams::usecase::review::{self, CandidateFilter, ExamCandidateOut};
use chengzhi_exams::usecase::seal_session::seal;
use chengzhi_exams::usecase::seats::{RoomInput, place, save_rooms};
use chengzhi_exams::usecase::session_out::view;
use chengzhi_exams::usecase::sessions::{SessionInput, create, set_pass_mark};
use chengzhi_exams::usecase::sitting::{Item, QuestionOut, Room};
use chengzhi_exams::usecase::{conduct, report};
use chengzhi_http::{Ctx, Paging};
use chengzhi_kernel::{AccountId, Date, PersonId, Timestamp};

use super::{Writer, told};
use crate::plan::days;
use crate::rng::Rng;

/// What is right on a paper, by question: texts of options, or 对 and 错.
type Keys = BTreeMap<i64, BTreeSet<String>>;

/// Forty choices, fifteen of several, thirty statements: a hundred marks.
fn blueprint(rest: Option<u32>) -> anyhow::Result<Blueprint> {
    Ok(serde_json::from_value(serde_json::json!({
        "sections": [
            {"title": "", "kind": "single", "count": 40, "marks": 100},
            {"title": "", "kind": "multiple", "count": 15, "marks": 200},
            {"title": "", "kind": "true_false", "count": 30, "marks": 100},
        ],
        "total": 10_000,
        "exposure": {"rest_sessions": rest},
    }))?)
}

impl Writer<'_> {
    /// Makes both sessions. Gives how many sat in May.
    pub(super) async fn write_exam_sessions(&self) -> anyhow::Result<usize> {
        let today = self.city.wish.today.date();
        let held = days::workday_from(days::ymd(self.city.year, 5, 15));
        let next = days::after_workdays(today, 8);
        if held >= today {
            return Ok(0);
        }
        let sat = self.write_held_exam(held).await?;
        self.write_next_exam(next).await?;
        Ok(sat)
    }

    pub(super) fn trial(&self) -> anyhow::Result<usize> {
        let code = &self.data.organisation.city.trial_district;
        self.city.units.by_code(code).context("没有演示用的区")
    }

    fn examiner(&self, at: Timestamp) -> anyhow::Result<Ctx> {
        let by = self.city.tasks.first().map(|task| task.by);
        let role = (Role::CityTraining, self.unit(0)?);
        self.acting_with(by.context("没有经办人")?, at, role, self.everywhere())
    }

    fn input(
        &self,
        title: String,
        month: u32,
        day: Date,
        until: Date,
    ) -> anyhow::Result<SessionInput> {
        Ok(SessionInput {
            exam_type: "qualification".to_owned(),
            level: String::new(),
            month: Some(month),
            title,
            about: String::new(),
            mode: "on_site".to_owned(),
            opens: Timestamp::at(day, 9, 0),
            last_start: Timestamp::at(day, 9, 30),
            closes: Timestamp::at(day, 11, 0),
            minutes: 90,
            attempts: None,
            review_until: until,
            range: Rule {
                established_only: true,
                units: [self.unit(self.trial()?)?].into(),
                ..Rule::default()
            },
        })
    }

    pub(super) async fn all(&self, ctx: &Ctx, id: i64) -> anyhow::Result<Vec<ExamCandidateOut>> {
        let scope = ctx
            .actor
            .scope(chengzhi_authz::Permission::ExamRead)
            .context("没有查看考试的权限")?;
        let mut found = Vec::new();
        for page in 1.. {
            let paging = Paging {
                page: Some(page),
                size: Some(500),
            };
            let filter = CandidateFilter::default();
            let part = review::list(ctx, &scope, id, &filter, paging)
                .await
                .map_err(told("考生名单"))?;
            let last = part.rows.len() < 500;
            found.extend(part.rows);
            if last {
                break;
            }
        }
        Ok(found)
    }

    /// People by their staff numbers.
    pub(super) fn by_number(&self) -> BTreeMap<&str, usize> {
        let people = self.city.people.iter().enumerate();
        people
            .map(|(at, person)| (person.staff_no.as_str(), at))
            .collect()
    }

    pub(super) async fn version(&self, ctx: &Ctx, id: i64) -> anyhow::Result<i64> {
        Ok(view(ctx, id).await.map_err(told("考试"))?.version)
    }

    async fn write_held_exam(&self, day: Date) -> anyhow::Result<usize> {
        let year = self.city.year;
        let until = days::before_workdays(day, 6);
        let planned = self.examiner(Timestamp::at(days::before_workdays(day, 20), 10, 0))?;
        let title = format!("{year}年5月执法资格考试");
        let input = self.input(title, 5, day, until)?;
        let id = create(&planned, self.unit(0)?, "qualification", input)
            .await
            .map_err(told("新建考试"))?;
        let version = self.version(&planned, id).await?;
        draw_range(&planned, id, version)
            .await
            .map_err(told("划定范围"))?;
        let reviewed = self.organiser(self.trial()?, Timestamp::at(until, 10, 0))?;
        let list = self.all(&planned, id).await?;
        self.review(&reviewed, id, &list).await?;
        self.arrange(id, day, &list, None).await?;
        let ctx = self.examiner(Timestamp::at(days::before_workdays(day, 2), 15, 0))?;
        let version = self.version(&ctx, id).await?;
        seal(&ctx, id, version).await.map_err(told("封卷"))?;
        let sat = self.sit(&ctx, id, day).await?;
        self.after(id, day).await?;
        Ok(sat)
    }

    /// The district leaves two out and confirms the rest.
    async fn review(&self, ctx: &Ctx, id: i64, list: &[ExamCandidateOut]) -> anyhow::Result<()> {
        let (out, rest) = list.split_at(list.len().min(2));
        for (row, reason) in out.iter().zip(["借调市级机关", "援藏"]) {
            review::decide(ctx, id, &[row.id], "leave_out", reason)
                .await
                .map_err(told("审核考生"))?;
        }
        let ids: Vec<i64> = rest.iter().map(|row| row.id).collect();
        if !ids.is_empty() {
            review::decide(ctx, id, &ids, "confirm", "")
                .await
                .map_err(told("审核考生"))?;
        }
        Ok(())
    }

    /// Rooms, seats and two forms.
    async fn arrange(
        &self,
        id: i64,
        day: Date,
        list: &[ExamCandidateOut],
        rest: Option<u32>,
    ) -> anyhow::Result<()> {
        let ctx = self.examiner(Timestamp::at(days::before_workdays(day, 4), 10, 0))?;
        let count = list.len().div_ceil(30).max(1);
        let rooms = (1..=count)
            .map(|number| RoomInput {
                id: None,
                name: format!("第{number}考场"),
                address: "市局教育培训中心".to_owned(),
                rows: 6,
                columns: 6,
                accessible: number == 1,
                closed: BTreeSet::new(),
                invigilators: Vec::new(),
            })
            .collect();
        let version = self.version(&ctx, id).await?;
        save_rooms(&ctx, id, version, rooms)
            .await
            .map_err(told("设置考场"))?;
        let version = self.version(&ctx, id).await?;
        place(&ctx, id, version).await.map_err(told("编排座位"))?;
        let version = self.version(&ctx, id).await?;
        let made = build(&ctx, id, version, blueprint(rest)?, 2)
            .await
            .map_err(told("组卷"))?;
        anyhow::ensure!(made.built, "组卷：{}", made.text);
        Ok(())
    }

    /// Everybody sits but a few; the able get more right. Gives how many sat.
    async fn sit(&self, ctx: &Ctx, id: i64, day: Date) -> anyhow::Result<usize> {
        let papers = papers::view(ctx, id).await.map_err(told("试卷"))?;
        let mut keys = Keys::new();
        for asked in papers.forms.iter().flat_map(|form| &form.questions) {
            let letters: Vec<char> = asked.key.chars().collect();
            let right = match asked.kind.as_str() {
                "true_false" => BTreeSet::from([asked.key.clone()]),
                _ => asked
                    .options
                    .iter()
                    .filter(|option| letters.iter().any(|one| option.starts_with(*one)))
                    .filter_map(|option| option.split_once(". "))
                    .map(|(_, text)| text.to_owned())
                    .collect(),
            };
            keys.insert(asked.question, right);
        }
        let keys = Arc::new(keys);
        let room = Room::open(self.state.db.clone());
        let by_number = self.by_number();
        let mut sitters = tokio::task::JoinSet::new();
        let mut sat = 0;
        for (number, row) in self.all(ctx, id).await?.into_iter().enumerate() {
            if row.state != "registered" {
                continue;
            }
            // Every twentieth stays away, every second of them with leave.
            if number % 20 == 7 {
                if number % 40 == 7 {
                    conduct::absence(ctx, id, row.id, "leave", "住院治疗")
                        .await
                        .map_err(told("登记请假"))?;
                }
                continue;
            }
            let person = by_number
                .get(row.staff_no.as_str())
                .copied()
                .context("考生不在名册")?;
            let sitter = Sitter {
                state: self.at(Timestamp::at(day, 9, 0)),
                person: self.person(person)?,
                name: row.name,
                day,
                rng: Rng::of(self.city.wish.seed, "exam", &[number as u64]),
            };
            let (room, keys) = (room.clone(), keys.clone());
            sitters.spawn(async move { sitter.sit(&room, &keys).await });
            sat += 1;
        }
        while let Some(done) = sitters.join_next().await {
            done??;
        }
        Ok(sat)
    }

    /// Conduct, report, marking, publication.
    async fn after(&self, id: i64, day: Date) -> anyhow::Result<()> {
        let ctx = self.examiner(Timestamp::at(day, 11, 30))?;
        let list = self.all(&ctx, id).await?;
        let seated: Vec<&ExamCandidateOut> = list
            .iter()
            .filter(|row| row.state == "registered")
            .collect();
        for (place, code, text) in [
            (3, "late", "迟到10分钟"),
            (11, "device", "键盘失灵，已更换"),
            (17, "talking", "与邻座交谈，已提醒"),
        ] {
            if let Some(row) = seated.get(place) {
                conduct::note(&ctx, id, row.id, code, text)
                    .await
                    .map_err(told("记录表现"))?;
            }
        }
        let trial = self.trial()?;
        let district = self.organiser(trial, Timestamp::at(days::after_workdays(day, 1), 9, 30))?;
        let words = "考场秩序良好，1名考生设备故障，已当场更换，未影响作答。";
        report::hand_in(&district, id, self.unit(trial)?.get(), words)
            .await
            .map_err(told("反馈考试情况"))?;
        let ctx = self.examiner(Timestamp::at(days::after_workdays(day, 3), 14, 0))?;
        let version = self.version(&ctx, id).await?;
        collect(&ctx, id, version).await.map_err(told("收卷"))?;
        let version = self.version(&ctx, id).await?;
        set_pass_mark(&ctx, id, version, Marks::whole(60))
            .await
            .map_err(told("设定分数线"))?;
        let ctx = self.examiner(Timestamp::at(days::after_workdays(day, 6), 10, 0))?;
        let version = self.version(&ctx, id).await?;
        publish(&ctx, &AllFollows::default(), id, version)
            .await
            .map_err(told("公布成绩"))?;
        Ok(())
    }

    /// The next session: its range is drawn, half of it is reviewed.
    async fn write_next_exam(&self, day: Date) -> anyhow::Result<()> {
        let today = self.city.wish.today;
        let planned =
            self.examiner(Timestamp::at(days::before_workdays(today.date(), 6), 10, 0))?;
        let until = days::before_workdays(day, 3);
        let title = format!("{}年下半年执法资格考试", self.city.year);
        let input = self.input(title, 10, day, until)?;
        let id = create(&planned, self.unit(0)?, "qualification", input)
            .await
            .map_err(told("新建考试"))?;
        let version = self.version(&planned, id).await?;
        draw_range(&planned, id, version)
            .await
            .map_err(told("划定范围"))?;
        let version = self.version(&planned, id).await?;
        build(&planned, id, version, blueprint(Some(1))?, 2)
            .await
            .map_err(told("组卷"))?;
        let list = self.all(&planned, id).await?;
        let some: Vec<i64> = list.iter().step_by(2).map(|row| row.id).collect();
        let lately = Timestamp::at(days::before_workdays(today.date(), 2), 15, 0);
        let district = self.organiser(self.trial()?, lately)?;
        if !some.is_empty() {
            review::decide(&district, id, &some, "confirm", "")
                .await
                .map_err(told("审核考生"))?;
        }
        Ok(())
    }
}

/// Somebody at his desk.
struct Sitter {
    state: chengzhi_http::AppState,
    person: PersonId,
    name: String,
    day: Date,
    rng: Rng,
}

impl Sitter {
    fn ctx(&self, now: Timestamp) -> Ctx {
        let actor = Actor {
            account_id: AccountId::from(0),
            person_id: Some(self.person),
            name: self.name.clone(),
            grants: Vec::new(),
        };
        let state = chengzhi_http::AppState {
            clock: Arc::new(chengzhi_kernel::FixedClock(now)),
            ..self.state.clone()
        };
        Ctx::new(state, actor)
    }

    async fn sit(mut self, room: &Room, keys: &Keys) -> anyhow::Result<()> {
        let mut now = Timestamp::at(self.day, 9, 0).plus_seconds(self.rng.range(0, 40));
        let ctx = self.ctx(now);
        let exam = own_exams(&ctx)
            .await
            .map_err(told("本人考试"))?
            .into_iter()
            .find(|one| one.opens_at.date() == self.day)
            .context("考生没有考试")?;
        let sitting = room.start(&ctx, exam.id).await.map_err(told("开始作答"))?;
        let paper = sitting.paper.context("没有试卷")?;
        // Out of a thousand; the mean is above the pass mark, so that most pass.
        let able = u32::try_from(self.rng.range(480, 960))?;
        let attempt = AttemptId::from(exam.attempt);
        let questions = paper.sections.iter().flat_map(|section| &section.questions);
        for (sequence, asked) in (1..).zip(questions) {
            now = now.plus_seconds(self.rng.range(12, 55));
            let right = keys.get(&asked.question).cloned().unwrap_or_default();
            let item = Item {
                sequence,
                question: QuestionId::from(asked.question),
                answer: self.answer(asked, &right, able),
                at: Some(now),
            };
            room.save(&self.ctx(now), attempt, 1, &[item])
                .await
                .map_err(told("保存答案"))?;
        }
        room.hand_in(&self.ctx(now.plus_seconds(60)), attempt)
            .await
            .map_err(told("交卷"))?;
        Ok(())
    }

    fn answer(&mut self, asked: &QuestionOut, right: &BTreeSet<String>, able: u32) -> Answer {
        let good = self.rng.permille(able);
        if asked.kind == "true_false" {
            return Answer::Truth(right.contains("对") == good);
        }
        let letters = |wanted: &dyn Fn(&str) -> bool| -> BTreeSet<char> {
            asked
                .options
                .iter()
                .filter(|option| wanted(&option.text))
                .filter_map(|option| option.letter.chars().next())
                .collect()
        };
        let correct = letters(&|text| right.contains(text));
        if good {
            return Answer::Options(correct);
        }
        let wrong: Vec<char> = letters(&|text| !right.contains(text)).into_iter().collect();
        let one = match wrong.len() {
            0 => correct.iter().next().copied(),
            length => wrong.get(self.rng.index(length)).copied(),
        };
        let mut chosen: BTreeSet<char> = one.into_iter().collect();
        if asked.kind == "multiple" {
            chosen.extend(correct.iter().skip(1));
        }
        Answer::Options(chosen)
    }
}
