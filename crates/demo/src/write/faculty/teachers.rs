//! Instructors from their nomination to the year's assessment, what they taught, and what they are asked for.

use anyhow::Context as _;
use chengzhi_authz::Scope;
use chengzhi_faculty::facade::commands::{
    Answer, InvitationInput, Kind, Nomination, SampleSubject, Score, TrialInput, YearResult,
    appoint, assess, invite, mark_sample, nominate, record_trial,
};
use chengzhi_faculty::facade::{self as faculty, Taught};
use chengzhi_kernel::{Date, Timestamp, UnitId};
use chrono::Datelike as _;

use super::Serving;
use crate::plan::days;
use crate::plan::faculty::{COURSES, FacultyPlan};
use crate::write::{Writer, told};

impl Writer<'_> {
    pub(super) async fn write_teachers(
        &self,
        scope: &Scope,
        stock: &FacultyPlan,
    ) -> anyhow::Result<Vec<Serving>> {
        let mut serving = Vec::new();
        for plan in &stock.teachers {
            let at = Timestamp::at(plan.on, 10, 0);
            let kind = Kind::from_code(plan.kind).context("师资种类")?;
            let deciding = if kind.level() == Some(faculty::Level::City) {
                0
            } else {
                plan.bureau
            };
            let ctx = self.faculty_ctx(deciding, at)?;
            let input = Nomination {
                kind,
                unit: self.unit(plan.unit)?,
                person: Some(self.person(plan.person)?),
                name: String::new(),
                organisation: String::new(),
                title: String::new(),
                contact: format!("021-6{:07}", (plan.person * 7_919) % 10_000_000),
                fields: plan.fields.iter().map(|code| (*code).to_owned()).collect(),
                intro: String::new(),
                reason: "业务骨干，多次承担授课任务。".to_owned(),
            };
            let row = nominate(&ctx, scope, input)
                .await
                .map_err(told("推荐教员"))?;
            if plan.waiting {
                continue;
            }
            let mut version = 1;
            if kind.needs_trial() {
                let input = TrialInput {
                    version,
                    held_on: plan.on,
                    topic: "说清一部法、办好一类案".to_owned(),
                    scores: [-150, 0, 150]
                        .iter()
                        .enumerate()
                        .map(|(index, shift)| Score {
                            judge: format!("{}号评委", index + 1),
                            score: (plan.score + shift).min(10_000),
                        })
                        .collect(),
                    answers: ["years", "certificate", "discipline"]
                        .map(|code| Answer {
                            code: code.to_owned(),
                            met: true,
                        })
                        .to_vec(),
                    note: String::new(),
                };
                record_trial(&ctx, scope, row, input)
                    .await
                    .map_err(told("试讲"))?;
                version += 1;
            }
            // One of the trial district's was appointed for a year only: his term ends soon.
            let short = plan.bureau == stock.trial && plan.kind == "practice";
            let until = short.then(|| self.city.wish.today.date() + chrono::Days::new(30));
            appoint(&ctx, scope, row, version, (plan.on, until))
                .await
                .map_err(told("聘任"))?;
            version += 1;
            if plan.on.year() < self.city.year && plan.bureau != stock.trial {
                let at =
                    Timestamp::at(days::workday_from(days::ymd(plan.on.year(), 12, 20)), 10, 0);
                let ctx = self.faculty_ctx(deciding, at)?;
                let judged = (plan.on.year(), YearResult::Qualified, "");
                assess(&ctx, scope, row, version, judged)
                    .await
                    .map_err(told("年度考核"))?;
            }
            serving.push(Serving {
                row,
                plan: plan.clone(),
                until,
            });
        }
        Ok(serving)
    }

    /// What was taught, until the capability that holds classes tells it.
    pub(super) async fn write_lessons(
        &self,
        serving: &[Serving],
        courses: &[i64],
    ) -> anyhow::Result<()> {
        let today = self.city.wish.today.date();
        let mut tx = self.state.db.write().await?;
        for (index, one) in serving.iter().enumerate() {
            for lesson in 0..((index + 2) % 4) {
                let back = 10
                    + u64::try_from(lesson).unwrap_or(0) * 37
                    + u64::try_from(index).unwrap_or(0) % 20;
                let day = days::workday_from(today - chrono::Days::new(back)).min(today);
                if day < one.plan.on {
                    continue;
                }
                let course = (index + lesson * 7) % courses.len().max(1);
                let row = Taught {
                    instructor_id: one.row,
                    owner: format!("demo_lesson:{}:{lesson}", one.row),
                    held_on: day,
                    minutes: 90,
                    topic: COURSES[course % COURSES.len()].0.to_owned(),
                    courseware_id: courses.get(course).copied(),
                    rating: Some(
                        8_800 + i64::try_from((index * 37 + lesson * 91) % 1_000).unwrap_or(0),
                    ),
                    ratings: 24 + i64::try_from(index % 15).unwrap_or(0),
                };
                faculty::note_taught(&mut tx, &row, Timestamp::at(day, 17, 0))
                    .await
                    .map_err(told("授课记录"))?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// Invitations that wait for their answer, and a sample of the year.
    pub(super) async fn write_asked(
        &self,
        scope: &Scope,
        stock: &FacultyPlan,
        serving: &[Serving],
    ) -> anyhow::Result<()> {
        let today = self.city.wish.today.date();
        let at = Timestamp::at(today - chrono::Days::new(3), 9, 0);
        let ctx = self.faculty_ctx(stock.trial, at)?;
        let ask = |day: Date, hour: u32, topic: &str, unit: UnitId| InvitationInput {
            unit,
            starts_at: Timestamp::at(day, hour, 0),
            ends_at: Timestamp::at(day, hour + 2, 0),
            topic: topic.to_owned(),
            place: "区局三楼大教室".to_owned(),
            note: "请提前一天发来课件。".to_owned(),
        };
        let unit = self.unit(stock.trial)?;
        let own = serving
            .iter()
            .filter(|one| one.plan.bureau == stock.trial && one.plan.kind == "district");
        for (index, one) in own.take(3).enumerate() {
            let ahead = 8 + u64::try_from(index).unwrap_or(0) * 3;
            let day = days::workday_from(today + chrono::Days::new(ahead));
            let input = ask(day, 9, COURSES[index * 2].0, unit);
            invite(&ctx, scope, one.row, input)
                .await
                .map_err(told("邀请"))?;
        }
        if let Some(best) = serving
            .iter()
            .find(|one| one.plan.bureau == stock.trial && one.plan.kind == "district")
        {
            let what = (
                SampleSubject::Instructor,
                best.row,
                "授课评价位居前列，带教成效好。",
            );
            mark_sample(&ctx, scope, None, what)
                .await
                .map_err(told("年度样本"))?;
        }
        Ok(())
    }
}
