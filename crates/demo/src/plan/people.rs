//! The officers at the start: names, ages, staffing, ranks, posts.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_kernel::deadline::plus_days;
use chengzhi_kernel::{Date, Timestamp};
use chengzhi_organisation::domain::person::Category;
use chengzhi_organisation::domain::post::sort_posts;
use chengzhi_organisation::domain::status::{Change, State, StatusKind, state_on};
use chrono::Datelike as _;

use super::days;
use super::posts;
use super::units::Units;
use crate::data::Data;
use crate::rng::Rng;

/// A span in a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// Index of the unit.
    pub unit: usize,
    /// First day.
    pub from: Date,
    /// First day no longer.
    pub until: Option<Date>,
}

/// A span in a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostSpan {
    /// Code.
    pub post: String,
    /// First day.
    pub from: Date,
    /// First day no longer.
    pub until: Option<Date>,
}

/// A status change with its entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPlan {
    /// Kind and effective day.
    pub change: Change,
    /// Day of the decision.
    pub decided_on: Date,
    /// When it was entered.
    pub recorded_at: Timestamp,
    /// Remark.
    pub note: Option<String>,
    /// When and why it was revoked.
    pub revoked: Option<(Timestamp, String)>,
}

/// An officer.
#[derive(Debug, Clone)]
pub struct PersonPlan {
    /// Staff number.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Sex.
    pub woman: bool,
    /// Birthday; decides name and retirement, is not stored.
    pub born: Date,
    /// 在编.
    pub established: bool,
    /// Category.
    pub category: Category,
    /// Code of the rank.
    pub rank: Option<String>,
    /// Day of joining.
    pub joined_on: Date,
    /// End of induction.
    pub induction_ended_on: Option<Date>,
    /// Units, oldest first.
    pub memberships: Vec<Membership>,
    /// Posts.
    pub posts: Vec<PostSpan>,
    /// Status changes.
    pub events: Vec<EventPlan>,
}

impl PersonPlan {
    /// The unit of a day.
    #[must_use]
    pub fn unit_on(&self, day: Date) -> Option<usize> {
        self.memberships
            .iter()
            .rev()
            .find(|span| span.from <= day && span.until.is_none_or(|until| day < until))
            .map(|span| span.unit)
    }

    /// The state of a day by everything entered.
    #[must_use]
    pub fn state_on(&self, day: Date) -> State {
        if self.events.is_empty() {
            return State::AtPost;
        }
        let standing: Vec<Change> = self
            .events
            .iter()
            .filter(|event| event.revoked.is_none())
            .map(|event| event.change)
            .collect();
        state_on(&standing, self.joined_on, day)
    }

    /// In service on a day: joined, neither left nor retired.
    #[must_use]
    pub fn serves_on(&self, day: Date) -> bool {
        self.joined_on <= day && !matches!(self.state_on(day), State::Left(_))
    }

    /// In service and at post.
    #[must_use]
    pub fn at_post_on(&self, day: Date) -> bool {
        self.joined_on <= day && self.state_on(day) == State::AtPost
    }

    /// The post that names the person on a day.
    #[must_use]
    pub fn post_on(&self, day: Date) -> Option<String> {
        let mut held: Vec<String> = self
            .posts
            .iter()
            .filter(|span| span.from <= day && span.until.is_none_or(|until| day < until))
            .map(|span| span.post.clone())
            .collect();
        sort_posts(&mut held);
        held.into_iter().next()
    }

    /// True while the person holds this post.
    #[must_use]
    pub fn holds(&self, post: &str, day: Date) -> bool {
        self.posts.iter().any(|span| {
            span.post == post && span.from <= day && span.until.is_none_or(|until| day < until)
        })
    }

    /// Whether a change of these kinds stands in the year.
    #[must_use]
    pub fn changed_in(&self, year: i32) -> bool {
        self.events
            .iter()
            .any(|event| event.change.effective_on.year() == year)
    }

    /// Whether any change of the kind stands.
    #[must_use]
    pub fn has(&self, kind: StatusKind) -> bool {
        self.events
            .iter()
            .any(|event| event.revoked.is_none() && event.change.kind == kind)
    }
}

/// Draws people and counts their staff numbers.
pub struct Maker<'a> {
    data: &'a Data,
    seed: u64,
    /// First day of the demo's years.
    first: Date,
    counters: BTreeMap<String, u32>,
    never: BTreeSet<&'a str>,
}

impl<'a> Maker<'a> {
    /// A maker for a city whose history begins on `first`.
    #[must_use]
    pub fn new(data: &'a Data, seed: u64, first: Date) -> Self {
        let never = data
            .names
            .never
            .full_names
            .iter()
            .map(String::as_str)
            .collect();
        Maker {
            data,
            seed,
            first,
            counters: BTreeMap::new(),
            never,
        }
    }

