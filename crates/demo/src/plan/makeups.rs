//! The bureaus' make-up sessions: some weeks after a month for those who were absent, and in
//! December for whatever is still open.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_kernel::deadline::plus_days;
use chengzhi_kernel::{Date, Month, Timestamp};
use chengzhi_organisation::facade::UnitKind;
use chengzhi_rules::Policy;
use chengzhi_rules::assess::{
    CompiledPolicy, DistrictSessions, Event, Extra, MonthSet, PersonFacts, assess,
};

use super::days;
use super::people::PersonPlan;
use super::slots::SlotPlan;
use super::status::office_hours;
use super::studio::Studio;
use crate::rng::Rng;

/// A make-up session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MakeupPlan {
    /// Index of the bureau's unit.
    pub bureau: usize,
    /// Month that it makes good.
    pub month: Month,
    /// Day.
    pub held_on: Date,
    /// Minutes.
    pub minutes: u32,
    /// Place.
    pub place: String,
    /// Topic.
    pub topic: String,
    /// Speaker.
    pub speaker: String,
    /// Entered.
    pub at: Timestamp,
    /// Index of the person who entered it.
    pub by: usize,
    /// Indexes of those who attended.
    pub people: Vec<usize>,
}

/// The months that a person owes in the year of some rules.
#[must_use]
pub fn owed(person: &PersonPlan, rules: &CompiledPolicy, none: &DistrictSessions) -> MonthSet {
    let facts = PersonFacts {
        established: person.established,
        joined: person.joined_on,
        induction_ended: person.induction_ended_on,
    };
    let events: Vec<Event> = person
        .events
        .iter()
        .filter(|event| event.revoked.is_none())
        .filter_map(|event| {
            Some(Event {
                kind: event.change.kind.rule_kind()?,
                effective: event.change.effective_on,
                recorded: Some(event.recorded_at.date()),
            })
        })
        .collect();
    let extra = Extra {
        as_of: None,
        waivers: &[],
    };
    assess(rules, &facts, &events, &[], none, &extra)
        .squad
        .months
}

/// When a month counts for a person: confirmed, or handed in and not decided yet.
struct Credit {
    confirmed_at: Option<Timestamp>,
    waits_from: Option<Timestamp>,
}

/// The sessions of a year up to today, earliest first.
#[must_use]
pub fn plan(
    studio: &Studio<'_>,
    slots: &[SlotPlan],
    policy: &Policy,
    today: Timestamp,
) -> Vec<MakeupPlan> {
    let year = policy.year;
    let rules = CompiledPolicy::new(policy);
    let none = DistrictSessions::for_year(&rules, &[]);
    let owed: Vec<MonthSet> = studio
        .people
        .iter()
        .map(|person| owed(person, &rules, &none))
        .collect();
    let mut credits: BTreeMap<(usize, u32), Vec<Credit>> = BTreeMap::new();
    for slot in slots.iter().filter(|slot| slot.month.year() == year) {
        let Some(round) = slot.rounds.last() else {
            continue;
        };
        let confirmed = slot.confirmed().is_some();
        let confirmed_at = round.decision.as_ref().filter(|_| confirmed).map(|d| d.at);
        let waits_from = (round.decision.is_none() || confirmed).then_some(round.at);
        if waits_from.is_none() {
            continue;
        }
        for mark in round.version.marks.iter().filter(|mark| mark.present) {
            credits
                .entry((mark.person, slot.month.month()))
                .or_default()
                .push(Credit {
                    confirmed_at,
                    waits_from,
                });
        }
    }
    let mut made: BTreeSet<(usize, u32)> = BTreeSet::new();
    let mut list = Vec::new();
    let share = studio.data.changes.attendance.makeup_of_absent;
    let at_end = studio.data.changes.attendance.makeup_at_year_end;
    for bureau in &studio.units.bureaus {
        if studio.units.units[bureau.unit].kind == UnitKind::CityBureau {
            continue;
        }
        let mut rng = Rng::of(
            studio.seed,
            "makeup",
            &[bureau.unit as u64, year.unsigned_abs().into()],
        );
        let mut days: Vec<(Month, Date, bool)> = Vec::new();
        for month in Month::of_year(year) {
            if month.month() < 12 {
                let from = plus_days(month.last_day(), rng.range(8, 13));
                days.push((month, days::workday_from(from), false));
            }
        }
        let december = |day: u32| days::workday_from(days::ymd(year, 12, day));
        for month in Month::of_year(year) {
            let day = if month.month() == 12 {
                27
            } else {
                18 + month.month() % 5
            };
            days.push((month, december(day).min(days::ymd(year, 12, 30)), true));
        }
        for (month, held_on, last_call) in days {
            let at = office_hours(&mut rng, held_on.max(days::ymd(year, 1, 5)))
                .max(Timestamp::at(held_on, 17, 5));
            if at >= today {
                continue;
            }
            let mut people = Vec::new();
            for (index, person) in studio.people.iter().enumerate() {
                let number = month.month();
                let here = person
                    .unit_on(held_on)
                    .is_some_and(|unit| studio.units.units[unit].bureau == bureau.unit);
                if !here || !owed[index].contains(number) || made.contains(&(index, number)) {
                    continue;
                }
                let credited = credits
                    .get(&(index, number))
                    .into_iter()
                    .flatten()
                    .any(|credit| {
                        // What still waits then will count once it is confirmed.
                        credit.confirmed_at.is_some()
                            || credit.waits_from.is_some_and(|from| from < at)
                    });
                if credited || !person.at_post_on(held_on) {
                    continue;
                }
                let numbers = [
                    index as u64,
                    year.unsigned_abs().into(),
                    if last_call { 0 } else { number.into() },
                ];
                let comes = Rng::of(studio.seed, "made good", &numbers).permille(if last_call {
                    at_end
                } else {
                    share
                });
                if comes {
                    people.push(index);
                }
            }
            let by = studio.reviewer(&mut rng, bureau.unit, held_on);
            let (Some(by), false) = (by, people.is_empty()) else {
                continue;
            };
            made.extend(people.iter().map(|person| (*person, month.month())));
            list.push(session(
                studio,
                &mut rng,
                bureau.unit,
                month,
                held_on,
                at,
                by,
                people,
            ));
        }
    }
    list.sort_by_key(|makeup| (makeup.at, makeup.bureau, makeup.month));
    list
}

#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
fn session(
    studio: &Studio<'_>,
    rng: &mut Rng,
    bureau: usize,
    month: Month,
    held_on: Date,
    at: Timestamp,
    by: usize,
    people: Vec<usize>,
) -> MakeupPlan {
    let topic = studio
        .data
        .topics
        .topic
        .iter()
        .find(|topic| topic.month == month);
    let guests = &studio.data.places.speakers.guest;
    MakeupPlan {
        bureau,
        month,
        held_on,
        minutes: [60, 90, 120][rng.index(3)],
        place: "区局教育培训室".to_owned(),
        topic: topic.map_or_else(
            || format!("{}学习内容补训", month.label_cn()),
            |topic| format!("补训：{}", topic.title),
        ),
        speaker: guests[rng.index(guests.len().min(2))].clone(),
        at,
        by,
        people,
    }
}
