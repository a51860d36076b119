//! Frames left out or repeated at a steady rate, told by the rhythm in which the motion of single frames rises and falls.
//!
//! Who plays a film at 1.7 times its speed and keeps the frame rate takes one frame here and skips one there: the steps
//! between pictures are 2, 2, 1, 2, 2, 1 … frames long, and so is the motion. At 0.7 they are 1, 1, 0, 1, 1, 0 … Bodies do
//! not move in such steps. At a whole multiple all steps are alike and nothing shows.

use super::Stretch;
use super::pulses::{Spectrum, pulses};

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
/// Two frames in one step show twice as much at most (ln 2 and some noise); more is a key frame or a gap that was filled.
const TWICE: f32 = 0.78;
/// Rhythms that are no faster than bodies are judged by their overtones; at fewer frames a second there are none.
const DENSE: f64 = 20.0;
/// So many windows must agree on such a rhythm to a fraction of a frame.
const MANY: usize = 4;

/// The best rhythm of one window.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rhythm {
    /// Share of longer steps.
    pub share: f32,
    /// Share of the unevenness that it explains.
    pub explains: f32,
    /// How much more motion the longer steps show, as a logarithm.
    pub depth: f32,
    /// Told by the sharpness of its steps alone; see [`pulses`].
    pub sharp: bool,
}

impl Rhythm {
    /// The mirror image of a rhythm, shorter steps for longer ones, is hard to tell from it under noise.
    fn same(&self, other: &Self) -> bool {
        let apart = (self.share - other.share).abs();
        let mirrored = (1.0 - self.share - other.share).abs();
        let exact = if self.sharp { 0.006 } else { 0.03 };
        self.sharp == other.sharp && apart.min(mirrored) < exact
    }
}

/// Stretches with a steady rhythm of longer and shorter steps in `motion` (one positive number a frame; `None` where
/// nothing can be told), each at least `min_s` seconds long. `times` are the seconds of the frames.
pub(super) fn judder(times: &[f64], motion: &[Option<f32>], min_s: f64) -> Vec<Judder> {
    let uneven = unevenness(motion);
    let fps = 1.0 / super::usual_step(times).max(1e-3);
    let windows = (0..=uneven.len().saturating_sub(WINDOW))
        .step_by(HOP)
        .filter(|at| at + WINDOW <= uneven.len())
        .filter_map(|at| {
            let known = known(&uneven[at..at + WINDOW])?;
            judged(&known, fps).map(|rhythm| (at, rhythm))
        });
    let mut found: Vec<(usize, usize, Rhythm, usize)> = Vec::new();
    for (at, rhythm) in windows {
        match found.last_mut() {
            Some(last) if last.1 >= at && last.2.same(&rhythm) => {
                last.1 = at + WINDOW;
                last.3 += 1;
                if rhythm.explains > last.2.explains {
                    last.2 = rhythm;
                }
            }
            _ => found.push((at, at + WINDOW, rhythm, 1)),
        }
    }
    let stretches = found
        .into_iter()
        .filter(|(_, _, rhythm, windows)| {
            if rhythm.sharp {
                *windows >= MANY
            } else {
                *windows > 1 || rhythm.explains > SURE
            }
        })
        .map(|(from, to, ..)| Stretch {
            from: times[from],
            to: times[to - 1],
        })
        .filter(|stretch| stretch.length() >= min_s);
    joined(stretches)
}

/// A rhythm that drifts, or is told once by one way and once by the other, is one stretch where they overlap.
fn joined(stretches: impl Iterator<Item = Stretch>) -> Vec<Judder> {
    let mut found: Vec<Judder> = Vec::new();
    for stretch in stretches {
        match found.last_mut() {
            Some(last) if stretch.from <= last.stretch.to => {
                last.stretch.to = last.stretch.to.max(stretch.to);
            }
            _ => found.push(Judder { stretch }),
        }
    }
    found
}

/// The rhythm of one window, if it is clear and not that of bodies.
fn judged(known: &[(usize, f32)], fps: f64) -> Option<Rhythm> {
    let clear = |r: &Rhythm| r.explains > EXPLAINS && r.depth > DEPTH;
    let fast = |r: &Rhythm| f64::from(r.share.min(1.0 - r.share)) * fps > BODIES_HZ;
    let spectrum = Spectrum::of(known);
    let rhythm = Some(best(known, &spectrum)).filter(|r| clear(r) && fast(r));
    rhythm.or_else(|| {
        (fps > DENSE)
            .then(|| pulses(known, &spectrum, (BODIES_HZ / fps) as f32))
            .filter(|r| clear(r) && r.depth < TWICE)
    })
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

/// The frames of a window of which something is known; `None` where those are too few.
fn known(uneven: &[Option<f32>]) -> Option<Vec<(usize, f32)>> {
    let known: Vec<(usize, f32)> = uneven
        .iter()
        .enumerate()
        .filter_map(|(i, u)| u.map(|u| (i, u)))
        .collect();
    (known.len() * 10 >= uneven.len() * 8).then_some(known)
}

/// The rhythm that explains the window best.
fn best(known: &[(usize, f32)], spectrum: &Spectrum) -> Rhythm {
    let power: f32 = known.iter().map(|(_, u)| u * u).sum();
    let mut best = Rhythm::default();
    for step in 0..=STEPS {
        let share = SHARES.0 + (SHARES.1 - SHARES.0) * step as f32 / STEPS as f32;
        // Where the line of that frequency has its crest tells where the steps begin.
        let (re, im) = spectrum.line(share);
        if (re * re + im * im) * 2.0 < 0.5 * EXPLAINS * power * known.len() as f32 {
            continue;
        }
        let crest = im.atan2(re) / std::f32::consts::TAU;
        for shift in [-0.1f32, 0.0, 0.1] {
            let rhythm = fit(known, power, share, crest + shift);
            if rhythm.explains > best.explains {
                best = rhythm;
            }
        }
    }
    best
}

/// How much a row of steps with this share of longer ones explains, if the crest of the motion is at `crest` turns.
fn fit(known: &[(usize, f32)], power: f32, share: f32, crest: f32) -> Rhythm {
    let (mut cross, mut square) = (0.0f32, 0.0f32);
    for (i, u) in known {
        let shape = shape(*i, share, crest);
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
        sharp: false,
    }
}

/// What the unevenness of a row of steps looks like at frame `i`.
pub(super) fn shape(i: usize, share: f32, crest: f32) -> f32 {
    let i = i as isize;
    // A longer step is where the count of source frames makes a leap; the middle of that part is the crest.
    let long = |i: isize| {
        let turn = (share * i as f32 - crest + share / 2.0).rem_euclid(1.0);
        if turn < share { 1.0f32 } else { 0.0 }
    };
    long(i) - (long(i - 1) + long(i + 1)) / 2.0
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
        // Near twice the speed the odd step comes too seldom to be told in all windows.
        for rate in [0.6, 0.78, 1.3, 1.5, 1.72, 1.81, 2.17, 2.4] {
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
