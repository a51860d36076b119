//! Draws every squad's half-months of drill: session, attendance, hand-in, review; cut off at
//! today. Only the half-months of [`super::films`] have films: a year of them would fill a disk.

use std::collections::BTreeSet;

use chengzhi_drill::facade::{Half, HalfWindow, Session};
use chengzhi_kernel::deadline::plus_days;
use chengzhi_kernel::{Date, Month, Timestamp};
use chengzhi_organisation::facade::UnitKind;
use chengzhi_rules::Policy;
use chrono::Datelike as _;

use super::days;
use super::exempt::{self, ExemptionPlan};
use super::slots::{Mark, marks};
use super::status::office_hours;
use super::studio::Studio;
use crate::rng::Rng;

/// Present at an ordinary drill, per thousand.
const PRESENT: u32 = 880;

const SUBJECTS: [&str; 4] = [
    "立正、稍息、停止间转法",
    "齐步行进与立定",
    "跑步行进与立定、敬礼",
    "整队、报数、方队行进",
];

const REASONS: [&str; 4] = ["执勤", "事假", "年休假", "参加培训"];

const RETURNS: [&str; 3] = ["angle", "roster", "norm"];

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrillDecision {
    /// When.
    pub at: Timestamp,
    /// Index of the person.
    pub by: usize,
    /// Reason code of a return; none confirms.
    pub returned: Option<&'static str>,
}

/// A hand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrillRound {
    /// When.
    pub at: Timestamp,
    /// Session.
    pub session: Session,
    /// Attendance.
    pub marks: Vec<Mark>,
    /// What came of it.
    pub decision: Option<DrillDecision>,
}

/// A squad's half-month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrillPlan {
    /// Index of the squad.
    pub unit: usize,
    /// Month.
    pub month: Month,
    /// Half.
    pub half: Half,
    /// Index of the unit that reviews.
    pub reviewer: usize,
    /// First saved.
    pub started_at: Timestamp,
    /// Index of the person who reports.
    pub by: usize,
    /// Hand-ins.
    pub rounds: Vec<DrillRound>,
}

/// The dates of both halves by the year's rules.
///
/// # Errors
/// When they need a calendar that is not published.
pub fn windows(policy: &Policy, month: Month) -> anyhow::Result<[HalfWindow; 2]> {
    let drill = &policy.drill;
    let [first, second] = drill.windows(month, chengzhi_rules::calendar())?;
    let lock_at = Timestamp::end_of_day(drill.resubmit_until.value.in_month(month));
    let half = |half, due_at, review_by| HalfWindow {
        month,
        half,
        first_half_end: drill.first_half_end.value,
        due_at,
        start_hours: drill.start_hours(),
        review_by,
        review_grace_days: drill.review_grace_days.value,
        lock_at,
    };
    Ok([
        half(Half::First, first.0.due_at, first.1.due_at),
        half(Half::Second, second.0.due_at, second.1.due_at),
    ])
}

/// All drill of the squads in these months, as far as it has happened.
#[must_use]
pub fn plan(
    studio: &Studio<'_>,
    months: &[[HalfWindow; 2]],
    exemptions: &[ExemptionPlan],
) -> Vec<DrillPlan> {
    let mut found = Vec::new();
    for windows in months {
        for (unit, plan) in studio.units.units.iter().enumerate() {
            if !matches!(plan.kind, UnitKind::Squad | UnitKind::MobileSquad) {
                continue;
            }
            let mut absent = BTreeSet::new();
            for window in windows
                .iter()
                .filter(|window| plan.opened_on <= window.due_day())
            {
                let Some(slot) = half(studio, unit, window, &absent, exemptions) else {
                    continue;
                };
                if let Some(round) = slot.rounds.last() {
                    let missed = round.marks.iter().filter(|mark| !mark.present);
                    absent.extend(missed.map(|mark| mark.person));
                }
                found.push(slot);
            }
        }
    }
    found
}

