//! What is kept of a film: small numbers per frame and per quarter second, gathered in one pass.
//!
//! About 200 bytes a frame, so a 20-minute film at 25 frames a second takes 6 MB and one of two hours at 60 frames 90 MB.

mod blocks;
mod motion;
mod pose;
mod register;
mod tracker;
mod travel;

pub(crate) use blocks::across;
#[cfg(test)]
pub(crate) use blocks::compand;
pub use blocks::{BLOCKS, level};
pub use motion::{MOTION_HZ, Moments};
pub use pose::Pose;
pub use tracker::{Look, VIEW_HZ};

use crate::ffmpeg::Gray;
use blocks::BlockDiff;
use motion::MotionMeter;
use tracker::Tracker;

/// One frame.
#[derive(Debug, Clone)]
pub struct Row {
    /// Seconds from the first frame.
    pub t: f64,
    /// Mean grey, 0 to 255.
    pub mean: u8,
    /// Share of dark pixels, 0 to 255.
    pub dark: u8,
    /// Change of each block against the frame before, companded (see [`level`]).
    pub change: [u8; BLOCKS],
}

/// A film in numbers.
#[derive(Debug, Clone, Default)]
pub struct Signals {
    /// Every frame.
    pub rows: Vec<Row>,
    /// The camera and the motion, four times a second.
    pub looks: Vec<Look>,
    /// Where and how much moved, ten times a second.
    pub moments: Vec<Moments>,
}

/// A pixel darker than this is dark.
const DARK: u8 = 38;

/// Gathers [`Signals`] frame by frame.
#[derive(Debug, Default)]
pub struct Collector {
    signals: Signals,
    last: Vec<u8>,
    blocks: BlockDiff,
    motion: MotionMeter,
    tracker: Tracker,
    next_look: f64,
}

impl Collector {
    /// Takes the next frame.
    pub fn push(&mut self, t: f64, frame: Gray<'_>) {
        let sum: u32 = frame.px.iter().map(|p| u32::from(*p)).sum();
        let dark = frame.px.iter().filter(|p| **p < DARK).count();
        let change = if self.last.len() == frame.px.len() {
            self.blocks.change(&self.last, frame)
        } else {
            [0; BLOCKS]
        };
        self.signals.rows.push(Row {
            t,
            mean: (sum as usize / frame.px.len()) as u8,
            dark: (dark * 255 / frame.px.len()) as u8,
            change,
        });
        self.motion.push(t, frame, &mut self.signals.moments);
        if t >= self.next_look {
            // On the grid while frames are dense, from here on after a leap of the time stamps.
            let step = 1.0 / VIEW_HZ;
            self.next_look = if t - self.next_look < step {
                self.next_look + step
            } else {
                t + step
            };
            self.tracker.push(t, frame, &mut self.signals.looks);
        }
        self.last.clear();
        self.last.extend_from_slice(frame.px);
    }

    /// What was gathered.
    #[must_use]
    pub fn finish(self) -> Signals {
        self.signals
    }
}
