//! Kinds of instructors and their life: nominated, tried, appointed for a term, assessed each year,
//! renewed or released (B-98…B-100, B-109, B-114).

use chengzhi_kernel::Date;
use chrono::Months;

use super::{Deny, words};

words! {
    /// What an instructor is appointed as.
    Kind {
        /// 市级师资 (B-99).
        City, "city", "市级师资";
        /// 区局师资 (B-98).
        District, "district", "区局师资";
        /// 兼职教员 (B-114).
        PartTime, "part_time", "兼职教员";
        /// 实践教员 (B-98).
        Practice, "practice", "实践教员";
        /// 处室负责人, who explains policy (B-100).
        OfficeHead, "office_head", "处室负责人";
        /// 外聘教员 from outside the system (B-109).
        External, "external", "外聘教员";
        /// 队列教官 as a teacher of drill.
        Drill, "drill", "队列教员";
    }
}

words! {
    /// Who appoints.
    Level {
        /// The city's training office.
        City, "city", "市级";
        /// A district bureau, special unit or the corps.
        District, "district", "区级";
    }
}

impl Kind {
    /// The level that appoints this kind; none when either may.
    #[must_use]
    pub const fn level(self) -> Option<Level> {
        match self {
            Kind::City | Kind::OfficeHead => Some(Level::City),
            Kind::District | Kind::PartTime | Kind::Practice | Kind::Drill => Some(Level::District),
            Kind::External => None,
        }
    }

    /// Whether he gives a trial lecture before he is appointed. Heads of offices explain the policy of
    /// their own office (B-100) and guests are asked for what they are known for (B-109): both are
    /// appointed on their nomination.
    #[must_use]
    pub const fn needs_trial(self) -> bool {
        !matches!(self, Kind::OfficeHead | Kind::External)
    }
}

words! {
    /// Where an instructor stands.
    State {
        /// Proposed, no trial lecture yet.
        Nominated, "nominated", "待试讲";
        /// Has given a trial lecture.
        Tried, "tried", "已试讲";
        /// Appointed for a term.
        Appointed, "appointed", "在聘";
        /// Not appointed.
        Refused, "refused", "未通过";
        /// Taken back by the nominating unit.
        Withdrawn, "withdrawn", "已撤回";
        /// His service has ended.
        Released, "released", "已解聘";
    }
}

words! {
    /// What happens to an instructor.
    Event {
        /// Proposed.
        Nominate, "nominate", "推荐";
        /// A trial lecture was held.
        Try, "try", "试讲";
        /// Appointed.
        Appoint, "appoint", "聘任";
        /// Not appointed.
        Refuse, "refuse", "不予聘任";
        /// Taken back.
        Withdraw, "withdraw", "撤回推荐";
        /// The year was assessed.
        Assess, "assess", "年度考核";
        /// Appointed for a further term.
        Renew, "renew", "续聘";
        /// Service ended.
        Release, "release", "解聘";
        /// Particulars were corrected.
        Correct, "correct", "修改资料";
    }
}

/// Every step there is: from a state by an event into a state.
pub const STEPS: &[(State, Event, State)] = &[
    (State::Nominated, Event::Try, State::Tried),
    (State::Tried, Event::Try, State::Tried),
    (State::Nominated, Event::Appoint, State::Appointed),
    (State::Tried, Event::Appoint, State::Appointed),
    (State::Nominated, Event::Refuse, State::Refused),
    (State::Tried, Event::Refuse, State::Refused),
    (State::Nominated, Event::Withdraw, State::Withdrawn),
    (State::Tried, Event::Withdraw, State::Withdrawn),
    (State::Appointed, Event::Assess, State::Appointed),
    (State::Appointed, Event::Renew, State::Appointed),
    (State::Appointed, Event::Release, State::Released),
    (State::Nominated, Event::Correct, State::Nominated),
    (State::Tried, Event::Correct, State::Tried),
    (State::Appointed, Event::Correct, State::Appointed),
];

/// The state after an event.
///
/// # Errors
/// `faculty.state` when the table has no such step.
pub fn step(from: State, event: Event) -> Result<State, Deny> {
    STEPS
        .iter()
        .find(|(state, by, _)| *state == from && *by == event)
        .map(|(_, _, to)| *to)
        .ok_or_else(|| {
            Deny::new(
                "faculty.state",
                format!("这名教员{}，不能办理{}。", from.name(), event.name()),
            )
        })
}

