//! The city in memory: everything that will be stored, made from the data, a seed and the day.
//! Nothing here knows the database.

pub mod changes;
pub mod days;
pub mod drill;
pub mod exempt;
pub mod films;
pub mod makeups;
pub mod people;
pub mod posts;
pub mod slots;
pub mod status;
pub mod stories;
pub mod study;
pub mod training;
pub mod units;

use std::collections::BTreeMap;

use anyhow::anyhow;
use chengzhi_kernel::{Month, Timestamp};
use chengzhi_rules::{Pack, Policy};
use chengzhi_study::facade::MonthWindow;
use chrono::Datelike as _;

use crate::data::Data;
use drill::{ContestPlan, DrillPlan, InstructorPlan};
use exempt::ExemptionPlan;
use films::FilmPlan;
use makeups::MakeupPlan;
use people::PersonPlan;
use slots::SlotPlan;
use stories::Repeat;
use study::{PhotoPlan, Studio};
use training::{LedgerFile, SessionPlan};
use units::Units;

/// What the city is made by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// Business time at which the demo begins.
    pub today: Timestamp,
    /// How many districts.
    pub districts: usize,
    /// Seed.
    pub seed: u64,
}

/// A month's task.
#[derive(Debug, Clone)]
pub struct TaskPlan {
    /// Month.
    pub month: Month,
    /// Title.
    pub title: String,
    /// Guidance.
    pub guidance: String,
    /// Issued.
    pub at: Timestamp,
    /// Index of the person who issued it.
    pub by: usize,
}

/// The whole city.
#[derive(Debug, Clone)]
pub struct City {
    /// What it was made by.
    pub wish: Wish,
    /// The year under way.
    pub year: i32,
    /// Units and bureaus.
    pub units: Units,
    /// Everybody.
    pub people: Vec<PersonPlan>,
    /// Closed training.
    pub sessions: Vec<SessionPlan>,
    /// Ledger sheets, in the order of their import.
    pub ledger: Vec<LedgerFile>,
    /// Tasks.
    pub tasks: Vec<TaskPlan>,
    /// Study records, by month and unit.
    pub slots: Vec<SlotPlan>,
    /// Drill records, by month, squad and half.
    pub drill: Vec<DrillPlan>,
    /// Half-months with a film; they take the place of those of [`City::drill`] where films are made.
    pub films: Vec<FilmPlan>,
    /// Exemptions from drill, by the time of their request.
    pub exemptions: Vec<ExemptionPlan>,
    /// Drill reviews of the districts.
    pub contests: Vec<ContestPlan>,
    /// Drill instructors: district, person, first day, who named him.
    pub instructors: Vec<InstructorPlan>,
    /// Make-up sessions, by time.
    pub makeups: Vec<MakeupPlan>,
    /// Photos.
    pub photos: Vec<PhotoPlan>,
    /// Planted look-alikes.
    pub repeats: Vec<Repeat>,
    /// Index of the city office that runs training.
    pub city_office: usize,
}

/// The rules of a year, also of one before the first pack: the demo city takes over its books of
/// that year and judges them by the first pack.
///
/// # Errors
/// When the built-in packs are broken.
pub fn policy(year: i32) -> anyhow::Result<Policy> {
    let first = || {
        let pack = Pack::built_in("shanghai", 2024).map_err(|e| anyhow!("{e:?}"))?;
        Policy::from_pack(pack, year).map_err(|e| anyhow!("{e:?}"))
    };
    if year < 2024 {
        first()
    } else {
        Policy::for_year("shanghai", year).map_err(|e| anyhow!("{e:?}"))
    }
}

/// The dates of a month's study by its year's rules.
///
/// # Errors
/// When they need a calendar that is not published.
pub fn window(policy: &Policy, month: Month) -> anyhow::Result<MonthWindow> {
    let windows = policy.study.windows(month, chengzhi_rules::calendar())?;
    Ok(MonthWindow {
        month,
        due_at: windows.due_at,
        review_by: windows.review_by,
        lock_at: windows.lock_at,
    })
}

