//! Hours and credits as scaled integers: thousandths, so that sums are exact.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const SCALE: i64 = 1000;

/// An amount of hours (学时), credits (学分) or minutes, in thousandths. Written to JSON as a number
/// (`24`, `23.5`), never as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Quantity(i64);

/// A text or number that is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// Not a plain decimal number.
    #[error("不是数字")]
    NotANumber,
    /// More than three decimals.
    #[error("小数最多三位")]
    TooPrecise,
    /// Below zero where that makes no sense.
    #[error("不能为负数")]
    Negative,
    /// Beyond 9,999,999.
    #[error("数值过大")]
    TooLarge,
}

impl Quantity {
    /// None at all.
    pub const ZERO: Self = Self(0);
    /// The largest amount read from text: 9,999,999.
    pub const MAX_READ: Self = Self(9_999_999 * SCALE);

    /// Whole units: `Quantity::whole(24)` is 24.
    #[must_use]
    pub const fn whole(units: i64) -> Self {
        Self(units.saturating_mul(SCALE))
    }

    /// From thousandths: the stored form.
    #[must_use]
    pub const fn from_thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }

    /// In thousandths: the stored form.
    #[must_use]
    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// Whether it is exactly nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether it is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// `self − other`, but never below zero: what is still missing.
    #[must_use]
    pub const fn missing_to(self, other: Self) -> Self {
        let gap = other.0.saturating_sub(self.0);
        Self(if gap > 0 { gap } else { 0 })
    }

    /// `self × numerator ÷ denominator`, rounded up to a thousandth (a share of a duty never
    /// rounds in favour of nobody: up means the duty is not undercut). A zero denominator gives zero.
    #[must_use]
    pub const fn share_up(self, numerator: i64, denominator: i64) -> Self {
        if denominator <= 0 {
            return Self::ZERO;
        }
        let product = self.0.saturating_mul(numerator);
        let floor = product.div_euclid(denominator);
        Self(if product.rem_euclid(denominator) == 0 {
            floor
        } else {
            floor + 1
        })
    }

    /// [`FromStr`] that also refuses amounts below zero.
    ///
    /// # Errors
    /// As [`FromStr`], and [`QuantityError::Negative`].
    pub fn parse_non_negative(text: &[u8]) -> Result<Self, QuantityError> {
        if let Some(rest) = text.strip_prefix(b"-") {
            return match read(rest)? {
                Self::ZERO => Ok(Self::ZERO),
                _ => Err(QuantityError::Negative),
            };
        }
        read(text)
    }
}

/// Digits with at most one point between digits, and at most three decimals that are not zero.
fn read(text: &[u8]) -> Result<Quantity, QuantityError> {
    let point = text.iter().position(|b| *b == b'.').unwrap_or(text.len());
    let (whole, fraction) = text.split_at(point);
    let fraction = fraction.get(1..);
    let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    if !digits(whole) || fraction.is_some_and(|f| !digits(f)) {
        return Err(QuantityError::NotANumber);
    }
    let mut value: i64 = 0;
    for b in whole {
        value = value * 10 + i64::from(b - b'0');
        if value > Quantity::MAX_READ.0 {
            return Err(QuantityError::TooLarge);
        }
    }
    value *= SCALE;
    let mut unit = SCALE;
    for b in fraction.unwrap_or_default() {
        unit /= 10;
        let digit = i64::from(b - b'0');
        if unit == 0 && digit != 0 {
            return Err(QuantityError::TooPrecise);
        }
        value += digit * unit;
    }
    if value > Quantity::MAX_READ.0 {
        return Err(QuantityError::TooLarge);
    }
    Ok(Quantity(value))
}

impl FromStr for Quantity {
    type Err = QuantityError;

    /// Reads a plain decimal such as `24`, `23.5`, `-1`: no exponent, no thousands separator, at
    /// most three decimals.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.as_bytes();
        match text.strip_prefix(b"-") {
            Some(rest) => read(rest).map(|q| -q),
            None => read(text),
        }
    }
}

impl fmt::Display for Quantity {
    /// `24`, `23.5`, `-0.125`: no trailing zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let value = self.0.unsigned_abs();
        let (whole, fraction) = (value / SCALE.unsigned_abs(), value % SCALE.unsigned_abs());
        if fraction == 0 {
            write!(f, "{sign}{whole}")
        } else {
            let digits = format!("{fraction:03}");
            write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
        }
    }
}

impl Add for Quantity {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Quantity {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Quantity {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl SubAssign for Quantity {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Neg for Quantity {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Quantity {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

impl<'a> Sum<&'a Self> for Quantity {
    fn sum<I: Iterator<Item = &'a Self>>(items: I) -> Self {
        items.copied().sum()
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % SCALE == 0 {
            serializer.serialize_i64(self.0 / SCALE)
        } else {
            // The only float: the shortest decimal of this value is exactly our text.
            self.to_string()
                .parse::<f64>()
                .map_err(serde::ser::Error::custom)?
                .serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Quantity;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number with at most three decimals")
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Quantity, E> {
                value.to_string().parse().map_err(E::custom)
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Quantity, E> {
                value.to_string().parse().map_err(E::custom)
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Quantity, E> {
                value.to_string().parse().map_err(E::custom)
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<Quantity, E> {
                value.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_plain_decimals_only() {
        let cases = [
            ("24", 24_000),
            ("23.5", 23_500),
            ("0.125", 125),
            ("007", 7000),
            ("-1.5", -1500),
            ("1.5000", 1500),
        ];
        for (text, want) in cases {
            assert_eq!(
                text.parse::<Quantity>().map(Quantity::thousandths),
                Ok(want),
                "{text}"
            );
        }
        for text in [
            "", ".", ".5", "5.", "1e3", "1,000", "+1", " 1", "１", "--1", "1.2.3", "NaN",
        ] {
            assert_eq!(
                text.parse::<Quantity>(),
                Err(QuantityError::NotANumber),
                "{text}"
            );
        }
        assert_eq!("0.0005".parse::<Quantity>(), Err(QuantityError::TooPrecise));
        assert_eq!("10000000".parse::<Quantity>(), Err(QuantityError::TooLarge));
        assert_eq!(
            "99999999999999999999999".parse::<Quantity>(),
            Err(QuantityError::TooLarge)
        );
        assert_eq!(
            Quantity::parse_non_negative(b"-1"),
            Err(QuantityError::Negative)
        );
        assert_eq!(Quantity::parse_non_negative(b"-0"), Ok(Quantity::ZERO));
        assert_eq!(
            Quantity::parse_non_negative(b"-x"),
            Err(QuantityError::NotANumber)
        );
    }

    #[test]
    fn writes_without_trailing_zeros() {
        for text in ["24", "23.5", "0.125", "-0.5", "0"] {
            assert_eq!(text.parse::<Quantity>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn shares_round_up() {
        assert_eq!(Quantity::whole(24).share_up(5, 12), Quantity::whole(10));
        assert_eq!(Quantity::whole(1).share_up(1, 3).thousandths(), 334);
        assert_eq!(Quantity::whole(1).share_up(1, 0), Quantity::ZERO);
        assert_eq!(
            Quantity::whole(20).missing_to(Quantity::whole(24)),
            Quantity::whole(4)
        );
        assert_eq!(
            Quantity::whole(30).missing_to(Quantity::whole(24)),
            Quantity::ZERO
        );
    }
}
