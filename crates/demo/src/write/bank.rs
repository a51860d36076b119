//! The question bank: laws and questions of `demo/`. What is checked is in use; what is 未核 waits as a
//! proposal of the trial district.

use anyhow::Context as _;
use chengzhi_bank::facade::{self as bank, State};
use chengzhi_http::Ctx;
use chengzhi_kernel::Timestamp;

use super::Writer;
use crate::bank_data::{BankData, BankQuestion};
use crate::plan::days;

impl Writer<'_> {
    /// Loads the bank. Gives how many questions there are.
    pub(super) async fn write_bank(&self) -> anyhow::Result<usize> {
        let data = BankData::load()?;
        let today = self.city.wish.today.date();
        let begun = days::workday_from(days::ymd(self.city.year - 1, 3, 1));
        let at = Timestamp::at(begun, 10, 0);
        let lately = Timestamp::at(days::before_workdays(today, 3), 14, 0);
        let trial = &self.data.organisation.city.trial_district;
        let trial = self.city.units.by_code(trial).context("没有演示用的区")?;
        let author = self.city.tasks.first().map(|task| task.by);
        let city = self.acting(author.context("没有经办人")?, at, self.unit(0)?)?;
        let district = self
            .city
            .instructors
            .iter()
            .find(|plan| plan.bureau == trial)
            .map(|plan| plan.by);
        let district = self.acting(
            district.context("没有区局经办人")?,
            lately,
            self.unit(trial)?,
        )?;
        let mut tx = self.state.db.write().await?;
        let laws: Vec<bank::LawText> = data.laws.into_values().collect();
        let by = |ctx: &Ctx| (ctx.actor.account_id, ctx.actor.name.clone());
        let (city_by, district_by) = (by(&city), by(&district));
        let city_by = (city_by.0, city_by.1.as_str());
        let district_by = (district_by.0, district_by.1.as_str());
        bank::load_laws(&mut tx, &laws, city_by, at).await?;
        let count = data.questions.len();
        let (checked, unchecked): (Vec<BankQuestion>, Vec<BankQuestion>) =
            data.questions.into_iter().partition(|one| one.checked);
        for (questions, unit, state, by, at) in [
            (checked, 0, State::InUse, city_by, at),
            (unchecked, trial, State::Proposed, district_by, lately),
        ] {
            let questions = questions
                .into_iter()
                .map(|one| (one.content, one.level))
                .collect();
            let unit = self.unit(unit)?;
            bank::load_questions(&mut tx, unit, questions, state, by, at).await?;
        }
        tx.audit(city.audit("bank.load", "bank"));
        tx.commit().await?;
        Ok(count)
    }
}
