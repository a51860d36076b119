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
        self.next = if t - self.next < step { self.next + step } else { t + step };
        let moments = match self.earlier.first() {
            Some(before) if self.earlier.len() == LAG => measure(t, before, frame),
            _ => Moments { t, ..Moments::default() },
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
    let square: u32 = now.px.iter().map(|p| u32::from(*p) * u32::from(*p) / 16).sum();
    let mean = sum as f32 / n;
    let contrast = (square as f32 * 16.0 / n - mean * mean).max(0.0).sqrt();
    // The noise floor follows the contrast, so that a brightened copy has the same moments.
    let floor = (0.09 * contrast).max(2.0) as i32;
    let light = {
        let earlier: u32 = before.iter().map(|p| u32::from(*p)).sum();
        ((sum as f32 - earlier as f32) / n).round() as i32
    };
    let (mut e, mut ex, mut ey, mut exx, mut eyy) = (0i64, 0i64, 0i64, 0i64, 0i64);
    for (y, (row, old)) in now.px.chunks_exact(now.width).zip(before.chunks_exact(now.width)).enumerate() {
        let (mut r, mut rx, mut rxx) = (0i32, 0i32, 0i64);
        for (x, (a, b)) in row.iter().zip(old).enumerate() {
            let v = ((i32::from(*a) - i32::from(*b) - light).abs() - floor).max(0);
            if v > 0 {
                let x = x as i32;
                r += v;
                rx += v * x;
                rxx += i64::from(v) * i64::from(x * x);
            }
        }
        let y = y as i64;
        e += i64::from(r);
        ex += i64::from(rx);
        exx += rxx;
        ey += i64::from(r) * y;
        eyy += i64::from(r) * y * y;
    }
    if e == 0 {
        return Moments { t, ..Moments::default() };
    }
    let total = e as f32;
    let (x, y) = (ex as f32 / total, ey as f32 / total);
    let deviation = |second: i64, first: f32| (second as f32 / total - first * first).max(0.0).sqrt();
    let (w, h) = (now.width as f32, now.height as f32);
    Moments {
        t,
        energy: total / n / contrast.max(4.0) * 40.0,
        x: x / w,
        y: y / h,
        spread_x: deviation(exx, x) / w,
        spread_y: deviation(eyy, y) / h,
    }
}