/// One half. `absent` are the people whom the first session did not see: the second is planned so
/// that they come.
fn half(
    studio: &Studio<'_>,
    unit: usize,
    window: &HalfWindow,
    absent: &BTreeSet<usize>,
    exemptions: &[ExemptionPlan],
) -> Option<DrillPlan> {
    let month = window.month;
    let numbers = [
        unit as u64,
        u64::from(month.year().unsigned_abs()),
        u64::from(month.month() * 2 + window.half.number()),
    ];
    let mut rng = Rng::of(studio.seed, "drill", &numbers);
    // One squad in forty misses a half, one in twenty hands in late where the month still allows.
    if rng.permille(25) {
        return None;
    }
    let late = window.half == Half::First && rng.permille(50);
    let first = window.half.first_day(month, window.first_half_end);
    let days = days::workdays(first, plus_days(window.due_day(), -1));
    let held_on = *days.get(rng.index(days.len()))?;
    let (from, to) = if late {
        let due = window.due_day();
        (plus_days(due, 1), plus_days(due, 6))
    } else {
        (held_on, window.due_day().min(plus_days(held_on, 4)))
    };
    let at = hand_in_time(&mut rng, held_on, from, to)?;
    if at >= studio.today {
        return None;
    }
    let by = studio.reporter(unit, held_on)?;
    let (reviewer, _) = studio.route(unit);
    let members = studio.members_on(unit, held_on);
    let reasons: Vec<String> = REASONS.map(str::to_owned).to_vec();
    let mut list = marks(
        &mut rng,
        studio.people,
        &members,
        held_on,
        PRESENT,
        &reasons,
    );
    for mark in &mut list {
        // Most of those who were missing come to the second session.
        if mark.away.is_none() && absent.contains(&mark.person) && rng.permille(970) {
            mark.present = true;
            mark.reason = None;
        }
    }
    for mark in &mut list {
        if mark.away.is_none()
            && let Some(kind) = exempt::kind_on(exemptions, mark.person, held_on, at)
        {
            (mark.present, mark.reason) = (false, Some(kind.to_owned()));
        }
    }
    if !list.iter().any(|mark| mark.present) {
        return None;
    }
    let rests = u32::from(rng.permille(600));
    let session = Session {
        held_on: Some(held_on),
        start_time: Some(["08:30", "09:00", "14:00", "15:30"][rng.index(4)].to_owned()),
        minutes: u32::try_from(rng.range(20, 35)).ok(),
        place: Some(["中队驻地", "街镇广场", "体育公园"][rng.index(3)].to_owned()),
        instructor: studio.people.get(by).map(|person| person.name.clone()),
        subjects: Some(SUBJECTS[rng.index(SUBJECTS.len())].to_owned()),
        rest_times: Some(rests),
        rest_minutes: Some(rests * u32::try_from(rng.range(1, 3)).unwrap_or(1)),
        notes: None,
    };
    let rounds = rounds(
        studio,
        &mut rng,
        window,
        (unit, reviewer),
        at,
        session,
        list,
    );
    Some(DrillPlan {
        unit,
        month,
        half: window.half,
        reviewer,
        started_at: at.plus_minutes(-15),
        by,
        rounds,
    })
}

/// A moment of office hours after the session has ended.
fn hand_in_time(rng: &mut Rng, held_on: Date, from: Date, to: Date) -> Option<Timestamp> {
    let list = days::workdays(from, to);
    let day = list.get(rng.index(list.len())).copied().unwrap_or(held_on);
    let at = office_hours(rng, day);
    Some(at.max(Timestamp::at(held_on, 16, 40)))
}

fn rounds(
    studio: &Studio<'_>,
    rng: &mut Rng,
    window: &HalfWindow,
    (unit, reviewing): (usize, usize),
    at: Timestamp,
    session: Session,
    list: Vec<Mark>,
) -> Vec<DrillRound> {
    let decide = |rng: &mut Rng, at: Timestamp, returned: Option<&'static str>| {
        // Most are reviewed the same day, as the notice asks; some a day or two later.
        let later = [0, 0, 0, 1, 2][rng.index(5)];
        let day = days::workday_from(plus_days(at.date(), later));
        let when = office_hours(rng, day).max(at.plus_minutes(25));
        let by = studio.reviewer(rng, reviewing, when.date())?;
        let own = studio.people.get(by)?.unit_on(when.date()) == Some(unit);
        (when < studio.today && !own).then_some(DrillDecision {
            at: when,
            by,
            // After the lock nothing goes back.
            returned: returned.filter(|_| when < window.lock_at),
        })
    };
    let back = rng.permille(60).then(|| RETURNS[rng.index(RETURNS.len())]);
    let decision = decide(rng, at, back);
    let returned = decision
        .as_ref()
        .filter(|d| d.returned.is_some())
        .map(|d| d.at);
    let mut found = vec![DrillRound {
        at,
        session: session.clone(),
        marks: list.clone(),
        decision,
    }];
    if let Some(since) = returned {
        let day = days::workday_from(plus_days(since.date(), 1));
        let again = office_hours(rng, day).max(since.plus_hours(2));
        if again < window.lock_at && again < studio.today {
            let decision = decide(rng, again, None);
            let notes = Some("按审核意见更正后重新上报".to_owned());
            found.push(DrillRound {
                at: again,
                session: Session { notes, ..session },
                marks: list,
                decision,
            });
        }
    }
    found
}

