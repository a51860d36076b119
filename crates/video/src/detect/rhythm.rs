//! Drill in one place: marking time and exercises by count move little, but they move to a beat, and wind does not.
//!
//! Step rates are fixed by the drill regulations: 116 to 122 steps a minute marching and marking time, up to 180 running.

use crate::signal::{BLOCKS, Row, level};

/// Seconds looked at together.
pub(super) const WINDOW_S: f64 = 5.0;
/// Beats a second that are tried: from, to, and how many in between.
const BEATS: (f64, f64, usize) = (1.65, 3.15, 16);
/// So many blocks must keep the beat.
const TOGETHER: usize = 3;
/// A block's change in grey levels below which it says nothing.
const FAINT: f32 = 0.12;

/// How well the blocks around `t` keep one beat, 0 to 1: the share of its change that a steady beat explains in the block
/// that is third best, for the beat that suits best.
#[must_use]
pub fn rhythm(rows: &[Row], t: f64) -> f32 {
    let low = rows.partition_point(|r| r.t < t - WINDOW_S / 2.0);
    let high = rows.partition_point(|r| r.t < t + WINDOW_S / 2.0);
    let rows = &rows[low..high];
    if rows.len() < 40 {
        return 0.0;
    }
    let turns: Vec<Vec<(f32, f32)>> = (0..BEATS.2)
        .map(|b| {
            let beat = BEATS.0 + (BEATS.1 - BEATS.0) * b as f64 / (BEATS.2 - 1) as f64;
            rows.iter()
                .map(|r| {
                    let (sin, cos) = (std::f64::consts::TAU * beat * (r.t - t)).sin_cos();
                    (cos as f32, sin as f32)
                })
                .collect()
        })
        .collect();
    let mut kept = vec![[0.0f32; TOGETHER]; BEATS.2];
    let mut series = Vec::with_capacity(rows.len());
    for k in 0..BLOCKS {
        series.clear();
        // The middle of three leaves out the pulse of key frames.
        series.extend(rows.windows(3).map(|w| {
            let [a, b, c] = [w[0].change[k], w[1].change[k], w[2].change[k]];
            level(a.max(b).min(a.min(b).max(c)))
        }));
        let mean = series.iter().sum::<f32>() / series.len() as f32;
        if mean < FAINT {
            continue;
        }
        series.iter_mut().for_each(|v| *v -= mean);
        let power: f32 = series.iter().map(|v| v * v).sum();
        if power < 1e-3 {
            continue;
        }
        for (best, turns) in kept.iter_mut().zip(&turns) {
            let (mut re, mut im) = (0.0f32, 0.0f32);
            for (v, (cos, sin)) in series.iter().zip(&turns[1..]) {
                re += v * cos;
                im += v * sin;
            }
            let mut explained = 2.0 * (re * re + im * im) / (series.len() as f32 * power);
            for slot in best.iter_mut() {
                if explained > *slot {
                    std::mem::swap(slot, &mut explained);
                }
            }
        }
    }
    kept.iter()
        .map(|best| best[TOGETHER - 1])
        .fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::compand;

    /// Ten seconds; in six blocks somebody marks time, or leaves blow.
    fn film(change: impl Fn(f64, usize) -> f32) -> Vec<Row> {
        (0..250)
            .map(|i| {
                let t = f64::from(i) * 0.04;
                let mut row = Row {
                    t,
                    mean: 120,
                    dark: 0,
                    change: [compand(0.4); BLOCKS],
                };
                (70..76).for_each(|k| row.change[k] = compand(change(t, k)));
                row
            })
            .collect()
    }

    fn noise(t: f64, k: usize) -> f32 {
        let n =
            ((t * 25.0).round() as u64 * 160 + k as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((n ^ (n >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as f32 / (1u64 << 24) as f32
    }

    #[test]
    fn marking_time_keeps_a_beat_and_wind_does_not() {
        let steps = film(|t, k| 1.0 + 0.8 * ((t * 12.3).cos() as f32) + 0.6 * noise(t, k));
        assert!(rhythm(&steps, 5.0) > 0.6, "{}", rhythm(&steps, 5.0));
        let wind = film(|t, k| 1.0 + 0.5 * ((t * 3.1 + k as f64).cos() as f32) + noise(t, k));
        assert!(rhythm(&wind, 5.0) < 0.15, "{}", rhythm(&wind, 5.0));
    }

    #[test]
    fn key_frames_keep_no_beat() {
        let pulses = film(|t, _| {
            if ((t * 25.0).round() as u32).is_multiple_of(12) {
                4.0
            } else {
                0.5
            }
        });
        assert!(rhythm(&pulses, 5.0) < 0.15);
    }
}
