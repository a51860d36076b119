//! Conflicts and what would help, in Chinese.

use crate::domain::Marks;
use crate::domain::blueprint::Blueprint;

use super::constraint::Constraint;
use super::explain::{Part, Relaxation};

/// A thousandth as people say it: `65.5%`.
pub(super) fn percent(thousandths: i64) -> String {
    if thousandths % 10 == 0 {
        format!("{}%", thousandths / 10)
    } else {
        format!("{}.{}%", thousandths / 10, thousandths % 10)
    }
}

pub(super) fn part(
    plan: &Blueprint,
    constraint: Constraint,
    need: Option<u32>,
    available: Option<u32>,
) -> String {
    let wear = &plan.exposure;
    let (need, available) = (need.unwrap_or(0), available.unwrap_or(0));
    match constraint {
        Constraint::Section(at) => {
            let section = &plan.sections[at];
            let heading = section.heading();
            format!("“{heading}”共{need}道，可用{available}道")
        }
        Constraint::Min(at) => {
            let words = plan.limits[at].filter.words(&plan.sections);
            format!("需要至少{need}道{words}，可用{available}道")
        }
        Constraint::Max(at) => {
            let words = plan.limits[at].filter.words(&plan.sections);
            format!("{words}至多{}道", plan.limits[at].max.unwrap_or(0))
        }
        Constraint::Total => {
            let total = plan.total.unwrap_or(Marks::ZERO);
            format!("全卷应为{total}分（各大题合计{}分）", plan.marks())
        }
        Constraint::Target => plan.target.map_or_else(String::new, |target| {
            let (rate, slack) = (i64::from(target.rate), i64::from(target.tolerance));
            format!("预计得分率{}，允许偏差{}", percent(rate), percent(slack))
        }),
        Constraint::Fixed(id) => format!("试题{id}必选"),
        Constraint::Excluded => format!("排除{}道试题", plan.excluded.len()),
        Constraint::Rest => format!(
            "最近{}场考试用过的试题不用",
            wear.rest_sessions.unwrap_or(0)
        ),
        Constraint::Uses => format!("用过超过{}次的试题不用", wear.max_uses.unwrap_or(0)),
        Constraint::Share => wear.max_share.map_or_else(String::new, |share| {
            format!(
                "使用率超过{}的试题不用",
                percent(i64::from(share.per_mille))
            )
        }),
        Constraint::Enemies => "相近的试题不同卷".to_owned(),
        Constraint::Overlap => "各套试卷的重复题数有上限".to_owned(),
    }
}

pub(super) fn relaxation(
    plan: &Blueprint,
    constraint: Constraint,
    to: Option<i64>,
    available: Option<u32>,
) -> String {
    let change = match (constraint, to) {
        (Constraint::Rest, Some(to)) => format!("把使用间隔放宽到{to}场"),
        (Constraint::Rest, None) => "取消使用间隔".to_owned(),
        (Constraint::Uses, Some(to)) => format!("把使用次数上限放宽到{to}次"),
        (Constraint::Uses, None) => "取消使用次数上限".to_owned(),
        (Constraint::Share, _) => "取消使用率上限".to_owned(),
        (Constraint::Enemies, _) => "允许相近的试题同卷".to_owned(),
        (Constraint::Excluded, _) => "取消排除的试题".to_owned(),
        (Constraint::Fixed(id), _) => format!("不再必选试题{id}"),
        (Constraint::Min(at), Some(to)) => {
            let words = plan.limits[at].filter.words(&plan.sections);
            format!("把{words}的下限降到{to}道")
        }
        (Constraint::Max(at), Some(to)) => {
            let words = plan.limits[at].filter.words(&plan.sections);
            format!("把{words}的上限提到{to}道")
        }
        (Constraint::Min(at) | Constraint::Max(at), None) => {
            let words = plan.limits[at].filter.words(&plan.sections);
            format!("取消对{words}的要求")
        }
        (Constraint::Target, Some(to)) => format!("把预计得分率的允许偏差放宽到{}", percent(to)),
        (Constraint::Target, None) => "取消预计得分率".to_owned(),
        (Constraint::Section(at), to) => {
            let heading = plan.sections[at].heading();
            format!("把“{heading}”改为{}道", to.unwrap_or(0))
        }
        (Constraint::Total, to) => format!("把总分改为{}分", Marks(to.unwrap_or(0))),
        (Constraint::Overlap, _) => "允许更多重复".to_owned(),
    };
    let filters = matches!(
        constraint,
        Constraint::Rest
            | Constraint::Uses
            | Constraint::Share
            | Constraint::Enemies
            | Constraint::Excluded
    );
    match available {
        Some(available) if filters => format!("{change}，可用{available}道"),
        _ => change,
    }
}

pub(super) fn conflict(parts: &[Part], relaxations: &[Relaxation], minimal: bool) -> String {
    let list: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
    let mut text = format!("组不成试卷，以下要求不能同时满足：{}。", list.join("；"));
    if relaxations.is_empty() {
        text.push_str("只放宽其中一项仍组不成，需要同时放宽几项或补充题库。");
    } else {
        let list: Vec<&str> = relaxations.iter().map(|one| one.text.as_str()).collect();
        text.push_str(&format!("放宽其中一项即可：{}。", list.join("；或")));
    }
    if !minimal {
        text.push_str("（其中可能有并非必需的要求，计算量所限未逐一排除。）");
    }
    text
}
