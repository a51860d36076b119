//! Instructors, places and courseware, made by the commands that people use.

mod stock;
mod teachers;
mod together;

use anyhow::Context as _;
use chengzhi_authz::Role;
use chengzhi_http::Ctx;
use chengzhi_kernel::{Date, Timestamp};

use super::{Teacher, Writer};
use crate::plan::faculty::{TeacherPlan, plan};

/// Row, bureau and plan of an instructor who serves.
struct Serving {
    row: i64,
    plan: TeacherPlan,
    /// Last day of a short term.
    until: Option<Date>,
}

impl Writer<'_> {
    /// Somebody of a bureau at work at a moment of the past: who named its drill instructors; for the
    /// city's own who issued its tasks.
    fn faculty_ctx(&self, bureau: usize, at: Timestamp) -> anyhow::Result<Ctx> {
        let of_bureau = self
            .city
            .instructors
            .iter()
            .find(|plan| plan.bureau == bureau)
            .map(|plan| plan.by);
        let by = of_bureau
            .or_else(|| self.city.tasks.first().map(|task| task.by))
            .context("没有经办人")?;
        let mut ctx = self.acting(by, at, self.unit(bureau)?)?;
        for grant in &mut ctx.actor.grants {
            grant.role = Role::CityTraining;
        }
        Ok(ctx)
    }

    /// Makes the stock. Gives how many instructors serve.
    pub(super) async fn write_faculty(&mut self) -> anyhow::Result<usize> {
        let trial = &self.data.organisation.city.trial_district;
        let trial = self.city.units.by_code(trial).context("没有演示用的区")?;
        let teacher = self.played.get("instructor").copied();
        let stock = plan(self.city, trial, teacher);
        let scope = self.everywhere();
        let serving = self.write_teachers(&scope, &stock).await?;
        let courses = self.write_courses(&scope, &stock, &serving).await?;
        self.rooms = self.write_places(&scope, &stock, &courses).await?;
        self.write_lessons(&serving, &courses).await?;
        self.write_teams(&scope, &stock, &serving).await?;
        self.write_call(&scope).await?;
        self.write_asked(&scope, &stock, &serving).await?;
        self.teachers = serving
            .iter()
            .map(|one| Teacher {
                row: one.row,
                bureau: one.plan.bureau,
                name: self.city.people[one.plan.person].name.clone(),
                from: one.plan.on,
                until: one.until,
            })
            .collect();
        Ok(serving.len())
    }
}
