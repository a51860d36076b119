//! The films of the demo: a few squads of the trial district that are nobody's account, for the
//! half-month of today and the one before it while its month is open.

use std::collections::BTreeSet;

use chengzhi_drill::facade::{Half, HalfWindow, Session};
use chengzhi_kernel::deadline::plus_days;
use chengzhi_kernel::{Date, Month, Timestamp};
use chengzhi_organisation::facade::UnitKind;

use super::days;
use super::exempt::{self, ExemptionPlan};
use super::slots::{Mark, marks};
use super::status::office_hours;
use super::stories::{SECOND_SQUAD, SQUAD};
use super::studio::Studio;
use crate::films::reel::Scene;
use crate::films::{Expected, STORIES, Story};
use crate::rng::Rng;

/// What the reviewer decided of a film.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilmDecision {
    /// When.
    pub at: Timestamp,
    /// Index of the person.
    pub by: usize,
    /// Sent back: reason code, words, and a note at a second of the film. None confirms.
    pub returned: Option<(&'static str, &'static str, (u32, &'static str))>,
}

/// A half-month with a film.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilmPlan {
    /// Index of the squad.
    pub unit: usize,
    /// Index of the bureau that reviews.
    pub reviewer: usize,
    /// Month.
    pub month: Month,
    /// Half.
    pub half: Half,
    /// Index of the person who reports.
    pub by: usize,
    /// Session.
    pub session: Session,
    /// Who took part.
    pub marks: Vec<Mark>,
    /// Name of the film on the sender's disk.
    pub name: String,
    /// When the camera began.
    pub taken_at: Timestamp,
    /// Entered; then the film is sent, has arrived, and the record is handed in.
    pub times: [Timestamp; 4],
    /// What is drawn.
    pub scene: Scene,
    /// Marks that the check must leave.
    pub expected: &'static [Expected],
    /// The reviewer's decision, where there was time for one.
    pub decision: Option<FilmDecision>,
}

/// Day of a story in its half: an early one can be reviewed by today.
fn day_of(days: &[Date], early: bool, place: usize) -> Option<Date> {
    let count = days.len();
    if early {
        days.get(place % count.div_ceil(2).max(1)).copied()
    } else {
        let third = (count / 3).max(1);
        days.get(count.checked_sub(1 + place % third)?).copied()
    }
}

/// The days of a half on which a session can be held and handed in before today's moment.
fn days_of(window: &HalfWindow, today: Timestamp) -> Vec<Date> {
    let first = window.half.first_day(window.month, window.first_half_end);
    let this_morning = today >= Timestamp::at(today.date(), 8, 45);
    let last = plus_days(today.date(), if this_morning { 0 } else { -1 });
    let last = last.min(window.due_day());
    let working = days::workdays(first, last);
    if working.is_empty() {
        first.iter_days().take_while(|day| *day <= last).collect()
    } else {
        working
    }
}

/// Draws the half-months with films; none where the trial district is not part of the city.
#[must_use]
pub fn plan(
    studio: &Studio<'_>,
    months: &[[HalfWindow; 2]],
    trial: Option<usize>,
    exemptions: &[ExemptionPlan],
) -> Vec<FilmPlan> {
    let halves: Vec<(&HalfWindow, Vec<Date>)> = months
        .iter()
        .flatten()
        .map(|window| (window, days_of(window, studio.today)))
        .filter(|(_, days)| !days.is_empty())
        .collect();
    let Some(((late, late_days), before)) = halves.split_last() else {
        return Vec::new();
    };
    let (early, early_days) = before
        .last()
        .filter(|(window, _)| window.lock_at > studio.today)
        .map_or((late, late_days), |(window, days)| (window, days));
    let squads = (0..studio.units.units.len()).filter(|unit| {
        let plan = &studio.units.units[*unit];
        plan.kind == UnitKind::Squad
            && plan.opened_on < late.month.first_day()
            && ![SQUAD, SECOND_SQUAD].contains(&plan.code.as_str())
            && Some(studio.units.bureau_of(*unit).unit) == trial
    });
    let mut found = Vec::new();
    for (place, (unit, story)) in squads.zip(STORIES).enumerate() {
        let (window, days) = if story.early {
            (early, early_days)
        } else {
            (late, late_days)
        };
        let Some(held_on) = day_of(days, story.early, place) else {
            continue;
        };
        found.extend(draw(studio, unit, window, held_on, story, exemptions));
    }
    found.sort_by_key(|plan| plan.times);
    found
}

