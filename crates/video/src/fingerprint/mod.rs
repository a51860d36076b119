//! The fingerprint of a film: how its motion goes, not what its yard looks like.
//!
//! Every squad films in the same yard again and again, so pictures of different sessions look the same. What cannot be
//! the same twice is when and where people move. From the moments of motion the fingerprint takes, four times a
//! second, whether each of eight quantities rises or falls over one to six seconds: 32 bits that
//! trimming, encoding, size, brightness and a tighter frame leave alone and that a mirror changes in a known way.

mod index;

pub use index::{Index, Reuse};

use crate::signal::{MOTION_HZ, Moments};

/// Codes per second.
pub const CODE_HZ: f64 = 4.0;
/// Quantities per moment: energy, centre, spread and lopsidedness across and down, slant.
const QUANTITIES: usize = 8;
/// Seconds over which a rise is judged. Whole seconds, since steps fall twice a second and must not show.
const LAGS_S: [f64; 4] = [1.0, 2.0, 3.5, 6.0];
/// The bits that a mirror turns over: centre and lopsidedness across and the slant, for each lag.
pub(crate) const MIRROR: u32 = 0xa2a2_a2a2;
/// A code without meaning: nothing moved, or too near the ends of the film.
const VOID: u32 = u32::MAX;
/// First byte of the stored form; another way of computing gets another number.
const VERSION: u8 = 1;

/// A film's fingerprint: 32 bits, four times a second.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fingerprint {
    codes: Vec<u32>,
}

impl Fingerprint {
    /// Computes it from a film's moments of motion.
    #[must_use]
    pub fn of(moments: &[Moments]) -> Self {
        let Some(last) = moments.last() else {
            return Self::default();
        };
        let series = steady(moments);
        let sums: Vec<Vec<f64>> = series.iter().map(|s| prefix(s)).collect();
        let codes = (0..=(last.t * CODE_HZ) as usize)
            .map(|n| {
                code(
                    &sums,
                    &series[0],
                    (n as f64 / CODE_HZ * MOTION_HZ).round() as usize,
                )
            })
            .collect();
        Self { codes }
    }

    /// From codes; for tests and measurement.
    #[must_use]
    pub fn from_codes(codes: Vec<u32>) -> Self {
        Self { codes }
    }

    /// The codes.
    #[must_use]
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// Seconds covered.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.codes.len() as f64 / CODE_HZ
    }

    /// The form that is stored: four bytes a code, twenty kilobytes for twenty minutes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        std::iter::once(VERSION)
            .chain(self.codes.iter().flat_map(|c| c.to_le_bytes()))
            .collect()
    }

    /// Reads the stored form; `None` for another version or a broken one.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (version, codes) = bytes.split_first()?;
        if *version != VERSION || codes.len() % 4 != 0 {
            return None;
        }
        Some(Self {
            codes: codes
                .chunks_exact(4)
                .map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]))
                .collect(),
        })
    }

    /// The code at `n`, if it means anything.
    pub(crate) fn valid(&self, n: usize) -> Option<u32> {
        self.codes.get(n).copied().filter(|c| *c != VOID)
    }
}

/// The quantities on an even grid of [`MOTION_HZ`]; where nothing moves the last place is kept.
fn steady(moments: &[Moments]) -> [Vec<f64>; QUANTITIES] {
    let end = moments.last().map_or(0.0, |m| m.t);
    let mut series: [Vec<f64>; QUANTITIES] = Default::default();
    let mut next = 0;
    let mut held = [0.0f64; QUANTITIES];
    for n in 0..=(end * MOTION_HZ) as usize {
        let t = n as f64 / MOTION_HZ;
        while next + 1 < moments.len() && moments[next + 1].t <= t + 0.5 / MOTION_HZ {
            next += 1;
        }
        let m = &moments[next];
        if m.energy > 0.0 {
            held = [
                0.0, m.x, m.y, m.spread_x, m.spread_y, m.skew_x, m.skew_y, m.slant,
            ]
            .map(f64::from);
        }
        // In a gap of the time stamps nothing is known to move.
        let energy = if (m.t - t).abs() < 0.4 { m.energy } else { 0.0 };
        held[0] = f64::from(energy + 0.05).ln();
        for (series, value) in series.iter_mut().zip(held) {
            series.push(value);
        }
    }
    series
}

fn prefix(series: &[f64]) -> Vec<f64> {
    let mut sums = Vec::with_capacity(series.len() + 1);
    sums.push(0.0);
    let mut sum = 0.0;
    for value in series {
        sum += value;
        sums.push(sum);
    }
    sums
}

fn code(sums: &[Vec<f64>], energy: &[f64], at: usize) -> u32 {
    let longest = (LAGS_S[LAGS_S.len() - 1] * MOTION_HZ) as usize;
    // The middle lag must fit; the longest is cut to what there is.
    let room = at.min(energy.len().saturating_sub(at + 1));
    if room < (LAGS_S[1] * MOTION_HZ) as usize {
        return VOID;
    }
    let near = &energy[at.saturating_sub(25)..(at + 25).min(energy.len())];
    if near.iter().filter(|e| **e > -2.3).count() * 2 < near.len() {
        return VOID;
    }
    let mut code = 0;
    for (l, lag) in LAGS_S.iter().enumerate() {
        let lag = ((lag * MOTION_HZ) as usize).min(longest).min(room);
        for (q, sums) in sums.iter().enumerate() {
            let after = sums[at + lag] - sums[at];
            let before = sums[at] - sums[at - lag];
            if after > before {
                code |= 1 << (l * QUANTITIES + q);
            }
        }
    }
    // The one value that means nothing is given up.
    code.min(VOID - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_form_comes_back() {
        let print = Fingerprint::from_codes(vec![1, 0x8000, u32::MAX]);
        assert_eq!(Fingerprint::from_bytes(&print.to_bytes()), Some(print));
        assert_eq!(Fingerprint::from_bytes(&[9, 0, 0]), None);
        assert_eq!(Fingerprint::from_bytes(&[VERSION, 0]), None);
    }

    #[test]
    fn a_mirror_turns_over_only_the_bits_of_the_centre_across() {
        let film = |mirrored: bool| -> Vec<Moments> {
            (0..600)
                .map(|n| {
                    let t = f64::from(n) / 10.0;
                    let x = 0.5 + 0.3 * (t * 0.37).sin() as f32;
                    Moments {
                        t,
                        energy: 2.0 + (t * 0.9).sin() as f32,
                        x: if mirrored { 1.0 - x } else { x },
                        y: 0.4 + 0.1 * (t * 0.23).cos() as f32,
                        spread_x: 0.2 + 0.1 * (t * 0.51).sin() as f32,
                        spread_y: 0.1,
                        ..Moments::default()
                    }
                })
                .collect()
        };
        let (one, other) = (Fingerprint::of(&film(false)), Fingerprint::of(&film(true)));
        let apart = |n: usize| {
            one.valid(n)
                .zip(other.valid(n))
                .map(|(a, b)| (a ^ b) & 0x0202_0202)
        };
        let turned = (30..200).filter(|n| apart(*n) == Some(0x0202_0202)).count();
        assert!(turned > 160, "{turned}");
    }
}