/// A district's drill review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContestPlan {
    /// Index of the district bureau.
    pub bureau: usize,
    /// Entered.
    pub at: Timestamp,
    /// Index of the person who entered it.
    pub by: usize,
    /// Day.
    pub held_on: Date,
    /// Indexes of the squads with their points in thousandths.
    pub teams: Vec<(usize, i64)>,
}

/// A drill instructor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstructorPlan {
    /// Index of the district bureau.
    pub bureau: usize,
    /// Index of the person.
    pub person: usize,
    /// Named.
    pub at: Timestamp,
    /// Index of the person who named him.
    pub by: usize,
}

/// Squads of a bureau open on a day.
fn squads(studio: &Studio<'_>, bureau: usize, on: Date) -> Vec<usize> {
    (0..studio.units.units.len())
        .filter(|unit| {
            let plan = &studio.units.units[*unit];
            matches!(plan.kind, UnitKind::Squad | UnitKind::MobileSquad)
                && plan.opened_on <= on
                && studio.units.bureau_of(*unit).unit == bureau
        })
        .collect()
}

/// The reviews of two years: each district holds one in September or October. The trial district
/// has not held this year's yet, so that its first page says so.
#[must_use]
pub fn contests(studio: &Studio<'_>, year: i32, trial: Option<usize>) -> Vec<ContestPlan> {
    let mut found = Vec::new();
    for (year, bureau) in [year - 1, year]
        .into_iter()
        .flat_map(|y| studio.units.bureaus.iter().map(move |bureau| (y, bureau)))
        .filter(|(_, bureau)| bureau.district)
    {
        let this = year == studio.today.date().year();
        if this && Some(bureau.unit) == trial {
            continue;
        }
        let numbers = [bureau.unit as u64, u64::from(year.unsigned_abs())];
        let mut rng = Rng::of(studio.seed, "contest", &numbers);
        let list = days::workdays(days::ymd(year, 9, 10), days::ymd(year, 10, 31));
        let Some(held_on) = list.get(rng.index(list.len())).copied() else {
            continue;
        };
        let at = Timestamp::at(days::workday_from(plus_days(held_on, 1)), 10, 20);
        let Some(by) = studio.reviewer(&mut rng, bureau.unit, at.date()) else {
            continue;
        };
        if at < studio.today {
            let teams = squads(studio, bureau.unit, held_on);
            found.push(ContestPlan {
                bureau: bureau.unit,
                at,
                by,
                held_on,
                teams: teams
                    .into_iter()
                    .map(|unit| (unit, rng.range(800, 990) * 100))
                    .collect(),
            });
        }
    }
    found
}

/// Two instructors for each district, named in January of the year.
#[must_use]
pub fn instructors(studio: &Studio<'_>, year: i32) -> Vec<InstructorPlan> {
    let on = days::workday_from(days::ymd(year, 1, 8));
    let at = Timestamp::at(on, 14, 10);
    if at >= studio.today {
        return Vec::new();
    }
    let mut found = Vec::new();
    for bureau in studio.units.bureaus.iter().filter(|bureau| bureau.district) {
        let mut rng = Rng::of(studio.seed, "instructor", &[bureau.unit as u64]);
        let Some(by) = studio.reviewer(&mut rng, bureau.unit, on) else {
            continue;
        };
        let fit = squads(studio, bureau.unit, on)
            .into_iter()
            .filter_map(|squad| {
                let people = studio.members_on(squad, on);
                people
                    .into_iter()
                    .find(|person| studio.people[*person].at_post_on(on))
            })
            .take(2);
        found.extend(fit.map(|person| InstructorPlan {
            bureau: bureau.unit,
            person,
            at,
            by,
        }));
    }
    found
}
