//! The places of family C, which nobody had seen when the thresholds were frozen: a street-side yard at dusk with lamps
//! and shrubs whose branches swing, a sports hall with daylight in its windows, a rooftop above distant traffic.

use crate::canvas::Canvas;
use crate::noise::{Rng, smooth};
use crate::scene::{HIGH, WIDE};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Dusk,
    Hall,
    Roof,
}

/// What moves there besides people.
#[derive(Debug, Clone)]
pub struct Third {
    place: Place,
    horizon: f32,
    /// Roots of branches: place, length, seed.
    branches: Vec<(f32, f32, f32, u64)>,
    /// Vehicles far off: when, seconds across, row, length, paint; negative seconds go to the left.
    traffic: Vec<(f32, f32, f32, f32, f32)>,
    lamps: Vec<(f32, f32)>,
    gust: f32,
    seed: u64,
}

impl Third {
    /// Draws what stands: `place` decides the layout, `session` the weather and the traffic of the day.
    pub fn draw(on: &mut Canvas, place: &mut Rng, session: &mut Rng, horizon: f32) -> Self {
        let kind = *place.pick(&[Place::Dusk, Place::Hall, Place::Roof]);
        let mut third = Self {
            place: kind,
            horizon,
            branches: Vec::new(),
            traffic: Vec::new(),
            lamps: Vec::new(),
            gust: session.range(0.3, 1.6),
            seed: session.next(),
        };
        match kind {
            Place::Dusk => third.dusk(on, place),
            Place::Hall => third.hall(on, place),
            Place::Roof => third.roof(on, place),
        }
        if kind != Place::Hall {
            let mut at = 0.0;
            while at < 1900.0 {
                let across =
                    session.range(9.0, 26.0) * if session.chance(0.5) { 1.0 } else { -1.0 };
                let row = horizon - session.range(2.0, 12.0);
                third.traffic.push((
                    at,
                    across,
                    row,
                    session.range(9.0, 20.0),
                    session.range(40.0, 220.0),
                ));
                at += session.range(4.0, 30.0);
            }
        }
        third
    }

    /// At dusk there is less light.
    pub fn dim(&self) -> f32 {
        match self.place {
            Place::Dusk => 0.55,
            Place::Hall => 0.85,
            Place::Roof => 1.0,
        }
    }

    fn dusk(&mut self, on: &mut Canvas, rng: &mut Rng) {
        let y = self.horizon;
        // Shop fronts across the street, some lit.
        let mut x = 0.0;
        while x < WIDE as f32 {
            let w = rng.range(70.0, 150.0);
            on.rect(
                x,
                y - rng.range(60.0, 150.0),
                w,
                170.0,
                rng.range(60.0, 110.0),
            );
            on.rect(
                x + 8.0,
                y - 52.0,
                w - 16.0,
                30.0,
                *rng.pick(&[90.0, 235.0, 210.0]),
            );
            on.rect(x + 8.0, y - 66.0, w - 16.0, 9.0, rng.range(120.0, 240.0));
            x += w + 4.0;
        }
        on.rect(0.0, y - 16.0, WIDE as f32, 22.0, 72.0);
        on.rect(0.0, y + 6.0, WIDE as f32, 4.0, 170.0);
        for k in 0..rng.int(2, 5) {
            let x = rng.range(60.0, 220.0) + 260.0 * k as f32;
            on.limb((x, y + 20.0), (x, y - 150.0), 2.2, 40.0);
            self.lamps.push((x + 10.0, y - 150.0));
        }
        for _ in 0..rng.int(2, 6) {
            let x = rng.range(0.0, WIDE as f32);
            let foot = y + rng.range(14.0, 40.0);
            for _ in 0..14 {
                let seed = rng.next();
                self.branches.push((
                    x + rng.range(-26.0, 26.0),
                    foot,
                    rng.range(26.0, 70.0),
                    seed,
                ));
            }
        }
    }

    fn hall(&mut self, on: &mut Canvas, rng: &mut Rng) {
        let y = self.horizon;
        let wall = rng.range(90.0, 150.0);
        on.rect(0.0, 0.0, WIDE as f32, y + 8.0, wall);
        let wide = rng.range(80.0, 140.0);
        let mut x = rng.range(0.0, 40.0);
        while x < WIDE as f32 {
            on.rect(x, y - 230.0, wide, 110.0, 240.0);
            on.rect(x + wide * 0.48, y - 230.0, 4.0, 110.0, 70.0);
            on.rect(x, y - 176.0, wide, 4.0, 70.0);
            x += wide + rng.range(26.0, 40.0);
        }
        // Wall bars, a hoop, a bench, the lines of several games on a planked floor.
        let bars = rng.range(0.1, 0.7) * WIDE as f32;
        for k in 0..11 {
            on.rect(bars, y - 104.0 + 10.0 * k as f32, 170.0, 3.0, 60.0);
        }
        let hoop = rng.range(0.2, 0.8) * WIDE as f32;
        on.rect(hoop, y - 150.0, 66.0, 44.0, 225.0);
        on.rect(hoop + 22.0, y - 126.0, 22.0, 16.0, 90.0);
        on.rect(rng.range(0.0, 500.0), y - 10.0, 220.0, 12.0, 58.0);
        for k in 0..26 {
            let step = k as f32 / 26.0;
            on.rect(
                0.0,
                y + 8.0 + (HIGH as f32 - y) * step * step,
                WIDE as f32,
                1.5,
                wall * 0.8,
            );
        }
        for _ in 0..4 {
            let (a, b) = (rng.range(0.0, WIDE as f32), rng.range(0.0, WIDE as f32));
            on.limb(
                (a, y + 12.0),
                (b, HIGH as f32),
                2.2,
                *rng.pick(&[30.0, 235.0]),
            );
        }
    }

