//! Drill reviews (队列会操, B-55): ranks by score.

use chengzhi_kernel::Quantity;

/// Who holds a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// District-wide (全区队列会操).
    District,
    /// The city's contest (全系统队列会操).
    City,
}

impl Level {
    /// Both.
    pub const ALL: [Level; 2] = [Level::District, Level::City];

    /// Stable code, as stored and sent.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Level::District => "district",
            Level::City => "city",
        }
    }

    /// Word on pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Level::District => "全区会操",
            Level::City => "全市会操",
        }
    }

    /// Reads [`Level::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Level::ALL.into_iter().find(|level| level.code() == code)
    }
}

/// Ranks by score, best first; equal scores share a rank and the next one is skipped. Teams without
/// a score have no rank.
#[must_use]
pub fn ranks(scores: &[Option<Quantity>]) -> Vec<Option<u32>> {
    scores
        .iter()
        .map(|score| {
            score.map(|own| {
                let better = scores
                    .iter()
                    .flatten()
                    .filter(|other| **other > own)
                    .count();
                u32::try_from(better).unwrap_or(u32::MAX).saturating_add(1)
            })
        })
        .collect()
}

/// Highest score that can be entered.
pub const MOST_POINTS: i64 = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn points(thousandths: i64) -> Option<Quantity> {
        Some(Quantity::from_thousandths(thousandths))
    }

    #[test]
    fn equal_scores_share_a_rank() {
        let scores = [
            points(95_500),
            points(97_000),
            None,
            points(95_500),
            points(90_000),
        ];
        assert_eq!(ranks(&scores), [Some(2), Some(1), None, Some(2), Some(4)]);
        assert_eq!(ranks(&[]), Vec::<Option<u32>>::new());
    }

    #[test]
    fn codes_read_back() {
        for level in Level::ALL {
            assert_eq!(Level::from_code(level.code()), Some(level));
        }
    }
}
