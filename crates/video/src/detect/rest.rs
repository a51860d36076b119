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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{Pose, compand};

    /// What a block shows at a moment: activity, travel, texture, each in grey levels.
    type Block = (f32, f32, f32);

    /// A minute; blocks 60 to 79 are the floor, 0 to 39 trees.
    fn film(of: impl Fn(f64, usize) -> Block) -> (Vec<Row>, Vec<Look>) {
        let looks = (0..240)
            .map(|i| {
                let t = f64::from(i) / VIEW_HZ;
                let blocks: Vec<Block> = (0..BLOCKS).map(|k| of(t, k)).collect();
                let bytes = |get: fn(&Block) -> f32| {
                    let mut out = [0u8; BLOCKS];
                    out.iter_mut()
                        .zip(&blocks)
                        .for_each(|(o, b)| *o = compand(get(b)));
                    out
                };
                Look {
                    t,
                    view: 0,
                    pose: Pose::default(),
                    quality: 1.0,
                    blank: false,
                    activity: bytes(|b| b.0),
                    travel: bytes(|b| b.1),
                    texture: bytes(|b| b.2),
                }
            })
            .collect();
        let rows = (0..1500)
            .map(|i| {
                let t = f64::from(i) * 0.04;
                let mut change = [0u8; BLOCKS];
                change
                    .iter_mut()
                    .enumerate()
                    .for_each(|(k, c)| *c = compand(of(t, k).0 / 4.0));
                Row {
                    t,
                    mean: 120,
                    dark: 0,
                    change,
                }
            })
            .collect();
        (rows, looks)
    }

    fn wind(t: f64, k: usize) -> Block {
        let gust = 4.0 + 3.0 * ((t * 0.7 + k as f64).sin() as f32);
        (if k < 40 { gust } else { 1.0 }, 0.0, 8.0)
    }

    fn floor(k: usize) -> bool {
        (60..80).contains(&k)
    }

    fn spans(film: (Vec<Row>, Vec<Look>)) -> Vec<(i64, i64, bool)> {
        rests(&film.0, &film.1, &[], 10.0)
            .iter()
            .map(|r| {
                (
                    r.stretch.from.round() as i64,
                    r.stretch.to.round() as i64,
                    r.empty,
                )
            })
            .collect()
    }

    #[test]
    fn a_yard_with_nothing_but_wind_is_empty_throughout() {
        assert_eq!(spans(film(wind)), [(0, 60, true)]);
    }

    #[test]
    fn a_rest_and_an_empty_yard_are_told_apart_by_what_stands_there() {
        for (texture, empty) in [(8.0, false), (5.0, true)] {
            let film = film(|t, k| match (floor(k), (20.0..40.0).contains(&t)) {
                (true, false) => (9.0, 4.0, 8.0),
                (true, true) => (1.0, 0.0, texture),
                _ => wind(t, k),
            });
            let found = spans(film);
            assert_eq!(found.len(), 1, "{found:?}");
            let (from, to, bare) = found[0];
            assert!(
                (19..=22).contains(&from) && (38..=41).contains(&to),
                "{found:?}"
            );
            assert_eq!(bare, empty);
        }
    }

    #[test]
    fn drill_in_one_place_is_no_rest() {
        // Exercises without a beat stir the ground on which the squad marched before.
        let exercises = film(|t, k| match (floor(k), t >= 20.0) {
            (true, false) => (12.0, 4.0, 8.0),
            (true, true) => (11.0, 0.0, 8.0),
            _ => wind(t, k),
        });
        assert_eq!(spans(exercises), []);
        // Marking time from the first second to the last, far off: nothing travels, all keep the beat.
        let marking = film(|t, k| {
            if floor(k) {
                (4.0 + 3.0 * ((t * 12.3).sin() as f32), 0.0, 8.0)
            } else {
                wind(t, k)
            }
        });
        assert_eq!(spans(marking), []);
    }

    #[test]
    fn a_leap_of_the_time_stamps_is_no_rest() {
        let (rows, mut looks) = film(|t, k| {
            if floor(k) {
                (9.0, 4.0, 8.0)
            } else {
                wind(t, k)
            }
        });
        looks.iter_mut().skip(120).for_each(|l| l.t += 30.0);
        assert_eq!(spans((rows, looks)), []);
    }
}
