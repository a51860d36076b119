//! A bounded dual simplex on a dense tableau, started again from wherever it stands.
//!
//! It works in floating point and is therefore never believed: a solution is checked in whole
//! numbers, and so is the reason why there is none ([`Simplex::proves_empty`]).
//!
//! Every row `r = Σ aⱼxⱼ` is a variable of its own with the row's bounds. All variables have finite
//! bounds, so the system is made dual feasible by putting each non-basic variable on the bound its
//! reduced cost asks for; bounds may then be changed freely between two solves.

use super::program::{NO_HIGH, NO_LOW, Program, Row};

const TINY: f64 = 1e-9;
const SLACK: f64 = 1e-7;

/// What a solve came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Solved {
    /// Within all bounds, as far as floating point sees.
    Feasible,
    /// This row of the tableau cannot reach its bound.
    Empty(usize),
    /// Too many steps.
    Stalled,
}

pub(super) struct Simplex {
    /// Structural columns; variable `columns + k` is row `k`.
    pub columns: usize,
    pub rows: Vec<Row>,
    cost: Vec<f64>,
    pub low: Vec<i64>,
    pub high: Vec<i64>,
    /// Upper bounds of the columns before any branch.
    widest: Vec<i64>,
    /// `rows × columns` coefficients of the basic variables in the non-basic ones.
    table: Vec<f64>,
    reduced: Vec<f64>,
    basis: Vec<usize>,
    outside: Vec<usize>,
    at_upper: Vec<bool>,
    value: Vec<f64>,
    /// Multiplications spent.
    pub work: u64,
    since_rebuild: usize,
}

impl Simplex {
    pub fn new(program: &Program) -> Self {
        let columns = program.upper.len();
        let mut simplex = Self {
            columns,
            rows: Vec::new(),
            cost: program.cost.clone(),
            low: vec![0; columns],
            high: program.upper.clone(),
            widest: program.upper.clone(),
            table: Vec::new(),
            reduced: program.cost.clone(),
            basis: Vec::new(),
            outside: (0..columns).collect(),
            at_upper: vec![false; columns],
            value: Vec::new(),
            work: 0,
            since_rebuild: 0,
        };
        for row in &program.rows {
            simplex.add_row(row.clone());
        }
        simplex
    }

    /// Adds a row with its variable in the basis.
    pub fn add_row(&mut self, row: Row) {
        let mut dense = vec![0.0; self.columns];
        let place = self.places();
        let (mut least, mut most) = (0i64, 0i64);
        for (at, coefficient) in &row.terms {
            let reach = coefficient * self.widest[*at].max(0);
            if reach < 0 {
                least += reach;
            } else {
                most += reach;
            }
            let factor = *coefficient as f64;
            match place[*at] {
                Place::Outside(position) => dense[position] += factor,
                Place::Basis(line) => {
                    let from = line * self.columns;
                    for (sum, part) in dense.iter_mut().zip(&self.table[from..]) {
                        *sum += factor * part;
                    }
                    self.work += self.columns as u64;
                }
            }
        }
        let low = if row.low == NO_LOW {
            least.min(row.high)
        } else {
            row.low
        };
        let high = if row.high == NO_HIGH {
            most.max(low)
        } else {
            row.high
        };
        self.low.push(low);
        self.high.push(high);
        self.basis.push(self.columns + self.rows.len());
        self.rows.push(row);
        self.table.extend_from_slice(&dense);
        self.value.push(0.0);
    }

    fn places(&self) -> Vec<Place> {
        let mut places = vec![Place::Outside(0); self.columns + self.rows.len()];
        for (position, variable) in self.outside.iter().enumerate() {
            places[*variable] = Place::Outside(position);
        }
        for (line, variable) in self.basis.iter().enumerate() {
            places[*variable] = Place::Basis(line);
        }
        places
    }

