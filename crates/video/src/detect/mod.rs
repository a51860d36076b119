//! From signals to findings. Everything here is pure: the same numbers give the same findings.

mod black;
mod cut;
mod ground;
mod judder;
mod pulses;
mod repeats;
mod rest;
mod rhythm;
mod speed;
mod stands;
mod timing;
mod view;

pub use black::black_stretches;
pub use cut::{Cut, cuts};
pub use rest::{Rest, motion, rests};
pub use rhythm::rhythm;
pub use speed::{Speed, speed_changes};
pub use stands::{Standing, standing};
pub use timing::{Timing, timing};
pub use view::{AngleChange, ViewFinding, angle};

/// A stretch in seconds from the first frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// First moment.
    pub from: f64,
    /// First moment after it.
    pub to: f64,
}

impl Stretch {
    /// True if `t` lies inside, widened by `margin` on both sides.
    #[must_use]
    pub fn holds(&self, t: f64, margin: f64) -> bool {
        t >= self.from - margin && t <= self.to + margin
    }

    /// Length in seconds.
    #[must_use]
    pub fn length(&self) -> f64 {
        self.to - self.from
    }
}

/// The value below which the share `q` of `values` lies; 0 for none. Reorders `values`.
fn quantile(values: &mut [f32], q: f32) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    let at = (((values.len() - 1) as f32) * q).round() as usize;
    *values.select_nth_unstable_by(at, f32::total_cmp).1
}

/// The usual time between two frames in seconds; 0 for fewer than two.
fn usual_step(times: &[f64]) -> f64 {
    let mut steps: Vec<f32> = times.windows(2).map(|w| (w[1] - w[0]) as f32).collect();
    f64::from(quantile(&mut steps, 0.5))
}

/// Runs of `true`, as index ranges.
pub(crate) fn runs(flags: impl IntoIterator<Item = bool>) -> Vec<std::ops::Range<usize>> {
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    for (i, flag) in flags.into_iter().enumerate() {
        match found.last_mut() {
            Some(last) if flag && last.end == i => last.end = i + 1,
            _ if flag => found.push(i..i + 1),
            _ => {}
        }
    }
    found
}
