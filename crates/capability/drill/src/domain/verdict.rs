//! What can be said of one session by arithmetic: each clause of the notice with a verdict and a
//! sentence. What only eyes can judge stays open for the reviewer.

use super::film::{CheckState, FilmFacts};
use super::session::{Attendee, Params, Session, heads};

/// A clause that the reviewer answers for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// Length of drill and film (B-44, B-49).
    Length,
    /// One take (B-49).
    Continuous,
    /// One angle (B-49).
    Angle,
    /// Share that attended (B-45).
    Attendance,
    /// Rest (B-48).
    Rest,
    /// Drill by the regulation (B-53).
    Norm,
}

impl Item {
    /// All, in the order of the check list.
    pub const ALL: [Item; 6] = [
        Item::Length,
        Item::Continuous,
        Item::Angle,
        Item::Attendance,
        Item::Rest,
        Item::Norm,
    ];

    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Item::Length => "length",
            Item::Continuous => "continuous",
            Item::Angle => "angle",
            Item::Attendance => "attendance",
            Item::Rest => "rest",
            Item::Norm => "norm",
        }
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Item::Length => "时长",
            Item::Continuous => "连续摄像",
            Item::Angle => "同一角度",
            Item::Attendance => "参训比例",
            Item::Rest => "休息",
            Item::Norm => "训练规范",
        }
    }

    /// True for what only eyes can judge; the others are computed from what was entered and measured.
    #[must_use]
    pub const fn is_seen(self) -> bool {
        matches!(self, Item::Continuous | Item::Angle | Item::Norm)
    }

    /// Reads [`Item::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Item::ALL.into_iter().find(|item| item.code() == code)
    }
}

/// A clause judged for one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Clause.
    pub item: Item,
    /// Kept or broken; none when only the reviewer can say.
    pub ok: Option<bool>,
    /// The sentence.
    pub text: String,
}

/// Kinds of marks that speak against one continuous take.
const BROKEN: &[&str] = &["cut", "still", "frozen", "black", "timestamp_jump", "speed"];
/// Kinds of marks that speak against one angle.
const TURNED: &[&str] = &["moved", "zoomed", "swapped"];

/// Whether `attended` of `base` are enough: `attended × d ≥ base × n`, without rounding (B-45).
#[must_use]
pub fn share_is_enough(attended: u32, base: u32, share: (u32, u32)) -> bool {
    u64::from(attended) * u64::from(share.1) >= u64::from(base) * u64::from(share.0)
}

/// The least number of attendees that is enough.
#[must_use]
pub fn least_attendees(base: u32, share: (u32, u32)) -> u32 {
    let whole = u64::from(share.1).max(1);
    let needed = (u64::from(base) * u64::from(share.0)).div_ceil(whole);
    u32::try_from(needed).unwrap_or(u32::MAX)
}

/// Minutes that count as drill (B-48).
#[must_use]
pub fn drill_minutes(session: &Session, params: &Params) -> Option<u32> {
    let rest = if params.rest_inside {
        0
    } else {
        session.rest_minutes.unwrap_or(0)
    };
    session.minutes.map(|minutes| minutes.saturating_sub(rest))
}

/// `20分35秒`, `40秒`; parts of a second are dropped.
#[must_use]
pub fn length_cn(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    match (seconds / 60, seconds % 60) {
        (0, s) => format!("{s}秒"),
        (m, 0) => format!("{m}分钟"),
        (m, s) => format!("{m}分{s}秒"),
    }
}

/// By how much a film falls short of the rule, milliseconds; none when it is long enough within the
/// tolerance of the rules, or not measured.
#[must_use]
pub fn film_lacks_ms(film: &FilmFacts, params: &Params) -> Option<i64> {
    let least = i64::from(params.video_minutes) * 60_000;
    let duration = film.duration_ms?;
    let tolerance = i64::from(params.film_tolerance_seconds) * 1_000;
    (duration + tolerance < least).then_some(least - duration)
}

