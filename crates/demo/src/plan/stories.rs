//! What the demo wants to show on its first day: a draft with two days left, a record sent back,
//! records that wait with a repeated photo, a month that locked before its reviewer decided.

use std::collections::BTreeMap;

use chengzhi_kernel::{Month, Timestamp};
use chengzhi_study::facade::MonthWindow;

use super::days;
use super::slots::{DecisionPlan, RoundPlan, SlotPlan, Verdict};
use super::status::office_hours;
use super::studio::Studio;
use crate::rng::Rng;

/// The squad whose reporter, head and officers have accounts.
pub const SQUAD: &str = "310113102Z";
/// The squad for which its reporter stands in: its record came back.
pub const SECOND_SQUAD: &str = "310113-J1";

/// A pair of photos that look alike, planted: the newer record and the older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// Index of the newer slot.
    pub newer: usize,
    /// Index of the older slot.
    pub older: usize,
    /// The very same picture, or a reworked one.
    pub same: bool,
}

/// Puts the stories into the slots.
pub fn tell(
    studio: &mut Studio<'_>,
    slots: &mut Vec<SlotPlan>,
    windows: &BTreeMap<Month, MonthWindow>,
) -> Vec<Repeat> {
    let now = Month::of(studio.today.date());
    if let Some(window) = windows.get(&now) {
        draft(studio, slots, window);
        sent_back(studio, slots, window);
    }
    if let Some(window) = windows.get(&now.prev()) {
        left_waiting(studio, slots, window);
    }
    slots.sort_by_key(|slot| (slot.month, slot.unit));
    repeats(studio, slots)
}

fn replace(slots: &mut Vec<SlotPlan>, slot: SlotPlan) {
    slots.retain(|old| (old.unit, old.month) != (slot.unit, slot.month));
    slots.push(slot);
}

/// The named squad has held this month's session and half filled the form.
fn draft(studio: &mut Studio<'_>, slots: &mut Vec<SlotPlan>, window: &MonthWindow) {
    let Some(unit) = studio.units.by_code(SQUAD) else {
        return;
    };
    let Some(mut slot) = begun(studio, unit, window, 4) else {
        slots.retain(|old| (old.unit, old.month) != (unit, window.month));
        return;
    };
    if let Some(version) = &mut slot.draft {
        version.form.filmed = Some(true);
        version.form.film_place = None;
        version.form.notes = None;
        version.photos.clear();
        for mark in version
            .marks
            .iter_mut()
            .filter(|mark| !mark.present && mark.away.is_none())
        {
            mark.reason = None;
        }
    }
    replace(slots, slot);
}

/// A record begun some working days ago.
fn begun(
    studio: &mut Studio<'_>,
    unit: usize,
    window: &MonthWindow,
    ago: usize,
) -> Option<SlotPlan> {
    let yesterday = studio.today.date().pred_opt()?;
    let past = days::workdays(window.month.first_day(), yesterday);
    let held_on = *past.get(past.len().checked_sub(ago)?)?;
    let mut rng = Rng::of(studio.seed, "story", &[unit as u64]);
    let by = studio.reporter(unit, held_on)?;
    let version = studio.version(&mut rng, unit, window.month, held_on);
    let (reviewer, passed_up) = studio.route(unit);
    Some(SlotPlan {
        unit,
        month: window.month,
        reviewer,
        passed_up,
        started_at: Timestamp::at(held_on, 17, 2),
        by,
        draft: Some(version),
        rounds: Vec::new(),
    })
}

/// The second squad's record came back with a reason.
fn sent_back(studio: &mut Studio<'_>, slots: &mut Vec<SlotPlan>, window: &MonthWindow) {
    let Some(unit) = studio.units.by_code(SECOND_SQUAD) else {
        return;
    };
    let Some(mut slot) = begun(studio, unit, window, 6) else {
        return;
    };
    let mut rng = Rng::of(studio.seed, "story returned", &[]);
    let handed_in = office_hours(&mut rng, days::after_workdays(slot.started_at.date(), 1));
    let decided = office_hours(&mut rng, days::after_workdays(handed_in.date(), 2));
    let by = studio.reviewer(&mut rng, slot.reviewer, decided.date());
    let (Some(by), true, Some(version)) = (by, decided < studio.today, slot.draft.take()) else {
        return;
    };
    if by == slot.by || window.locked(decided) {
        return;
    }
    slot.rounds.push(RoundPlan {
        at: handed_in,
        version,
        decision: Some(DecisionPlan {
            verdict: Verdict::Return,
            at: decided,
            by,
            reason: Some("photo_missing_panorama".to_owned()),
            note: Some("请补充一张能看到主席台和全部座位的照片。".to_owned()),
        }),
    });
    replace(slots, slot);
}

