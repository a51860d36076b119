//! What a squad records of one drill, and who attended by the roster of that day.

use chengzhi_kernel::text::tidy;
use chengzhi_kernel::{Date, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

use super::Deny;

/// Parameters of the notice that sessions and months are held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// Sessions in each half (B-44).
    pub sessions_per_half: u32,
    /// Last day number of the first half (B-44).
    pub first_half_end: u32,
    /// Least length of a session, minutes (B-44).
    pub min_minutes: u32,
    /// Share that must attend, numerator and denominator (B-45).
    pub share: (u32, u32),
    /// Whether the exempt shrink the base of the share (B-45).
    pub exempt_out_of_base: bool,
    /// Whether the sessions of a month together cover everybody (B-46).
    pub full_coverage: bool,
    /// Kinds of exemption (B-47).
    pub exempt_kinds: Vec<String>,
    /// Most rests in a session (B-48).
    pub rest_times: u32,
    /// Most minutes of rest (B-48).
    pub rest_minutes: u32,
    /// Whether the rest counts as drill (B-48).
    pub rest_inside: bool,
    /// Least length of the film, minutes (B-49).
    pub video_minutes: u32,
    /// Seconds by which a film may be shorter without a word (B-49).
    pub film_tolerance_seconds: u32,
    /// Whether the first half may be made good in the second (B-52).
    pub makeup_allowed: bool,
    /// Whether only people on the establishment are on the roster (B-12).
    pub established_only: bool,
}

/// Most sessions in one half: keeps records readable.
pub const MOST_SESSIONS: usize = 8;

/// A session as recorded so far; a draft may lack anything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Session {
    /// Day. A day to come makes it a plan.
    pub held_on: Option<Date>,
    /// Begin, `09:30`.
    pub start_time: Option<String>,
    /// Length, minutes, the rest included.
    pub minutes: Option<u32>,
    /// Place.
    pub place: Option<String>,
    /// Drill instructor (队列教官) who led it.
    pub instructor: Option<String>,
    /// Subjects (立正、稍息 …).
    pub subjects: Option<String>,
    /// Number of rests.
    pub rest_times: Option<u32>,
    /// Minutes of all rests.
    pub rest_minutes: Option<u32>,
    /// Anything else.
    pub notes: Option<String>,
}

impl Session {
    /// Trims texts, makes empty ones missing, and brings the begin into the form `09:30`.
    ///
    /// # Errors
    /// The field and a [`Deny`] for a text too long, a length or begin that cannot be.
    pub fn tidy(mut self) -> Result<Self, (&'static str, Deny)> {
        for (field, label, limit, value) in [
            ("place", "训练地点", 100, &mut self.place),
            ("instructor", "队列教官", 60, &mut self.instructor),
            ("subjects", "训练科目", 500, &mut self.subjects),
            ("notes", "备注", 2_000, &mut self.notes),
        ] {
            tidy_text(value);
            let length = value.as_deref().map_or(0, |text| text.chars().count());
            if length > limit {
                return Err((
                    field,
                    Deny::new(
                        "drill.too_long",
                        format!("{label}现有{length}个字，最多{limit}个字，请精简。"),
                    ),
                ));
            }
        }
        tidy_text(&mut self.start_time);
        if let Some(text) = &self.start_time {
            let minute = minute_of_day(text).ok_or_else(|| {
                (
                    "start_time",
                    Deny::new("drill.start_time", "开始时间请写成09:30的样子。"),
                )
            })?;
            self.start_time = Some(format!("{:02}:{:02}", minute / 60, minute % 60));
        }
        if self.minutes.is_some_and(|minutes| minutes > 600) {
            return Err((
                "minutes",
                Deny::new("drill.minutes", "训练时长以分钟计，一次不超过600分钟。"),
            ));
        }
        let rest = self.rest_minutes.unwrap_or(0);
        if self.rest_times.is_some_and(|times| times > 20)
            || rest > 600
            || self.minutes.is_some_and(|minutes| rest > minutes)
        {
            return Err((
                "rest_minutes",
                Deny::new(
                    "drill.rest",
                    "休息时长不能超过训练时长，休息次数请如实填写。",
                ),
            ));
        }
        Ok(self)
    }

    /// When it ended, if day, begin and length are known.
    #[must_use]
    pub fn ends_at(&self) -> Option<Timestamp> {
        let begin = minute_of_day(self.start_time.as_deref()?)?;
        Some(Timestamp::at(self.held_on?, 0, begin + self.minutes?))
    }
}

fn tidy_text(value: &mut Option<String>) {
    *value = value
        .take()
        .map(|text| tidy(&text))
        .filter(|text| !text.is_empty());
}

