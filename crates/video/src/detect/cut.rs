//! Cuts: frames that do not go on from the one before.
//!
//! The camera stands in one place, so a cut leaves the yard as it is and throws only what moves: figures, leaves,
//! flags. Such a frame changes many blocks far more than any frame around it does, and for that one frame only.

use super::Stretch;
use super::black::largest;
use super::repeats::filled_beside;
use crate::signal::{BLOCKS, Row, level};

/// A cut and how it shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut {
    /// The first frame after it, in seconds.
    pub at: f64,
    /// Blocks that leap.
    pub blocks: usize,
    /// Change of all blocks, as a multiple of what is usual around it.
    pub ratio: f32,
    /// Change above what is usual around it, in grey levels over all blocks.
    pub excess: f32,
}

impl Cut {
    /// Grey levels by which a leaping block leaps.
    fn strength(&self) -> f32 {
        self.excess / self.blocks.max(1) as f32
    }

    /// True if nearly everything changes: another picture altogether.
    #[must_use]
    pub fn everywhere(&self) -> bool {
        self.blocks >= BLOCKS * 45 / 100
    }
}

/// In its first second a film shows the encoder of the phone finding its rate, and there is nothing to be cut out yet.
const SETTLED_S: f64 = 1.0;
/// Frames looked at on each side.
const AROUND_S: f64 = 1.0;
/// A frame repeats the one before exactly if no block changes by more grey levels.
const STOOD: f32 = 0.5;
/// A block leaps when it changes by this factor and this many grey levels more than around.
const LEAP_RATIO: f32 = 1.35;
const LEAP_LEVEL: f32 = 2.2;
/// What leaps by less on average, in grey levels a block, is a key frame redrawing the yard.
const REDRAWN: f32 = 5.0;
/// No key frame redraws more than that.
const STRONGEST: f32 = 8.0;
/// A film whose key frames redraw more strongly has them often: so many frames a second that stand out.
const PULSES_PER_S: f64 = 1.0 / 15.0;

/// Every frame that stands out, before judgement.
fn leaps(rows: &[Row], interval_s: f64) -> Vec<Cut> {
    let levels: Vec<f32> = (0..=255u8).map(level).collect();
    let mut found = Vec::new();
    for i in 3..rows.len().saturating_sub(3) {
        if rows[i].t < SETTLED_S || !stands_out(rows, i, &levels) {
            continue;
        }
        // A frame left out doubles what moves; so does one repeated before or, if it fills a gap, after this one.
        let step = ((rows[i].t - rows[i - 1].t) / interval_s.max(1e-3)).max(1.0) as f32;
        let repeated = usize::from(largest(&rows[i - 1]) < STOOD);
        let stretch = step + repeated.max(filled_beside(rows, i)) as f32;
        found.push(measure(rows, i, stretch.min(20.0), &levels));
    }
    found
}

/// A cheap look first: only few frames are above both their second neighbours.
fn stands_out(rows: &[Row], i: usize, levels: &[f32]) -> bool {
    let (mut above, mut around) = (0.0f32, 0.0f32);
    for k in 0..BLOCKS {
        let at = |j: usize| levels[rows[j].change[k] as usize];
        let near = at(i - 2).max(at(i + 2)).max(at(i + 3).max(at(i - 3)));
        above += (at(i) - near).max(0.0);
        around += near;
    }
    above > 12.0 && above > 0.12 * around
}

fn measure(rows: &[Row], i: usize, stretch: f32, levels: &[f32]) -> Cut {
    let t = rows[i].t;
    let low = rows.partition_point(|row| row.t < t - AROUND_S);
    let high = rows.partition_point(|row| row.t <= t + AROUND_S);
    let near: Vec<usize> = (low..high).filter(|j| *j + 1 < i || *j > i + 1).collect();
    let (mut blocks, mut sum, mut usual, mut excess) = (0, 0.0f32, 0.0f32, 0.0f32);
    let mut column = Vec::with_capacity(near.len());
    for k in 0..BLOCKS {
        column.clear();
        column.extend(near.iter().map(|j| rows[*j].change[k]));
        let rank = (column.len() * 92 / 100).min(column.len().saturating_sub(1));
        let expected = if column.is_empty() {
            0.0
        } else {
            levels[*column.select_nth_unstable(rank).1 as usize]
        };
        let now = levels[rows[i].change[k] as usize];
        let expected = expected * (1.0 + 0.8 * (stretch - 1.0));
        if now > LEAP_RATIO * expected + LEAP_LEVEL {
            blocks += 1;
            excess += now - expected;
        }
        sum += now;
        usual += expected;
    }
    Cut {
        at: t,
        blocks,
        ratio: sum / usual.max(1.0),
        excess,
    }
}

