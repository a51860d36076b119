//! Hand-marked answers (双评): two markers who do not see each other, a third when they differ by more
//! than the policy allows, the chief marker when even that does not settle it.
//!
//! The final mark: two marks within the limit: their mean. A third mark within the limit of at
//! least one of the first two: the mean of the third and the one nearer to it; if both are equally
//! near, the third itself (the middle of the three). This rule (取相近两评的平均) was chosen as the
//! default because no single marker decides alone; [`ThirdRule::Decides`] is the other usual one.
//! Means are rounded half up to a hundredth.

use chengzhi_kernel::PersonId;
use serde::{Deserialize, Serialize};

use super::coded::{coded, step};
use super::{Deny, Marks};

coded! {
    /// Where a hand-marked answer stands.
    pub enum State {
        /// Nobody has marked it.
        Open = "open", "待评";
        /// One mark.
        Once = "once", "待二评";
        /// Two marks too far apart.
        NeedsThird = "needs_third", "待三评";
        /// Three marks, none near another.
        NeedsChief = "needs_chief", "待仲裁";
        /// Decided.
        Final = "final", "已定分";
    }
}

coded! {
    /// What happens to it.
    pub enum Event {
        /// The first mark.
        First = "first", "一评";
        /// The second, within the limit.
        Agree = "agree", "二评一致";
        /// The second, beyond it.
        Differ = "differ", "二评超差";
        /// The third settles it.
        Settle = "settle", "三评定分";
        /// The third does not.
        Unsettled = "unsettled", "三评仍超差";
        /// The chief marker decides.
        Decide = "decide", "仲裁";
        /// The chief marker sends a decided answer back: all marks go to the history.
        Reopen = "reopen", "退回重评";
    }
}

/// All steps.
pub const STEPS: &[(State, Event, State)] = &[
    (State::Open, Event::First, State::Once),
    (State::Once, Event::Agree, State::Final),
    (State::Once, Event::Differ, State::NeedsThird),
    (State::NeedsThird, Event::Settle, State::Final),
    (State::NeedsThird, Event::Unsettled, State::NeedsChief),
    (State::NeedsChief, Event::Decide, State::Final),
    (State::Final, Event::Reopen, State::Open),
];

/// What the third mark does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThirdRule {
    /// The mean of the two that are nearest, if they are within the limit.
    #[default]
    MeanOfNearest,
    /// The third mark stands.
    Decides,
}

/// How hand-marked answers become one mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Largest difference that is still agreement.
    pub limit: Marks,
    /// The third mark.
    pub third: ThirdRule,
    /// Two markers; else one mark is final.
    pub double: bool,
}

/// A mark by somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkBy {
    /// Who.
    pub marker: PersonId,
    /// How much.
    pub marks: Marks,
}

/// An answer in marking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marking {
    /// Where it stands.
    pub state: State,
    /// Marks in the order they came.
    pub marks: Vec<MarkBy>,
    /// The mark that counts.
    pub last: Option<Marks>,
}

impl Default for Marking {
    fn default() -> Self {
        Self {
            state: State::Open,
            marks: Vec::new(),
            last: None,
        }
    }
}

fn mean(a: Marks, b: Marks) -> Marks {
    (a + b).share(1, 2)
}

impl Marking {
    /// Takes a mark of a marker.
    ///
    /// # Errors
    /// [`Deny`] when the mark is out of range, when this marker has marked the answer before, or when
    /// no mark is wanted.
    pub fn mark(&self, by: MarkBy, full: Marks, policy: &Policy) -> Result<Self, Deny> {
        in_range(by.marks, full)?;
        if self.marks.iter().any(|one| one.marker == by.marker) {
            return Err(Deny::new(
                "exams.marker_twice",
                "您已评过此题，需由另一位阅卷人评分。",
            ));
        }
        let (event, last) = match (self.state, self.marks.as_slice()) {
            (State::Open, []) if !policy.double => {
                return Ok(Self {
                    state: State::Final,
                    marks: vec![by],
                    last: Some(by.marks),
                });
            }
            (State::Open, []) => (Event::First, None),
            (State::Once, [a]) if a.marks.distance(by.marks) <= policy.limit => {
                (Event::Agree, Some(mean(a.marks, by.marks)))
            }
            (State::Once, [_]) => (Event::Differ, None),
            (State::NeedsThird, [a, b]) => match third(a.marks, b.marks, by.marks, policy) {
                Some(last) => (Event::Settle, Some(last)),
                None => (Event::Unsettled, None),
            },
            _ => {
                return Err(Deny::new(
                    "exams.marking_state",
                    format!("此题{}，现在不能评分。", self.state.name()),
                ));
            }
        };
        let mut marks = self.marks.clone();
        marks.push(by);
        self.to(event, marks, last)
    }

