//! Branch and bound over whole numbers, with cuts asked for as they are needed.

use super::program::{Program, Row};
use super::simplex::{Simplex, Solved};

/// How much a search may do before it gives up and says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Branches.
    pub nodes: u32,
    /// Multiplications.
    pub work: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            nodes: 20_000,
            work: 2_000_000_000,
        }
    }
}

/// What a search came to.
#[derive(Debug, Clone)]
pub(super) enum Found {
    /// Values of the columns.
    Values(Vec<i64>),
    /// There is none; the rows (of the program, then of the cuts) that prove it.
    None(Vec<usize>),
    /// Not decided within the budget.
    Unknown,
}

struct Branch {
    variable: usize,
    low: i64,
    high: i64,
    other: Option<(i64, i64)>,
}

struct Search<'a> {
    simplex: Simplex,
    path: Vec<Branch>,
    used: Vec<bool>,
    nodes: u32,
    budget: &'a Budget,
}

/// Looks for whole numbers within all bounds. `cut` may answer a solution with a row that it breaks
/// and every wanted solution keeps.
pub(super) fn search(
    program: &Program,
    budget: &Budget,
    mut cut: impl FnMut(&[i64]) -> Option<Row>,
) -> Found {
    let mut search = Search {
        simplex: Simplex::new(program),
        path: Vec::new(),
        used: Vec::new(),
        nodes: 0,
        budget,
    };
    if let Some(row) = search.hopeless_row() {
        return Found::None(vec![row]);
    }
    loop {
        match search.look() {
            Look::Values(values) => match cut(&values) {
                Some(row) => search.simplex.add_row(row.tightened()),
                None => return Found::Values(values),
            },
            Look::Split => {}
            Look::Dead => {
                if !search.back() {
                    let used = search.used.iter().enumerate();
                    return Found::None(used.filter(|(_, on)| **on).map(|(k, _)| k).collect());
                }
            }
        }
        if search.nodes > budget.nodes || search.simplex.work > search.budget.work {
            return Found::Unknown;
        }
    }
}

enum Look {
    Values(Vec<i64>),
    Split,
    Dead,
}

