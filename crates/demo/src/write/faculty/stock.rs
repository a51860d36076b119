//! What is taught and where: courseware, bases, rooms and smart classrooms.

use anyhow::Context as _;
use chengzhi_authz::Scope;
use chengzhi_faculty::facade::commands::{
    CheckInput, CoursewareInput, LawRef, PlaceInput, apply, check, release_courseware,
    save_courseware, save_place,
};
use chengzhi_faculty::facade::{self as faculty, CoursewareKind, PlaceKind};
use chengzhi_kernel::Timestamp;

use super::Serving;
use crate::plan::days;
use crate::plan::faculty::{COURSES, FacultyPlan};
use crate::write::{Writer, told};

impl Writer<'_> {
    pub(super) async fn write_courses(
        &self,
        scope: &Scope,
        stock: &FacultyPlan,
        serving: &[Serving],
    ) -> anyhow::Result<Vec<i64>> {
        let mut rows = Vec::new();
        let bureaus: Vec<usize> = serving.iter().map(|one| one.plan.bureau).collect();
        for (index, (title, field, kind)) in COURSES.iter().enumerate() {
            // Half of them are the trial district's, the others go round.
            let bureau = if index % 2 == 0 {
                stock.trial
            } else {
                bureaus
                    .get(index * 5 % bureaus.len().max(1))
                    .copied()
                    .unwrap_or(0)
            };
            let share = u64::try_from(index).unwrap_or(0);
            let back = 20 + share * 14;
            let day = days::workday_from(self.city.wish.today.date() - chrono::Days::new(back));
            let ctx = self.faculty_ctx(bureau, Timestamp::at(day, 14, 0))?;
            let kind = CoursewareKind::from_code(kind).context("课件种类")?;
            let author = serving.iter().find(|one| one.plan.bureau == bureau);
            let input = CoursewareInput {
                version: 0,
                unit: self.unit(bureau)?,
                kind,
                title: (*title).to_owned(),
                field: (*field).to_owned(),
                summary: format!("围绕“{title}”讲解适用情形、办理步骤和常见问题，附基层案例。"),
                blocks: [
                    "procedure",
                    "points",
                    "violations",
                    "steps",
                    "subject",
                    "evidence",
                    "discretion",
                    "litigation",
                ]
                .map(|code| (code.to_owned(), format!("{title}：结合本区案例说明。")))
                .to_vec(),
                author: author.map_or_else(String::new, |one| {
                    self.city.people[one.plan.person].name.clone()
                }),
                instructor: None,
                group: None,
                minutes: kind
                    .is_video()
                    .then_some(if index % 3 == 0 { 35 } else { 12 }),
                link: String::new(),
                laws: vec![LawRef {
                    law: "中华人民共和国行政处罚法".to_owned(),
                    article: ["第三十三条", "第四十条", "第五十四条", "第六十三条"][index % 4]
                        .to_owned(),
                    edition: "2021年修订".to_owned(),
                }],
            };
            let row = save_courseware(&ctx, scope, None, input)
                .await
                .map_err(told("课件"))?;
            // The last one is still a draft.
            if index + 1 < COURSES.len() {
                release_courseware(&ctx, scope, row, 1)
                    .await
                    .map_err(told("启用课件"))?;
                rows.push(row);
            }
        }
        Ok(rows)
    }

    pub(super) async fn write_places(
        &self,
        scope: &Scope,
        stock: &FacultyPlan,
        courses: &[i64],
    ) -> anyhow::Result<Vec<i64>> {
        let today = self.city.wish.today.date();
        let mut rooms = Vec::new();
        for (index, plan) in stock.bases.iter().enumerate() {
            let day = plan.scored.unwrap_or(today - chrono::Days::new(7));
            let ctx = self.faculty_ctx(plan.bureau, Timestamp::at(day, 9, 0))?;
            // A course that is already in use on the day stands at the end of the list.
            let course = courses
                .last()
                .copied()
                .filter(|_| index % 3 == 1 && day > today - chrono::Days::new(200));
            let input = PlaceInput {
                version: 0,
                kind: PlaceKind::Base,
                unit: self.unit(plan.bureau)?,
                base: None,
                name: plan.name.clone(),
                address: plan.address.clone(),
                capacity: plan.capacity,
                contact: "基地联络员 021-66000000".to_owned(),
                features: "现场教学、案例研讨、实操考核".to_owned(),
                course,
            };
            let row = save_place(&ctx, scope, None, input)
                .await
                .map_err(told("基地"))?;
            let version = if course.is_some() { 2 } else { 1 };
            apply(&ctx, scope, row, version)
                .await
                .map_err(told("申请创建"))?;
            if plan.scored.is_some() {
                let ctx = self.faculty_ctx(0, Timestamp::at(day, 15, 0))?;
                let input = CheckInput {
                    version: version + 1,
                    held_on: day,
                    score: 8_600 + i64::try_from(index % 12).unwrap_or(0) * 100,
                    judges: "市局教育培训处".to_owned(),
                    note: "场地、师资、课程符合创建标准。".to_owned(),
                };
                check(&ctx, scope, row, input)
                    .await
                    .map_err(told("现场评分"))?;
            }
        }
        let day = today - chrono::Days::new(60);
        let ctx = self.faculty_ctx(stock.trial, Timestamp::at(day, 9, 0))?;
        for (kind, name, capacity) in [
            (PlaceKind::Room, "区局三楼大教室", 120),
            (PlaceKind::Room, "区局二楼研讨室", 30),
            (PlaceKind::SmartClassroom, "宝山智慧教室", 60),
        ] {
            let input = PlaceInput {
                version: 0,
                kind,
                unit: self.unit(stock.trial)?,
                base: None,
                name: name.to_owned(),
                address: "宝山区友谊路".to_owned(),
                capacity,
                contact: String::new(),
                features: "投影、扩声、录播".to_owned(),
                course: None,
            };
            let row = save_place(&ctx, scope, None, input)
                .await
                .map_err(told("教室"))?;
            rooms.push(row);
            if kind == PlaceKind::SmartClassroom {
                let answers = ["display", "sound", "network", "sign_in"]
                    .map(|code| (code.to_owned(), "已配备，见验收单。".to_owned()))
                    .to_vec();
                faculty::commands::self_assess(&ctx, scope, row, 1, answers)
                    .await
                    .map_err(told("智慧教室自评"))?;
            }
        }
        Ok(rooms)
    }
}
