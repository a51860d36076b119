//! Rhythms that are no faster than limbs move: told by the sharpness of each step, which no body shows.
//!
//! At 1.9 times the speed one step in ten is short, 2.5 times a second, and marching legs have an overtone there. But a
//! step left out is one frame long and its rhythm has all its overtones, while bodies move smoothly: what counts here is
//! what the rhythm explains without its slowest line. Key frames are sharp too, every second or so; a rhythm of which only
//! some steps show is theirs.

use std::f32::consts::TAU;

use super::judder::{Rhythm, shape};

/// Shares of longer steps that are tried: below, a key frame in so many would look the same.
const SHARES: (f32, f32) = (0.1, 0.955);
/// Step of the shares: over a window a pulse must stay within its frame.
const FINE: f32 = 0.001;
/// Lines of the rhythm that are looked at before it is fitted: so many at least and at most, and the share of the power
/// that they must hold.
const LINES: (usize, usize) = (4, 10);
const HOLDS: f32 = 0.33;
/// At most so many shares are fitted.
const TRIED: usize = 8;
/// Places of the first step that are tried, in one period.
const PLACES: usize = 24;
/// So large a share of the odd steps must show by itself, each with this share of what they show on the average. Key
/// frames that agree with every second or third step of a rhythm make it look as strong and leave the others out.
const EACH: f32 = 0.8;
const EACH_DEPTH: f32 = 0.4;

/// The rhythm slower than `below` (in turns a frame) that explains the numbered values best, without its slowest line.
pub(super) fn pulses(known: &[(usize, f32)], spectrum: &Spectrum, below: f32) -> Rhythm {
    let power: f32 = known.iter().map(|(_, u)| u * u).sum();
    let least = HOLDS * power * known.len() as f32 / 2.0;
    let steps = ((SHARES.1 - SHARES.0) / FINE) as usize;
    let mut tried: Vec<(f32, f32)> = (0..=steps)
        .map(|step| SHARES.0 + FINE * step as f32)
        .filter(|share| share.min(1.0 - share) <= below)
        .map(|share| (held(spectrum, share), share))
        .filter(|(held, _)| *held > least)
        .collect();
    tried.sort_by(|a, b| b.0.total_cmp(&a.0));
    tried.truncate(TRIED);
    let (mut best, mut at) = (Rhythm::default(), 0.0);
    for (_, share) in tried {
        let turns: Vec<(f32, f32)> = known
            .iter()
            .map(|(i, _)| (TAU * share * *i as f32).sin_cos())
            .collect();
        for place in 0..PLACES {
            let crest = place as f32 / PLACES as f32;
            let rhythm = fit(known, &turns, share, crest);
            if rhythm.explains > best.explains {
                (best, at) = (rhythm, crest);
            }
        }
    }
    if shown(known, &best, at) < EACH {
        return Rhythm::default();
    }
    best
}

/// Share of the odd steps of a rhythm that show by themselves; 0 where none can be told.
fn shown(known: &[(usize, f32)], rhythm: &Rhythm, crest: f32) -> f32 {
    // Where steps of the other length are the rule, the odd one is short and shows less than its neighbours.
    let sign = if rhythm.share > 0.5 { -1.0 } else { 1.0 };
    let (mut odd, mut clear) = (0u32, 0u32);
    for three in known.windows(3) {
        let [(before, a), (i, b), (after, c)] = [three[0], three[1], three[2]];
        let alone = after == before + 2 && sign * shape(i, rhythm.share, crest) > 0.9;
        if alone {
            odd += 1;
            // What the shape of one step explains of these three values.
            let depth = sign * (b - (a + c) / 2.0) / 1.5;
            clear += u32::from(depth > EACH_DEPTH * rhythm.depth);
        }
    }
    if odd == 0 {
        0.0
    } else {
        clear as f32 / odd as f32
    }
}

/// Power in the lines of a rhythm. The rarer the odd step, the more lines share the power.
fn held(spectrum: &Spectrum, share: f32) -> f32 {
    let lines = (0.5 / share.min(1.0 - share)).round() as usize + 1;
    (1..=lines.clamp(LINES.0, LINES.1))
        .map(|line| {
            let (re, im) = spectrum.line(share * line as f32);
            re * re + im * im
        })
        .sum()
}