words! {
    /// Result of a year's assessment.
    YearResult {
        /// 优秀.
        Excellent, "excellent", "优秀";
        /// 合格.
        Qualified, "qualified", "合格";
        /// 不合格.
        Unqualified, "unqualified", "不合格";
    }
}

words! {
    /// What becomes of the times for which somebody is booked when his service ends.
    Ahead {
        /// He still comes, as it was agreed.
        Keep, "keep", "照常授课";
        /// They are given back; whoever asked him finds somebody else.
        GiveBack, "give_back", "交还时段，另请教员";
    }
}

words! {
    /// Where an invitation stands.
    Answered {
        /// No answer yet.
        Waiting, "waiting", "待答复";
        /// He comes.
        Accepted, "accepted", "已接受";
        /// He cannot.
        Declined, "declined", "已婉拒";
        /// Taken back by the bureau.
        Withdrawn, "withdrawn", "已撤回";
    }
}

/// Last day of a term of whole years that begins on `from`; none beyond the calendar.
#[must_use]
pub fn term_until(from: Date, years: u32) -> Option<Date> {
    from.checked_add_months(Months::new(years.checked_mul(12)?))?
        .pred_opt()
}

/// First day of the next term: the day after the present one, or today when that has passed.
#[must_use]
pub fn next_term(until: Date, today: Date) -> Date {
    until.succ_opt().map_or(today, |next| next.max(today))
}

/// How a term stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// Begins on a later day.
    Coming,
    /// Runs on.
    Running,
    /// Ends within the days of the reminder.
    Ending,
    /// Is over.
    Over,
}

impl Term {
    /// How a term from and until these days stands today.
    #[must_use]
    pub fn of(from: Date, until: Date, today: Date, warn_days: u32) -> Self {
        let left = until.signed_duration_since(today).num_days();
        if from > today {
            Term::Coming
        } else if left < 0 {
            Term::Over
        } else if left <= i64::from(warn_days) {
            Term::Ending
        } else {
            Term::Running
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn ended_instructors_take_no_step() {
        for state in [State::Refused, State::Withdrawn, State::Released] {
            for event in Event::ALL {
                assert!(step(state, *event).is_err(), "{state:?} {event:?}");
            }
        }
    }

    #[test]
    fn steps_lead_where_the_table_says() {
        assert_eq!(step(State::Nominated, Event::Try), Ok(State::Tried));
        assert_eq!(step(State::Tried, Event::Appoint), Ok(State::Appointed));
        let denied = step(State::Nominated, Event::Renew).unwrap_err();
        assert_eq!(denied.code, "faculty.state");
        assert!(denied.text.contains("续聘"), "{}", denied.text);
    }

    #[test]
    fn no_step_stands_twice() {
        for (index, one) in STEPS.iter().enumerate() {
            let twice = STEPS[index + 1..]
                .iter()
                .any(|other| (other.0, other.1) == (one.0, one.1));
            assert!(!twice, "{one:?}");
        }
    }

    #[test]
    fn a_term_ends_the_day_before_its_anniversary() {
        for (from, years, until) in [
            ("2024-03-01", 3, "2027-02-28"),
            ("2024-02-29", 1, "2025-02-27"),
            ("2024-01-01", 1, "2024-12-31"),
        ] {
            assert_eq!(term_until(day(from), years), Some(day(until)), "{from}");
        }
        assert_eq!(term_until(day("2024-03-01"), u32::MAX), None);
    }

    #[test]
    fn terms_follow_each_other_without_a_gap_unless_one_has_passed() {
        let until = day("2024-12-31");
        assert_eq!(next_term(until, day("2024-11-20")), day("2025-01-01"));
        assert_eq!(next_term(until, day("2025-02-03")), day("2025-02-03"));
    }

    #[test]
    fn a_term_tells_when_it_ends() {
        let of = |today| Term::of(day("2024-01-01"), day("2024-12-31"), day(today), 60);
        assert_eq!(of("2023-12-31"), Term::Coming);
        assert_eq!(of("2024-11-01"), Term::Ending);
        assert_eq!(of("2024-10-31"), Term::Running);
        assert_eq!(of("2024-12-31"), Term::Ending);
        assert_eq!(of("2025-01-01"), Term::Over);
    }

    #[test]
    fn codes_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(*kind));
        }
        for state in State::ALL {
            assert_eq!(State::from_code(state.code()), Some(*state));
        }
    }
}
