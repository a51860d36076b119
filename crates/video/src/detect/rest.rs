//! Rest and empty yards, told by motion that is not the wind's.

use super::{Stretch, quantile, runs};
use crate::signal::{BLOCKS, Look, VIEW_HZ, level};

/// A stretch with hardly any motion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rest {
    /// When.
    pub stretch: Stretch,
    /// True if nobody seems to be there.
    pub empty: bool,
}

/// Change of a block, in grey levels, that noise alone makes.
const NOISE: f32 = 1.6;
/// Motion below this share of the film's usual motion is rest.
const SHARE: f32 = 0.05;
/// Between these grey levels over all blocks: below is noise, above somebody far off marks time.
const REST: (f32, f32) = (3.0, 40.0);
/// A drill moves at least this much: grey levels over all blocks, without wind.
const DRILL: f32 = 8.0;
/// A block whose quietest three seconds keep this share of its usual change belongs to wind or water.
const STEADY: f32 = 0.25;
/// Looks that make three seconds.
const WINDOW: usize = (3.0 * VIEW_HZ) as usize;
/// A yard without people has less texture, by this factor, where people drill at other times.
const BARE: f32 = 0.93;

/// Stretches of at least `min_s` seconds with hardly any motion. Looks inside `hidden` stretches count as motion.
#[must_use]
pub fn rests(looks: &[Look], hidden: &[Stretch], min_s: f64) -> Vec<Rest> {
    let motion = motion(looks);
    let mut usual: Vec<f32> = motion.clone();
    let usual = quantile(&mut usual, 0.85);
    let limit = if usual < DRILL {
        DRILL
    } else {
        (SHARE * usual).clamp(REST.0, REST.1)
    };
    let calm: Vec<bool> = looks
        .iter()
        .zip(&motion)
        .map(|(look, m)| *m < limit && !hidden.iter().any(|h| h.holds(look.t, 0.6)))
        .collect();
    let mut joined: Vec<std::ops::Range<usize>> = Vec::new();
    for run in runs(calm) {
        match joined.last_mut() {
            // Somebody scratching his nose for a second ends no rest.
            Some(last) if run.start - last.end <= VIEW_HZ as usize => last.end = run.end,
            _ => joined.push(run),
        }
    }
    joined
        .into_iter()
        .filter(|run| looks[run.end - 1].t - looks[run.start].t + 1.0 / VIEW_HZ >= min_s)
        .map(|run| Rest {
            stretch: Stretch {
                from: looks[run.start].t,
                to: looks[run.end - 1].t + 1.0 / VIEW_HZ,
            },
            empty: bare(looks, &run, &motion, limit),
        })
        .collect()
}

/// Motion of people at every look: over two seconds the middle of the sums over all blocks that are not always moving.
#[must_use]
pub fn motion(looks: &[Look]) -> Vec<f32> {
    let change = |i: usize, k: usize| (level(looks[i].activity[k]) - NOISE).max(0.0);
    let mut moves = [true; BLOCKS];
    for (k, moving) in moves.iter_mut().enumerate() {
        let series: Vec<f32> = (0..looks.len()).map(|i| change(i, k)).collect();
        let mut all = series.clone();
        let usual = quantile(&mut all, 0.5);
        let quiet = series
            .chunks(WINDOW)
            .filter(|c| c.len() == WINDOW)
            .map(|c| c.iter().sum::<f32>() / WINDOW as f32)
            .fold(f32::MAX, f32::min);
        *moving = usual < 0.5 || quiet < STEADY * usual;
    }
    let sums: Vec<f32> = (0..looks.len())
        .map(|i| {
            (0..BLOCKS)
                .filter(|k| moves[*k])
                .map(|k| change(i, k))
                .sum()
        })
        .collect();
    let half = VIEW_HZ as usize;
    (0..sums.len())
        .map(|i| {
            let mut near = sums[i.saturating_sub(half)..(i + half + 1).min(sums.len())].to_vec();
            quantile(&mut near, 0.5)
        })
        .collect()
}

/// True if the stretch shows less texture than the drill does where the drill is; without any drill to compare with,
/// the yard counts as empty.
fn bare(looks: &[Look], run: &std::ops::Range<usize>, motion: &[f32], limit: f32) -> bool {
    let busy: Vec<usize> = (0..looks.len())
        .filter(|i| motion[*i] > 2.0 * limit)
        .collect();
    if busy.len() < 2 * WINDOW {
        return run.len() * 2 > looks.len();
    }
    let texture = |of: &[usize], k: usize| {
        of.iter().map(|i| level(looks[*i].texture[k])).sum::<f32>() / of.len() as f32
    };
    let usual_activity = |k: usize| {
        busy.iter()
            .map(|i| level(looks[*i].activity[k]))
            .sum::<f32>()
            / busy.len() as f32
    };
    let still: Vec<usize> = run.clone().collect();
    let (mut with, mut without) = (0.0, 0.0);
    for k in 0..BLOCKS {
        if usual_activity(k) > 2.0 * NOISE {
            with += texture(&busy, k);
            without += texture(&still, k);
        }
    }
    without < BARE * with
}
