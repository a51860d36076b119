//! What a correction does to results: computed from raw answers, before and when it is applied.

use std::collections::BTreeMap;

use chengzhi_kernel::{PersonId, UnitId};
use serde::{Deserialize, Serialize};

use super::{Approval, State};
use crate::domain::marking::{Incomplete, Key, check};
use crate::domain::scoring::{Rounding, check_pass_mark, passes};
use crate::domain::{AttemptId, Deny, Marks, QuestionId};

/// What is to change about one question, or about one person's mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Another key; answers are marked by it.
    NewKey(Key),
    /// Everybody who had the question gets its full marks.
    FullMarks,
    /// The question does not count.
    Removed(Removal),
    /// One person's mark by hand, or his total of a paper exam, after a review (单人改分); everybody else's stays.
    OnePerson(Regrade),
}

/// One person's mark after a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regrade {
    /// Candidate, by his row.
    pub candidate: i64,
    /// The attempt whose answer is marked anew: the one that counts at the trial. None: his total of a paper exam.
    #[serde(default)]
    pub attempt: Option<AttemptId>,
    /// What the answer earns from now on, or the total of a paper exam.
    pub marks: Marks,
    /// The upheld objection that it follows from.
    #[serde(default)]
    pub objection: Option<i64>,
}

/// What becomes of the marks of a question that does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removal {
    /// They are spread over the other questions: what those earned, times full ÷ the others' full,
    /// rounded half up to a hundredth. Full marks and pass mark stay.
    Spread,
    /// Full marks go down by the question's marks; the pass mark is set anew (papers that did not
    /// have the question keep full marks and pass mark).
    Reduce {
        /// Pass mark of papers that lose the question.
        pass: Marks,
    },
}

/// A total counted from the sealed paper with the corrections in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// The sum before rounding.
    pub total: Marks,
    /// Full marks.
    pub full: Marks,
    /// What the questions that still count are worth.
    pub left: Marks,
    /// Pass mark.
    pub pass: Marks,
}

/// One candidate, as far as a correction needs him. Only candidates who sat are listed: absence and exclusion do not
/// depend on a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sitting {
    /// The attempt that counts with the change in force.
    pub attempt: AttemptId,
    /// Who.
    pub person: PersonId,
    /// His unit on the day.
    pub unit: UnitId,
    /// His result as it stands.
    pub before: Tally,
    /// With the change in force; none: no paper of his has the question.
    pub after: Option<Tally>,
    /// What the question earns then; none: it does not count, or the paper that counts does not have it.
    pub earned: Option<Marks>,
    /// How often his result has been changed before.
    pub revision: u32,
}

/// How answers and totals are counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// Incomplete choices.
    pub incomplete: Incomplete,
    /// Totals.
    pub rounding: Rounding,
}

/// Whether somebody moves over the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crossing {
    /// 不合格 → 合格.
    Up,
    /// 合格 → 不合格.
    Down,
    /// Stays on his side.
    Stays,
}

/// What changes for one candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// The attempt.
    pub attempt: AttemptId,
    /// Who.
    pub person: PersonId,
    /// His unit.
    pub unit: UnitId,
    /// Revision of the result this was computed from.
    pub revision: u32,
    /// Result before.
    pub before: Past,
    /// Result after.
    pub after: Past,
    /// What the question earns after; none: it does not count, or his form does not have it.
    pub earned: Option<Marks>,
    /// Over the line or not.
    pub crossing: Crossing,
}

/// A result at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// Rounded total.
    pub score: Marks,
    /// Full marks.
    pub full: Marks,
    /// Pass mark.
    pub pass: Marks,
    /// Whether it passes.
    pub passed: bool,
}

impl Past {
    const fn of(score: Marks, full: Marks, pass: Marks) -> Self {
        Self {
            score,
            full,
            pass,
            passed: passes(score, pass),
        }
    }
}

/// Counts of one unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitCount {
    /// Candidates whose paper has the question.
    pub affected: u32,
    /// Candidates whose score rises.
    pub gain: u32,
    /// Candidates whose score falls.
    pub lose: u32,
    /// Candidates who come to pass.
    pub up: u32,
    /// Candidates who no longer pass.
    pub down: u32,
}

