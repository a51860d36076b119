//! From single events to spans of absence (B-69).

use chengzhi_kernel::{Date, Month};
use chrono::Datelike;

use super::facts::{Event, EventKind};
use super::month_set::MonthSet;

/// A span away from the post: from its first day away to the day before `back`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// The kind that opened it.
    pub kind: EventKind,
    /// First day away.
    pub from: Date,
    /// First day back; `None` while it lasts.
    pub back: Option<Date>,
}

impl Absence {
    /// Whether the person is away on `day`: the effective day is away, the day of return is not.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && self.back.is_none_or(|back| day < back)
    }

    /// Months of `year` it touches, the months of change and of return included.
    #[must_use]
    pub fn touched(&self, year: i32) -> MonthSet {
        if self.from.year() > year || self.back.is_some_and(|b| b.year() < year) {
            return MonthSet::EMPTY;
        }
        let first = if self.from.year() < year {
            1
        } else {
            self.from.month()
        };
        let last = match self.back {
            Some(back) if back.year() == year => back.month(),
            _ => 12,
        };
        MonthSet::span(first, last)
    }

    /// Months of `year` in which it covers every day.
    #[must_use]
    pub fn whole(&self, year: i32) -> MonthSet {
        let mut set = MonthSet::EMPTY;
        for month in self.touched(year).iter() {
            if let Some(month) = Month::new(year, month)
                && self.covers(month.first_day())
                && self.covers(month.last_day())
            {
                set.insert(month.month());
            }
        }
        set
    }
}

/// A person's events, cleaned up.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    /// Spans away, in order, none overlapping.
    pub(crate) absences: Vec<Absence>,
    /// Returns without an open absence: ignored and told.
    pub(crate) stray_returns: Vec<Date>,
    /// Leavings (B-68), in order.
    pub(crate) leavings: Vec<(EventKind, Date)>,
    /// Events left out because they were recorded after the as-of day.
    pub(crate) after_as_of: u32,
}

impl Timeline {
    pub(crate) fn build(
        events: &[Event],
        left_kinds: u16,
        absence_kinds: u16,
        as_of: Option<Date>,
    ) -> Self {
        let mut timeline = Self::default();
        if events.is_empty() {
            return timeline;
        }
        let late =
            |e: &Event| matches!((as_of, e.recorded), (Some(limit), Some(day)) if day > limit);
        let mut list: Vec<Event> = events.iter().copied().filter(|e| !late(e)).collect();
        timeline.after_as_of = u32::try_from(events.len() - list.len()).unwrap_or(u32::MAX);
        // On one day the absence comes before the return; the input's order is irrelevant.
        list.sort_unstable_by_key(|e| (e.effective, e.kind == EventKind::Return, e.kind));
        let mut open: Option<Absence> = None;
        for event in list {
            if event.kind == EventKind::Return {
                match open.take() {
                    Some(absence) => timeline.absences.push(Absence {
                        back: Some(event.effective),
                        ..absence
                    }),
                    None => timeline.stray_returns.push(event.effective),
                }
            } else if absence_kinds & event.kind.bit() != 0 {
                // An absence inside an open one changes nothing.
                open.get_or_insert(Absence {
                    kind: event.kind,
                    from: event.effective,
                    back: None,
                });
            } else if left_kinds & event.kind.bit() != 0 {
                timeline.leavings.push((event.kind, event.effective));
            }
        }
        timeline.absences.extend(open);
        timeline
    }

    /// Whether the person is at post on at least one day of `from..=to`.
    pub(crate) fn at_post_within(&self, from: Date, to: Date) -> bool {
        let mut day = from;
        while day <= to {
            match self.absences.iter().find(|a| a.covers(day)) {
                None => return true,
                Some(Absence {
                    back: Some(back), ..
                }) => day = *back,
                Some(_) => return false,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        chengzhi_kernel::parse_date(text).unwrap()
    }

    fn build(list: &[(EventKind, &str)]) -> Timeline {
        let events: Vec<Event> = list
            .iter()
            .map(|(kind, d)| Event {
                kind: *kind,
                effective: day(d),
                recorded: None,
            })
            .collect();
        Timeline::build(
            &events,
            EventKind::Left.bit(),
            EventKind::MaternityLeave.bit() | EventKind::Retired.bit(),
            None,
        )
    }

    #[test]
    fn the_first_return_ends_an_absence_and_inner_ones_change_nothing() {
        let t = build(&[
            (EventKind::Return, "2024-08-05"),
            (EventKind::MaternityLeave, "2024-03-11"),
            (EventKind::Retired, "2024-05-01"),
            (EventKind::Return, "2024-09-01"),
        ]);
        assert_eq!(t.absences.len(), 1);
        assert_eq!(t.absences[0].kind, EventKind::MaternityLeave);
        assert_eq!(t.absences[0].back, Some(day("2024-08-05")));
        assert_eq!(t.stray_returns, [day("2024-09-01")]);
        assert_eq!(t.absences[0].touched(2024), MonthSet::span(3, 8));
        assert_eq!(t.absences[0].whole(2024), MonthSet::span(4, 7));
        assert!(!t.at_post_within(day("2024-06-03"), day("2024-06-05")));
        assert!(t.at_post_within(day("2024-08-01"), day("2024-08-05")));
        assert!(t.at_post_within(day("2024-03-10"), day("2024-03-20")));
    }

    #[test]
    fn on_one_day_the_absence_comes_first() {
        let t = build(&[
            (EventKind::Return, "2024-05-06"),
            (EventKind::MaternityLeave, "2024-05-06"),
        ]);
        assert_eq!(t.absences[0].back, Some(day("2024-05-06")));
        assert!(!t.absences[0].covers(day("2024-05-06")));
        assert_eq!(t.absences[0].touched(2024), MonthSet::span(5, 5));
        assert!(t.stray_returns.is_empty());
    }
}
