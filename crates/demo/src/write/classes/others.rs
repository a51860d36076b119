//! Classes beside the closed training: special, induction, joint, of the city, and make-up batches.

use chengzhi_classes::facade::commands::{CourseInput, accept_closing, candidates, enrol};
use chengzhi_kernel::{Date, Quantity, Timestamp};

use super::making::Wish;
use crate::plan::days;
use crate::write::{Writer, told};

impl Writer<'_> {
    /// Special trainings from their templates, induction, a class of the city.
    pub(super) async fn write_special(&self, trial: usize) -> anyhow::Result<usize> {
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
    pub(super) async fn write_ruled(
        &self,
        bureau: usize,
        wish: Wish,
        ahead: i64,
    ) -> anyhow::Result<i64> {
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
    pub(super) fn squad_of_officer(&self, on: Date) -> Vec<usize> {
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
    pub(super) fn one_of_each_squad(&self, on: Date) -> Vec<usize> {
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
    pub(super) async fn write_makeups(&self, trial: usize) -> anyhow::Result<usize> {
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

pub(super) fn in_year(year: i32, day: Date) -> bool {
    chrono::Datelike::year(&day) == year
}