/// Slots that have a film.
#[must_use]
pub fn slots(films: &[FilmPlan]) -> BTreeSet<(usize, Month, u32)> {
    films
        .iter()
        .map(|plan| (plan.unit, plan.month, plan.half.number()))
        .collect()
}

fn draw(
    studio: &Studio<'_>,
    unit: usize,
    window: &HalfWindow,
    held_on: Date,
    story: &'static Story,
    exemptions: &[ExemptionPlan],
) -> Option<FilmPlan> {
    let mut rng = Rng::of(studio.seed, "film", &[unit as u64]);
    let by = studio.reporter(unit, held_on)?;
    let reviewer = studio.units.bureau_of(unit).unit;
    let (hour, minute) = if held_on == studio.today.date() {
        (7, 30)
    } else {
        [(8, 30), (9, 0), (14, 0), (15, 0)][rng.index(4)]
    };
    let begins = Timestamp::at(held_on, hour, minute);
    let minutes = story.scene.seconds.div_ceil(60) + 1;
    let saved = begins.plus_minutes(i64::from(minutes) + 4 + rng.range(0, 5));
    let sent = saved.plus_minutes(rng.range(1, 3));
    let arrived = sent
        .plus_minutes(rng.range(11, 18))
        .plus_seconds(rng.range(0, 59));
    let handed_in = arrived.plus_minutes(rng.range(1, 4));
    if handed_in >= studio.today {
        return None;
    }
    let members = studio.members_on(unit, held_on);
    let reasons: Vec<String> = ["执勤", "事假", "参加培训"].map(str::to_owned).to_vec();
    let mut list = marks(&mut rng, studio.people, &members, held_on, 900, &reasons);
    for mark in &mut list {
        if let Some(kind) = exempt::kind_on(exemptions, mark.person, held_on, handed_in) {
            (mark.present, mark.reason) = (false, Some(kind.to_owned()));
        }
    }
    let session = Session {
        held_on: Some(held_on),
        start_time: Some(format!("{hour:02}:{minute:02}")),
        minutes: Some(minutes),
        place: Some("中队驻地".to_owned()),
        instructor: studio.people.get(by).map(|person| person.name.clone()),
        subjects: Some("踏步间转法、齐步、跑步行进与立定、敬礼".to_owned()),
        rest_times: Some(u32::from(story.rest_minutes > 0)),
        rest_minutes: Some(story.rest_minutes),
        notes: None,
    };
    let name = format!(
        "VID_{}_{hour:02}{minute:02}12.mp4",
        held_on.format("%Y%m%d")
    );
    Some(FilmPlan {
        unit,
        reviewer,
        month: window.month,
        half: window.half,
        by,
        session,
        marks: list,
        name,
        taken_at: begins.plus_seconds(12),
        times: [saved, sent, arrived, handed_in],
        scene: story.scene(),
        expected: story.expected,
        decision: decide(studio, &mut rng, reviewer, handed_in, story),
    })
}

fn decide(
    studio: &Studio<'_>,
    rng: &mut Rng,
    reviewer: usize,
    handed_in: Timestamp,
    story: &Story,
) -> Option<FilmDecision> {
    if !story.decided {
        return None;
    }
    let day = days::workday_from(plus_days(handed_in.date(), 1));
    let at = office_hours(rng, day);
    let by = studio.reviewer(rng, reviewer, day)?;
    (at.plus_minutes(20) < studio.today).then_some(FilmDecision {
        at,
        by,
        returned: story.returned,
    })
}
