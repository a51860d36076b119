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
const LIVELIER: f32 = 1.4;

/// Where people were seen to travel in the whole film, and where nobody ever did.
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
        let activity = means(looks, run, |l| &l.activity);
        let mut trodden: Vec<f32> = self.trodden.iter().map(|k| activity[*k]).collect();
        let mut other: Vec<f32> = self.other.iter().map(|k| activity[*k]).collect();
        quantile(&mut trodden, 0.95) > LIVELIER * quantile(&mut other, 0.9).max(NOISE)
    }
}

/// Looks before and after a stretch in which people come to rest or set out: two seconds.
const EDGE: usize = (2.0 * VIEW_HZ) as usize;
/// Somebody moves in a block that travels this much, in grey levels, and this share of what the liveliest does.
const MOVES: f32 = 0.25;
const MOVES_SHARE: f32 = 0.15;
/// Fewer blocks are a passer-by or a branch.
const SOME: usize = 3;
/// A block where people moved travels this many times more then than while they are calm; branches do not.
const THEN: f32 = 3.0;
/// Beside such a block bodies are where it stirs this many times more then than later, and more than noise explains: who
/// sets out shows his legs at first, the rest of him moves in front of others who look the same.
const BESIDE: f32 = 1.5;
const BESIDE_CLEAR: f32 = 2.0;
/// Less than this no activity is, in grey levels: a low bit rate shows none where there is some.
const FLOOR: f32 = 0.4;
/// Pixels by which the camera may tremble while it looks at a place.
const STEADY: f32 = 1.5;
/// Somebody stirs in a place when its liveliest blocks change by this factor more than noise and the trembling of edges
/// explain, on the average of a stretch. People at ease shift their weight by less than a pixel; a slow squat moves by two.
const STIRS: f32 = 1.5;
/// The same with what lies beside: shadows of branches and hands that fidget are there too.
const STIRS_BESIDE: f32 = 2.2;
/// The same in three seconds, in which noise does not average out.
const STIRS_NOW: f32 = 2.5;
/// The share of a place's blocks that stir less than its liveliest ones do: of six blocks one alone is not enough.
const LIVELIEST: f32 = 0.88;

/// Where people moved at one end of a calm stretch.
#[derive(Debug)]
struct Place {
    own: Vec<usize>,
    /// With what lies beside and stirred at the same time.
    wide: Vec<usize>,
}

impl Place {
    fn of(
        looks: &[Look],
        seen: Range<usize>,
        run: &Range<usize>,
        hidden: &[Stretch],
        across: usize,
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
        let travel = means(looks, &seen, |l| &l.travel);
        let calm = means(looks, run, |l| &l.travel);
        let most = travel.iter().copied().fold(0.0, f32::max);
        let moves = MOVES.max(MOVES_SHARE * most);
        let own: Vec<usize> = (0..BLOCKS)
            .filter(|k| travel[*k] > moves.max(THEN * calm[*k]))
            .collect();
        if own.len() < SOME {
            return None;
        }
        let beside = beside(&own, across);
        let then = means(looks, &seen, |l| &l.activity);
        let later = means(looks, run, |l| &l.activity);
        let stirred = ratios(looks, &seen, &beside);
        let wide = (0..BLOCKS)
            .filter(|k| {
                let bodies = then[*k] > BESIDE * later[*k] && stirred[*k] > BESIDE_CLEAR;
                own.contains(k) || (beside[*k] && bodies)
            })
            .collect();
        Some(Self { own, wide })
    }
}

/// Where somebody last moved before a calm stretch and first moves after it: who drills in one place does so there.
#[derive(Debug)]
pub(super) struct Places {
    places: Vec<Place>,
    /// Blocks of any of them.
    own: Vec<bool>,
}

impl Places {
    /// Those at both ends of `run`, as far as the camera saw them; `across` blocks lie in a row of the picture.
    pub(super) fn of(
        looks: &[Look],
        run: &Range<usize>,
        hidden: &[Stretch],
        across: usize,
    ) -> Self {
        let ends = [
            run.start.saturating_sub(EDGE)..run.start + 1,
            run.end - 1..(run.end + EDGE).min(looks.len()),
        ];
        let places: Vec<Place> = ends
            .into_iter()
            .filter_map(|seen| Place::of(looks, seen, run, hidden, across))
            .collect();
        let mut own = vec![false; BLOCKS];
        for k in places.iter().flat_map(|p| &p.own) {
            own[*k] = true;
        }
        Self { places, own }
    }

    /// True if nobody was seen to move at either end.
    pub(super) fn unknown(&self) -> bool {
        self.places.is_empty()
    }

    /// For each look of `run`: whether nobody clearly stirs around it. At either end people come to rest or set out.
    pub(super) fn idle(&self, looks: &[Look], run: &Range<usize>) -> Vec<bool> {
        let mut idle = vec![true; run.len()];
        let second = VIEW_HZ as usize;
        let mut at = run.start + second;
        while at + WINDOW + second <= run.end {
            if self.stirs(looks, &(at..at + WINDOW), |p| p.own.as_slice(), STIRS_NOW) {
                idle[at - run.start..][..WINDOW].fill(false);
            }
            at += second;
        }
        idle
    }