/// Minutes since 00:00 of `9:30` or `09:30`, with an ASCII or full-width colon.
fn minute_of_day(text: &str) -> Option<u32> {
    let text = text.replace('：', ":");
    let (hour, minute) = text.split_once(':')?;
    let plain = |part: &str, most: u32| -> Option<u32> {
        let digits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse().ok().filter(|value| digits && *value <= most)
    };
    Some(plain(hour, 23)? * 60 + plain(minute, 59)?)
}

/// One person on the roster of the session's day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendee {
    /// Person.
    pub person_id: PersonId,
    /// Staff number on that day.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Post on that day.
    pub post_name: String,
    /// Why he is not at post by his status, if so (产假, 借出 …).
    pub away: Option<String>,
    /// Kind of the exemption that covers the day, if one does (B-47).
    pub exempt: Option<String>,
    /// Attended; of a day to come: is to attend.
    pub present: bool,
    /// Why not.
    pub absence_reason: Option<String>,
}

impl Attendee {
    /// Whether he must appear on this day: at post and not exempt (B-46). Ordinary leave is neither.
    #[must_use]
    pub fn owes(&self) -> bool {
        self.away.is_none() && self.exempt.is_none()
    }

    /// Whether he counts in the base of the share (B-45): at post, and not exempt unless the exempt
    /// stay in it; whoever came counts on both sides.
    #[must_use]
    pub fn in_base(&self, exempt_out_of_base: bool) -> bool {
        self.present || (self.away.is_none() && !(exempt_out_of_base && self.exempt.is_some()))
    }
}

/// A mark as sent by the squad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Person.
    pub person_id: PersonId,
    /// Attended, or is to attend.
    pub present: bool,
    /// Why not.
    pub absence_reason: Option<String>,
}

/// Heads of one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Heads {
    /// Present.
    pub attended: u32,
    /// Base of the share.
    pub base: u32,
    /// Exempt that day.
    pub exempt: u32,
    /// Away by status and not present.
    pub away: u32,
}

/// Counts the heads of a session.
#[must_use]
pub fn heads(rows: &[Attendee], exempt_out_of_base: bool) -> Heads {
    let mut found = Heads::default();
    for row in rows {
        found.attended += u32::from(row.present);
        found.base += u32::from(row.in_base(exempt_out_of_base));
        found.exempt += u32::from(row.exempt.is_some());
        found.away += u32::from(row.away.is_some() && !row.present);
    }
    found
}

/// Attendance after the roster was read again: who joined it and who is no longer on it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Synced {
    /// The roster of the day with the marks kept.
    pub rows: Vec<Attendee>,
    /// Names that are new on the list.
    pub joined: Vec<String>,
    /// Names that were dropped with their marks.
    pub left: Vec<String>,
}

