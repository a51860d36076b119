//! Where people drill, and whether that ground stirs.

use std::ops::Range;

use super::{Stretch, quantile};
use crate::signal::{BLOCKS, Look, VIEW_HZ, level};

/// Travel of a block, in grey levels, on trodden ground, at its edges and where nobody goes.
const TRODDEN: f32 = 0.3;
const NEAR: f32 = 0.12;
const UNTRODDEN: f32 = 0.02;
/// Fewer blocks of either say nothing.
const FEW: usize = 5;
/// Looks that make three seconds.
const WINDOW: usize = (3.0 * VIEW_HZ) as usize;
/// Activity of a block, in grey levels, that noise alone makes.
const NOISE: f32 = 0.8;
/// The liveliest trodden blocks stir by this factor more than the liveliest others when somebody drills in one place.
const STIRS: f32 = 1.4;

/// Where people were seen to travel, and where nobody ever did.
#[derive(Debug, Default)]
pub(super) struct Ground {
    /// With its edges: all blocks where anybody comes.
    pub near: Vec<usize>,
    trodden: Vec<usize>,
    other: Vec<usize>,
}

impl Ground {
    /// Learnt from the looks with the numbers `busy`; empty where there are too few.
    pub(super) fn of(looks: &[Look], busy: &[usize]) -> Self {
        let mut ground = Self::default();
        if busy.len() < WINDOW {
            return ground;
        }
        for k in 0..BLOCKS {
            let travel = busy.iter().map(|i| level(looks[*i].travel[k])).sum::<f32>();
            let mean = travel / busy.len() as f32;
            if mean > NEAR {
                ground.near.push(k);
            }
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
    pub(super) fn stirs(&self, looks: &[Look], run: &Range<usize>) -> bool {
        if self.trodden.len() < FEW || self.other.len() < FEW {
            return false;
        }
        let activity = means(looks, run.clone(), |l| &l.activity);
        let mut trodden: Vec<f32> = self.trodden.iter().map(|k| activity[*k]).collect();
        let mut other: Vec<f32> = self.other.iter().map(|k| activity[*k]).collect();
        quantile(&mut trodden, 0.95) > STIRS * quantile(&mut other, 0.9).max(NOISE)
    }
}

/// Looks before and after a stretch in which people come to rest or set out: two seconds.
const EDGE: usize = (2.0 * VIEW_HZ) as usize;
/// Somebody moves in a block that travels this much, in grey levels, and this share of what the liveliest does.
const MOVES: f32 = 0.25;
const MOVES_SHARE: f32 = 0.15;
/// Fewer blocks are a passer-by or a branch.
const SOME: usize = 3;
/// Less than this no activity is, in grey levels: a low bit rate shows none where there is some.
const FLOOR: f32 = 0.4;
/// A block where people moved travels this many times more then than while they are calm; branches do not.
const THEN: f32 = 3.0;
/// Pixels by which the camera may tremble while it looks at a place.
const STEADY: f32 = 1.5;

/// Where people moved at one end of a calm stretch.
#[derive(Debug)]
pub(super) struct Place(Vec<usize>);

impl Place {
    /// Where they last moved before `run`; `None` if that was not seen.
    pub(super) fn before(looks: &[Look], run: &Range<usize>, hidden: &[Stretch]) -> Option<Self> {
        Self::of(
            looks,
            run.start.saturating_sub(EDGE)..run.start + 1,
            run,
            hidden,
        )
    }

    /// Where they first moved after it.
    pub(super) fn after(looks: &[Look], run: &Range<usize>, hidden: &[Stretch]) -> Option<Self> {
        Self::of(
            looks,
            run.end - 1..(run.end + EDGE).min(looks.len()),
            run,
            hidden,
        )
    }

    fn of(
        looks: &[Look],
        seen: Range<usize>,
        run: &Range<usize>,
        hidden: &[Stretch],
    ) -> Option<Self> {
        let middle = &looks[(run.start + run.end) / 2];
        // Travel looks back by a second and a half, so a still that was put in shows for as long after its end.
        let clear = |l: &Look| {
            let held = l.pose.distance(&middle.pose, 160.0, 90.0) < STEADY;
            let shown = hidden
                .iter()
                .any(|h| l.t > h.from - 0.3 && l.t < h.to + 2.0);
            l.view == middle.view && held && !shown
        };
        if seen.len() < EDGE / 2 || !looks[seen.clone()].iter().all(clear) {
            return None;
        }
        let travel = means(looks, seen, |l| &l.travel);
        let calm = means(looks, run.clone(), |l| &l.travel);
        let most = travel.iter().copied().fold(0.0, f32::max);
        let moves = MOVES.max(MOVES_SHARE * most);
        let blocks: Vec<usize> = (0..BLOCKS)
            .filter(|k| travel[*k] > moves.max(THEN * calm[*k]))
            .collect();
        (blocks.len() >= SOME).then_some(Self(blocks))
    }

    /// True if it stirs in `window` by more than noise and the trembling of edges explain, by the factor `limit`; how much
    /// edges tremble the other blocks tell.
    pub(super) fn stirs(&self, looks: &[Look], window: &Range<usize>, limit: f32) -> bool {
        let activity = means(looks, window.clone(), |l| &l.activity);
        let texture = means(looks, window.clone(), |l| &l.texture);
        let floor = quantile(&mut activity.to_vec(), 0.1).max(FLOOR);
        let middle = quantile(&mut texture.to_vec(), 0.5).max(0.5);
        let mut trembles: Vec<f32> = (0..BLOCKS)
            .filter(|k| texture[*k] > middle && !self.0.contains(k))
            .map(|k| (activity[k] - floor) / texture[k])
            .collect();
        let tremble = quantile(&mut trembles, 0.5).max(0.0);
        let mut ratios: Vec<f32> = self
            .0
            .iter()
            .map(|k| activity[*k] / (floor + tremble * texture[*k]))
            .collect();
        quantile(&mut ratios, 0.9) > limit
    }
}

/// Mean of each block over some looks, in grey levels.
fn means(looks: &[Look], of: Range<usize>, get: fn(&Look) -> &[u8; BLOCKS]) -> Vec<f32> {
    let n = of.len().max(1) as f32;
    let mut sums = vec![0.0f32; BLOCKS];
    for look in &looks[of] {
        for (sum, value) in sums.iter_mut().zip(get(look)) {
            *sum += level(*value);
        }
    }
    sums.iter_mut().for_each(|s| *s /= n);
    sums
}
