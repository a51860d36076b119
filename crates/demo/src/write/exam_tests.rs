//! Two smaller exams of the trial district for the squad whose accounts are shown: a course test that is open now and may
//! be taken twice, and a test with short answers whose marking waits for a third marker. Made by the commands that people
//! use.

use std::sync::Arc;

use anyhow::Context as _;
use chengzhi_authz::{Actor, Role};
use chengzhi_exams::domain::blueprint::Blueprint;
use chengzhi_exams::domain::marking::Answer;
use chengzhi_exams::domain::range::Rule;
use chengzhi_exams::domain::{AttemptId, QuestionId};
use chengzhi_exams::usecase::marking::{self, collect};
use chengzhi_exams::usecase::marks::{self, MarkInput};
use chengzhi_exams::usecase::own::own_exams;
use chengzhi_exams::usecase::papers::build;
use chengzhi_exams::usecase::range::draw_range;
use chengzhi_exams::usecase::review;
use chengzhi_exams::usecase::seal_session::seal;
use chengzhi_exams::usecase::seats::{DutyInput, place, save_duties};
use chengzhi_exams::usecase::sessions::{SessionInput, create};
use chengzhi_exams::usecase::sitting::{Item, PartOut, QuestionOut, Room};
use chengzhi_http::Ctx;
use chengzhi_kernel::{AccountId, Date, FixedClock, Timestamp};

use super::{Writer, told};
use crate::plan::{days, stories};
use crate::rng::Rng;

/// Titles as the guides and the walks name them.
const COURSE_TEST: &str = "市容环卫法规课程测验";
const WRITTEN_TEST: &str = "执法办案案例测验";

/// What candidates write to a short answer, well and not so well.
const TEXTS: [&str; 3] = [
    "应当表明身份、告知事实理由和依据，听取陈述申辩，收集固定证据后依法作出决定，并送达当事人。",
    "先责令改正，告知当事人权利，再按法定程序作出处理决定。",
    "依法处理，并告知当事人救济途径。",
];

/// Two forms of ten questions: a hundred marks.
fn course_plan() -> anyhow::Result<Blueprint> {
    Ok(serde_json::from_value(serde_json::json!({
        "sections": [
            {"title": "", "kind": "single", "count": 6, "marks": 1000},
            {"title": "", "kind": "true_false", "count": 4, "marks": 1000},
        ],
        "total": 10_000,
    }))?)
}

/// Choices and two short answers: a hundred marks.
fn written_plan() -> anyhow::Result<Blueprint> {
    Ok(serde_json::from_value(serde_json::json!({
        "sections": [
            {"title": "", "kind": "single", "count": 12, "marks": 500},
            {"title": "", "kind": "short_answer", "count": 2, "marks": 2000},
        ],
        "total": 10_000,
    }))?)
}

/// An exam of the trial district: what differs between the two.
struct Wanted {
    purpose: &'static str,
    title: &'static str,
    attempts: Option<u32>,
    opens: Timestamp,
    closes: Timestamp,
    minutes: u32,
    plan: Blueprint,
    forms: u32,
}

