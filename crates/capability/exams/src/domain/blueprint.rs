//! What a paper must be (组卷蓝图): sections, limits by topic, kind, difficulty and level, expected score,
//! fixed and excluded questions, exposure (issue 5 §2; B-65).

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::coded::coded;
use super::{Deny, Marks, QuestionId};

coded! {
    /// Kinds of question (domain facts G4).
    pub enum Kind {
        /// One option is right.
        Single = "single", "单选题";
        /// Two or more options are right.
        Multiple = "multiple", "多选题";
        /// Right or wrong.
        TrueFalse = "true_false", "判断题";
        /// A gap to fill.
        FillIn = "fill_in", "填空题";
        /// A few sentences, marked by hand.
        ShortAnswer = "short_answer", "简答题";
        /// A case with sub-questions, marked by hand.
        Case = "case", "案例分析题";
    }
}

/// Levels of difficulty, easiest first.
pub const DIFFICULTIES: RangeInclusive<u8> = 1..=5;

/// Expected share of the marks, in thousandths, for difficulty 1 to 5 of a question that nobody has
/// answered yet. A house assumption; the observed share takes its place once there is one.
pub const ASSUMED_RATE: [u16; 5] = [900, 750, 600, 450, 300];

/// A question of the bank, as far as building a paper needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankItem {
    /// The version that would be printed.
    pub id: QuestionId,
    /// Kind.
    pub kind: Kind,
    /// Field of law, by code.
    pub field: String,
    /// Topic, by code.
    pub topic: String,
    /// 1 (easy) to 5.
    pub difficulty: u8,
    /// Level of the exam it belongs to, by code.
    pub level: String,
    /// Papers it has been on.
    pub uses: u32,
    /// How many sessions ago it was on a paper last: 1 is the latest session. None: never.
    pub last_used: Option<u32>,
    /// Questions too alike for one paper share a number.
    pub enemies: Option<u32>,
    /// Observed share of the marks, in thousandths.
    pub rate: Option<u16>,
}

impl BankItem {
    /// Expected share of the marks in thousandths: observed, else assumed by difficulty.
    #[must_use]
    pub fn expected_rate(&self) -> u16 {
        self.rate.unwrap_or_else(|| {
            let place = usize::from(self.difficulty.clamp(1, 5)) - 1;
            ASSUMED_RATE[place]
        })
    }
}

/// A run of questions of one kind that stand together on the paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Heading; empty: the kind's word.
    pub title: String,
    /// Kind of its questions.
    pub kind: Kind,
    /// How many.
    pub count: u32,
    /// Marks for each.
    pub marks: Marks,
}

impl Section {
    /// Heading as printed.
    #[must_use]
    pub fn heading(&self) -> &str {
        if self.title.is_empty() {
            self.kind.name()
        } else {
            &self.title
        }
    }
}

/// Which questions a limit counts: those that agree with every part that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Only in this section (place in the blueprint, from 0).
    pub section: Option<usize>,
    /// Kind.
    pub kind: Option<Kind>,
    /// Field of law.
    pub field: Option<String>,
    /// Topic.
    pub topic: Option<String>,
    /// Difficulty from … to …, both included.
    pub difficulty: Option<(u8, u8)>,
    /// Level.
    pub level: Option<String>,
    /// Questions that have (or have not) been on a paper before.
    pub used: Option<bool>,
}

impl Filter {
    /// Whether a question agrees, whatever its section.
    #[must_use]
    pub fn matches(&self, item: &BankItem) -> bool {
        fn same(want: Option<&String>, have: &str) -> bool {
            want.is_none_or(|code| code == have)
        }
        self.kind.is_none_or(|kind| kind == item.kind)
            && same(self.field.as_ref(), &item.field)
            && same(self.topic.as_ref(), &item.topic)
            && same(self.level.as_ref(), &item.level)
            && self
                .difficulty
                .is_none_or(|(from, to)| (from..=to).contains(&item.difficulty))
            && self.used.is_none_or(|used| used == (item.uses > 0))
    }

    /// As people say it: `“处罚程序”多选题`. Codes are shown as they are; a caller with a code list
    /// replaces them before.
    #[must_use]
    pub fn words(&self, sections: &[Section]) -> String {
        let section = self.section.and_then(|at| sections.get(at));
        let mut parts = Vec::new();
        for code in [&self.field, &self.topic, &self.level]
            .into_iter()
            .flatten()
        {
            parts.push(format!("“{code}”"));
        }
        match self.difficulty {
            Some((from, to)) if from == to => parts.push(format!("难度{from}的")),
            Some((from, to)) => parts.push(format!("难度{from}至{to}的")),
            None => {}
        }
        match self.used {
            Some(true) => parts.push("用过的".to_owned()),
            Some(false) => parts.push("未用过的".to_owned()),
            None => {}
        }
        let kind = self.kind.or(section.map(|section| section.kind));
        let mut words = parts.concat();
        words.push_str(kind.map_or("试题", Kind::name));
        match section {
            Some(section) if section.heading() != section.kind.name() => {
                format!("“{}”中的{words}", section.heading())
            }
            _ => words,
        }
    }
}

/// At least, at most so many questions of some sort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// Of which sort.
    pub filter: Filter,
    /// At least.
    pub min: Option<u32>,
    /// At most.
    pub max: Option<u32>,
}

