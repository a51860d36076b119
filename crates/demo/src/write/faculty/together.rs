//! What instructors do together: studios, groups, mentors, cases, and a call for contributions.

use chengzhi_authz::Scope;
use chengzhi_faculty::facade::CoursewareKind;
use chengzhi_faculty::facade::commands::{
    CallInput, CaseInput, Contribution, GroupInput, MentorshipInput, StudioInput, contribute,
    hand_out, judge_contribution, open_call, pair, save_group, save_studio,
};
use chengzhi_kernel::Timestamp;

use super::Serving;
use crate::plan::days;
use crate::plan::faculty::{FacultyPlan, TEACHES};
use crate::write::{Writer, told};

impl Writer<'_> {
    pub(super) async fn write_teams(
        &self,
        scope: &Scope,
        stock: &FacultyPlan,
        serving: &[Serving],
    ) -> anyhow::Result<()> {
        let today = self.city.wish.today.date();
        let day = today - chrono::Days::new(12);
        let of = |kind: &str| -> Vec<&Serving> {
            serving.iter().filter(|one| one.plan.kind == kind).collect()
        };
        let citys = of("city");
        let ctx = self.faculty_ctx(0, Timestamp::at(day, 10, 0))?;
        if let Some(lead) = citys.first() {
            let input = StudioInput {
                version: 0,
                unit: self.unit(0)?,
                name: format!("{}金牌师资工作室", self.city.people[lead.plan.person].name),
                lead: lead.row,
                members: citys.iter().skip(1).take(3).map(|one| one.row).collect(),
                goals: "每季度开展一次示范课，年内带教青年教员四名。".to_owned(),
                opened_on: day,
                closed_on: None,
            };
            save_studio(&ctx, scope, None, input)
                .await
                .map_err(told("工作室"))?;
        }
        let own: Vec<&Serving> = serving
            .iter()
            .filter(|one| one.plan.bureau == stock.trial && one.plan.kind == "district")
            .collect();
        let ctx = self.faculty_ctx(stock.trial, Timestamp::at(day, 11, 0))?;
        let input = GroupInput {
            version: 0,
            unit: self.unit(stock.trial)?,
            name: "非现场执法课程开发教研组".to_owned(),
            goals: "年内完成两门课程，配套案例不少于六件。".to_owned(),
            opened_on: day,
            closed_on: None,
            members: own
                .iter()
                .enumerate()
                .map(|(index, one)| {
                    let duty = if index == 0 { "组长" } else { "主讲" };
                    (one.row, duty.to_owned())
                })
                .collect(),
        };
        save_group(&ctx, scope, None, input)
            .await
            .map_err(told("教研组"))?;
        for mentor in own.iter().take(2) {
            let squad = mentor.plan.unit;
            let apprentice = self.city.people.iter().position(|person| {
                person.unit_on(day) == Some(squad)
                    && person.at_post_on(day)
                    && person.joined_on > days::ymd(self.city.year - 6, 1, 1)
            });
            let Some(apprentice) = apprentice.filter(|person| *person != mentor.plan.person) else {
                continue;
            };
            let input = MentorshipInput {
                mentor: mentor.row,
                apprentice: self.person(apprentice)?,
                goals: "一年内能独立讲授一门课程。".to_owned(),
                from: day,
                until: day + chrono::Days::new(365),
            };
            pair(&ctx, scope, input).await.map_err(told("师徒结对"))?;
        }
        // Some of the cases owed were handed out; others are still owed.
        for (index, one) in own.iter().enumerate().skip(1) {
            let input = CaseInput {
                unit: self.unit(stock.trial)?,
                instructors: vec![one.row],
                handed_on: day,
                case_no: format!("宝城管案〔{}〕{:03}号", self.city.year, 101 + index),
                title: [
                    "擅自占用道路堆物案",
                    "未按规定分类投放垃圾案",
                    "夜间违规施工噪声案",
                ][index % 3]
                    .to_owned(),
                field: TEACHES[index % TEACHES.len()][0].to_owned(),
                summary: "当事人认定、证据固定和裁量说理较为典型，可作课堂讨论。".to_owned(),
            };
            hand_out(&ctx, scope, input)
                .await
                .map_err(told("教学案例"))?;
        }
        Ok(())
    }

    pub(super) async fn write_call(&self, scope: &Scope) -> anyhow::Result<()> {
        let today = self.city.wish.today.date();
        let at = Timestamp::at(today - chrono::Days::new(10), 9, 0);
        let ctx = self.faculty_ctx(0, at)?;
        let input = CallInput {
            unit: self.unit(0)?,
            title: format!("{}年业务视频课件众筹", self.city.year),
            kind: CoursewareKind::Video,
            asks: "围绕基层办案难点，每件不超过20分钟；写明法条依据，附真实案例。".to_owned(),
            closes_on: today + chrono::Days::new(20),
        };
        let call = open_call(&ctx, scope, input).await.map_err(told("征集"))?;
        let senders: Vec<usize> = self
            .city
            .slots
            .iter()
            .rev()
            .map(|slot| slot.by)
            .filter(|by| self.city.people[*by].at_post_on(at.date()))
            .take(3)
            .collect();
        for (index, by) in senders.iter().enumerate() {
            let ctx = self.acting(*by, at.plus_hours(3 + index as i64), self.unit(0)?)?;
            let input = Contribution {
                title: [
                    "一次入户检查的十二个动作",
                    "非现场证据怎么审",
                    "夜市油烟整治实录",
                ][index % 3]
                    .to_owned(),
                summary: "按现场顺序拍摄，逐步说明依据和注意事项。".to_owned(),
                link: String::new(),
            };
            // A person may report for two units: the same title twice is refused, as by hand.
            let Ok(sent) = contribute(&ctx, call, input).await else {
                continue;
            };
            if index == 0 {
                let ctx = self.faculty_ctx(0, at.plus_hours(30))?;
                judge_contribution(&ctx, scope, sent, (8_900, "步骤清楚"))
                    .await
                    .map_err(told("评选打分"))?;
            }
        }
        Ok(())
    }
}
