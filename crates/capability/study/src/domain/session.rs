//! What a unit records of its session, and who attended.

use chengzhi_kernel::text::tidy;
use chengzhi_kernel::{Date, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

use super::Deny;

/// Parameters of the rules that a record is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Params {
    /// Least length of one session, minutes (B-36).
    pub min_minutes: u32,
    /// Least number of photos (B-37).
    pub min_photos: u32,
    /// Most photos.
    pub max_photos: u32,
    /// Most bytes of a photo.
    pub photo_max_bytes: usize,
    /// Whether a session that was not filmed as a whole is refused (B-29).
    pub film_required: bool,
    /// Whether only people on the establishment are on the study roster (B-12).
    pub established_only: bool,
    /// Whether sections study monthly too (B-13).
    pub sections_included: bool,
    /// Whether the district may make up a month (B-41).
    pub makeup_allowed: bool,
}

/// The session as recorded so far; a draft may lack anything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Session {
    /// Day.
    pub held_on: Option<Date>,
    /// Begin, `09:30`.
    pub start_time: Option<String>,
    /// Length of the one session, minutes.
    pub minutes: Option<u32>,
    /// Place.
    pub place: Option<String>,
    /// Speaker.
    pub speaker: Option<String>,
    /// Topic.
    pub topic: Option<String>,
    /// What was studied.
    pub content: Option<String>,
    /// Whether the whole session was filmed (B-29).
    pub filmed: Option<bool>,
    /// Where the film is kept.
    pub film_place: Option<String>,
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
            ("place", "学习地点", 100, &mut self.place),
            ("speaker", "主讲人", 100, &mut self.speaker),
            ("topic", "学习主题", 200, &mut self.topic),
            ("content", "学习内容", 5_000, &mut self.content),
            ("film_place", "摄像存放地点", 200, &mut self.film_place),
            ("notes", "备注", 2_000, &mut self.notes),
        ] {
            tidy_text(value);
            let length = value.as_deref().map_or(0, |text| text.chars().count());
            if length > limit {
                return Err((
                    field,
                    Deny::new(
                        "study.too_long",
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
                    Deny::new("study.start_time", "开始时间请写成09:30的样子。"),
                )
            })?;
            self.start_time = Some(format!("{:02}:{:02}", minute / 60, minute % 60));
        }
        if self.minutes.is_some_and(|minutes| minutes > 600) {
            return Err((
                "minutes",
                Deny::new("study.minutes", "学习时长以分钟计，一次不超过600分钟。"),
            ));
        }
        Ok(self)
    }

    /// When it began and ended, if day, begin and length are known.
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

/// Minutes since 00:00 of `9:30`, `09:30`, `09:30:00`.
fn minute_of_day(text: &str) -> Option<u32> {
    let mut parts = text
        .replace('：', ":")
        .split(':')
        .map(str::to_owned)
        .collect::<Vec<_>>()
        .into_iter();
    let (hour, minute) = (parts.next()?, parts.next()?);
    let plain = |part: &str, most: u32| -> Option<u32> {
        let digits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse().ok().filter(|value| digits && *value <= most)
    };
    if let Some(second) = parts.next() {
        plain(&second, 59)?;
    }
    parts.next().is_none().then_some(())?;
    Some(plain(&hour, 23)? * 60 + plain(&minute, 59)?)
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
    /// Why he is away by his status, if he is (长病假 …).
    pub away: Option<String>,
    /// Attended.
    pub present: bool,
    /// Why not.
    pub absence_reason: Option<String>,
}

impl Attendee {
    /// Whether the person counts among those expected: at post, or there all the same.
    #[must_use]
    pub fn expected(&self) -> bool {
        self.away.is_none() || self.present
    }
}

/// A mark as sent by the unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Person.
    pub person_id: PersonId,
    /// Attended.
    pub present: bool,
    /// Why not.
    pub absence_reason: Option<String>,
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

