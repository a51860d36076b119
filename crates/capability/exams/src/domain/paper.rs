//! A built paper (试卷), and whether it is what a blueprint asks for.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::blueprint::{BankItem, Blueprint};
use super::{Marks, QuestionId};

/// A question on its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperItem {
    /// Place of its section in the blueprint, from 0.
    pub section: usize,
    /// The question.
    pub question: QuestionId,
    /// What it is worth.
    pub marks: Marks,
}

/// A paper: its questions in printed order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Section after section.
    pub items: Vec<PaperItem>,
}

impl Paper {
    /// Full marks.
    #[must_use]
    pub fn marks(&self) -> Marks {
        self.items.iter().map(|item| item.marks).sum()
    }

    /// Its questions.
    pub fn questions(&self) -> impl Iterator<Item = QuestionId> + '_ {
        self.items.iter().map(|item| item.question)
    }

    /// Expected share of the full marks in thousandths, rounded down; none for a paper without
    /// marks or with a question that `bank` does not hold.
    #[must_use]
    pub fn expected_rate(&self, bank: &[BankItem]) -> Option<u16> {
        let index = index(bank);
        let mut sum = 0i128;
        for item in &self.items {
            let known = index.get(&item.question)?;
            sum += i128::from(item.marks.0) * i128::from(known.expected_rate());
        }
        let full = i128::from(self.marks().0);
        u16::try_from(sum.checked_div(full)?).ok()
    }
}

fn index(bank: &[BankItem]) -> BTreeMap<QuestionId, &BankItem> {
    let mut index = BTreeMap::new();
    for item in bank {
        index.entry(item.id).or_insert(item);
    }
    index
}

/// What keeps a paper from being what the blueprint asks for, a sentence each; empty when it is.
/// Written without the solver's shortcuts, so that it can judge a solver's or a person's paper.
#[must_use]
pub fn faults(paper: &Paper, plan: &Blueprint, bank: &[BankItem]) -> Vec<String> {
    let index = index(bank);
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    let mut groups = BTreeMap::new();
    let mut rows: Vec<(&PaperItem, &BankItem)> = Vec::new();
    for item in &paper.items {
        let id = item.question;
        let Some(known) = index.get(&id).copied() else {
            faults.push(format!("试题{id}不在可选范围。"));
            continue;
        };
        if !seen.insert(id) {
            faults.push(format!("试题{id}出现两次。"));
        }
        match plan.sections.get(item.section) {
            Some(section) if section.kind != known.kind => faults.push(format!(
                "试题{id}是{}，不能放在“{}”。",
                known.kind.name(),
                section.heading()
            )),
            Some(section) if section.marks != item.marks => faults.push(format!(
                "试题{id}应为{}分，现为{}分。",
                section.marks, item.marks
            )),
            Some(_) => {}
            None => faults.push(format!("试题{id}所在的大题不存在。")),
        }
        if plan.excluded.contains(&id) {
            faults.push(format!("试题{id}在排除之列。"));
        }
        if plan.exposure.breaks_rest(known) {
            faults.push(format!("试题{id}最近用过，未满使用间隔。"));
        }
        if plan.exposure.breaks_uses(known) || plan.exposure.breaks_share(known) {
            faults.push(format!("试题{id}使用次数超过限制。"));
        }
        if plan.keep_enemies_apart
            && let Some(group) = known.enemies
            && let Some(other) = groups.insert(group, id)
        {
            faults.push(format!("试题{other}与试题{id}过于相近，不能同卷。"));
        }
        rows.push((item, known));
    }
    for (at, section) in plan.sections.iter().enumerate() {
        let have = rows.iter().filter(|(item, _)| item.section == at).count();
        if have != section.count as usize {
            faults.push(format!(
                "“{}”应有{}题，现有{have}题。",
                section.heading(),
                section.count
            ));
        }
    }
    for limit in &plan.limits {
        let have = rows
            .iter()
            .filter(|(item, known)| {
                limit.filter.section.is_none_or(|at| at == item.section)
                    && limit.filter.matches(known)
            })
            .count();
        let words = limit.filter.words(&plan.sections);
        if limit.min.is_some_and(|min| have < min as usize) {
            faults.push(format!("{words}少于下限，现有{have}题。"));
        }
        if limit.max.is_some_and(|max| have > max as usize) {
            faults.push(format!("{words}超过上限，现有{have}题。"));
        }
    }
    if plan.total.is_some_and(|total| total != paper.marks()) {
        faults.push(format!("全卷{}分，与规定的总分不符。", paper.marks()));
    }
    if let Some(target) = plan.target {
        let sum: i128 = rows
            .iter()
            .map(|(item, known)| i128::from(item.marks.0) * i128::from(known.expected_rate()))
            .sum();
        let full = i128::from(paper.marks().0);
        let (rate, slack) = (i128::from(target.rate), i128::from(target.tolerance));
        if sum < (rate - slack) * full || sum > (rate + slack) * full {
            faults.push("预计得分率超出允许偏差。".to_owned());
        }
    }
    for id in &plan.fixed {
        if !seen.contains(id) {
            faults.push(format!("必选试题{id}不在卷上。"));
        }
    }
    faults
}
