//! Motion that leads somewhere: what is left of a change when a sway of one pixel explains all it can.
//!
//! Leaves, grass, banners and the ripple of a low bit rate move in place: a pixel takes on values that its neighbours had
//! half a second ago. Where somebody walks or swings an arm, a pixel takes on a value that was not there.

use super::blocks::{BLOCKS, block_size, compand};
use crate::ffmpeg::Gray;

/// Grey levels that noise adds to what the neighbours had.
const NOISE: i16 = 5;
/// A line thinner than a pixel is brighter when it lies in one row than when it lies on the border of two: a share of what
/// the neighbours differ by is added.
const EDGE: i16 = 1;

/// Computes travel without allocating anew for each look.
#[derive(Debug, Default)]
pub(super) struct Travel {
    lowest: Vec<u8>,
    highest: Vec<u8>,
}

impl Travel {
    /// Mean distance, for each block, of the pixels of `now` from the range of their neighbourhoods in `before`.
    pub(super) fn of(&mut self, before: &[u8], now: Gray<'_>) -> [u8; BLOCKS] {
        let (width, height) = (now.width, now.height);
        let sum = |px: &[u8]| px.iter().map(|p| i64::from(*p)).sum::<i64>();
        let light = ((sum(now.px) - sum(before)) / now.px.len().max(1) as i64) as i16;
        spread(before, width, height, u8::min, &mut self.lowest);
        spread(before, width, height, u8::max, &mut self.highest);
        let (bw, bh) = block_size(width);
        let across = width / bw;
        let mut sums = [0u32; BLOCKS];
        for (y, ((row, low), high)) in now
            .px
            .chunks_exact(width)
            .zip(self.lowest.chunks_exact(width))
            .zip(self.highest.chunks_exact(width))
            .enumerate()
        {
            let sums = &mut sums[y / bh * across..][..across];
            for (sum, ((p, l), h)) in sums.iter_mut().zip(
                row.chunks_exact(bw)
                    .zip(low.chunks_exact(bw))
                    .zip(high.chunks_exact(bw)),
            ) {
                for ((p, l), h) in p.iter().zip(l).zip(h) {
                    let (p, l, h) = (i16::from(*p) - light, i16::from(*l), i16::from(*h));
                    let room = NOISE + (h - l) / EDGE;
                    let below = l - room - p;
                    let above = p - h - room;
                    *sum += below.max(above).max(0) as u32;
                }
            }
        }
        sums.map(|sum| compand(sum as f32 / (bw * bh) as f32))
    }
}

/// For each pixel the extreme of its 3 × 3 neighbourhood: across, then down.
fn spread(px: &[u8], width: usize, height: usize, pick: fn(u8, u8) -> u8, out: &mut Vec<u8>) {
    let mut across = px.to_vec();
    for (row, source) in across.chunks_exact_mut(width).zip(px.chunks_exact(width)) {
        for x in 1..width {
            row[x] = pick(row[x], source[x - 1]);
            row[x - 1] = pick(row[x - 1], source[x]);
        }
    }
    out.clear();
    out.extend_from_slice(&across);
    for y in 0..height {
        for near in [y.wrapping_sub(1), y + 1] {
            if let Some(source) = across
                .get(near.wrapping_mul(width)..)
                .and_then(|s| s.get(..width))
                && near < height
            {
                for (o, s) in out[y * width..][..width].iter_mut().zip(source) {
                    *o = pick(*o, *s);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::blocks::level;
    use super::*;

    fn sum(before: &[u8], now: &[u8]) -> f32 {
        let gray = Gray {
            width: 160,
            height: 90,
            px: now,
        };
        Travel::default()
            .of(before, gray)
            .iter()
            .map(|v| level(*v))
            .sum()
    }

    fn picture(of: impl Fn(usize, usize) -> u8) -> Vec<u8> {
        (0..160 * 90).map(|i| of(i % 160, i / 160)).collect()
    }

    #[test]
    fn leaves_sway_in_place_and_a_walker_travels() {
        let leaf = |x: usize, y: usize| (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761) as u8;
        let still = picture(leaf);
        let swayed = picture(|x, y| leaf(x.saturating_sub(1), y));
        assert!(sum(&still, &swayed) < 8.0, "{}", sum(&still, &swayed));
        let walker = |at: usize| {
            picture(move |x, y| {
                if (at..at + 6).contains(&x) && (30..50).contains(&y) {
                    40
                } else {
                    140
                }
            })
        };
        assert!(sum(&walker(60), &walker(66)) > 50.0);
    }

    #[test]
    fn brighter_light_is_no_travel() {
        let dark = picture(|x, y| 60 + ((x / 5 + y / 7) % 5) as u8 * 20);
        let light: Vec<u8> = dark.iter().map(|p| p + 20).collect();
        assert!(sum(&dark, &light) < 0.5);
    }
}
