//! What scans say of somebody's presence in a lesson.

mod signals;

use chengzhi_kernel::Timestamp;

use super::timetable::Span;

pub use signals::{Around, DOUBTFUL, Signal, metres_between, score, signals};

/// Which scan of a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scan {
    /// 签到.
    In,
    /// 课中抽查.
    Mid,
    /// 签退.
    Out,
}

impl Scan {
    /// All scans.
    pub const ALL: &'static [Scan] = &[Scan::In, Scan::Mid, Scan::Out];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Scan::In => "in",
            Scan::Mid => "mid",
            Scan::Out => "out",
        }
    }

    /// Word on pages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Scan::In => "签到",
            Scan::Mid => "课中抽查",
            Scan::Out => "签退",
        }
    }

    /// The scan of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Scan> {
        Scan::ALL.iter().copied().find(|scan| scan.code() == code)
    }
}

/// When scans are taken, in minutes; parameters of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScanRules {
    /// Sign-in opens so long before the lesson.
    pub open_before: u32,
    /// After this it is late.
    pub late_after: u32,
    /// Sign-in closes so long after the beginning: who comes later is entered by the teacher.
    pub close_after: u32,
    /// Leaving so long before the end is early.
    pub early_before: u32,
    /// Sign-out closes so long after the end.
    pub out_until: u32,
}

/// Why a scan is not taken at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// Opens at this instant.
    NotYet(Timestamp),
    /// Was taken until this instant.
    Over(Timestamp),
}

impl ScanRules {
    /// The instants between which a sign-in or sign-out is taken, half-open. A mid-check has its own, set when the
    /// teacher calls it.
    #[must_use]
    pub fn window(&self, scan: Scan, lesson: Span) -> Span {
        let minutes = |n: u32| i64::from(n);
        match scan {
            Scan::In => Span {
                from: lesson.from.plus_minutes(-minutes(self.open_before)),
                until: lesson
                    .from
                    .plus_minutes(minutes(self.close_after))
                    .min(lesson.until),
            },
            Scan::Mid => lesson,
            Scan::Out => Span {
                from: lesson
                    .until
                    .plus_minutes(-minutes(self.early_before))
                    .max(lesson.from),
                until: lesson.until.plus_minutes(minutes(self.out_until)),
            },
        }
    }

    /// Whether a scan is taken at an instant.
    ///
    /// # Errors
    /// When it opens, or when it closed.
    pub fn takes(&self, scan: Scan, lesson: Span, at: Timestamp) -> Result<(), Closed> {
        let window = self.window(scan, lesson);
        if at < window.from {
            Err(Closed::NotYet(window.from))
        } else if at >= window.until {
            Err(Closed::Over(window.until))
        } else {
            Ok(())
        }
    }
}

/// What is known of one person in one lesson.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Signed in.
    pub came: Option<Timestamp>,
    /// Signed out.
    pub left: Option<Timestamp>,
    /// Mid-checks called, and those he answered.
    pub checks: (u32, u32),
    /// Has leave for this lesson.
    pub excused: bool,
}

/// Presence in a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// 出勤.
    Present,
    /// 迟到, minutes.
    Late(i64),
    /// 早退, minutes; 0 when he never signed out though sign-out is asked.
    LeftEarly(i64),
    /// 缺勤.
    Absent,
    /// 请假.
    Excused,
    /// Not over yet, nothing seen.
    Open,
}

impl Presence {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Presence::Present => "present",
            Presence::Late(_) => "late",
            Presence::LeftEarly(_) => "left_early",
            Presence::Absent => "absent",
            Presence::Excused => "excused",
            Presence::Open => "open",
        }
    }

    /// Word on pages.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Presence::Present => "出勤".to_owned(),
            Presence::Late(minutes) => format!("迟到{minutes}分钟"),
            Presence::LeftEarly(0) => "未签退".to_owned(),
            Presence::LeftEarly(minutes) => format!("早退{minutes}分钟"),
            Presence::Absent => "缺勤".to_owned(),
            Presence::Excused => "请假".to_owned(),
            Presence::Open => "未签到".to_owned(),
        }
    }

    /// Whether the lesson counts as attended (B-25): late is attended, leaving early is not unless the class says so.
    #[must_use]
    pub fn attended(self, early_counts: bool) -> bool {
        match self {
            Presence::Present | Presence::Late(_) => true,
            Presence::LeftEarly(_) => early_counts,
            Presence::Absent | Presence::Excused | Presence::Open => false,
        }
    }
}

