//! What was handed in, kept whole for every hand-in, and the exact difference between two of them.

use serde::{Deserialize, Serialize};

use chengzhi_kernel::format_cn;

use super::session::{Attendee, Session};

/// A photo as part of a hand-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoRef {
    /// SHA-256 of the content.
    pub hash: String,
    /// Name on the sender's disk.
    pub name: String,
}

/// The content of a record at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Content {
    /// Session.
    pub session: Session,
    /// Attendance.
    pub attendance: Vec<Attendee>,
    /// Photos.
    pub photos: Vec<PhotoRef>,
}

/// One difference, as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Field, `place`, `attendance:17`, `photos`.
    pub field: String,
    /// Its name on pages.
    pub label: String,
    /// Before; empty when there was nothing.
    pub before: String,
    /// After; empty when there is nothing.
    pub after: String,
}

/// Everything that differs, field by field in the order of the form, then people, then photos.
/// Empty exactly when both are equal.
#[must_use]
pub fn diff(before: &Content, after: &Content) -> Vec<Change> {
    let mut changes: Vec<Change> = fields(&before.session)
        .into_iter()
        .zip(fields(&after.session))
        .filter(|(old, new)| old.2 != new.2)
        .map(|(old, new)| Change {
            field: old.0.to_owned(),
            label: old.1.to_owned(),
            before: old.2,
            after: new.2,
        })
        .collect();
    attendance_changes(&before.attendance, &after.attendance, &mut changes);
    photo_changes(&before.photos, &after.photos, &mut changes);
    changes
}

fn fields(session: &Session) -> [(&'static str, &'static str, String); 10] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        (
            "held_on",
            "学习日期",
            session.held_on.map(format_cn).unwrap_or_default(),
        ),
        ("start_time", "开始时间", text(&session.start_time)),
        (
            "minutes",
            "学习时长",
            session
                .minutes
                .map(|minutes| format!("{minutes}分钟"))
                .unwrap_or_default(),
        ),
        ("place", "学习地点", text(&session.place)),
        ("speaker", "主讲人", text(&session.speaker)),
        ("topic", "学习主题", text(&session.topic)),
        ("content", "学习内容", text(&session.content)),
        (
            "filmed",
            "全程摄像",
            match session.filmed {
                None => String::new(),
                Some(true) => "是".to_owned(),
                Some(false) => "否".to_owned(),
            },
        ),
        ("film_place", "摄像存放地点", text(&session.film_place)),
        ("notes", "备注", text(&session.notes)),
    ]
}

fn attendance_changes(before: &[Attendee], after: &[Attendee], changes: &mut Vec<Change>) {
    let shown = |row: Option<&Attendee>| match row {
        None => "不在名单".to_owned(),
        Some(row) => {
            let mark = match (&row.absence_reason, row.present) {
                (_, true) => "参加".to_owned(),
                (None, false) => "缺席".to_owned(),
                (Some(reason), false) => format!("缺席（{reason}）"),
            };
            match &row.away {
                Some(away) if row.absence_reason.as_ref() != Some(away) => {
                    format!("{mark}〔在册状态：{away}〕")
                }
                _ => mark,
            }
        }
    };
    let mut push = |person: &Attendee, old: Option<&Attendee>, new: Option<&Attendee>| {
        let (mut before, mut after) = (shown(old), shown(new));
        if before == after {
            let (Some(old), Some(new)) = (old, new) else {
                return;
            };
            if old == new {
                return;
            }
            // Same mark, other data of the person (post, number, name corrected meanwhile).
            let of = |row: &Attendee| format!("{} {} {}", row.staff_no, row.name, row.post_name);
            (before, after) = (of(old), of(new));
            if before == after {
                (before, after) = (
                    old.away.clone().unwrap_or_default(),
                    new.away.clone().unwrap_or_default(),
                );
            }
        }
        changes.push(Change {
            field: format!("attendance:{}", person.person_id),
            label: format!("出勤：{}", person.name),
            before,
            after,
        });
    };
    for old in before {
        let new = after.iter().find(|row| row.person_id == old.person_id);
        push(old, Some(old), new);
    }
    for new in after {
        if !before.iter().any(|row| row.person_id == new.person_id) {
            push(new, None, Some(new));
        }
    }
}

