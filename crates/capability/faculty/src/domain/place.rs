//! Bases, rooms and smart classrooms: create and recheck (B-96, B-102), grades (B-104).

use chengzhi_kernel::Date;
use chrono::Months;

use super::{Deny, words};

words! {
    /// What a place is.
    PlaceKind {
        /// 教学实践基地.
        Base, "base", "教学实践基地";
        /// 教室.
        Room, "room", "教室";
        /// 智慧教室.
        SmartClassroom, "smart_classroom", "智慧教室";
    }
}

words! {
    /// Where a place stands.
    PlaceState {
        /// A base being prepared.
        Planned, "planned", "筹建";
        /// A base that asks for its score on site.
        Applied, "applied", "待评分";
        /// Teaching is held there.
        InUse, "in_use", "在用";
        /// No longer used.
        Withdrawn, "withdrawn", "已撤销";
    }
}

words! {
    /// What happens to a place.
    PlaceEvent {
        /// The bureau asks for the score.
        Apply, "apply", "申请创建";
        /// Scored well enough.
        Pass, "pass", "评分合格";
        /// Not well enough: back to preparing.
        Fail, "fail", "评分未合格";
        /// Rechecked well.
        Recheck, "recheck", "复检合格";
        /// Taken out of use.
        Withdraw, "withdraw", "撤销";
    }
}

/// Every step there is.
pub const STEPS: &[(PlaceState, PlaceEvent, PlaceState)] = &[
    (PlaceState::Planned, PlaceEvent::Apply, PlaceState::Applied),
    (PlaceState::Applied, PlaceEvent::Pass, PlaceState::InUse),
    (PlaceState::Applied, PlaceEvent::Fail, PlaceState::Planned),
    (PlaceState::InUse, PlaceEvent::Recheck, PlaceState::InUse),
    (
        PlaceState::Planned,
        PlaceEvent::Withdraw,
        PlaceState::Withdrawn,
    ),
    (
        PlaceState::Applied,
        PlaceEvent::Withdraw,
        PlaceState::Withdrawn,
    ),
    (
        PlaceState::InUse,
        PlaceEvent::Withdraw,
        PlaceState::Withdrawn,
    ),
];

/// The state after an event.
///
/// # Errors
/// `faculty.place_state` when the table has no such step.
pub fn step(from: PlaceState, event: PlaceEvent) -> Result<PlaceState, Deny> {
    STEPS
        .iter()
        .find(|(state, by, _)| *state == from && *by == event)
        .map(|(_, _, to)| *to)
        .ok_or_else(|| {
            Deny::new(
                "faculty.place_state",
                format!("该场所{}，不能办理{}。", from.name(), event.name()),
            )
        })
}

/// The day by which a base checked on `on` is to be checked again; none beyond the calendar.
#[must_use]
pub fn recheck_due(on: Date, months: u32) -> Option<Date> {
    on.checked_add_months(Months::new(months))
}

/// Largest number of people in a place.
pub const MOST_PEOPLE: i64 = 10_000;

/// A number of people that a place can hold.
///
/// # Errors
/// `faculty.capacity` for none, fewer than none or too many.
pub fn check_capacity(capacity: i64) -> Result<i64, Deny> {
    if (1..=MOST_PEOPLE).contains(&capacity) {
        Ok(capacity)
    } else {
        Err(Deny::new(
            "faculty.capacity",
            format!("容纳人数应在1至{MOST_PEOPLE}之间。"),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_scored_before_it_is_used() {
        assert!(step(PlaceState::Planned, PlaceEvent::Pass).is_err());
        assert_eq!(
            step(PlaceState::Applied, PlaceEvent::Fail),
            Ok(PlaceState::Planned)
        );
        for event in PlaceEvent::ALL {
            assert!(step(PlaceState::Withdrawn, *event).is_err(), "{event:?}");
        }
    }

    #[test]
    fn a_recheck_falls_on_the_same_day_of_the_later_month() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(recheck_due(day("2024-02-29"), 12), Some(day("2025-02-28")));
        assert_eq!(recheck_due(day("2024-08-31"), 6), Some(day("2025-02-28")));
    }

    #[test]
    fn nobody_and_fewer_fit_nowhere() {
        for capacity in [-1, 0, MOST_PEOPLE + 1] {
            assert!(check_capacity(capacity).is_err(), "{capacity}");
        }
        assert_eq!(check_capacity(60), Ok(60));
    }

    #[test]
    fn codes_read_back() {
        for kind in PlaceKind::ALL {
            assert_eq!(PlaceKind::from_code(kind.code()), Some(*kind));
        }
        for state in PlaceState::ALL {
            assert_eq!(PlaceState::from_code(state.code()), Some(*state));
        }
    }
}
