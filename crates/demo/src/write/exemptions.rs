//! Exemptions from drill, asked for and decided as the pages do.

use chengzhi_drill::facade::commands::{
    ExemptionAct, ExemptionInput, decide_exemption, request_exemption,
};

use super::{Writer, told};
use crate::plan::exempt::Answer;

impl Writer<'_> {
    /// Stores all exemptions; gives how many.
    pub(super) async fn write_exemptions(&self) -> anyhow::Result<usize> {
        for plan in &self.city.exemptions {
            let (unit, bureau) = (self.unit(plan.unit)?, self.unit(plan.bureau)?);
            let (ctx, scope) = self.reporting(plan.by, plan.at, unit)?;
            let input = ExemptionInput {
                unit,
                person: self.person(plan.person)?,
                kind: plan.kind.to_owned(),
                from: plan.from,
                to: plan.to,
                note: plan.note.to_owned(),
            };
            let id = request_exemption(&ctx, &scope, input)
                .await
                .map_err(told("免训申请"))?;
            let Some((at, by, answer)) = &plan.decision else {
                continue;
            };
            let scope = self.everywhere();
            let ctx = self.acting(*by, *at, bureau)?;
            let (act, note) = match answer {
                Answer::Refused(why) => (ExemptionAct::Refuse, *why),
                Answer::Granted | Answer::CutShort(..) => (ExemptionAct::Approve, ""),
            };
            decide_exemption(&ctx, &scope, id, 1, act, note)
                .await
                .map_err(told("免训审批"))?;
            if let Answer::CutShort(last, entered) = answer {
                let ctx = self.acting(*by, *entered, bureau)?;
                let act = ExemptionAct::End(*last);
                decide_exemption(&ctx, &scope, id, 2, act, "复查痊愈，恢复训练。")
                    .await
                    .map_err(told("提前结束免训"))?;
            }
        }
        Ok(self.city.exemptions.len())
    }
}
