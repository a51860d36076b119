//! One question after the other.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Replies, Sheet, correlation, got, mean, thousandths};
use crate::domain::QuestionId;
use crate::domain::coded::coded;

/// Easier than this (p, thousandths): hardly anybody is told apart (Crocker & Algina ch. 14).
pub const TOO_EASY: i32 = 950;
/// Harder than this: near guessing among four options (Crocker & Algina ch. 14).
pub const TOO_HARD: i32 = 250;
/// Below this discrimination a question is poor and should be rejected or rewritten; the band is
/// Ebel & Frisbie's (0.40 and up very good, 0.30–0.39 good, 0.20–0.29 marginal, below 0.19 poor).
pub const POOR_DISCRIMINATION: i32 = 200;
/// A wrong option chosen by fewer than these thousandths draws nobody: the usual 5 % of a
/// "functioning distractor" (Haladyna & Downing, Educ. Psychol. Meas. 53, 1993).
pub const IDLE_DISTRACTOR: i32 = 50;

coded! {
    /// What is weak about a question.
    pub enum Flag {
        /// Discrimination below zero: the able do worse. Look at the key first.
        Negative = "negative", "高分者反而答错，请先核对答案";
        /// Discrimination below [`POOR_DISCRIMINATION`].
        Poor = "poor", "区分度低";
        /// p above [`TOO_EASY`].
        TooEasy = "too_easy", "过易";
        /// p below [`TOO_HARD`].
        TooHard = "too_hard", "过难";
        /// A wrong option that the upper group chooses more often than the lower, or more often than
        /// the right one.
        Misleading = "misleading", "有干扰项更吸引高分者，请核对答案和题干";
        /// A wrong option hardly anybody chooses, see [`IDLE_DISTRACTOR`].
        IdleOption = "idle_option", "有干扰项几乎无人选";
    }
}

/// What one option did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OptionRow {
    /// Letter.
    pub letter: char,
    /// Among the right ones.
    pub right: bool,
    /// Candidates who chose it.
    pub count: u32,
    /// Of them in the upper group.
    pub upper: u32,
    /// Of them in the lower group.
    pub lower: u32,
}

/// What one question did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The question.
    pub question: QuestionId,
    /// Candidates who had it.
    pub candidates: u32,
    /// Difficulty p: mean share of its marks, in thousandths (higher is easier).
    pub difficulty: i32,
    /// Corrected item-total correlation (with the total of the other questions; for right/wrong
    /// questions the point-biserial), in thousandths; none when one of them does not vary.
    pub discrimination: Option<i32>,
    /// Upper-lower index D: share of marks in the upper group minus the lower, in thousandths.
    pub upper_lower: i32,
    /// Option after option.
    pub options: Vec<OptionRow>,
    /// Candidates without an answer.
    pub blank: u32,
    /// Median of seconds spent; none when unknown.
    pub median_seconds: Option<u32>,
    /// What is weak.
    pub flags: Vec<Flag>,
    /// The flags in Chinese; empty when there are none.
    pub text: String,
}

/// Analyses each question of one paper. Upper and lower group are the best and the last 27 % by total
/// marks (Kelley 1939), rounded up, at least one; equal totals are ordered as given.
#[must_use]
pub fn analyse(paper: &[Sheet], sitters: &[Replies]) -> Vec<Item> {
    if sitters.is_empty() {
        return Vec::new();
    }
    let total = |replies: &Replies| -> f64 { paper.iter().map(|s| got(replies, s.question)).sum() };
    let totals: Vec<f64> = sitters.iter().map(total).collect();
    let mut order: Vec<usize> = (0..sitters.len()).collect();
    order.sort_by(|a, b| totals[*b].total_cmp(&totals[*a]));
    let group = (sitters.len() * 27).div_ceil(100).max(1);
    let upper: BTreeSet<usize> = order[..group].iter().copied().collect();
    let lower: BTreeSet<usize> = order[order.len() - group..].iter().copied().collect();
    paper
        .iter()
        .map(|sheet| one(sheet, sitters, &totals, &upper, &lower))
        .collect()
}

