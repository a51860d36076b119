//! One person, one year: who owes what, what is earned, and how the decision was reached.

use chengzhi_kernel::Quantity;
use serde::{Deserialize, Serialize};

use super::compile::CompiledPolicy;
use super::facts::{Component, DistrictSessions, Event, Extra, PersonFacts};
use super::ledger::LedgerRow;
use super::month_set::MonthSet;
use super::timeline::Timeline;
use super::trace::{Step, Trace};
use super::{earned, owed};
use crate::pack::status::OnlineRule;

/// The assessment state of a person-year (B-74).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// All three components and twelve months.
    Full,
    /// Part of them.
    Partial,
    /// Nothing is owed.
    NotAssessed,
}

/// Judged as if the year were closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 达标.
    Met,
    /// 未达标.
    NotMet,
}

/// Online or district training of a person-year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ComponentResult {
    /// Whether it is owed.
    pub due: bool,
    /// Hours owed; zero when not due.
    pub required_hours: Quantity,
    /// Credits owed; zero when not due.
    pub required_credits: Quantity,
    /// Hours of the counted rows, uncapped, also when not due.
    pub earned_hours: Quantity,
    /// Credits of the counted rows.
    pub earned_credits: Quantity,
    /// Whether what is owed is earned.
    pub met: bool,
}

/// Study of a person-year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SquadResult {
    /// Whether any month is owed.
    pub due: bool,
    /// Months owed.
    pub months: MonthSet,
    /// Months owed that no row fulfils.
    pub missing: MonthSet,
    /// Every month a row fulfils, owed or not.
    pub fulfilled: MonthSet,
    /// Hours owed.
    pub required_hours: Quantity,
    /// Hours of the fulfilled months among those owed.
    pub earned_hours: Quantity,
    /// Whether no month is missing.
    pub met: bool,
}

/// The decision on a person-year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// State.
    pub state: State,
    /// Result; `None` when not assessed.
    pub result: Option<Outcome>,
    /// 市局网训.
    pub online: ComponentResult,
    /// 区局集训.
    pub district: ComponentResult,
    /// 科队学习.
    pub squad: SquadResult,
    /// How it was reached.
    pub trace: Trace,
}

/// Judges one person's year. Total: every input gives an answer; the order of events and rows is
/// irrelevant. Rows must already be free of repeated entries.
#[must_use]
pub fn assess(
    policy: &CompiledPolicy,
    person: &PersonFacts,
    events: &[Event],
    rows: &[LedgerRow],
    sessions: &DistrictSessions,
    extra: &Extra<'_>,
) -> Assessment {
    let mut steps = Vec::with_capacity(12);
    let timeline = Timeline::build(events, policy.left_kinds, policy.absence_kinds, extra.as_of);
    owed::tell_events(policy, &timeline, &mut steps);
    let sets = owed::precedence(policy, person, &timeline, &mut steps);
    let assessed = sets.assessed != Some(false);
    let mut months = if assessed {
        owed::counted_months(policy, person, &timeline, sets, &mut steps)
    } else {
        MonthSet::EMPTY
    };
    let mut online_due = assessed
        && match sets.online {
            Some(OnlineRule::Waived) => false,
            Some(OnlineRule::Due) => true,
            Some(OnlineRule::IfAnyMonth) | None => !months.is_empty(),
        };
    let share = months.count();
    let mut district_due = owed::district(assessed, sets, &timeline, sessions, &mut steps);
    for (index, waiver) in extra.waivers.iter().enumerate() {
        let due = match waiver.component {
            Component::Online => std::mem::replace(&mut online_due, false),
            Component::District => std::mem::replace(&mut district_due, false),
            Component::Squad => !std::mem::take(&mut months).is_empty(),
        };
        if due {
            let waiver_index = u8::try_from(index).unwrap_or(u8::MAX);
            steps.push(Step::Waived {
                component: waiver.component,
                waiver: waiver_index,
            });
        }
    }
    let sums = earned::earn(policy.year, rows, extra.as_of);
    let share = if policy.pro_rata { share.min(12) } else { 12 };
    let online = earned::component(
        policy.online,
        online_due,
        share,
        &sums.online,
        Component::Online,
        &mut steps,
    );
    let district = earned::component(
        policy.district,
        district_due,
        12,
        &sums.district,
        Component::District,
        &mut steps,
    );
    let squad = earned::squad(policy, months, sums.study, &mut steps);
    if sums.left_out != (0, 0, 0) {
        let (other_year, after_as_of, other_kind) = sums.left_out;
        steps.push(Step::LeftOut {
            other_year,
            after_as_of,
            other_kind,
        });
    }
    let any_due = online.due || district.due || squad.due;
    let state = if !any_due {
        State::NotAssessed
    } else if online.due && district.due && squad.months == MonthSet::ALL {
        State::Full
    } else {
        State::Partial
    };
    let met = if policy.minima {
        online.met && district.met && squad.met
    } else {
        earned::totals_met(&online, &district, &squad)
    };
    let result = any_due.then_some(if met { Outcome::Met } else { Outcome::NotMet });
    steps.push(Step::Verdict {
        minima: policy.minima,
        state,
        result,
    });
    Assessment {
        state,
        result,
        online,
        district,
        squad,
        trace: Trace { steps },
    }
}
