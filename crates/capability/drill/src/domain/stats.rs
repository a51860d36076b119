//! Figures of squads and of reviewers (B-51, B-52), counted by the shared cycle over half-months.

use chengzhi_cycle::stats::Window;
pub use chengzhi_cycle::stats::{Outcome, count};
use chengzhi_kernel::{Month, Timestamp};

use super::half::Half;
use super::window::HalfWindow;

/// A squad's half-month.
pub type Slot = chengzhi_cycle::stats::Slot<HalfWindow>;
/// Everything counted over a set of half-months.
pub type Statistics = chengzhi_cycle::stats::Statistics<(Month, Half)>;

impl Window for HalfWindow {
    type Period = (Month, Half);

    fn period(&self) -> (Month, Half) {
        (self.month, self.half)
    }

    fn begins_at(&self) -> Timestamp {
        HalfWindow::begins_at(self)
    }

    fn on_time(&self, at: Timestamp) -> bool {
        HalfWindow::on_time(self, at)
    }

    fn locked(&self, now: Timestamp) -> bool {
        HalfWindow::locked(self, now)
    }
}

#[cfg(test)]
mod tests {
    use super::super::window::tests::window;
    use chengzhi_cycle::stats::{Figures, HandIn, ReviewerFigures, permille};
    use chengzhi_kernel::UnitId;

    use super::super::state::State;
    use super::*;

    fn hand_in(submitted: Timestamp, decided: Option<(Outcome, Timestamp)>, days: i64) -> HandIn {
        let w = window(10, Half::First);
        HandIn {
            reviewer: UnitId::from(9),
            submitted_at: submitted,
            late_from: w.review_late_from(w.review_due(submitted)),
            outcome: decided.map(|d| d.0),
            decided_at: decided.map(|d| d.1),
            reason: (decided.map(|d| d.0) == Some(Outcome::Returned)).then(|| "angle".to_owned()),
            working_days: decided.map(|_| days),
        }
    }

    fn slot(state: State, hand_ins: Vec<HandIn>) -> Slot {
        Slot {
            unit: UnitId::from(1),
            window: window(10, Half::First),
            state,
            counted_at: hand_ins.first().map(|h| h.submitted_at),
            hand_ins,
        }
    }

    fn on(day: u32) -> Timestamp {
        Timestamp::at(window(10, Half::First).month.day(day), 9, 0)
    }

    #[test]
    fn both_sides_are_counted_apart() {
        let w = window(10, Half::First);
        let slots = [
            // In time, returned the same day, mended in the second half, confirmed in the month.
            slot(
                State::Confirmed,
                vec![
                    hand_in(on(15), Some((Outcome::Returned, on(15))), 0),
                    hand_in(on(28), Some((Outcome::Confirmed, on(29))), 1),
                ],
            ),
            // Late by the squad, reviewed before the lock.
            slot(
                State::Confirmed,
                vec![hand_in(on(16), Some((Outcome::Confirmed, on(24))), 6)],
            ),
            // In time, reviewed a day late: the reviewer's fault.
            slot(
                State::Confirmed,
                vec![hand_in(on(14), Some((Outcome::Confirmed, on(16))), 2)],
            ),
            // In time, undecided at the lock.
            slot(State::LockedPending, vec![hand_in(on(14), None, 0)]),
            slot(State::LockedMissed, vec![]),
            slot(State::Exempt, vec![]),
        ];
        let all = count(&slots, w.lock_at);
        assert_eq!(
            all.totals,
            Figures {
                due: 5,
                submitted: 4,
                on_time: 3,
                late: 1,
                missed: 1,
                rejected: 0,
                returned: 1,
                confirmed: 3,
                pending: 1,
                decided: 3,
                first_pass: 2,
                review_late: 2,
            }
        );
        assert_eq!(all.totals.first_pass_permille(), Some(667));
        assert_eq!(all.reasons.get("angle"), Some(&1));
        assert_eq!(all.by_period[&(w.month, Half::First)], all.totals);
        let reviewer = &all.reviewers[&UnitId::from(9)];
        assert_eq!(
            (reviewer.reviewed, reviewer.on_time, reviewer.late),
            (4, 3, 2)
        );
        assert_eq!(reviewer.pending_after_lock, 1);
        assert_eq!(reviewer.median_half_days(), Some(3), "median of 0 1 2 6");
    }

    #[test]
    fn grace_only_touches_the_reviewers_lateness() {
        let mut generous = hand_in(on(14), Some((Outcome::Confirmed, on(16))), 2);
        assert!(generous.reviewed_late(on(20)));
        let mut w = window(10, Half::First);
        w.review_grace_days = 1;
        generous.late_from = w.review_late_from(w.review_due(on(14)));
        assert!(!generous.reviewed_late(on(20)));
    }

    #[test]
    fn a_withdrawn_hand_in_is_nobodys_fault() {
        let at = on(10);
        let slots = [slot(
            State::LockedMissed,
            vec![hand_in(at, Some((Outcome::Withdrawn, at.plus_hours(1))), 0)],
        )];
        let all = count(&slots, window(10, Half::First).lock_at);
        assert_eq!((all.totals.review_late, all.totals.decided), (0, 0));
        assert_eq!(all.reviewers[&UnitId::from(9)], ReviewerFigures::default());
    }

    #[test]
    fn a_half_that_has_not_begun_is_not_due_and_shares_are_rounded() {
        let mut second = slot(State::NotStarted, vec![]);
        second.window = window(10, Half::Second);
        let at = second.window.begins_at();
        assert_eq!(
            count(&[second.clone()], at.plus_micros(-1)).totals,
            Figures::default()
        );
        assert_eq!(count(&[second], at).totals.due, 1);
        assert_eq!(permille(2, 3), Some(667));
        assert_eq!(permille(1, 8), Some(125));
        assert_eq!(permille(0, 0), None);
    }
}
