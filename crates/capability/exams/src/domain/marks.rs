//! Marks (分) as hundredths, so that sums are exact.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// An amount of marks in hundredths: `Marks(250)` is 2.5 分.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Marks(pub i64);

impl Marks {
    /// None.
    pub const ZERO: Self = Self(0);

    /// Whole marks: `Marks::whole(60)` is 60 分.
    #[must_use]
    pub const fn whole(marks: i64) -> Self {
        Self(marks.saturating_mul(100))
    }

    /// In hundredths: the stored form.
    #[must_use]
    pub const fn hundredths(self) -> i64 {
        self.0
    }

    /// `self × numerator ÷ denominator`, half a hundredth and more rounded up (四舍五入). A
    /// denominator that is not above zero gives zero.
    #[must_use]
    pub const fn share(self, numerator: i64, denominator: i64) -> Self {
        if denominator <= 0 {
            return Self::ZERO;
        }
        let doubled = (self.0 as i128) * (numerator as i128) * 2 + denominator as i128;
        Self(doubled.div_euclid(2 * denominator as i128) as i64)
    }

    /// Shares for so many parts that add up exactly: equal ones where whole or half marks allow it, else in the largest
    /// step that gives every part something, what is left over going to the last ones. None for no parts.
    #[must_use]
    pub fn shares(self, count: usize) -> Vec<Self> {
        let Some(parts) = i64::try_from(count).ok().filter(|parts| *parts > 0) else {
            return Vec::new();
        };
        const STEPS: [i64; 2] = [100, 50];
        let steps = || STEPS.into_iter().filter(|step| self.0 % step == 0);
        let step = steps()
            .find(|step| self.0 / step % parts == 0)
            .or_else(|| steps().find(|step| self.0 / step >= parts))
            .unwrap_or(1);
        let (each, more) = (self.0 / step / parts, self.0 / step % parts);
        (0..parts)
            .map(|place| Self((each + i64::from(place >= parts - more)) * step))
            .collect()
    }

    /// The distance of two amounts.
    #[must_use]
    pub const fn distance(self, other: Self) -> Self {
        Self((self.0 - other.0).abs())
    }
}

impl Add for Marks {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Marks {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Marks {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Sum for Marks {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Marks {
    /// Without a unit and without needless zeros: `60`, `2.5`, `-0.25`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.abs() / 100, self.0.abs() % 100);
        match (rest, rest % 10) {
            (0, _) => write!(f, "{sign}{whole}"),
            (_, 0) => write!(f, "{sign}{whole}.{}", rest / 10),
            _ => write!(f, "{sign}{whole}.{rest:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_print_without_needless_zeros() {
        for (hundredths, text) in [
            (6000, "60"),
            (250, "2.5"),
            (-25, "-0.25"),
            (5, "0.05"),
            (0, "0"),
        ] {
            assert_eq!(Marks(hundredths).to_string(), text);
        }
    }

    #[test]
    fn shares_add_up_and_are_as_even_as_marks_allow() {
        for (marks, parts, want) in [
            (2000, 4, &[500, 500, 500, 500][..]),
            (2000, 8, &[250; 8]),
            (2000, 3, &[600, 700, 700]),
            (200, 3, &[50, 50, 100]),
            (100, 3, &[33, 33, 34]),
            (1000, 1, &[1000]),
            (1000, 0, &[]),
        ] {
            let shares: Vec<i64> = Marks(marks).shares(parts).iter().map(|one| one.0).collect();
            assert_eq!(shares, want, "{marks}÷{parts}");
        }
        for marks in 0..300 {
            for parts in 1..9 {
                let sum: Marks = Marks(marks).shares(parts).into_iter().sum();
                assert_eq!(sum, Marks(marks), "{marks}÷{parts}");
            }
        }
    }

    #[test]
    fn a_share_rounds_half_a_hundredth_up() {
        for (marks, numerator, denominator, want) in [
            (100, 1, 3, 33),
            (100, 2, 3, 67),
            (25, 1, 2, 13),
            (-25, 1, 2, -12),
            (100, 0, 3, 0),
            (100, 1, 0, 0),
        ] {
            assert_eq!(
                Marks(marks).share(numerator, denominator),
                Marks(want),
                "{marks}×{numerator}/{denominator}"
            );
        }
    }
}