    /// The place of a marker's own mark while nobody else has decided by it: his is the only one, or the second differed
    /// and a third is waited for.
    #[must_use]
    pub fn may_mend(&self, marker: PersonId) -> Option<usize> {
        let undecided = match self.state {
            State::Once | State::NeedsThird => true,
            State::Final => self.marks.len() == 1,
            State::Open | State::NeedsChief => false,
        };
        let place = self.marks.iter().position(|one| one.marker == marker);
        place.filter(|_| undecided)
    }

    /// Takes another mark of a marker in the place of his first: all marks are counted again in their order.
    ///
    /// # Errors
    /// [`Deny`] when the mark is out of range, when he has given none, or when the answer is decided by others' marks.
    pub fn mend(&self, by: MarkBy, full: Marks, policy: &Policy) -> Result<Self, Deny> {
        in_range(by.marks, full)?;
        let Some(place) = self.may_mend(by.marker) else {
            return Err(Deny::new(
                "exams.marking_state",
                format!(
                    "此题{}，不能再改；确有错误请组织单位退回重评。",
                    self.state.name()
                ),
            ));
        };
        self.marks
            .iter()
            .enumerate()
            .try_fold(Self::default(), |marking, (index, one)| {
                marking.mark(if index == place { by } else { *one }, full, policy)
            })
    }

    /// The chief marker's decision.
    ///
    /// # Errors
    /// [`Deny`] when it is out of range or not wanted.
    pub fn decide(&self, marks: Marks, full: Marks) -> Result<Self, Deny> {
        in_range(marks, full)?;
        self.to(Event::Decide, self.marks.clone(), Some(marks))
    }

    /// Sends a decided answer back to be marked anew.
    ///
    /// # Errors
    /// [`Deny`] when it is not decided.
    pub fn reopen(&self) -> Result<Self, Deny> {
        self.to(Event::Reopen, Vec::new(), None)
    }

    fn to(&self, event: Event, marks: Vec<MarkBy>, last: Option<Marks>) -> Result<Self, Deny> {
        let state = step(STEPS, self.state, event).ok_or_else(|| {
            Deny::new(
                "exams.marking_state",
                format!("此题{}，不能{}。", self.state.name(), event.name()),
            )
        })?;
        Ok(Self { state, marks, last })
    }
}

fn third(a: Marks, b: Marks, third: Marks, policy: &Policy) -> Option<Marks> {
    if policy.third == ThirdRule::Decides {
        return Some(third);
    }
    let (to_a, to_b) = (third.distance(a), third.distance(b));
    if to_a.min(to_b) > policy.limit {
        return None;
    }
    Some(match to_a.cmp(&to_b) {
        std::cmp::Ordering::Less => mean(third, a),
        std::cmp::Ordering::Greater => mean(third, b),
        std::cmp::Ordering::Equal => third,
    })
}