/// The cuts of a film; what happens inside or at the edge of a `black` stretch is none.
#[must_use]
pub fn cuts(rows: &[Row], black: &[Stretch], interval_s: f64) -> Vec<Cut> {
    let leaps = leaps(rows, interval_s);
    let needed = (1.5 * pulse(&leaps, rows.last().map_or(0.0, |r| r.t))).clamp(REDRAWN, STRONGEST);
    let mut found: Vec<Cut> = Vec::new();
    for cut in leaps {
        let clear =
            cut.blocks >= 3 && cut.ratio >= 1.2 && cut.excess >= 24.0 && cut.strength() >= needed;
        if !clear || black.iter().any(|b| b.holds(cut.at, 2.5 * interval_s)) {
            continue;
        }
        match found.last_mut() {
            // One cut may show in two frames; the stronger one is it.
            Some(last) if cut.at - last.at < 0.25 => {
                if cut.excess > last.excess {
                    *last = cut;
                }
            }
            _ => found.push(cut),
        }
    }
    found
}

/// How strongly key frames redraw in this film: the upper quartile of what stands out, if that happens all the time.
fn pulse(leaps: &[Cut], seconds: f64) -> f32 {
    let mut strengths: Vec<f32> = leaps
        .iter()
        .filter(|l| l.blocks >= 3)
        .map(Cut::strength)
        .collect();
    if strengths.len() < 4 || (strengths.len() as f64) < seconds * PULSES_PER_S {
        return 0.0;
    }
    super::quantile(&mut strengths, 0.6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::compand;

    /// Twenty seconds of steady motion in twelve blocks; `of` makes a frame's motion a multiple of it.
    fn film(of: impl Fn(usize) -> f32) -> Vec<Row> {
        (0..500)
            .map(|i| {
                let mut change = [compand(0.1); BLOCKS];
                change[70..82].fill(compand(0.1 + 8.0 * of(i)));
                Row {
                    t: i as f64 * 0.04,
                    mean: 120,
                    dark: 0,
                    change,
                }
            })
            .collect()
    }

    fn times(rows: &[Row]) -> Vec<f64> {
        cuts(rows, &[], 0.04).iter().map(|c| c.at).collect()
    }

    #[test]
    fn a_leap_is_a_cut_but_for_the_first_second() {
        let leap = |at: usize| film(move |i| if i == at { 3.0 } else { 1.0 });
        assert_eq!(times(&leap(200)), [8.0]);
        assert!(times(&leap(5)).is_empty());
        assert!(times(&film(|_| 1.0)).is_empty());
    }

    #[test]
    fn a_frame_that_makes_up_for_a_repeated_one_is_no_cut() {
        for (repeated, double) in [(200, 201), (201, 200)] {
            let filled = film(|i| match i {
                i if i == repeated => 0.05,
                i if i == double => 2.0,
                _ => 1.0,
            });
            assert!(times(&filled).is_empty(), "{repeated}");
        }
        // After a cut a low bit rate has nothing left for the next frames.
        let starved = film(|i| match i {
            200 => 6.0,
            201 | 202 => 0.3,
            _ => 1.0,
        });
        assert_eq!(times(&starved), [8.0]);
        // People who stand still before a cut fill no gap.
        let rested = film(|i| match i {
            150..200 => 0.05,
            200 => 3.0,
            _ => 1.0,
        });
        assert_eq!(times(&rested), [8.0]);
    }
}
