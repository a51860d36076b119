//! What happens to people in the demo's years: joining, moving, the founding of a squad, and who
//! follows when a holder of a post goes.

use std::collections::BTreeSet;

use chengzhi_kernel::deadline::plus_days;
use chengzhi_kernel::{Date, Timestamp};
use chrono::Datelike as _;

use super::days;
use super::people::{Maker, Membership, PersonPlan};
use super::posts;
use super::units::Units;
use crate::data::Data;
use crate::rng::Rng;

/// The years as they go by.
pub struct Years<'a> {
    /// Data.
    pub data: &'a Data,
    /// Units.
    pub units: &'a Units,
    /// Everybody so far.
    pub people: Vec<PersonPlan>,
    /// Seed.
    pub seed: u64,
    /// Nothing later than this has happened.
    pub today: Timestamp,
}

impl Years<'_> {
    /// The last day on which something can have happened.
    #[must_use]
    pub fn last_day(&self) -> Date {
        plus_days(self.today.date(), -1)
    }

    /// Lets a year happen.
    pub fn pass(&mut self, maker: &mut Maker<'_>, year: i32) {
        let mut touched = BTreeSet::new();
        self.join(maker, year);
        self.found(year, &mut touched);
        self.transfer(year, &mut touched);
        self.status(year, &mut touched);
    }

    /// Indexes of established people who serve on a day.
    #[must_use]
    pub fn serving(&self, day: Date) -> Vec<usize> {
        (0..self.people.len())
            .filter(|index| self.people[*index].established && self.people[*index].serves_on(day))
            .collect()
    }

    fn join(&mut self, maker: &mut Maker<'_>, year: i32) {
        let joining = &self.data.changes.joining;
        for bureau in &self.units.bureaus {
            let homes: Vec<usize> = (0..self.units.units.len())
                .filter(|index| {
                    let unit = &self.units.units[*index];
                    unit.bureau == bureau.unit && unit.officers > 0 && unit.kind.reports_study()
                })
                .collect();
            if homes.is_empty() {
                continue;
            }
            let people: u32 = homes
                .iter()
                .map(|home| self.units.units[*home].officers)
                .sum();
            let mut rng = Rng::of(
                self.seed,
                "joining",
                &[bureau.unit as u64, year.unsigned_abs().into()],
            );
            let count = share(&mut rng, people, joining.rate).max(1);
            for number in 0..count {
                // The last one of the largest year comes in December (B-70).
                let month = if number + 1 == count && count > 10 {
                    12
                } else {
                    joining.months[rng.weighted(joining.months.iter().map(|m| m.share))].month
                };
                let day = u32::try_from(rng.range(1, 18)).unwrap_or(1);
                let joined_on = days::workday_from(days::ymd(year, month, day));
                let home = homes[rng.index(homes.len())];
                if joined_on > self.last_day() {
                    continue;
                }
                let mut person = maker.make(self.units, home, Some(joined_on));
                let last = self.last_day();
                person.induction_ended_on = person.induction_ended_on.filter(|end| *end <= last);
                let post = posts::plain_post(self.units.units[home].kind, true);
                posts::begin(&mut person, post, joined_on);
                person.rank = posts::rank(self.data, &mut rng, &person);
                self.people.push(person);
            }
        }
    }

    /// People move into the squad founded in this year and get its posts.
    fn found(&mut self, year: i32, touched: &mut BTreeSet<usize>) {
        let Some(founded) = self
            .units
            .founded
            .filter(|founded| founded.on.year() == year)
        else {
            return;
        };
        if founded.on > self.last_day() {
            return;
        }
        let movers: Vec<usize> = self
            .serving(founded.on)
            .into_iter()
            .filter(|index| {
                let person = &self.people[*index];
                person.unit_on(founded.on) == Some(founded.from)
                    && !person.posts.iter().any(|span| posts::leads(&span.post))
                    && person.joined_on < founded.on
            })
            .take(founded.officers as usize)
            .collect();
        for index in &movers {
            touched.insert(*index);
            move_to(&mut self.people[*index], founded.unit, founded.on);
        }
        let mut own: Vec<&mut PersonPlan> = self
            .people
            .iter_mut()
            .enumerate()
            .filter(|(index, _)| movers.contains(index))
            .map(|(_, person)| person)
            .collect();
        posts::assign(
            self.data,
            &self.units.units[founded.unit],
            &mut own,
            founded.on,
        );
    }

    fn transfer(&mut self, year: i32, touched: &mut BTreeSet<usize>) {
        let transfers = &self.data.changes.transfers;
        let start = days::ymd(year, 1, 1);
        let mut rng = Rng::of(self.seed, "transfers", &[year.unsigned_abs().into()]);
        let mut candidates: Vec<usize> = self
            .serving(start)
            .into_iter()
            .filter(|index| {
                let person = &self.people[*index];
                !touched.contains(index)
                    && !person.posts.iter().any(|span| posts::leads(&span.post))
                    && person
                        .unit_on(start)
                        .is_some_and(|unit| self.units.units[unit].kind.reports_study())
            })
            .collect();
        rng.shuffle(&mut candidates);
        let people = u32::try_from(candidates.len()).unwrap_or(0);
        let inside = share(&mut rng, people, transfers.between_squads).max(2);
        let across = share(&mut rng, people, transfers.between_districts);
        for (number, index) in candidates
            .into_iter()
            .take((inside + across) as usize)
            .enumerate()
        {
            let on = days::workday_from(plus_days(start, rng.range(20, 350)));
            let Some(home) = self.people[index].unit_on(start) else {
                continue;
            };
            let bureau = self.units.units[home].bureau;
            let stays = number < inside as usize;
            let targets: Vec<usize> = (0..self.units.units.len())
                .filter(|target| {
                    let unit = &self.units.units[*target];
                    *target != home
                        && unit.officers > 0
                        && unit.kind.reports_study()
                        && (unit.bureau == bureau) == stays
                        && (stays || self.units.bureau_of(*target).district)
                })
                .collect();
            if targets.is_empty() || on > self.last_day() {
                continue;
            }
            let target = targets[rng.index(targets.len())];
            touched.insert(index);
            move_to(&mut self.people[index], target, on);
            let post = posts::plain_post(self.units.units[target].kind, true);
            posts::begin(&mut self.people[index], post, on);
        }
    }

    /// Ends the posts of somebody who goes; another member of the unit takes each over.
    pub fn succeed(&mut self, gone: usize, on: Date) {
        let Some(unit) = self.people[gone].unit_on(on) else {
            return;
        };
        let held: Vec<String> = self.people[gone]
            .posts
            .iter()
            .filter(|span| span.until.is_none())
            .map(|span| span.post.clone())
            .collect();
        posts::end_all(&mut self.people[gone], on);
        for post in held {
            if matches!(post.as_str(), "officer" | "clerk" | "auxiliary") {
                continue;
            }
            let next = (0..self.people.len()).find(|index| {
                let person = &self.people[*index];
                *index != gone
                    && person.established
                    && person.joined_on < plus_days(on, -700)
                    && person.unit_on(on) == Some(unit)
                    && person.at_post_on(on)
                    && person
                        .memberships
                        .last()
                        .is_some_and(|span| span.unit == unit)
                    && !person
                        .posts
                        .iter()
                        .any(|span| span.until.is_none() && posts::leads(&span.post))
                    && !person
                        .events
                        .iter()
                        .any(|event| event.change.effective_on > on)
            });
            if let Some(next) = next {
                posts::begin(&mut self.people[next], &post, on);
            }
        }
    }
}

fn move_to(person: &mut PersonPlan, unit: usize, on: Date) {
    if let Some(last) = person.memberships.last_mut() {
        last.until = Some(on);
    }
    person.memberships.push(Membership {
        unit,
        from: on,
        until: None,
    });
    posts::end_all(person, on);
}

/// This many of a thousand of `people`, rounded by chance so that small cities come out right.
pub fn share(rng: &mut Rng, people: u32, permille: u32) -> u32 {
    let exact = u64::from(people) * u64::from(permille);
    let whole = u32::try_from(exact / 1000).unwrap_or(0);
    whole + u32::from(rng.below(1000) < exact % 1000)
}
