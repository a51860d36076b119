//! Draws every unit's months: session, hand-in, review, return.

use chengzhi_kernel::Timestamp;
use chengzhi_kernel::deadline::plus_days;
use chengzhi_study::facade::MonthWindow;

use super::days;
use super::slots::{DecisionPlan, RoundPlan, SlotPlan, Verdict, Version, timing};
use super::status::office_hours;
use super::studio::Studio;
use crate::data::changes::Habit;
use crate::rng::Rng;

impl Studio<'_> {
    /// The story of a unit's month up to today; none when nothing has been recorded.
    pub fn slot(&mut self, unit: usize, window: &MonthWindow) -> Option<SlotPlan> {
        let month = window.month;
        let numbers = [
            unit as u64,
            month.year().unsigned_abs().into(),
            month.month().into(),
        ];
        let mut rng = Rng::of(self.seed, "slot", &numbers);
        let habit = self.habit(unit, month.year());
        let timing = timing(&mut rng, habit, window)?;
        let by = self.reporter(unit, timing.held_on)?;
        if timing.started_at >= self.today {
            return None;
        }
        let (reviewer, passed_up) = self.route(unit);
        let mut slot = SlotPlan {
            unit,
            month,
            reviewer,
            passed_up,
            started_at: timing.started_at,
            by,
            draft: None,
            rounds: Vec::new(),
        };
        let version = self.version(&mut rng, unit, month, timing.held_on);
        match timing.submitted_at.filter(|at| *at < self.today) {
            Some(at) => self.review(&mut rng, &mut slot, habit, window, version, at),
            None => slot.draft = Some(unfinished(&mut rng, version)),
        }
        Some(slot)
    }

    /// Plays hand-in, review, return and resubmission.
    fn review(
        &mut self,
        rng: &mut Rng,
        slot: &mut SlotPlan,
        habit: &Habit,
        window: &MonthWindow,
        version: Version,
        submitted_at: Timestamp,
    ) {
        let mut at = submitted_at;
        let mut returns = usize::from(rng.permille(habit.returned));
        returns += usize::from(returns == 1 && rng.permille(120));
        // What stands in the end was mended; what came before lacked something.
        let mut versions = vec![(version, None)];
        for _ in 0..returns {
            let (later, _) = versions.last().cloned().unwrap_or_default();
            let (reason, note, earlier) = self.flawed(rng, slot.month, &later);
            versions.push((earlier, Some((reason, note))));
        }
        while let Some((version, flaw)) = versions.pop() {
            let decided = self.decided_at(rng, slot.reviewer, at);
            let by = self.reviewer(rng, slot.reviewer, decided.date());
            let mut round = RoundPlan {
                at,
                version,
                decision: None,
            };
            let Some(by) = by.filter(|by| decided < self.today && *by != slot.by) else {
                slot.rounds.push(round);
                return;
            };
            let locked = window.locked(decided);
            let (verdict, reason, note) = match flaw {
                Some((reason, note)) if !locked => (Verdict::Return, Some(reason), note),
                Some((reason, note)) if rng.permille(400) => (Verdict::Reject, Some(reason), note),
                _ => (Verdict::Confirm, None, None),
            };
            round.decision = Some(DecisionPlan {
                verdict,
                at: decided,
                by,
                reason,
                note,
            });
            slot.rounds.push(round);
            if verdict != Verdict::Return {
                return;
            }
            let wait = rng.range(1, 3);
            let mended = office_hours(rng, days::after_workdays(decided.date(), wait));
            if window.locked(mended) || mended >= self.today || rng.permille(30) {
                return;
            }
            at = mended;
        }
    }

    /// When a reviewing unit gets to something handed in at `at`.
    fn decided_at(&self, rng: &mut Rng, reviewing: usize, at: Timestamp) -> Timestamp {
        let (least, most) = self.quickness(reviewing).days;
        let day = days::after_workdays(at.date(), rng.range(least, most));
        let decided = office_hours(rng, days::workday_from(day));
        if decided > at.plus_minutes(20) {
            return decided;
        }
        let soon = at.plus_minutes(rng.range(25, 70));
        if soon < Timestamp::at(at.date(), 17, 30) && days::is_workday(at.date()) {
            soon
        } else {
            office_hours(rng, days::workday_from(plus_days(at.date(), 1)))
        }
    }
}

/// A draft that lacks something, as drafts do.
fn unfinished(rng: &mut Rng, mut version: Version) -> Version {
    match rng.index(4) {
        0 => version.photos.clear(),
        1 => {
            version.form.filmed = None;
            version.form.film_place = None;
        }
        2 => {
            version.form.minutes = Some(35);
            version.form.notes = None;
        }
        _ => version.form.speaker = None,
    }
    version
}
