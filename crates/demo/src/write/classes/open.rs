//! Batches that are not closed: sent back, running, filed, a draft.

use anyhow::Context as _;
use chengzhi_classes::facade::commands::{remove_material, return_closing};
use chengzhi_kernel::{Date, Timestamp};

use super::held::{SHOTS, Shot};
use super::making::Wish;
use super::others::in_year;
use crate::plan::days;
use crate::write::{Writer, told};

impl Writer<'_> {
    /// The batches that are not closed: sent back for a photo, running today, filed late, a draft.
    pub(super) async fn write_later(
        &mut self,
        trial: usize,
        programme: i64,
    ) -> anyhow::Result<usize> {
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
    pub(super) async fn send_back(&self, trial: usize, id: i64, to: Date) -> anyhow::Result<()> {
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
}
