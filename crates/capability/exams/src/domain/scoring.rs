//! The result of a sitting (B-58, B-64, B-132): marks added up, compared with a pass mark that has
//! no default, absence and exclusion beside it.

use serde::{Deserialize, Serialize};

use super::coded::coded;
use super::{Deny, Marks, QuestionId};

coded! {
    /// What became of a candidate.
    pub enum Outcome {
        /// At or above the pass mark.
        Passed = "passed", "合格";
        /// Below it.
        Failed = "failed", "不合格";
        /// Away with leave.
        AbsentLeave = "absent_leave", "请假缺考";
        /// Away without leave.
        Absent = "absent", "缺考";
        /// Taken out of the exam, with a reason.
        Excluded = "excluded", "取消成绩";
        /// Some answers are not marked yet.
        BeingMarked = "being_marked", "阅卷中";
        /// Marked, but no pass mark has been set.
        NoPassMark = "no_pass_mark", "尚未定分数线";
    }
}

impl Outcome {
    /// Whether the person goes into the next session's range without asking (B-58).
    #[must_use]
    pub const fn is_carried_over(self) -> bool {
        matches!(self, Self::Failed | Self::AbsentLeave | Self::Absent)
    }
}

/// How a total is rounded: once, at the end, halves up. Single answers are never rounded, so the
/// order of adding does not matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the hundredth: as added up.
    #[default]
    Exact,
    /// To half marks.
    Half,
    /// To whole marks.
    Whole,
}

impl Rounding {
    /// The rounded amount.
    #[must_use]
    pub const fn apply(self, marks: Marks) -> Marks {
        let step = match self {
            Self::Exact => 1,
            Self::Half => 50,
            Self::Whole => 100,
        };
        Marks((2 * marks.0 + step).div_euclid(2 * step) * step)
    }
}

/// What an answer got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The question.
    pub question: QuestionId,
    /// What it is worth.
    pub full: Marks,
    /// What it got; none: not marked yet.
    pub got: Option<Marks>,
}

/// How a candidate stood to the exam.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Sat.
    Present,
    /// Away with leave.
    OnLeave,
    /// Away without leave.
    Away,
    /// Excluded, and why: it stands even when answers exist.
    Excluded(String),
}

/// A result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What became of the candidate.
    pub outcome: Outcome,
    /// The rounded total; none when he did not sit, was excluded, or marking goes on.
    pub score: Option<Marks>,
    /// Full marks of the paper.
    pub full: Marks,
    /// Sentence for pages.
    pub text: String,
}

impl Verdict {
    /// The same with what follows from it where an exam carries over (B-58).
    #[must_use]
    pub fn carried_over(mut self) -> Self {
        if self.outcome.is_carried_over() {
            let said = self.text.trim_end_matches('。');
            self.text = format!("{said}，不设补考，列入下一场考试范围。");
        }
        self
    }
}

/// Whether a rounded score passes: at the pass mark means passed.
#[must_use]
pub const fn passes(score: Marks, pass: Marks) -> bool {
    score.0 >= pass.0
}

/// The result of one candidate. `pass` is none until somebody has set it (the notices give none).
///
/// # Errors
/// [`Deny`] for marks below zero or above what a question is worth, for an exclusion without a
/// reason, and for a pass mark above the full marks.
pub fn verdict(
    presence: &Presence,
    marks: &[Given],
    pass: Option<Marks>,
    rounding: Rounding,
) -> Result<Verdict, Deny> {
    let full: Marks = marks.iter().map(|given| given.full).sum();
    for given in marks {
        if given
            .got
            .is_some_and(|got| got < Marks::ZERO || got > given.full)
        {
            return Err(Deny::new(
                "exams.marks",
                format!("试题{}的得分应在0至{}分之间。", given.question, given.full),
            ));
        }
    }
    // What was set before is judged by as it is; only a new pass mark has to be above nothing.
    if let Some(pass) = pass.filter(|pass| *pass > full) {
        check_pass_mark(pass, full)?;
    }
    let none = |outcome, text: String| {
        Ok(Verdict {
            outcome,
            score: None,
            full,
            text,
        })
    };
    match presence {
        Presence::OnLeave => {
            return none(Outcome::AbsentLeave, "请假缺考。".into());
        }
        Presence::Away => {
            return none(Outcome::Absent, "缺考。".into());
        }
        Presence::Excluded(reason) if reason.trim().is_empty() => {
            return Err(Deny::new("exams.reason", "取消成绩应写明原因。"));
        }
        Presence::Excluded(reason) => {
            return none(Outcome::Excluded, format!("取消成绩：{}。", reason.trim()));
        }
        Presence::Present => {}
    }
    let open = marks.iter().filter(|given| given.got.is_none()).count();
    if open > 0 {
        return none(Outcome::BeingMarked, format!("还有{open}题待阅。"));
    }
    let sum: Marks = marks.iter().filter_map(|given| given.got).sum();
    let score = rounding.apply(sum);
    let (outcome, text) = match pass {
        None => (Outcome::NoPassMark, format!("{score}分，尚未定分数线。")),
        Some(pass) if passes(score, pass) => (
            Outcome::Passed,
            format!("{score}分，合格（{pass}分及以上）。"),
        ),
        Some(pass) => (
            Outcome::Failed,
            format!("{score}分，不合格（{pass}分及以上合格）。"),
        ),
    };
    Ok(Verdict {
        outcome,
        score: Some(score),
        full,
        text,
    })
}

