//! What an entry of the ledger is.

use std::str::FromStr;

use chengzhi_kernel::{Date, Month, PersonId, Quantity};
use chrono::Datelike as _;
use serde::{Deserialize, Serialize};

/// Which part of the 60 hours and 24 credits an entry serves (B-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// 市局网训: the city's online training.
    Online,
    /// 区局集训: the district's closed training.
    District,
    /// 科队学习: monthly unit study.
    Squad,
    /// Anything else: kept, counts towards none (B-02).
    Other,
}

impl Component {
    /// The three that are assessed, in the order of the notice.
    pub const ASSESSED: [Component; 3] = [Component::Online, Component::District, Component::Squad];

    /// Stable code, as stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Component::Online => "online",
            Component::District => "district",
            Component::Squad => "squad",
            Component::Other => "other",
        }
    }

    /// Name on pages and in the 类别 column.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Component::Online => "市局网训",
            Component::District => "区局集训",
            Component::Squad => "科队学习",
            Component::Other => "其他",
        }
    }

    /// By the 类别 column of a ledger file; unknown categories count towards none.
    #[must_use]
    pub fn from_category(category: &str) -> Self {
        Component::ASSESSED
            .into_iter()
            .find(|component| component.name() == category)
            .unwrap_or(Component::Other)
    }
}

impl FromStr for Component {
    type Err = ();

    fn from_str(code: &str) -> Result<Self, ()> {
        [
            Component::Online,
            Component::District,
            Component::Squad,
            Component::Other,
        ]
        .into_iter()
        .find(|component| component.code() == code)
        .ok_or(())
    }
}

/// Online courses are of two kinds (B-16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CourseKind {
    /// 学分课程: hours and credits after watching, evaluating and passing (B-17).
    Credit,
    /// 学时课程: hours after watching, no credits (B-18).
    Hour,
}

impl CourseKind {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            CourseKind::Credit => "credit",
            CourseKind::Hour => "hour",
        }
    }

    /// Name on pages and in sheets.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            CourseKind::Credit => "学分课程",
            CourseKind::Hour => "学时课程",
        }
    }

    /// By code or by name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [CourseKind::Credit, CourseKind::Hour]
            .into_iter()
            .find(|kind| kind.code() == text || kind.name() == text)
    }
}

/// An entry before it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewEntry {
    /// Whose.
    pub person: PersonId,
    /// The day on which it was earned; decides the year.
    pub happened_on: Date,
    /// What it serves.
    pub component: Component,
    /// The category as written.
    pub category: String,
    /// Hours.
    pub hours: Quantity,
    /// Credits.
    pub credits: Quantity,
    /// The month that a study entry fulfils.
    pub for_month: Option<Month>,
    /// 编号 of the sender.
    pub external_no: Option<String>,
    /// Course, for online entries.
    pub course_name: Option<String>,
    /// Kind of course.
    pub course_kind: Option<CourseKind>,
    /// Where it comes from: `study:12`, `makeup:3`, `import:7`.
    pub source: String,
}

impl NewEntry {
    /// The year to which it belongs: that of its day.
    #[must_use]
    pub fn year(&self) -> i32 {
        self.happened_on.year()
    }

    /// Two entries with the same key are one award (B-20): the sender's number, else the course in
    /// its year, else the session. None: always counts.
    #[must_use]
    pub fn award_key(&self) -> Option<String> {
        if let Some(number) = &self.external_no {
            return Some(format!("no:{number}"));
        }
        if let (Component::Online, Some(course)) = (self.component, &self.course_name) {
            return Some(format!("course:{}:{course}", self.year()));
        }
        let of_session = match self.component {
            Component::Squad => !self.source.starts_with("import:"),
            Component::District => self.source.starts_with("class:"),
            Component::Online | Component::Other => false,
        };
        of_session.then(|| self.source.clone())
    }

    /// One bit per month of the entry's year (January is 1), so that the months of a person are a
    /// sum of distinct bits; 0 when it fulfils no month of that year.
    #[must_use]
    pub fn month_bit(&self) -> i64 {
        match (self.component, self.for_month) {
            (Component::Squad, Some(month)) if month.year() == self.year() => {
                1 << (month.month() - 1)
            }
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> NewEntry {
        NewEntry {
            person: PersonId::from(1),
            happened_on: Date::from_ymd_opt(2024, 5, 8).unwrap(),
            component: Component::Squad,
            category: "科队学习".to_owned(),
            hours: Quantity::from_thousandths(1000),
            credits: Quantity::from_thousandths(0),
            for_month: Month::new(2024, 5),
            external_no: None,
            course_name: None,
            course_kind: None,
            source: "study:9".to_owned(),
        }
    }

    #[test]
    fn a_month_counts_only_in_the_year_of_the_day() {
        assert_eq!(entry().month_bit(), 1 << 4);
        let other_year = NewEntry {
            for_month: Month::new(2023, 12),
            ..entry()
        };
        assert_eq!(other_year.month_bit(), 0);
        let online = NewEntry {
            component: Component::Online,
            ..entry()
        };
        assert_eq!(online.month_bit(), 0);
    }

    #[test]
    fn the_award_key_is_the_number_then_the_course_then_the_session() {
        assert_eq!(entry().award_key().as_deref(), Some("study:9"));
        let numbered = NewEntry {
            external_no: Some("X1".to_owned()),
            ..entry()
        };
        assert_eq!(numbered.award_key().as_deref(), Some("no:X1"));
        let course = NewEntry {
            component: Component::Online,
            course_name: Some("噪声污染防治执法".to_owned()),
            source: "import:1".to_owned(),
            ..entry()
        };
        assert_eq!(
            course.award_key().as_deref(),
            Some("course:2024:噪声污染防治执法")
        );
        let loose = NewEntry {
            source: "import:1".to_owned(),
            ..entry()
        };
        assert_eq!(
            loose.award_key(),
            None,
            "an imported row without a number always counts"
        );
    }

    #[test]
    fn a_course_of_a_class_is_one_award_and_an_imported_district_row_always_counts() {
        let class = NewEntry {
            component: Component::District,
            source: "class:3:7".to_owned(),
            ..entry()
        };
        assert_eq!(class.award_key().as_deref(), Some("class:3:7"));
        let imported = NewEntry {
            source: "import:1".to_owned(),
            ..class
        };
        assert_eq!(imported.award_key(), None);
    }

    #[test]
    fn unknown_categories_count_towards_none() {
        assert_eq!(Component::from_category("政治学习"), Component::Other);
        assert_eq!(Component::from_category("区局集训"), Component::District);
    }
}
