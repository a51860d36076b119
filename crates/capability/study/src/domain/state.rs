//! The state machine of one slot (unit × month), B-128: the shared steps, one of its own, and for every pair that is in
//! neither a sentence that says why not.

use chengzhi_cycle::state::step;
pub use chengzhi_cycle::state::{Event, State};

use super::Deny;

/// The state after `event`.
///
/// # Errors
/// [`Deny`] with the sentence for this very pair.
pub fn next(state: State, event: Event) -> Result<State, Deny> {
    match (state, event) {
        // Attendance may be put right after confirming.
        (State::Confirmed, Event::Correct) => Ok(State::Confirmed),
        _ => step(state, event).ok_or_else(|| refusal(state, event)),
    }
}

/// Why `event` is refused in `state`.
#[must_use]
pub fn refusal(state: State, event: Event) -> Deny {
    use State::{
        Confirmed, Draft, Exempt, LockedMissed, LockedPending, NotStarted, RejectedFinal, Returned,
        Submitted, UnderReview,
    };
    let by_unit = matches!(event, Event::Save | Event::Submit | Event::Withdraw);
    let (code, text) = match (state, event) {
        (Exempt, _) => (
            "study.exempt",
            "本单位本月没有应学人员或不在学习范围内，免于学习，无需办理。",
        ),
        (LockedMissed, Event::Lock) | (LockedPending, Event::Lock) => {
            ("study.locked", "本月已经锁定。")
        }
        (LockedMissed, _) if by_unit => (
            "study.locked",
            "本月已跨月锁定，不能再填报；缺学人员由区局组织补训。",
        ),
        (LockedMissed, _) => (
            "study.locked",
            "本月已跨月锁定且没有有效上报，不能再审核；缺学人员由区局组织补训。",
        ),
        (LockedPending, Event::Return) => (
            "study.locked",
            "本月已跨月锁定，不能再退回，只能通过或终退。",
        ),
        (LockedPending, _) if by_unit => (
            "study.locked",
            "本月已跨月锁定，单位不能再更改；请等待审核人通过或终退。",
        ),
        (RejectedFinal, _) => (
            "study.rejected",
            "本月记录已终退，不能再办理；缺学人员由区局组织补训。",
        ),
        (Confirmed, Event::Lock) => ("study.confirmed", "已通过的记录不受锁定影响。"),
        (Confirmed, Event::Confirm) => ("study.confirmed", "这条记录已经通过，无需再次审核。"),
        (Confirmed, _) if by_unit => (
            "study.confirmed",
            "记录已通过，单位不能再更改；出勤有误请联系审核人更正。",
        ),
        (Confirmed, _) => (
            "study.confirmed",
            "记录已通过，审核已经结束；出勤有误请用“更正出勤”。",
        ),
        (_, Event::Correct) => (
            "study.not_confirmed",
            "记录尚未通过，出勤请由单位在填报中更改。",
        ),
        (NotStarted, Event::Submit) => ("study.not_started", "还没有填写，请先填写并保存。"),
        (NotStarted | Draft | Returned, Event::Withdraw) => {
            ("study.not_submitted", "记录没有在审核中，无需撤回。")
        }
        (NotStarted | Draft, _) => ("study.not_submitted", "单位还没有提交，暂时不能审核。"),
        (Returned, _) => ("study.returned", "记录已退回，等单位补正重新提交后再审核。"),
        (Submitted, Event::Save) => ("study.submitted", "记录已提交待审，如需更改请先撤回。"),
        (Submitted, Event::Submit) => ("study.submitted", "记录已经提交，正在等待审核。"),
        (Submitted, Event::Release) => ("study.not_held", "记录没有被占用，无需放回。"),
        (UnderReview, Event::Save | Event::Submit | Event::Withdraw) => (
            "study.under_review",
            "审核人正在审核，暂时不能更改；请等待审核结果。",
        ),
        (Submitted | UnderReview, Event::Reject) => (
            "study.not_locked",
            "月内不能终退，请退回并说明原因，单位当月可以补正。",
        ),
        (Submitted | UnderReview | LockedPending, _) => {
            ("study.state", "当前状态不能进行此操作，请刷新后再试。")
        }
    };
    Deny::new(code, text)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// The whole matrix, state by state; `-` is refused.
    const MATRIX: &str = "\
not_started: save→draft lock→locked_missed
draft: save→draft submit→submitted lock→locked_missed
submitted: withdraw→draft open_review→under_review pass_up→submitted confirm→confirmed return→returned lock→locked_pending
under_review: open_review→under_review release→submitted pass_up→submitted confirm→confirmed return→returned lock→locked_pending
returned: save→returned submit→submitted lock→locked_missed
confirmed: correct→confirmed
locked_missed:
locked_pending: open_review→locked_pending release→locked_pending pass_up→locked_pending confirm→confirmed reject→rejected_final
rejected_final:
exempt:
";

    #[test]
    fn every_state_and_event_is_allowed_or_refused_as_written() {
        let mut found = String::new();
        for state in State::ALL {
            let _ = write!(found, "{}:", state.code());
            for event in Event::ALL {
                if let Ok(to) = next(*state, *event) {
                    let _ = write!(found, " {}→{}", event.code(), to.code());
                }
            }
            found.push('\n');
        }
        assert_eq!(found, MATRIX);
    }

    #[test]
    fn every_refusal_is_a_chinese_sentence_with_a_code() {
        for state in State::ALL {
            for event in Event::ALL {
                let Err(deny) = next(*state, *event) else {
                    continue;
                };
                assert!(deny.code.starts_with("study."), "{state:?} {event:?}");
                assert!(
                    deny.text.ends_with('。')
                        && !deny.text.chars().any(|c| c.is_ascii_alphabetic()),
                    "{state:?} {event:?}: {}",
                    deny.text
                );
            }
        }
    }

    #[test]
    fn nothing_leads_out_of_a_missed_refused_or_exempt_month() {
        for state in [State::LockedMissed, State::RejectedFinal, State::Exempt] {
            for event in Event::ALL {
                assert!(next(state, *event).is_err(), "{state:?} {event:?}");
            }
        }
    }

    #[test]
    fn the_lock_leaves_no_open_state() {
        for state in State::ALL {
            match next(*state, Event::Lock) {
                Ok(after) => assert!(after.is_settled() && !state.is_settled(), "{state:?}"),
                Err(_) => assert!(state.is_settled(), "{state:?} must be locked"),
            }
        }
    }
}
