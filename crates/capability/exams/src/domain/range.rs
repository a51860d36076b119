//! Who sits (考试范围, B-57…B-60, B-132): a rule over the people in service, those carried over from the
//! session before without asking, and the district's word on each candidate.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_kernel::{PersonId, UnitId};
use serde::{Deserialize, Serialize};

use super::Deny;
use super::coded::{coded, step};
use super::scoring::Outcome;

/// A person as the range sees him, on the day the range is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// Who.
    pub person: PersonId,
    /// His unit.
    pub unit: UnitId,
    /// Kind of post, by code.
    pub post: String,
    /// Status, by code (in service, long sick leave, …).
    pub status: String,
    /// On the establishment (在编).
    pub established: bool,
    /// Level of the exam he has passed last, by code.
    pub level: Option<String>,
}

/// Whom a session is for. Empty lists mean: any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rule {
    /// Kinds of post.
    pub posts: BTreeSet<String>,
    /// Statuses that sit.
    pub statuses: BTreeSet<String>,
    /// Units (already widened to everything below them).
    pub units: BTreeSet<UnitId>,
    /// Only people on the establishment.
    pub established_only: bool,
    /// Leaves out those who hold one of these levels.
    pub without_levels: BTreeSet<String>,
}

impl Rule {
    /// Whether the rule takes somebody in.
    #[must_use]
    pub fn takes(&self, officer: &Officer) -> bool {
        let any = |set: &BTreeSet<String>, code: &String| set.is_empty() || set.contains(code);
        any(&self.posts, &officer.post)
            && any(&self.statuses, &officer.status)
            && (self.units.is_empty() || self.units.contains(&officer.unit))
            && (officer.established || !self.established_only)
            && !officer
                .level
                .as_ref()
                .is_some_and(|level| self.without_levels.contains(level))
    }
}

coded! {
    /// How somebody came into the range.
    pub enum Source {
        /// By the rule.
        Rule = "rule", "按范围规则";
        /// Failed the session before.
        CarriedFailed = "carried_failed", "上场不合格";
        /// Away with leave from the session before.
        CarriedLeave = "carried_leave", "上场请假缺考";
        /// Away without leave.
        CarriedAbsent = "carried_absent", "上场缺考";
        /// Excluded by his district in the session before he would have been carried into.
        CarriedExcluded = "carried_excluded", "上场暂缓参考";
        /// Named by hand.
        Named = "named", "个别指定";
    }
}

coded! {
    /// Where a candidate stands before the exam (B-132).
    pub enum State {
        /// In the range by rule or by name.
        Nominated = "nominated", "待区局审核";
        /// In the range from the session before.
        CarriedOver = "carried_over", "结转待审核";
        /// Confirmed by his district.
        Reviewed = "reviewed", "已审核";
        /// Has a room or a remote place and a ticket.
        Registered = "registered", "已编排";
        /// Left out, with a reason.
        LeftOut = "left_out", "不参加本场";
    }
}

coded! {
    /// What happens to a candidate.
    pub enum Event {
        /// The district confirms.
        Confirm = "confirm", "审核通过";
        /// The district leaves him out.
        LeaveOut = "leave_out", "不列入";
        /// The district takes a decision back.
        Recall = "recall", "撤回审核";
        /// He gets his place.
        Register = "register", "编排";
        /// He loses it.
        Unregister = "unregister", "撤销编排";
    }
}

/// All steps. A recalled candidate goes back to where he came from, see [`Candidate::take`].
pub const STEPS: &[(State, Event, State)] = &[
    (State::Nominated, Event::Confirm, State::Reviewed),
    (State::Nominated, Event::LeaveOut, State::LeftOut),
    (State::CarriedOver, Event::Confirm, State::Reviewed),
    (State::CarriedOver, Event::LeaveOut, State::LeftOut),
    (State::Reviewed, Event::Recall, State::Nominated),
    (State::Reviewed, Event::LeaveOut, State::LeftOut),
    (State::Reviewed, Event::Register, State::Registered),
    (State::Registered, Event::Unregister, State::Reviewed),
    (State::Registered, Event::LeaveOut, State::LeftOut),
    (State::LeftOut, Event::Recall, State::Nominated),
];

