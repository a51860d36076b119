//! What an open month still needs (还差): sessions, hand-ins, people, and who should come next.

use chengzhi_kernel::{Date, Timestamp};

use super::coverage::{Missing, coverage};
use super::half::Half;
use super::month::{HalfFacts, Held};
use super::session::{Attendee, Params, heads};
use super::state::State;
use super::verdict::{least_attendees, share_is_enough};
use super::{short_date, short_list};

/// One thing still needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// `session`, `makeup`, `hand_in`, `returned`, `ratio`, `cover`.
    pub kind: &'static str,
    /// Half it belongs to; none for the month.
    pub half: Option<Half>,
    /// First instant too late.
    pub by: Timestamp,
    /// The sentence.
    pub text: String,
    /// How many sessions or people.
    pub count: u32,
}

/// The next session as it should be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextSession {
    /// Half whose record it belongs to.
    pub half: Half,
    /// Earliest day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Make-up for the first half.
    pub makeup: bool,
    /// People on the present roster who count in the base.
    pub base: u32,
    /// Least number that must attend.
    pub least: u32,
    /// Who must come: nobody has seen them in any session of this month.
    pub must: Vec<Missing>,
}

/// What an open month still needs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// Most urgent first.
    pub needs: Vec<Need>,
    /// The next session to plan, if one is needed.
    pub next: Option<NextSession>,
    /// People of the month nobody has seen in a session held or planned.
    pub missing: Vec<Missing>,
}

/// Computes it. `roster` is the roster of today without marks; sessions of a day to come are plans
/// and their marks say who is to attend.
#[must_use]
pub fn needs(
    halves: &[HalfFacts; 2],
    params: &Params,
    roster: &[Attendee],
    now: Timestamp,
) -> Needs {
    let today = now.date();
    let mut found = Needs::default();
    for facts in halves {
        let window = &facts.window;
        if facts.state == State::Exempt || window.locked(now) || facts.state.is_settled() {
            continue;
        }
        let lacking = lacking(facts, params, today);
        if let Some((count, makeup)) = lacking {
            found.needs.push(session_need(facts, count, makeup, now));
            if found.next.is_none() {
                found.next = Some(next_session(facts, makeup, params, roster, today));
            }
        }
        if facts.state.is_open_to_unit() {
            found
                .needs
                .extend(hand_in_need(facts, lacking.is_none(), now));
            for held in &facts.sessions {
                found.needs.extend(ratio_need(facts, held, params, now));
            }
        }
    }
    let open = halves.iter().any(|facts| {
        facts.state.is_open_to_unit() && !facts.window.locked(now) && facts.state != State::Exempt
    });
    if params.full_coverage && open {
        let mut sessions: Vec<(Date, &[Attendee])> = halves
            .iter()
            .filter(|facts| !matches!(facts.state, State::LockedMissed | State::RejectedFinal))
            .flat_map(|facts| facts.sessions.iter())
            .map(|held| (held.day, held.rows.as_slice()))
            .collect();
        // The people of a session that is still to be planned are those of today's roster.
        if found.next.is_some() {
            sessions.push((today, roster));
        }
        found.missing = coverage(sessions).missing;
        found.needs.extend(cover_need(&found.missing, halves));
        if let Some(next) = &mut found.next {
            next.must.clone_from(&found.missing);
        }
    }
    found.needs.sort_by_key(|need| (need.by, need.half));
    found
}

/// How many sessions a half still lacks, and whether only a make-up can help.
fn lacking(facts: &HalfFacts, params: &Params, today: Date) -> Option<(u32, bool)> {
    let window = &facts.window;
    let count = |keep: &dyn Fn(Date) -> bool| {
        let n = facts.sessions.iter().filter(|held| keep(held.day)).count();
        u32::try_from(n).unwrap_or(u32::MAX)
    };
    let inside = count(&|day| window.in_half(day));
    let needed = params.sessions_per_half.saturating_sub(inside);
    if needed == 0 {
        return None;
    }
    if today <= window.half.last_day(window.month, window.first_half_end) {
        return Some((needed, false));
    }
    let made = count(&|day| window.is_makeup(day));
    let needed = needed.saturating_sub(made);
    (params.makeup_allowed && needed > 0).then_some((needed, true))
}

