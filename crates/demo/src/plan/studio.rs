//! The studio in which months are drawn: the city's data, its units and people, who reports and reviews for whom, and in
//! what habit.

use std::collections::BTreeMap;

use chengzhi_kernel::{Date, Timestamp};
use chengzhi_organisation::facade::UnitKind;

use super::people::PersonPlan;
use super::record::PhotoPlan;
use super::units::Units;
use crate::data::Data;
use crate::data::changes::{Habit, Quickness};
use crate::rng::Rng;

/// What studies, photos and drill are planned from.
pub struct Studio<'a> {
    /// Data.
    pub data: &'a Data,
    /// Units.
    pub units: &'a Units,
    /// People.
    pub people: &'a [PersonPlan],
    /// Seed.
    pub seed: u64,
    /// Now.
    pub today: Timestamp,
    /// Index of the city office that runs training.
    pub city_office: usize,
    /// Whoever belonged to a unit at some time, by unit.
    pub members: BTreeMap<usize, Vec<usize>>,
    /// All photos so far.
    pub photos: Vec<PhotoPlan>,
}

impl<'a> Studio<'a> {
    /// A studio over these people.
    #[must_use]
    pub fn new(
        data: &'a Data,
        units: &'a Units,
        people: &'a [PersonPlan],
        seed: u64,
        today: Timestamp,
    ) -> Self {
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, person) in people.iter().enumerate() {
            for span in &person.memberships {
                let list = members.entry(span.unit).or_default();
                if list.last() != Some(&index) {
                    list.push(index);
                }
            }
        }
        let city_office = units
            .units
            .iter()
            .position(|unit| unit.trains && unit.kind == UnitKind::CityOffice)
            .unwrap_or(0);
        Studio {
            data,
            units,
            people,
            seed,
            today,
            city_office,
            members,
            photos: Vec::new(),
        }
    }

    /// Members of a unit on a day.
    #[must_use]
    pub fn members_on(&self, unit: usize, on: Date) -> Vec<usize> {
        self.members
            .get(&unit)
            .into_iter()
            .flatten()
            .copied()
            .filter(|person| self.people[*person].unit_on(on) == Some(unit))
            .collect()
    }

    /// At-post established members of a unit on a day.
    pub(super) fn at_post(&self, unit: usize, on: Date) -> Vec<usize> {
        self.members_on(unit, on)
            .into_iter()
            .filter(|person| {
                self.people[*person].established && self.people[*person].at_post_on(on)
            })
            .collect()
    }

    /// Who reports for a unit: the first of its data officers, information officers, clerks.
    #[must_use]
    pub fn reporter(&self, unit: usize, on: Date) -> Option<usize> {
        const ORDER: [&str; 5] = [
            "data_officer",
            "info_officer",
            "squad_clerk",
            "section_deputy_head",
            "clerk",
        ];
        let here = self.at_post(unit, on);
        here.iter().copied().min_by_key(|person| {
            let rank = ORDER
                .iter()
                .position(|post| self.people[*person].holds(post, on))
                .unwrap_or(ORDER.len());
            (rank, *person)
        })
    }

    /// Who reviews for a reviewing unit: a clerk of the section that runs training, sometimes its
    /// head; for the city bureau itself one of its deputy directors.
    #[must_use]
    pub fn reviewer(&self, rng: &mut Rng, reviewing: usize, on: Date) -> Option<usize> {
        let section = if reviewing == self.city_office {
            reviewing
        } else if reviewing == 0 {
            self.units
                .units
                .iter()
                .position(|unit| unit.seated.is_some())?
        } else {
            self.units.bureau_of(reviewing).trains
        };
        let here = self.at_post(section, on);
        let holding = |posts: &[&str]| {
            here.iter().copied().find(|person| {
                posts
                    .iter()
                    .any(|post| self.people[*person].holds(post, on))
            })
        };
        if reviewing == 0 {
            return holding(&["bureau_deputy_director", "bureau_director"]);
        }
        let head = holding(&["section_head", "division_head"]);
        let clerk = holding(&["clerk"]);
        if rng.permille(200) {
            head.or(clerk)
        } else {
            clerk.or(head)
        }
    }

    /// Who reviews a unit, and whether that is the city standing in for the bureau.
    #[must_use]
    pub fn route(&self, unit: usize) -> (usize, bool) {
        let bureau = self.units.bureau_of(unit);
        if unit == self.city_office {
            (0, false)
        } else if !bureau.district {
            (self.city_office, false)
        } else if unit == bureau.trains {
            (self.city_office, true)
        } else {
            (bureau.unit, false)
        }
    }

    /// How a unit reports in a year. The city's offices set an example, because no bureau could make
    /// up for them.
    #[must_use]
    pub fn habit(&self, unit: usize, year: i32) -> &'a Habit {
        let list = &self.data.changes.habit;
        if self.units.units[unit].kind == UnitKind::CityOffice {
            return &list[0];
        }
        let mut rng = Rng::of(
            self.seed,
            "habit",
            &[unit as u64, year.unsigned_abs().into()],
        );
        &list[rng.weighted(list.iter().map(|habit| habit.units))]
    }

    /// How quickly a reviewing unit decides.
    pub(super) fn quickness(&self, reviewing: usize) -> &'a Quickness {
        let review = &self.data.changes.review;
        let mut districts: Vec<usize> = self
            .units
            .bureaus
            .iter()
            .filter(|b| b.district)
            .map(|b| b.unit)
            .collect();
        Rng::of(self.seed, "quickness", &[]).shuffle(&mut districts);
        // The trial district is an ordinary one.
        let trial = self
            .units
            .by_code(&self.data.organisation.city.trial_district);
        districts.sort_by_key(|unit| Some(*unit) != trial);
        let usual = review.usual.districts as usize;
        match districts.iter().position(|unit| *unit == reviewing) {
            Some(place) if place < usual => &review.usual,
            Some(place) if place < usual + review.quick.districts as usize => &review.quick,
            Some(_) => &review.slow,
            None => &review.usual,
        }
    }
}