fn one(
    sheet: &Sheet,
    sitters: &[Replies],
    totals: &[f64],
    upper: &BTreeSet<usize>,
    lower: &BTreeSet<usize>,
) -> Item {
    let full = (sheet.full.0 as f64).max(1.0);
    let scores: Vec<f64> = sitters.iter().map(|r| got(r, sheet.question)).collect();
    let rest: Vec<f64> = totals.iter().zip(&scores).map(|(t, s)| t - s).collect();
    let share = |group: &BTreeSet<usize>| {
        let part: Vec<f64> = group.iter().map(|at| scores[*at] / full).collect();
        mean(&part)
    };
    let chose = |at: usize, letter: char| {
        let reply = sitters[at].get(&sheet.question);
        reply.is_some_and(|reply| reply.chosen.contains(&letter))
    };
    let count = |letter: char, among: &mut dyn Iterator<Item = usize>| {
        u32::try_from(among.filter(|at| chose(*at, letter)).count()).unwrap_or(u32::MAX)
    };
    let options: Vec<OptionRow> = sheet
        .options
        .iter()
        .map(|letter| OptionRow {
            letter: *letter,
            right: sheet.right.contains(letter),
            count: count(*letter, &mut (0..sitters.len())),
            upper: count(*letter, &mut upper.iter().copied()),
            lower: count(*letter, &mut lower.iter().copied()),
        })
        .collect();
    let answered = sitters.iter().filter(|r| r.contains_key(&sheet.question));
    let mut seconds: Vec<u32> = sitters
        .iter()
        .filter_map(|r| r.get(&sheet.question)?.seconds)
        .collect();
    seconds.sort_unstable();
    let candidates = u32::try_from(sitters.len()).unwrap_or(u32::MAX);
    let blank = sitters.len() - answered.count();
    let mut item = Item {
        question: sheet.question,
        candidates,
        difficulty: thousandths(mean(&scores) / full).unwrap_or(0),
        discrimination: thousandths(correlation(&scores, &rest)),
        upper_lower: thousandths(share(upper) - share(lower)).unwrap_or(0),
        options,
        blank: u32::try_from(blank).unwrap_or(u32::MAX),
        median_seconds: median(&seconds),
        flags: Vec::new(),
        text: String::new(),
    };
    item.flags = flags(&item);
    let names: Vec<&str> = item.flags.iter().map(|flag| flag.name()).collect();
    item.text = names.join("；");
    item
}

/// The middle one; of an even number the mean of the two in the middle, rounded down.
fn median(sorted: &[u32]) -> Option<u32> {
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(sorted.len() / 2 - 1)?;
    Some(lower + (upper - lower) / 2)
}

fn flags(item: &Item) -> Vec<Flag> {
    let share = |count: u32| i64::from(count) * 1000 / i64::from(item.candidates.max(1));
    let wrong = || item.options.iter().filter(|o| !o.right);
    let single = item.options.iter().filter(|o| o.right).count() == 1;
    let key = item.options.iter().find(|o| o.right);
    let misleading = wrong().any(|o| {
        // Two more of the upper group, so that one person's slip is no finding.
        o.upper >= o.lower + 2 || (single && key.is_some_and(|key| o.upper >= key.upper + 2))
    });
    let idle = wrong().any(|o| share(o.count) < i64::from(IDLE_DISTRACTOR));
    let negative = item.discrimination.is_some_and(|d| d < 0);
    let poor = item
        .discrimination
        .is_some_and(|d| (0..POOR_DISCRIMINATION).contains(&d));
    [
        (negative, Flag::Negative),
        (poor, Flag::Poor),
        (item.difficulty > TOO_EASY, Flag::TooEasy),
        (item.difficulty < TOO_HARD, Flag::TooHard),
        (misleading, Flag::Misleading),
        // Of an easy question it is no wonder.
        (idle && item.difficulty <= TOO_EASY, Flag::IdleOption),
    ]
    .into_iter()
    .filter(|(on, _)| *on)
    .map(|(_, flag)| flag)
    .collect()
}
