//! Topics that the trial district's squads asked for, with every kind of answer, and its plan of three
//! years.

use std::collections::BTreeSet;

use anyhow::Context as _;
use chengzhi_classes::facade::commands::{
    Decision, Leader, OutlookInput, OutsiderInput, RequestInput, TargetInput, add_leader,
    add_outsider, ask_request, create_outlook, decide_request, mark_class, requests, save_outlook,
    vote_request,
};
use chengzhi_classes::facade::{standing_classes, trainees_of};
use chengzhi_kernel::{Date, Timestamp};
use chengzhi_organisation::facade::UnitKind;

use super::others::in_year;
use crate::plan::days;
use crate::write::{Writer, told};

/// What became of a topic.
#[derive(Clone, Copy)]
enum Answer {
    Open,
    New,
    /// Into the programme made from this rule.
    Into(&'static str),
    /// Into the first course to come that says this.
    Course(&'static str),
    Declined(&'static str),
    /// Into the topic with this number in the list.
    Merged(usize),
}

/// Field, topic, reason, how many more second it, answer.
type Asked = (&'static str, &'static str, &'static str, usize, Answer);

const ASKED: &[Asked] = &[
    (
        "environment",
        "夜间餐饮油烟取证",
        "夜间巡查多，油烟检测仪怎么布点、记录怎么写，各中队做法不一。",
        4,
        Answer::New,
    ),
    (
        "construction",
        "建筑垃圾运输车辆现场查处",
        "车辆证照核对环节多，现场程序经常漏项。",
        3,
        Answer::Into("training.special.recording"),
    ),
    (
        "litigation",
        "复议应诉的证据准备",
        "今年复议案件增多，不清楚答复时要交哪些证据。",
        3,
        Answer::Course("主要内容"),
    ),
    (
        "off_site",
        "无人机巡查取证",
        "屋顶违法建筑看不到，希望学会操作无人机。",
        1,
        Answer::Declined("本年度中队尚未配发设备，待设备到位后列入下一年度计划。"),
    ),
    (
        "city_looks",
        "户外招牌安全隐患的处置",
        "台风前排查量大，哪些可以当场要求拆除把握不准。",
        5,
        Answer::Open,
    ),
    (
        "city_looks",
        "店招店牌的管理依据",
        "店招店牌和户外广告的依据经常混用。",
        2,
        Answer::Merged(4),
    ),
    (
        "discretion",
        "轻微违法免罚怎么说理",
        "免罚决定书的说理部分不会写。",
        2,
        Answer::Open,
    ),
];

impl Writer<'_> {
    /// Topics, seconded and answered. Gives how many were asked for.
    pub(super) async fn write_requests(&self, trial: usize) -> anyhow::Result<usize> {
        let today = self.city.wish.today.date();
        let asked_on = days::before_workdays(today, 30);
        let squads = self.reporters(trial, asked_on);
        if !in_year(self.city.year, asked_on) || squads.len() < 6 {
            return Ok(0);
        }
        let mut ids = Vec::new();
        for (number, (field, topic, reason, more, _)) in ASKED.iter().enumerate() {
            let on = days::after_workdays(asked_on, i64::try_from(number)?);
            let (unit, by) = squads[number % squads.len()];
            let (ctx, _) = self.reporting(by, Timestamp::at(on, 9, 30), self.unit(unit)?)?;
            let input = RequestInput {
                year: Some(self.city.year),
                field: (*field).to_owned(),
                topic: (*topic).to_owned(),
                reason: (*reason).to_owned(),
            };
            let id = ask_request(&ctx, input).await.map_err(told("培训需求"))?;
            for step in 1..=*more {
                let (unit, by) = squads[(number + step) % squads.len()];
                let at = Timestamp::at(on, 14, u32::try_from(step)?);
                let (ctx, scope) = self.reporting(by, at, self.unit(unit)?)?;
                vote_request(&ctx, &scope, id, true)
                    .await
                    .map_err(told("附议"))?;
            }
            ids.push(id);
        }
        for (number, (.., answer)) in ASKED.iter().enumerate() {
            self.answer_request(trial, &ids, number, *answer).await?;
        }
        Ok(ids.len())
    }

    async fn answer_request(
        &self,
        trial: usize,
        ids: &[i64],
        number: usize,
        answer: Answer,
    ) -> anyhow::Result<()> {
        let on = days::before_workdays(self.city.wish.today.date(), 12);
        let ctx = self.organiser(trial, Timestamp::at(on, 10, u32::try_from(number)?))?;
        let scope = self.everywhere();
        let (what, note) = match answer {
            Answer::Open => return Ok(()),
            Answer::New => (Decision::New, ""),
            Answer::Into(rule) => {
                let programme = self.programme_of(trial, "special", Some(rule)).await?;
                (Decision::Into(programme), "")
            }
            Answer::Course(word) => {
                let offered = requests(&ctx, &scope, Some(self.city.year))
                    .await
                    .map_err(told("培训需求"))?
                    .courses;
                let Some(course) = offered.iter().find(|one| one.title.contains(word)) else {
                    return Ok(());
                };
                (Decision::Course(course.id), "结合新修订的内容一并讲解")
            }
            Answer::Declined(note) => (Decision::Decline, note),
            Answer::Merged(into) => (Decision::Merge(ids[into]), "一并研究"),
        };
        // Nothing has changed it since it was asked for: voices do not count its version up.
        decide_request(&ctx, &scope, ids[number], 1, what, note)
            .await
            .map_err(told("答复需求"))
    }

    /// Squads of a bureau with who reports for each, at work on a day; not the account that is shown.
    fn reporters(&self, bureau: usize, on: Date) -> Vec<(usize, usize)> {
        let shown = self.played.get("squad_reporter").copied();
        let mut seen = BTreeSet::new();
        self.city
            .slots
            .iter()
            .filter(|slot| {
                let unit = &self.city.units.units[slot.unit];
                unit.bureau == bureau && unit.kind == UnitKind::Squad
            })
            .filter(|slot| Some(slot.by) != shown)
            .filter(|slot| self.city.people[slot.by].unit_on(on) == Some(slot.unit))
            .filter(|slot| seen.insert(slot.unit))
            .map(|slot| (slot.unit, slot.by))
            .collect()
    }

    /// The trial district's plan of three years, the year of the demo in its middle.
    pub(super) async fn write_outlook(&self, trial: usize) -> anyhow::Result<()> {
        let year = self.city.year;
        let unit = self.unit(trial)?;
        let made = days::workday_from(days::ymd(year, 1, 9));
        let at = Timestamp::at(made, 10, 0).min(self.city.wish.today);
        let ctx = self.organiser(trial, at)?;
        let title = format!("教育培训三年规划（{}—{}年）", year - 1, year + 1);
        let note = "每年集中培训全覆盖，专题培训按需求安排，基地、师资、课件逐年补齐。";
        let id = create_outlook(&ctx, unit, (year - 1, year + 1), &title, note)
            .await
            .map_err(told("三年规划"))?;
        let target = |year, measure: &str, kind: &str, goal| TargetInput {
            year,
            measure: measure.to_owned(),
            kind: kind.to_owned(),
            goal,
        };
        let mut targets = vec![
            target(year, "classes", "closed", 4),
            target(year, "classes", "special", 7),
            target(year, "trained", "", 400),
            target(year, "hours", "", 120),
            target(year, "drill_reviews", "", 1),
            target(year, "bases_in_use", "", 3),
            target(year, "instructors", "", 3),
            target(year, "videos", "", 1),
        ];
        targets.extend([
            target(year + 1, "classes", "special", 9),
            target(year + 1, "drill_reviews", "", 1),
            target(year + 1, "instructors", "", 5),
            target(year + 1, "practice", "", 5),
        ]);
        let input = OutlookInput {
            version: 1,
            title,
            note: note.to_owned(),
            targets,
        };
        save_outlook(&ctx, id, input)
            .await
            .map_err(told("三年规划"))?;
        self.write_leaders(trial, id).await
    }

    /// Two leaders of other bodies who still owe their legal training, and one of the bureau who had it.
    async fn write_leaders(&self, trial: usize, id: i64) -> anyhow::Result<()> {
        let ctx = self.organiser(trial, self.city.wish.today)?;
        let unit = self.unit(trial)?;
        // The plan was made and saved once.
        let mut version = 2;
        for (name, body, title) in [
            ("陆文清", "区生态环境局", "副局长"),
            ("邵建平", "友谊路街道办事处", "副主任"),
        ] {
            let input = OutsiderInput {
                name: name.to_owned(),
                organisation: body.to_owned(),
                title: title.to_owned(),
                phone: String::new(),
            };
            let outsider = add_outsider(&ctx, unit, &input)
                .await
                .map_err(told("外单位学员"))?;
            add_leader(&ctx, id, version, Leader::Outsider(outsider), title)
                .await
                .map_err(told("领导干部"))?;
            version += 1;
        }
        if self.city.classes.closed.is_empty() {
            return Ok(());
        }
        let mut tx = self.state.db.read().await?;
        let held = standing_classes(&mut tx, unit, self.city.year)
            .await
            .map_err(told("培训班"))?
            .into_iter()
            .find(|class| class.title == "区局集中培训")
            .context("没有集中培训班")?;
        let people = trainees_of(&mut tx, held.id).await.map_err(told("名单"))?;
        drop(tx);
        let person = people.first().copied().context("名单为空")?;
        add_leader(&ctx, id, version, Leader::Person(person), "中层干部")
            .await
            .map_err(told("领导干部"))?;
        mark_class(&ctx, id, held.id, version + 1, true)
            .await
            .map_err(told("计入培训"))
    }
}
