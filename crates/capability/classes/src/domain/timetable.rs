//! A timetable's arithmetic: hours from minutes, the year's required topics, sizes and the end of June
//! (B-21…B-23).

use chengzhi_kernel::{Date, Quantity, Timestamp};

use super::kind::Subject;

/// A span of time, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First instant.
    pub from: Timestamp,
    /// First instant no longer.
    pub until: Timestamp,
}

impl Span {
    /// True when both share an instant; one that ends when the other begins does not.
    #[must_use]
    pub fn overlaps(&self, other: &Span) -> bool {
        self.from < other.until && other.from < self.until
    }

    /// Whole minutes.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        (self.until.micros() - self.from.micros()) / 60_000_000
    }
}

/// A lesson (课次) of the timetable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// Row id; 0 while it is only planned.
    pub id: i64,
    /// The course it belongs to.
    pub course: i64,
    /// When.
    pub span: Span,
    /// Who teaches, in the register of instructors.
    pub instructor: Option<i64>,
    /// Where, in the register of places.
    pub place: Option<i64>,
}

/// A course (课程) of a class: what is taught, and what it is worth (B-25: award per course).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Row id.
    pub id: i64,
    /// Title.
    pub title: String,
    /// What is done in it.
    pub subject: Subject,
    /// The required topic of the year that it covers.
    pub topic: Option<String>,
    /// Hours.
    pub hours: Quantity,
    /// Credits.
    pub credits: Quantity,
}

/// Hours that so many minutes are worth at `minutes_per_hour` (usually 45), to the half hour below.
#[must_use]
pub fn hours_of(minutes: i64, minutes_per_hour: u32) -> Quantity {
    let halves = minutes.max(0) * 2 / i64::from(minutes_per_hour.max(1));
    Quantity::from_thousandths(halves * 500)
}

/// What a programme is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Hours at least (24).
    pub hours: Quantity,
    /// Credits at least (12).
    pub credits: Quantity,
    /// Topics of the year; empty where the year names none.
    pub topics: Vec<String>,
    /// Last day by which it should be over (30 June).
    pub finish_by: Option<Date>,
}

/// A shortcoming of a programme. None of them stops a filing (B-21…B-23: shown, not refused).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shortcoming {
    /// Hours planned, hours wanted.
    Hours(Quantity, Quantity),
    /// Credits planned, credits wanted.
    Credits(Quantity, Quantity),
    /// Topics without a course.
    Topics(Vec<String>),
    /// Ends on this day, later than that one.
    Late(Date, Date),
    /// Courses without a lesson.
    Unscheduled(Vec<String>),
    /// A course whose lessons are shorter than its hours: title, minutes, hours.
    Short(String, i64, Quantity),
}

impl Shortcoming {
    /// Stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Shortcoming::Hours(..) => "hours",
            Shortcoming::Credits(..) => "credits",
            Shortcoming::Topics(_) => "topics",
            Shortcoming::Late(..) => "late",
            Shortcoming::Unscheduled(_) => "unscheduled",
            Shortcoming::Short(..) => "short",
        }
    }

    /// Sentence on pages.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Shortcoming::Hours(planned, wanted) => {
                format!("安排{planned}学时，不足{wanted}学时。")
            }
            Shortcoming::Credits(planned, wanted) => {
                format!("安排{planned}学分，不足{wanted}学分。")
            }
            Shortcoming::Topics(missing) => format!("必修课未安排：{}。", missing.join("、")),
            Shortcoming::Late(ends, by) => format!(
                "结束日{}晚于要求的{}。",
                chengzhi_kernel::dates::format_cn_plain(*ends),
                chengzhi_kernel::dates::format_cn_plain(*by)
            ),
            Shortcoming::Unscheduled(titles) => {
                format!("课程还没有排课：{}。", titles.join("、"))
            }
            Shortcoming::Short(title, minutes, hours) => {
                format!("“{title}”排课{minutes}分钟，不足{hours}学时。")
            }
        }
    }
}

/// First and last day of the lessons.
#[must_use]
pub fn days(lessons: &[Lesson]) -> Option<(Date, Date)> {
    let first = lessons.iter().map(|lesson| lesson.span.from.date()).min()?;
    // A lesson that ends at midnight belongs to the day before.
    let last = lessons
        .iter()
        .map(|lesson| {
            Timestamp::from_micros(lesson.span.until.micros() - 1)
                .date()
                .max(lesson.span.from.date())
        })
        .max()?;
    Some((first, last))
}