/// Somebody in the range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// His unit.
    pub unit: UnitId,
    /// How he came in.
    pub source: Source,
    /// Where he stands.
    pub state: State,
    /// Why he was left out.
    pub reason: Option<String>,
}

impl Candidate {
    const fn first_state(source: Source) -> State {
        match source {
            Source::Rule | Source::Named => State::Nominated,
            _ => State::CarriedOver,
        }
    }

    /// The candidate after `event`.
    ///
    /// # Errors
    /// [`Deny`] when the table has no such step, or when somebody is left out without a reason.
    pub fn take(&self, event: Event, reason: Option<&str>) -> Result<Self, Deny> {
        let state = step(STEPS, self.state, event).ok_or_else(|| {
            Deny::new(
                "exams.candidate_state",
                format!("该考生{}，不能{}。", self.state.name(), event.name()),
            )
        })?;
        let reason = reason.map(str::trim).filter(|text| !text.is_empty());
        if event == Event::LeaveOut && reason.is_none() {
            return Err(Deny::new(
                "exams.reason",
                "不列入考试范围应写明原因，本人和市局均可查看。",
            ));
        }
        Ok(Self {
            state: match state {
                State::Nominated => Self::first_state(self.source),
                state => state,
            },
            reason: (event == Event::LeaveOut)
                .then(|| reason.map(str::to_owned))
                .flatten(),
            ..self.clone()
        })
    }

    /// What the person is to be told.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.reason {
            Some(reason) => format!("{}：{reason}", self.state.name()),
            None => format!("{}（{}）", self.state.name(), self.source.name()),
        }
    }
}

/// How somebody ended the session before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// Came to an outcome.
    Ended(Outcome),
    /// Was carried over into it and left out there by his district: the duty is not done.
    LeftOut,
}

/// Draws the range: the rule's people, those named, and without asking all who failed or were away
/// in the session before (October's go into next May's, B-58: there is no make-up). Somebody carried
/// over is in even if the rule would not take him, as long as he still is in service and `officers`
/// lists him. Sorted by unit and person; each once, carry-over before rule.
#[must_use]
pub fn draw(
    rule: &Rule,
    officers: &[Officer],
    before: &BTreeMap<PersonId, Before>,
    named: &BTreeSet<PersonId>,
) -> Vec<Candidate> {
    let mut range: BTreeMap<(UnitId, PersonId), Candidate> = BTreeMap::new();
    for officer in officers {
        let carried = match before.get(&officer.person) {
            Some(Before::Ended(Outcome::Failed)) => Some(Source::CarriedFailed),
            Some(Before::Ended(Outcome::AbsentLeave)) => Some(Source::CarriedLeave),
            Some(Before::Ended(Outcome::Absent)) => Some(Source::CarriedAbsent),
            Some(Before::LeftOut) => Some(Source::CarriedExcluded),
            _ => None,
        };
        let by_name = named.contains(&officer.person).then_some(Source::Named);
        let by_rule = rule.takes(officer).then_some(Source::Rule);
        if let Some(source) = carried.or(by_name).or(by_rule) {
            range
                .entry((officer.unit, officer.person))
                .or_insert_with(|| Candidate {
                    person: officer.person,
                    unit: officer.unit,
                    source,
                    state: Candidate::first_state(source),
                    reason: None,
                });
        }
    }
    range.into_values().collect()
}

