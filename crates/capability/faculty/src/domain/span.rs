//! Bookings are half-open: what ends at ten leaves ten o'clock free.

use chengzhi_kernel::Timestamp;

use super::Deny;

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First instant.
    pub from: Timestamp,
    /// First instant after it.
    pub until: Timestamp,
}

/// Longest stretch that is booked at once, days.
pub const MOST_DAYS: i64 = 31;

impl Span {
    /// A stretch that ends after it begins and lasts no longer than a month.
    ///
    /// # Errors
    /// `faculty.span` otherwise.
    pub fn new(from: Timestamp, until: Timestamp) -> Result<Self, Deny> {
        if until <= from {
            return Err(Deny::new("faculty.span", "结束时间应晚于开始时间。"));
        }
        if until > from.plus_days(MOST_DAYS) {
            return Err(Deny::new(
                "faculty.span",
                format!("一次预订最长{MOST_DAYS}天，请分段填写。"),
            ));
        }
        Ok(Span { from, until })
    }

    /// Whether two stretches share an instant.
    #[must_use]
    pub fn overlaps(self, other: Span) -> bool {
        self.from < other.until && other.from < self.until
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn span(from: i64, until: i64) -> Span {
        Span {
            from: Timestamp::from_micros(from),
            until: Timestamp::from_micros(until),
        }
    }

    #[test]
    fn touching_stretches_do_not_overlap() {
        assert!(!span(0, 10).overlaps(span(10, 20)));
        assert!(span(0, 11).overlaps(span(10, 20)));
        assert!(span(12, 13).overlaps(span(10, 20)));
    }

    #[test]
    fn empty_backward_and_endless_stretches_are_refused() {
        let at = |micros| Timestamp::from_micros(micros);
        assert!(Span::new(at(5), at(5)).is_err());
        assert!(Span::new(at(6), at(5)).is_err());
        assert!(Span::new(at(0), at(0).plus_days(MOST_DAYS).plus_micros(1)).is_err());
        assert!(Span::new(at(0), at(0).plus_days(MOST_DAYS)).is_ok());
    }

    proptest! {
        #[test]
        fn overlap_means_a_shared_instant(a in 0i64..30, b in 1i64..10, c in 0i64..30, d in 1i64..10) {
            let (one, two) = (span(a, a + b), span(c, c + d));
            let shared = (0..50).any(|at| a <= at && at < a + b && c <= at && at < c + d);
            prop_assert_eq!(one.overlaps(two), shared);
            prop_assert_eq!(one.overlaps(two), two.overlaps(one));
        }
    }
}
