//! Training classes: plans of the year, the trial district's closed training with batches in every
//! state, special, induction and city classes; made by the commands that people use.

use anyhow::Context as _;
use chengzhi_authz::Role;
use chengzhi_classes::facade::bulk::{self, Came, Rated};
use chengzhi_classes::facade::commands::{
    ClassInput, ClassOut, CourseInput, LessonInput, Origin, PlanInput, ResultInput, accept_closing,
    add_material, add_outside_evaluation, answer_filing, candidates, create, create_plan, enrol,
    file, plans, remove_material, return_closing, save_courses, save_lessons, save_results,
    save_summary, submit_closing, summary, view,
};
use chengzhi_http::{Ctx, Upload};
use chengzhi_kernel::{Date, PersonId, Quantity, Timestamp, UnitId};

use super::{Teacher, Writer, told};
use crate::data::Programme;
use crate::photos;
use crate::plan::classes::{ClassPlan, LessonPlan, hours_of, lay};
use crate::plan::study::PhotoPlan;
use crate::plan::{days, training};
use crate::rng::Rng;

/// What a class is to be.
struct Wish {
    unit: UnitId,
    kind: &'static str,
    programme: Option<i64>,
    title: String,
    audience: String,
    courses: Vec<CourseInput>,
    hours: Vec<u32>,
    first: Date,
    place: String,
    place_id: Option<i64>,
    teachers: bool,
    capacity: Option<u32>,
    has_exam: bool,
    evaluates: bool,
}

