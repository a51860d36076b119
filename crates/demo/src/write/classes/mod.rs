//! Training classes: plans of the year, the trial district's closed training with batches in every
//! state, special, induction and city classes, topics asked for, the plan of three years; made by the
//! commands that people use.

mod held;
mod making;
mod open;
mod others;
mod requests;

use anyhow::Context as _;
use chengzhi_authz::Role;
use chengzhi_classes::facade::commands::{PlanInput, create_plan, plans};
use chengzhi_http::Ctx;
use chengzhi_kernel::{Date, Timestamp};

use super::{Teacher, Writer, told};
use crate::data::training::Programme;
use crate::plan::{days, training};

impl Writer<'_> {
    /// Whoever runs a bureau's training, at a moment of the past.
    pub(in crate::write) fn organiser(&self, bureau: usize, at: Timestamp) -> anyhow::Result<Ctx> {
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
    pub(super) fn city_reviewer(&self, at: Timestamp) -> anyhow::Result<Ctx> {
        let by = self
            .city
            .tasks
            .first()
            .map(|task| task.by)
            .context("没有经办人")?;
        let role = (Role::CityTraining, self.unit(0)?);
        self.acting_with(by, at, role, self.everywhere())
    }

    pub(super) fn closed_programme(&self) -> anyhow::Result<&Programme> {
        training::programme(self.data, self.city.year).context("没有集训课程")
    }

    /// Makes all classes. Gives how many there are.
    pub(in crate::write) async fn write_classes(&mut self) -> anyhow::Result<usize> {
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
        self.write_requests(trial).await?;
        self.write_outlook(trial).await?;
        Ok(made)
    }

    /// A plan of the year for each district. Gives the trial district's programme of the closed
    /// training.
    pub(super) async fn write_plans(&self, trial: usize) -> anyhow::Result<i64> {
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
    pub(super) async fn programme_of(
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
    pub(super) fn serving(&self, bureau: usize, on: Date) -> Vec<&Teacher> {
        self.teachers
            .iter()
            .filter(|one| {
                one.bureau == bureau && one.from <= on && one.until.is_none_or(|until| on <= until)
            })
            .collect()
    }
}
