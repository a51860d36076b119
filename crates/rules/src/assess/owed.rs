//! What a person owes: the status entries by rank, the months that count, the district's training.

use chengzhi_kernel::Date;
use chrono::Datelike;

use super::compile::CompiledPolicy;
use super::facts::{DistrictSessions, PersonFacts};
use super::month_set::MonthSet;
use super::timeline::Timeline;
use super::trace::{DistrictWhy, Fact, StartSource, Step};
use crate::pack::status::{DistrictRule, GapRule, Sets, StartRule, When};

pub(super) fn tell_events(policy: &CompiledPolicy, timeline: &Timeline, steps: &mut Vec<Step>) {
    for absence in &timeline.absences {
        if !absence.touched(policy.year).is_empty() {
            steps.push(Step::Absence(*absence));
        }
    }
    // Also those of later years: such a return hints at a leave, perhaps of this year, that nobody
    // entered.
    for day in &timeline.stray_returns {
        steps.push(Step::StrayReturn(*day));
    }
    if timeline.after_as_of > 0 {
        steps.push(Step::EventsLeftOut(timeline.after_as_of));
    }
}

/// Walks the entries by rank; the first to set a value wins, an entry that ends stops the walk
/// after its rank.
pub(super) fn precedence(
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

pub(super) fn counted_months(
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

pub(super) fn district(
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
