//! Marking by key: what an answer earns without anybody reading it.

use std::collections::BTreeSet;

use chengzhi_questions::compare;
use serde::{Deserialize, Serialize};

use super::{Deny, Marks};

/// What is right. Letters are the bank's, before shuffling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// These options and no others.
    Options(BTreeSet<char>),
    /// Any one of these options: two answers turned out right.
    AnyOf(BTreeSet<char>),
    /// Right or wrong.
    Truth(bool),
    /// For each gap the texts that are accepted.
    Texts(Vec<Vec<String>>),
}

/// What a candidate answered. Letters are the bank's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Chosen options.
    Options(BTreeSet<char>),
    /// Right or wrong.
    Truth(bool),
    /// A text for each gap.
    Texts(Vec<String>),
    /// For each sub-question of a case its answer; none where nothing has been answered yet.
    Parts(Vec<Option<Answer>>),
}

impl Answer {
    /// The answer to the sub-question at this place, from 0.
    #[must_use]
    pub fn part(&self, place: usize) -> Option<&Answer> {
        match self {
            Answer::Parts(list) => list.get(place)?.as_ref(),
            _ => None,
        }
    }
}

/// What an incomplete choice without a wrong option earns (少选).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Incomplete {
    /// Nothing.
    #[default]
    Nothing,
    /// This share of the marks, in thousandths.
    Share(u16),
    /// Each right option its equal part.
    PerOption,
}

/// What an answer earns of `full`. No answer, or one of another sort than the key, earns nothing.
/// A wrong option always earns nothing. Gaps earn equal parts, in order; the sum is rounded once.
#[must_use]
pub fn mark(key: &Key, answer: Option<&Answer>, full: Marks, incomplete: Incomplete) -> Marks {
    match (key, answer) {
        (Key::Options(right), Some(Answer::Options(chosen))) => {
            if chosen == right {
                full
            } else if chosen.is_empty() || !chosen.is_subset(right) {
                Marks::ZERO
            } else {
                match incomplete {
                    Incomplete::Nothing => Marks::ZERO,
                    Incomplete::Share(share) => full.share(i64::from(share.min(1000)), 1000),
                    Incomplete::PerOption => full.share(chosen.len() as i64, right.len() as i64),
                }
            }
        }
        (Key::AnyOf(right), Some(Answer::Options(chosen)))
            if chosen.len() == 1 && chosen.is_subset(right) =>
        {
            full
        }
        (Key::Truth(right), Some(Answer::Truth(said))) if right == said => full,
        (Key::Texts(gaps), Some(Answer::Texts(texts))) => {
            let right = gaps
                .iter()
                .zip(texts)
                .filter(|(accepted, text)| accepted.iter().any(|one| compare::says(one, text)))
                .count();
            full.share(right as i64, gaps.len() as i64)
        }
        _ => Marks::ZERO,
    }
}

/// Checks that a key can be right for anybody.
///
/// # Errors
/// [`Deny`] `exams.key` for a key without a right answer.
pub fn check(key: &Key) -> Result<(), Deny> {
    let empty = match key {
        Key::Options(letters) => letters.is_empty(),
        Key::AnyOf(letters) => letters.len() < 2,
        Key::Truth(_) => false,
        Key::Texts(gaps) => {
            gaps.is_empty()
                || gaps
                    .iter()
                    .any(|gap| gap.iter().all(|text| compare::comparable(text).is_empty()))
        }
    };
    if empty {
        return Err(Deny::new(
            "exams.key",
            "答案不完整：选择题至少一个正确选项，“任选其一”至少两个，填空题每空至少一个答案。",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(letters: &str) -> BTreeSet<char> {
        letters.chars().collect()
    }

    #[test]
    fn choices_earn_by_table() {
        let full = Marks(200);
        for (right, chosen, nothing, half, each) in [
            ("ABC", "ABC", 200, 200, 200),
            ("ABC", "AB", 0, 100, 133),
            ("ABC", "A", 0, 100, 67),
            ("ABC", "ABD", 0, 0, 0),
            ("ABC", "ABCD", 0, 0, 0),
            ("ABC", "", 0, 0, 0),
            ("B", "B", 200, 200, 200),
            ("B", "C", 0, 0, 0),
        ] {
            let key = Key::Options(options(right));
            let answer = Answer::Options(options(chosen));
            let earned = |rule| mark(&key, Some(&answer), full, rule).0;
            assert_eq!(
                [
                    earned(Incomplete::Nothing),
                    earned(Incomplete::Share(500)),
                    earned(Incomplete::PerOption)
                ],
                [nothing, half, each],
                "{right} / {chosen}"
            );
        }
    }

    #[test]
    fn other_kinds_earn_by_table() {
        let texts = |all: &[&str]| Answer::Texts(all.iter().map(|t| (*t).to_owned()).collect());
        let gaps = Key::Texts(vec![
            vec!["五日".into(), "5日".into()],
            vec!["GB/T 22239".into()],
            vec!["听证".into()],
        ]);
        let any = Key::AnyOf(options("AC"));
        for (key, answer, want) in [
            (&Key::Truth(true), Some(Answer::Truth(true)), 100),
            (&Key::Truth(true), Some(Answer::Truth(false)), 0),
            (&Key::Truth(true), None, 0),
            (&Key::Truth(false), Some(Answer::Options(options("A"))), 0),
            (&any, Some(Answer::Options(options("C"))), 100),
            (&any, Some(Answer::Options(options("AC"))), 0),
            (&gaps, Some(texts(&["５日。", "gb/t22239", " 听 证"])), 100),
            (&gaps, Some(texts(&["五日", "", "听证"])), 67),
            (&gaps, Some(texts(&["听证"])), 0),
        ] {
            let earned = mark(key, answer.as_ref(), Marks(100), Incomplete::Nothing);
            assert_eq!(earned, Marks(want), "{answer:?}");
        }
    }

    #[test]
    fn a_key_that_nobody_can_meet_is_refused() {
        assert!(check(&Key::Options(BTreeSet::new())).is_err());
        assert!(check(&Key::AnyOf(options("A"))).is_err());
        assert!(check(&Key::Texts(vec![vec!["。".into()]])).is_err());
        assert!(check(&Key::Texts(vec![vec!["七日".into()]])).is_ok());
    }
}
