//! One slot's whole story as data, and its check against the state machine, the dates and the
//! completeness rules.

use chengzhi_kernel::{AccountId, Month, Timestamp, UnitId};

use crate::domain::blockers::blockers;
use crate::domain::reasons;
use crate::domain::snapshot::Content;
use crate::domain::state::{Event, State, next};
use crate::domain::stats::Outcome;
use crate::domain::window::effective;

use super::policy::MonthRules;

/// Who did something, as the history names him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doer {
    /// Account.
    pub account: AccountId,
    /// Name.
    pub name: String,
    /// The unit he belongs to.
    pub home: Option<UnitId>,
}

/// What the reviewer made of a hand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkDecision {
    /// How.
    pub outcome: Outcome,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Doer,
    /// Reason code, for returns and refusals.
    pub reason: Option<String>,
    /// Note.
    pub note: Option<String>,
}

/// One hand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkRound {
    /// When.
    pub submitted_at: Timestamp,
    /// What was handed in.
    pub content: Content,
    /// What came of it; none leaves it waiting.
    pub decision: Option<BulkDecision>,
}

/// One slot's whole story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkRecord {
    /// Unit.
    pub unit: UnitId,
    /// Month.
    pub month: Month,
    /// Who reviews for the unit.
    pub reviewer: UnitId,
    /// Whether that is the city standing in for the district.
    pub passed_up: bool,
    /// First saved.
    pub started_at: Timestamp,
    /// By whom all of it was entered and handed in.
    pub by: Doer,
    /// A draft never handed in; else the last round's content counts.
    pub draft: Option<Content>,
    /// Hand-ins in order.
    pub rounds: Vec<BulkRound>,
}

/// A month's task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkTask {
    /// Month.
    pub month: Month,
    /// Topic.
    pub topic: String,
    /// Guidance.
    pub guidance: String,
    /// Issued.
    pub issued_at: Timestamp,
    /// By whom.
    pub by: Doer,
}

/// A story that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{unit}单位{month}：{reason}")]
pub struct Broken {
    /// Unit.
    pub unit: UnitId,
    /// Month.
    pub month: Month,
    /// What is wrong, in Chinese.
    pub reason: String,
}

/// How a story ends.
pub(super) struct Ending {
    pub state: State,
    pub round: u32,
    pub first: Option<Timestamp>,
    pub decided_at: Option<Timestamp>,
    pub late: Option<bool>,
}

/// Plays a story by the state machine, the dates and the completeness rules.
pub(super) fn play(record: &BulkRecord, rules: &MonthRules) -> Result<Ending, String> {
    let window = &rules.window;
    let deny = |deny: crate::domain::Deny| deny.text;
    window.check_open(record.started_at).map_err(deny)?;
    let mut now = record.started_at;
    let at = |state, now| effective(state, None, window, now);
    let mut state = next(at(State::NotStarted, now), Event::Save).map_err(deny)?;
    let mut ending = Ending {
        state,
        round: 0,
        first: None,
        decided_at: None,
        late: None,
    };
    for round in &record.rounds {
        if round.submitted_at < now {
            return Err("提交早于上一步".to_owned());
        }
        now = round.submitted_at;
        state = next(at(state, now), Event::Submit).map_err(deny)?;
        let content = &round.content;
        let photos = content.photos.len();
        let params = &rules.year.params;
        let missing = blockers(
            &content.session,
            &content.attendance,
            photos,
            window,
            params,
            now,
        );
        if let Some(first) = missing.first() {
            return Err(first.message.clone());
        }
        ending.round += 1;
        ending.first.get_or_insert(now);
        let Some(decision) = &round.decision else {
            continue;
        };
        if decision.at < now {
            return Err("审核早于提交".to_owned());
        }
        now = decision.at;
        if decision.by.account == record.by.account {
            return Err("填报人审核了自己的记录".to_owned());
        }
        if decision.by.home == Some(record.unit) {
            return Err("审核人审核了本单位的记录".to_owned());
        }
        let event = match decision.outcome {
            Outcome::Confirmed => Event::Confirm,
            Outcome::Returned => Event::Return,
            Outcome::Rejected => Event::Reject,
            Outcome::Withdrawn => Event::Withdraw,
        };
        state = next(at(state, now), event).map_err(deny)?;
        if matches!(decision.outcome, Outcome::Returned | Outcome::Rejected) {
            let code = decision.reason.as_deref().unwrap_or_default();
            reasons::check(code, decision.note.as_deref().unwrap_or_default()).map_err(deny)?;
        }
        if matches!(state, State::Confirmed | State::RejectedFinal) {
            ending.decided_at = Some(now);
            ending.late = Some(now >= window.review_due(round.submitted_at));
        }
    }
    ending.state = state;
    Ok(ending)
}