/// All six clauses for one session, in the order of [`Item::ALL`].
#[must_use]
pub fn judge(
    session: &Session,
    rows: &[Attendee],
    film: Option<&FilmFacts>,
    params: &Params,
) -> Vec<Verdict> {
    vec![
        length(session, film, params),
        by_marks(Item::Continuous, film, BROKEN, "中断、静止或变速"),
        by_marks(Item::Angle, film, TURNED, "移动、变焦或换机位"),
        attendance(rows, params),
        rest(session, params),
        Verdict {
            item: Item::Norm,
            ok: None,
            text: "按队列规定核看动作和队形。".to_owned(),
        },
    ]
}

fn length(session: &Session, film: Option<&FilmFacts>, params: &Params) -> Verdict {
    let (mut ok, mut text) = match drill_minutes(session, params) {
        None => (None, "未填写训练时长".to_owned()),
        Some(minutes) if minutes < params.min_minutes => (
            Some(false),
            format!("训练{minutes}分钟，应不少于{}分钟", params.min_minutes),
        ),
        Some(minutes) => (Some(true), format!("训练{minutes}分钟")),
    };
    match film.and_then(|film| Some((film, film.duration_ms?))) {
        Some((film, duration)) => {
            text.push_str(&format!("；影像{}", length_cn(duration)));
            if let Some(lacks) = film_lacks_ms(film, params) {
                ok = Some(false);
                // Told in whole seconds, rounded up: a film one frame short is not "0秒" short.
                let lacks = (lacks + 999) / 1_000 * 1_000;
                text.push_str(&format!("，还差{}", length_cn(lacks)));
            }
        }
        None => {
            text.push_str("；影像时长待核验");
            // Length is computed, never typed: what was typed can only break the rule.
            if film.is_some() && ok == Some(true) {
                ok = None;
            }
        }
    }
    text.push('。');
    Verdict {
        item: Item::Length,
        ok,
        text,
    }
}

fn by_marks(item: Item, film: Option<&FilmFacts>, kinds: &[&str], what: &str) -> Verdict {
    let text = match film {
        None => "没有影像，无法核看。".to_owned(),
        Some(film) => match (film.state, film.count(kinds)) {
            (CheckState::Done, 0) => format!("预审未发现{what}，请抽看。"),
            (_, 0) => format!("{}，请核看影像。", film.state.name()),
            (_, count) => format!("预审标注{what}{count}处，请逐处核看。"),
        },
    };
    Verdict {
        item,
        ok: None,
        text,
    }
}

fn attendance(rows: &[Attendee], params: &Params) -> Verdict {
    let found = heads(rows, params.exempt_out_of_base);
    let least = least_attendees(found.base, params.share);
    let ok = share_is_enough(found.attended, found.base, params.share);
    let mut text = format!("应训{}人，到训{}人", found.base, found.attended);
    if !ok {
        text.push_str(&format!(
            "，至少{least}人，还差{}人",
            least.saturating_sub(found.attended)
        ));
    }
    text.push('。');
    Verdict {
        item: Item::Attendance,
        ok: Some(ok),
        text,
    }
}

