//! A session (场次): what it is held for, how, and where it stands (B-57, B-63).

use super::Deny;
use super::coded::{coded, step};

coded! {
    /// What an exam is held for: one engine, its rules by purpose.
    pub enum Purpose {
        /// The city's exam of May and October.
        Qualification = "qualification", "执法资格（等级）考试";
        /// At the end of a class.
        Class = "class", "培训班考试";
        /// Of an online course.
        Course = "course", "课程测验";
        /// Inside a unit.
        Quiz = "quiz", "单位测验";
        /// A contest of knowledge (B-66).
        Contest = "contest", "知识竞赛";
    }
}

impl Purpose {
    /// Whether those who fail or stay away go into the next session (B-58).
    #[must_use]
    pub const fn carries_over(self) -> bool {
        matches!(self, Self::Qualification)
    }
}

coded! {
    /// The names that the notices use for exams (B-63); two kinds may hide behind the first four.
    pub enum ExamType {
        /// 执法资格考试.
        Qualification = "qualification", "执法资格考试";
        /// 执法能力水平等级考试.
        Ability = "ability", "执法能力水平等级考试";
        /// 综合能力等级考试.
        Comprehensive = "comprehensive", "综合能力等级考试";
        /// 行政执法证（等级能力）考试.
        Certificate = "certificate", "行政执法证（等级能力）考试";
        /// Anything smaller.
        Test = "test", "考核测验";
        /// 法律知识技能竞赛 (B-66).
        Contest = "contest", "法律知识技能竞赛";
    }
}

coded! {
    /// Levels. The notices do not list any (B-63); these are this system's.
    pub enum Level {
        /// First.
        Basic = "basic", "初级";
        /// Second.
        Middle = "intermediate", "中级";
        /// Third.
        Advanced = "advanced", "高级";
    }
}

coded! {
    /// Where it is sat.
    pub enum Mode {
        /// In rooms.
        OnSite = "on_site", "现场";
        /// Anywhere.
        Remote = "remote", "远程";
    }
}

coded! {
    /// Where a session stands.
    pub enum State {
        /// Being planned.
        Draft = "draft", "拟定";
        /// Its range is drawn and under review.
        Reviewing = "reviewing", "人员审核";
        /// Papers and candidates are fixed.
        Sealed = "sealed", "已封卷";
        /// Over, and being marked.
        Marking = "marking", "阅卷";
        /// Results are out.
        Published = "published", "已公布";
        /// Not held.
        Cancelled = "cancelled", "已取消";
    }
}

coded! {
    /// What happens to a session.
    pub enum Event {
        /// The range is drawn.
        Draw = "draw", "划定范围";
        /// Papers and candidates are fixed.
        Seal = "seal", "封卷";
        /// Answers are collected and marked.
        Mark = "mark", "收卷阅卷";
        /// Results go out.
        Publish = "publish", "公布成绩";
        /// It is not held.
        Cancel = "cancel", "取消考试";
    }
}

/// All steps. A range may be drawn again while it is under review.
pub const STEPS: &[(State, Event, State)] = &[
    (State::Draft, Event::Draw, State::Reviewing),
    (State::Reviewing, Event::Draw, State::Reviewing),
    (State::Reviewing, Event::Seal, State::Sealed),
    (State::Sealed, Event::Mark, State::Marking),
    (State::Marking, Event::Mark, State::Marking),
    (State::Marking, Event::Publish, State::Published),
    (State::Draft, Event::Cancel, State::Cancelled),
    (State::Reviewing, Event::Cancel, State::Cancelled),
    (State::Sealed, Event::Cancel, State::Cancelled),
];

/// The state after `event`.
///
/// # Errors
/// [`Deny`] `exams.session_state` when the table has no such step.
pub fn take(state: State, event: Event) -> Result<State, Deny> {
    step(STEPS, state, event).ok_or_else(|| {
        Deny::new(
            "exams.session_state",
            format!("本场考试{}，不能{}。", state.name(), event.name()),
        )
    })
}

/// Refuses an act that is possible in some states only.
///
/// # Errors
/// [`Deny`] `exams.session_state`.
pub fn only_in(state: State, allowed: &[State], act: &str) -> Result<(), Deny> {
    if allowed.contains(&state) {
        return Ok(());
    }
    Err(Deny::new(
        "exams.session_state",
        format!("本场考试{}，不能{act}。", state.name()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_goes_from_its_range_to_its_results_and_never_back() {
        let walk = [
            Event::Draw,
            Event::Draw,
            Event::Seal,
            Event::Mark,
            Event::Publish,
        ];
        let end = walk
            .iter()
            .try_fold(State::Draft, |at, event| take(at, *event));
        assert_eq!(end, Ok(State::Published));
        for (state, event) in [
            (State::Draft, Event::Seal),
            (State::Sealed, Event::Draw),
            (State::Marking, Event::Cancel),
            (State::Published, Event::Publish),
            (State::Published, Event::Mark),
        ] {
            let denied = take(state, event).unwrap_err();
            assert_eq!(denied.code, "exams.session_state", "{state:?} {event:?}");
        }
        for over in [State::Published, State::Cancelled] {
            assert!(STEPS.iter().all(|(from, ..)| *from != over));
        }
    }

    #[test]
    fn only_the_qualification_exam_carries_over() {
        let carried: Vec<_> = Purpose::ALL.iter().filter(|p| p.carries_over()).collect();
        assert_eq!(carried, [&Purpose::Qualification]);
    }
}
