//! A set of months of one year.

/// A set of months of one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct MonthSet(u16);

impl MonthSet {
    /// No month.
    pub const EMPTY: Self = Self(0);
    /// All twelve.
    pub const ALL: Self = Self(0x1FFE);

    /// The months `first..=last`, cut to 1–12; empty when `first` is later.
    #[must_use]
    pub fn span(first: u32, last: u32) -> Self {
        let mut set = Self::EMPTY;
        for month in first.max(1)..=last.min(12) {
            set.insert(month);
        }
        set
    }

    /// Adds a month (1–12; others are ignored).
    pub const fn insert(&mut self, month: u32) {
        if month >= 1 && month <= 12 {
            self.0 |= 1 << month;
        }
    }

    /// Whether it holds `month`.
    #[must_use]
    pub const fn contains(self, month: u32) -> bool {
        month <= 12 && self.0 & (1 << month) != 0
    }

    /// How many.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether it is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Months of this set that are not in `other`.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Months in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Months in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The months, ascending.
    pub fn iter(self) -> impl Iterator<Item = u32> {
        (1..=12).filter(move |m| self.contains(*m))
    }

    /// `1、2、9至12月`; `无` when empty.
    #[must_use]
    pub fn text_cn(self) -> String {
        if self.is_empty() {
            return "无".to_owned();
        }
        let mut parts: Vec<String> = Vec::new();
        let mut month = 1;
        while month <= 12 {
            if !self.contains(month) {
                month += 1;
                continue;
            }
            let mut last = month;
            while self.contains(last + 1) {
                last += 1;
            }
            // Two in a row read better apart.
            if last >= month + 2 {
                parts.push(format!("{month}至{last}"));
            } else {
                parts.extend((month..=last).map(|m| m.to_string()));
            }
            month = last + 1;
        }
        format!("{}月", parts.join("、"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn month_sets() {
        let set = MonthSet::span(3, 8);
        assert_eq!(set.count(), 6);
        assert_eq!(MonthSet::ALL.minus(set).text_cn(), "1、2、9至12月");
        assert_eq!(MonthSet::ALL.text_cn(), "1至12月");
        assert_eq!(MonthSet::span(13, 12), MonthSet::EMPTY);
        assert_eq!(MonthSet::ALL.count(), 12);
    }
}