fn rest(session: &Session, params: &Params) -> Verdict {
    if session.rest_times.is_none() {
        return Verdict {
            item: Item::Rest,
            ok: None,
            text: "休息情况尚未填写。".to_owned(),
        };
    }
    let (times, minutes) = (
        session.rest_times.unwrap_or(0),
        session.rest_minutes.unwrap_or(0),
    );
    let text = match (times, minutes) {
        (0, 0) => "没有休息。".to_owned(),
        _ => format!("休息{times}次共{minutes}分钟。"),
    };
    let ok = times <= params.rest_times && minutes <= params.rest_minutes;
    let text = if ok {
        text
    } else {
        format!(
            "{text}规定至多{}次，不超过{}分钟。",
            params.rest_times, params.rest_minutes
        )
    };
    Verdict {
        item: Item::Rest,
        ok: Some(ok),
        text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::film::Severity;
    use super::super::session::tests::{away, exempt, params, person};
    use super::*;

    #[test]
    fn a_rest_nobody_wrote_down_is_not_called_kept() {
        let unwritten = rest(&Session::default(), &params());
        assert_eq!(
            (unwritten.ok, unwritten.text.as_str()),
            (None, "休息情况尚未填写。")
        );
        let none = Session {
            rest_times: Some(0),
            ..Session::default()
        };
        assert_eq!(rest(&none, &params()).ok, Some(true));
    }

    fn crew(present: i64, absent: i64) -> Vec<Attendee> {
        (1..=present + absent)
            .map(|id| person(id, id <= present))
            .collect()
    }

    fn film(duration_ms: i64) -> FilmFacts {
        FilmFacts {
            state: CheckState::Done,
            duration_ms: Some(duration_ms),
            marks: Vec::new(),
        }
    }

    fn session(minutes: u32, rests: (u32, u32)) -> Session {
        Session {
            minutes: Some(minutes),
            rest_times: Some(rests.0),
            rest_minutes: Some(rests.1),
            ..Session::default()
        }
    }

    fn of(item: Item, verdicts: &[Verdict]) -> (Option<bool>, &str) {
        let found = verdicts.iter().find(|v| v.item == item).unwrap();
        (found.ok, found.text.as_str())
    }

    #[test]
    fn the_share_is_tested_in_integers() {
        // attendees, base, enough
        for (attended, base, enough) in [
            (7, 10, true),
            (6, 10, false),
            (7, 11, false),
            (8, 11, true),
            (2, 3, false),
            (3, 3, true),
            (14, 20, true),
            (13, 19, false),
            (1, 1, true),
            (0, 1, false),
            (0, 0, true),
        ] {
            assert_eq!(
                share_is_enough(attended, base, (7, 10)),
                enough,
                "{attended}/{base}"
            );
        }
        assert_eq!(least_attendees(11, (7, 10)), 8);
        assert_eq!(least_attendees(10, (7, 10)), 7);
    }

    proptest! {
        #[test]
        fn the_least_number_is_the_first_that_is_enough(base in 0u32..5_000, n in 0u32..=20, d in 1u32..=20) {
            prop_assume!(n <= d);
            let least = least_attendees(base, (n, d));
            prop_assert!(share_is_enough(least, base, (n, d)));
            prop_assert!(least == 0 || !share_is_enough(least - 1, base, (n, d)));
            prop_assert!(least <= base);
        }
    }

    #[test]
    fn the_exempt_leave_the_base_unless_switched_in() {
        let mut rows = crew(7, 3);
        rows.extend([exempt(21), exempt(22), away(23)]);
        assert_eq!(
            of(
                Item::Attendance,
                &judge(&session(20, (0, 0)), &rows, None, &params())
            )
            .0,
            Some(true)
        );
        let mut inside = params();
        inside.exempt_out_of_base = false;
        let verdicts = judge(&session(20, (0, 0)), &rows, None, &inside);
        assert_eq!(
            of(Item::Attendance, &verdicts),
            (Some(false), "应训12人，到训7人，至少9人，还差2人。")
        );
    }

    #[test]
    fn length_is_of_the_session_and_of_the_film() {
        let judged = |minutes, ms: Option<i64>, params: &Params| {
            let film = ms.map(film);
            let verdicts = judge(
                &session(minutes, (1, 3)),
                &crew(1, 0),
                film.as_ref(),
                params,
            );
            let (ok, text) = of(Item::Length, &verdicts);
            (ok, text.to_owned())
        };
        let p = params();
        assert_eq!(
            judged(20, Some(1_200_000), &p),
            (Some(true), "训练20分钟；影像20分钟。".to_owned())
        );
        assert_eq!(judged(19, Some(1_200_000), &p).0, Some(false));
        assert_eq!(
            judged(20, Some(1_160_000), &p),
            (
                Some(false),
                "训练20分钟；影像19分20秒，还差40秒。".to_owned()
            )
        );
        assert_eq!(
            judged(20, Some(1_199_000), &p).0,
            Some(true),
            "within the tolerance"
        );
        assert_eq!(judged(20, Some(1_198_999), &p).0, Some(false));
        assert_eq!(
            judged(20, None, &p),
            (Some(true), "训练20分钟；影像时长待核验。".to_owned())
        );
        let mut net = params();
        net.rest_inside = false;
        assert_eq!(
            judged(22, Some(1_320_000), &net).0,
            Some(false),
            "19 minutes net of rest"
        );
        assert_eq!(judged(23, Some(1_380_000), &net).0, Some(true));
    }

    #[test]
    fn the_tolerance_is_the_rules() {
        for (tolerance, ms, lacks) in [
            (0, 1_199_999, Some(1)),
            (0, 1_200_000, None),
            (1, 1_199_000, None),
            (1, 1_198_999, Some(1_001)),
            (30, 1_170_000, None),
            (30, 1_169_999, Some(30_001)),
        ] {
            let mut rules = params();
            rules.film_tolerance_seconds = tolerance;
            let found = film(ms);
            assert_eq!(
                film_lacks_ms(&found, &rules),
                lacks,
                "{tolerance} s, {ms} ms"
            );
            let verdicts = judge(&session(20, (0, 0)), &crew(1, 0), Some(&found), &rules);
            assert_eq!(of(Item::Length, &verdicts).0, Some(lacks.is_none()));
        }
    }

    #[test]
    fn minutes_that_were_typed_never_make_a_film_long_enough() {
        for state in [
            CheckState::Waiting,
            CheckState::Running,
            CheckState::Unverified,
        ] {
            let unknown = FilmFacts {
                state,
                duration_ms: None,
                marks: Vec::new(),
            };
            for (minutes, ok) in [(25, None), (19, Some(false))] {
                let verdicts = judge(
                    &session(minutes, (0, 0)),
                    &crew(1, 0),
                    Some(&unknown),
                    &params(),
                );
                let (found, text) = of(Item::Length, &verdicts);
                assert_eq!(found, ok, "{state:?}, {minutes} minutes");
                assert!(text.ends_with("；影像时长待核验。"), "{text}");
            }
        }
    }

    #[test]
    fn one_rest_of_three_minutes_is_the_most() {
        for (rests, ok) in [
            ((0, 0), true),
            ((1, 3), true),
            ((1, 4), false),
            ((2, 2), false),
        ] {
            let verdicts = judge(&session(25, rests), &crew(1, 0), None, &params());
            assert_eq!(of(Item::Rest, &verdicts).0, Some(ok), "{rests:?}");
        }
    }

    #[test]
    fn marks_point_but_never_decide() {
        let mut found = film(1_300_000);
        found.marks = vec![
            ("cut".to_owned(), Severity::Strong),
            ("moved".to_owned(), Severity::Info),
        ];
        let verdicts = judge(&session(20, (0, 0)), &crew(1, 0), Some(&found), &params());
        assert_eq!(
            of(Item::Continuous, &verdicts),
            (None, "预审标注中断、静止或变速1处，请逐处核看。")
        );
        assert_eq!(
            of(Item::Angle, &verdicts),
            (None, "预审未发现移动、变焦或换机位，请抽看。")
        );
        found.state = CheckState::Unverified;
        found.marks.clear();
        let verdicts = judge(&session(20, (0, 0)), &crew(1, 0), Some(&found), &params());
        assert_eq!(of(Item::Angle, &verdicts).1, "未能核验，请核看影像。");
    }
}
