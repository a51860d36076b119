//! The life of a version: draft → proposed → reviewed → in use → quarantined → retired, as a table
//! (issue 5 §1, B-60, B-65).

use super::Deny;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident, $code:literal, $word:literal;)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)*
        }

        impl $name {
            /// All, in the order of lists.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// Stable code, as stored and sent.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $code),* }
            }

            /// Word on pages.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }

            /// Reads [`Self::code`].
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    };
}

words! {
    /// Where a version stands.
    State {
        /// May still be changed by its unit.
        Draft, "draft", "草稿";
        /// Handed to the city.
        Proposed, "proposed", "待审";
        /// Found right by a second pair of eyes.
        Reviewed, "reviewed", "已审";
        /// May be put on papers.
        InUse, "in_use", "在用";
        /// An article that it cites has changed, or its key is in doubt.
        Quarantined, "quarantined", "停用待核";
        /// Out of use for good.
        Retired, "retired", "退出";
        /// A newer version has taken its place.
        Superseded, "superseded", "已被替代";
    }
}

words! {
    /// What is done to a version.
    Step {
        /// Hands a draft to the city.
        Propose, "propose", "提请审定";
        /// Back to the draft, with a reason.
        SendBack, "send_back", "退回修改";
        /// Found right.
        Review, "review", "审核通过";
        /// Into use; the version before is superseded.
        PutInUse, "put_in_use", "启用";
        /// Out of use until it is looked at.
        Quarantine, "quarantine", "停用待核";
        /// Back into use: looked at, still right.
        Restore, "restore", "核对后恢复";
        /// Out of use for good.
        Retire, "retire", "退出题库";
        /// A newer version takes its place.
        Supersede, "supersede", "由新版替代";
    }
}

words! {
    /// Level of the exam that a question belongs to; the notices list none (B-63).
    Level {
        /// For everybody.
        Basic, "basic", "初级";
        /// For those some years in service.
        Intermediate, "intermediate", "中级";
        /// For leaders and specialists.
        Advanced, "advanced", "高级";
    }
}

impl Step {
    /// Whether a reason must be given.
    #[must_use]
    pub fn needs_reason(self) -> bool {
        matches!(
            self,
            Step::SendBack | Step::Quarantine | Step::Restore | Step::Retire
        )
    }
}

/// What leads from where to where; a row that is missing is refused. What is not yet in use goes back to
/// the draft instead of into quarantine: else it would come into use without a review.
const STEPS: &[(State, Step, State)] = &[
    (State::Draft, Step::Propose, State::Proposed),
    (State::Draft, Step::Retire, State::Retired),
    (State::Proposed, Step::SendBack, State::Draft),
    (State::Proposed, Step::Review, State::Reviewed),
    (State::Proposed, Step::Retire, State::Retired),
    (State::Reviewed, Step::PutInUse, State::InUse),
    (State::Reviewed, Step::SendBack, State::Draft),
    (State::Reviewed, Step::Retire, State::Retired),
    (State::InUse, Step::Quarantine, State::Quarantined),
    (State::InUse, Step::Retire, State::Retired),
    (State::InUse, Step::Supersede, State::Superseded),
    (State::Quarantined, Step::Restore, State::InUse),
    (State::Quarantined, Step::Retire, State::Retired),
    (State::Quarantined, Step::Supersede, State::Superseded),
];

/// Where a step leads.
///
/// # Errors
/// A sentence that names the state and the step.
pub fn next(from: State, step: Step) -> Result<State, Deny> {
    STEPS
        .iter()
        .find(|(state, one, _)| *state == from && *one == step)
        .map(|(_, _, to)| *to)
        .ok_or_else(|| {
            Deny::new(
                "bank.state",
                format!(
                    "这道题目前{}，不能{}，请刷新后再看。",
                    from.name(),
                    step.name()
                ),
            )
        })
}

/// Steps that a state allows, in the order of the table.
pub fn steps_from(state: State) -> impl Iterator<Item = Step> {
    STEPS
        .iter()
        .filter(move |(from, _, _)| *from == state)
        .map(|(_, step, _)| *step)
}

/// Four eyes: who wrote or changed a version does not find it right himself.
///
/// # Errors
/// When he does.
pub fn other_eyes(reviewer: i64, writers: &[i64]) -> Result<(), Deny> {
    if writers.contains(&reviewer) {
        return Err(Deny::new(
            "bank.own_question",
            "这道题由您编写或修改，须由另一人审核。",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_but_the_last_two_can_be_left_and_no_other() {
        for state in State::ALL {
            let ends = matches!(state, State::Retired | State::Superseded);
            assert_eq!(steps_from(*state).next().is_none(), ends, "{state:?}");
        }
    }

    #[test]
    fn only_a_reviewed_or_restored_version_comes_into_use() {
        for state in State::ALL {
            for step in Step::ALL {
                if next(*state, *step) == Ok(State::InUse) {
                    assert!(
                        matches!(
                            (state, step),
                            (State::Reviewed, Step::PutInUse) | (State::Quarantined, Step::Restore)
                        ),
                        "{state:?} {step:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_left_the_draft_comes_back_to_it_only_before_use() {
        let back: Vec<State> = State::ALL
            .iter()
            .copied()
            .filter(|state| {
                Step::ALL
                    .iter()
                    .any(|step| next(*state, *step) == Ok(State::Draft))
            })
            .collect();
        assert_eq!(back, [State::Proposed, State::Reviewed]);
    }

    #[test]
    fn a_refusal_names_state_and_step() {
        let deny = next(State::Retired, Step::PutInUse).unwrap_err();
        assert!(
            deny.text.contains("退出") && deny.text.contains("启用"),
            "{}",
            deny.text
        );
    }

    #[test]
    fn nobody_reviews_his_own() {
        assert!(other_eyes(1, &[2, 3]).is_ok());
        assert_eq!(
            other_eyes(3, &[2, 3]).unwrap_err().code,
            "bank.own_question"
        );
    }
}
