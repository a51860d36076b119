//! The month's result (B-129): share kept in each session, coverage, both halves.

use chengzhi_kernel::{Date, Timestamp};

use super::coverage::{Coverage, coverage};
use super::half::Half;
use super::session::{Attendee, Heads, Params, heads};
use super::state::State;
use super::verdict::share_is_enough;
use super::window::HalfWindow;
use super::{short_date, short_list};

/// One held session with its roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Row of the session.
    pub id: i64,
    /// Day.
    pub day: Date,
    /// Roster of that day with marks.
    pub rows: Vec<Attendee>,
}

/// One half with its sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HalfFacts {
    /// Dates.
    pub window: HalfWindow,
    /// State now.
    pub state: State,
    /// Sessions with a day, by day.
    pub sessions: Vec<Held>,
    /// The instant of the first complete hand-in that is held against the due date.
    pub first_counted_at: Option<Timestamp>,
}

/// Which sessions count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// Those of confirmed halves only: the month's result.
    Accepted,
    /// Those of all halves that could still be confirmed: what it would be.
    Expected,
}

impl Counting {
    fn counts(self, state: State) -> bool {
        match self {
            Counting::Accepted => state == State::Confirmed,
            Counting::Expected => !matches!(
                state,
                State::LockedMissed | State::RejectedFinal | State::Exempt
            ),
        }
    }
}

/// A half in the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HalfResult {
    /// Half.
    pub half: Half,
    /// The squad owes nothing here.
    pub exempt: bool,
    /// Sessions that count, make-ups included.
    pub sessions: u32,
    /// Of these, make-ups held in the other half.
    pub makeups: u32,
    /// Enough sessions, make-ups counted in (B-52).
    pub enough: bool,
    /// Enough sessions inside the half itself (B-44): a make-up does not heal this.
    pub in_half: bool,
    /// Handed in by its day (B-50); none without a hand-in.
    pub on_time: Option<bool>,
}

/// A session in the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionResult {
    /// Row of the session.
    pub id: i64,
    /// Day.
    pub day: Date,
    /// Half whose record it stands in.
    pub half: Half,
    /// Held in the other half.
    pub makeup: bool,
    /// Heads.
    pub heads: Heads,
    /// Share kept (B-45).
    pub ratio_ok: bool,
}

/// The month's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthResult {
    /// Sessions that count, by day.
    pub sessions: Vec<SessionResult>,
    /// The share is kept in every one of them; none without any.
    pub ratio_ok: Option<bool>,
    /// Coverage by all of them.
    pub coverage: Coverage,
    /// Nobody is missing; none without any session. Always kept when the rule is off.
    pub coverage_ok: Option<bool>,
    /// Both halves.
    pub halves: [HalfResult; 2],
    /// Each half that is owed has its sessions inside the half.
    pub two_halves_ok: bool,
    /// Each half that is owed has its sessions, make-ups counted in.
    pub count_ok: bool,
}

impl MonthResult {
    /// All three parts kept (B-129).
    #[must_use]
    pub fn ok(&self) -> bool {
        self.ratio_ok != Some(false)
            && self.coverage_ok != Some(false)
            && self.two_halves_ok
            && self.count_ok
    }

    /// What is broken, one sentence each; empty when all is kept.
    #[must_use]
    pub fn breaches(&self) -> Vec<String> {
        let mut found = Vec::new();
        for half in self.halves.iter().filter(|half| !half.exempt) {
            let name = half.half.name();
            if !half.enough {
                found.push(format!("{name}没有完成训练。"));
            } else if !half.in_half {
                found.push(format!("{name}未在当期训练，已在下半月补训。"));
            }
            if half.on_time == Some(false) {
                found.push(format!("{name}迟报。"));
            }
        }
        for session in self.sessions.iter().filter(|session| !session.ratio_ok) {
            found.push(format!(
                "{}训练应训{}人，到训{}人，参训比例不足。",
                short_date(session.day),
                session.heads.base,
                session.heads.attended
            ));
        }
        if self.coverage_ok == Some(false) {
            let names: Vec<&str> = self
                .coverage
                .missing
                .iter()
                .map(|m| m.name.as_str())
                .collect();
            if let Some(names) = short_list(&names) {
                found.push(format!("全月未参训：{names}。"));
            }
        }
        found
    }
}

