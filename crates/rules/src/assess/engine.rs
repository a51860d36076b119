//! One person, one year: who owes what, what is earned, and how the decision was reached.

use chengzhi_kernel::{Date, Quantity};
use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::compile::CompiledPolicy;
use super::facts::{
    Component, DistrictSessions, Event, Extra, LedgerKind, LedgerRow, MonthSet, PersonFacts,
};
use super::timeline::Timeline;
use super::trace::{DistrictWhy, Fact, StartSource, Step, Trace};
use crate::pack::status::{DistrictRule, GapRule, OnlineRule, Sets, StartRule, When};

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
    tell_events(policy, &timeline, &mut steps);
    let sets = precedence(policy, person, &timeline, &mut steps);
    let assessed = sets.assessed != Some(false);
    let mut months = if assessed {
        counted_months(policy, person, &timeline, sets, &mut steps)
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
    let mut district_due = district(assessed, sets, &timeline, sessions, &mut steps);
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
    let earned = earn(policy.year, rows, extra.as_of);
    let share = if policy.pro_rata { share.min(12) } else { 12 };
    let online = component(
        policy.online,
        online_due,
        share,
        &earned.online,
        Component::Online,
        &mut steps,
    );
    let district = component(
        policy.district,
        district_due,
        12,
        &earned.district,
        Component::District,
        &mut steps,
    );
    let squad = squad(policy, months, earned.study, &mut steps);
    if earned.left_out != (0, 0, 0) {
        let (other_year, after_as_of, other_kind) = earned.left_out;
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
        totals_met(&online, &district, &squad)
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

fn tell_events(policy: &CompiledPolicy, timeline: &Timeline, steps: &mut Vec<Step>) {
    for absence in &timeline.absences {
        if !absence.touched(policy.year).is_empty() {
            steps.push(Step::Absence(*absence));
        }
    }
    // Later ones have no bearing on this year.
    for day in timeline
        .stray_returns
        .iter()
        .filter(|d| **d <= policy.year_end)
    {
        steps.push(Step::StrayReturn(*day));
    }
    if timeline.after_as_of > 0 {
        steps.push(Step::EventsLeftOut(timeline.after_as_of));
    }
}

/// Walks the entries by rank; the first to set a value wins, an entry that ends stops the walk
/// after its rank.
fn precedence(
    policy: &CompiledPolicy,
    person: &PersonFacts,
    timeline: &Timeline,
    steps: &mut Vec<Step>,
) -> Sets {
    let mut sets = Sets::default();
    let mut ended_at = None;
    for (index, status) in policy.statuses.iter().enumerate() {
        if ended_at.is_some_and(|rank| status.rank > rank) {
            break;
        }
        if let Some(fact) = applies(policy, person, timeline, status.when) {
            let status_index = u8::try_from(index).unwrap_or(u8::MAX);
            steps.push(Step::Status {
                status: status_index,
                fact,
            });
            sets = sets.or(status.sets);
            if status.ends {
                ended_at = Some(status.rank);
            }
        }
    }
    sets
}

fn applies(
    policy: &CompiledPolicy,
    person: &PersonFacts,
    timeline: &Timeline,
    when: When,
) -> Option<Fact> {
    let year = policy.year;
    match when {
        When::NotEstablished => (!person.established).then_some(Fact::NotEstablished),
        When::JoinedAfterYear => {
            (person.joined > policy.year_end).then_some(Fact::JoinedLater(person.joined))
        }
        When::Left => timeline
            .leavings
            .iter()
            .find(|(_, day)| person.joined <= *day && *day <= policy.year_end)
            .map(|(kind, day)| Fact::Left(*kind, *day)),
        When::JoinedInMonth(month) => {
            in_month(person.joined, year, month).then_some(Fact::JoinedIn(person.joined))
        }
        When::ReturnedInMonth(month) => timeline
            .absences
            .iter()
            .find(|a| a.back.is_some_and(|back| in_month(back, year, month)))
            .map(|a| Fact::ReturnedIn(*a)),
        When::NewStaff => {
            let induction = person.induction_ended.filter(|d| d.year() == year);
            let new = person.joined.year() == year || induction.is_some();
            new.then_some(Fact::NewStaff {
                joined: person.joined,
                induction,
            })
        }
        When::Absent => {
            let months = timeline
                .absences
                .iter()
                .fold(MonthSet::EMPTY, |set, a| set.or(a.touched(year)));
            (!months.is_empty()).then_some(Fact::Absent(months))
        }
        When::Always => Some(Fact::Everybody),
    }
}

fn in_month(date: Date, year: i32, month: u32) -> bool {
    date.year() == year && date.month() == month
}

fn counted_months(
    policy: &CompiledPolicy,
    person: &PersonFacts,
    timeline: &Timeline,
    sets: Sets,
    steps: &mut Vec<Step>,
) -> MonthSet {
    let year = policy.year;
    let (start, source) = match sets.start_month {
        Some(StartRule::InductionOrJoining) => match person.induction_ended {
            Some(day) if day.year() == year => (day.month() + 1, StartSource::Induction(day)),
            _ if person.joined.year() == year => {
                (person.joined.month(), StartSource::Joined(person.joined))
            }
            _ => (1, StartSource::January),
        },
        Some(StartRule::January) | None => (1, StartSource::January),
    };
    let gaps = timeline.absences.iter().fold(MonthSet::EMPTY, |set, a| {
        set.or(match sets.gap_months {
            Some(GapRule::Touched) => a.touched(year),
            Some(GapRule::Whole) => a.whole(year),
            Some(GapRule::None) | None => MonthSet::EMPTY,
        })
    });
    let counted = MonthSet::span(start, 12).minus(gaps);
    let first = u8::try_from(start).unwrap_or(13);
    steps.push(Step::Months {
        start: first,
        source,
        gaps,
        counted,
    });
    counted
}

fn district(
    assessed: bool,
    sets: Sets,
    timeline: &Timeline,
    sessions: &DistrictSessions,
    steps: &mut Vec<Step>,
) -> bool {
    let why = if assessed {
        match sets.district {
            Some(DistrictRule::Waived) => DistrictWhy::Waived,
            Some(DistrictRule::Due) | None => DistrictWhy::Always,
            Some(DistrictRule::AtPost) => {
                let attended = sessions
                    .sessions
                    .iter()
                    .find(|s| timeline.at_post_within(s.from, s.to));
                match (attended, sessions.sessions.first()) {
                    (Some(s), _) => DistrictWhy::AtPost(s.from, s.to),
                    (None, Some(s)) => DistrictWhy::Away(s.from, s.to),
                    (None, None) => DistrictWhy::Always,
                }
            }
        }
    } else {
        DistrictWhy::NotAssessed
    };
    let due = matches!(why, DistrictWhy::AtPost(..) | DistrictWhy::Always);
    let assumed =
        sessions.assumed && matches!(why, DistrictWhy::AtPost(..) | DistrictWhy::Away(..));
    steps.push(Step::District { due, why, assumed });
    due
}

#[derive(Default)]
struct Sum {
    rows: u32,
    hours: Quantity,
    credits: Quantity,
}

#[derive(Default)]
struct Earned {
    online: Sum,
    district: Sum,
    study: MonthSet,
    /// Other year, after the as-of day, other kind.
    left_out: (u32, u32, u32),
}

fn earn(year: i32, rows: &[LedgerRow], as_of: Option<Date>) -> Earned {
    let mut earned = Earned::default();
    let mut per_month = [0i32; 13];
    for row in rows {
        if as_of.is_some_and(|limit| row.date > limit) {
            earned.left_out.1 += 1;
            continue;
        }
        if row.date.year() != year {
            earned.left_out.0 += 1;
            continue;
        }
        let sum = match row.kind {
            LedgerKind::Online => &mut earned.online,
            LedgerKind::District => &mut earned.district,
            LedgerKind::Study => {
                match row
                    .month_in(year)
                    .and_then(|m| per_month.get_mut(m as usize))
                {
                    Some(count) => *count += if row.is_reversal() { -1 } else { 1 },
                    None => earned.left_out.0 += 1,
                }
                continue;
            }
            LedgerKind::Other => {
                earned.left_out.2 += 1;
                continue;
            }
        };
        sum.rows += 1;
        sum.hours += row.hours();
        sum.credits += row.credits();
    }
    for (month, count) in (0u32..).zip(per_month) {
        if count > 0 {
            earned.study.insert(month);
        }
    }
    earned
}

fn component(
    full: (Quantity, Quantity),
    due: bool,
    share: u32,
    earned: &Sum,
    component: Component,
    steps: &mut Vec<Step>,
) -> ComponentResult {
    let of = |amount: Quantity| match (due, share) {
        (false, _) => Quantity::ZERO,
        (true, 12) => amount,
        (true, months) => amount.share_up(i64::from(months), 12),
    };
    let (hours, credits) = (of(full.0), of(full.1));
    let share = u8::try_from(share).unwrap_or(12);
    steps.push(Step::Required {
        component,
        due,
        hours,
        credits,
        share,
    });
    steps.push(Step::Earned {
        component,
        rows: earned.rows,
        hours: earned.hours,
        credits: earned.credits,
    });
    ComponentResult {
        due,
        required_hours: hours,
        required_credits: credits,
        earned_hours: earned.hours,
        earned_credits: earned.credits,
        met: !due || (earned.hours >= hours && earned.credits >= credits),
    }
}

fn squad(
    policy: &CompiledPolicy,
    months: MonthSet,
    fulfilled: MonthSet,
    steps: &mut Vec<Step>,
) -> SquadResult {
    let hours = |set: MonthSet| {
        Quantity::from_thousandths(policy.month_hours.thousandths() * i64::from(set.count()))
    };
    let due = !months.is_empty();
    let missing = months.minus(fulfilled);
    let required_hours = hours(months);
    steps.push(Step::Required {
        component: Component::Squad,
        due,
        hours: required_hours,
        credits: Quantity::ZERO,
        share: 12,
    });
    steps.push(Step::Study {
        owed: months,
        fulfilled: months.and(fulfilled),
        per_month: policy.month_hours,
    });
    SquadResult {
        due,
        months,
        missing,
        fulfilled,
        required_hours,
        earned_hours: hours(months.and(fulfilled)),
        met: missing.is_empty(),
    }
}

/// With transfer between components allowed (B-03, other reading) only the sums over what is due
/// are compared.
fn totals_met(online: &ComponentResult, district: &ComponentResult, squad: &SquadResult) -> bool {
    let mut required = (squad.required_hours, Quantity::ZERO);
    let mut earned = (squad.earned_hours, Quantity::ZERO);
    for part in [online, district].into_iter().filter(|c| c.due) {
        required.0 += part.required_hours;
        required.1 += part.required_credits;
        earned.0 += part.earned_hours;
        earned.1 += part.earned_credits;
    }
    earned.0 >= required.0 && earned.1 >= required.1
}
