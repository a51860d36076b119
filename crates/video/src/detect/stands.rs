//! Pictures that stand: frozen film and stills put in.

use super::black::largest;
use super::{Cut, Stretch, quantile, runs};
use crate::signal::{Row, Signals, level};

/// A stretch in which the picture stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// When.
    pub stretch: Stretch,
    /// True if it shows something else than the film before it: a still that was put in.
    pub still: bool,
}

/// In a standing picture no block changes by more, apart from the refresh of a key frame.
const CALM: f32 = 0.55;
/// A key frame may redraw blocks by this much.
const REFRESH: f32 = 6.0;
/// Half a second apart a standing picture is still the same to this many grey levels.
const DRIFT: f32 = 1.2;

/// Stretches of at least `min_s` seconds in which the picture stands; `black` ones are none.
#[must_use]
pub fn standing(
    signals: &Signals,
    cuts: &[Cut],
    black: &[Stretch],
    interval_s: f64,
    min_s: f64,
) -> Vec<Standing> {
    let rows = &signals.rows;
    let mut peaks: Vec<f32> = rows.iter().skip(1).map(largest).collect();
    let calm: Vec<bool> = std::iter::once(false)
        .chain(peaks.iter().map(|p| *p <= CALM))
        .collect();
    let usual = quantile(&mut peaks, 0.9);
    if usual < 2.0 * CALM {
        // A film in which hardly anything moves at all: standing cannot be told from stillness.
        return Vec::new();
    }
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    for run in runs(calm) {
        match found.last_mut() {
            // One redrawn frame between two calm runs belongs to them.
            Some(last)
                if run.start - last.end <= 2
                    && (last.end..run.start).all(|i| largest(&rows[i]) <= REFRESH) =>
            {
                last.end = run.end;
            }
            _ => found.push(run),
        }
    }
    found
        .into_iter()
        .map(|run| Stretch {
            from: rows[run.start - 1].t,
            to: rows
                .get(run.end)
                .map_or(rows[run.end - 1].t + interval_s, |row| row.t),
        })
        .filter(|stretch| {
            stretch.length() >= min_s
                && !black
                    .iter()
                    .any(|b| b.holds((stretch.from + stretch.to) / 2.0, 0.0))
        })
        .filter(|stretch| steady(signals, stretch) && abrupt(rows, stretch))
        .map(|stretch| {
            // At a low bit rate a new picture needs some frames to settle.
            let cut = cuts.iter().rev().find(|cut| {
                cut.at > stretch.from - 0.7 && cut.at <= stretch.from + 2.5 * interval_s
            });
            let from = cut.map_or(stretch.from, |cut| cut.at);
            Standing {
                stretch: Stretch { from, ..stretch },
                still: cut.is_some(),
            }
        })
        .collect()
}

/// The picture does not creep: no block differs from half a second ago.
fn steady(signals: &Signals, stretch: &Stretch) -> bool {
    let mut drift: Vec<f32> = signals
        .looks
        .iter()
        .filter(|look| look.t > stretch.from + 0.6 && look.t < stretch.to - 0.05)
        .map(|look| level(look.activity.iter().copied().max().unwrap_or(0)))
        .collect();
    drift.is_empty() || quantile(&mut drift, 0.7) <= DRIFT
}

/// People come to rest gradually; a picture stands and goes on from one frame to the next.
fn abrupt(rows: &[Row], stretch: &Stretch) -> bool {
    let around = |from: f64, to: f64| {
        let low = rows.partition_point(|row| row.t < from);
        let high = rows.partition_point(|row| row.t < to);
        let mut peaks: Vec<f32> = rows[low..high].iter().map(largest).collect();
        quantile(&mut peaks, 0.5)
    };
    let before = around(stretch.from - 0.25, stretch.from + 0.001);
    let after = around(stretch.to, stretch.to + 0.25);
    let long = stretch.length() > 4.0;
    before > 3.0 * CALM || after > 3.0 * CALM || (long && before.max(after) > 1.5 * CALM)
}
