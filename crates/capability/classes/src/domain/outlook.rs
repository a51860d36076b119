//! A plan of several years: what is counted in its years, and how a target stands.

use chengzhi_kernel::Date;
use chrono::Datelike as _;

/// Most years of a plan.
pub const MOST_YEARS: i32 = 5;

/// What a target counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Classes that are over.
    Classes,
    /// People on their lists.
    Trained,
    /// Hours of their courses, whole.
    Hours,
    /// Drill reviews held.
    DrillReviews,
    /// Bases in use on the last day.
    BasesInUse,
    /// Bases put into use.
    NewBases,
    /// Videos put into use.
    Videos,
    /// District instructors appointed.
    Instructors,
    /// Practice instructors appointed.
    Practice,
    /// City instructors appointed.
    CityInstructors,
    /// Studios open on the last day.
    Studios,
    /// Groups that develop courses, formed.
    Groups,
    /// Their courses put into use.
    Courses,
    /// Videos from calls put into use.
    CrowdVideos,
    /// Textbooks put into use.
    Textbooks,
}

impl Measure {
    /// All.
    pub const ALL: [Measure; 15] = [
        Measure::Classes,
        Measure::Trained,
        Measure::Hours,
        Measure::DrillReviews,
        Measure::BasesInUse,
        Measure::NewBases,
        Measure::Videos,
        Measure::Instructors,
        Measure::Practice,
        Measure::CityInstructors,
        Measure::Studios,
        Measure::Groups,
        Measure::Courses,
        Measure::CrowdVideos,
        Measure::Textbooks,
    ];

    /// Code, word and unit of its figures. The codes of people and places are those of their register.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Measure::Classes => ("classes", "办班", "期"),
            Measure::Trained => ("trained", "培训人次", "人次"),
            Measure::Hours => ("hours", "课程学时", "学时"),
            Measure::DrillReviews => ("drill_reviews", "队列会操", "次"),
            Measure::BasesInUse => ("bases_in_use", "在用基地", "处"),
            Measure::NewBases => ("new_bases", "新建基地", "处"),
            Measure::Videos => ("videos", "视频课件", "件"),
            Measure::Instructors => ("instructors", "新聘区局师资", "人"),
            Measure::Practice => ("practice", "新聘实践教员", "人"),
            Measure::CityInstructors => ("city_instructors", "新聘市级师资", "人"),
            Measure::Studios => ("studios", "金牌师资工作室", "个"),
            Measure::Groups => ("groups", "新建教研组", "个"),
            Measure::Courses => ("courses", "开发专业课程", "门"),
            Measure::CrowdVideos => ("crowd_videos", "众筹视频课件", "件"),
            Measure::Textbooks => ("textbooks", "出版教材", "本"),
        }
    }

    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.words().0
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.words().1
    }

    /// Unit of its figures.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        self.words().2
    }

    /// Reads [`Measure::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Measure::ALL.into_iter().find(|one| one.code() == code)
    }

    /// Whether it counts classes, of one kind or all.
    #[must_use]
    pub const fn is_of_classes(self) -> bool {
        matches!(self, Measure::Classes | Measure::Trained | Measure::Hours)
    }

    /// Whether it counts what stands on a day, not what came in the year.
    #[must_use]
    pub const fn is_stock(self) -> bool {
        matches!(self, Measure::BasesInUse | Measure::Studios)
    }

    /// Whether the city bureau's plan counts it, else any other bureau's.
    #[must_use]
    pub const fn is_for(self, city: bool) -> bool {
        match self {
            Measure::Classes | Measure::Trained | Measure::Hours | Measure::DrillReviews => true,
            Measure::BasesInUse
            | Measure::NewBases
            | Measure::Videos
            | Measure::Instructors
            | Measure::Practice => !city,
            Measure::CityInstructors
            | Measure::Studios
            | Measure::Groups
            | Measure::Courses
            | Measure::CrowdVideos
            | Measure::Textbooks => city,
        }
    }
}

/// How a target stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Reached.
    Reached,
    /// Its year runs, and so far so good.
    OnWay,
    /// Its year runs, and less was done than its days ask for.
    Behind,
    /// Its year is over.
    Missed,
    /// Its year has not begun.
    ToCome,
}

