//! The city in memory: everything that will be stored, made from the data, a seed and the day.
//! Nothing here knows the database.

pub mod changes;
pub mod classes;
pub mod days;
pub mod drill;
pub mod exempt;
pub mod faculty;
pub mod films;
pub mod makeups;
pub mod people;
pub mod posts;
pub mod record;
pub mod slots;
pub mod status;
pub mod stories;
pub mod studio;
pub mod study;
#[cfg(test)]
mod tests;
pub mod training;
pub mod units;

use std::collections::BTreeMap;

use anyhow::anyhow;
use chengzhi_kernel::{Month, Timestamp};
use chengzhi_rules::{Pack, Policy};
use chengzhi_study::facade::MonthWindow;
use chrono::Datelike as _;

use crate::data::Data;
use classes::ClassesPlan;
use drill::{ContestPlan, DrillPlan, InstructorPlan};
use exempt::ExemptionPlan;
use films::FilmPlan;
use makeups::MakeupPlan;
use people::PersonPlan;
use record::PhotoPlan;
use slots::SlotPlan;
use stories::Repeat;
use studio::Studio;
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
    /// Closed training that comes by sheet.
    pub sessions: Vec<SessionPlan>,
    /// Classes held in this system.
    pub classes: ClassesPlan,
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

    let trial = units.by_code(&data.organisation.city.trial_district);
    let mut classes = ClassesPlan::new(&units, &people, trial, today);
    let mut sessions = Vec::new();
    let mut ledger = Vec::new();
    for of_year in [year - 1, year] {
        sessions.extend(training::sessions(data, &units, wish.seed, of_year, today));
        let here = training::HeldHere {
            bureau: trial.filter(|_| of_year == year),
            later: &classes.later(),
        };
        let closed = training::closed_year(
            data,
            &units,
            &people,
            &sessions,
            (wish.seed, of_year),
            wish.today,
            here,
        );
        ledger.extend(closed.files);
        if of_year == year {
            classes.closed = closed.classes;
            classes.missed = closed.missed;
        }
        ledger.extend(training::online_files(
            data, &units, &people, wish.seed, of_year, wish.today,
        ));
    }
    // What is held here is filed here, and thereby entered as a session.
    sessions.retain(|session| !classes.closed.iter().any(|class| class.session == *session));
    ledger.sort_by_key(|file| (file.at, file.bureau));
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
        classes,
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