fn in_range(marks: Marks, full: Marks) -> Result<(), Deny> {
    if marks < Marks::ZERO || marks > full {
        return Err(Deny::new(
            "exams.marks",
            format!("得分应在0至{full}分之间。"),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FULL: Marks = Marks(2000);

    fn policy(third: ThirdRule) -> Policy {
        Policy {
            limit: Marks(200),
            third,
            double: true,
        }
    }

    fn run(marks: &[i64], policy: &Policy) -> Marking {
        let numbered = marks.iter().zip(1..);
        numbered.fold(Marking::default(), |marking, (marks, marker)| {
            let by = MarkBy {
                marker: PersonId(marker),
                marks: Marks(*marks),
            };
            marking.mark(by, FULL, policy).unwrap()
        })
    }

    #[test]
    fn final_marks_by_table() {
        let mean = policy(ThirdRule::MeanOfNearest);
        for (marks, state, last) in [
            (&[][..], State::Open, None),
            (&[1000], State::Once, None),
            (&[1000, 1200], State::Final, Some(1100)),
            (&[1000, 1001], State::Final, Some(1001)),
            (&[1000, 1201], State::NeedsThird, None),
            (&[1000, 1600, 1100], State::Final, Some(1050)),
            (&[1000, 1600, 1500], State::Final, Some(1550)),
            (&[1000, 1400, 1200], State::Final, Some(1200)),
            (&[1000, 1600, 1300], State::NeedsChief, None),
            (&[1000, 1600, 2000], State::NeedsChief, None),
        ] {
            let marking = run(marks, &mean);
            assert_eq!(
                (marking.state, marking.last),
                (state, last.map(Marks)),
                "{marks:?}"
            );
        }
        let decides = run(&[1000, 1600, 1900], &policy(ThirdRule::Decides));
        assert_eq!(decides.last, Some(Marks(1900)));
        let single = Policy {
            double: false,
            ..mean
        };
        assert_eq!(run(&[700], &single).last, Some(Marks(700)));
    }

    #[test]
    fn what_is_not_wanted_is_refused() {
        let mean = policy(ThirdRule::MeanOfNearest);
        let by = |marker, marks| MarkBy {
            marker: PersonId(marker),
            marks: Marks(marks),
        };
        let once = run(&[1000], &mean);
        assert_eq!(
            once.mark(by(1, 1000), FULL, &mean).unwrap_err().code,
            "exams.marker_twice"
        );
        assert_eq!(
            once.mark(by(2, 2001), FULL, &mean).unwrap_err().code,
            "exams.marks"
        );
        let done = run(&[1000, 1000], &mean);
        assert_eq!(
            done.mark(by(3, 900), FULL, &mean).unwrap_err().code,
            "exams.marking_state"
        );
        assert_eq!(
            done.decide(Marks(1), FULL).unwrap_err().code,
            "exams.marking_state"
        );
        assert_eq!(done.reopen().unwrap(), Marking::default());
        let chief = run(&[0, 600, 1200], &mean);
        assert_eq!(
            chief.decide(Marks(650), FULL).unwrap().last,
            Some(Marks(650))
        );
    }

    #[test]
    fn an_own_mark_is_mended_until_others_have_decided() {
        let mean = policy(ThirdRule::MeanOfNearest);
        let single = Policy {
            double: false,
            ..mean
        };
        let by = |marker, marks| MarkBy {
            marker: PersonId(marker),
            marks: Marks(marks),
        };
        for (name, given, policy, marker, want) in [
            ("alone", &[200][..], &mean, 1, Ok((State::Once, None))),
            (
                "single marking",
                &[200],
                &single,
                1,
                Ok((State::Final, Some(2000))),
            ),
            (
                "the second agrees now",
                &[200, 1900],
                &mean,
                1,
                Ok((State::Final, Some(1950))),
            ),
            (
                "still apart",
                &[0, 900],
                &mean,
                1,
                Ok((State::NeedsThird, None)),
            ),
            (
                "decided by two",
                &[1900, 2000],
                &mean,
                1,
                Err("exams.marking_state"),
            ),
            (
                "before the chief",
                &[0, 600, 1200],
                &mean,
                3,
                Err("exams.marking_state"),
            ),
            ("none given", &[200], &mean, 9, Err("exams.marking_state")),
        ] {
            let marking = run(given, policy);
            let made = marking.mend(by(marker, 2000), FULL, policy);
            let made = made
                .map(|one| (one.state, one.last))
                .map_err(|deny| deny.code);
            let want = want.map(|(state, last): (State, Option<i64>)| (state, last.map(Marks)));
            assert_eq!(made, want, "{name}");
        }
        let above = run(&[200], &mean).mend(by(1, 2001), FULL, &mean);
        assert_eq!(above.unwrap_err().code, "exams.marks");
    }

    #[test]
    fn every_state_but_the_last_has_a_way_on() {
        for state in State::ALL {
            assert!(STEPS.iter().any(|(from, ..)| from == state), "{state:?}");
        }
    }

    proptest! {
        #[test]
        fn a_final_mark_lies_between_the_marks_and_two_markers_may_change_places(
            a in 0i64..=2000, b in 0i64..=2000, c in 0i64..=2000,
        ) {
            let mean = policy(ThirdRule::MeanOfNearest);
            let marks = |first, second| {
                let two = run(&[first, second], &mean);
                if two.state == State::Final { two } else { run(&[first, second, c], &mean) }
            };
            let (once, turned) = (marks(a, b), marks(b, a));
            prop_assert_eq!((once.state, once.last), (turned.state, turned.last));
            if let Some(last) = once.last {
                prop_assert!(last.0 >= a.min(b).min(c) && last.0 <= a.max(b).max(c));
            }
        }
    }
}