/// Presence of somebody in a lesson at an instant. `sign_out` says whether the class asks for it.
#[must_use]
pub fn presence(
    seen: &Seen,
    lesson: Span,
    rules: &ScanRules,
    sign_out: bool,
    now: Timestamp,
) -> Presence {
    if seen.excused {
        return Presence::Excused;
    }
    let Some(came) = seen.came else {
        let over = now >= rules.window(Scan::In, lesson).until;
        return if over {
            Presence::Absent
        } else {
            Presence::Open
        };
    };
    if let Some(left) = seen.left
        && left < lesson.until.plus_minutes(-i64::from(rules.early_before))
    {
        return Presence::LeftEarly(minutes(left, lesson.until));
    }
    if sign_out && seen.left.is_none() && now >= rules.window(Scan::Out, lesson).until {
        return Presence::LeftEarly(0);
    }
    if came >= lesson.from.plus_minutes(i64::from(rules.late_after)) {
        return Presence::Late(minutes(lesson.from, came));
    }
    Presence::Present
}

fn minutes(from: Timestamp, until: Timestamp) -> i64 {
    (until.micros() - from.micros()) / 60_000_000
}

#[cfg(test)]
mod tests {
    use super::super::timetable::tests::span;
    use super::*;

    const RULES: ScanRules = ScanRules {
        open_before: 30,
        late_after: 5,
        close_after: 40,
        early_before: 10,
        out_until: 30,
    };

    fn lesson() -> Span {
        span(3, (9, 0), (10, 30))
    }

    fn at(hour: u32, minute: u32) -> Timestamp {
        span(3, (hour, minute), (23, 0)).from
    }

    #[test]
    fn scans_are_taken_in_their_windows_only() {
        let takes = |scan, t| RULES.takes(scan, lesson(), t);
        assert_eq!(takes(Scan::In, at(8, 29)), Err(Closed::NotYet(at(8, 30))));
        assert_eq!(takes(Scan::In, at(8, 30)), Ok(()));
        assert_eq!(takes(Scan::In, at(9, 39)), Ok(()));
        assert_eq!(takes(Scan::In, at(9, 40)), Err(Closed::Over(at(9, 40))));
        assert_eq!(
            takes(Scan::Out, at(10, 19)),
            Err(Closed::NotYet(at(10, 20)))
        );
        assert_eq!(takes(Scan::Out, at(10, 59)), Ok(()));
        assert_eq!(takes(Scan::Out, at(11, 0)), Err(Closed::Over(at(11, 0))));
    }

    #[test]
    fn presence_follows_from_what_was_seen() {
        let over = at(12, 0);
        let seen = |came: Option<Timestamp>, left: Option<Timestamp>| Seen {
            came,
            left,
            ..Seen::default()
        };
        for (name, given, sign_out, now, wanted) in [
            (
                "on time",
                seen(Some(at(8, 55)), None),
                false,
                over,
                Presence::Present,
            ),
            (
                "just in time",
                seen(Some(at(9, 4)), None),
                false,
                over,
                Presence::Present,
            ),
            (
                "late",
                seen(Some(at(9, 5)), None),
                false,
                over,
                Presence::Late(5),
            ),
            (
                "left early",
                seen(Some(at(8, 55)), Some(at(10, 0))),
                true,
                over,
                Presence::LeftEarly(30),
            ),
            (
                "stayed",
                seen(Some(at(8, 55)), Some(at(10, 25))),
                true,
                over,
                Presence::Present,
            ),
            (
                "no sign-out asked",
                seen(Some(at(8, 55)), None),
                false,
                over,
                Presence::Present,
            ),
            (
                "no sign-out",
                seen(Some(at(8, 55)), None),
                true,
                over,
                Presence::LeftEarly(0),
            ),
            (
                "sign-out still open",
                seen(Some(at(8, 55)), None),
                true,
                at(10, 40),
                Presence::Present,
            ),
            ("never came", seen(None, None), true, over, Presence::Absent),
            ("not yet", seen(None, None), true, at(9, 10), Presence::Open),
        ] {
            assert_eq!(
                presence(&given, lesson(), &RULES, sign_out, now),
                wanted,
                "{name}"
            );
        }
        let excused = Seen {
            excused: true,
            ..Seen::default()
        };
        assert_eq!(
            presence(&excused, lesson(), &RULES, true, over),
            Presence::Excused
        );
    }
}