/// The share of the full marks that is expected of an average candidate (预计得分率).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateTarget {
    /// In thousandths.
    pub rate: u16,
    /// Allowed distance, in thousandths, both ways.
    pub tolerance: u16,
}

/// How worn a question may be. A rule holds for fixed questions too: naming a question does not
/// make its answer less known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Exposure {
    /// Not used in so many latest sessions.
    pub rest_sessions: Option<u32>,
    /// On at most so many papers before this one.
    pub max_uses: Option<u32>,
    /// On at most this share of the papers so far.
    pub max_share: Option<Share>,
}

/// A share of the papers so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// At most, in thousandths.
    pub per_mille: u16,
    /// Papers so far.
    pub papers: u32,
}

impl Exposure {
    /// Used within the rest.
    #[must_use]
    pub fn breaks_rest(&self, item: &BankItem) -> bool {
        matches!((self.rest_sessions, item.last_used), (Some(rest), Some(ago)) if ago <= rest)
    }

    /// Used too often.
    #[must_use]
    pub fn breaks_uses(&self, item: &BankItem) -> bool {
        self.max_uses.is_some_and(|most| item.uses > most)
    }

    /// On too large a share of the papers.
    #[must_use]
    pub fn breaks_share(&self, item: &BankItem) -> bool {
        self.max_share.is_some_and(|share| {
            u64::from(item.uses) * 1000 > u64::from(share.per_mille) * u64::from(share.papers)
        })
    }
}

/// What a paper must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blueprint {
    /// Sections in printed order.
    pub sections: Vec<Section>,
    /// Limits.
    #[serde(default)]
    pub limits: Vec<Limit>,
    /// Full marks the sections must add up to.
    #[serde(default)]
    pub total: Option<Marks>,
    /// Expected score.
    #[serde(default)]
    pub target: Option<RateTarget>,
    /// Questions that must be on it.
    #[serde(default)]
    pub fixed: Vec<QuestionId>,
    /// Questions that must not.
    #[serde(default)]
    pub excluded: BTreeSet<QuestionId>,
    /// Wear.
    #[serde(default)]
    pub exposure: Exposure,
    /// Keeps near-duplicates apart.
    #[serde(default = "yes")]
    pub keep_enemies_apart: bool,
}

const fn yes() -> bool {
    true
}

/// Most questions on a paper; more is a slip of the hand.
pub const MOST_QUESTIONS: u32 = 1000;

/// Most limits of a blueprint.
pub const MOST_LIMITS: usize = 256;

impl Blueprint {
    /// Questions on the paper.
    #[must_use]
    pub fn questions(&self) -> u32 {
        self.sections
            .iter()
            .fold(0u32, |sum, section| sum.saturating_add(section.count))
    }

    /// Full marks of the sections.
    #[must_use]
    pub fn marks(&self) -> Marks {
        self.sections
            .iter()
            .map(|section| Marks(section.marks.0.saturating_mul(i64::from(section.count))))
            .sum()
    }

    /// Checks what needs no bank: that the numbers can be read as a blueprint at all.
    ///
    /// # Errors
    /// The first fault, as a [`Deny`] with the code `exams.blueprint`.
    pub fn check(&self) -> Result<(), Deny> {
        let deny = |text: String| Err(Deny::new("exams.blueprint", text));
        if self.sections.is_empty() {
            return deny("蓝图至少要有一个大题。".to_owned());
        }
        for (at, section) in self.sections.iter().enumerate() {
            let name = format!("第{}大题“{}”", at + 1, section.heading());
            if section.count == 0 || section.count > MOST_QUESTIONS {
                return deny(format!("{name}的题数应在1至{MOST_QUESTIONS}之间。"));
            }
            if section.marks.0 <= 0 || section.marks > Marks::whole(1000) {
                return deny(format!("{name}每题分值应大于0，不超过1000分。"));
            }
        }
        if self.questions() > MOST_QUESTIONS {
            return deny(format!(
                "全卷共{}题，最多{MOST_QUESTIONS}题。",
                self.questions()
            ));
        }
        if self.limits.len() > MOST_LIMITS {
            return deny(format!(
                "要求共{}条，最多{MOST_LIMITS}条。",
                self.limits.len()
            ));
        }
        for (at, limit) in self.limits.iter().enumerate() {
            let name = format!(
                "第{}条要求（{}）",
                at + 1,
                limit.filter.words(&self.sections)
            );
            if limit.min.is_none() && limit.max.is_none() {
                return deny(format!("{name}没有写至少或至多几题。"));
            }
            if matches!((limit.min, limit.max), (Some(min), Some(max)) if min > max) {
                return deny(format!("{name}的下限大于上限。"));
            }
            if limit
                .filter
                .section
                .is_some_and(|at| at >= self.sections.len())
            {
                return deny(format!("{name}指的大题不存在。"));
            }
            if let Some((from, to)) = limit.filter.difficulty
                && !(DIFFICULTIES.contains(&from) && DIFFICULTIES.contains(&to) && from <= to)
            {
                return deny(format!("{name}的难度应在1至5之间，且从低到高。"));
            }
        }
        if let Some(target) = self.target
            && (target.rate > 1000 || target.tolerance > 1000)
        {
            return deny("预计得分率和允许偏差应在0至100%之间。".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
