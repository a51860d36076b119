//! How a class comes about: courses, timetable, filing, list.

use anyhow::Context as _;
use chengzhi_classes::facade::commands::{
    ClassInput, ClassOut, CourseInput, LessonInput, Origin, answer_filing, create, enrol, file,
    save_courses, save_lessons, view,
};
use chengzhi_http::Ctx;
use chengzhi_kernel::{Date, Timestamp, UnitId};

use crate::plan::classes::{LessonPlan, hours_of, lay};
use crate::write::{Writer, told};

/// What a class is to be.
pub(super) struct Wish {
    pub(super) unit: UnitId,
    pub(super) kind: &'static str,
    pub(super) programme: Option<i64>,
    pub(super) title: String,
    pub(super) audience: String,
    pub(super) courses: Vec<CourseInput>,
    pub(super) hours: Vec<u32>,
    pub(super) first: Date,
    pub(super) place: String,
    pub(super) place_id: Option<i64>,
    pub(super) teachers: bool,
    pub(super) capacity: Option<u32>,
    pub(super) has_exam: bool,
    pub(super) evaluates: bool,
}

impl Writer<'_> {
    /// Makes a class with courses and timetable at a moment. Gives its number.
    pub(super) async fn make_class(
        &self,
        bureau: usize,
        ctx: &Ctx,
        wish: Wish,
    ) -> anyhow::Result<i64> {
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

    pub(in crate::write) async fn class(&self, ctx: &Ctx, id: i64) -> anyhow::Result<ClassOut> {
        view(ctx, &self.everywhere(), id)
            .await
            .map_err(told("培训班"))
    }

    pub(super) async fn file_class(&self, ctx: &Ctx, id: i64) -> anyhow::Result<()> {
        let version = self.class(ctx, id).await?.version;
        file(ctx, id, version).await.map_err(told("报备"))
    }

    pub(super) async fn answer(
        &self,
        at: Timestamp,
        id: i64,
        answer: &str,
        text: &str,
    ) -> anyhow::Result<()> {
        let ctx = self.city_reviewer(at)?;
        let class = self.class(&ctx, id).await?;
        let filing = class.filings.first().context("没有报备")?.id;
        answer_filing(&ctx, &self.everywhere(), id, filing, answer, text)
            .await
            .map_err(told("答复报备"))
    }

    pub(super) async fn put_on_list(
        &self,
        ctx: &Ctx,
        id: i64,
        people: &[usize],
    ) -> anyhow::Result<()> {
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
    pub(super) fn closed_courses(&self) -> anyhow::Result<(Vec<CourseInput>, Vec<u32>)> {
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

    pub(super) fn closed_wish(
        &self,
        bureau: usize,
        programme: i64,
        first: Date,
    ) -> anyhow::Result<Wish> {
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
}
