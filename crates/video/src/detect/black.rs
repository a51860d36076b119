//! Black pictures and a covered lens.

use super::{Stretch, runs};
use crate::signal::{Row, level};

/// Share of dark pixels, of 255, from which a picture is black.
const SHARE: u8 = 250;
/// Mean grey below which it is.
const MEAN: u8 = 32;

/// Stretches of at least `min_s` seconds without a picture.
#[must_use]
pub fn black_stretches(rows: &[Row], interval_s: f64, min_s: f64) -> Vec<Stretch> {
    runs(rows.iter().map(|row| row.dark >= SHARE && row.mean <= MEAN))
        .into_iter()
        .map(|run| Stretch {
            from: rows[run.start].t,
            to: rows
                .get(run.end)
                .map_or(rows[run.end - 1].t + interval_s, |row| row.t),
        })
        .filter(|stretch| stretch.length() >= min_s)
        .collect()
}

/// Largest change of any block of a frame, in grey levels.
pub(super) fn largest(row: &Row) -> f32 {
    level(row.change.iter().copied().max().unwrap_or(0))
}
