//! Periods under a parent: never two at once on one line, never a circle.

use std::collections::BTreeSet;

use chengzhi_kernel::{Date, UnitId};

/// A half-open span of days: `from` is the first day, `until` the first day no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// First day no longer; none while it lasts.
    pub until: Option<Date>,
}

impl Period {
    /// True on a day of the span.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// True when the two spans share a day.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.until.is_none_or(|until| other.from < until)
            && other.until.is_none_or(|until| self.from < until)
    }

    /// The last day, as people write it.
    #[must_use]
    pub fn last_day(&self) -> Option<Date> {
        self.until.and_then(|until| until.pred_opt())
    }
}

/// What a new parent (or unit) from a day on does to the spans that exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// There is none open: a first one begins.
    Begin,
    /// The open one ends the day before, a new one begins.
    EndAndBegin,
    /// The open one began on that very day: it is corrected in place.
    Correct,
}

/// Why a change cannot be dated so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepError {
    /// A later change is already known; history is only continued at its end.
    BeforeLast(Date),
    /// An earlier span ends after the day.
    InsideEarlier(Date),
}

/// Decides how a change from `from` on continues `spans` (of one line of one unit, or of one
/// person). Applying the answer keeps the spans free of overlaps.
///
/// # Errors
/// [`StepError`] when the day lies before the end of what is known.
pub fn continue_from(spans: &[Period], from: Date) -> Result<Step, StepError> {
    let last = spans.iter().max_by_key(|span| span.from);
    match last {
        None => Ok(Step::Begin),
        Some(last) if from < last.from => Err(StepError::BeforeLast(last.from)),
        Some(last) if from == last.from => Ok(Step::Correct),
        Some(last) => match last.until {
            None => Ok(Step::EndAndBegin),
            Some(until) if from < until => Err(StepError::InsideEarlier(until)),
            Some(_) => Ok(Step::Begin),
        },
    }
}

/// True when hanging `unit` under `parent` closes a circle: `parent` is the unit itself or stands
/// below it on any day from `from` on. `edges` are (child, parent, span) of either line.
#[must_use]
pub fn closes_circle(
    edges: &[(UnitId, UnitId, Period)],
    unit: UnitId,
    parent: UnitId,
    from: Date,
) -> bool {
    let later = Period { from, until: None };
    let mut below = BTreeSet::from([unit]);
    let mut open = vec![unit];
    while let Some(above) = open.pop() {
        for (child, its_parent, span) in edges {
            if *its_parent == above && span.overlaps(&later) && below.insert(*child) {
                open.push(*child);
            }
        }
    }
    below.contains(&parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: u32) -> Date {
        chengzhi_kernel::deadline::plus_days(Date::from_ymd_opt(2024, 1, 1).unwrap(), i64::from(n))
    }

    #[test]
    fn a_change_continues_at_the_end_only() {
        let spans = [
            Period {
                from: day(0),
                until: Some(day(10)),
            },
            Period {
                from: day(10),
                until: None,
            },
        ];
        assert_eq!(continue_from(&[], day(3)), Ok(Step::Begin));
        assert_eq!(continue_from(&spans, day(11)), Ok(Step::EndAndBegin));
        assert_eq!(continue_from(&spans, day(10)), Ok(Step::Correct));
        assert_eq!(
            continue_from(&spans, day(9)),
            Err(StepError::BeforeLast(day(10)))
        );
        assert_eq!(
            continue_from(&spans[..1], day(9)),
            Err(StepError::InsideEarlier(day(10)))
        );
        assert_eq!(continue_from(&spans[..1], day(10)), Ok(Step::Begin));
    }

    /// Any row of dated changes, applied as told, leaves spans that never overlap.
    #[test]
    fn spans_never_overlap_whatever_is_asked() {
        let mut seed = 7_u64;
        for _ in 0..500 {
            let mut spans: Vec<Period> = Vec::new();
            for _ in 0..12 {
                seed = seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let from = day(u32::try_from(seed >> 58).unwrap());
                match continue_from(&spans, from) {
                    Ok(Step::Begin) => spans.push(Period { from, until: None }),
                    Ok(Step::EndAndBegin) => {
                        spans.last_mut().unwrap().until = Some(from);
                        spans.push(Period { from, until: None });
                    }
                    Ok(Step::Correct) | Err(_) => {}
                }
            }
            for (i, a) in spans.iter().enumerate() {
                for b in &spans[i + 1..] {
                    assert!(!a.overlaps(b), "{a:?} {b:?}");
                }
            }
        }
    }

    #[test]
    fn a_circle_is_seen_through_several_steps_and_only_while_edges_last() {
        let unit = UnitId::from;
        let always = Period {
            from: day(0),
            until: None,
        };
        let past = Period {
            from: day(0),
            until: Some(day(5)),
        };
        let edges = [
            (unit(2), unit(1), always),
            (unit(3), unit(2), always),
            (unit(4), unit(2), past),
        ];
        assert!(closes_circle(&edges, unit(1), unit(3), day(9)));
        assert!(closes_circle(&edges, unit(1), unit(1), day(9)));
        assert!(!closes_circle(&edges, unit(3), unit(1), day(9)));
        assert!(
            !closes_circle(&edges, unit(2), unit(4), day(9)),
            "4 left 2 on day 5"
        );
        assert!(closes_circle(&edges, unit(2), unit(4), day(3)));
    }
}
