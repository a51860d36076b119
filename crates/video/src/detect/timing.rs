//! Length by decoded frames, and leaps of the time stamps.

use super::quantile;
use crate::signal::Row;

/// Length and leaps.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Timing {
    /// Seconds covered by decoded frames.
    pub duration_s: f64,
    /// Usual seconds between two frames.
    pub interval_s: f64,
    /// Leaps: the first frame after it and by how many seconds it leaps (0 where time stamps ran backwards).
    pub jumps: Vec<(f64, f64)>,
}

/// A gap of less is what phones do in the dark or when they are busy.
const GAP_S: f64 = 0.6;
/// A gap must be this many times the usual interval.
const GAP_RATIO: f64 = 5.0;
/// Frames in a row without any interval that show stamps running backwards: the reader keeps them in order.
const STUCK: usize = 5;

/// Reads the time stamps.
#[must_use]
pub fn timing(rows: &[Row]) -> Timing {
    let mut steps: Vec<f32> = rows.windows(2).map(|w| (w[1].t - w[0].t) as f32).collect();
    let usual = if steps.is_empty() {
        0.04
    } else {
        f64::from(quantile(&mut steps, 0.5))
    };
    let limit = GAP_S.max(GAP_RATIO * usual);
    let mut timing = Timing {
        duration_s: usual,
        interval_s: usual,
        jumps: Vec::new(),
    };
    let mut stuck = 0;
    for pair in rows.windows(2) {
        let step = pair[1].t - pair[0].t;
        if step > limit {
            timing.jumps.push((pair[1].t, step - usual));
            timing.duration_s += usual;
        } else if step < 0.003 && usual > 0.008 {
            stuck += 1;
            timing.duration_s += usual;
            if stuck == STUCK {
                timing.jumps.push((pair[1].t, 0.0));
            }
            continue;
        } else {
            timing.duration_s += step;
        }
        stuck = 0;
    }
    timing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::BLOCKS;

    fn rows(times: impl Iterator<Item = f64>) -> Vec<Row> {
        times
            .map(|t| Row {
                t,
                mean: 0,
                dark: 0,
                change: [0; BLOCKS],
            })
            .collect()
    }

    #[test]
    fn a_leap_is_found_and_does_not_lengthen_the_film() {
        let film = rows((0..100).map(|i| i as f64 * 0.04 + if i >= 50 { 7.0 } else { 0.0 }));
        let timing = timing(&film);
        assert!((timing.duration_s - 4.0).abs() < 1e-3);
        assert_eq!(timing.jumps.len(), 1);
        assert!((timing.jumps[0].0 - 9.0).abs() < 1e-9 && (timing.jumps[0].1 - 7.0).abs() < 1e-3);
    }

    #[test]
    fn frames_left_out_in_the_dark_are_no_leap() {
        let film = rows(
            (0..100)
                .filter(|i| i % 7 != 3 && i % 7 != 4)
                .map(|i| i as f64 * 0.033),
        );
        assert!(timing(&film).jumps.is_empty());
    }
}
