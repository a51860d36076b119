//! What is still missing before a hand-in is complete. Rules that are broken do not block: they are
//! told, and the reviewer decides.

use chengzhi_kernel::{Date, Timestamp, format_cn};

use super::Deny;
use super::film::FilmFacts;
use super::session::{Attendee, Params, Session};
use super::short_list;
use super::window::HalfWindow;

/// A session with what belongs to it.
#[derive(Debug, Clone)]
pub struct Whole<'a> {
    /// Session.
    pub session: &'a Session,
    /// Attendance.
    pub attendance: &'a [Attendee],
    /// Film, if one is attached.
    pub film: Option<&'a FilmFacts>,
}

/// One thing to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    /// Field of the form, `sessions[0].place`.
    pub field: String,
    /// What is missing and what to do.
    pub message: String,
}

/// All that keeps a record from being handed in at `now`; empty when complete.
#[must_use]
pub fn blockers(
    sessions: &[Whole<'_>],
    window: &HalfWindow,
    params: &Params,
    now: Timestamp,
) -> Vec<Blocker> {
    let mut found = Vec::new();
    if sessions.is_empty() {
        found.push(Blocker {
            field: "sessions".to_owned(),
            message: format!("还没有填写{}的训练。", window.half.name()),
        });
    }
    for (index, whole) in sessions.iter().enumerate() {
        let mut add = |field: &str, message: String| {
            found.push(Blocker {
                field: format!("sessions[{index}].{field}"),
                message,
            });
        };
        day(whole.session, window, params, now, &mut add);
        fields(whole.session, &mut add);
        attendance(whole.attendance, &mut add);
        if whole.film.is_none() {
            add("film", "请上传本次训练的全程影像。".to_owned());
        }
    }
    found
}

fn outside(day: Date, window: &HalfWindow) -> String {
    format!(
        "训练日期{}不在{}{}内，请核对。",
        format_cn(day),
        window.month.label_cn(),
        window.half.name()
    )
}

/// Refuses a day outside the month: not even a draft of the half may hold it.
///
/// # Errors
/// [`Deny`] with the day and the half.
pub fn check_month(day: Option<Date>, window: &HalfWindow) -> Result<(), Deny> {
    match day.filter(|day| !window.month.contains(*day)) {
        Some(day) => Err(Deny::new("drill.held_on", outside(day, window))),
        None => Ok(()),
    }
}

fn day(
    session: &Session,
    window: &HalfWindow,
    params: &Params,
    now: Timestamp,
    add: &mut impl FnMut(&str, String),
) {
    let Some(day) = session.held_on else {
        add("held_on", "请填写训练日期。".to_owned());
        return;
    };
    let made_up = window.is_makeup(day);
    if !window.in_half(day) && !made_up {
        add("held_on", outside(day, window));
    } else if made_up && !params.makeup_allowed {
        add(
            "held_on",
            "现行规则不允许在下半月补训，请核对训练日期。".to_owned(),
        );
    } else if Timestamp::start_of_day(day) > now {
        add(
            "held_on",
            format!("训练日期{}还没有到，训练结束后再提交。", format_cn(day)),
        );
    } else if let Some(end) = session.ends_at().filter(|end| *end > now) {
        add(
            "start_time",
            format!("训练到{}才结束，结束后再提交。", end.format_cn()),
        );
    }
}

fn fields(session: &Session, add: &mut impl FnMut(&str, String)) {
    for (field, missing, label) in [
        ("start_time", session.start_time.is_none(), "开始时间"),
        ("minutes", session.minutes.is_none(), "训练时长"),
        ("place", session.place.is_none(), "训练地点"),
        ("instructor", session.instructor.is_none(), "队列教官"),
        ("subjects", session.subjects.is_none(), "训练科目"),
        (
            "rest_times",
            session.rest_times.is_none(),
            "休息次数，没有休息填0",
        ),
    ] {
        if missing {
            add(field, format!("请填写{label}。"));
        }
    }
    if session.rest_times.is_some_and(|times| times > 0) && session.rest_minutes.unwrap_or(0) == 0 {
        add("rest_minutes", "请填写休息的分钟数。".to_owned());
    }
}

fn attendance(rows: &[Attendee], add: &mut impl FnMut(&str, String)) {
    if !rows.iter().any(|row| row.present) {
        add("attendance", "还没有登记参训人员。".to_owned());
        return;
    }
    let unexplained: Vec<&str> = rows
        .iter()
        .filter(|row| !row.present && row.absence_reason.is_none())
        .map(|row| row.name.as_str())
        .collect();
    if let Some(names) = short_list(&unexplained) {
        add("attendance", format!("请注明{names}的缺训原因。"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::film::CheckState;
    use super::super::half::Half;
    use super::super::session::tests::{params, person};
    use super::super::window::tests::window;
    use super::*;

    fn complete() -> (Session, Vec<Attendee>) {
        let session = Session {
            held_on: Date::from_ymd_opt(2024, 11, 5),
            start_time: Some("09:00".to_owned()),
            minutes: Some(25),
            place: Some("操场".to_owned()),
            instructor: Some("王教官".to_owned()),
            subjects: Some("停止间转法".to_owned()),
            rest_times: Some(0),
            rest_minutes: None,
            notes: None,
        };
        (session, vec![person(1, true)])
    }

    fn found(half: Half, session: &Session, rows: &[Attendee], film: bool) -> Vec<String> {
        let facts = FilmFacts {
            state: CheckState::Waiting,
            duration_ms: None,
            marks: Vec::new(),
        };
        let whole = Whole {
            session,
            attendance: rows,
            film: film.then_some(&facts),
        };
        let now = Timestamp::at(Date::from_ymd_opt(2024, 11, 20).unwrap(), 9, 0);
        blockers(&[whole], &window(11, half), &params(), now)
            .into_iter()
            .map(|b| b.field.replace("sessions[0].", ""))
            .collect()
    }

    #[test]
    fn a_complete_record_has_none_and_an_empty_one_names_every_field() {
        let (session, rows) = complete();
        assert_eq!(
            found(Half::First, &session, &rows, true),
            Vec::<String>::new()
        );
        assert_eq!(
            found(Half::First, &Session::default(), &[], false),
            [
                "held_on",
                "start_time",
                "minutes",
                "place",
                "instructor",
                "subjects",
                "rest_times",
                "attendance",
                "film"
            ]
        );
        let now = Timestamp::at(Date::from_ymd_opt(2024, 11, 20).unwrap(), 9, 0);
        assert_eq!(
            blockers(&[], &window(11, Half::First), &params(), now)[0].field,
            "sessions"
        );
    }

    #[test]
    fn each_lack_blocks_by_itself() {
        type Change = fn(&mut Session, &mut Vec<Attendee>);
        let day = |d: u32| Date::from_ymd_opt(2024, 11, d);
        let cases: &[(&str, Change)] = &[
            ("held_on", |s, _| {
                s.held_on = Date::from_ymd_opt(2024, 10, 31)
            }),
            ("held_on", |s, _| {
                s.held_on = Date::from_ymd_opt(2024, 11, 21)
            }),
            ("rest_minutes", |s, _| s.rest_times = Some(1)),
            ("attendance", |_, rows| rows.push(person(2, false))),
            ("attendance", |_, rows| rows.clear()),
            ("instructor", |s, _| s.instructor = None),
        ];
        for (field, change) in cases {
            let (mut session, mut rows) = complete();
            change(&mut session, &mut rows);
            assert_eq!(found(Half::First, &session, &rows, true), [*field]);
        }
        let (mut running, rows) = complete();
        running.held_on = day(20);
        assert_eq!(found(Half::Second, &running, &rows, true), ["start_time"]);
    }

    #[test]
    fn a_make_up_is_taken_and_a_second_half_session_of_the_first_half_is_not() {
        let (mut session, rows) = complete();
        assert_eq!(found(Half::Second, &session, &rows, true), ["held_on"]);
        session.held_on = Date::from_ymd_opt(2024, 11, 18);
        assert_eq!(
            found(Half::First, &session, &rows, true),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_broken_rule_does_not_block() {
        let (mut session, mut rows) = complete();
        session.minutes = Some(10);
        session.rest_times = Some(3);
        session.rest_minutes = Some(5);
        let mut absent = person(2, false);
        absent.absence_reason = Some("事假".to_owned());
        rows.push(absent);
        assert_eq!(
            found(Half::First, &session, &rows, true),
            Vec::<String>::new()
        );
    }
}
