//! Rest and empty yards, told by motion that is not the wind's: people travel over the yard or keep a beat, leaves do neither.

use std::ops::Range;

use super::ground::{Ground, Places};
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
/// Travel below this share of what drill travels in the film is rest.
const SHARE: f32 = 0.05;
/// Between these grey levels over all blocks: below is noise, above somebody far off drills.
const REST: (f32, f32) = (2.0, 12.0);
/// A drill that moves over the yard travels at least this much: grey levels over all blocks.
const DRILL: f32 = 8.0;
/// What drill travels: the share of looks that travel less, in a film in which people drill most of the time, and in one
/// whose yard stands empty for most of it.
const MOSTLY: f32 = 0.85;
const SELDOM: f32 = 0.95;
/// A film's busy seconds travel this share of its busiest.
const BUSY: f32 = 0.3;
/// Off the ground where people drill, this many times more may travel in a rest: cars, branches, strollers.
const ELSEWHERE: f32 = 4.0;
/// A beat kept as well as this is drill in one place, however little it moves.
const BEAT: f32 = 0.36;
/// Looks further apart are no neighbours, in seconds.
const GAP_S: f64 = 1.2;
/// Looks that make three seconds.
const WINDOW: usize = (3.0 * VIEW_HZ) as usize;
/// A yard without people has less texture, by this factor, where people drill at other times.
const BARE: f32 = 0.93;

/// Stretches of at least `min_s` seconds with hardly any motion: nothing travels, nothing keeps the beat of drill in one
/// place, and where people were before and after nobody stirs. Looks inside `hidden` stretches count as motion; `across`
/// blocks lie in a row of the picture.
#[must_use]
pub fn rests(
    rows: &[Row],
    looks: &[Look],
    hidden: &[Stretch],
    across: usize,
    min_s: f64,
) -> Vec<Rest> {
    let motion = motion(looks);
    let [mostly, seldom] = [MOSTLY, SELDOM].map(|q| quantile(&mut motion.clone(), q));
    let busy: Vec<usize> = (0..looks.len())
        .filter(|i| motion[*i] > (BUSY * seldom).max(2.0 * limit(seldom)))
        .collect();
    let ground = Ground::of(looks, &busy);
    let trodden = if ground.near.is_empty() {
        motion.clone()
    } else {
        smoothed(looks, &ground.near)
    };
    let seen = seen(looks, hidden);
    // Where hardly anything travels, and where hardly anything does on the ground on which people drill.
    let everywhere = (0..looks.len()).map(|i| seen[i] && motion[i] < limit(mostly));
    let there = (0..looks.len())
        .map(|i| seen[i] && trodden[i] < limit(seldom) && motion[i] < ELSEWHERE * limit(seldom));
    let film = Film {
        rows,
        looks,
        hidden,
        across,
        min_s,
        ground,
        drills: seldom >= DRILL,
    };
    let mut found = film.idle(everywhere.collect());
    for run in film.idle(there.collect()) {
        if !found.iter().any(|f| f.start < run.end && run.start < f.end) {
            found.push(run);
        }
    }
    found.sort_by_key(|run| run.start);
    found
        .into_iter()
        .map(|run| Rest {
            stretch: Stretch {
                from: looks[run.start].t,
                to: looks[run.end - 1].t + 1.0 / VIEW_HZ,
            },
            empty: bare(looks, &run, &busy),
        })
        .collect()
}

/// Travel below this is none, in a film whose drill travels `usual`.
fn limit(usual: f32) -> f32 {
    if usual < DRILL {
        DRILL
    } else {
        (SHARE * usual).clamp(REST.0, REST.1)
    }
}

/// For each look: whether it shows the film and not a still, and follows closely on the one before. What happened while the
/// time stamps leapt nobody knows.
fn seen(looks: &[Look], hidden: &[Stretch]) -> Vec<bool> {
    let mut seen: Vec<bool> = looks
        .iter()
        .map(|look| !hidden.iter().any(|h| h.holds(look.t, 0.6)))
        .collect();
    for i in 1..looks.len() {
        if looks[i].t - looks[i - 1].t > GAP_S {
            let after = (i + 2 * VIEW_HZ as usize).min(looks.len());
            seen[i - 1..after].fill(false);
        }
    }
    seen
}

