//! What became of a request: where it stands now, computed from the programme or course that took it up.

use std::collections::BTreeMap;

use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Timestamp, format_cn};

use crate::domain::phase::Phase;
use crate::domain::request::RequestState;
use crate::store::classes::{self, Class};
use crate::store::requests::{Request, Taken};
use crate::store::taken::{self, TakenCourse, TakenProgramme};

use super::case::full_title;
use super::plan_out::{ClassProgressOut, count, state_of};

/// What requests went into, read once for all of them.
pub(super) struct Fates {
    now: Timestamp,
    topics: BTreeMap<i64, Request>,
    programmes: BTreeMap<i64, (TakenProgramme, ClassProgressOut)>,
    courses: BTreeMap<i64, (TakenCourse, Class, Phase)>,
}

impl Fates {
    /// Reads what these requests went into. A merged one needs the one it went into among them.
    ///
    /// # Errors
    /// 500 from the engine.
    pub(super) async fn of(tx: &mut Tx, ctx: &Ctx, rows: &[Request]) -> Result<Self, Problem> {
        let mut of_programmes = Vec::new();
        let mut of_courses = Vec::new();
        for row in rows {
            match row.taken {
                Some(Taken::Programme(id)) => of_programmes.push(id),
                Some(Taken::Course(id)) => of_courses.push(id),
                None => {}
            }
        }
        let mut programmes: BTreeMap<i64, (TakenProgramme, ClassProgressOut)> =
            taken::programmes(tx, &of_programmes)
                .await?
                .into_iter()
                .map(|(id, programme)| (id, (programme, ClassProgressOut::default())))
                .collect();
        for class in classes::of_programmes(tx, &of_programmes).await? {
            let phase = Phase::of(class.state, class.days(), ctx.today);
            if let Some((_, progress)) = class.programme_id.and_then(|id| programmes.get_mut(&id)) {
                count(progress, phase);
            }
        }
        let known = taken::courses(tx, &of_courses).await?;
        let ids: Vec<i64> = known.values().map(|course| course.class_id).collect();
        let held: BTreeMap<i64, Class> = classes::by_ids(tx, &ids)
            .await?
            .into_iter()
            .map(|class| (class.id, class))
            .collect();
        let courses = known
            .into_iter()
            .filter_map(|(id, course)| {
                let class = held.get(&course.class_id)?.clone();
                let phase = Phase::of(class.state, class.days(), ctx.today);
                Some((id, (course, class, phase)))
            })
            .collect();
        Ok(Fates {
            now: ctx.now,
            topics: rows.iter().map(|row| (row.id, row.clone())).collect(),
            programmes,
            courses,
        })
    }

    /// What became of a request in one sentence, and the page of what took it up.
    pub(super) fn tell(&self, row: &Request) -> (String, Option<String>) {
        let note = row.decide_note.as_deref().unwrap_or("");
        match (row.state, row.taken) {
            (RequestState::Open, _) => (String::new(), None),
            (RequestState::Withdrawn, _) => (sentence("提出人已撤回", note), None),
            (RequestState::Declined, _) => (sentence("未采纳", note), None),
            (RequestState::Merged, _) => self.merged(row, note),
            (RequestState::Adopted, Some(Taken::Programme(id))) => self.in_programme(id, note),
            (RequestState::Adopted, Some(Taken::Course(id))) => self.in_course(id, note),
            (RequestState::Adopted, None) => (sentence("已采纳", note), None),
        }
    }

    fn merged(&self, row: &Request, note: &str) -> (String, Option<String>) {
        let Some(into) = row.merged_into.and_then(|id| self.topics.get(&id)) else {
            return (sentence("已并入其他需求", note), None);
        };
        let (fate, link) = self.tell(into);
        let told = sentence(&format!("并入“{}”", into.topic), note);
        (format!("{told}{fate}"), link)
    }

    fn in_programme(&self, id: i64, note: &str) -> (String, Option<String>) {
        let Some((programme, progress)) = self.programmes.get(&id) else {
            return (sentence("已列入年度计划", note), None);
        };
        let link = Some(format!("/classes/plans/{}", programme.plan_id));
        let title = &programme.title;
        let told = if programme.gone {
            format!("列入年度计划“{title}”，该项目已移出计划")
        } else {
            format!("列入年度计划“{title}”，{}", state_of(progress).1)
        };
        (sentence(&told, note), link)
    }

    fn in_course(&self, id: i64, note: &str) -> (String, Option<String>) {
        let Some((course, class, phase)) = self.courses.get(&id) else {
            return (sentence("已列入培训班课程", note), None);
        };
        let now = match (phase, course.gone, course.first, course.last) {
            (Phase::Cancelled, ..) => "该班已取消".to_owned(),
            (_, true, ..) => "该课程已取消".to_owned(),
            (Phase::Draft, _, Some(first), _) => format!("拟于{}授课", format_cn(first.date())),
            (_, _, Some(first), Some(last)) if last <= self.now => {
                format!("{}已授课", format_cn(first.date()))
            }
            (_, _, Some(first), _) => format!("{}授课", format_cn(first.date())),
            _ => "待排课".to_owned(),
        };
        let told = format!("列入“{}”课程“{}”，{now}", full_title(class), course.title);
        (
            sentence(&told, note),
            Some(format!("/classes/{}", class.id)),
        )
    }
}

/// `told` with what was said to it, as one sentence.
fn sentence(told: &str, note: &str) -> String {
    let note = note.trim_end_matches('。');
    if note.is_empty() {
        format!("{told}。")
    } else {
        format!("{told}：{note}。")
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn a_note_closes_the_sentence_once() {
        assert_eq!(
            sentence("未采纳", "设备明年配发。"),
            "未采纳：设备明年配发。"
        );
        assert_eq!(sentence("未采纳", ""), "未采纳。");
    }
}
