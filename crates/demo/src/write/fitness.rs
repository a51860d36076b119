//! Fitness tests of the demo city, made by the commands that people use: the trial district has had
//! one, one inside the last batch of its closed training, and filed another for today; the other
//! districts have had a small one.

use anyhow::Context as _;
use chengzhi_fitness::facade::NoClasses;
use chengzhi_fitness::facade::commands::{
    FitnessTestPageOut, MarkInput, Seat, TestInput, WaiverInput, WaiverKind, WaiverState, answer,
    create, decide, hand_in, record, request, set_seat, view,
};
use chengzhi_http::Ctx;
use chengzhi_kernel::{Date, PersonId, Timestamp, UnitId};
use chrono::Datelike as _;

use super::{Writer, told};
use crate::plan::days;
use crate::rng::Rng;

/// Figures that one call may send.
const BATCH: usize = 300;
/// Squads of the trial district whose people were tested; the others still owe it.
const TESTED_SQUADS: usize = 5;

/// A figure of an item for somebody: mostly good, seldom not.
fn figure(rng: &mut Rng, item: &str) -> String {
    let weak = rng.permille(80);
    let (good, bad) = match item {
        "shuttle" => ((118, 133), (136, 148)),
        "run1000" | "run800" => ((225, 272), (280, 330)),
        _ => ((266, 292), (215, 228)),
    };
    let (low, high) = if weak { bad } else { good };
    let value = rng.range(low, high);
    match item {
        "shuttle" => format!("{}.{}", value / 10, value % 10),
        "run1000" | "run800" => format!("{}:{:02}", value / 60, value % 60),
        _ => value.to_string(),
    }
}

