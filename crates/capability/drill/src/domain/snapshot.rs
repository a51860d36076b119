//! What was handed in, kept whole for every hand-in, and the exact difference between two of them.

use chengzhi_kernel::format_cn;
use serde::{Deserialize, Serialize};

use super::session::{Attendee, Session};

/// A film as part of a hand-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilmRef {
    /// SHA-256 of the content.
    pub hash: String,
    /// Name on the sender's disk.
    pub name: String,
}

/// One session at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SessionContent {
    /// Row of the session.
    pub id: i64,
    /// Session.
    pub session: Session,
    /// Attendance.
    pub attendance: Vec<Attendee>,
    /// Film.
    pub film: Option<FilmRef>,
}

/// The content of a record at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Content {
    /// Sessions in their order.
    pub sessions: Vec<SessionContent>,
}

impl Content {
    /// Whether a session shows the film with this hash.
    #[must_use]
    pub fn shows(&self, hash: &str) -> bool {
        self.sessions
            .iter()
            .filter_map(|session| session.film.as_ref())
            .any(|film| film.hash == hash)
    }
}

/// One difference, as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Field, `sessions[3].place`, `sessions[3].attendance:17`; the number is the session's row.
    pub field: String,
    /// Its name on pages.
    pub label: String,
    /// Before; empty when there was nothing.
    pub before: String,
    /// After; empty when there is nothing.
    pub after: String,
}

/// Everything that differs: session by session, field by field, then people, then the film. Empty
/// exactly when both are equal.
#[must_use]
pub fn diff(before: &Content, after: &Content) -> Vec<Change> {
    let mut changes = Vec::new();
    let find = |content: &Content, id: i64| content.sessions.iter().find(|s| s.id == id).cloned();
    for old in &before.sessions {
        match find(after, old.id) {
            Some(new) => session_changes(old, &new, &mut changes),
            None => changes.push(whole(old, title(old), "已删去".to_owned())),
        }
    }
    for new in &after.sessions {
        if find(before, new.id).is_none() {
            changes.push(whole(new, String::new(), format!("新增：{}", title(new))));
            session_changes(
                &SessionContent {
                    id: new.id,
                    ..SessionContent::default()
                },
                new,
                &mut changes,
            );
        }
    }
    changes
}

fn title(session: &SessionContent) -> String {
    session.session.held_on.map_or_else(
        || "未定日期的训练".to_owned(),
        |day| format!("{}训练", format_cn(day)),
    )
}

fn whole(session: &SessionContent, before: String, after: String) -> Change {
    Change {
        field: format!("sessions[{}]", session.id),
        label: "训练".to_owned(),
        before,
        after,
    }
}

fn session_changes(before: &SessionContent, after: &SessionContent, changes: &mut Vec<Change>) {
    let id = after.id;
    for (old, new) in fields(&before.session)
        .into_iter()
        .zip(fields(&after.session))
    {
        if old.2 != new.2 {
            changes.push(Change {
                field: format!("sessions[{id}].{}", old.0),
                label: old.1.to_owned(),
                before: old.2,
                after: new.2,
            });
        }
    }
    attendance_changes(before, after, changes);
    let (old, new) = (before.film.as_ref(), after.film.as_ref());
    if old.map(|film| &film.hash) != new.map(|film| &film.hash) {
        let name = |film: Option<&FilmRef>| film.map(|film| film.name.clone()).unwrap_or_default();
        changes.push(Change {
            field: format!("sessions[{id}].film"),
            label: "影像".to_owned(),
            before: name(old),
            after: match new {
                None => "已删去".to_owned(),
                Some(film) if old.is_some() => format!("已更换：{}", film.name),
                Some(film) => format!("新增：{}", film.name),
            },
        });
    } else if old != new {
        changes.push(Change {
            field: format!("sessions[{id}].film"),
            label: "影像名称".to_owned(),
            before: old.map(|film| film.name.clone()).unwrap_or_default(),
            after: new.map(|film| film.name.clone()).unwrap_or_default(),
        });
    }
}

fn fields(session: &Session) -> [(&'static str, &'static str, String); 9] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let number =
        |value: Option<u32>, unit: &str| value.map(|n| format!("{n}{unit}")).unwrap_or_default();
    [
        (
            "held_on",
            "训练日期",
            session.held_on.map(format_cn).unwrap_or_default(),
        ),
        ("start_time", "开始时间", text(&session.start_time)),
        ("minutes", "训练时长", number(session.minutes, "分钟")),
        ("place", "训练地点", text(&session.place)),
        ("instructor", "队列教官", text(&session.instructor)),
        ("subjects", "训练科目", text(&session.subjects)),
        ("rest_times", "休息次数", number(session.rest_times, "次")),
        (
            "rest_minutes",
            "休息时长",
            number(session.rest_minutes, "分钟"),
        ),
        ("notes", "备注", text(&session.notes)),
    ]
}

/// Everything a reader sees of one person's line.
fn shown(row: Option<&Attendee>) -> String {
    let Some(row) = row else {
        return "不在名单".to_owned();
    };
    let mut text = match (&row.absence_reason, row.present) {
        (_, true) => "参训".to_owned(),
        (None, false) => "缺训".to_owned(),
        (Some(reason), false) => format!("缺训（{reason}）"),
    };
    for (label, value) in [("免训", &row.exempt), ("在册状态", &row.away)] {
        if let Some(value) = value
            .as_ref()
            .filter(|v| row.absence_reason.as_ref() != Some(v))
        {
            text.push_str(&format!("〔{label}：{value}〕"));
        }
    }
    text
}

