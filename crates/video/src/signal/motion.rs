//! Where and how much moves: the moments of the motion map, the raw material of the fingerprint.
//!
//! They follow trimming, scaling, mirroring and re-framing in a simple way, and do not depend on what the yard looks
//! like, which is the same in every film of a squad.

use crate::ffmpeg::Gray;

/// Moments per second of film.
pub const MOTION_HZ: f64 = 10.0;
/// A moment compares with the picture this many steps earlier.
const LAG: usize = 2;

/// Motion at one tenth of a second; lengths are shares of the picture's sides.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moments {
    /// Seconds from the first frame.
    pub t: f64,
    /// Sum of changes above the noise, grey levels per pixel.
    pub energy: f32,
    /// Centre, from the left and from the top.
    pub x: f32,
    /// See `x`.
    pub y: f32,
    /// Spread across and down.
    pub spread_x: f32,
    /// See `spread_x`.
    pub spread_y: f32,
    /// Lopsidedness across and down: third moments over the cube of the spread.
    pub skew_x: f32,
    /// See `skew_x`.
    pub skew_y: f32,
    /// Correlation of across and down.
    pub slant: f32,
}

/// Computes [`Moments`] on a steady grid.
#[derive(Debug, Default)]
pub(super) struct MotionMeter {
    earlier: Vec<Vec<u8>>,
    next: f64,
}

impl MotionMeter {
    pub(super) fn push(&mut self, t: f64, frame: Gray<'_>, into: &mut Vec<Moments>) {
        if t < self.next {
            return;
        }
        let step = 1.0 / MOTION_HZ;
        self.next = if t - self.next < step {
            self.next + step
        } else {
            t + step
        };
        let moments = match self.earlier.first() {
            Some(before) if self.earlier.len() == LAG => measure(t, before, frame),
            _ => Moments {
                t,
                ..Moments::default()
            },
        };
        into.push(moments);
        if self.earlier.len() == LAG {
            self.earlier.remove(0);
        }
        self.earlier.push(frame.px.to_vec());
    }
}

fn measure(t: f64, before: &[u8], now: Gray<'_>) -> Moments {
    let n = now.px.len() as f32;
    let sum: u32 = now.px.iter().map(|p| u32::from(*p)).sum();
    let square: u32 = now
        .px
        .iter()
        .map(|p| u32::from(*p) * u32::from(*p) / 16)
        .sum();
    let mean = sum as f32 / n;
    let contrast = (square as f32 * 16.0 / n - mean * mean).max(0.0).sqrt();
    // The noise floor follows the contrast, so that a brightened copy has the same moments.
    let floor = (0.09 * contrast).max(2.0) as i32;
    let light = {
        let earlier: u32 = before.iter().map(|p| u32::from(*p)).sum();
        ((sum as f32 - earlier as f32) / n).round() as i32
    };
    let mut m = Sums::default();
    for (y, (row, old)) in now
        .px
        .chunks_exact(now.width)
        .zip(before.chunks_exact(now.width))
        .enumerate()
    {
        let (mut r, mut rx, mut rxx, mut rxxx) = (0i64, 0i64, 0i64, 0i64);
        for (x, (a, b)) in row.iter().zip(old).enumerate() {
            let v = (i32::from(*a) - i32::from(*b) - light).abs() - floor;
            if v > 0 {
                let (v, x) = (i64::from(v), x as i64);
                r += v;
                rx += v * x;
                rxx += v * x * x;
                rxxx += v * x * x * x;
            }
        }
        let y = y as i64;
        m.all += r;
        m.x += rx;
        m.xx += rxx;
        m.xxx += rxxx;
        m.xy += rx * y;
        m.y += r * y;
        m.yy += r * y * y;
        m.yyy += r * y * y * y;
    }
    if m.all == 0 {
        return Moments {
            t,
            ..Moments::default()
        };
    }
    m.moments(t, now, f64::from(contrast))
}

/// Sums of motion, weighted with powers of the place.
#[derive(Debug, Default)]
struct Sums {
    all: i64,
    x: i64,
    y: i64,
    xx: i64,
    yy: i64,
    xy: i64,
    xxx: i64,
    yyy: i64,
}

impl Sums {
    fn moments(&self, t: f64, frame: Gray<'_>, contrast: f64) -> Moments {
        let total = self.all as f64;
        let mean = |sum: i64| sum as f64 / total;
        let (x, y) = (mean(self.x), mean(self.y));
        let (sx, sy) = (
            (mean(self.xx) - x * x).max(0.0).sqrt(),
            (mean(self.yy) - y * y).max(0.0).sqrt(),
        );
        let skew = |third: f64, second: f64, first: f64, spread: f64| {
            (third - 3.0 * first * second + 2.0 * first.powi(3)) / spread.powi(3).max(1.0)
        };
        let (w, h) = (frame.width as f64, frame.height as f64);
        Moments {
            t,
            energy: (total / (w * h) / contrast.max(4.0) * 40.0) as f32,
            x: (x / w) as f32,
            y: (y / h) as f32,
            spread_x: (sx / w) as f32,
            spread_y: (sy / h) as f32,
            skew_x: skew(mean(self.xxx), mean(self.xx), x, sx) as f32,
            skew_y: skew(mean(self.yyy), mean(self.yy), y, sy) as f32,
            slant: ((mean(self.xy) - x * y) / (sx * sy).max(1.0)) as f32,
        }
    }
}