/// Puts marks on the roster of a day. New marks go before stored ones; who is away by status and
/// unmarked gets that as reason; whoever else has no mark is absent without a reason.
///
/// # Errors
/// [`Deny`] when a mark is for somebody who is neither on the roster nor on the stored list.
pub fn sync(roster: Vec<Attendee>, stored: &[Attendee], marks: &[Mark]) -> Result<Synced, Deny> {
    let unknown = marks.iter().any(|mark| {
        let id = mark.person_id;
        !roster.iter().any(|row| row.person_id == id)
            && !stored.iter().any(|row| row.person_id == id)
    });
    if unknown {
        return Err(Deny::new(
            "study.roster",
            "名单中有不属于学习当日名册的人员，请刷新名册后再保存。",
        ));
    }
    let joined = if stored.is_empty() {
        Vec::new()
    } else {
        roster
            .iter()
            .filter(|row| !stored.iter().any(|old| old.person_id == row.person_id))
            .map(|row| row.name.clone())
            .collect()
    };
    let left = stored
        .iter()
        .filter(|old| !roster.iter().any(|row| row.person_id == old.person_id))
        .map(|old| old.name.clone())
        .collect();
    let rows = roster
        .into_iter()
        .map(|mut row| {
            let id = row.person_id;
            let mark = marks
                .iter()
                .find(|mark| mark.person_id == id)
                .map(|mark| (mark.present, mark.absence_reason.clone()))
                .or_else(|| {
                    stored
                        .iter()
                        .find(|old| old.person_id == id)
                        .map(|old| (old.present, old.absence_reason.clone()))
                });
            (row.present, row.absence_reason) = mark.unwrap_or((false, None));
            tidy_text(&mut row.absence_reason);
            if row.present {
                row.absence_reason = None;
            } else if row.absence_reason.is_none() {
                row.absence_reason.clone_from(&row.away);
            }
            row
        })
        .collect();
    Ok(Synced { rows, joined, left })
}

/// How many attended and how many were expected.
#[must_use]
pub fn head_count(rows: &[Attendee]) -> (u32, u32) {
    let count = |keep: fn(&&Attendee) -> bool| {
        u32::try_from(rows.iter().filter(keep).count()).unwrap_or(u32::MAX)
    };
    (count(|row| row.present), count(|row| row.expected()))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A person of a roster.
    pub(crate) fn person(id: i64, name: &str, away: Option<&str>) -> Attendee {
        Attendee {
            person_id: PersonId::from(id),
            staff_no: format!("31{id:05}"),
            name: name.to_owned(),
            post_name: String::new(),
            away: away.map(str::to_owned),
            present: false,
            absence_reason: None,
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
    fn marks_stay_when_the_day_changes_and_changes_of_the_roster_are_told() {
        let first = sync(
            vec![person(1, "王一", None), person(2, "李二", None)],
            &[],
            &[mark(1, true, None), mark(2, false, Some(" 出差 "))],
        )
        .unwrap();
        assert_eq!((first.joined.len(), first.left.len()), (0, 0));
        let second = sync(
            vec![person(2, "李二", None), person(3, "张三", None)],
            &first.rows,
            &[],
        )
        .unwrap();
        assert_eq!(second.joined, ["张三"]);
        assert_eq!(second.left, ["王一"]);
        assert_eq!(second.rows[0].absence_reason.as_deref(), Some("出差"));
        assert!(!second.rows[1].present && second.rows[1].absence_reason.is_none());
    }

    #[test]
    fn a_stranger_is_refused_and_a_leaver_is_not() {
        let stored = vec![person(1, "王一", None)];
        let roster = vec![person(2, "李二", None)];
        assert!(sync(roster.clone(), &stored, &[mark(1, true, None)]).is_ok());
        assert_eq!(
            sync(roster, &stored, &[mark(9, true, None)])
                .unwrap_err()
                .code,
            "study.roster"
        );
    }

    #[test]
    fn people_away_are_not_expected_unless_they_came() {
        let rows = sync(
            vec![
                person(1, "王一", None),
                person(2, "李二", Some("长病假")),
                person(3, "张三", Some("产假")),
            ],
            &[],
            &[mark(1, true, None), mark(3, true, Some("随便"))],
        )
        .unwrap()
        .rows;
        assert_eq!(rows[1].absence_reason.as_deref(), Some("长病假"));
        assert_eq!(rows[2].absence_reason, None);
        assert_eq!(head_count(&rows), (2, 2));
    }

    #[test]
    fn texts_are_trimmed_and_times_are_read() {
        let session = Session {
            place: Some("  三楼会议室　".to_owned()),
            speaker: Some("   ".to_owned()),
            start_time: Some("9:05".to_owned()),
            minutes: Some(45),
            held_on: Date::from_ymd_opt(2024, 11, 5),
            ..Session::default()
        }
        .tidy()
        .unwrap();
        assert_eq!(session.place.as_deref(), Some("三楼会议室"));
        assert_eq!(session.speaker, None);
        assert_eq!(session.start_time.as_deref(), Some("09:05"));
        assert_eq!(
            session.ends_at(),
            Some(Timestamp::at(
                Date::from_ymd_opt(2024, 11, 5).unwrap(),
                9,
                50
            ))
        );
        for bad in ["25:00", "9", "09:60", "早上", "+9:00", "9:00:00:00"] {
            let session = Session {
                start_time: Some(bad.to_owned()),
                ..Session::default()
            };
            assert_eq!(session.tidy().unwrap_err().0, "start_time", "{bad}");
        }
        let long = Session {
            place: Some("地".repeat(101)),
            ..Session::default()
        };
        assert_eq!(long.tidy().unwrap_err().0, "place");
    }
}
