//! Weak fields of law (缺什么补什么): the share of the marks that a person or unit got, field by field.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Marks;

/// Below this share of the marks, in thousandths, a field is called weak: a house figure, the usual pass mark.
pub const WEAK_BELOW: u16 = 600;

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldRate {
    /// Field of law.
    pub field: String,
    /// Answers counted.
    pub answers: u32,
    /// Share of the marks in thousandths, rounded down.
    pub rate: u16,
    /// Below [`WEAK_BELOW`].
    pub weak: bool,
}

/// The fields of some answers (field, full marks, marks got), the weakest first.
#[must_use]
pub fn by_field<'a>(answers: impl IntoIterator<Item = (&'a str, Marks, Marks)>) -> Vec<FieldRate> {
    let mut sums: BTreeMap<&str, (u32, i64, i64)> = BTreeMap::new();
    for (field, full, got) in answers {
        let sum = sums.entry(field).or_default();
        sum.0 += 1;
        sum.1 += full.0;
        sum.2 += got.0;
    }
    let mut rates: Vec<FieldRate> = sums
        .into_iter()
        .map(|(field, (answers, full, got))| {
            let rate = u16::try_from(got * 1000 / full.max(1)).unwrap_or(0);
            FieldRate {
                field: field.to_owned(),
                answers,
                rate,
                weak: rate < WEAK_BELOW,
            }
        })
        .collect();
    rates.sort_by_key(|rate| rate.rate);
    rates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_listed_from_the_weakest() {
        let full = Marks::whole(2);
        let rates = by_field([
            ("penalty", full, full),
            ("gas", full, Marks::ZERO),
            ("penalty", full, Marks::ZERO),
            ("greening", full, Marks(120)),
        ]);
        let seen: Vec<_> = rates
            .iter()
            .map(|rate| (rate.field.as_str(), rate.answers, rate.rate, rate.weak))
            .collect();
        assert_eq!(
            seen,
            [
                ("gas", 1, 0, true),
                ("penalty", 2, 500, true),
                ("greening", 1, 600, false)
            ]
        );
        assert!(by_field([]).is_empty());
    }
}