/// A make-up exam does not exist (B-58).
///
/// # Errors
/// Always for a session that names one it makes up for.
pub fn check_no_makeup(makes_up_for: Option<i64>) -> Result<(), Deny> {
    match makes_up_for {
        None => Ok(()),
        Some(_) => Err(Deny::new(
            "exams.no_makeup",
            "执法资格（等级）考试不设补考，不合格和缺考人员自动列入下一场考试范围。",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn officer(person: i64, unit: i64, post: &str, status: &str) -> Officer {
        Officer {
            person: PersonId(person),
            unit: UnitId(unit),
            post: post.into(),
            status: status.into(),
            established: true,
            level: None,
        }
    }

    fn rule() -> Rule {
        Rule {
            posts: ["enforcement".to_owned()].into(),
            statuses: ["serving".to_owned()].into(),
            established_only: true,
            without_levels: ["advanced".to_owned()].into(),
            ..Rule::default()
        }
    }

    #[test]
    fn the_rule_takes_whom_it_names() {
        let base = officer(1, 1, "enforcement", "serving");
        let cases: [(Officer, bool); 5] = [
            (base.clone(), true),
            (officer(1, 1, "office", "serving"), false),
            (officer(1, 1, "enforcement", "long_sick"), false),
            (
                Officer {
                    established: false,
                    ..base.clone()
                },
                false,
            ),
            (
                Officer {
                    level: Some("advanced".into()),
                    ..base.clone()
                },
                false,
            ),
        ];
        for (officer, want) in cases {
            assert_eq!(rule().takes(&officer), want, "{officer:?}");
        }
        assert!(Rule::default().takes(&officer(1, 1, "any", "any")));
        let here = Rule {
            units: [UnitId(2)].into(),
            ..Rule::default()
        };
        assert!(!here.takes(&base));
    }

    #[test]
    fn failed_and_absent_come_again_without_asking() {
        let officers: Vec<Officer> = (1..=8)
            .map(|n| {
                officer(
                    n,
                    10 - n,
                    if n == 8 { "office" } else { "enforcement" },
                    "serving",
                )
            })
            .collect();
        let before = BTreeMap::from([
            (PersonId(1), Before::Ended(Outcome::Passed)),
            (PersonId(2), Before::Ended(Outcome::Failed)),
            (PersonId(3), Before::Ended(Outcome::AbsentLeave)),
            (PersonId(4), Before::Ended(Outcome::Absent)),
            (PersonId(5), Before::Ended(Outcome::Excluded)),
            (PersonId(6), Before::LeftOut),
            (PersonId(8), Before::Ended(Outcome::Failed)),
            // Gone since: not among the officers.
            (PersonId(99), Before::Ended(Outcome::Failed)),
        ]);
        let range = draw(&rule(), &officers, &before, &[PersonId(7)].into());
        let mut seen: Vec<(i64, Source, State)> = range
            .iter()
            .map(|c| (c.person.get(), c.source, c.state))
            .collect();
        assert!(range.is_sorted_by_key(|c| (c.unit, c.person)));
        seen.sort_unstable();
        assert_eq!(
            seen,
            [
                (1, Source::Rule, State::Nominated),
                (2, Source::CarriedFailed, State::CarriedOver),
                (3, Source::CarriedLeave, State::CarriedOver),
                (4, Source::CarriedAbsent, State::CarriedOver),
                (5, Source::Rule, State::Nominated),
                (6, Source::CarriedExcluded, State::CarriedOver),
                (7, Source::Named, State::Nominated),
                (8, Source::CarriedFailed, State::CarriedOver),
            ]
        );
    }

    #[test]
    fn the_district_confirms_or_leaves_out_with_a_reason() {
        let carried = &draw(
            &rule(),
            &[officer(1, 1, "enforcement", "serving")],
            &BTreeMap::from([(PersonId(1), Before::Ended(Outcome::Failed))]),
            &BTreeSet::new(),
        )[0];
        assert_eq!(
            carried.take(Event::LeaveOut, Some(" ")).unwrap_err().code,
            "exams.reason"
        );
        let out = carried.take(Event::LeaveOut, Some("援藏")).unwrap();
        assert_eq!(out.words(), "不参加本场：援藏");
        let back = out.take(Event::Recall, None).unwrap();
        assert_eq!(&back, carried);
        let placed = [Event::Confirm, Event::Register]
            .iter()
            .try_fold(back, |c, event| c.take(*event, None))
            .unwrap();
        assert_eq!(placed.state, State::Registered);
        let denied = placed.take(Event::Confirm, None).unwrap_err();
        assert_eq!(denied.text, "该考生已编排，不能审核通过。");
        assert_eq!(placed.words(), "已编排（上场不合格）");
    }

    #[test]
    fn there_is_no_makeup() {
        assert!(check_no_makeup(None).is_ok());
        assert_eq!(
            check_no_makeup(Some(3)).unwrap_err().code,
            "exams.no_makeup"
        );
    }
}
