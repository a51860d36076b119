//! Frames that repeat the one before: told once, for cuts and for speed.

use super::black::largest;
use super::quantile;
use crate::signal::{Row, level};

/// A frame repeats the one before if no block changes by more than this share of what its neighbours do.
const REPEAT: f32 = 0.12;
/// A copy that was written anew repeats less exactly: share of the usual change of all blocks.
const NEARLY: f32 = 0.5;
/// Only where something moves can a repeated frame be told, in grey levels.
const MOVES: f32 = 4.0;
/// Frames on each side that say what is usual.
const AROUND: usize = 6;
/// More repeats in a row fill no gap.
const MOST: usize = 4;
/// What was missed shows at once: as many times the usual change as there are frames in it, and at most this many times
/// more than that, because motion is not even. A leap beyond, with repeats after it, is a cut: the encoder is short of bits
/// for a frame or two then.
const ROOM: f32 = 1.5;

/// What one frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Told {
    /// It repeats the one before.
    pub repeats: bool,
    /// Enough moves around it for that to be told.
    pub told: bool,
}

/// For each frame.
pub(super) fn repeats(rows: &[Row]) -> Vec<Told> {
    let peaks: Vec<f32> = rows.iter().map(largest).collect();
    (0..rows.len())
        .map(|i| {
            let mut near =
                peaks[i.saturating_sub(AROUND)..(i + AROUND + 1).min(rows.len())].to_vec();
            let lively = quantile(&mut near, 0.85);
            Told {
                repeats: peaks[i] < REPEAT * lively,
                told: lively > MOVES,
            }
        })
        .collect()
}

/// How many frames directly beside `i` repeat or nearly repeat those before them; those after it count if `i` shows no more
/// than they missed. A camera that leaves out frames in the dark makes films in which the next program fills the gaps that way; the frame beside
/// them shows all that was missed.
pub(super) fn filled_beside(rows: &[Row], i: usize) -> usize {
    let low = i.saturating_sub(2 * AROUND);
    let mut sums: Vec<f32> = rows[low..(i + AROUND).min(rows.len())]
        .iter()
        .map(total)
        .collect();
    let usual = quantile(&mut sums, 0.5);
    let nearly = |row: &Row| total(row) < NEARLY * usual;
    let before = (1..=MOST.min(i)).take_while(|back| nearly(&rows[i - back]));
    let after = rows.iter().skip(i + 1).take(MOST).take_while(|r| nearly(r));
    // More in a row are people at rest.
    let few = |count: usize| if count < MOST { count } else { 0 };
    let (before, after) = (few(before.count()), few(after.count()));
    if total(&rows[i]) <= ROOM * (1 + after) as f32 * usual {
        before.max(after)
    } else {
        before
    }
}

/// Change of all blocks in grey levels.
pub(super) fn total(row: &Row) -> f32 {
    row.change.iter().map(|c| level(*c)).sum()
}

/// What the frames beside a repeated one show, the livelier of the two, as a multiple of what frames around them do that
/// have no repeated ones beside them; `None` where too few can be compared. Near 1 frames were repeated to fill time; well
/// above it the camera had left them out and nothing is slower. (Who fills a gap may repeat the frame before or after it.)
pub(super) fn leap_beside(rows: &[Row], told: &[Told], run: std::ops::Range<usize>) -> Option<f32> {
    let repeats = |i: usize| told.get(i).is_some_and(|t| t.repeats);
    let plain = |i: &usize| *i > 0 && !repeats(*i) && !repeats(*i - 1) && !repeats(*i + 1);
    let repeated: Vec<usize> = run
        .filter(|i| *i > 0 && repeats(*i) && told[*i].told)
        .collect();
    let mut ratios: Vec<f32> = repeated
        .iter()
        .filter_map(|i| {
            let near = i.saturating_sub(NEAR)..(i + NEAR + 1).min(rows.len());
            let mut near: Vec<f32> = near.filter(plain).map(|j| total(&rows[j])).collect();
            let usual = (near.len() >= 3).then(|| quantile(&mut near, 0.5))?;
            let most = [i - 1, i + 1]
                .into_iter()
                .filter(|j| !repeats(*j))
                .filter_map(|j| rows.get(j).map(total))
                .reduce(f32::max)?;
            Some(most / usual.max(1.0))
        })
        .collect();
    let enough = ratios.len() >= FEW && ratios.len() * 10 >= repeated.len() * 6;
    enough.then(|| quantile(&mut ratios, 0.5))
}

/// Frames on each side with which a frame beside a repeated one is compared.
const NEAR: usize = 8;
/// Fewer frames say nothing.
const FEW: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{BLOCKS, compand};

    fn rows(changes: &[f32]) -> Vec<Row> {
        let row = |(i, c): (usize, &f32)| {
            let mut change = [compand(0.1); BLOCKS];
            change[70..82].fill(compand(0.1 + c));
            Row {
                t: i as f64 * 0.04,
                mean: 120,
                dark: 0,
                change,
            }
        };
        changes.iter().enumerate().map(row).collect()
    }

    #[test]
    fn a_gap_that_was_filled_shows_what_was_missed() {
        let filled: Vec<f32> = (0..60)
            .map(|i| match i % 6 {
                2 => 0.0,
                3 => 12.0,
                _ => 6.0,
            })
            .collect();
        let filled = rows(&filled);
        let told = repeats(&filled);
        assert_eq!(told.iter().filter(|t| t.repeats).count(), 10);
        assert!(leap_beside(&filled, &told, 0..60).unwrap() > 1.6);
        assert_eq!(filled_beside(&filled, 33), 1);
        assert_eq!(filled_beside(&filled, 35), 0);

        // The other way round: the longer step first.
        let turned: Vec<Row> = filled.iter().rev().cloned().collect();
        let told = repeats(&turned);
        assert!(leap_beside(&turned, &told, 0..60).unwrap() > 1.6);

        let slowed: Vec<f32> = (0..60)
            .map(|i| if i % 4 == 2 { 0.0 } else { 6.0 })
            .collect();
        let slowed = rows(&slowed);
        let told = repeats(&slowed);
        assert!(leap_beside(&slowed, &told, 0..60).unwrap() < 1.1);
    }
}