fn attendance_changes(before: &SessionContent, after: &SessionContent, changes: &mut Vec<Change>) {
    let mut push = |person: &Attendee, old: Option<&Attendee>, new: Option<&Attendee>| {
        if old == new {
            return;
        }
        let (mut was, mut is) = (shown(old), shown(new));
        if was == is {
            // Same mark; the register says something else of the person now.
            let of = |row: Option<&Attendee>| {
                row.map(|row| {
                    let status = [&row.exempt, &row.away].map(|v| v.clone().unwrap_or_default());
                    format!(
                        "{} {} {} {}",
                        row.staff_no,
                        row.name,
                        row.post_name,
                        status.concat()
                    )
                    .trim_end()
                    .to_owned()
                })
                .unwrap_or_default()
            };
            (was, is) = (of(old), of(new));
        }
        changes.push(Change {
            field: format!("sessions[{}].attendance:{}", after.id, person.person_id),
            label: format!("参训：{}", person.name),
            before: was,
            after: is,
        });
    };
    for old in &before.attendance {
        let new = after
            .attendance
            .iter()
            .find(|row| row.person_id == old.person_id);
        push(old, Some(old), new);
    }
    for new in &after.attendance {
        if !before
            .attendance
            .iter()
            .any(|row| row.person_id == new.person_id)
        {
            push(new, None, Some(new));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::session::tests::{exempt, person};
    use super::*;
    use chengzhi_kernel::Date;

    fn content() -> Content {
        let mut absent = person(2, false);
        absent.absence_reason = Some("执勤".to_owned());
        Content {
            sessions: vec![SessionContent {
                id: 7,
                session: Session {
                    held_on: Date::from_ymd_opt(2024, 11, 5),
                    minutes: Some(20),
                    place: Some("操场".to_owned()),
                    rest_times: Some(0),
                    ..Session::default()
                },
                attendance: vec![person(1, true), absent],
                film: Some(FilmRef {
                    hash: "a".to_owned(),
                    name: "训练.mp4".to_owned(),
                }),
            }],
        }
    }

    #[test]
    fn equal_contents_have_no_difference() {
        assert_eq!(diff(&content(), &content()), []);
    }

    #[test]
    fn the_golden_pair() {
        let before = content();
        let mut after = content();
        let first = &mut after.sessions[0];
        first.session.minutes = Some(25);
        first.session.rest_times = Some(1);
        first.attendance[1].present = true;
        first.attendance[1].absence_reason = None;
        first.attendance.remove(0);
        first.attendance.push(Attendee {
            absence_reason: Some("大病".to_owned()),
            ..exempt(3)
        });
        first.film = Some(FilmRef {
            hash: "b".to_owned(),
            name: "重拍.mp4".to_owned(),
        });
        after.sessions.push(SessionContent {
            id: 8,
            session: Session {
                held_on: Date::from_ymd_opt(2024, 11, 18),
                ..Session::default()
            },
            ..SessionContent::default()
        });
        let shown: Vec<String> = diff(&before, &after)
            .iter()
            .map(|c| format!("{}|{}|{}|{}", c.field, c.label, c.before, c.after))
            .collect();
        assert_eq!(
            shown,
            [
                "sessions[7].minutes|训练时长|20分钟|25分钟",
                "sessions[7].rest_times|休息次数|0次|1次",
                "sessions[7].attendance:1|参训：队员1|参训|不在名单",
                "sessions[7].attendance:2|参训：队员2|缺训（执勤）|参训",
                "sessions[7].attendance:3|参训：队员3|不在名单|缺训（大病）",
                "sessions[7].film|影像|训练.mp4|已更换：重拍.mp4",
                "sessions[8]|训练||新增：2024年11月18日（周一）训练",
                "sessions[8].held_on|训练日期||2024年11月18日（周一）",
            ]
        );
    }

    #[test]
    fn a_change_of_any_single_value_shows() {
        type Edit = fn(&mut SessionContent);
        let edits: &[Edit] = &[
            |c| c.session.start_time = Some("10:00".to_owned()),
            |c| c.session.instructor = Some("x".to_owned()),
            |c| c.session.subjects = Some("x".to_owned()),
            |c| c.session.rest_minutes = Some(1),
            |c| c.session.notes = Some("x".to_owned()),
            |c| c.attendance[0].post_name = "队员".to_owned(),
            |c| c.attendance[0].exempt = Some("大病".to_owned()),
            |c| c.attendance[1].away = Some("执勤".to_owned()),
            |c| c.attendance[1].absence_reason = None,
            |c| c.film = None,
        ];
        for (index, edit) in edits.iter().enumerate() {
            let mut after = content();
            edit(&mut after.sessions[0]);
            assert_eq!(diff(&content(), &after).len(), 1, "edit {index}");
        }
        let gone = Content::default();
        assert_eq!(diff(&content(), &gone).len(), 1);
    }

    #[test]
    fn a_snapshot_reads_back() {
        let text = serde_json::to_string(&content()).unwrap();
        assert_eq!(serde_json::from_str::<Content>(&text).unwrap(), content());
    }
}
