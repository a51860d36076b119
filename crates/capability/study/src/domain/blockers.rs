//! What is still missing before a hand-in is complete (B-36, B-37, B-29): computed, never pressed.

use chengzhi_kernel::{Timestamp, format_cn};

use chengzhi_cycle::short_list;

use super::session::{Attendee, Params, Session};
use super::window::MonthWindow;

/// One thing to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    /// Field of the form.
    pub field: &'static str,
    /// What is missing and what to do.
    pub message: String,
}

/// All that keeps a record from being handed in at `now`; empty when complete. A missing task of
/// the city is no blocker (B-35).
#[must_use]
pub fn blockers(
    session: &Session,
    attendance: &[Attendee],
    photos: usize,
    window: &MonthWindow,
    params: &Params,
    now: Timestamp,
) -> Vec<Blocker> {
    let mut found = Vec::new();
    let mut add = |field: &'static str, message: String| found.push(Blocker { field, message });
    match session.held_on {
        None => add("held_on", "请填写学习日期。".to_owned()),
        Some(day) if !window.month.contains(day) => add(
            "held_on",
            format!(
                "学习日期{}不在{}内，请核对。",
                format_cn(day),
                window.month.label_cn()
            ),
        ),
        Some(day) if Timestamp::start_of_day(day) > now => add(
            "held_on",
            format!("学习日期{}还没有到，学习结束后再提交。", format_cn(day)),
        ),
        Some(_) => {
            if let Some(end) = session.ends_at().filter(|end| *end > now) {
                add(
                    "start_time",
                    format!("学习到{}才结束，结束后再提交。", end.format_cn()),
                );
            }
        }
    }
    if session.start_time.is_none() {
        add("start_time", "请填写开始时间。".to_owned());
    }
    match session.minutes {
        None => add("minutes", "请填写学习时长。".to_owned()),
        Some(minutes) if minutes < params.min_minutes => add(
            "minutes",
            format!(
                "时长{minutes}分钟，一次学习应不少于{}分钟；多次短的不能相加。",
                params.min_minutes
            ),
        ),
        Some(_) => {}
    }
    for (field, label, value) in [
        ("place", "学习地点", &session.place),
        ("speaker", "主讲人", &session.speaker),
        ("topic", "学习主题", &session.topic),
    ] {
        if value.is_none() {
            add(field, format!("请填写{label}。"));
        }
    }
    match (session.filmed, &session.film_place) {
        (None, _) => add("filmed", "请注明是否全程摄像。".to_owned()),
        (Some(true), None) => add("film_place", "请填写摄像存放地点。".to_owned()),
        (Some(false), _) if params.film_required => {
            add("filmed", "学习须全程摄像，未摄像的不能上报。".to_owned());
        }
        _ => {}
    }
    attendance_blockers(attendance, &mut add);
    if photos < params.min_photos as usize {
        add(
            "photos",
            format!(
                "照片{photos}张，至少{}张，请上传学习现场照片。",
                params.min_photos
            ),
        );
    } else if photos > params.max_photos as usize {
        add(
            "photos",
            format!(
                "照片{photos}张，最多{}张，请删去多余的。",
                params.max_photos
            ),
        );
    }
    found
}

fn attendance_blockers(attendance: &[Attendee], add: &mut impl FnMut(&'static str, String)) {
    if !attendance.iter().any(|row| row.present) {
        add("attendance", "还没有登记参加人员。".to_owned());
        return;
    }
    let unexplained: Vec<&str> = attendance
        .iter()
        .filter(|row| !row.present && row.absence_reason.is_none())
        .map(|row| row.name.as_str())
        .collect();
    if let Some(names) = short_list(&unexplained) {
        add("attendance", format!("请注明{names}的缺席原因。"));
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::session::tests::person;
    use super::super::window::tests::window;
    use super::*;
    use chengzhi_kernel::Date;

    /// The pack's numbers.
    pub(crate) fn params() -> Params {
        Params {
            min_minutes: 40,
            min_photos: 1,
            max_photos: 9,
            photo_max_bytes: 10 << 20,
            film_required: false,
            established_only: true,
            sections_included: true,
            makeup_allowed: true,
        }
    }

    fn complete() -> (Session, Vec<Attendee>) {
        let session = Session {
            held_on: Date::from_ymd_opt(2024, 11, 5),
            start_time: Some("09:00".to_owned()),
            minutes: Some(40),
            place: Some("会议室".to_owned()),
            speaker: Some("中队长".to_owned()),
            topic: Some("行政处罚法".to_owned()),
            content: None,
            filmed: Some(false),
            film_place: None,
            notes: None,
        };
        let mut there = person(1, "王一", None);
        there.present = true;
        (session, vec![there])
    }

    fn fields(session: &Session, attendance: &[Attendee], photos: usize) -> Vec<&'static str> {
        let now = Timestamp::at(Date::from_ymd_opt(2024, 11, 5).unwrap(), 9, 40);
        blockers(session, attendance, photos, &window(11), &params(), now)
            .into_iter()
            .map(|b| b.field)
            .collect()
    }

    #[test]
    fn a_complete_record_has_none() {
        let (session, attendance) = complete();
        assert_eq!(fields(&session, &attendance, 1), Vec::<&str>::new());
    }

    #[test]
    fn an_empty_record_names_every_field() {
        assert_eq!(
            fields(&Session::default(), &[], 0),
            [
                "held_on",
                "start_time",
                "minutes",
                "place",
                "speaker",
                "topic",
                "filmed",
                "attendance",
                "photos"
            ]
        );
    }

    #[test]
    fn each_rule_blocks_by_itself() {
        type Change = fn(&mut Session, &mut Vec<Attendee>, &mut usize);
        let cases: &[(&str, Change)] = &[
            ("minutes", |s, _, _| s.minutes = Some(39)),
            ("held_on", |s, _, _| {
                s.held_on = Date::from_ymd_opt(2024, 10, 31)
            }),
            ("held_on", |s, _, _| {
                s.held_on = Date::from_ymd_opt(2024, 11, 6)
            }),
            ("start_time", |s, _, _| s.minutes = Some(41)),
            ("film_place", |s, _, _| s.filmed = Some(true)),
            ("photos", |_, _, p| *p = 0),
            ("photos", |_, _, p| *p = 10),
            ("attendance", |_, a, _| a.push(person(2, "李二", None))),
            ("attendance", |_, a, _| a.clear()),
        ];
        for (field, change) in cases {
            let (mut session, mut attendance) = complete();
            let mut photos = 1;
            change(&mut session, &mut attendance, &mut photos);
            assert_eq!(fields(&session, &attendance, photos), [*field]);
        }
    }

    #[test]
    fn long_lists_of_names_are_cut() {
        assert_eq!(short_list(&[]), None);
        assert_eq!(short_list(&["甲", "乙"]).as_deref(), Some("甲、乙"));
        assert_eq!(
            short_list(&["甲", "乙", "丙", "丁"]).as_deref(),
            Some("甲、乙、丙等4人")
        );
    }
}
