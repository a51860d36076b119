//! Who decides about a correction: one proposes, two others approve.

use chengzhi_kernel::AccountId;
use serde::{Deserialize, Serialize};

use crate::domain::Deny;
use crate::domain::coded::{coded, step};

coded! {
    /// Where a correction stands.
    pub enum State {
        /// Being tried out.
        Draft = "draft", "试算";
        /// Handed in for approval.
        Proposed = "proposed", "待审批";
        /// One approval.
        ApprovedOnce = "approved_once", "待第二人审批";
        /// Two approvals.
        Approved = "approved", "已批准";
        /// In the results.
        Applied = "applied", "已更正";
        /// Not approved.
        Refused = "refused", "未批准";
        /// Taken back.
        Withdrawn = "withdrawn", "已撤回";
    }
}

coded! {
    /// What happens to it.
    pub enum Event {
        /// Handed in.
        Propose = "propose", "提交审批";
        /// Approved by somebody.
        Approve = "approve", "批准";
        /// Not approved.
        Refuse = "refuse", "不批准";
        /// Taken back by whoever proposed it.
        Withdraw = "withdraw", "撤回";
        /// The results changed since the trial: approvals fall.
        Outdate = "outdate", "重新试算";
        /// Written into the results.
        Apply = "apply", "更正成绩";
    }
}

/// All steps.
pub const STEPS: &[(State, Event, State)] = &[
    (State::Draft, Event::Propose, State::Proposed),
    (State::Draft, Event::Withdraw, State::Withdrawn),
    (State::Draft, Event::Outdate, State::Draft),
    (State::Proposed, Event::Approve, State::ApprovedOnce),
    (State::Proposed, Event::Refuse, State::Refused),
    (State::Proposed, Event::Withdraw, State::Withdrawn),
    (State::Proposed, Event::Outdate, State::Draft),
    (State::ApprovedOnce, Event::Approve, State::Approved),
    (State::ApprovedOnce, Event::Refuse, State::Refused),
    (State::ApprovedOnce, Event::Withdraw, State::Withdrawn),
    (State::ApprovedOnce, Event::Outdate, State::Draft),
    (State::Approved, Event::Apply, State::Applied),
    (State::Approved, Event::Withdraw, State::Withdrawn),
    (State::Approved, Event::Outdate, State::Draft),
];

/// A correction on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Where it stands.
    pub state: State,
    /// Who proposes it.
    pub proposer: AccountId,
    /// Who has approved, in order.
    pub approvers: Vec<AccountId>,
}

impl Approval {
    /// A trial.
    #[must_use]
    pub const fn new(proposer: AccountId) -> Self {
        Self {
            state: State::Draft,
            proposer,
            approvers: Vec::new(),
        }
    }

    /// The correction after `event` by `who`. The proposer does not approve, and nobody approves
    /// twice; only the proposer proposes and withdraws.
    ///
    /// # Errors
    /// [`Deny`] with a sentence.
    pub fn take(&self, event: Event, who: AccountId) -> Result<Self, Deny> {
        let state = step(STEPS, self.state, event).ok_or_else(|| {
            Deny::new(
                "exams.correction_state",
                format!("答案更正{}，不能{}。", self.state.name(), event.name()),
            )
        })?;
        let mut approvers = self.approvers.clone();
        match event {
            Event::Approve if who == self.proposer => {
                return Err(Deny::new(
                    "exams.own_correction",
                    "提出更正的人不能审批，请由另外两人审批。",
                ));
            }
            Event::Approve if approvers.contains(&who) => {
                return Err(Deny::new(
                    "exams.approved_twice",
                    "您已批准过，第二次审批须由另一人作出。",
                ));
            }
            Event::Approve => approvers.push(who),
            Event::Propose | Event::Withdraw if who != self.proposer => {
                return Err(Deny::new(
                    "exams.others_correction",
                    "只有提出更正的人可以提交或撤回。",
                ));
            }
            Event::Outdate => approvers.clear(),
            _ => {}
        }
        Ok(Self {
            state,
            proposer: self.proposer,
            approvers,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(events: &[(Event, i64)]) -> Result<Approval, Deny> {
        events
            .iter()
            .try_fold(Approval::new(AccountId(1)), |approval, (event, who)| {
                approval.take(*event, AccountId(*who))
            })
    }

    #[test]
    fn two_others_approve() {
        use Event::{Apply, Approve, Outdate, Propose, Refuse, Withdraw};
        let start = [(Propose, 1)];
        let with = |more: &[(Event, i64)]| {
            let made = run(&[&start, more].concat());
            made.map(|a| a.state).map_err(|deny| deny.code)
        };
        for (more, want) in [
            (
                &[(Approve, 2), (Approve, 3), (Apply, 3)][..],
                Ok(State::Applied),
            ),
            (&[(Approve, 2)], Ok(State::ApprovedOnce)),
            (&[(Approve, 2), (Approve, 2)], Err("exams.approved_twice")),
            (&[(Approve, 1)], Err("exams.own_correction")),
            (&[(Approve, 2), (Apply, 2)], Err("exams.correction_state")),
            (&[(Approve, 2), (Refuse, 3)], Ok(State::Refused)),
            (&[(Withdraw, 2)], Err("exams.others_correction")),
            (
                &[(Approve, 2), (Withdraw, 1), (Approve, 3)],
                Err("exams.correction_state"),
            ),
            (
                &[
                    (Approve, 2),
                    (Outdate, 9),
                    (Propose, 1),
                    (Approve, 2),
                    (Apply, 2),
                ],
                Err("exams.correction_state"),
            ),
        ] {
            assert_eq!(with(more), want, "{more:?}");
        }
    }

    #[test]
    fn what_is_over_stays_over() {
        for state in [State::Applied, State::Refused, State::Withdrawn] {
            assert!(STEPS.iter().all(|(from, ..)| *from != state));
        }
    }

    #[test]
    fn no_way_to_the_results_has_fewer_than_two_approvals() {
        // Breadth first over (state, approvals since the last trial).
        let mut open = vec![(State::Draft, 0u8)];
        let mut seen = open.clone();
        while let Some((state, approvals)) = open.pop() {
            assert!(state != State::Applied || approvals >= 2);
            for (_, event, to) in STEPS.iter().filter(|(from, ..)| *from == state) {
                let approvals = match event {
                    Event::Approve => approvals + 1,
                    Event::Outdate => 0,
                    _ => approvals,
                };
                if !seen.contains(&(*to, approvals)) {
                    seen.push((*to, approvals));
                    open.push((*to, approvals));
                }
            }
        }
        assert!(seen.contains(&(State::Applied, 2)));
    }
}
