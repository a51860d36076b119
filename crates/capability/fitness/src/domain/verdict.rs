//! The best attempt of each item against the standard, with the reasons.

use chengzhi_rules::fitness::{Asked, FitnessItem, FitnessStandard, Sex};

use super::amount::show;

/// What came out for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// No figure yet.
    None,
    /// Some items are missing.
    Incomplete,
    /// All items passed.
    Passed,
    /// All items taken, not all passed.
    Failed,
    /// Taken, but sex or age is needed to judge.
    Unknown,
}

impl Outcome {
    /// All.
    pub const ALL: [Outcome; 5] = [
        Outcome::None,
        Outcome::Incomplete,
        Outcome::Passed,
        Outcome::Failed,
        Outcome::Unknown,
    ];

    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Outcome::None => "none",
            Outcome::Incomplete => "incomplete",
            Outcome::Passed => "passed",
            Outcome::Failed => "failed",
            Outcome::Unknown => "unknown",
        }
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::None => "未测",
            Outcome::Incomplete => "未测完",
            Outcome::Passed => "合格",
            Outcome::Failed => "不合格",
            Outcome::Unknown => "待判定",
        }
    }

    /// Reads [`Outcome::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Outcome::ALL.into_iter().find(|one| one.code() == code)
    }

    /// Took the whole test (B-32).
    #[must_use]
    pub const fn is_taken(self) -> bool {
        matches!(self, Outcome::Passed | Outcome::Failed | Outcome::Unknown)
    }
}

/// An attempt; none for one that was broken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt<'a> {
    /// Item.
    pub item: &'a str,
    /// Thousandths.
    pub value: Option<i64>,
}

/// What came out of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemVerdict<'a> {
    /// Item.
    pub item: &'a FitnessItem,
    /// Attempts made.
    pub attempts: u32,
    /// The best one, thousandths.
    pub best: Option<i64>,
    /// What is asked, thousandths; none while it cannot be told.
    pub limit: Option<i64>,
    /// Good enough; none while it cannot be told.
    pub passed: Option<bool>,
    /// One sentence.
    pub text: String,
}

/// The whole verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict<'a> {
    /// What came out.
    pub outcome: Outcome,
    /// Items that are asked, in the order of the standard.
    pub items: Vec<ItemVerdict<'a>>,
    /// One sentence.
    pub text: String,
}

/// Judges attempts. `age` is in full years on the day.
#[must_use]
pub fn judge<'a>(
    standard: &'a FitnessStandard,
    sex: Option<Sex>,
    age: Option<u32>,
    attempts: &[Attempt<'_>],
) -> Verdict<'a> {
    let mut items = Vec::new();
    for item in &standard.items {
        let made: Vec<&Attempt<'_>> = attempts
            .iter()
            .filter(|attempt| attempt.item == item.code)
            .collect();
        let asked = sex.map(|sex| item.asks(sex, age));
        // Whose sex is not known is asked what he was tested in.
        if asked == Some(Asked::NotAsked) || (asked.is_none() && made.is_empty()) {
            continue;
        }
        items.push(of_item(item, asked, &made));
    }
    let missing: Vec<&str> = items
        .iter()
        .filter(|one| one.attempts == 0)
        .map(|one| one.item.name.as_str())
        .collect();
    let failed: Vec<&str> = items
        .iter()
        .filter(|one| one.passed == Some(false))
        .map(|one| one.item.name.as_str())
        .collect();
    let (outcome, text) = if attempts.is_empty() {
        (Outcome::None, "尚无成绩。".to_owned())
    } else if sex.is_none() {
        (
            Outcome::Unknown,
            "人员信息缺少性别，暂不能判定。".to_owned(),
        )
    } else if items.is_empty() {
        (
            Outcome::Unknown,
            "标准中没有适用于本人年龄的项目，不作判定。".to_owned(),
        )
    } else if !missing.is_empty() {
        (Outcome::Incomplete, format!("还缺{}。", missing.join("、")))
    } else if items.iter().any(|one| one.passed.is_none()) {
        (
            Outcome::Unknown,
            "标准按年龄划分，缺少出生日期，暂不能判定。".to_owned(),
        )
    } else if failed.is_empty() {
        (Outcome::Passed, "全部项目合格。".to_owned())
    } else {
        (
            Outcome::Failed,
            format!("{}未达合格标准；全部项目合格方为合格。", failed.join("、")),
        )
    };
    Verdict {
        outcome,
        items,
        text,
    }
}