impl Standing {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Standing::Reached => "reached",
            Standing::OnWay => "on_way",
            Standing::Behind => "behind",
            Standing::Missed => "missed",
            Standing::ToCome => "to_come",
        }
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Standing::Reached => "已完成",
            Standing::OnWay => "进行中",
            Standing::Behind => "进度落后",
            Standing::Missed => "未完成",
            Standing::ToCome => "未开始",
        }
    }

    /// Whether somebody should look after it.
    #[must_use]
    pub const fn is_behind(self) -> bool {
        matches!(self, Standing::Behind | Standing::Missed)
    }
}

/// How a year's target stands on a day. What comes over the year is measured against the days that have passed,
/// rounded down; what stands on a day only at the year's end.
#[must_use]
pub fn standing(measure: Measure, year: i32, (done, goal): (i64, i64), today: Date) -> Standing {
    if done >= goal {
        return Standing::Reached;
    }
    match year.cmp(&today.year()) {
        std::cmp::Ordering::Greater => Standing::ToCome,
        std::cmp::Ordering::Less => Standing::Missed,
        std::cmp::Ordering::Equal => {
            let days = if today.leap_year() { 366 } else { 365 };
            let asked = goal.saturating_mul(i64::from(today.ordinal0())) / days;
            if done < asked && !measure.is_stock() {
                Standing::Behind
            } else {
                Standing::OnWay
            }
        }
    }
}

/// Forms that take people off their job (脱产, B-85).
pub const OFF_THE_JOB: [&str; 2] = ["线下封闭式集中培训", "集中轮训"];

/// Checks the years of a plan.
///
/// # Errors
/// A Chinese sentence.
pub fn check_years(from: i32, to: i32) -> Result<(), String> {
    if !(2000..=2100).contains(&from) || to < from || to - from >= MOST_YEARS {
        return Err(format!(
            "规划期应为1至{MOST_YEARS}年，截止年份不早于起始年份，请核对。"
        ));
    }
    Ok(())
}

/// Whether a class that ended on this day lies within the plan's years.
#[must_use]
pub fn within(from: i32, to: i32, last: Date) -> bool {
    (from..=to).contains(&last.year())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn years_are_in_order_and_few() {
        for (from, to, good) in [
            (2023, 2025, true),
            (2024, 2024, true),
            (2024, 2028, true),
            (2024, 2029, false),
            (2025, 2024, false),
            (0, 2, false),
            (i32::MAX, i32::MAX, false),
        ] {
            assert_eq!(check_years(from, to).is_ok(), good, "{from} {to}");
        }
        assert!(within(2023, 2025, day("2025-12-31")) && !within(2023, 2025, day("2026-01-01")));
    }

    #[test]
    fn measures_read_back_and_belong_to_a_district_or_the_city() {
        for measure in Measure::ALL {
            assert_eq!(Measure::from_code(measure.code()), Some(measure));
            assert!(measure.is_for(true) || measure.is_for(false));
        }
        assert_eq!(
            Measure::ALL.iter().filter(|one| one.is_for(false)).count(),
            9
        );
    }

    #[test]
    fn a_target_stands_by_its_year_and_the_days_that_have_passed() {
        let on = day("2024-07-01");
        for (measure, year, figures, wanted) in [
            (Measure::Classes, 2023, (1, 2), Standing::Missed),
            (Measure::Classes, 2023, (2, 2), Standing::Reached),
            // Half the year has passed: 182 of 366 days ask for 4 of 10.
            (Measure::Classes, 2024, (3, 10), Standing::Behind),
            (Measure::Classes, 2024, (4, 10), Standing::OnWay),
            (Measure::Classes, 2024, (0, 1), Standing::OnWay),
            (Measure::BasesInUse, 2024, (0, 10), Standing::OnWay),
            (Measure::BasesInUse, 2023, (0, 10), Standing::Missed),
            (Measure::Classes, 2025, (0, 1), Standing::ToCome),
        ] {
            let told = standing(measure, year, figures, on);
            assert_eq!(told, wanted, "{measure:?} {year} {figures:?}");
        }
        assert!(Standing::Behind.is_behind() && !Standing::OnWay.is_behind());
    }

    proptest! {
        #[test]
        fn more_done_never_stands_worse(done in 0_i64..200, more in 0_i64..50, goal in 1_i64..200, passed in 0_u64..365) {
            let on = day("2025-01-01") + chrono::Days::new(passed);
            let before = standing(Measure::Hours, 2025, (done, goal), on);
            let after = standing(Measure::Hours, 2025, (done + more, goal), on);
            prop_assert!(!after.is_behind() || before.is_behind());
            prop_assert_eq!(after == Standing::Reached, done + more >= goal);
        }
    }
}