    /// True if nobody stirs on the average of `run`.
    pub(super) fn rests(&self, looks: &[Look], run: &Range<usize>) -> bool {
        let inner = if run.len() > 3 * EDGE {
            run.start + EDGE..run.end - EDGE
        } else {
            run.clone()
        };
        !self.stirs(looks, &inner, |p| p.own.as_slice(), STIRS)
            && !self.stirs(looks, &inner, |p| p.wide.as_slice(), STIRS_BESIDE)
    }

    fn stirs(
        &self,
        looks: &[Look],
        window: &Range<usize>,
        part: fn(&Place) -> &[usize],
        limit: f32,
    ) -> bool {
        let ratios = ratios(looks, window, &self.own);
        self.places.iter().any(|place| {
            let mut there: Vec<f32> = part(place).iter().map(|k| ratios[*k]).collect();
            quantile(&mut there, LIVELIEST) > limit
        })
    }
}

/// Those blocks and their neighbours.
fn beside(blocks: &[usize], across: usize) -> Vec<bool> {
    let mut found = vec![false; BLOCKS];
    for k in blocks {
        let (row, column) = (k / across, k % across);
        for r in row.saturating_sub(1)..=(row + 1).min(BLOCKS / across - 1) {
            for c in column.saturating_sub(1)..=(column + 1).min(across - 1) {
                found[r * across + c] = true;
            }
        }
    }
    found
}

/// Activity of each block as a multiple of what noise and the trembling of its edges explain; how much edges tremble the
/// textured blocks tell that are not `of_people`.
fn ratios(looks: &[Look], window: &Range<usize>, of_people: &[bool]) -> Vec<f32> {
    let activity = means(looks, window, |l| &l.activity);
    let texture = means(looks, window, |l| &l.texture);
    let floor = quantile(&mut activity.clone(), 0.1).max(FLOOR);
    let middle = quantile(&mut texture.clone(), 0.5).max(0.5);
    let mut trembles: Vec<f32> = (0..BLOCKS)
        .filter(|k| texture[*k] > middle && !of_people[*k])
        .map(|k| (activity[k] - floor) / texture[k])
        .collect();
    let tremble = quantile(&mut trembles, 0.5).max(0.0);
    (0..BLOCKS)
        .map(|k| activity[k] / (floor + tremble * texture[k]))
        .collect()
}

/// Mean of each block over some looks, in grey levels.
fn means(looks: &[Look], of: &Range<usize>, get: fn(&Look) -> &[u8; BLOCKS]) -> Vec<f32> {
    let n = of.len().max(1) as f32;
    let mut sums = vec![0.0f32; BLOCKS];
    for look in &looks[of.clone()] {
        for (sum, value) in sums.iter_mut().zip(get(look)) {
            *sum += level(*value);
        }
    }
    sums.iter_mut().for_each(|s| *s /= n);
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{Pose, compand};

    /// Forty seconds in which ranks exercise in one place for half a minute and then set out. Blocks 60 to 64 are the legs of
    /// the front rank, 44 to 48 all bodies above them, which stir by `bodies` grey levels during the exercise.
    fn film(bodies: f32) -> Vec<Look> {
        let look = |i: u32| {
            let out = i >= 120;
            let mut look = Look {
                t: f64::from(i) / VIEW_HZ,
                view: 0,
                pose: Pose::default(),
                quality: 1.0,
                blank: false,
                activity: [compand(1.0); BLOCKS],
                travel: [0; BLOCKS],
                texture: [compand(8.0); BLOCKS],
            };
            look.activity[44..49].fill(compand(if out { 12.0 } else { bodies }));
            if out {
                look.activity[60..65].fill(compand(9.0));
                look.travel[60..65].fill(compand(2.0));
            }
            look
        };
        (0..160).map(look).collect()
    }

    #[test]
    fn bodies_beside_the_legs_that_set_out_are_of_the_place() {
        for (bodies, rests) in [(1.0, true), (6.0, false)] {
            let film = film(bodies);
            let run = 0..120;
            let places = Places::of(&film, &run, &[], 16);
            assert!(!places.unknown());
            assert_eq!(places.rests(&film, &run), rests, "{bodies}");
            assert!(places.idle(&film, &run).iter().all(|idle| *idle));
        }
    }

    #[test]
    fn what_another_view_shows_is_no_place() {
        let mut film = film(1.0);
        film.iter_mut().skip(120).for_each(|l| l.view = 1);
        assert!(Places::of(&film, &(0..120), &[], 16).unknown());
    }

    #[test]
    fn neighbours_end_at_the_edge_of_the_picture() {
        let blocks = |k: usize, across| {
            let found = beside(&[k], across);
            (0..BLOCKS).filter(|k| found[*k]).collect::<Vec<_>>()
        };
        assert_eq!(blocks(0, 16), [0, 1, 16, 17]);
        assert_eq!(blocks(159, 10), [148, 149, 158, 159]);
        assert_eq!(blocks(40, 10), [30, 31, 40, 41, 50, 51]);
    }
}