    /// A person who has belonged to `unit` since before the demo's years (`joined_on` none) or
    /// joins it on a day.
    pub fn make(&mut self, units: &Units, unit: usize, joined_on: Option<Date>) -> PersonPlan {
        let prefix = units.bureau_of(unit).staff_prefix.clone();
        let counter = self.counters.entry(prefix.clone()).or_insert(0);
        *counter += 1;
        let staff_no = format!("{prefix}{:05}", *counter);
        let bureau = units.units[unit].bureau as u64;
        let mut rng = Rng::of(self.seed, "person", &[bureau, u64::from(*counter)]);
        let woman = rng.permille(self.data.posts.sex.women);
        let born = self.born(&mut rng, joined_on);
        let name = self.name(&mut rng, born.year(), woman);
        let established = joined_on.is_some() || rng.permille(self.data.posts.staffing.established);
        let joined_on = joined_on.unwrap_or_else(|| self.joined(&mut rng, born));
        let induction_ended_on = (joined_on.year() >= 2016).then(|| {
            let (least, most) = self.data.changes.joining.induction_weeks;
            plus_days(joined_on, rng.range(least, most) * 7)
        });
        PersonPlan {
            staff_no,
            name,
            woman,
            born,
            established,
            category: self.category(&mut rng, established),
            rank: None,
            joined_on,
            induction_ended_on,
            memberships: vec![Membership {
                unit,
                from: joined_on,
                until: None,
            }],
            posts: Vec::new(),
            events: Vec::new(),
        }
    }

    fn born(&self, rng: &mut Rng, joined_on: Option<Date>) -> Date {
        let year = match joined_on {
            Some(day) => {
                let (youngest, oldest) = self.data.posts.age.joined_at_age;
                day.year()
                    - i32::try_from(rng.range(youngest.into(), (oldest - 5).into())).unwrap_or(26)
            }
            None => {
                let list = &self.data.posts.age.list;
                let (from, to) = list[rng.weighted(list.iter().map(|share| share.share))].born;
                // The shares are those of 2024; a later city is as old as this one was then.
                let shift = self.first.year() - 2023;
                i32::try_from(rng.range(from.into(), to.into())).unwrap_or(1985) + shift
            }
        };
        let month = u32::try_from(rng.range(1, 12)).unwrap_or(1);
        days::ymd(year, month, u32::try_from(rng.range(1, 28)).unwrap_or(1))
    }

    fn joined(&self, rng: &mut Rng, born: Date) -> Date {
        let age = &self.data.posts.age;
        let merged_on = chengzhi_kernel::parse_date(&age.merged_on).unwrap_or(self.first);
        if born.year() < 1990 && rng.permille(age.merged_share) {
            return merged_on;
        }
        let (youngest, oldest) = age.joined_at_age;
        let year =
            born.year() + i32::try_from(rng.range(youngest.into(), oldest.into())).unwrap_or(25);
        let month = [3, 7, 7, 7, 8, 8, 9][rng.index(7)];
        let day = days::workday_from(days::ymd(
            year,
            month,
            u32::try_from(rng.range(1, 20)).unwrap_or(1),
        ));
        let latest = plus_days(self.first, -90);
        if day <= latest {
            return day;
        }
        days::workday_from(plus_days(latest, -rng.range(30, 900)))
    }

    fn name(&self, rng: &mut Rng, born: i32, woman: bool) -> String {
        let names = &self.data.names;
        let decade = names
            .given
            .iter()
            .rev()
            .find(|given| given.born.0 <= born)
            .unwrap_or(&names.given[0]);
        let of = if woman { &decade.women } else { &decade.men };
        for _ in 0..20 {
            let family = &names.family[rng.weighted(names.family.iter().map(|f| f.1))].0;
            let single = rng.below(100) < u64::from(decade.single_percent);
            let list = if single { &of.single } else { &of.double };
            let name = format!("{family}{}", list[rng.index(list.len())]);
            if !self.never.contains(name.as_str()) {
                return name;
            }
        }
        "沈佳音".to_owned()
    }

    fn category(&self, rng: &mut Rng, established: bool) -> Category {
        if !established {
            return Category::Auxiliary;
        }
        let list: Vec<_> = self
            .data
            .posts
            .staff_category
            .list
            .iter()
            .filter_map(|share| Some((Category::parse(&share.id)?, share.share)))
            .filter(|(category, _)| *category != Category::Auxiliary)
            .collect();
        list[rng.weighted(list.iter().map(|share| share.1))].0
    }
}

/// Everybody who serves when the demo's years begin, with ranks and posts.
#[must_use]
pub fn at_start(data: &Data, units: &Units, maker: &mut Maker<'_>) -> Vec<PersonPlan> {
    let mut people = Vec::new();
    for (index, unit) in units.units.iter().enumerate() {
        let seated = unit.seated.as_ref().map_or(0, |(leaders, _)| *leaders);
        let start = people.len();
        for _ in 0..unit.officers + seated {
            people.push(maker.make(units, index, None));
        }
        let mut own: Vec<&mut PersonPlan> = people[start..].iter_mut().collect();
        posts::assign(data, unit, &mut own, maker.first);
    }
    let mut rng = Rng::of(maker.seed, "ranks", &[]);
    for person in &mut people {
        person.rank = posts::rank(data, &mut rng, person);
    }
    people
}