fn session_need(facts: &HalfFacts, count: u32, makeup: bool, now: Timestamp) -> Need {
    let window = &facts.window;
    let name = window.half.name();
    if makeup {
        return Need {
            kind: "makeup",
            half: Some(window.half),
            by: window.lock_at,
            text: format!(
                "{name}未训练，{}前补训{count}次并上报。",
                last_day(window.lock_at)
            ),
            count,
        };
    }
    let days = window
        .due_day()
        .signed_duration_since(now.date())
        .num_days();
    let urgent = if days == 0 {
        "今天是最后一天，"
    } else {
        ""
    };
    Need {
        kind: "session",
        half: Some(window.half),
        by: window.due_at,
        text: format!(
            "{urgent}{}前{name}还差{count}次训练。",
            short_date(window.due_day())
        ),
        count,
    }
}

fn next_session(
    facts: &HalfFacts,
    makeup: bool,
    params: &Params,
    roster: &[Attendee],
    today: Date,
) -> NextSession {
    let window = &facts.window;
    let first = window.half.first_day(window.month, window.first_half_end);
    let base = heads(roster, params.exempt_out_of_base).base;
    NextSession {
        half: window.half,
        from: first.max(today),
        until: if makeup {
            window.month.last_day()
        } else {
            window.half.last_day(window.month, window.first_half_end)
        },
        makeup,
        base,
        least: least_attendees(base, params.share),
        must: Vec::new(),
    }
}

fn hand_in_need(facts: &HalfFacts, complete: bool, now: Timestamp) -> Option<Need> {
    let window = &facts.window;
    let name = window.half.name();
    if facts.state == State::Returned {
        return Some(Need {
            kind: "returned",
            half: Some(window.half),
            by: window.lock_at,
            text: format!(
                "{name}已退回，{}前补正并重新提交。",
                last_day(window.lock_at)
            ),
            count: 1,
        });
    }
    // Nothing to hand in before a session was held.
    let held = facts.sessions.iter().any(|held| held.day <= now.date());
    if !complete || !held {
        return None;
    }
    let (by, text) = if window.on_time(now) {
        let day = short_date(window.due_day());
        (window.due_at, format!("{name}训练尚未提交，{day}前提交。"))
    } else {
        let day = last_day(window.lock_at);
        (
            window.lock_at,
            format!("{name}训练已过上报期限，{day}锁定前仍可提交，记为迟报。"),
        )
    };
    Some(Need {
        kind: "hand_in",
        half: Some(window.half),
        by,
        text,
        count: 1,
    })
}

fn ratio_need(facts: &HalfFacts, held: &Held, params: &Params, now: Timestamp) -> Option<Need> {
    let found = heads(&held.rows, params.exempt_out_of_base);
    if share_is_enough(found.attended, found.base, params.share) {
        return None;
    }
    let least = least_attendees(found.base, params.share);
    let count = least.saturating_sub(found.attended);
    let word = if held.day > now.date() {
        "计划"
    } else {
        "训练"
    };
    Some(Need {
        kind: "ratio",
        half: Some(facts.window.half),
        by: facts.window.due_at,
        text: format!(
            "{}{word}还差{count}人（应训{}人，至少{least}人）。",
            short_date(held.day),
            found.base
        ),
        count,
    })
}

fn cover_need(missing: &[Missing], halves: &[HalfFacts; 2]) -> Option<Need> {
    let names: Vec<&str> = missing.iter().map(|person| person.name.as_str()).collect();
    let listed = short_list(&names)?;
    let by = halves[1].window.due_at;
    Some(Need {
        kind: "cover",
        half: None,
        by,
        text: format!("{}前还差{}人参训：{listed}。", last_day(by), names.len()),
        count: u32::try_from(names.len()).unwrap_or(u32::MAX),
    })
}

fn last_day(bound: Timestamp) -> String {
    short_date(bound.plus_micros(-1).date())
}

#[cfg(test)]
mod tests {
    use super::super::month::tests::half;
    use super::super::session::tests::{exempt, params, person};
    use super::*;

    fn at(day: u32) -> Timestamp {
        Timestamp::at(Date::from_ymd_opt(2024, 11, day).unwrap(), 9, 0)
    }

    fn roster() -> Vec<Attendee> {
        vec![
            person(1, false),
            person(2, false),
            person(3, false),
            person(4, false),
        ]
    }

    fn texts(halves: &[HalfFacts; 2], day: u32) -> Vec<String> {
        let found = needs(halves, &params(), &roster(), at(day));
        found.needs.into_iter().map(|need| need.text).collect()
    }