/// Computes the result of a month from its two halves.
#[must_use]
pub fn result(halves: &[HalfFacts; 2], params: &Params, counting: Counting) -> MonthResult {
    let mut sessions: Vec<SessionResult> = Vec::new();
    let mut covering: Vec<(Date, &[Attendee])> = Vec::new();
    for facts in halves.iter().filter(|facts| counting.counts(facts.state)) {
        for held in &facts.sessions {
            let found = heads(&held.rows, params.exempt_out_of_base);
            sessions.push(SessionResult {
                id: held.id,
                day: held.day,
                half: facts.window.half,
                makeup: facts.window.is_makeup(held.day),
                heads: found,
                ratio_ok: share_is_enough(found.attended, found.base, params.share),
            });
            covering.push((held.day, &held.rows));
        }
    }
    sessions.sort_by_key(|session| (session.day, session.id));
    let coverage = coverage(covering);
    let half = |facts: &HalfFacts| {
        let own: Vec<&SessionResult> = sessions
            .iter()
            .filter(|session| session.half == facts.window.half)
            .collect();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let inside = own
            .iter()
            .filter(|session| facts.window.in_half(session.day))
            .count();
        let makeups = own.iter().filter(|session| session.makeup).count();
        let made_good = if params.makeup_allowed { makeups } else { 0 };
        HalfResult {
            half: facts.window.half,
            exempt: facts.state == State::Exempt,
            sessions: count(own.len()),
            makeups: count(makeups),
            enough: count(inside + made_good) >= params.sessions_per_half,
            in_half: count(inside) >= params.sessions_per_half,
            on_time: facts.first_counted_at.map(|at| facts.window.on_time(at)),
        }
    };
    let halves = [half(&halves[0]), half(&halves[1])];
    let owed = || halves.iter().filter(|half| !half.exempt);
    let any = !sessions.is_empty();
    MonthResult {
        ratio_ok: any.then(|| sessions.iter().all(|session| session.ratio_ok)),
        coverage_ok: any.then(|| !params.full_coverage || coverage.is_full()),
        two_halves_ok: owed().all(|half| half.in_half),
        count_ok: owed().all(|half| half.enough),
        sessions,
        coverage,
        halves,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::session::tests::{params, person};
    use super::super::window::tests::window;
    use super::*;

    /// A half with sessions on the days given, everybody of `present` there and `absent` not.
    pub(crate) fn half(which: Half, state: State, sessions: &[(u32, &[i64], &[i64])]) -> HalfFacts {
        let window = window(11, which);
        HalfFacts {
            window,
            state,
            sessions: sessions
                .iter()
                .enumerate()
                .map(|(index, (day, present, absent))| Held {
                    id: i64::from(which.number()) * 10 + i64::try_from(index).unwrap(),
                    day: window.month.day(*day),
                    rows: present
                        .iter()
                        .map(|id| person(*id, true))
                        .chain(absent.iter().map(|id| person(*id, false)))
                        .collect(),
                })
                .collect(),
            first_counted_at: None,
        }
    }

    fn judged(first: HalfFacts, second: HalfFacts) -> MonthResult {
        result(&[first, second], &params(), Counting::Accepted)
    }

    const ALL: &[i64] = &[1, 2, 3, 4];

    #[test]
    fn a_month_by_the_notice_is_kept() {
        let month = judged(
            half(Half::First, State::Confirmed, &[(5, &[1, 2, 3], &[4])]),
            half(Half::Second, State::Confirmed, &[(20, &[1, 2, 4], &[3])]),
        );
        assert!(month.ok(), "{month:?}");
        assert_eq!(month.breaches(), Vec::<String>::new());
        assert_eq!((month.coverage.required, month.coverage.covered), (4, 4));
    }

    #[test]
    fn each_part_breaks_by_itself() {
        let good = || half(Half::First, State::Confirmed, &[(5, ALL, &[])]);
        let second =
            |state, sessions: &[(u32, &[i64], &[i64])]| half(Half::Second, state, sessions);
        // Share.
        let month = judged(good(), second(State::Confirmed, &[(20, &[1, 2], &[3, 4])]));
        assert_eq!(
            (month.ratio_ok, month.coverage_ok, month.two_halves_ok),
            (Some(false), Some(true), true)
        );
        assert_eq!(
            month.breaches(),
            ["11月20日（周三）训练应训4人，到训2人，参训比例不足。"]
        );
        // Coverage.
        let month = judged(
            half(Half::First, State::Confirmed, &[(5, &[1, 2, 3], &[4])]),
            second(State::Confirmed, &[(20, &[1, 2, 3], &[4])]),
        );
        assert_eq!(
            (month.ratio_ok, month.coverage_ok, month.two_halves_ok),
            (Some(true), Some(false), true)
        );
        assert_eq!(month.breaches(), ["全月未参训：队员4。"]);
        // Halves.
        let month = judged(good(), second(State::LockedMissed, &[(20, ALL, &[])]));
        assert_eq!((month.two_halves_ok, month.count_ok), (false, false));
        assert_eq!(month.breaches(), ["下半月没有完成训练。"]);
    }

    #[test]
    fn two_sessions_in_one_half_are_not_two_halves() {
        let month = judged(
            half(
                Half::First,
                State::Confirmed,
                &[(5, ALL, &[]), (12, ALL, &[])],
            ),
            half(Half::Second, State::LockedMissed, &[]),
        );
        assert!(!month.two_halves_ok && !month.count_ok);
    }

    #[test]
    fn a_make_up_repairs_the_count_and_the_breach_of_the_half_stays() {
        let made = || half(Half::First, State::Confirmed, &[(18, ALL, &[])]);
        let second = || half(Half::Second, State::Confirmed, &[(20, ALL, &[])]);
        let month = judged(made(), second());
        assert_eq!(
            (month.count_ok, month.two_halves_ok, month.ok()),
            (true, false, false)
        );
        assert_eq!(
            (
                month.halves[0].makeups,
                month.halves[0].enough,
                month.halves[0].in_half
            ),
            (1, true, false)
        );
        assert_eq!(month.breaches(), ["上半月未在当期训练，已在下半月补训。"]);
        let mut off = params();
        off.makeup_allowed = false;
        let month = result(&[made(), second()], &off, Counting::Accepted);
        assert!(!month.count_ok, "the switch turns make-ups off");
    }

    #[test]
    fn only_confirmed_halves_count_and_the_rest_only_as_expected() {
        let halves = [
            half(Half::First, State::Confirmed, &[(5, ALL, &[])]),
            half(Half::Second, State::Submitted, &[(20, ALL, &[])]),
        ];
        assert!(!result(&halves, &params(), Counting::Accepted).count_ok);
        assert!(result(&halves, &params(), Counting::Expected).ok());
        let lost = [
            halves[0].clone(),
            HalfFacts {
                state: State::RejectedFinal,
                ..halves[1].clone()
            },
        ];
        assert!(!result(&lost, &params(), Counting::Expected).count_ok);
    }

    #[test]
    fn an_exempt_half_is_not_owed_and_lateness_is_told() {
        let mut second = half(Half::Second, State::Confirmed, &[(20, ALL, &[])]);
        second.first_counted_at = Some(second.window.due_at.plus_micros(-1));
        let month = judged(half(Half::First, State::Exempt, &[]), second);
        assert!(month.ok());
        let mut late = half(Half::First, State::Confirmed, &[(5, ALL, &[])]);
        late.first_counted_at = Some(late.window.due_at);
        let month = judged(
            late,
            half(Half::Second, State::Confirmed, &[(20, ALL, &[])]),
        );
        assert_eq!(month.breaches(), ["上半月迟报。"]);
    }

    #[test]
    fn a_month_without_sessions_has_no_share_and_no_coverage() {
        let month = judged(
            half(Half::First, State::LockedMissed, &[]),
            half(Half::Second, State::LockedMissed, &[]),
        );
        assert_eq!(
            (month.ratio_ok, month.coverage_ok, month.ok()),
            (None, None, false)
        );
    }
}