    fn roof(&mut self, on: &mut Canvas, rng: &mut Rng) {
        let y = self.horizon;
        // The town far below the edge of the roof.
        for _ in 0..70 {
            let (x, h) = (rng.range(-20.0, WIDE as f32), rng.range(14.0, 120.0));
            let w = rng.range(14.0, 60.0);
            on.rect(x, y - h, w, h, rng.range(120.0, 200.0));
            for k in 0..(h / 9.0) as usize {
                on.rect(x + 3.0, y - h + 4.0 + 9.0 * k as f32, w - 6.0, 3.0, 95.0);
            }
        }
        on.rect(0.0, y - 14.0, WIDE as f32, 14.0, 110.0);
        on.rect(0.0, y, WIDE as f32, 20.0, 176.0);
        on.rect(0.0, y + 20.0, WIDE as f32, 3.0, 60.0);
        for k in 0..rng.int(2, 5) {
            let x = rng.range(0.0, 200.0) + 280.0 * k as f32;
            on.rect(x, y - 30.0, 74.0, 54.0, 205.0);
            on.ellipse(x + 37.0, y - 4.0, 22.0, 22.0, 80.0, 1.0);
        }
        // Seams of the tar.
        for k in 0..12 {
            let x = WIDE as f32 / 2.0 + (k as f32 - 6.0) * 150.0;
            on.limb(
                (WIDE as f32 / 2.0 + (x - 560.0) * 0.3, y + 24.0),
                (x, HIGH as f32),
                1.4,
                78.0,
            );
        }
        for _ in 0..10 {
            let seed = rng.next();
            self.branches.push((
                rng.range(0.0, WIDE as f32),
                y + 2.0,
                rng.range(20.0, 48.0),
                seed,
            ));
        }
    }

    /// Draws what moves at `t`.
    pub fn stir(&self, on: &mut Canvas, t: f32) {
        for &(from, across, row, long, paint) in &self.traffic {
            let f = (t - from) / across.abs();
            if (0.0..1.0).contains(&f) {
                let f = if across > 0.0 { f } else { 1.0 - f };
                let x = f * (WIDE as f32 + 40.0) - 20.0;
                on.rect(x, row - long * 0.4, long, long * 0.4, paint);
                on.rect(
                    x + long * 0.2,
                    row - long * 0.6,
                    long * 0.5,
                    long * 0.25,
                    paint * 0.7,
                );
            }
        }
        for &(x, foot, long, seed) in &self.branches {
            let lull = 0.5 + 0.5 * smooth(seed >> 40, t * 0.13);
            let lean = self.gust * lull * smooth(seed, t * 1.1) * 0.22
                + 0.05 * self.gust * (t * 5.3 + (seed % 7) as f32).sin();
            let side = (seed % 100) as f32 / 100.0 - 0.5 + lean;
            let (sin, cos) = side.sin_cos();
            let tip = (x + long * sin, foot - long * cos);
            on.limb((x, foot), tip, 1.4, 44.0);
            on.ellipse(tip.0, tip.1, 7.0, 5.0, 70.0 + (seed % 40) as f32, 0.9);
            on.ellipse((tip.0 + x) / 2.0, (tip.1 + foot) / 2.0, 6.0, 5.0, 84.0, 0.9);
        }
        for &(x, y) in &self.lamps {
            let flicker = 1.0 + 0.04 * smooth(self.seed, t * 6.0);
            on.ellipse(x, y, 9.0 * flicker, 6.0, 250.0, 1.0);
            on.ellipse(x, self.horizon + 120.0, 150.0, 46.0, 235.0, 0.13 * flicker);
        }
        if self.place == Place::Hall {
            // Sun patches wander over the floor as clouds pass.
            let strong = 0.1 + 0.1 * smooth(self.seed + 1, t * 0.07);
            for k in 0..4 {
                on.ellipse(
                    200.0 + 240.0 * k as f32,
                    self.horizon + 180.0,
                    80.0,
                    30.0,
                    245.0,
                    strong,
                );
            }
        }
    }
}
