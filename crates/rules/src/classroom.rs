//! The standard of smart classrooms in three grades (B-104), as data.

use std::sync::LazyLock;

use serde::Deserialize;

/// A grade, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// 初级.
    Basic,
    /// 中级.
    Intermediate,
    /// 高级.
    Advanced,
}

impl Grade {
    /// All, lowest first.
    pub const ALL: [Grade; 3] = [Grade::Basic, Grade::Intermediate, Grade::Advanced];

    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Grade::Basic => "basic",
            Grade::Intermediate => "intermediate",
            Grade::Advanced => "advanced",
        }
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Grade::Basic => "初级",
            Grade::Intermediate => "中级",
            Grade::Advanced => "高级",
        }
    }

    /// Reads [`Grade::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Grade::ALL.into_iter().find(|grade| grade.code() == code)
    }
}

/// One thing that a grade asks for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ClassroomItem {
    /// Stable code.
    pub code: String,
    /// The lowest grade that asks for it.
    pub grade: Grade,
    /// Name.
    pub title: String,
    /// What is asked.
    pub asks: String,
}

/// The standard.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ClassroomStandard {
    /// Title.
    pub title: String,
    /// The notice that asks for it.
    pub source: String,
    /// Requirements row.
    pub row: String,
    /// What of it is proposed only.
    pub note: String,
    /// Items, lowest grade first.
    #[serde(rename = "item")]
    pub items: Vec<ClassroomItem>,
}

impl ClassroomStandard {
    /// Items that a grade asks for: its own and those of the grades below.
    pub fn asked(&self, grade: Grade) -> impl Iterator<Item = &ClassroomItem> {
        self.items.iter().filter(move |item| item.grade <= grade)
    }

    /// The highest grade all of whose items are met.
    #[must_use]
    pub fn reached(&self, met: impl Fn(&str) -> bool) -> Option<Grade> {
        Grade::ALL
            .into_iter()
            .take_while(|grade| self.asked(*grade).all(|item| met(&item.code)))
            .last()
    }
}

static STANDARD: LazyLock<ClassroomStandard> = LazyLock::new(|| {
    // A broken file would leave a standard without items, by which no classroom reaches a grade;
    // the test below keeps that from being shipped.
    toml::from_str(include_str!("../../../policies/classroom/2025.toml")).unwrap_or_else(|_| {
        ClassroomStandard {
            title: String::new(),
            source: String::new(),
            row: String::new(),
            note: String::new(),
            items: Vec::new(),
        }
    })
});

/// The standard in force.
#[must_use]
pub fn classroom_standard() -> &'static ClassroomStandard {
    &STANDARD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grade_asks_for_something_and_codes_are_unique() {
        let standard = classroom_standard();
        for grade in Grade::ALL {
            assert!(standard.items.iter().any(|item| item.grade == grade));
            assert_eq!(Grade::from_code(grade.code()), Some(grade));
        }
        let mut codes: Vec<_> = standard.items.iter().map(|item| &item.code).collect();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), standard.items.len());
    }

    #[test]
    fn a_grade_needs_the_ones_below() {
        let standard = classroom_standard();
        let of = |grade: Grade| move |item: &&ClassroomItem| item.grade == grade;
        let codes = |grade: Grade| -> Vec<&str> {
            standard
                .items
                .iter()
                .filter(of(grade))
                .map(|item| item.code.as_str())
                .collect()
        };
        let (basic, high) = (codes(Grade::Basic), codes(Grade::Advanced));
        assert_eq!(standard.reached(|_| false), None);
        assert_eq!(
            standard.reached(|code| basic.contains(&code)),
            Some(Grade::Basic)
        );
        assert_eq!(standard.reached(|code| high.contains(&code)), None);
        assert_eq!(standard.reached(|_| true), Some(Grade::Advanced));
    }
}