fn of_item<'a>(
    item: &'a FitnessItem,
    asked: Option<Asked>,
    made: &[&Attempt<'_>],
) -> ItemVerdict<'a> {
    let best = made
        .iter()
        .filter_map(|attempt| attempt.value)
        .reduce(|one, other| item.better_of(one, other));
    let limit = match asked {
        Some(Asked::Limit(limit)) => Some(limit),
        _ => None,
    };
    let passed = match (made.is_empty(), best, limit) {
        (true, _, _) => None,
        // Broken off each time: not good enough whatever is asked.
        (false, None, _) => Some(false),
        (false, Some(best), Some(limit)) => Some(item.good_enough(best, limit)),
        (false, Some(_), None) => None,
    };
    let figure = |value: i64| show(item.measure, value);
    let asks = limit.map(|limit| {
        let word = match item.better {
            chengzhi_rules::fitness::Better::Lower => "不超过",
            chengzhi_rules::fitness::Better::Higher => "不少于",
        };
        format!("标准{word}{}", figure(limit))
    });
    let did = match (made.len(), best) {
        (0, _) => "未测".to_owned(),
        (_, None) => "未完成".to_owned(),
        (1, Some(best)) => figure(best),
        (times, Some(best)) => format!("{times}次中最好{}", figure(best)),
    };
    let word = match passed {
        Some(true) => "，合格",
        Some(false) => "，不合格",
        None => "",
    };
    let text = match asks {
        Some(asks) => format!("{did}，{asks}{word}。"),
        None => format!("{did}{word}。"),
    };
    ItemVerdict {
        item,
        attempts: u32::try_from(made.len()).unwrap_or(u32::MAX),
        best,
        limit,
        passed,
        text,
    }
}

#[cfg(test)]
mod tests {
    use chengzhi_rules::fitness::fitness_examples;
    use proptest::prelude::*;

    use super::*;

    fn standard(code: &str) -> &'static FitnessStandard {
        fitness_examples()
            .iter()
            .find(|one| one.code == code)
            .unwrap()
    }

    fn attempts(of: &[(&'static str, i64)]) -> Vec<Attempt<'static>> {
        of.iter()
            .map(|(item, value)| Attempt {
                item,
                value: (*value >= 0).then_some(*value),
            })
            .collect()
    }

    #[test]
    fn outcomes() {
        let man = Some(Sex::Male);
        let good = [("shuttle", 13_000), ("run1000", 270_000), ("jump", 270_000)];
        for (code, sex, age, made, outcome) in [
            ("2021", man, None, vec![], Outcome::None),
            ("2021", man, None, good.to_vec(), Outcome::Passed),
            ("2021", man, None, good[..2].to_vec(), Outcome::Incomplete),
            (
                "2021",
                man,
                None,
                vec![good[0], good[1], ("jump", 260_000)],
                Outcome::Failed,
            ),
            (
                "2021",
                man,
                None,
                vec![good[0], good[1], ("jump", 260_000), ("jump", 265_000)],
                Outcome::Passed,
            ),
            (
                "2021",
                man,
                None,
                vec![good[0], ("run1000", -1), good[2]],
                Outcome::Failed,
            ),
            ("2021", None, None, good.to_vec(), Outcome::Unknown),
            ("2021", man, Some(70), good.to_vec(), Outcome::Unknown),
            ("2015", man, None, good.to_vec(), Outcome::Unknown),
            ("2015", man, Some(30), good.to_vec(), Outcome::Failed),
            ("2015", man, Some(31), good.to_vec(), Outcome::Passed),
            (
                "2021",
                Some(Sex::Female),
                None,
                good.to_vec(),
                Outcome::Incomplete,
            ),
        ] {
            let verdict = judge(standard(code), sex, age, &attempts(&made));
            assert_eq!(verdict.outcome, outcome, "{made:?}: {}", verdict.text);
        }
    }

    #[test]
    fn the_sentence_names_attempts_limit_and_result() {
        let made = attempts(&[("shuttle", 13_900), ("shuttle", 13_200), ("jump", -1)]);
        let verdict = judge(standard("2021"), Some(Sex::Male), None, &made);
        let texts: Vec<&str> = verdict.items.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "2次中最好13.2秒，标准不超过13.4秒，合格。",
                "未测，标准不超过4分35秒。",
                "未完成，标准不少于265厘米，不合格。",
            ]
        );
        assert_eq!(verdict.text, "还缺1000米跑。");
    }

    proptest! {
        #[test]
        fn more_attempts_never_hurt(
            base in proptest::collection::vec((0usize..3, 7_000i64..400_000), 0..8),
            more in proptest::collection::vec((0usize..3, 7_000i64..400_000), 0..8),
        ) {
            let codes = ["shuttle", "run1000", "jump"];
            let turn = |of: &[(usize, i64)]| -> Vec<Attempt<'static>> {
                of.iter().map(|(at, value)| Attempt { item: codes[*at], value: Some(*value) }).collect()
            };
            let first = turn(&base);
            let mut all = first.clone();
            all.extend(turn(&more));
            let before = judge(standard("2021"), Some(Sex::Male), None, &first);
            let after = judge(standard("2021"), Some(Sex::Male), None, &all);
            if before.outcome == Outcome::Passed {
                prop_assert_eq!(after.outcome, Outcome::Passed);
            }
            for (one, two) in before.items.iter().zip(&after.items) {
                prop_assert!(one.passed != Some(true) || two.passed == Some(true));
            }
        }
    }
}