/// Last month some records came just before the lock and were not reviewed in time: one in the
/// trial district, one in every fourth other.
fn left_waiting(studio: &mut Studio<'_>, slots: &mut [SlotPlan], window: &MonthWindow) {
    let trial = studio
        .units
        .by_code(&studio.data.organisation.city.trial_district);
    let mut others = 0;
    for bureau in studio.units.bureaus.iter().filter(|bureau| bureau.district) {
        if Some(bureau.unit) != trial {
            others += 1;
            if others % 4 != 0 {
                continue;
            }
        }
        let found = slots.iter_mut().find(|slot| {
            slot.month == window.month
                && slot.reviewer == bureau.unit
                && slot.rounds.len() == 1
                && studio.units.units[slot.unit].code != SQUAD
        });
        let Some(slot) = found else { continue };
        let mut rng = Rng::of(studio.seed, "left waiting", &[bureau.unit as u64]);
        let last = window.lock_at.plus_micros(-1).date();
        let day = days::workdays(window.month.day(22), last)
            .last()
            .copied()
            .unwrap_or(last);
        let round = &mut slot.rounds[0];
        let at = office_hours(&mut rng, day);
        if at < studio.today && studio.today >= window.lock_at {
            round.at = at;
            round.decision = None;
        }
    }
}

/// Plants repeated photos: in records that wait now, and in some confirmed long ago.
fn repeats(studio: &mut Studio<'_>, slots: &mut [SlotPlan]) -> Vec<Repeat> {
    let mut planted: Vec<Repeat> = Vec::new();
    let mut rng = Rng::of(studio.seed, "repeats", &[]);
    let waiting: Vec<usize> = (0..slots.len())
        .filter(|index| {
            let round = slots[*index].rounds.last();
            round.is_some_and(|round| round.decision.is_none()) && !slots[*index].passed_up
        })
        .collect();
    let trial = studio
        .units
        .by_code(&studio.data.organisation.city.trial_district);
    let mut chosen: Vec<usize> = waiting
        .into_iter()
        .filter(|index| Some(slots[*index].reviewer) == trial)
        .take(2)
        .collect();
    let confirmed: Vec<usize> = (0..slots.len())
        .filter(|index| slots[*index].confirmed().is_some())
        .collect();
    if confirmed.len() < 40 {
        return planted;
    }
    for _ in 0..4 {
        chosen.push(confirmed[confirmed.len() / 2 + rng.index(confirmed.len() / 2)]);
    }
    for newer in chosen {
        // The same unit's older record for the very same picture, any older one for a copy.
        let same = planted.len().is_multiple_of(2);
        let used = |index: usize| planted.iter().any(|p| p.newer == index || p.older == index);
        let older = confirmed.iter().rev().copied().find(|older| {
            slots[*older].month < slots[newer].month
                && (slots[*older].unit == slots[newer].unit) == same
                && slots[*older].reviewer == slots[newer].reviewer
                && !used(*older)
        });
        let Some(older) = older.filter(|_| !used(newer)) else {
            continue;
        };
        let Some(photo) = slots[older]
            .confirmed()
            .and_then(|v| v.photos.last().copied())
        else {
            continue;
        };
        let put = if same {
            photo
        } else {
            let mut copy = studio.photos[photo];
            copy.copy_of = Some(photo);
            copy.with_time = false;
            studio.photos.push(copy);
            studio.photos.len() - 1
        };
        if let Some(first) = slots[newer]
            .rounds
            .last_mut()
            .and_then(|r| r.version.photos.first_mut())
        {
            *first = put;
            planted.push(Repeat { newer, older, same });
        }
    }
    planted
}
