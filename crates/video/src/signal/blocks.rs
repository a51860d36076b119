//! Change between two pictures, block by block, blind to light.

use crate::ffmpeg::Gray;

/// Blocks of a picture: 16 × 10 lying, 10 × 16 standing.
pub const BLOCKS: usize = 160;

/// Grey levels that a companded change stands for.
#[must_use]
pub fn level(companded: u8) -> f32 {
    let root = f32::from(companded) / 32.0;
    root * root
}

/// Companding: fine steps for small changes, 64 grey levels at the top.
pub(crate) fn compand(change: f32) -> u8 {
    (change.max(0.0).sqrt() * 32.0).min(255.0) as u8
}

/// Width and height of a block in a picture of this width.
pub(super) fn block_size(width: usize) -> (usize, usize) {
    if width >= 160 { (10, 9) } else { (9, 10) }
}

/// Blocks in a row of a picture of this width.
pub(crate) fn across(width: usize) -> usize {
    width / block_size(width).0
}

/// Computes changes without allocating anew for each frame.
#[derive(Debug, Default)]
pub(super) struct BlockDiff {
    difference: Vec<i16>,
}

impl BlockDiff {
    /// Mean absolute difference of each block after its mean difference is taken away: a cloud changes the mean,
    /// a figure the pattern.
    pub(super) fn change(&mut self, before: &[u8], now: Gray<'_>) -> [u8; BLOCKS] {
        self.difference.clear();
        self.difference.extend(
            now.px
                .iter()
                .zip(before)
                .map(|(a, b)| i16::from(*a) - i16::from(*b)),
        );
        let (bw, bh) = block_size(now.width);
        let across = now.width / bw;
        let mut changes = [0u8; BLOCKS];
        for (k, change) in changes.iter_mut().enumerate() {
            let corner = (k / across) * bh * now.width + (k % across) * bw;
            let rows = || (0..bh).map(|r| &self.difference[corner + r * now.width..][..bw]);
            let sum: i32 = rows().flatten().map(|d| i32::from(*d)).sum();
            let count = (bw * bh) as i32;
            // Sixteenths keep the mean exact enough in integers.
            let mean = (sum * 16 / count) as i16;
            let spread: i32 = rows()
                .map(|row| {
                    row.iter()
                        .map(|d| i32::from((d * 16 - mean).abs()))
                        .sum::<i32>()
                })
                .sum();
            *change = compand(spread as f32 / (16 * count) as f32);
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn light_is_no_change_and_a_pattern_is() {
        let before = vec![100u8; 160 * 90];
        let mut now: Vec<u8> = vec![112; 160 * 90];
        let mut diff = BlockDiff::default();
        let gray = |px: &[u8]| Gray {
            width: 160,
            height: 90,
            px: Box::leak(px.to_vec().into_boxed_slice()),
        };
        assert!(diff.change(&before, gray(&now)).iter().all(|c| *c == 0));
        for row in 0..9 {
            for col in 0..5 {
                now[row * 160 + col] = 172;
            }
        }
        let change = diff.change(&before, gray(&now));
        assert!(
            (level(change[0]) - 30.0).abs() < 1.0,
            "{}",
            level(change[0])
        );
        assert_eq!(change[1], 0);
    }
}