/// What a correction would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The question.
    pub question: QuestionId,
    /// The change.
    pub change: Change,
    /// Every candidate whose paper has the question, in the order given.
    pub shifts: Vec<Shift>,
    /// Counts per unit.
    pub units: BTreeMap<UnitId, UnitCount>,
    /// Counts in all.
    pub all: UnitCount,
    /// The gist in Chinese.
    pub text: String,
}

/// Computes what a change of `question` would do, without doing it.
///
/// # Errors
/// [`Deny`] for a key nobody can meet, a pass mark above the reduced full marks, or a question that
/// is a paper's only one and is to be removed.
pub fn preview(
    question: QuestionId,
    change: &Change,
    sittings: &[Sitting],
    results: Results,
) -> Result<Preview, Deny> {
    if let Change::NewKey(key) = change {
        check(key)?;
    }
    let mut shifts = Vec::new();
    let mut units: BTreeMap<UnitId, UnitCount> = BTreeMap::new();
    let mut all = UnitCount::default();
    for sitting in sittings {
        let Some(after) = sitting.after else {
            continue;
        };
        let shift = shift(sitting, after, change, results)?;
        for count in [&mut all, units.entry(sitting.unit).or_default()] {
            count.affected += 1;
            count.gain += u32::from(shift.after.score > shift.before.score);
            count.lose += u32::from(shift.after.score < shift.before.score);
            count.up += u32::from(shift.crossing == Crossing::Up);
            count.down += u32::from(shift.crossing == Crossing::Down);
        }
        shifts.push(shift);
    }
    let text = format!(
        "涉及{}人：{}人升分，{}人降分；{}人由不合格变为合格，{}人由合格变为不合格。",
        all.affected, all.gain, all.lose, all.up, all.down
    );
    Ok(Preview {
        question,
        change: change.clone(),
        shifts,
        units,
        all,
        text,
    })
}

fn shift(
    sitting: &Sitting,
    after: Tally,
    change: &Change,
    results: Results,
) -> Result<Shift, Deny> {
    if after.left <= Marks::ZERO {
        return Err(Deny::new(
            "exams.last_question",
            "卷上只有这一题计分，不能剔除。",
        ));
    }
    if let Change::Removed(Removal::Reduce { pass }) = change {
        check_pass_mark(*pass, after.full)?;
    }
    let past = |tally: Tally| {
        let score = results.rounding.apply(tally.total);
        Past::of(score, tally.full, tally.pass)
    };
    let (before, after) = (past(sitting.before), past(after));
    let crossing = match (before.passed, after.passed) {
        (false, true) => Crossing::Up,
        (true, false) => Crossing::Down,
        _ => Crossing::Stays,
    };
    Ok(Shift {
        attempt: sitting.attempt,
        person: sitting.person,
        unit: sitting.unit,
        revision: sitting.revision,
        before,
        after,
        earned: sitting.earned,
        crossing,
    })
}

/// A result after a correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The attempt.
    pub attempt: AttemptId,
    /// Its next revision.
    pub revision: u32,
    /// The result in force.
    pub now: Past,
    /// What the question earns.
    pub earned: Option<Marks>,
    /// The result it replaces; the caller appends it to the attempt's history.
    pub was: Past,
}

/// The results after an approved correction: exactly those that were shown before the approvals.
/// Results that do not change get a revision too, because the question's marks did.
///
/// # Errors
/// [`Deny`] when the correction is not approved, or when the sittings given now differ from those
/// of the trial (somebody's result changed in between): it has to be tried and approved again.
pub fn apply(
    approval: &Approval,
    shown: &Preview,
    sittings: &[Sitting],
    results: Results,
) -> Result<Vec<Applied>, Deny> {
    if approval.state != State::Approved {
        return Err(Deny::new(
            "exams.correction_state",
            format!(
                "答案更正{}，须经两人批准后才能更正成绩。",
                approval.state.name()
            ),
        ));
    }
    let now = preview(shown.question, &shown.change, sittings, results)?;
    if now.shifts != shown.shifts {
        return Err(Deny::new(
            "exams.correction_outdated",
            "试算之后成绩有变化，请重新试算并审批。",
        ));
    }
    Ok(now
        .shifts
        .into_iter()
        .map(|shift| Applied {
            attempt: shift.attempt,
            revision: shift.revision + 1,
            now: shift.after,
            earned: shift.earned,
            was: shift.before,
        })
        .collect())
}

#[cfg(test)]
mod tests;