    #[test]
    fn an_empty_month_needs_both_halves_and_everybody() {
        let halves = [
            half(Half::First, State::NotStarted, &[]),
            half(Half::Second, State::NotStarted, &[]),
        ];
        assert_eq!(
            texts(&halves, 4),
            [
                "11月15日（周五）前上半月还差1次训练。",
                "11月30日（周六）前还差4人参训：队员1、队员2、队员3等4人。",
                "11月30日（周六）前下半月还差1次训练。",
            ]
        );
        let found = needs(&halves, &params(), &roster(), at(4));
        let next = found.next.unwrap();
        assert_eq!(
            (next.half, next.base, next.least, next.must.len()),
            (Half::First, 4, 3, 4)
        );
        assert!(texts(&halves, 15)[0].starts_with("今天是最后一天"));
    }

    #[test]
    fn after_the_first_session_the_second_must_bring_the_others() {
        let halves = [
            half(Half::First, State::Confirmed, &[(5, &[1, 2, 3], &[4])]),
            half(Half::Second, State::NotStarted, &[]),
        ];
        assert_eq!(
            texts(&halves, 18),
            [
                "11月30日（周六）前还差1人参训：队员4。",
                "11月30日（周六）前下半月还差1次训练。",
            ]
        );
        let next = needs(&halves, &params(), &roster(), at(18)).next.unwrap();
        assert_eq!(
            next.must
                .iter()
                .map(|m| m.name.as_str())
                .collect::<Vec<_>>(),
            ["队员4"]
        );
        assert_eq!((next.from, next.until), (at(18).date(), at(30).date()));
    }

    #[test]
    fn a_plan_that_brings_everybody_leaves_nothing_but_itself() {
        let halves = [
            half(Half::First, State::Confirmed, &[(5, &[1, 2, 3], &[4])]),
            half(Half::Second, State::Draft, &[(22, &[1, 2, 4], &[3])]),
        ];
        assert_eq!(texts(&halves, 18), Vec::<String>::new());
        assert_eq!(
            texts(&halves, 22),
            ["下半月训练尚未提交，11月30日（周六）前提交。"]
        );
        let weak = [
            halves[0].clone(),
            half(Half::Second, State::Draft, &[(22, &[4], &[1, 2, 3])]),
        ];
        assert_eq!(
            texts(&weak, 18),
            ["11月22日（周五）计划还差2人（应训4人，至少3人）。"]
        );
    }

    #[test]
    fn a_missed_first_half_asks_for_a_make_up() {
        let halves = [
            half(Half::First, State::NotStarted, &[]),
            half(Half::Second, State::Draft, &[(20, &[1, 2, 3, 4], &[])]),
        ];
        let found = texts(&halves, 18);
        assert_eq!(found, ["上半月未训练，11月30日（周六）前补训1次并上报。"]);
        assert!(
            needs(&halves, &params(), &roster(), at(18))
                .next
                .unwrap()
                .makeup
        );
        let mut off = params();
        off.makeup_allowed = false;
        assert!(needs(&halves, &off, &roster(), at(18)).needs.is_empty());
    }

    #[test]
    fn who_joined_after_both_sessions_is_not_missing() {
        let halves = [
            half(Half::First, State::Confirmed, &[(5, &[1, 2, 3], &[])]),
            half(Half::Second, State::Draft, &[(17, &[1, 2, 3], &[])]),
        ];
        assert_eq!(
            texts(&halves, 18),
            ["下半月训练尚未提交，11月30日（周六）前提交。"]
        );
    }

    #[test]
    fn the_exempt_are_neither_missing_nor_in_the_base() {
        let halves = [
            half(Half::First, State::NotStarted, &[]),
            half(Half::Second, State::NotStarted, &[]),
        ];
        let roster = [person(1, false), exempt(2)];
        let found = needs(&halves, &params(), &roster, at(4));
        assert_eq!(found.missing.len(), 1);
        assert_eq!(found.next.unwrap().base, 1);
    }

    #[test]
    fn nothing_is_needed_of_a_locked_or_returned_and_mended_month() {
        let halves = [
            half(Half::First, State::LockedMissed, &[]),
            half(Half::Second, State::LockedMissed, &[]),
        ];
        let lock = halves[0].window.lock_at;
        assert_eq!(needs(&halves, &params(), &roster(), lock), Needs::default());
        let returned = [
            half(Half::First, State::Returned, &[(5, &[1, 2, 3, 4], &[])]),
            half(Half::Second, State::Submitted, &[(20, &[1, 2, 3, 4], &[])]),
        ];
        assert_eq!(
            texts(&returned, 22),
            ["上半月已退回，11月30日（周六）前补正并重新提交。"]
        );
    }
}