fn fit(known: &[(usize, f32)], turns: &[(f32, f32)], share: f32, crest: f32) -> Rhythm {
    let n = known.len() as f32;
    // Sums of products of the shape (s), the values (u) and the slowest line (c, d).
    let (mut ss, mut su, mut uu) = (0.0f32, 0.0f32, 0.0f32);
    let (mut sc, mut sd, mut uc, mut ud) = (0.0f32, 0.0f32, 0.0f32, 0.0f32);
    for ((i, u), (sin, cos)) in known.iter().zip(turns) {
        let s = shape(*i, share, crest);
        ss += s * s;
        su += s * u;
        uu += u * u;
        sc += s * cos;
        sd += s * sin;
        uc += u * cos;
        ud += u * sin;
    }
    let cross = su - 2.0 / n * (sc * uc + sd * ud);
    let square = ss - 2.0 / n * (sc * sc + sd * sd);
    let power = uu - 2.0 / n * (uc * uc + ud * ud);
    if square < 1.0 || cross <= 0.0 {
        return Rhythm::default();
    }
    Rhythm {
        share,
        explains: cross * cross / square / power.max(1e-6),
        depth: cross / square,
        sharp: true,
    }
}

/// The values as waves of 0 to a half turn a frame: sums with cosine and sine.
pub(super) struct Spectrum {
    lines: Vec<(f32, f32)>,
}

impl Spectrum {
    /// Of numbered values.
    pub(super) fn of(known: &[(usize, f32)]) -> Self {
        let count = (0.5 / FINE) as usize;
        let lines = (0..=count)
            .map(|line| {
                // A turn by recurrence: a sine for each value would cost more than all the rest.
                let (sin, cos) = (TAU * FINE * line as f32).sin_cos();
                let (mut x, mut y, mut at) = (1.0f32, 0.0f32, 0usize);
                let (mut re, mut im) = (0.0f32, 0.0f32);
                for (i, u) in known {
                    while at < *i {
                        (x, y) = (x * cos - y * sin, x * sin + y * cos);
                        at += 1;
                    }
                    re += u * x;
                    im += u * y;
                }
                (re, im)
            })
            .collect();
        Self { lines }
    }

    /// The line nearest to `turns` a frame; beyond a half turn it is the mirror image of a slower one.
    pub(super) fn line(&self, turns: f32) -> (f32, f32) {
        let folded = turns - turns.round();
        let at = (folded.abs() / FINE).round() as usize;
        let (re, im) = self.lines.get(at).copied().unwrap_or_default();
        (re, if folded < 0.0 { -im } else { im })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(i: usize) -> f32 {
        let n = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let n = (n ^ (n >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (n >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    }

    #[test]
    fn short_steps_are_sharp_and_limbs_are_not() {
        let steps: Vec<(usize, f32)> = (0..96)
            .map(|i| (i, 0.5 * shape(i, 0.9, 0.3) + 0.2 * noise(i)))
            .collect();
        let found = pulses(&steps, &Spectrum::of(&steps), 0.26);
        assert!(
            (found.share - 0.9).abs() < 0.003 && found.explains > 0.6,
            "{found:?}"
        );
        // Legs twice and four times a step, at 25 frames a second.
        let legs: Vec<(usize, f32)> = (0..96)
            .map(|i| {
                let swing = (TAU * 0.1 * i as f32).cos() + 0.4 * (TAU * 0.2 * i as f32 + 1.0).cos();
                (i, 0.3 * swing + 0.2 * noise(i))
            })
            .collect();
        let found = pulses(&legs, &Spectrum::of(&legs), 0.26);
        assert!(found.explains < 0.4, "{found:?}");
    }

    #[test]
    fn key_frames_are_sharp_and_no_rhythm() {
        // Every 25th frame shows less, and its neighbours more: as strong as 23 of 25 steps, of which half are missing.
        let keys: Vec<(usize, f32)> = (0..96)
            .map(|i| {
                let pulse = match i % 25 {
                    12 => -0.8,
                    11 | 13 => 0.4,
                    _ => 0.0,
                };
                (i, pulse + 0.1 * noise(i))
            })
            .collect();
        let found = pulses(&keys, &Spectrum::of(&keys), 0.26);
        assert!(found.explains < 0.4, "{found:?}");
    }
}
