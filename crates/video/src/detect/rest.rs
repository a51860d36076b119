//! Rest and empty yards, told by motion that is not the wind's: people travel over the yard or keep a beat, leaves do neither.

use super::rhythm::{WINDOW_S, rhythm};
use super::{Stretch, quantile, runs};
use crate::signal::{BLOCKS, Look, Row, VIEW_HZ, level};

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
/// Travel below this share of the film's usual travel is rest.
const SHARE: f32 = 0.05;
/// Between these grey levels over all blocks: below is noise, above somebody far off drills.
const REST: (f32, f32) = (2.0, 12.0);
/// A drill that moves over the yard travels at least this much: grey levels over all blocks.
const DRILL: f32 = 8.0;
/// A beat kept as well as this is drill in one place, however little it moves.
const BEAT: f32 = 0.36;
/// Travel of a block, in grey levels, on trodden ground and where nobody goes.
const TRODDEN: f32 = 0.3;
const UNTRODDEN: f32 = 0.02;
/// Fewer blocks of either say nothing.
const FEW: usize = 5;
/// The liveliest trodden blocks stir by this factor more than the liveliest others when somebody drills in one place.
const STIRS: f32 = 1.4;
/// Looks further apart are no neighbours, in seconds.
const GAP_S: f64 = 1.2;
/// Looks that make three seconds.
const WINDOW: usize = (3.0 * VIEW_HZ) as usize;
/// A yard without people has less texture, by this factor, where people drill at other times.
const BARE: f32 = 0.93;

/// Stretches of at least `min_s` seconds with hardly any motion: nothing travels, and nothing keeps the beat of drill in
/// one place. Looks inside `hidden` stretches count as motion.
#[must_use]
pub fn rests(rows: &[Row], looks: &[Look], hidden: &[Stretch], min_s: f64) -> Vec<Rest> {
    let motion = motion(looks);
    let mut usual: Vec<f32> = motion.clone();
    let usual = quantile(&mut usual, 0.85);
    let limit = if usual < DRILL {
        DRILL
    } else {
        (SHARE * usual).clamp(REST.0, REST.1)
    };
    let mut calm: Vec<bool> = looks
        .iter()
        .zip(&motion)
        .map(|(look, m)| *m < limit && !hidden.iter().any(|h| h.holds(look.t, 0.6)))
        .collect();
    // What happened while the time stamps leapt nobody knows.
    for i in 1..looks.len() {
        if looks[i].t - looks[i - 1].t > GAP_S {
            let after = (i + 2 * VIEW_HZ as usize).min(looks.len());
            calm[i - 1..after].fill(false);
        }
    }
    for run in lasting(&calm, looks, min_s) {
        for i in beaten(rows, looks, &run) {
            calm[i] = false;
        }
    }
    let busy: Vec<usize> = (0..looks.len())
        .filter(|i| motion[*i] > 2.0 * limit)
        .collect();
    let ground = Ground::of(looks, &busy);
    lasting(&calm, looks, min_s)
        .into_iter()
        .filter(|run| !ground.stirs(looks, run))
        .map(|run| Rest {
            stretch: Stretch {
                from: looks[run.start].t,
                to: looks[run.end - 1].t + 1.0 / VIEW_HZ,
            },
            empty: bare(looks, &run, &busy),
        })
        .collect()
}

/// Where people were seen to travel, and where nobody ever did.
#[derive(Debug, Default)]
struct Ground {
    trodden: Vec<usize>,
    other: Vec<usize>,
}

impl Ground {
    /// Learnt from the looks with the numbers `busy`; empty where there are too few.
    fn of(looks: &[Look], busy: &[usize]) -> Self {
        let mut ground = Self::default();
        if busy.len() < WINDOW {
            return ground;
        }
        for k in 0..BLOCKS {
            let travel = busy.iter().map(|i| level(looks[*i].travel[k])).sum::<f32>();
            let mean = travel / busy.len() as f32;
            if mean > TRODDEN {
                ground.trodden.push(k);
            } else if mean < UNTRODDEN {
                ground.other.push(k);
            }
        }
        ground
    }

    /// True if the trodden ground stirs more than trees, edges and sky do in the same seconds: a squad that drills in
    /// one place. Wind and a trembling hand stir both.
    fn stirs(&self, looks: &[Look], run: &std::ops::Range<usize>) -> bool {
        if self.trodden.len() < FEW || self.other.len() < FEW {
            return false;
        }
        let usual = |k: &usize| {
            let sum: f32 = run.clone().map(|i| level(looks[i].activity[*k])).sum();
            sum / run.len() as f32
        };
        let mut trodden: Vec<f32> = self.trodden.iter().map(usual).collect();
        let mut other: Vec<f32> = self.other.iter().map(usual).collect();
        quantile(&mut trodden, 0.95) > STIRS * quantile(&mut other, 0.9).max(NOISE / 2.0)
    }
}

/// Calm stretches of at least `min_s` seconds, joined where somebody scratches his nose for a second.
fn lasting(calm: &[bool], looks: &[Look], min_s: f64) -> Vec<std::ops::Range<usize>> {
    let mut joined: Vec<std::ops::Range<usize>> = Vec::new();
    for run in runs(calm.iter().copied()) {
        match joined.last_mut() {
            Some(last) if run.start - last.end <= VIEW_HZ as usize => last.end = run.end,
            _ => joined.push(run),
        }
    }
    joined.retain(|run| looks[run.end - 1].t - looks[run.start].t + 1.0 / VIEW_HZ >= min_s);
    joined
}

/// The looks of a calm stretch around which a beat is kept for two seconds on end.
fn beaten(rows: &[Row], looks: &[Look], run: &std::ops::Range<usize>) -> Vec<usize> {
    let second = VIEW_HZ as usize;
    let kept: Vec<bool> = run
        .clone()
        .step_by(second)
        .map(|i| rhythm(rows, looks[i].t) > BEAT)
        .collect();
    let half = (WINDOW_S / 2.0 * VIEW_HZ) as usize;
    (1..kept.len())
        .filter(|n| kept[*n] && kept[*n - 1])
        .flat_map(|n| {
            let at = run.start + n * second;
            at.saturating_sub(half + second).max(run.start)..(at + half).min(run.end)
        })
        .collect()
}

/// Travel at every look: what most of two seconds around it reach, in grey levels over all blocks.
#[must_use]
pub fn motion(looks: &[Look]) -> Vec<f32> {
    let sums: Vec<f32> = looks
        .iter()
        .map(|look| look.travel.iter().map(|v| level(*v)).sum())
        .collect();
    let half = VIEW_HZ as usize;
    (0..sums.len())
        .map(|i| {
            let mut near = sums[i.saturating_sub(half)..(i + half + 1).min(sums.len())].to_vec();
            quantile(&mut near, 0.6)
        })
        .collect()
}

/// True if the stretch shows less texture than the drill does where the drill is; without any drill to compare with,
/// the yard counts as empty.
fn bare(looks: &[Look], run: &std::ops::Range<usize>, busy: &[usize]) -> bool {
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
            with += texture(busy, k);
            without += texture(&still, k);
        }
    }
    without < BARE * with
}