/// Makes the plan.
///
/// # Errors
/// When the data or the rules are broken.
pub fn plan(data: &Data, wish: Wish) -> anyhow::Result<City> {
    let today = wish.today.date();
    let year = today.year();
    let founded = if today.month() >= 6 { year } else { year - 1 };
    let units = units::plan(data, wish.districts, founded);
    let mut maker = people::Maker::new(data, wish.seed, days::ymd(year - 1, 1, 1));
    let people = people::at_start(data, &units, &mut maker);
    let mut years = changes::Years {
        data,
        units: &units,
        people,
        seed: wish.seed,
        today: wish.today,
    };
    years.pass(&mut maker, year - 1);
    years.pass(&mut maker, year);
    let people = years.people;

    let mut sessions = Vec::new();
    let mut ledger = Vec::new();
    for year in [year - 1, year] {
        sessions.extend(training::sessions(data, &units, wish.seed, year, today));
        ledger.extend(training::closed_files(
            data, &units, &people, &sessions, wish.seed, year, wish.today,
        ));
        ledger.extend(training::online_files(
            data, &units, &people, wish.seed, year, wish.today,
        ));
    }
    ledger.sort_by_key(|file| (file.at, file.bureau));
    let trial = units.by_code(&data.organisation.city.trial_district);
    if let Some(file) = ledger
        .iter_mut()
        .rev()
        .find(|file| Some(file.bureau) == trial)
    {
        training::add_slips(file, year);
    }

    let mut studio = Studio::new(data, &units, &people, wish.seed, wish.today);
    let policies = [policy(year - 1)?, policy(year)?];
    let mut windows = BTreeMap::new();
    let mut slots = Vec::new();
    for policy in &policies {
        for month in Month::of_year(policy.year) {
            windows.insert(month, window(policy, month)?);
        }
    }
    for window in windows
        .values()
        .filter(|window| window.opens_at() < wish.today)
    {
        let reporting: Vec<usize> = (0..units.units.len())
            .filter(|unit| {
                let plan = &units.units[*unit];
                plan.kind.reports_study() && plan.opened_on <= window.due_day()
            })
            .collect();
        for unit in reporting {
            slots.extend(studio.slot(unit, window));
        }
    }
    let repeats = stories::tell(&mut studio, &mut slots, &windows);
    let mut makeups = Vec::new();
    for policy in &policies {
        makeups.extend(makeups::plan(&studio, &slots, policy, wish.today));
    }
    let tasks = tasks(data, &studio, year, wish.today);
    let mut drilled = Vec::new();
    for policy in &policies {
        for month in Month::of_year(policy.year) {
            drilled.push(drill::windows(policy, month)?);
        }
    }
    drilled.retain(|halves| halves[0].opens_at() < wish.today);
    let exemptions = exempt::plan(&studio, trial);
    let drill = drill::plan(&studio, &drilled, &exemptions);
    let films = films::plan(&studio, &drilled, trial, &exemptions);
    let contests = drill::contests(&studio, year, trial);
    let instructors = drill::instructors(&studio, year);
    let photos = std::mem::take(&mut studio.photos);
    let city_office = studio.city_office;
    Ok(City {
        wish,
        year,
        sessions,
        ledger,
        tasks,
        slots,
        drill,
        films,
        exemptions,
        contests,
        instructors,
        makeups,
        photos,
        repeats,
        city_office,
        people,
        units,
    })
}

