//! The paper as a whole.

use serde::Serialize;

use super::{Replies, Sheet, caution, got, mean, thousandths, variance};

/// Below this a paper should not decide about single people: the usual least for such decisions
/// (Nunnally & Bernstein, *Psychometric Theory*, 1994, ask 0.90 for decisions, 0.70 for research).
pub const WEAK_ALPHA: i32 = 700;

/// How reliable a paper was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reliability {
    /// Candidates.
    pub candidates: u32,
    /// Mean total in hundredths of marks.
    pub mean: i64,
    /// Standard deviation of totals in hundredths of marks (divisor n).
    pub deviation: i64,
    /// Cronbach's alpha in thousandths: `k/(k−1) · (1 − Σ var(item) / var(total))`; none with fewer than two
    /// questions or when totals do not vary.
    pub alpha: Option<i32>,
    /// KR-20 in thousandths: alpha of the right/wrong table, given only when every question earned
    /// all or nothing of equal marks.
    pub kr20: Option<i32>,
    /// Standard error of measurement in hundredths of marks: `deviation · √(1 − alpha)`; none for a
    /// negative alpha.
    pub error: Option<i64>,
    /// Caution for few candidates and weak papers; empty when there is none.
    pub text: String,
}

/// Judges one paper; none without candidates.
#[must_use]
pub fn reliability(paper: &[Sheet], sitters: &[Replies]) -> Option<Reliability> {
    if sitters.is_empty() {
        return None;
    }
    let columns: Vec<Vec<f64>> = paper
        .iter()
        .map(|sheet| sitters.iter().map(|r| got(r, sheet.question)).collect())
        .collect();
    let totals: Vec<f64> = (0..sitters.len())
        .map(|at| columns.iter().map(|column| column[at]).sum())
        .collect();
    let spread = variance(&totals);
    let k = paper.len() as f64;
    let parts: f64 = columns.iter().map(|column| variance(column)).sum();
    let raw = k / (k - 1.0) * (1.0 - parts / spread);
    let alpha = thousandths(raw).filter(|_| paper.len() >= 2 && spread > 0.0);
    let same_worth = paper.windows(2).all(|two| two[0].full == two[1].full);
    let dichotomous = paper.iter().zip(&columns).all(|(sheet, column)| {
        let full = sheet.full.0 as f64;
        column.iter().all(|got| *got == 0.0 || *got == full)
    });
    let deviation = spread.sqrt();
    let error = alpha
        .filter(|alpha| (0..=1000).contains(alpha))
        .map(|_| (deviation * (1.0 - raw).max(0.0).sqrt()).round() as i64);
    let mut text = caution(sitters.len()).unwrap_or_default();
    if alpha.is_some_and(|alpha| alpha < WEAK_ALPHA) {
        text.push_str("信度偏低，不宜单凭本卷成绩区分个人。");
    }
    Some(Reliability {
        candidates: u32::try_from(sitters.len()).unwrap_or(u32::MAX),
        mean: mean(&totals).round() as i64,
        deviation: deviation.round() as i64,
        alpha,
        kr20: alpha.filter(|_| same_worth && dichotomous),
        error,
        text,
    })
}
