//! Standards of the fitness test as dated data (B-32): items, sexes, ages, limits.
//!
//! What ships are examples, marked as such: the standard of serving officers stands in a syllabus
//! that is not published. A bureau enters its own, dated, on a page; both have this one shape.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chengzhi_kernel::Date;
use chrono::Datelike as _;
use serde::{Deserialize, Serialize};

/// What is measured. Every figure is held in thousandths of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// 秒.
    Seconds,
    /// 厘米.
    Centimetres,
    /// 次.
    Times,
}

impl Measure {
    /// All.
    pub const ALL: [Measure; 3] = [Measure::Seconds, Measure::Centimetres, Measure::Times];

    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Measure::Seconds => "seconds",
            Measure::Centimetres => "centimetres",
            Measure::Times => "times",
        }
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Measure::Seconds => "秒",
            Measure::Centimetres => "厘米",
            Measure::Times => "次",
        }
    }

    /// Reads [`Measure::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Measure::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// 越少越好: times run.
    Lower,
    /// 越多越好: heights, counts.
    Higher,
}

impl Better {
    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Better::Lower => "lower",
            Better::Higher => "higher",
        }
    }

    /// Reads [`Better::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Better::Lower, Better::Higher]
            .into_iter()
            .find(|one| one.code() == code)
    }
}

/// Sex, as limits tell it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 男.
    Male,
    /// 女.
    Female,
}

impl Sex {
    /// Both.
    pub const ALL: [Sex; 2] = [Sex::Male, Sex::Female];

    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Sex::Male => "male",
            Sex::Female => "female",
        }
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Sex::Male => "男",
            Sex::Female => "女",
        }
    }

    /// Reads [`Sex::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Sex::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// The limit for one sex and some ages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FitnessBand {
    /// Sex.
    pub sex: Sex,
    /// First age, full years on the day of the test.
    pub age_from: u32,
    /// Last age.
    pub age_to: u32,
    /// Just good enough, thousandths of the measure.
    pub limit: i64,
}

/// An item of a test. Who has no band in it is not asked it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FitnessItem {
    /// Stable code.
    pub code: String,
    /// Name.
    pub name: String,
    /// What is measured.
    pub measure: Measure,
    /// Which way is better.
    pub better: Better,
    /// Attempts; the best one counts.
    pub attempts: u32,
    /// Smallest figure that can be true, thousandths.
    pub least: i64,
    /// Largest figure that can be true, thousandths.
    pub most: i64,
    /// Limits.
    pub bands: Vec<FitnessBand>,
}

/// What an item asks of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// This much, thousandths.
    Limit(i64),
    /// Nothing.
    NotAsked,
    /// His age is needed to tell.
    NeedsAge,
}

impl FitnessItem {
    /// What it asks of somebody of this sex and age (full years, if known).
    #[must_use]
    pub fn asks(&self, sex: Sex, age: Option<u32>) -> Asked {
        let mut bands = self.bands.iter().filter(|band| band.sex == sex).peekable();
        if bands.peek().is_none() {
            return Asked::NotAsked;
        }
        match age {
            Some(age) => bands
                .find(|band| (band.age_from..=band.age_to).contains(&age))
                .map_or(Asked::NotAsked, |band| Asked::Limit(band.limit)),
            None => {
                let limits: BTreeSet<i64> = bands.map(|band| band.limit).collect();
                match (limits.first(), limits.len()) {
                    (Some(limit), 1) => Asked::Limit(*limit),
                    _ => Asked::NeedsAge,
                }
            }
        }
    }

    /// Whether a figure is good enough.
    #[must_use]
    pub const fn good_enough(&self, value: i64, limit: i64) -> bool {
        match self.better {
            Better::Lower => value <= limit,
            Better::Higher => value >= limit,
        }
    }

    /// The better one of two figures.
    #[must_use]
    pub fn better_of(&self, one: i64, other: i64) -> i64 {
        match self.better {
            Better::Lower => one.min(other),
            Better::Higher => one.max(other),
        }
    }
}

