//! Frames left out or repeated at a steady rate, told by the rhythm in which the motion of single frames rises and falls.
//!
//! Who plays a film at 1.7 times its speed and keeps the frame rate takes one frame here and skips one there: the steps
//! between pictures are 2, 2, 1, 2, 2, 1 … frames long, and so is the motion. At 0.7 they are 1, 1, 0, 1, 1, 0 … Bodies do
//! not move in such steps. At a whole multiple all steps are alike and nothing shows here; see `cadence` for those.

use super::Stretch;

/// A stretch with such a rhythm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Judder {
    /// When.
    pub stretch: Stretch,
}

/// Frames judged together, and frames from one judgement to the next.
const WINDOW: usize = 96;
const HOP: usize = 24;
/// Shares of longer steps that are tried; nearer to 0 or 1 a step of another length is too rare.
const SHARES: (f32, f32) = (0.1, 0.9);
const STEPS: usize = 160;
/// Share of the unevenness of motion from frame to frame that the rhythm must explain.
const EXPLAINS: f32 = 0.43;
/// One window alone must explain so much; two that overlap need not.
const SURE: f32 = 0.55;
/// Legs that step 1.9 to 3 times a second show overtones up to here, in hertz; a rhythm must be faster.
const BODIES_HZ: f64 = 6.5;
/// The longer steps show so much more motion, as a logarithm.
const DEPTH: f32 = 0.16;

/// The best rhythm of one window.
#[derive(Debug, Clone, Copy, Default)]
struct Rhythm {
    share: f32,
    explains: f32,
    depth: f32,
}

/// Stretches with a steady rhythm of longer and shorter steps in `motion` (one positive number a frame; `None` where
/// nothing can be told), each at least `min_s` seconds long. `times` are the seconds of the frames.
pub(super) fn judder(times: &[f64], motion: &[Option<f32>], min_s: f64) -> Vec<Judder> {
    let uneven = unevenness(motion);
    let windows: Vec<(usize, Rhythm)> = (0..=uneven.len().saturating_sub(WINDOW))
        .step_by(HOP)
        .filter(|at| at + WINDOW <= uneven.len())
        .map(|at| (at, best(&uneven[at..at + WINDOW])))
        .filter(|(at, rhythm)| {
            let seconds = times[at + WINDOW - 1] - times[*at];
            let hertz =
                rhythm.share.min(1.0 - rhythm.share) as f64 * WINDOW as f64 / seconds.max(0.1);
            rhythm.explains > EXPLAINS && rhythm.depth > DEPTH && hertz > BODIES_HZ
        })
        .collect();
    let mut found: Vec<(usize, usize, Rhythm, usize)> = Vec::new();
    for (at, rhythm) in windows {
        match found.last_mut() {
            Some(last) if last.1 >= at && same(last.2.share, rhythm.share) => {
                last.1 = at + WINDOW;
                last.3 += 1;
                if rhythm.explains > last.2.explains {
                    last.2 = rhythm;
                }
            }
            _ => found.push((at, at + WINDOW, rhythm, 1)),
        }
    }
    found
        .into_iter()
        .filter(|(_, _, rhythm, windows)| *windows > 1 || rhythm.explains > SURE)
        .map(|(from, to, ..)| Judder {
            stretch: Stretch {
                from: times[from],
                to: times[to - 1],
            },
        })
        .filter(|j| j.stretch.length() >= min_s)
        .collect()
}

/// The mirror image of a rhythm, shorter steps for longer ones, is hard to tell from it under noise.
fn same(a: f32, b: f32) -> bool {
    (a - b).abs().min((1.0 - a - b).abs()) < 0.03
}

/// How far each frame's motion lies from that of its neighbours, as a logarithm; `None` where that is not known.
fn unevenness(motion: &[Option<f32>]) -> Vec<Option<f32>> {
    let log = |i: usize| motion.get(i).copied().flatten().map(|m| m.max(1e-3).ln());
    (0..motion.len())
        .map(|i| {
            let i = i.checked_sub(1)?;
            let (a, b, c) = (log(i)?, log(i + 1)?, log(i + 2)?);
            Some((b - (a + c) / 2.0).clamp(-1.6, 1.6))
        })
        .collect()
}

