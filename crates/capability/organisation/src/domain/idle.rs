//! Status changes that have no effect of their own, told beside them.

use super::status::{Change, StatusKind};

/// Why a standing change changes nothing among the others: a 返岗 without an open absence, an
/// absence inside an open one. The assessment ignores the first and counts the second as the same
/// absence.
#[must_use]
pub fn idle_reason(changes: &[Change], of: Change) -> Option<&'static str> {
    let mut earlier: Vec<Change> = changes
        .iter()
        .copied()
        .filter(|change| {
            change.effective_on < of.effective_on
                || (change.effective_on == of.effective_on
                    && of.kind == StatusKind::Return
                    && change.kind.interrupts())
        })
        .collect();
    earlier.sort_by_key(|change| (change.effective_on, change.kind == StatusKind::Return));
    let mut open = None;
    for change in earlier {
        if change.kind == StatusKind::Return {
            open = None;
        } else if change.kind.interrupts() {
            open = open.or(Some(change.kind));
        }
    }
    match (of.kind, open) {
        (StatusKind::Return, None) => Some("此前没有未结束的离岗，本条不起作用"),
        (kind, Some(_)) if kind.interrupts() && kind != StatusKind::Retired => {
            Some("已在离岗中，本条不另起作用")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chengzhi_kernel::Date;

    fn change(kind: StatusKind, day: u32) -> Change {
        Change {
            kind,
            effective_on: Date::from_ymd_opt(2024, 3, day).unwrap(),
        }
    }

    #[test]
    fn a_return_wants_an_open_absence() {
        let ill = change(StatusKind::LongSickLeave, 5);
        let back = change(StatusKind::Return, 5);
        assert_eq!(
            idle_reason(&[ill, back], back),
            None,
            "on one day the absence comes first"
        );
        assert!(idle_reason(&[back], back).is_some());
        let again = change(StatusKind::Return, 9);
        assert!(idle_reason(&[ill, back, again], again).is_some());
    }

    #[test]
    fn an_absence_inside_another_adds_nothing_but_retiring_does() {
        let ill = change(StatusKind::LongSickLeave, 5);
        let aid = change(StatusKind::AidMission, 7);
        let retired = change(StatusKind::Retired, 8);
        let all = [ill, aid, retired];
        assert_eq!(idle_reason(&all, ill), None);
        assert!(idle_reason(&all, aid).is_some());
        assert_eq!(idle_reason(&all, retired), None);
    }
}
