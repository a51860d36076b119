//! Batches that were held: presence, evaluation, results, materials, closing.

use chengzhi_classes::facade::bulk::{self, Came, Rated};
use chengzhi_classes::facade::commands::{
    ResultInput, accept_closing, add_material, add_outside_evaluation, save_results, save_summary,
    submit_closing, summary,
};
use chengzhi_http::{Ctx, Upload};
use chengzhi_kernel::{Date, PersonId, Quantity, Timestamp};

use crate::photos;
use crate::plan::classes::ClassPlan;
use crate::plan::days;
use crate::plan::record::PhotoPlan;
use crate::rng::Rng;
use crate::write::{Writer, told};

/// A photo for a closing: what it shows, and which of the batch's photos it is a copy of.
pub(super) type Shot = (&'static str, Option<usize>);

/// Three of the lessons, three of the fitness test.
pub(super) const SHOTS: [Shot; 6] = [
    ("teaching", None),
    ("teaching", None),
    ("teaching", None),
    ("fitness", None),
    ("fitness", None),
    ("fitness", None),
];

impl Writer<'_> {
    /// A batch from its making to its acceptance.
    pub(super) async fn write_held(
        &self,
        trial: usize,
        programme: i64,
        index: usize,
        plan: &ClassPlan,
    ) -> anyhow::Result<()> {
        let (from, to) = (plan.session.from, plan.session.to);
        let made = self.organiser(trial, Timestamp::at(days::before_workdays(from, 25), 10, 0))?;
        let wish = self.closed_wish(trial, programme, from)?;
        let id = self.make_class(trial, &made, wish).await?;
        // The second batch was filed late.
        let ahead = if index == 1 { 5 } else { 20 };
        let filed = Timestamp::at(days::before_workdays(from, ahead), 10, 30);
        self.file_class(&self.organiser(trial, filed)?, id).await?;
        self.answer(filed.plus_hours(27), id, "noted", "").await?;
        let people: Vec<usize> = plan.seats.iter().map(|seat| seat.person).collect();
        let first_day = self.organiser(trial, Timestamp::at(from, 8, 0))?;
        self.put_on_list(&first_day, id, &people).await?;
        let missed = |person: PersonId, course: usize| {
            plan.seats.iter().any(|seat| {
                seat.dropped == Some(course) && self.people.get(seat.person) == Some(&person)
            })
        };
        self.write_presence(&first_day, id, (from, to), missed)
            .await?;
        self.write_results(trial, id, to).await?;
        self.write_materials(trial, id, to, &SHOTS).await?;
        self.hand_in(trial, id, to).await?;
        let at = Timestamp::at(days::after_workdays(to, 4), 15, 0);
        let city = self.city_reviewer(at)?;
        let version = self.class(&city, id).await?.version;
        accept_closing(&city, id, version, "材料齐全。")
            .await
            .map_err(told("结项"))
    }

    /// Who signed in and what he said of the courses, but for those missed.
    pub(super) async fn write_presence(
        &self,
        ctx: &Ctx,
        id: i64,
        (_, to): (Date, Date),
        missed: impl Fn(PersonId, usize) -> bool,
    ) -> anyhow::Result<()> {
        const SAID: [&str; 4] = [
            "案例贴近一线，建议多讲几个本区的案卷。",
            "内容实用，希望课件能发给大家。",
            "讲得清楚，时间再多一点更好。",
            "建议增加现场演练。",
        ];
        let class = self.class(ctx, id).await?;
        let mut tx = self.state.db.write().await?;
        let list = bulk::listed(&mut tx, id).await.map_err(told("名单"))?;
        let mut came = Vec::new();
        let mut rated = Vec::new();
        for row in &list {
            let mut rng = Rng::of(self.city.wish.seed, "class", &[row.trainee.unsigned_abs()]);
            for (place, course) in class.courses.iter().enumerate() {
                if row.person.is_some_and(|person| missed(person, place)) {
                    continue;
                }
                for lesson in class
                    .lessons
                    .iter()
                    .filter(|lesson| lesson.course_id == course.id)
                {
                    came.push(Came {
                        trainee: row.trainee,
                        lesson: lesson.id,
                        at: lesson.from.plus_minutes(rng.range(-22, 3)),
                    });
                }
                rated.push(Rated {
                    trainee: row.trainee,
                    course: course.id,
                    scores: (0..5)
                        .map(|_| if rng.permille(700) { 5 } else { 4 })
                        .collect(),
                    text: if rng.permille(40) {
                        SAID[rng.index(SAID.len())].to_owned()
                    } else {
                        String::new()
                    },
                    on: to,
                });
            }
        }
        bulk::came(&mut tx, id, "10.13.8.0/24", &came)
            .await
            .map_err(told("签到"))?;
        if class.evaluates {
            bulk::rated(&mut tx, id, &rated)
                .await
                .map_err(told("评价"))?;
        }
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn write_results(
        &self,
        bureau: usize,
        id: i64,
        to: Date,
    ) -> anyhow::Result<()> {
        let at = Timestamp::at(days::after_workdays(to, 1), 14, 0);
        let ctx = self.organiser(bureau, at)?;
        let mut tx = self.state.db.read().await?;
        let list = bulk::listed(&mut tx, id).await.map_err(told("名单"))?;
        drop(tx);
        let rows = list
            .iter()
            .map(|row| {
                let mut rng = Rng::of(self.city.wish.seed, "score", &[row.trainee.unsigned_abs()]);
                ResultInput {
                    trainee: row.trainee,
                    score: Some(Quantity::from_thousandths(rng.range(136, 198) * 500)),
                    passed: None,
                    absent: false,
                    note: String::new(),
                }
            })
            .collect();
        save_results(&ctx, id, rows).await.map_err(told("成绩"))?;
        let day = days::before_workdays(to, 1);
        let score = Quantity::from_thousandths(91_500);
        add_outside_evaluation(
            &ctx,
            id,
            "华东政法大学继续教育学院",
            day,
            score,
            "组织有序，案例教学比例高，建议增加互动研讨。",
        )
        .await
        .map_err(told("第三方评价"))
    }

    /// Photos of a batch, drawn as cameras would take them on its days.
    pub(super) async fn write_materials(
        &self,
        bureau: usize,
        id: i64,
        to: Date,
        shots: &[Shot],
    ) -> anyhow::Result<()> {
        let plans: Vec<PhotoPlan> = shots
            .iter()
            .enumerate()
            .map(|(index, (subject, copy_of))| {
                let hour = if *subject == "teaching" { 9 } else { 15 };
                let minute = u32::try_from(index).unwrap_or(0) * 7;
                PhotoPlan {
                    taken_at: Timestamp::at(to, hour, minute),
                    with_time: true,
                    with_place: false,
                    copy_of: *copy_of,
                }
            })
            .collect();
        let seed = self.city.wish.seed ^ id.unsigned_abs().wrapping_mul(7_919) ^ 0x000C_1A55;
        let drawn = tokio::task::spawn_blocking(move || photos::draw_all(&plans, seed)).await??;
        let ctx = self.organiser(bureau, Timestamp::at(days::after_workdays(to, 2), 10, 0))?;
        for (index, (photo, (subject, _))) in drawn.into_iter().zip(shots).enumerate() {
            let word = if *subject == "teaching" {
                "授课"
            } else {
                "体能测试"
            };
            let upload = Upload {
                file_name: format!("{word}全景{}.jpg", index + 1),
                bytes: photo.content.into(),
            };
            add_material(&ctx, id, "photo", Some(subject), upload)
                .await
                .map_err(told("结项照片"))?;
        }
        Ok(())
    }

    /// Writes the summary from its draft and hands the closing in.
    pub(super) async fn hand_in(&self, bureau: usize, id: i64, to: Date) -> anyhow::Result<()> {
        let at = Timestamp::at(days::after_workdays(to, 3), 11, 0);
        let ctx = self.organiser(bureau, at)?;
        let draft = summary(&ctx, id).await.map_err(told("总结"))?;
        let text = format!(
            "{}\n五、改进打算\n下一期增加案例研讨课时，课件提前一周发给学员。",
            draft.draft
        );
        save_summary(&ctx, id, draft.version, &text)
            .await
            .map_err(told("总结"))?;
        let version = self.class(&ctx, id).await?.version;
        submit_closing(&ctx, id, version)
            .await
            .map_err(told("提交结项"))
    }
}