impl Search<'_> {
    /// A row that no value of its columns can satisfy, seen without any solving.
    fn hopeless_row(&self) -> Option<usize> {
        let simplex = &self.simplex;
        simplex.rows.iter().position(|row| {
            let reach = |up: bool| -> i64 {
                row.terms
                    .iter()
                    .filter(|(_, c)| (*c > 0) == up)
                    .map(|(at, c)| c * simplex.high[*at])
                    .sum()
            };
            reach(true) < row.low || reach(false) > row.high || row.low > row.high
        })
    }

    fn name(&mut self, rows: impl IntoIterator<Item = usize>) {
        self.used.resize(self.simplex.rows.len(), false);
        for row in rows {
            self.used[row] = true;
        }
    }

    fn look(&mut self) -> Look {
        // The second round sees a tableau freed from rounding.
        for fresh in [false, true] {
            if fresh {
                self.simplex.rebuild();
            }
            match self.simplex.solve() {
                Solved::Feasible => {
                    let values = self.simplex.values();
                    if let Some((variable, value)) = self.fraction(&values) {
                        self.split(variable, value.floor() as i64, value);
                        return Look::Split;
                    }
                    let whole: Vec<i64> = values.iter().map(|v| v.round() as i64).collect();
                    if self.fits(&whole) {
                        return Look::Values(whole);
                    }
                }
                Solved::Empty(line) => {
                    if let Some(rows) = self.simplex.proves_empty(line) {
                        self.name(rows);
                        return Look::Dead;
                    }
                }
                Solved::Stalled => {}
            }
        }
        self.split_open_column()
    }

    /// Where floating point leads nowhere: halve any open column; once all are fixed, whole numbers
    /// decide.
    fn split_open_column(&mut self) -> Look {
        let simplex = &self.simplex;
        let open = (0..simplex.columns).find(|at| simplex.low[*at] < simplex.high[*at]);
        if let Some(at) = open {
            let middle = simplex.low[at] + (simplex.high[at] - simplex.low[at]) / 2;
            self.split(at, middle, middle as f64);
            return Look::Split;
        }
        let fixed = simplex.low[..simplex.columns].to_vec();
        if self.fits(&fixed) {
            return Look::Values(fixed);
        }
        let broken: Vec<usize> = self
            .rows_with_bounds()
            .filter(|(_, row, low, high)| {
                let sum = row.activity(&fixed);
                sum < *low || sum > *high
            })
            .map(|(k, ..)| k)
            .collect();
        self.name(broken);
        Look::Dead
    }

    fn rows_with_bounds(&self) -> impl Iterator<Item = (usize, &Row, i64, i64)> {
        let simplex = &self.simplex;
        simplex.rows.iter().enumerate().map(|(k, row)| {
            let variable = simplex.columns + k;
            (k, row, simplex.low[variable], simplex.high[variable])
        })
    }

    fn fits(&self, values: &[i64]) -> bool {
        let simplex = &self.simplex;
        values
            .iter()
            .enumerate()
            .all(|(at, v)| simplex.low[at] <= *v && *v <= simplex.high[at])
            && simplex.rows.iter().all(|row| row.holds(values))
    }

    /// The variable farthest from a whole number; a row's sum before a single column, because it
    /// decides about many columns at once.
    fn fraction(&self, values: &[f64]) -> Option<(usize, f64)> {
        let far = |(variable, value): (usize, f64)| {
            let off = (value - value.round()).abs();
            (off > 1e-6).then_some((variable, value, off))
        };
        let columns = self.simplex.columns;
        let sums = self.simplex.rows.iter().enumerate().map(|(k, row)| {
            let sum: f64 = row
                .terms
                .iter()
                .map(|(at, c)| *c as f64 * values[*at])
                .sum();
            (columns + k, sum)
        });
        let small = |(variable, _): &(usize, f64)| {
            // Sums with large coefficients (marks × rate) hold no choice worth a branch.
            let row = &self.simplex.rows[*variable - columns];
            row.terms.iter().all(|(_, c)| c.abs() == 1)
        };
        sums.filter(small)
            .filter_map(far)
            .max_by(|a, b| a.2.total_cmp(&b.2))
            .or_else(|| {
                values
                    .iter()
                    .copied()
                    .enumerate()
                    .filter_map(far)
                    .max_by(|a, b| a.2.total_cmp(&b.2))
            })
            .map(|(variable, value, _)| (variable, value))
    }

    /// Two halves: up to `floor`, and above it; the one nearer to `value` first.
    fn split(&mut self, variable: usize, floor: i64, value: f64) {
        let (low, high) = (self.simplex.low[variable], self.simplex.high[variable]);
        let (below, above) = ((low, floor), (floor + 1, high));
        let (first, second) = if value - floor as f64 > 0.5 {
            (above, below)
        } else {
            (below, above)
        };
        self.path.push(Branch {
            variable,
            low,
            high,
            other: Some(second),
        });
        self.simplex.low[variable] = first.0;
        self.simplex.high[variable] = first.1;
        self.nodes += 1;
    }

    /// To the nearest half that is still to be looked at; false when there is none.
    fn back(&mut self) -> bool {
        while let Some(mut branch) = self.path.pop() {
            let variable = branch.variable;
            if let Some((low, high)) = branch.other.take() {
                self.simplex.low[variable] = low;
                self.simplex.high[variable] = high;
                self.path.push(branch);
                return true;
            }
            self.simplex.low[variable] = branch.low;
            self.simplex.high[variable] = branch.high;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::program::{NO_HIGH, NO_LOW};
    use super::*;

    fn brute(program: &Program) -> bool {
        fn go(program: &Program, values: &mut Vec<i64>) -> bool {
            if values.len() == program.upper.len() {
                return program.rows.iter().all(|row| row.holds(values));
            }
            for value in 0..=program.upper[values.len()] {
                values.push(value);
                if go(program, values) {
                    return true;
                }
                values.pop();
            }
            false
        }
        go(program, &mut Vec::new())
    }

    fn programs() -> impl Strategy<Value = Program> {
        (2usize..6).prop_flat_map(|columns| {
            let row = (
                prop::collection::vec(-4i64..=6, columns),
                -3i64..12,
                0i64..5,
                0u8..3,
            );
            (
                prop::collection::vec(0i64..3, columns),
                prop::collection::vec(-5i32..5, columns),
                prop::collection::vec(row, 1..5),
            )
                .prop_map(|(upper, cost, rows)| {
                    let mut program = Program::default();
                    for (upper, cost) in upper.iter().zip(cost) {
                        program.column(*upper, f64::from(cost));
                    }
                    for (coefficients, low, width, sides) in rows {
                        let terms = coefficients.into_iter().enumerate();
                        let terms = terms.filter(|(_, c)| *c != 0).collect();
                        let (low, high) = match sides {
                            0 => (low, low + width),
                            1 => (low, NO_HIGH),
                            _ => (NO_LOW, low),
                        };
                        program.row(terms, low, high);
                    }
                    program
                })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]
        #[test]
        fn finds_values_exactly_when_there_are_some(program in programs()) {
            match search(&program, &Budget::default(), |_| None) {
                Found::Values(values) => {
                    prop_assert!(program.rows.iter().all(|row| row.holds(&values)));
                    prop_assert!(values.iter().zip(&program.upper).all(|(v, u)| 0 <= *v && v <= u));
                }
                Found::None(rows) => {
                    prop_assert!(!brute(&program));
                    // The named rows alone prove it.
                    let mut part = program.clone();
                    part.rows = rows.iter().map(|k| program.rows[*k].clone()).collect();
                    prop_assert!(!brute(&part));
                }
                Found::Unknown => prop_assert!(false, "a small system is always decided"),
            }
        }
    }

    #[test]
    fn a_cut_is_kept_until_nothing_is_left() {
        let mut program = Program::default();
        program.column(3, -1.0);
        program.row(vec![(0, 1)], 1, 3);
        let mut refused = Vec::new();
        let found = search(&program, &Budget::default(), |values| {
            refused.push(values[0]);
            Some(Row {
                terms: vec![(0, 1)],
                low: NO_LOW,
                high: values[0] - 1,
            })
        });
        assert!(matches!(found, Found::None(_)));
        assert_eq!(refused, [3, 2, 1]);
    }

    #[test]
    fn a_search_over_its_budget_claims_nothing() {
        // Two narrow sums of twelve numbers: needs branching.
        let mut program = Program::default();
        for _ in 0..12 {
            program.column(1, 0.0);
        }
        let row = |shift: i64| {
            (0..12)
                .map(|k| (k, 7 + 2 * ((k as i64 * shift) % 5)))
                .collect()
        };
        program.row(row(1), 41, 42);
        program.row(row(3), 43, 44);
        let tight = Budget {
            nodes: 0,
            work: u64::MAX,
        };
        let found = search(&program, &tight, |_| None);
        assert!(matches!(found, Found::Unknown | Found::Values(_)));
    }
}