/// Puts marks on the roster of a day. New marks go before stored ones; who is away or exempt and
/// unmarked gets that as reason; whoever else has no mark is absent without a reason.
///
/// # Errors
/// [`Deny`] when a mark is for somebody who is neither on the roster nor on the stored list.
pub fn sync(roster: Vec<Attendee>, stored: &[Attendee], marks: &[Mark]) -> Result<Synced, Deny> {
    let on = |rows: &[Attendee], id: PersonId| rows.iter().any(|row| row.person_id == id);
    if marks
        .iter()
        .any(|mark| !on(&roster, mark.person_id) && !on(stored, mark.person_id))
    {
        return Err(Deny::new(
            "drill.roster",
            "名单中有不属于训练当日名册的人员，请刷新名册后再保存。",
        ));
    }
    let joined = if stored.is_empty() {
        Vec::new()
    } else {
        roster
            .iter()
            .filter(|row| !on(stored, row.person_id))
            .map(|row| row.name.clone())
            .collect()
    };
    let left = stored
        .iter()
        .filter(|old| !on(&roster, old.person_id))
        .map(|old| old.name.clone())
        .collect();
    let rows = roster
        .into_iter()
        .map(|mut row| {
            let id = row.person_id;
            let mark = marks.iter().find(|mark| mark.person_id == id);
            let old = stored.iter().find(|old| old.person_id == id);
            (row.present, row.absence_reason) = match (mark, old) {
                (Some(mark), _) => (mark.present, mark.absence_reason.clone()),
                (None, Some(old)) => (old.present, old.absence_reason.clone()),
                (None, None) => (false, None),
            };
            tidy_text(&mut row.absence_reason);
            if row.present {
                row.absence_reason = None;
            } else if row.absence_reason.is_none() {
                row.absence_reason = row.away.clone().or_else(|| row.exempt.clone());
            }
            row
        })
        .collect();
    Ok(Synced { rows, joined, left })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The notice's numbers.
    pub(crate) fn params() -> Params {
        Params {
            sessions_per_half: 1,
            first_half_end: 15,
            min_minutes: 20,
            share: (7, 10),
            exempt_out_of_base: true,
            full_coverage: true,
            exempt_kinds: vec!["大病".to_owned(), "不适合训练".to_owned()],
            rest_times: 1,
            rest_minutes: 3,
            rest_inside: true,
            video_minutes: 20,
            film_tolerance_seconds: 1,
            makeup_allowed: true,
            established_only: true,
        }
    }

    /// A person of a roster, present or not.
    pub(crate) fn person(id: i64, present: bool) -> Attendee {
        Attendee {
            person_id: PersonId::from(id),
            staff_no: format!("31{id:05}"),
            name: format!("队员{id}"),
            post_name: String::new(),
            away: None,
            exempt: None,
            present,
            absence_reason: None,
        }
    }

    /// The same, exempt.
    pub(crate) fn exempt(id: i64) -> Attendee {
        Attendee {
            exempt: Some("大病".to_owned()),
            ..person(id, false)
        }
    }

    /// The same, away by status.
    pub(crate) fn away(id: i64) -> Attendee {
        Attendee {
            away: Some("产假".to_owned()),
            ..person(id, false)
        }
    }

    fn mark(id: i64, present: bool, reason: Option<&str>) -> Mark {
        Mark {
            person_id: PersonId::from(id),
            present,
            absence_reason: reason.map(str::to_owned),
        }
    }

    #[test]
    fn heads_count_the_base_with_and_without_the_exempt() {
        let rows = [person(1, true), person(2, false), exempt(3), away(4)];
        let out = heads(&rows, true);
        assert_eq!((out.attended, out.base, out.exempt, out.away), (1, 2, 1, 1));
        assert_eq!(heads(&rows, false).base, 3);
        let came = [
            Attendee {
                present: true,
                ..exempt(3)
            },
            Attendee {
                present: true,
                ..away(4)
            },
        ];
        assert_eq!(
            heads(&came, true).base,
            2,
            "whoever came counts on both sides"
        );
    }

    #[test]
    fn marks_stay_when_the_day_changes_and_changes_of_the_roster_are_told() {
        let first = sync(
            vec![person(1, false), person(2, false)],
            &[],
            &[mark(1, true, None), mark(2, false, Some(" 执勤 "))],
        )
        .unwrap();
        let second = sync(vec![person(2, false), exempt(3)], &first.rows, &[]).unwrap();
        assert_eq!(second.joined, ["队员3"]);
        assert_eq!(second.left, ["队员1"]);
        assert_eq!(second.rows[0].absence_reason.as_deref(), Some("执勤"));
        assert_eq!(second.rows[1].absence_reason.as_deref(), Some("大病"));
    }

    #[test]
    fn a_stranger_is_refused_and_a_leaver_is_not() {
        let stored = vec![person(1, false)];
        let roster = vec![person(2, false)];
        assert!(sync(roster.clone(), &stored, &[mark(1, true, None)]).is_ok());
        let refused = sync(roster, &stored, &[mark(9, true, None)]).unwrap_err();
        assert_eq!(refused.code, "drill.roster");
    }

    #[test]
    fn texts_are_trimmed_and_impossible_values_are_refused() {
        let session = Session {
            place: Some("  中队操场　".to_owned()),
            instructor: Some("   ".to_owned()),
            start_time: Some("9：05".to_owned()),
            minutes: Some(25),
            held_on: Date::from_ymd_opt(2024, 11, 5),
            ..Session::default()
        }
        .tidy()
        .unwrap();
        assert_eq!(session.place.as_deref(), Some("中队操场"));
        assert_eq!(session.instructor, None);
        assert_eq!(session.start_time.as_deref(), Some("09:05"));
        let end = Timestamp::at(Date::from_ymd_opt(2024, 11, 5).unwrap(), 9, 30);
        assert_eq!(session.ends_at(), Some(end));
        let bad = |session: Session| session.tidy().unwrap_err().0;
        for text in ["25:00", "9", "09:60", "早上", "+9:00"] {
            let start_time = Some(text.to_owned());
            assert_eq!(
                bad(Session {
                    start_time,
                    ..Session::default()
                }),
                "start_time"
            );
        }
        let rest = Session {
            minutes: Some(20),
            rest_minutes: Some(21),
            ..Session::default()
        };
        assert_eq!(bad(rest), "rest_minutes");
        let long = Session {
            place: Some("地".repeat(101)),
            ..Session::default()
        };
        assert_eq!(bad(long), "place");
    }
}