/// Everything a programme falls short of.
#[must_use]
pub fn shortcomings(
    courses: &[Course],
    lessons: &[Lesson],
    wanted: &Wanted,
    minutes_per_hour: u32,
) -> Vec<Shortcoming> {
    let mut found = Vec::new();
    let hours = courses.iter().map(|course| course.hours).sum::<Quantity>();
    let credits = courses
        .iter()
        .map(|course| course.credits)
        .sum::<Quantity>();
    if hours < wanted.hours {
        found.push(Shortcoming::Hours(hours, wanted.hours));
    }
    if credits < wanted.credits {
        found.push(Shortcoming::Credits(credits, wanted.credits));
    }
    let missing: Vec<String> = wanted
        .topics
        .iter()
        .filter(|topic| {
            !courses
                .iter()
                .any(|course| course.topic.as_deref() == Some(topic.as_str()))
        })
        .cloned()
        .collect();
    if !missing.is_empty() {
        found.push(Shortcoming::Topics(missing));
    }
    if let (Some((_, last)), Some(by)) = (days(lessons), wanted.finish_by)
        && last > by
    {
        found.push(Shortcoming::Late(last, by));
    }
    let mut unscheduled = Vec::new();
    for course in courses {
        let minutes: i64 = lessons
            .iter()
            .filter(|lesson| lesson.course == course.id)
            .map(|lesson| lesson.span.minutes())
            .sum();
        if minutes == 0 {
            unscheduled.push(course.title.clone());
        } else if hours_of(minutes, minutes_per_hour) < course.hours {
            found.push(Shortcoming::Short(
                course.title.clone(),
                minutes,
                course.hours,
            ));
        }
    }
    if !unscheduled.is_empty() {
        found.push(Shortcoming::Unscheduled(unscheduled));
    }
    found
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn span(day: u32, from: (u32, u32), until: (u32, u32)) -> Span {
        let day = Date::from_ymd_opt(2024, 6, day).unwrap();
        Span {
            from: Timestamp::at(day, from.0, from.1),
            until: Timestamp::at(day, until.0, until.1),
        }
    }

    fn hours(text: &str) -> Quantity {
        text.parse().unwrap()
    }

    fn course(id: i64, topic: Option<&str>, worth: (&str, &str)) -> Course {
        Course {
            id,
            title: format!("课程{id}"),
            subject: Subject::Teaching,
            topic: topic.map(str::to_owned),
            hours: hours(worth.0),
            credits: hours(worth.1),
        }
    }

    fn lesson(course: i64, span: Span) -> Lesson {
        Lesson {
            id: 0,
            course,
            span,
            instructor: None,
            place: None,
        }
    }

    #[test]
    fn a_lesson_that_ends_when_another_begins_does_not_overlap_it() {
        let morning = span(3, (9, 0), (10, 30));
        assert!(!morning.overlaps(&span(3, (10, 30), (12, 0))));
        assert!(morning.overlaps(&span(3, (10, 29), (12, 0))));
        assert!(morning.overlaps(&span(3, (8, 0), (12, 0))));
        assert_eq!(morning.minutes(), 90);
    }

    #[test]
    fn minutes_are_worth_half_hours_rounded_down() {
        for (minutes, worth) in [
            (0, "0"),
            (22, "0"),
            (23, "0.5"),
            (45, "1"),
            (89, "1.5"),
            (90, "2"),
            (135, "3"),
        ] {
            assert_eq!(hours_of(minutes, 45), hours(worth), "{minutes}");
        }
    }

    #[test]
    fn a_programme_is_held_against_sizes_topics_and_june() {
        let wanted = Wanted {
            hours: hours("24"),
            credits: hours("12"),
            topics: vec!["行政复议法".to_owned(), "公务员法".to_owned()],
            finish_by: Date::from_ymd_opt(2024, 6, 5),
        };
        let courses = [
            course(1, Some("行政复议法"), ("20", "10")),
            course(2, None, ("2", "2")),
        ];
        let lessons = [lesson(1, span(6, (9, 0), (11, 0)))];
        let found = shortcomings(&courses, &lessons, &wanted, 45);
        let codes: Vec<_> = found.iter().map(Shortcoming::code).collect();
        assert_eq!(codes, ["hours", "topics", "late", "short", "unscheduled"]);
        assert_eq!(found[0].text(), "安排22学时，不足24学时。");
        assert_eq!(found[1].text(), "必修课未安排：公务员法。");
        assert_eq!(
            found[2].text(),
            "结束日2024年6月6日晚于要求的2024年6月5日。"
        );
        assert_eq!(found[3].text(), "“课程1”排课120分钟，不足20学时。");
    }

    #[test]
    fn a_whole_programme_has_no_shortcoming() {
        let wanted = Wanted {
            hours: hours("2"),
            credits: hours("1"),
            topics: vec!["公务员法".to_owned()],
            finish_by: Date::from_ymd_opt(2024, 6, 30),
        };
        let courses = [course(1, Some("公务员法"), ("2", "1"))];
        let lessons = [lesson(1, span(6, (9, 0), (10, 30)))];
        assert_eq!(shortcomings(&courses, &lessons, &wanted, 45), []);
        assert_eq!(
            days(&lessons),
            Some((
                Date::from_ymd_opt(2024, 6, 6).unwrap(),
                Date::from_ymd_opt(2024, 6, 6).unwrap()
            ))
        );
    }
}