fn photo_changes(before: &[PhotoRef], after: &[PhotoRef], changes: &mut Vec<Change>) {
    let gone = before
        .iter()
        .filter(|old| !after.iter().any(|new| new.hash == old.hash))
        .map(|old| (old, true));
    let added = after
        .iter()
        .filter(|new| !before.iter().any(|old| old.hash == new.hash))
        .map(|new| (new, false));
    for (photo, removed) in gone.chain(added) {
        let (before, after) = if removed {
            (photo.name.clone(), "已删去".to_owned())
        } else {
            (String::new(), format!("新增：{}", photo.name))
        };
        changes.push(Change {
            field: format!("photo:{}", photo.hash),
            label: "照片".to_owned(),
            before,
            after,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::session::tests::person;
    use super::*;
    use chengzhi_kernel::Date;

    fn content() -> Content {
        let mut first = person(1, "王一", None);
        first.present = true;
        let mut second = person(2, "李二", None);
        second.absence_reason = Some("出差".to_owned());
        Content {
            session: Session {
                held_on: Date::from_ymd_opt(2024, 11, 5),
                minutes: Some(40),
                place: Some("会议室".to_owned()),
                filmed: Some(false),
                ..Session::default()
            },
            attendance: vec![first, second],
            photos: vec![PhotoRef {
                hash: "a".to_owned(),
                name: "会场.jpg".to_owned(),
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
        after.session.minutes = Some(45);
        after.session.speaker = Some("张所".to_owned());
        after.session.filmed = Some(true);
        after.attendance[1].present = true;
        after.attendance[1].absence_reason = None;
        after.attendance.remove(0);
        after.attendance.push(person(3, "赵三", Some("长病假")));
        after.photos[0] = PhotoRef {
            hash: "b".to_owned(),
            name: "全景.jpg".to_owned(),
        };
        let shown: Vec<String> = diff(&before, &after)
            .iter()
            .map(|c| format!("{}|{}|{}|{}", c.field, c.label, c.before, c.after))
            .collect();
        assert_eq!(
            shown,
            [
                "minutes|学习时长|40分钟|45分钟",
                "speaker|主讲人||张所",
                "filmed|全程摄像|否|是",
                "attendance:1|出勤：王一|参加|不在名单",
                "attendance:2|出勤：李二|缺席（出差）|参加",
                "attendance:3|出勤：赵三|不在名单|缺席〔在册状态：长病假〕",
                "photo:a|照片|会场.jpg|已删去",
                "photo:b|照片||新增：全景.jpg",
            ]
        );
    }

    #[test]
    fn a_change_of_any_single_value_shows() {
        type Edit = fn(&mut Content);
        let edits: &[Edit] = &[
            |c| c.session.start_time = Some("10:00".to_owned()),
            |c| c.session.topic = Some("x".to_owned()),
            |c| c.session.content = Some("x".to_owned()),
            |c| c.session.film_place = Some("x".to_owned()),
            |c| c.session.notes = Some("x".to_owned()),
            |c| c.attendance[0].post_name = "队员".to_owned(),
            |c| c.attendance[0].away = Some("产假".to_owned()),
            |c| c.attendance[1].absence_reason = Some("病假".to_owned()),
            |c| c.photos.clear(),
        ];
        for (index, edit) in edits.iter().enumerate() {
            let mut after = content();
            edit(&mut after);
            assert_eq!(diff(&content(), &after).len(), 1, "edit {index}");
        }
    }

    #[test]
    fn a_snapshot_reads_back() {
        let text = serde_json::to_string(&content()).unwrap();
        assert_eq!(serde_json::from_str::<Content>(&text).unwrap(), content());
    }
}