impl Writer<'_> {
    /// Makes both. Gives how many answers wait for a third marker.
    pub(super) async fn write_exam_tests(&self) -> anyhow::Result<usize> {
        let now = self.city.wish.today;
        let open = Wanted {
            purpose: "course",
            title: COURSE_TEST,
            attempts: Some(2),
            opens: now.plus_minutes(-10),
            closes: now.plus_minutes(9 * 60),
            minutes: 20,
            plan: course_plan()?,
            forms: 2,
        };
        let before = Timestamp::at(days::before_workdays(now.date(), 3), 10, 0);
        self.sealed(&self.district(before)?, open).await?;
        let day = days::before_workdays(now.date(), 4);
        let planned = self.district(Timestamp::at(days::before_workdays(day, 5), 10, 0))?;
        let written = Wanted {
            purpose: "quiz",
            title: WRITTEN_TEST,
            attempts: Some(1),
            opens: Timestamp::at(day, 14, 0),
            closes: Timestamp::at(day, 15, 30),
            minutes: 45,
            plan: written_plan()?,
            forms: 1,
        };
        let id = self.sealed(&planned, written).await?;
        self.sit_written(id, day).await?;
        self.mark_written(id, day).await
    }

    fn district(&self, at: Timestamp) -> anyhow::Result<Ctx> {
        self.organiser(self.trial()?, at)
    }

    fn squad(&self) -> anyhow::Result<usize> {
        let found = self.city.units.by_code(stories::SQUAD);
        found.context("没有演示用的中队")
    }

    /// From the plan to the sealing.
    async fn sealed(&self, ctx: &Ctx, wanted: Wanted) -> anyhow::Result<i64> {
        let bureau = self.unit(self.trial()?)?;
        let input = SessionInput {
            exam_type: "test".to_owned(),
            level: String::new(),
            month: None,
            title: wanted.title.to_owned(),
            about: String::new(),
            mode: "remote".to_owned(),
            opens: wanted.opens,
            last_start: wanted.closes.plus_minutes(-i64::from(wanted.minutes)),
            closes: wanted.closes,
            minutes: wanted.minutes,
            attempts: wanted.attempts,
            review_until: days::before_workdays(wanted.opens.date(), 1),
            range: Rule {
                units: [self.unit(self.squad()?)?].into(),
                ..Rule::default()
            },
        };
        let id = create(ctx, bureau, wanted.purpose, input)
            .await
            .map_err(told("新建测验"))?;
        let version = self.version(ctx, id).await?;
        draw_range(ctx, id, version)
            .await
            .map_err(told("划定范围"))?;
        let officer = *self.played.get("officer").context("没有演示用的队员")?;
        let staff_no = self.city.people[officer].staff_no.clone();
        let list = self.all(ctx, id).await?;
        if list.iter().all(|row| row.staff_no != staff_no) {
            review::name(ctx, id, &[staff_no])
                .await
                .map_err(told("添加考生"))?;
        }
        let ids: Vec<i64> = self.all(ctx, id).await?.iter().map(|row| row.id).collect();
        review::decide(ctx, id, &ids, "confirm", "")
            .await
            .map_err(told("审核考生"))?;
        let version = self.version(ctx, id).await?;
        place(ctx, id, version).await.map_err(told("编排考生"))?;
        let version = self.version(ctx, id).await?;
        let made = build(ctx, id, version, wanted.plan, wanted.forms)
            .await
            .map_err(told("组卷"))?;
        anyhow::ensure!(made.built, "组卷：{}", made.text);
        let version = self.version(ctx, id).await?;
        seal(ctx, id, version).await.map_err(told("封卷"))?;
        Ok(id)
    }

    /// Somebody of the squad or a marker at a moment, with no right but his own.
    fn oneself(&self, person: usize, now: Timestamp) -> anyhow::Result<Ctx> {
        let actor = Actor {
            account_id: AccountId::from(0),
            person_id: Some(self.person(person)?),
            name: self.city.people[person].name.clone(),
            grants: Vec::new(),
        };
        let state = chengzhi_http::AppState {
            clock: Arc::new(FixedClock(now)),
            ..self.state.clone()
        };
        Ok(Ctx::new(state, actor))
    }

    /// Everybody writes both short answers and chooses as he can.
    async fn sit_written(&self, id: i64, day: Date) -> anyhow::Result<()> {
        let ctx = self.district(Timestamp::at(day, 13, 0))?;
        let by_number = self.by_number();
        let room = Room::open(self.state.db.clone());
        for (number, row) in self.all(&ctx, id).await?.into_iter().enumerate() {
            let person = by_number.get(row.staff_no.as_str()).copied();
            let person = person.context("考生不在名册")?;
            let mut rng = Rng::of(self.city.wish.seed, "written", &[number as u64]);
            let mut now = Timestamp::at(day, 14, 0).plus_seconds(rng.range(0, 90));
            let ctx = self.oneself(person, now)?;
            let exam = own_exams(&ctx)
                .await
                .map_err(told("本人考试"))?
                .into_iter()
                .find(|one| one.session == Some(id))
                .context("考生没有考试")?;
            let begun = room.start(&ctx, exam.id).await.map_err(told("开始作答"))?;
            let attempt = AttemptId::from(exam.attempt);
            let paper = begun.paper.context("没有试卷")?;
            let questions = paper.sections.iter().flat_map(|section| &section.questions);
            for (sequence, asked) in (1..).zip(questions) {
                now = now.plus_seconds(rng.range(20, 80));
                let item = Item {
                    sequence,
                    question: QuestionId::from(asked.question),
                    answer: answer(asked, &mut rng),
                    at: Some(now),
                };
                room.save(&self.oneself(person, now)?, attempt, 1, &[item])
                    .await
                    .map_err(told("保存答案"))?;
            }
            let ctx = self.oneself(person, now.plus_seconds(60))?;
            room.hand_in(&ctx, attempt).await.map_err(told("交卷"))?;
        }
        Ok(())
    }

    /// Two mark everything and differ about one answer, which waits for the third. Gives how many wait.
    async fn mark_written(&self, id: i64, day: Date) -> anyhow::Result<usize> {
        let ctx = self.district(Timestamp::at(days::after_workdays(day, 1), 9, 0))?;
        let markers = self.markers(day)?;
        let number = |person: &usize| self.city.people[*person].staff_no.clone();
        let duties = DutyInput {
            invigilators: Vec::new(),
            markers: markers.iter().map(number).collect(),
            chiefs: Vec::new(),
        };
        let version = self.version(&ctx, id).await?;
        save_duties(&ctx, id, version, duties)
            .await
            .map_err(told("安排阅卷人员"))?;
        let version = self.version(&ctx, id).await?;
        collect(&ctx, id, version).await.map_err(told("收卷"))?;
        let mut odd = None;
        for (round, person) in (1..).zip(markers.iter().skip(1)) {
            let at = Timestamp::at(days::after_workdays(day, round), 10, 0);
            let ctx = self.oneself(*person, at)?;
            loop {
                let queue = marking::queue(&ctx, id).await.map_err(told("阅卷"))?;
                if queue.answers.is_empty() {
                    break;
                }
                for one in queue.answers {
                    // The first one that the first marker has before him is the one they differ about.
                    let this = *odd.get_or_insert((one.attempt, one.question));
                    let differs = round == 2 && this == (one.attempt, one.question);
                    let input = MarkInput {
                        attempt: one.attempt,
                        question: one.question,
                        marks: one.full * if differs { 300 } else { 800 } / 1000,
                        decides: false,
                        note: String::new(),
                    };
                    marks::give(&ctx, id, input).await.map_err(told("评分"))?;
                }
            }
        }
        let third = self.oneself(*markers.first().context("没有阅卷人员")?, ctx.now)?;
        let waits = marking::queue(&third, id).await.map_err(told("阅卷"))?;
        anyhow::ensure!(waits.waiting == 1, "待三评的答案应为1份");
        Ok(waits.waiting)
    }

    /// The one who waits as the third, whose account is shown where there is one, then the two who have marked: people of
    /// the district outside the squad.
    fn markers(&self, day: Date) -> anyhow::Result<Vec<usize>> {
        let (bureau, squad) = (self.trial()?, self.squad()?);
        let shown = self.played.get(Role::DistrictTraining.code()).copied();
        let others = (0..self.city.people.len()).filter(|person| {
            let plan = &self.city.people[*person];
            let unit = plan.unit_on(day);
            plan.at_post_on(day)
                && unit.is_some_and(|unit| {
                    unit != squad && self.city.units.bureau_of(unit).unit == bureau
                })
        });
        let mut found: Vec<usize> = shown.into_iter().collect();
        found.extend(others.filter(|person| Some(*person) != shown).take(3));
        found.truncate(3);
        anyhow::ensure!(found.len() == 3, "没有足够的阅卷人员");
        Ok(found)
    }
}

fn answer(asked: &QuestionOut, rng: &mut Rng) -> Answer {
    if asked.parts.is_empty() {
        return one(&asked.kind, &asked.options, rng);
    }
    let parts = asked.parts.iter();
    Answer::Parts(
        parts
            .map(|part| Some(one(&part.kind, &part.options, rng)))
            .collect(),
    )
}

/// An answer to a question or to a part of a case.
fn one(kind: &str, options: &[PartOut], rng: &mut Rng) -> Answer {
    match kind {
        "short_answer" | "case" | "fill_in" => {
            return Answer::Texts(vec![TEXTS[rng.index(TEXTS.len())].to_owned()]);
        }
        "true_false" => return Answer::Truth(rng.index(2) == 0),
        _ => {}
    }
    let chosen = options.get(rng.index(options.len().max(1)));
    let letter = chosen.and_then(|option| option.letter.chars().next());
    Answer::Options(letter.into_iter().collect())
}