/// A photo for a closing: what it shows, and which of the batch's photos it is a copy of.
type Shot = (&'static str, Option<usize>);

/// Three of the lessons, three of the fitness test.
const SHOTS: [Shot; 6] = [
    ("teaching", None),
    ("teaching", None),
    ("teaching", None),
    ("fitness", None),
    ("fitness", None),
    ("fitness", None),
];

impl Writer<'_> {
    /// Whoever runs a bureau's training, at a moment of the past.
    pub(super) fn organiser(&self, bureau: usize, at: Timestamp) -> anyhow::Result<Ctx> {
        let of_bureau = self
            .city
            .instructors
            .iter()
            .find(|plan| plan.bureau == bureau);
        let by = of_bureau
            .map(|plan| plan.by)
            .or_else(|| self.city.tasks.first().map(|task| task.by))
            .context("没有经办人")?;
        self.acting(by, at, self.unit(bureau)?)
    }

    /// Whoever reviews for the city, at a moment of the past.
    fn city_reviewer(&self, at: Timestamp) -> anyhow::Result<Ctx> {
        let by = self
            .city
            .tasks
            .first()
            .map(|task| task.by)
            .context("没有经办人")?;
        let role = (Role::CityTraining, self.unit(0)?);
        self.acting_with(by, at, role, self.everywhere())
    }

    fn closed_programme(&self) -> anyhow::Result<&Programme> {
        training::programme(self.data, self.city.year).context("没有集训课程")
    }

    /// Makes all classes. Gives how many there are.
    pub(super) async fn write_classes(&mut self) -> anyhow::Result<usize> {
        let Some(trial) = self.city.classes.trial else {
            return Ok(0);
        };
        let programme = self.write_plans(trial).await?;
        let mut made = 0;
        for (index, plan) in self.city.classes.closed.iter().enumerate() {
            self.write_held(trial, programme, index, plan).await?;
            made += 1;
        }
        made += self.write_later(trial, programme).await?;
        made += self.write_special(trial).await?;
        made += self.write_makeups(trial).await?;
        Ok(made)
    }

    /// A plan of the year for each district. Gives the trial district's programme of the closed
    /// training.
    async fn write_plans(&self, trial: usize) -> anyhow::Result<i64> {
        let at = Timestamp::at(days::workday_from(days::ymd(self.city.year, 1, 8)), 10, 0);
        let at = at.min(self.city.wish.today);
        for bureau in self.city.units.bureaus.iter().filter(|plan| plan.district) {
            let ctx = self.organiser(bureau.unit, at)?;
            let input = PlanInput {
                unit: self.unit(bureau.unit)?,
                year: self.city.year,
                pack: if bureau.unit == trial {
                    "baoshan"
                } else {
                    "shanghai"
                }
                .to_owned(),
                title: String::new(),
                note: String::new(),
            };
            create_plan(&ctx, input).await.map_err(told("培训计划"))?;
        }
        self.programme_of(trial, "closed", None).await
    }

    /// The trial district's programme of a kind, or made from a rule.
    async fn programme_of(
        &self,
        bureau: usize,
        kind: &str,
        template: Option<&str>,
    ) -> anyhow::Result<i64> {
        let ctx = self.organiser(bureau, self.city.wish.today)?;
        let unit = self.unit(bureau)?;
        let all = plans(&ctx, &self.everywhere(), self.city.year)
            .await
            .map_err(told("培训计划"))?;
        all.into_iter()
            .filter(|plan| plan.unit_id == unit.get())
            .flat_map(|plan| plan.programmes)
            .find(|row| {
                row.kind == kind && (template.is_none() || row.template.as_deref() == template)
            })
            .map(|row| row.id)
            .context("计划中没有该项目")
    }

    /// Instructors of a bureau who serve on a day.
    fn serving(&self, bureau: usize, on: Date) -> Vec<&Teacher> {
        self.teachers
            .iter()
            .filter(|one| {
                one.bureau == bureau && one.from <= on && one.until.is_none_or(|until| on <= until)
            })
            .collect()
    }

    /// Makes a class with courses and timetable at a moment. Gives its number.
    async fn make_class(&self, bureau: usize, ctx: &Ctx, wish: Wish) -> anyhow::Result<i64> {
        let origin = Origin {
            unit: wish.unit,
            year: self.city.year,
            kind: wish.kind.to_owned(),
            programme: wish.programme,
        };
        let input = ClassInput {
            title: wish.title,
            audience: wish.audience,
            form: "线下封闭式集中培训".to_owned(),
            place: wish.place.clone(),
            teacher_name: ctx.actor.name.clone(),
            teacher: ctx.actor.person_id,
            phone: "021-66781234".to_owned(),
            capacity: wish.capacity,
            has_exam: wish.has_exam,
            evaluates: wish.evaluates,
            ..ClassInput::default()
        };
        let id = create(ctx, origin, input).await.map_err(told("培训班"))?;
        save_courses(ctx, id, 1, wish.courses)
            .await
            .map_err(told("课程"))?;
        let class = self.class(ctx, id).await?;
        let serving = if wish.teachers {
            self.serving(bureau, wish.first)
        } else {
            Vec::new()
        };
        let lessons = lay(&wish.hours, wish.first)
            .into_iter()
            .map(|(course, from, until): LessonPlan| {
                let teacher = serving.get(course % serving.len().max(1));
                LessonInput {
                    id: None,
                    course: class.courses.get(course).map_or(0, |course| course.id),
                    from,
                    until,
                    instructor_id: teacher.map(|one| one.row),
                    instructor: teacher
                        .map_or_else(|| "市局法制处".to_owned(), |one| one.name.clone()),
                    place_id: wish.place_id,
                    place: wish.place.clone(),
                    position: None,
                }
            })
            .collect();
        save_lessons(ctx, id, class.version, lessons)
            .await
            .map_err(told("课表"))?;
        Ok(id)
    }

    pub(super) async fn class(&self, ctx: &Ctx, id: i64) -> anyhow::Result<ClassOut> {
        view(ctx, &self.everywhere(), id)
            .await
            .map_err(told("培训班"))
    }

    async fn file_class(&self, ctx: &Ctx, id: i64) -> anyhow::Result<()> {
        let version = self.class(ctx, id).await?.version;
        file(ctx, id, version).await.map_err(told("报备"))
    }

    async fn answer(&self, at: Timestamp, id: i64, answer: &str, text: &str) -> anyhow::Result<()> {
        let ctx = self.city_reviewer(at)?;
        let class = self.class(&ctx, id).await?;
        let filing = class.filings.first().context("没有报备")?.id;
        answer_filing(&ctx, &self.everywhere(), id, filing, answer, text)
            .await
            .map_err(told("答复报备"))
    }

    async fn put_on_list(&self, ctx: &Ctx, id: i64, people: &[usize]) -> anyhow::Result<()> {
        let rows = people
            .iter()
            .map(|person| Ok(self.person(*person)?.get()))
            .collect::<anyhow::Result<Vec<i64>>>()?;
        enrol(ctx, id, rows, Vec::new())
            .await
            .map_err(told("名单"))?;
        Ok(())
    }

    /// Courses of the closed training as a class has them.
    fn closed_courses(&self) -> anyhow::Result<(Vec<CourseInput>, Vec<u32>)> {
        let programme = self.closed_programme()?;
        let courses = programme
            .courses
            .iter()
            .map(|course| {
                let topic = course.title.trim_matches(['《', '》']).to_owned();
                let fitness = course.title.contains("体能");
                Ok(CourseInput {
                    id: None,
                    title: course.title.clone(),
                    subject: if fitness { "fitness" } else { "teaching" }.to_owned(),
                    topic: if fitness { String::new() } else { topic },
                    hours: course.hours.parse().map_err(|_| anyhow::anyhow!("学时"))?,
                    credits: course
                        .credits
                        .parse()
                        .map_err(|_| anyhow::anyhow!("学分"))?,
                })
            })
            .collect::<anyhow::Result<_>>()?;
        Ok((courses, hours_of(programme)))
    }

    fn closed_wish(&self, bureau: usize, programme: i64, first: Date) -> anyhow::Result<Wish> {
        let (courses, hours) = self.closed_courses()?;
        Ok(Wish {
            unit: self.unit(bureau)?,
            kind: "closed",
            programme: Some(programme),
            title: String::new(),
            audience: String::new(),
            courses,
            hours,
            first,
            place: "区局培训中心".to_owned(),
            place_id: None,
            teachers: true,
            capacity: None,
            has_exam: true,
            evaluates: true,
        })
    }

    /// A batch from its making to its acceptance.
    async fn write_held(
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
    async fn write_presence(
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

    async fn write_results(&self, bureau: usize, id: i64, to: Date) -> anyhow::Result<()> {
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
    async fn write_materials(
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
    async fn hand_in(&self, bureau: usize, id: i64, to: Date) -> anyhow::Result<()> {
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

    /// The batches that are not closed: sent back for a photo, running today, filed late, a draft.
    async fn write_later(&mut self, trial: usize, programme: i64) -> anyhow::Result<usize> {
        let now = self.city.wish.today;
        let today = now.date();
        let [back, running, late] = self.city.classes.batches.clone();
        let mut made = 0;

        let to = days::before_workdays(today, 8);
        let from = days::before_workdays(to, 2);
        if in_year(self.city.year, from) {
            let ctx =
                self.organiser(trial, Timestamp::at(days::before_workdays(from, 15), 10, 0))?;
            let wish = self.closed_wish(trial, programme, from)?;
            let id = self.make_class(trial, &ctx, wish).await?;
            self.file_class(&ctx, id).await?;
            let first_day = self.organiser(trial, Timestamp::at(from, 8, 0))?;
            self.put_on_list(&first_day, id, &back).await?;
            self.write_presence(&first_day, id, (from, to), |_, _| false)
                .await?;
            self.write_results(trial, id, to).await?;
            let shots: Vec<Shot> = SHOTS[..5]
                .iter()
                .copied()
                .chain([("fitness", Some(4))])
                .collect();
            self.write_materials(trial, id, to, &shots).await?;
            self.hand_in(trial, id, to).await?;
            self.send_back(trial, id, to).await?;
            made += 1;
        }

        let from = days::workday_from(today);
        if in_year(self.city.year, from) {
            let ctx =
                self.organiser(trial, Timestamp::at(days::before_workdays(from, 12), 10, 0))?;
            let wish = Wish {
                place: "区局三楼大教室".to_owned(),
                place_id: self.rooms.first().copied(),
                ..self.closed_wish(trial, programme, from)?
            };
            let id = self.make_class(trial, &ctx, wish).await?;
            self.file_class(&ctx, id).await?;
            self.answer(
                Timestamp::at(days::before_workdays(from, 10), 9, 30),
                id,
                "noted",
                "",
            )
            .await?;
            let before =
                self.organiser(trial, Timestamp::at(days::before_workdays(from, 3), 10, 0))?;
            self.put_on_list(&before, id, &running).await?;
            self.sign_in(trial, id, &running).await?;
            made += 1;
        }

        let from = days::after_workdays(today, 5);
        if in_year(self.city.year, from) {
            let at = Timestamp::at(days::before_workdays(today, 1), 16, 20);
            let ctx = self.organiser(trial, at)?;
            let wish = Wish {
                capacity: Some(30),
                // Guests only: the register's instructors have invitations for these days.
                teachers: false,
                ..self.closed_wish(trial, programme, from)?
            };
            let id = self.make_class(trial, &ctx, wish).await?;
            self.put_on_list(&ctx, id, &late).await?;
            self.file_class(&ctx, id).await?;
            made += 1;
        }

        let from = days::after_workdays(today, 16);
        if in_year(self.city.year, from) {
            let ctx =
                self.organiser(trial, Timestamp::at(days::before_workdays(today, 2), 15, 0))?;
            let wish = self.closed_wish(trial, programme, from)?;
            self.make_class(trial, &ctx, wish).await?;
            made += 1;
        }
        Ok(made)
    }

    /// One of the photos is a copy: the closing comes back, the copy is taken off, one is missing.
    async fn send_back(&self, trial: usize, id: i64, to: Date) -> anyhow::Result<()> {
        let at = Timestamp::at(days::after_workdays(to, 5), 14, 0);
        let city = self.city_reviewer(at)?;
        let version = self.class(&city, id).await?.version;
        let reason = "体能测试的第2、3张照片是同一画面，请补传一张全景集体照片。";
        return_closing(&city, id, version, reason)
            .await
            .map_err(told("退回结项"))?;
        let ctx = self.organiser(trial, at.plus_hours(2))?;
        let page = chengzhi_classes::facade::commands::closing_page(&ctx, &self.everywhere(), id)
            .await
            .map_err(told("结项材料"))?;
        let copy = page.materials.last().context("没有照片")?.id;
        remove_material(&ctx, id, copy)
            .await
            .map_err(told("结项照片"))
    }

    /// Special trainings from their templates, induction, a class of the city.
    async fn write_special(&self, trial: usize) -> anyhow::Result<usize> {
        let today = self.city.wish.today.date();
        let mut made = 0;
        let course = |title: &str, hours: i64| CourseInput {
            id: None,
            title: title.to_owned(),
            subject: "teaching".to_owned(),
            topic: String::new(),
            hours: Quantity::from_thousandths(hours * 1_000),
            credits: Quantity::from_thousandths(0),
        };
        let wish = |unit, kind, programme, first, titles: &[&str]| Wish {
            unit,
            kind,
            programme,
            title: String::new(),
            audience: String::new(),
            courses: titles.iter().map(|title| course(title, 2)).collect(),
            hours: vec![2; titles.len()],
            first,
            place: "区局二楼研讨室".to_owned(),
            place_id: None,
            teachers: false,
            capacity: None,
            has_exam: false,
            evaluates: true,
        };
        let unit = self.unit(trial)?;
        // Held a month ago and closed.
        let first = days::before_workdays(today, 24);
        if in_year(self.city.year, first) {
            let rule = Some("training.special.recording");
            let programme = self.programme_of(trial, "special", rule).await?;
            let titles = [
                "执法前的准备和现场记录要素",
                "执法后的整理和归档",
                "区局抽查方案详解",
            ];
            let wish = wish(unit, "special", Some(programme), first, &titles);
            let id = self.write_ruled(trial, wish, 10).await?;
            let day = self.organiser(trial, Timestamp::at(first, 8, 0))?;
            self.write_presence(&day, id, (first, first), |_, _| false)
                .await?;
            self.hand_in(trial, id, first).await?;
            let city = self.city_reviewer(Timestamp::at(days::after_workdays(first, 5), 10, 0))?;
            let version = self.class(&city, id).await?.version;
            accept_closing(&city, id, version, "")
                .await
                .map_err(told("结项"))?;
            made += 1;
        }
        let first = days::after_workdays(today, 9);
        if in_year(self.city.year, first) {
            let rule = Some("training.special.reconsideration");
            let programme = self.programme_of(trial, "special", rule).await?;
            let titles = ["修订历程及新亮点", "新修订的主要内容", "全文内容逐条学习"];
            let wish = wish(unit, "special", Some(programme), first, &titles);
            self.write_ruled(trial, wish, 12).await?;
            made += 1;
        }
        let first = days::before_workdays(today, 40);
        if in_year(self.city.year, first) {
            let programme = self.programme_of(trial, "induction", None).await?;
            let titles = ["政治理论", "法律法规", "执法实务", "队列训练"];
            let wish = wish(unit, "induction", Some(programme), first, &titles);
            let id = self.write_ruled(trial, wish, 12).await?;
            let day = self.organiser(trial, Timestamp::at(first, 8, 0))?;
            self.write_presence(&day, id, (first, first), |_, _| false)
                .await?;
            made += 1;
        }
        // Today, with the officer whose account is shown among the trainees.
        let first = days::workday_from(today);
        if in_year(self.city.year, first) {
            let titles = ["水行政执法下放职权", "河道执法典型案例"];
            let wish = Wish {
                title: "水行政执法联合培训".to_owned(),
                audience: "承担水行政执法事项的中队".to_owned(),
                place: "区水务局会议室".to_owned(),
                ..wish(unit, "joint", None, first, &titles)
            };
            let at = Timestamp::at(days::before_workdays(first, 6), 10, 0);
            let ctx = self.organiser(trial, at)?;
            let id = self.make_class(trial, &ctx, wish).await?;
            let people: Vec<usize> = self.squad_of_officer(today);
            self.put_on_list(&ctx, id, &people).await?;
            self.file_class(&ctx, id).await?;
            made += 1;
        }
        let first = days::before_workdays(today, 6);
        if in_year(self.city.year, first) {
            let titles = [
                "执法监督数据通报",
                "执法监督综合平台讲解",
                "执法监督工作交流",
            ];
            let wish = Wish {
                title: "执法监督骨干培训班".to_owned(),
                audience: "各区局执法监督骨干".to_owned(),
                place: "市局培训中心".to_owned(),
                ..wish(self.unit(0)?, "city", None, first, &titles)
            };
            let at = Timestamp::at(days::before_workdays(first, 12), 10, 0);
            let ctx = self.city_reviewer(at)?;
            let id = self.make_class(0, &ctx, wish).await?;
            self.file_class(&ctx, id).await?;
            let heads = self.one_of_each_squad(first);
            self.put_on_list(&ctx, id, &heads).await?;
            let day = self.city_reviewer(Timestamp::at(first, 8, 0))?;
            self.write_presence(&day, id, (first, first), |_, _| false)
                .await?;
            made += 1;
        }
        Ok(made)
    }

    /// A class whose list is filled by its rule, announced so many working days ahead.
    async fn write_ruled(&self, bureau: usize, wish: Wish, ahead: i64) -> anyhow::Result<i64> {
        let first = wish.first;
        let at = Timestamp::at(days::before_workdays(first, ahead), 10, 0);
        let ctx = self.organiser(bureau, at)?;
        let id = self.make_class(bureau, &ctx, wish).await?;
        let scope = self.everywhere();
        let found = candidates(&ctx, &scope, id)
            .await
            .map_err(told("按规则选人"))?;
        let people: Vec<i64> = found.iter().take(36).map(|row| row.person_id).collect();
        enrol(&ctx, id, people, Vec::new())
            .await
            .map_err(told("名单"))?;
        self.file_class(&ctx, id).await?;
        Ok(id)
    }

    /// The officer whose account is shown, and some of his squad.
    fn squad_of_officer(&self, on: Date) -> Vec<usize> {
        let Some(officer) = self.played.get("officer").copied() else {
            return Vec::new();
        };
        let squad = self.city.people[officer].unit_on(on);
        let others = self
            .city
            .people
            .iter()
            .enumerate()
            .filter(|(index, person)| {
                *index != officer && person.unit_on(on) == squad && person.at_post_on(on)
            })
            .map(|(index, _)| index)
            .take(9);
        [officer].into_iter().chain(others).collect()
    }

    /// Somebody at post from every eighth squad of the city.
    fn one_of_each_squad(&self, on: Date) -> Vec<usize> {
        let units = &self.city.units.units;
        (0..units.len())
            .filter(|unit| units[*unit].kind == chengzhi_organisation::facade::UnitKind::Squad)
            .step_by(8)
            .filter_map(|unit| {
                self.city.people.iter().position(|person| {
                    person.established && person.unit_on(on) == Some(unit) && person.at_post_on(on)
                })
            })
            .take(30)
            .collect()
    }

    /// Batches of the other districts for those who missed their closed training: filed in time,
    /// filed late, or still a draft.
    async fn write_makeups(&self, trial: usize) -> anyhow::Result<usize> {
        let today = self.city.wish.today.date();
        let mut made = 0;
        let others = self
            .city
            .units
            .bureaus
            .iter()
            .filter(|plan| plan.district && plan.unit != trial);
        for (index, bureau) in others.enumerate().take(6) {
            let people: Vec<usize> = self
                .city
                .classes
                .missed
                .iter()
                .filter(|(of, person)| {
                    let plan = &self.city.people[*person];
                    *of == bureau.unit
                        && plan.serves_on(today)
                        && plan
                            .unit_on(today)
                            .is_some_and(|unit| self.city.units.units[unit].bureau == bureau.unit)
                })
                .map(|(_, person)| *person)
                .collect();
            let first = days::after_workdays(today, 4 + i64::try_from(index).unwrap_or(0) * 2);
            if people.is_empty() || !in_year(self.city.year, first) {
                continue;
            }
            let programme = self.programme_of(bureau.unit, "closed", None).await?;
            let at = Timestamp::at(
                days::before_workdays(today, 1),
                10,
                u32::try_from(index).unwrap_or(0),
            );
            let ctx = self.organiser(bureau.unit, at)?;
            let wish = Wish {
                title: "区局集中培训补训".to_owned(),
                place: format!("{}培训中心", bureau.short),
                ..self.closed_wish(bureau.unit, programme, first)?
            };
            let id = self.make_class(bureau.unit, &ctx, wish).await?;
            self.put_on_list(&ctx, id, &people).await?;
            if index % 3 != 2 {
                self.file_class(&ctx, id).await?;
            }
            made += 1;
        }
        Ok(made)
    }
}

fn in_year(year: i32, day: Date) -> bool {
    chrono::Datelike::year(&day) == year
}