/// The rhythm that explains the window best.
fn best(uneven: &[Option<f32>]) -> Rhythm {
    let known: Vec<(usize, f32)> = uneven
        .iter()
        .enumerate()
        .filter_map(|(i, u)| u.map(|u| (i, u)))
        .collect();
    if known.len() * 10 < uneven.len() * 8 {
        return Rhythm::default();
    }
    let power: f32 = known.iter().map(|(_, u)| u * u).sum();
    let mut best = Rhythm::default();
    for step in 0..=STEPS {
        let share = SHARES.0 + (SHARES.1 - SHARES.0) * step as f32 / STEPS as f32;
        // Where the line of that frequency has its crest tells where the steps begin.
        let (mut re, mut im) = (0.0f32, 0.0f32);
        for (i, u) in &known {
            let angle = std::f32::consts::TAU * share * *i as f32;
            re += u * angle.cos();
            im += u * angle.sin();
        }
        if (re * re + im * im) * 2.0 < 0.5 * EXPLAINS * power * known.len() as f32 {
            continue;
        }
        let crest = im.atan2(re) / std::f32::consts::TAU;
        for shift in [-0.1f32, 0.0, 0.1] {
            let rhythm = fit(&known, power, share, crest + shift);
            if rhythm.explains > best.explains {
                best = rhythm;
            }
        }
    }
    best
}

/// How much a row of steps with this share of longer ones explains, if the crest of the motion is at `crest` turns.
fn fit(known: &[(usize, f32)], power: f32, share: f32, crest: f32) -> Rhythm {
    // A longer step is where the count of source frames makes a leap; the middle of that part is the crest.
    let long = |i: isize| {
        let turn = (share * i as f32 - crest + share / 2.0).rem_euclid(1.0);
        if turn < share { 1.0f32 } else { 0.0 }
    };
    let (mut cross, mut square) = (0.0f32, 0.0f32);
    for (i, u) in known {
        let i = *i as isize;
        let shape = long(i) - (long(i - 1) + long(i + 1)) / 2.0;
        cross += shape * u;
        square += shape * shape;
    }
    if square < 1.0 || cross <= 0.0 {
        return Rhythm::default();
    }
    Rhythm {
        share,
        explains: cross * cross / square / power.max(1e-6),
        depth: cross / square,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The motion of people who march, seen at `rate` times their speed: a step every half second, noise on it.
    fn film(rate: f64, frames: usize) -> (Vec<f64>, Vec<Option<f32>>) {
        let mut seed = 7u64;
        let mut noise = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            ((seed >> 40) as f32 / (1u64 << 24) as f32 - 0.5) * 0.2
        };
        let source = |i: usize| (i as f64 * rate).floor();
        (0..frames)
            .map(|i| {
                let steps = source(i + 1) - source(i);
                let swing = 1.0 + 0.5 * (source(i) * 0.04 * 12.25).cos();
                let motion = (0.03 + steps) * swing * 40.0;
                (i as f64 * 0.04, Some(motion as f32 * noise().exp()))
            })
            .unzip()
    }

    #[test]
    fn left_out_and_repeated_frames_have_a_rhythm() {
        for rate in [0.6, 0.78, 1.3, 1.5, 1.72, 2.4] {
            let (times, motion) = film(rate, 500);
            let found = judder(&times, &motion, 2.5);
            assert_eq!(found.len(), 1, "{rate}: {found:?}");
            assert!(found[0].stretch.length() > 15.0, "{rate}: {found:?}");
        }
    }

    #[test]
    fn marching_at_its_own_pace_has_none() {
        let (times, motion) = film(1.0, 500);
        assert_eq!(judder(&times, &motion, 2.5), []);
    }
}
