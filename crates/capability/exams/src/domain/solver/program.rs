//! A system of whole numbers: columns between zero and a bound, rows between two bounds.

/// No bound on this side of a row.
pub(super) const NO_LOW: i64 = i64::MIN;
/// No bound on this side of a row.
pub(super) const NO_HIGH: i64 = i64::MAX;

/// `low ≤ Σ coefficient × column ≤ high`.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// (column, coefficient), each column once.
    pub terms: Vec<(usize, i64)>,
    pub low: i64,
    pub high: i64,
}

impl Row {
    /// Divides by the greatest common divisor and rounds the bounds inwards: no whole solution is
    /// lost, and `4x + 6y = 7` is seen to have none.
    pub fn tightened(mut self) -> Self {
        let divisor = self.terms.iter().fold(0i64, |g, (_, c)| gcd(g, *c));
        if divisor > 1 {
            for (_, coefficient) in &mut self.terms {
                *coefficient /= divisor;
            }
            if self.low != NO_LOW {
                self.low = -(-self.low).div_euclid(divisor);
            }
            if self.high != NO_HIGH {
                self.high = self.high.div_euclid(divisor);
            }
        }
        self
    }

    pub fn activity(&self, values: &[i64]) -> i64 {
        self.terms.iter().map(|(at, c)| c * values[*at]).sum()
    }

    pub fn holds(&self, values: &[i64]) -> bool {
        let sum = self.activity(values);
        self.low <= sum && sum <= self.high
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The system, with a leaning: columns with a lower cost are filled first where rows leave a choice.
#[derive(Debug, Clone, Default)]
pub(super) struct Program {
    /// Upper bound of each column; lower bounds are zero.
    pub upper: Vec<i64>,
    /// Leaning only: no solution is lost by it.
    pub cost: Vec<f64>,
    pub rows: Vec<Row>,
}

impl Program {
    pub fn column(&mut self, upper: i64, cost: f64) -> usize {
        self.upper.push(upper);
        self.cost.push(cost);
        self.upper.len() - 1
    }

    pub fn row(&mut self, terms: Vec<(usize, i64)>, low: i64, high: i64) -> usize {
        self.rows.push(Row { terms, low, high }.tightened());
        self.rows.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_rounded_inwards() {
        let row = |low, high| {
            let row = Row {
                terms: vec![(0, 4), (1, -6)],
                low,
                high,
            }
            .tightened();
            (row.low, row.high)
        };
        assert_eq!(row(7, 7), (4, 3));
        assert_eq!(row(-7, 8), (-3, 4));
        assert_eq!(row(NO_LOW, NO_HIGH), (NO_LOW, NO_HIGH));
    }
}