impl Writer<'_> {
    fn fitness_ctx(&self, bureau: usize, at: Timestamp) -> anyhow::Result<Ctx> {
        let by = self
            .city
            .instructors
            .iter()
            .find(|plan| plan.bureau == bureau)
            .map(|plan| plan.by)
            .context("没有经办人")?;
        self.acting(by, at, self.unit(bureau)?)
    }

    /// Makes the stock. Gives how many tests there are.
    pub(super) async fn write_fitness(&self) -> anyhow::Result<usize> {
        let year = self.city.year;
        let today = self.city.wish.today;
        let trial = &self.data.organisation.city.trial_district;
        let trial = self.city.units.by_code(trial).context("没有演示用的区")?;
        self.write_fitness_waivers(trial).await?;
        let mut tests = 0;
        let bureaus = &self.city.units.bureaus;
        for (number, bureau) in bureaus.iter().filter(|bureau| bureau.district).enumerate() {
            let month = 4 + u32::try_from(number % 3).unwrap_or(0);
            let on = days::workday_from(days::ymd(year, month, 12));
            if self.fitness_ctx(bureau.unit, today).is_err() || on >= today.date() {
                continue;
            }
            let squads: Vec<usize> = self.squads_of(bureau.unit);
            let count = if bureau.unit == trial {
                TESTED_SQUADS
            } else {
                1
            };
            let chosen: Vec<usize> = squads.iter().copied().take(count).collect();
            self.write_tested(bureau.unit, &chosen, on).await?;
            tests += 1;
            if bureau.unit == trial {
                tests += usize::from(self.write_of_class(trial).await?);
                let next: Vec<usize> = squads.iter().copied().skip(count).take(2).collect();
                self.write_filed(trial, &next, today.date()).await?;
                tests += 1;
            }
        }
        Ok(tests)
    }

    fn squads_of(&self, bureau: usize) -> Vec<usize> {
        let units = self.city.units.units.iter().enumerate();
        units
            .filter(|(_, unit)| {
                unit.bureau == bureau && unit.kind == chengzhi_organisation::facade::UnitKind::Squad
            })
            .map(|(index, _)| index)
            .collect()
    }

    fn planned(
        &self,
        bureau: usize,
        squads: &[usize],
        on: Date,
        title: String,
        reason: &str,
    ) -> anyhow::Result<TestInput> {
        let units = squads
            .iter()
            .map(|squad| Ok(self.unit(*squad)?.get()))
            .collect::<anyhow::Result<_>>()?;
        Ok(TestInput {
            unit: self.unit(bureau)?,
            title,
            class: None,
            reason: reason.to_owned(),
            on,
            place: "区体育场".to_owned(),
            units,
        })
    }

    /// A test that was held and handed in.
    async fn write_tested(&self, bureau: usize, squads: &[usize], on: Date) -> anyhow::Result<()> {
        let scope = self.everywhere();
        let filed = Timestamp::at(days::after_workdays(on, -10), 10, 0);
        let ctx = self.fitness_ctx(bureau, filed)?;
        let title = format!("{}年体能测试（第一次）", on.year());
        let why = "集中培训场地没有跑道，借用区体育场测试。";
        let input = self.planned(bureau, squads, on, title, why)?;
        let id = create(&ctx, &scope, &NoClasses, input)
            .await
            .map_err(told("安排体能测试"))?;
        if let Some(task) = self.city.tasks.first() {
            let noted = Timestamp::at(days::after_workdays(on, -8), 15, 0);
            let mut office = self.acting(task.by, noted, self.unit(0)?)?;
            for grant in &mut office.actor.grants {
                grant.role = chengzhi_authz::Role::CityTraining;
            }
            answer(&office, &scope, id, false, "已阅。")
                .await
                .map_err(told("答复报备"))?;
        }
        let morning = Timestamp::at(on, 9, 30);
        // The first one always comes, so that the test is held; one in thirty does not.
        self.write_figures(bureau, (id, morning), |rng, number, _| {
            number > 0 && rng.permille(33)
        })
        .await
    }

    /// Figures of a test at their moment, then its results two working days later.
    async fn write_figures(
        &self,
        bureau: usize,
        (id, at): (i64, Timestamp),
        away: impl Fn(&mut Rng, usize, i64) -> bool,
    ) -> anyhow::Result<()> {
        let scope = self.everywhere();
        let ctx = self.fitness_ctx(bureau, at)?;
        let page = view(&ctx, &scope, id).await.map_err(told("测试"))?;
        let mut rng = Rng::of(self.city.wish.seed, "fitness", &[id.unsigned_abs()]);
        let marks = self.measured(&ctx, id, &page, &mut rng, away).await?;
        for part in marks.chunks(BATCH) {
            let told_of = record(&ctx, &scope, id, "phone", part.to_vec())
                .await
                .map_err(told("登记成绩"))?;
            if let Some(refused) = told_of.iter().find(|one| !one.stored) {
                anyhow::bail!("登记成绩：{}", refused.text);
            }
        }
        let version = view(&ctx, &scope, id)
            .await
            .map_err(told("测试"))?
            .test
            .version;
        let later = Timestamp::at(days::after_workdays(at.date(), 2), 14, 0);
        let ctx = self.fitness_ctx(bureau, later)?;
        hand_in(&ctx, &scope, id, version)
            .await
            .map_err(told("报送成绩"))
    }

    /// The test inside the last closed batch of the trial district (B-33), on the day of its lesson;
    /// who missed the lesson was away. Gives whether there is such a batch.
    async fn write_of_class(&self, trial: usize) -> anyhow::Result<bool> {
        let Some(plan) = self.city.classes.closed.last() else {
            return Ok(false);
        };
        let unit: UnitId = self.unit(trial)?;
        let mut tx = self.state.db.read().await?;
        let held = self
            .class_book
            .classes(&mut tx, unit, self.city.year)
            .await
            .map_err(told("培训班"))?
            .into_iter()
            .find(|class| {
                class
                    .days
                    .is_some_and(|(first, _)| first == plan.session.from)
            })
            .context("没有已结项的集中培训")?;
        drop(tx);
        let filed = Timestamp::at(days::before_workdays(plan.session.from, 5), 10, 0);
        let ctx = self.fitness_ctx(trial, filed)?;
        let class = self.class(&ctx, held.id).await?;
        let Some(course) = class
            .courses
            .iter()
            .position(|course| course.subject == "fitness")
        else {
            return Ok(false);
        };
        let lesson = class
            .lessons
            .iter()
            .find(|lesson| lesson.course_id == class.courses[course].id)
            .context("体能测试没有排课")?;
        let input = TestInput {
            class: Some(held.id),
            ..self.planned(
                trial,
                &[],
                lesson.from.date(),
                format!("{}体能测试", held.title),
                "",
            )?
        };
        let id = create(&ctx, &self.everywhere(), self.class_book, input)
            .await
            .map_err(told("安排体能测试"))?;
        let missed: Vec<PersonId> = plan
            .seats
            .iter()
            .filter(|seat| seat.dropped == Some(course))
            .filter_map(|seat| self.people.get(seat.person).copied())
            .collect();
        self.write_figures(trial, (id, lesson.from), |_, _, person| {
            missed.contains(&PersonId::from(person))
        })
        .await?;
        Ok(true)
    }

    /// Figures of everybody on the list who was not `away`: asked with his place on the list and his
    /// number.
    async fn measured(
        &self,
        ctx: &Ctx,
        id: i64,
        page: &FitnessTestPageOut,
        rng: &mut Rng,
        away: impl Fn(&mut Rng, usize, i64) -> bool,
    ) -> anyhow::Result<Vec<MarkInput>> {
        let scope = self.everywhere();
        let mut marks = Vec::new();
        for (number, row) in page.entries.iter().enumerate() {
            if row.waiver.is_some() {
                continue;
            }
            if away(rng, number, row.person_id) {
                set_seat(ctx, &scope, id, row.id, Seat::Absent, "当天值守")
                    .await
                    .map_err(told("登记缺席"))?;
                continue;
            }
            for item in &row.items {
                let twice = item.code == "shuttle" && rng.permille(300);
                for attempt in 0..1 + i64::from(twice) {
                    marks.push(MarkInput {
                        key: format!("demo-{id}-{}-{}-{attempt}", row.id, item.code),
                        entry: row.id,
                        item: item.code.clone(),
                        text: figure(rng, &item.code),
                        measured_at: Some(ctx.now),
                    });
                }
            }
        }
        Ok(marks)
    }

    /// A test filed for today, without figures.
    async fn write_filed(&self, bureau: usize, squads: &[usize], on: Date) -> anyhow::Result<()> {
        let filed = Timestamp::at(days::after_workdays(on, -8), 10, 0);
        let ctx = self.fitness_ctx(bureau, filed)?;
        let title = format!("{}年体能测试（补测）", on.year());
        let why = "上半年勤务集中，部分中队未能参加第一次测试。";
        let input = self.planned(bureau, squads, on, title, why)?;
        create(&ctx, &self.everywhere(), &NoClasses, input)
            .await
            .map_err(told("安排体能测试"))?;
        Ok(())
    }

    /// Who was exempt from drill for long asks to be put off: the first is granted, the next waits.
    async fn write_fitness_waivers(&self, trial: usize) -> anyhow::Result<()> {
        let year = self.city.year;
        let asked = self
            .city
            .exemptions
            .iter()
            .filter(|plan| plan.bureau == trial && plan.from.year() == year);
        let mut seen = Vec::new();
        for plan in asked {
            if seen.contains(&plan.person) || seen.len() == 2 {
                continue;
            }
            let (ctx, scope) = self.reporting(plan.by, plan.at, self.unit(plan.unit)?)?;
            let input = WaiverInput {
                person: self.person(plan.person)?,
                year,
                kind: WaiverKind::Exemption,
                reason: "injury".to_owned(),
                note: plan.note.to_owned(),
                until: None,
            };
            let id = request(&ctx, &scope, input)
                .await
                .map_err(told("申请免测"))?;
            seen.push(plan.person);
            if seen.len() > 1 {
                continue;
            }
            if let Some((at, by, _)) = &plan.decision {
                let ctx = self.acting(*by, *at, self.unit(trial)?)?;
                decide(&ctx, &self.everywhere(), id, 1, WaiverState::Approved, "")
                    .await
                    .map_err(told("审批免测"))?;
            }
        }
        Ok(())
    }
}