    /// Drops what rounding has piled up: the tableau anew from the rows, with the same basis.
    pub fn rebuild(&mut self) {
        let wanted: Vec<usize> = self
            .basis
            .iter()
            .copied()
            .filter(|variable| *variable < self.columns)
            .collect();
        let mut keep = vec![false; self.columns + self.rows.len()];
        for variable in &self.basis {
            keep[*variable] = true;
        }
        self.table = vec![0.0; self.rows.len() * self.columns];
        for (line, row) in self.rows.iter().enumerate() {
            for (at, coefficient) in &row.terms {
                self.table[line * self.columns + at] += *coefficient as f64;
            }
        }
        self.outside = (0..self.columns).collect();
        self.basis = (self.columns..self.columns + self.rows.len()).collect();
        self.reduced = self.cost.clone();
        for variable in wanted {
            // Structurals stay on their own position until they enter.
            let best = (0..self.rows.len())
                .filter(|line| !keep[self.basis[*line]])
                .map(|line| (line, self.table[line * self.columns + variable].abs()))
                .max_by(|a, b| a.1.total_cmp(&b.1));
            if let Some((line, size)) = best
                && size > TINY
            {
                self.pivot(line, variable);
            }
        }
        self.since_rebuild = 0;
    }

    fn pivot(&mut self, line: usize, position: usize) {
        let n = self.columns;
        let from = line * n;
        let inverse = 1.0 / self.table[from + position];
        let mut filled = Vec::new();
        for k in 0..n {
            let entry = &mut self.table[from + k];
            if k == position {
                *entry = inverse;
            } else if entry.abs() > TINY {
                *entry *= -inverse;
                filled.push(k);
            } else {
                *entry = 0.0;
            }
        }
        let pivot_row: Vec<f64> = self.table[from..from + n].to_vec();
        let eliminate = |row: &mut [f64]| {
            let factor = row[position];
            if factor == 0.0 {
                return 0;
            }
            for k in &filled {
                row[*k] += factor * pivot_row[*k];
            }
            row[position] = factor * inverse;
            filled.len() as u64
        };
        for (other, row) in self.table.chunks_exact_mut(n).enumerate() {
            if other != line {
                self.work += eliminate(row);
            }
        }
        self.work += eliminate(&mut self.reduced) + n as u64;
        std::mem::swap(&mut self.basis[line], &mut self.outside[position]);
        self.since_rebuild += 1;
    }

    fn resting(&self, position: usize) -> f64 {
        let variable = self.outside[position];
        if self.at_upper[position] {
            self.high[variable] as f64
        } else {
            self.low[variable] as f64
        }
    }

    fn settle(&mut self) {
        let n = self.columns;
        for position in 0..n {
            self.at_upper[position] = self.reduced[position] < 0.0;
        }
        let resting: Vec<(usize, f64)> = (0..n)
            .map(|position| (position, self.resting(position)))
            .filter(|(_, value)| *value != 0.0)
            .collect();
        for (value, row) in self.value.iter_mut().zip(self.table.chunks_exact(n.max(1))) {
            *value = resting.iter().map(|(k, v)| row[*k] * v).sum();
        }
        self.work += (resting.len() * self.basis.len()) as u64;
    }

    /// Brings all variables within their bounds, or says which row of the tableau forbids it.
    pub fn solve(&mut self) -> Solved {
        if self.since_rebuild > 200 {
            self.rebuild();
        }
        self.settle();
        let most = 2000 + 20 * self.rows.len();
        for _ in 0..most {
            let worst = (0..self.basis.len())
                .map(|line| {
                    let variable = self.basis[line];
                    let below = self.low[variable] as f64 - self.value[line];
                    let above = self.value[line] - self.high[variable] as f64;
                    (line, below.max(above))
                })
                .filter(|(_, gap)| *gap > SLACK)
                .max_by(|a, b| a.1.total_cmp(&b.1));
            let Some((line, _)) = worst else {
                return Solved::Feasible;
            };
            if !self.mend(line) {
                return Solved::Empty(line);
            }
        }
        Solved::Stalled
    }

