//! Item analysis (题目分析): how hard a question was, how well it tells able from less able candidates,
//! what its wrong options did, how reliable the paper was. Statistics are computed in floating point
//! and handed out as whole thousandths; none of them changes a score.
//!
//! Sources of the formulas: L. Crocker, J. Algina, *Introduction to Classical and Modern Test
//! Theory* (1986), chapters 7 (reliability), 14 (item analysis); T. L. Kelley, *The selection of
//! upper and lower groups for the validation of test items* (J. Educ. Psychol. 30, 1939) for the
//! 27 %; R. L. Ebel, D. A. Frisbie, *Essentials of Educational Measurement* (5th ed. 1991),
//! chapter 13, for the bands of discrimination.

mod items;
mod reliability;
#[cfg(test)]
mod tests;

pub use items::{Flag, Item, OptionRow, analyse};
pub use reliability::{Reliability, reliability};

use std::collections::{BTreeMap, BTreeSet};

use super::{Marks, QuestionId};

/// A question as far as its analysis needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The question.
    pub question: QuestionId,
    /// What it is worth.
    pub full: Marks,
    /// Letters of its options; empty for kinds without.
    pub options: Vec<char>,
    /// Right options.
    pub right: BTreeSet<char>,
}

/// One candidate's answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// What it earned.
    pub got: Marks,
    /// Chosen options, the bank's letters.
    pub chosen: BTreeSet<char>,
    /// Seconds spent on it.
    pub seconds: Option<u32>,
}

/// One candidate who sat and whose paper is marked. A question he did not answer is missing.
pub type Replies = BTreeMap<QuestionId, Reply>;

/// Fewer candidates than these give figures that shift with every single one; said beside them. A
/// usual rule of thumb for the smallest sample of which a correlation is worth reporting.
pub const SMALL_SAMPLE: usize = 30;

/// The caution for a small sample.
#[must_use]
pub fn caution(candidates: usize) -> Option<String> {
    (candidates < SMALL_SAMPLE)
        .then(|| format!("仅{candidates}人作答，不足{SMALL_SAMPLE}人，指标仅供参考。"))
}

/// A share or coefficient as thousandths, halves away from zero; none for what is not a number.
fn thousandths(value: f64) -> Option<i32> {
    value.is_finite().then(|| (value * 1000.0).round() as i32)
}

fn got(replies: &Replies, question: QuestionId) -> f64 {
    replies.get(&question).map_or(0.0, |r| r.got.0 as f64)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Variance of the population (divisor n): these candidates are all there are.
fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64
}

/// Pearson's correlation; not a number when one side does not vary.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (mean_a, mean_b) = (mean(a), mean(b));
    let products = a.iter().zip(b).map(|(x, y)| (x - mean_a) * (y - mean_b));
    let covariance = products.sum::<f64>() / a.len() as f64;
    covariance / (variance(a) * variance(b)).sqrt()
}