/// The tasks issued by today: on the 24th of the month before, once a little late.
fn tasks(data: &Data, studio: &Studio<'_>, year: i32, today: Timestamp) -> Vec<TaskPlan> {
    let topics = &data.topics;
    topics
        .topic
        .iter()
        .filter(|topic| topic.month.year() == year || topic.month.year() == year - 1)
        .filter_map(|topic| {
            let late = topics.late_issue.contains(&topic.month);
            let day = if late {
                topic.month.day(2)
            } else {
                topic.month.prev().day(topics.issued_day)
            };
            let at = Timestamp::at(days::workday_from(day), 10, 5);
            let by = studio.reporter(studio.city_office, at.date())?;
            (at < today).then(|| TaskPlan {
                month: topic.month,
                title: topic.title.clone(),
                guidance: topic.guidance.clone(),
                at,
                by,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(today: &str) -> City {
        let data = Data::load().unwrap();
        plan(
            &data,
            Wish {
                today: today.parse().unwrap(),
                districts: 1,
                seed: 1,
            },
        )
        .unwrap()
    }

    #[test]
    fn the_same_wish_gives_the_same_city() {
        let (one, two) = (small("2024-11-18T09:00"), small("2024-11-18T09:00"));
        assert_eq!(one.slots, two.slots);
        assert_eq!(one.photos, two.photos);
        assert_eq!(one.makeups, two.makeups);
        assert_eq!(one.drill, two.drill);
        assert_eq!(one.films, two.films);
        assert_eq!(one.exemptions, two.exemptions);
        assert_eq!(one.contests, two.contests);
        let names = |city: &City| {
            city.people
                .iter()
                .map(|p| p.name.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&one), names(&two));
        let sheets = |city: &City| {
            city.ledger
                .iter()
                .map(|f| f.content.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(sheets(&one), sheets(&two));
    }

    #[test]
    fn nothing_happens_after_today() {
        for today in ["2024-11-18T09:00", "2025-02-03T15:00", "2026-07-01T00:00"] {
            let city = small(today);
            let now = city.wish.today;
            assert!(city.slots.iter().all(|slot| slot.started_at < now
                && slot.rounds.iter().all(|r| {
                    r.at < now
                        && r.decision
                            .as_ref()
                            .is_none_or(|d| r.at < d.at && d.at < now)
                })));
            assert!(city.makeups.iter().all(|makeup| makeup.at < now));
            assert!(city.drill.iter().all(|slot| slot.rounds.iter().all(|r| {
                r.at < now
                    && r.decision
                        .as_ref()
                        .is_none_or(|d| r.at < d.at && d.at < now)
            })));
            assert!(city.films.iter().all(|film| {
                film.times.is_sorted()
                    && film.taken_at < film.times[0]
                    && film.times[3] < now
                    && film
                        .decision
                        .as_ref()
                        .is_none_or(|d| film.times[3] < d.at && d.at < now)
            }));
            assert!(city.exemptions.iter().all(|plan| {
                plan.at < now
                    && plan
                        .decision
                        .as_ref()
                        .is_none_or(|(at, ..)| plan.at < *at && *at < now)
            }));
            assert!(city.ledger.iter().all(|file| file.at < now));
            let entered = |p: &PersonPlan| p.events.iter().all(|e| e.recorded_at < now);
            assert!(city.people.iter().all(entered));
            assert!(city.people.iter().all(|p| p.joined_on < now.date()));
        }
    }

    #[test]
    fn films_and_exemptions_are_there_on_any_day_and_leave_the_shown_squads_alone() {
        for today in [
            "2024-11-18T09:00",
            "2025-01-02T09:00",
            "2025-05-08T10:00",
            "2026-03-31T23:00",
        ] {
            let city = small(today);
            assert_eq!(city.films.len(), crate::films::STORIES.len(), "{today}");
            let shown: Vec<usize> = [stories::SQUAD, stories::SECOND_SQUAD]
                .iter()
                .filter_map(|code| city.units.by_code(code))
                .collect();
            assert!(city.films.iter().all(|film| !shown.contains(&film.unit)));
            // Nobody of the shown squads is exempt in the month of today.
            let month = Month::of(city.wish.today.date());
            assert!(
                city.exemptions
                    .iter()
                    .all(|plan| { !shown.contains(&plan.unit) || plan.to < month.first_day() })
            );
            let waiting = city
                .exemptions
                .iter()
                .filter(|plan| plan.decision.is_none());
            assert_eq!(waiting.count(), 1, "{today}");
        }
        let city = small("2024-11-18T09:00");
        let decided = |returned: bool| {
            let fits = |film: &&FilmPlan| {
                film.decision
                    .as_ref()
                    .is_some_and(|decision| decision.returned.is_some() == returned)
            };
            city.films.iter().filter(fits).count()
        };
        assert_eq!((decided(false), decided(true)), (1, 1));
        // Whoever is exempt is seen so in a session, and is not marked present.
        let exempt = city
            .drill
            .iter()
            .flat_map(|slot| &slot.rounds)
            .flat_map(|round| {
                let on = round.session.held_on.unwrap_or_default();
                let shown = |mark: &&slots::Mark| {
                    exempt::kind_on(&city.exemptions, mark.person, on, round.at).is_some()
                };
                round.marks.iter().filter(shown).collect::<Vec<_>>()
            });
        let exempt: Vec<&slots::Mark> = exempt.collect();
        assert!(exempt.len() >= 5, "{}", exempt.len());
        assert!(
            exempt
                .iter()
                .all(|mark| !mark.present && mark.reason.is_some())
        );
    }

    #[test]
    fn every_kind_of_change_is_seen_in_both_years() {
        use chengzhi_organisation::domain::status::StatusKind;
        let city = small("2024-11-18T09:00");
        for year in [2023, 2024] {
            for kind in StatusKind::ALL {
                let seen = city
                    .people
                    .iter()
                    .flat_map(|p| &p.events)
                    .any(|e| e.change.kind == kind && e.change.effective_on.year() == year);
                assert!(seen, "{} {year}", kind.name());
            }
        }
    }

    #[test]
    fn the_first_day_has_something_for_everybody() {
        let city = small("2024-11-18T09:00");
        let november = Month::new(2024, 11).unwrap();
        let of = |code: &str| {
            let unit = city.units.by_code(code).unwrap();
            city.slots
                .iter()
                .find(|s| s.unit == unit && s.month == november)
                .unwrap()
        };
        assert!(of(stories::SQUAD).draft.is_some());
        let back = of(stories::SECOND_SQUAD)
            .rounds
            .last()
            .unwrap()
            .decision
            .as_ref()
            .unwrap();
        assert_eq!(back.verdict, slots::Verdict::Return);
        let waiting = city
            .slots
            .iter()
            .filter(|s| {
                s.month == november && s.rounds.last().is_some_and(|r| r.decision.is_none())
            })
            .count();
        assert!(waiting >= 1, "{waiting}");
        let october = november.prev();
        assert!(
            city.slots.iter().any(
                |s| s.month == october && s.rounds.last().is_some_and(|r| r.decision.is_none())
            )
        );
        assert!(city.repeats.len() >= 4, "{:?}", city.repeats);
    }
}