    /// One step: the line's variable leaves at the bound it broke. False: it cannot get there.
    fn mend(&mut self, line: usize) -> bool {
        let n = self.columns;
        let leaving = self.basis[line];
        let raise = self.value[line] < self.low[leaving] as f64;
        let sign = if raise { 1.0 } else { -1.0 };
        let bound = if raise {
            self.low[leaving]
        } else {
            self.high[leaving]
        };
        let target = bound as f64;
        let mut gap = (target - self.value[line]).abs();
        // Variables that can help, by how dear their help is.
        let mut helpers: Vec<(usize, f64, f64)> = Vec::new();
        for position in 0..n {
            let pull = self.table[line * n + position] * sign;
            let variable = self.outside[position];
            let range = self.high[variable] - self.low[variable];
            if range == 0 || pull.abs() <= TINY {
                continue;
            }
            if (pull > 0.0) != self.at_upper[position] {
                let ratio = self.reduced[position].abs() / pull.abs();
                helpers.push((position, ratio, pull.abs() * range as f64));
            }
        }
        self.work += n as u64;
        helpers.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        // The cheapest are moved to their other bound as long as that does not suffice.
        let mut flips = Vec::new();
        let mut entering = None;
        for (position, _, help) in helpers {
            if help < gap - SLACK {
                gap -= help;
                flips.push(position);
            } else {
                entering = Some(position);
                break;
            }
        }
        let Some(entering) = entering else {
            return false;
        };
        for position in flips {
            let before = self.resting(position);
            self.at_upper[position] = !self.at_upper[position];
            let moved = self.resting(position) - before;
            self.move_by(position, moved);
        }
        let step = (target - self.value[line]) / self.table[line * n + entering];
        let entered = self.resting(entering) + step;
        self.move_by(entering, step);
        self.pivot(line, entering);
        self.value[line] = entered;
        self.at_upper[entering] = !raise;
        true
    }

    fn move_by(&mut self, position: usize, delta: f64) {
        let n = self.columns;
        for (value, row) in self.value.iter_mut().zip(self.table.chunks_exact(n)) {
            *value += row[position] * delta;
        }
        self.work += self.basis.len() as u64;
    }

    /// The columns' values.
    pub fn values(&self) -> Vec<f64> {
        let mut values = vec![0.0; self.columns];
        for (position, variable) in self.outside.iter().enumerate() {
            if *variable < self.columns {
                values[*variable] = self.resting(position);
            }
        }
        for (line, variable) in self.basis.iter().enumerate() {
            if *variable < self.columns {
                values[*variable] = self.value[line];
            }
        }
        values
    }

    /// Whether a line of the tableau proves in whole numbers that nothing lies within the bounds:
    /// its multipliers are rounded to whole numbers, and the rows so weighted and added must miss
    /// zero over the whole box. Rounding can spoil a proof, never make a false one. Gives the rows
    /// that the proof weighs.
    pub fn proves_empty(&self, line: usize) -> Option<Vec<usize>> {
        let n = self.columns;
        let mut weights = vec![0.0; self.rows.len()];
        if self.basis[line] >= n {
            weights[self.basis[line] - n] = 1.0;
        }
        for (position, variable) in self.outside.iter().enumerate() {
            if *variable >= n {
                weights[*variable - n] = -self.table[line * n + position];
            }
        }
        let largest = weights.iter().fold(0.0f64, |most, w| most.max(w.abs()));
        if largest <= 0.0 || !largest.is_finite() {
            return None;
        }
        // Small scales first: they often give clean whole weights and name fewer rows.
        [1.0, 60.0, f64::from(1 << 20), f64::from(1 << 30)]
            .iter()
            .find_map(|scale| {
                let whole: Vec<i64> = weights
                    .iter()
                    .map(|w| (w / largest * scale).round() as i64)
                    .collect();
                self.misses_zero(&whole)
            })
    }

    fn misses_zero(&self, weights: &[i64]) -> Option<Vec<usize>> {
        let mut columns = vec![0i128; self.columns];
        let (mut least, mut most) = (0i128, 0i128);
        let mut reach = |factor: i128, low: i64, high: i64| {
            let (a, b) = (factor * i128::from(low), factor * i128::from(high));
            least += a.min(b);
            most += a.max(b);
        };
        for (k, (row, weight)) in self.rows.iter().zip(weights).enumerate() {
            let weight = i128::from(*weight);
            if weight == 0 {
                continue;
            }
            let variable = self.columns + k;
            if self.low[variable] > self.high[variable] {
                return Some(vec![k]);
            }
            reach(weight, self.low[variable], self.high[variable]);
            for (at, coefficient) in &row.terms {
                columns[*at] -= weight * i128::from(*coefficient);
            }
        }
        for (at, factor) in columns.iter().enumerate() {
            if *factor != 0 {
                reach(*factor, self.low[at], self.high[at]);
            }
        }
        (least > 0 || most < 0).then(|| (0..self.rows.len()).filter(|k| weights[*k] != 0).collect())
    }
}

#[derive(Clone, Copy)]
enum Place {
    Outside(usize),
    Basis(usize),
}