/// A standard: everything in it must be passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FitnessStandard {
    /// Code of a shipped one; empty for a bureau's own.
    #[serde(default)]
    pub code: String,
    /// Title.
    pub title: String,
    /// Where it is from.
    pub source: String,
    /// What one should know of it.
    #[serde(default)]
    pub note: String,
    /// Not official: an example.
    #[serde(default)]
    pub example: bool,
    /// First day on which it is valid.
    pub valid_from: Date,
    /// Items in the order in which they are tested.
    pub items: Vec<FitnessItem>,
}

/// What is wrong with a standard: the field and a Chinese sentence.
pub type StandardFault = (&'static str, String);

impl FitnessStandard {
    /// An item by its code.
    #[must_use]
    pub fn item(&self, code: &str) -> Option<&FitnessItem> {
        self.items.iter().find(|item| item.code == code)
    }

    /// Checks what a page or file gives.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self) -> Result<(), StandardFault> {
        let fault = |text: String| Err(("items", text));
        if self.items.is_empty() || self.items.len() > 12 {
            return fault("请登记1至12个项目。".to_owned());
        }
        let mut codes = BTreeSet::new();
        let mut names = BTreeSet::new();
        for item in &self.items {
            let name = item.name.trim();
            if name.is_empty() || name.chars().count() > 20 {
                return fault("项目名称应为1至20个字。".to_owned());
            }
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if item.code.is_empty() || item.code.len() > 20 || !item.code.chars().all(plain) {
                return fault(format!("项目“{name}”的代码有误，请重新填写。"));
            }
            if !codes.insert(item.code.as_str()) || !names.insert(name) {
                return fault(format!("项目“{name}”重复，请删去一个。"));
            }
            if !(1..=5).contains(&item.attempts) {
                return fault(format!("项目“{name}”的测试次数应为1至5次。"));
            }
            if item.least < 0 || item.least >= item.most || item.most > 100_000_000 {
                return fault(format!("项目“{name}”的合理范围应先小后大。"));
            }
            item.check_bands().map_err(|text| ("items", text))?;
        }
        for sex in Sex::ALL {
            if !self
                .items
                .iter()
                .any(|item| item.bands.iter().any(|band| band.sex == sex))
            {
                return fault(format!("标准中没有{}性的项目，请补充。", sex.name()));
            }
        }
        Ok(())
    }
}