/// A film and what was learnt from all of it.
#[derive(Debug)]
struct Film<'a> {
    rows: &'a [Row],
    looks: &'a [Look],
    hidden: &'a [Stretch],
    across: usize,
    min_s: f64,
    ground: Ground,
    /// Somebody drills in it at some time.
    drills: bool,
}

impl Film<'_> {
    /// Parts of the `calm` stretches in which nobody drills in one place.
    fn idle(&self, mut calm: Vec<bool>) -> Vec<Range<usize>> {
        let looks = self.looks;
        for run in lasting(&calm, looks, self.min_s) {
            for i in beaten(self.rows, looks, &run) {
                calm[i] = false;
            }
        }
        let calm = lasting(&calm, looks, self.min_s);
        if !self.drills {
            return calm;
        }
        let mut found = Vec::new();
        for run in calm {
            let places = Places::of(looks, &run, self.hidden, self.across);
            // Where nobody was seen to move, nothing is known.
            if places.unknown() {
                continue;
            }
            let idle = places.idle(looks, &run);
            for part in lasting(&idle, &looks[run.clone()], self.min_s) {
                let part = run.start + part.start..run.start + part.end;
                if places.rests(looks, &part) && !self.ground.stirs(looks, &part) {
                    found.push(part);
                }
            }
        }
        found
    }
}

/// Calm stretches of at least `min_s` seconds, joined where somebody scratches his nose for a second.
fn lasting(calm: &[bool], looks: &[Look], min_s: f64) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
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
fn beaten(rows: &[Row], looks: &[Look], run: &Range<usize>) -> Vec<usize> {
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
    smoothed(looks, &(0..BLOCKS).collect::<Vec<_>>())
}

/// As [`motion`], over some blocks.
fn smoothed(looks: &[Look], blocks: &[usize]) -> Vec<f32> {
    let sums: Vec<f32> = looks
        .iter()
        .map(|look| blocks.iter().map(|k| level(look.travel[*k])).sum())
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
fn bare(looks: &[Look], run: &Range<usize>, busy: &[usize]) -> bool {
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
        rests(&film.0, &film.1, &[], 16, 10.0)
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

    #[test]
    fn a_rest_after_drill_in_one_place_begins_where_it_begins() {
        // March, exercises without a beat from 15 s, rest from 30 s, march from 48 s.
        let found = spans(film(|t, k| match (floor(k), t) {
            (true, t) if (15.0..30.0).contains(&t) => (11.0, 0.0, 8.0),
            (true, t) if (30.0..48.0).contains(&t) => (1.0, 0.0, 8.0),
            (true, _) => (12.0, 4.0, 8.0),
            _ => (1.0, 0.0, 8.0),
        }));
        assert_eq!(found.len(), 1, "{found:?}");
        let (from, to, _) = found[0];
        assert!(
            (28..=33).contains(&from) && (46..=49).contains(&to),
            "{found:?}"
        );
    }

    #[test]
    fn what_passes_far_off_does_not_end_a_rest() {
        let found = spans(film(|t, k| match (floor(k), (20.0..45.0).contains(&t)) {
            (true, false) => (12.0, 6.0, 8.0),
            (true, true) => (1.0, 0.0, 8.0),
            // Water behind the yard glitters: little in each block, much in all.
            _ if k >= 80 => (1.0, 0.11, 8.0),
            _ => (1.0, 0.0, 8.0),
        }));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].1 - found[0].0 > 20, "{found:?}");
    }

    #[test]
    fn where_nobody_was_seen_to_move_nothing_is_said() {
        // Another camera from 25 s on: what the first one showed may have been drill in one place.
        let (rows, mut looks) = film(|t, k| match (floor(k), t < 25.0) {
            (true, false) => (9.0, 4.0, 8.0),
            _ => wind(t, k),
        });
        looks.iter_mut().skip(100).for_each(|l| l.view = 1);
        assert_eq!(spans((rows, looks)), []);
    }
}
