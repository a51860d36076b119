//! Figures of units and of reviewers (B-43, B-93), counted by the shared cycle over months.

use chengzhi_cycle::stats::Window;
pub use chengzhi_cycle::stats::{Outcome, ReviewerFigures, count};
use chengzhi_kernel::{Month, Timestamp};

use super::window::MonthWindow;

/// A unit's month.
pub type Slot = chengzhi_cycle::stats::Slot<MonthWindow>;
/// Everything counted over a set of months.
pub type Statistics = chengzhi_cycle::stats::Statistics<Month>;

impl Window for MonthWindow {
    type Period = Month;

    fn period(&self) -> Month {
        self.month
    }

    fn begins_at(&self) -> Timestamp {
        self.opens_at()
    }

    fn on_time(&self, at: Timestamp) -> bool {
        MonthWindow::on_time(self, at)
    }

    fn locked(&self, now: Timestamp) -> bool {
        MonthWindow::locked(self, now)
    }
}

#[cfg(test)]
mod tests {
    use super::super::window::tests::window;
    use chengzhi_cycle::stats::{Figures, HandIn, permille};
    use chengzhi_kernel::UnitId;

    use super::super::state::State;
    use super::*;

    fn hand_in(submitted: Timestamp, decided: Option<(Outcome, Timestamp)>, days: i64) -> HandIn {
        HandIn {
            reviewer: UnitId::from(9),
            submitted_at: submitted,
            late_from: window(10).review_due(submitted),
            outcome: decided.map(|d| d.0),
            decided_at: decided.map(|d| d.1),
            reason: (decided.map(|d| d.0) == Some(Outcome::Returned))
                .then(|| "no_speaker".to_owned()),
            working_days: decided.map(|_| days),
        }
    }

    fn slot(state: State, hand_ins: Vec<HandIn>) -> Slot {
        Slot {
            unit: UnitId::from(1),
            window: window(10),
            state,
            counted_at: hand_ins.first().map(|h| h.submitted_at),
            hand_ins,
        }
    }

    #[test]
    fn both_sides_are_counted_apart() {
        let w = window(10);
        let on = |day| Timestamp::at(w.month.day(day), 9, 0);
        let slots = [
            // Handed in in time, returned, mended after the due day, confirmed within the month.
            slot(
                State::Confirmed,
                vec![
                    hand_in(on(18), Some((Outcome::Returned, on(22))), 2),
                    hand_in(on(28), Some((Outcome::Confirmed, on(29))), 1),
                ],
            ),
            // Late by the unit, reviewed in time.
            slot(
                State::Confirmed,
                vec![hand_in(on(21), Some((Outcome::Confirmed, on(24))), 3)],
            ),
            // In time, undecided at the lock: the reviewer's fault.
            slot(State::LockedPending, vec![hand_in(on(18), None, 0)]),
            // Returned and never mended.
            slot(
                State::LockedMissed,
                vec![hand_in(on(19), Some((Outcome::Returned, on(26))), 5)],
            ),
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
                missed: 2,
                rejected: 0,
                returned: 2,
                confirmed: 2,
                pending: 1,
                decided: 3,
                first_pass: 1,
                review_late: 2,
            }
        );
        assert_eq!(all.totals.first_pass_permille(), Some(333));
        assert_eq!(all.reasons.get("no_speaker"), Some(&2));
        let reviewer = &all.reviewers[&UnitId::from(9)];
        assert_eq!(
            (
                reviewer.reviewed,
                reviewer.on_time,
                reviewer.late,
                reviewer.pending_after_lock
            ),
            (4, 3, 2, 1)
        );
        assert_eq!(reviewer.median_half_days(), Some(5), "median of 1 2 3 5");
    }

    #[test]
    fn a_withdrawn_hand_in_is_nobodys_fault() {
        let w = window(10);
        let at = Timestamp::at(w.month.day(10), 9, 0);
        let slots = [slot(
            State::LockedMissed,
            vec![hand_in(at, Some((Outcome::Withdrawn, at.plus_hours(1))), 0)],
        )];
        let all = count(&slots, w.lock_at);
        assert_eq!((all.totals.review_late, all.totals.decided), (0, 0));
        assert_eq!(all.reviewers[&UnitId::from(9)], ReviewerFigures::default());
    }

    #[test]
    fn months_not_begun_are_not_due_and_shares_are_rounded() {
        let future = slot(State::NotStarted, vec![]);
        let before = window(10).opens_at().plus_micros(-1);
        assert_eq!(count(&[future], before).totals, Figures::default());
        assert_eq!(permille(2, 3), Some(667));
        assert_eq!(permille(1, 8), Some(125));
        assert_eq!(permille(0, 0), None);
    }
}