impl FitnessItem {
    fn check_bands(&self) -> Result<(), String> {
        let name = &self.name;
        if self.bands.is_empty() {
            return Err(format!("项目“{name}”没有合格标准，请补充。"));
        }
        for sex in Sex::ALL {
            let mut bands: Vec<&FitnessBand> =
                self.bands.iter().filter(|band| band.sex == sex).collect();
            bands.sort_by_key(|band| band.age_from);
            for band in &bands {
                if band.age_from < 16 || band.age_to > 80 || band.age_from > band.age_to {
                    return Err(format!("项目“{name}”的年龄段应在16至80岁之间，先小后大。"));
                }
                if band.limit < self.least || band.limit > self.most {
                    return Err(format!("项目“{name}”的合格标准不在合理范围内。"));
                }
            }
            for pair in bands.windows(2) {
                if let [before, after] = pair
                    && after.age_from != before.age_to + 1
                {
                    return Err(format!(
                        "项目“{name}”{}性{}岁与{}岁之间的年龄段应首尾相接，不重不漏。",
                        sex.name(),
                        before.age_to,
                        after.age_from
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Full years of age on a day.
#[must_use]
pub fn age_on(born: Date, on: Date) -> Option<u32> {
    let had = (on.month(), on.day()) >= (born.month(), born.day());
    u32::try_from(on.year() - born.year() - i32::from(!had)).ok()
}

const SHIPPED: &[&str] = &[
    include_str!("../../../policies/fitness/2015.toml"),
    include_str!("../../../policies/fitness/2021.toml"),
];

static STANDARDS: LazyLock<Vec<FitnessStandard>> = LazyLock::new(|| {
    // A broken file would be missing here; the test below keeps that from being shipped.
    let mut found: Vec<FitnessStandard> = SHIPPED
        .iter()
        .filter_map(|text| toml::from_str(text).ok())
        .collect();
    found.sort_by_key(|standard| standard.valid_from);
    found
});

/// The examples that ship, oldest first.
#[must_use]
pub fn fitness_examples() -> &'static [FitnessStandard] {
    &STANDARDS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn example(code: &str) -> FitnessStandard {
        fitness_examples()
            .iter()
            .find(|standard| standard.code == code)
            .cloned()
            .unwrap()
    }

    #[test]
    fn every_example_is_read_marked_and_sound() {
        assert_eq!(fitness_examples().len(), SHIPPED.len());
        for standard in fitness_examples() {
            assert_eq!(standard.check(), Ok(()), "{}", standard.code);
            assert!(standard.example && standard.title.contains("示例"));
        }
    }

    #[test]
    fn limits_follow_sex_and_age() {
        let split = example("2015");
        let shuttle = split.item("shuttle").unwrap();
        for (sex, age, asked) in [
            (Sex::Male, Some(30), Asked::Limit(13_100)),
            (Sex::Male, Some(31), Asked::Limit(13_400)),
            (Sex::Female, Some(30), Asked::Limit(14_100)),
            (Sex::Female, Some(66), Asked::NotAsked),
            (Sex::Male, None, Asked::NeedsAge),
        ] {
            assert_eq!(shuttle.asks(sex, age), asked, "{sex:?} {age:?}");
        }
        let one = example("2021");
        let run = one.item("run1000").unwrap();
        assert_eq!(run.asks(Sex::Male, None), Asked::Limit(275_000));
        assert_eq!(run.asks(Sex::Female, Some(30)), Asked::NotAsked);
        assert!(run.good_enough(275_000, 275_000) && !run.good_enough(275_001, 275_000));
        let jump = one.item("jump").unwrap();
        assert!(jump.good_enough(265_000, 265_000) && !jump.good_enough(264_999, 265_000));
    }

    #[test]
    fn faults_are_named() {
        let broken = |change: fn(&mut FitnessStandard)| {
            let mut standard = example("2015");
            change(&mut standard);
            standard.check().unwrap_err().1
        };
        for (change, says) in [
            (
                (|s| s.items.clear()) as fn(&mut FitnessStandard),
                "1至12个项目",
            ),
            (|s| s.items[0].bands[1].age_from = 30, "首尾相接"),
            (|s| s.items[0].bands[1].age_from = 33, "首尾相接"),
            (|s| s.items[0].bands[0].limit = 1, "合理范围"),
            (|s| s.items[1].name = s.items[0].name.clone(), "重复"),
            (|s| s.items[0].attempts = 0, "测试次数"),
            (|s| s.items[0].least = 90_000, "先小后大"),
            (|s| s.items[0].bands.clear(), "没有合格标准"),
            (|s| s.items[0].code = "A'".to_owned(), "代码有误"),
            (
                |s| {
                    for item in &mut s.items {
                        item.bands.retain(|band| band.sex == Sex::Male);
                    }
                    s.items.retain(|item| !item.bands.is_empty());
                },
                "没有女性",
            ),
        ] {
            let text = broken(change);
            assert!(text.contains(says), "{text} / {says}");
        }
    }

    #[test]
    fn years_are_full_on_the_birthday() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        for (born, on, age) in [
            ("1994-05-20", "2024-05-19", Some(29)),
            ("1994-05-20", "2024-05-20", Some(30)),
            ("2000-02-29", "2023-02-28", Some(22)),
            ("2000-02-29", "2023-03-01", Some(23)),
            ("2025-01-01", "2024-01-01", None),
        ] {
            assert_eq!(age_on(day(born), day(on)), age, "{born} {on}");
        }
    }

    proptest! {
        #[test]
        fn a_better_figure_never_turns_good_into_bad(value in 7_000i64..60_000, gain in 0i64..5_000) {
            for item in fitness_examples().iter().flat_map(|standard| &standard.items) {
                for band in &item.bands {
                    let better = match item.better {
                        Better::Lower => value - gain,
                        Better::Higher => value + gain,
                    };
                    prop_assert_eq!(item.better_of(value, better), better);
                    if item.good_enough(value, band.limit) {
                        prop_assert!(item.good_enough(better, band.limit));
                    }
                }
            }
        }
    }
}