/// Checks a pass mark against the full marks: at nothing everybody would pass, whoever only came.
///
/// # Errors
/// [`Deny`] `exams.pass_mark`.
pub fn check_pass_mark(pass: Marks, full: Marks) -> Result<(), Deny> {
    if pass <= Marks::ZERO || pass > full {
        return Err(Deny::new(
            "exams.pass_mark",
            format!("分数线应大于0且不超过满分{full}分。"),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn given(full: i64, got: Option<i64>) -> Given {
        Given {
            question: QuestionId(1),
            full: Marks(full),
            got: got.map(Marks),
        }
    }

    #[test]
    fn outcomes_by_table() {
        let marks = [given(5000, Some(2950)), given(5000, Some(3050))];
        let part = [given(5000, Some(2950)), given(5000, None)];
        let pass = Some(Marks::whole(60));
        for (presence, marks, pass, outcome, score) in [
            (Presence::Present, &marks, pass, Outcome::Passed, Some(6000)),
            (
                Presence::Present,
                &marks,
                Some(Marks(6001)),
                Outcome::Failed,
                Some(6000),
            ),
            (
                Presence::Present,
                &marks,
                None,
                Outcome::NoPassMark,
                Some(6000),
            ),
            (Presence::Present, &part, pass, Outcome::BeingMarked, None),
            (Presence::OnLeave, &marks, pass, Outcome::AbsentLeave, None),
            (Presence::Away, &marks, None, Outcome::Absent, None),
            (
                Presence::Excluded("替考".into()),
                &marks,
                pass,
                Outcome::Excluded,
                None,
            ),
        ] {
            let made = verdict(&presence, marks, pass, Rounding::Exact).unwrap();
            assert_eq!(
                (made.outcome, made.score),
                (outcome, score.map(Marks)),
                "{presence:?}"
            );
            assert_eq!(made.full, Marks::whole(100));
        }
    }

    #[test]
    fn a_total_is_rounded_once_at_its_end() {
        // 3 × 19.83 = 59.49: single rounding would give 60.
        let marks = [given(3000, Some(1983)); 3];
        for (rounding, want, outcome) in [
            (Rounding::Exact, 5949, Outcome::Failed),
            (Rounding::Half, 5950, Outcome::Failed),
            (Rounding::Whole, 5900, Outcome::Failed),
        ] {
            let made =
                verdict(&Presence::Present, &marks, Some(Marks::whole(60)), rounding).unwrap();
            assert_eq!((made.score, made.outcome), (Some(Marks(want)), outcome));
        }
        assert_eq!(Rounding::Whole.apply(Marks(5950)), Marks(6000));
        assert_eq!(Rounding::Half.apply(Marks(5925)), Marks(5950));
        assert_eq!(Rounding::Half.apply(Marks(5924)), Marks(5900));
    }

    #[test]
    fn impossible_marks_and_silent_exclusions_are_refused() {
        let denied = |presence: Presence, marks: &[Given], pass| {
            verdict(&presence, marks, pass, Rounding::Exact)
                .unwrap_err()
                .code
        };
        assert_eq!(
            denied(Presence::Present, &[given(100, Some(101))], None),
            "exams.marks"
        );
        assert_eq!(
            denied(Presence::Present, &[given(100, Some(-1))], None),
            "exams.marks"
        );
        assert_eq!(
            denied(Presence::Excluded(" ".into()), &[], None),
            "exams.reason"
        );
        let high = Some(Marks(101));
        assert_eq!(
            denied(Presence::Present, &[given(100, Some(1))], high),
            "exams.pass_mark"
        );
    }

    #[test]
    fn what_follows_is_said_only_where_an_exam_carries_over() {
        let pass = Some(Marks(60));
        for (presence, got, plain, carried) in [
            (
                Presence::Present,
                50,
                "0.5分，不合格（0.6分及以上合格）。",
                "0.5分，不合格（0.6分及以上合格），不设补考，列入下一场考试范围。",
            ),
            (
                Presence::Away,
                50,
                "缺考。",
                "缺考，不设补考，列入下一场考试范围。",
            ),
            (
                Presence::Present,
                60,
                "0.6分，合格（0.6分及以上）。",
                "0.6分，合格（0.6分及以上）。",
            ),
        ] {
            let marks = [given(100, Some(got))];
            let made = verdict(&presence, &marks, pass, Rounding::Exact).unwrap();
            assert_eq!(made.text, plain);
            assert_eq!(made.carried_over().text, carried);
        }
    }

    #[test]
    fn a_pass_mark_lies_above_nothing_and_within_the_full_marks() {
        for (pass, good) in [
            (-1, false),
            (0, false),
            (1, true),
            (100, true),
            (101, false),
        ] {
            let checked = check_pass_mark(Marks(pass), Marks(100));
            assert_eq!(checked.is_ok(), good, "{pass}");
        }
    }

    #[test]
    fn the_three_that_did_not_pass_come_again() {
        let again: Vec<&str> = Outcome::ALL
            .iter()
            .filter(|o| o.is_carried_over())
            .map(|o| o.code())
            .collect();
        assert_eq!(again, ["failed", "absent_leave", "absent"]);
    }

    proptest! {
        #[test]
        fn the_order_of_answers_does_not_matter(
            mut marks in prop::collection::vec(0i64..=500, 1..40),
            pass in 0i64..500,
        ) {
            let list = |marks: &[i64]| -> Vec<Given> {
                marks.iter().map(|got| given(500, Some(*got))).collect()
            };
            let pass = Some(Marks(pass));
            let once = verdict(&Presence::Present, &list(&marks), pass, Rounding::Half).unwrap();
            marks.reverse();
            let again = verdict(&Presence::Present, &list(&marks), pass, Rounding::Half).unwrap();
            prop_assert_eq!(once, again);
        }
    }
}
