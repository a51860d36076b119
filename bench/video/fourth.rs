//! Family D, written after the second freeze: a riverside square with glittering water, a covered car park under tubes
//! that hum, a lawn under poplars with a fountain. Nothing is shared with the other families but the drawing tools.

use crate::canvas::{Canvas, Pose};
use crate::drill::Presence;
use crate::noise::{Rng, lattice, smooth, smooth2};
use crate::squad::Squad;

const WIDE: usize = 1000;
const HIGH: usize = 640;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    River,
    Garage,
    Lawn,
}

/// A crossing of the background: a stroller, a cyclist, a car.
#[derive(Debug, Clone)]
struct Crossing {
    from: f32,
    /// Seconds across; negative to the left.
    across: f32,
    foot: f32,
    tall: f32,
    paint: f32,
    wheels: bool,
}

/// A place with its squad.
#[derive(Debug, Clone)]
pub struct Fourth {
    place: Place,
    still: Canvas,
    squad: Squad,
    horizon: f32,
    crossings: Vec<Crossing>,
    /// Poplars: place, foot, height, seed.
    poplars: Vec<(f32, f32, f32, u64)>,
    wind: f32,
    /// Gain and lift of the sensor, how far the exposure wanders, grain.
    tone: (f32, f32, f32, f32),
    /// Size and rate of the hand's trembling.
    hand: (f32, f32),
    seed: u64,
    grain: Vec<i8>,
}

impl Fourth {
    /// `yard` fixes the place, `session` people, weather and hand.
    pub fn new(yard: u64, session: u64) -> Self {
        let mut place = Rng::new(yard.wrapping_mul(15_485_863) ^ 0xd00d_4d4d);
        let mut rng = Rng::new(session.wrapping_mul(32_452_843) ^ (yard << 32) ^ 0x4444);
        let kind = *place.pick(&[Place::River, Place::Garage, Place::Lawn]);
        let horizon = HIGH as f32 * place.range(0.28, 0.4);
        let mut still = Canvas::new(WIDE, HIGH, 140);
        floor(&mut still, &mut place, horizon, kind);
        let mut poplars = Vec::new();
        match kind {
            Place::River => river(&mut still, &mut place, horizon),
            Place::Garage => garage(&mut still, &mut place, horizon),
            Place::Lawn => {
                lawn(&mut still, &mut place, horizon);
                for k in 0..place.int(3, 8) {
                    let x = 60.0 + 130.0 * k as f32 + place.range(-30.0, 30.0);
                    let tall = place.range(130.0, 210.0);
                    poplars.push((x, horizon + place.range(4.0, 16.0), tall, place.next()));
                }
            }
        }
        let mut crossings = Vec::new();
        let mut at = -20.0;
        while at < 2000.0 {
            let car = kind == Place::Garage;
            let wheels = car || rng.chance(0.3);
            let way = if rng.chance(0.5) { 1.0 } else { -1.0 };
            crossings.push(Crossing {
                from: at,
                across: way
                    * if wheels {
                        rng.range(5.0, 9.0)
                    } else {
                        rng.range(16.0, 30.0)
                    },
                foot: horizon + rng.range(4.0, 22.0),
                tall: if car {
                    rng.range(34.0, 46.0)
                } else {
                    rng.range(20.0, 34.0)
                },
                paint: rng.range(30.0, 210.0),
                wheels,
            });
            at += rng.range(30.0, 140.0);
        }
        let squad = Squad::new(&mut rng, WIDE as f32, horizon + 50.0, HIGH as f32 - 90.0);
        let steady = rng.chance(0.6);
        let dark = kind == Place::Garage;
        let mut noise = Rng::new(rng.next());
        Self {
            place: kind,
            still,
            squad,
            horizon,
            crossings,
            poplars,
            wind: rng.range(0.4, 2.4),
            tone: (
                if dark {
                    rng.range(0.5, 0.75)
                } else {
                    rng.range(0.85, 1.15)
                },
                rng.range(-8.0, 14.0),
                rng.range(0.01, 0.14),
                if dark {
                    rng.range(3.0, 6.0)
                } else {
                    rng.range(0.8, 3.0)
                },
            ),
            hand: if steady {
                (rng.range(0.0, 0.5), rng.range(2.0, 6.0))
            } else {
                (rng.range(0.8, 3.2), rng.range(0.5, 1.8))
            },
            seed: rng.next() >> 8,
            grain: (0..1 << 20)
                .map(|_| (noise.normal() * 32.0).clamp(-127.0, 127.0) as i8)
                .collect(),
        }
    }

    /// The picture at scene time `t` seen with `pose`, relative to the planned place of the camera.
    pub fn shoot(
        &self,
        t: f32,
        frame: u64,
        pose: Pose,
        presence: Presence,
        width: usize,
        height: usize,
    ) -> Vec<u8> {
        let mut on = self.still.clone();
        self.stir(&mut on, t);
        for crossing in &self.crossings {
            cross(&mut on, crossing, t);
        }
        self.squad.draw(&mut on, t, presence);
        let (size, rate) = self.hand;
        let hand = |k: u64| {
            size * (0.7 * smooth(self.seed + k, t * rate)
                + 0.3 * smooth(self.seed + k + 20, t * rate * 3.3))
        };
        let seen = Pose {
            x: WIDE as f32 / 2.0 + pose.x * WIDE as f32 + hand(1),
            y: HIGH as f32 * 0.5 + pose.y * WIDE as f32 + hand(2),
            scale: WIDE as f32 * 0.66 / width as f32 / pose.scale,
            roll: pose.roll + hand(3) * 0.0005,
        };
        let mut grey = Vec::with_capacity(width * height);
        on.shoot(seen, width, height, &mut grey);
        let (gain, lift, wander, noise) = self.tone;
        let gain = gain * (1.0 + wander * smooth(self.seed + 50, t * 0.06));
        // Tubes hum at twice the mains, which a camera sees as slow bands.
        let hum = if self.place == Place::Garage {
            0.02
        } else {
            0.0
        };
        let mut rng = Rng::new(frame.wrapping_mul(0x2545_f491).wrapping_add(self.seed));
        let mut out = Vec::with_capacity(width * height);
        let mut at = 0usize;
        for (i, value) in grey.iter().enumerate() {
            let row = i / width;
            if i % width == 0 {
                at = rng.next() as usize & 0xf_ffff;
            }
            at = (at + 1) & 0xf_ffff;
            let band = 1.0 + hum * (row as f32 * 0.03 + t * 2.2).sin();
            let grain = f32::from(self.grain[at]) / 32.0 * noise;
            out.push((value * gain * band + lift + grain).clamp(0.0, 255.0) as u8);
        }
        out
    }

    /// What moves by itself.
    fn stir(&self, on: &mut Canvas, t: f32) {
        let y = self.horizon;
        match self.place {
            Place::River => {
                // Ripples: short bright strokes that come and go.
                for k in 0..140i64 {
                    let beat = t * 0.9 + lattice(self.seed, k, 1) * 9.0;
                    let turn = beat.floor() as i64;
                    let x = lattice(self.seed + 1, k, turn) * WIDE as f32;
                    let row = y - 46.0 + lattice(self.seed + 2, k, turn) * 40.0;
                    let glow = (beat.fract() * std::f32::consts::PI).sin();
                    on.rect(x, row, 10.0 * glow, 1.6, 150.0 + 70.0 * glow);
                }
                let f = (t / 160.0 + lattice(self.seed, 3, 3)).fract();
                on.rect(f * (WIDE as f32 + 160.0) - 80.0, y - 44.0, 74.0, 12.0, 60.0);
            }
            Place::Garage => {}
            Place::Lawn => {
                for k in 0..26i64 {
                    let f = (t * 0.8 + lattice(self.seed, k, 5)).fract();
                    let side = lattice(self.seed, k, 6) - 0.5;
                    let x = WIDE as f32 * 0.78 + side * 44.0 * f;
                    on.ellipse(x, y + 6.0 - 150.0 * f * (1.0 - f), 2.2, 3.0, 235.0, 0.8);
                }
                for &(x, foot, tall, seed) in &self.poplars {
                    let gust = self.wind * (0.6 + 0.4 * smooth(seed >> 30, t * 0.15));
                    on.limb((x, foot), (x, foot - tall * 0.3), 4.0, 55.0);
                    for k in 0..16i64 {
                        let up = 0.15 + 0.85 * k as f32 / 16.0;
                        let lean = gust
                            * up
                            * (4.5 * smooth(seed, t * 0.8 + up) + 0.9 * (t * 4.0 + k as f32).sin());
                        let wide = 17.0 * (1.2 - up);
                        let shade = 70.0 + 50.0 * lattice(seed, k, 1);
                        let aside = (lattice(seed, k, 2) - 0.5) * 18.0;
                        on.ellipse(
                            x + lean + aside,
                            foot - tall * up,
                            wide,
                            tall * 0.07,
                            shade,
                            0.9,
                        );
                    }
                }
            }
        }
    }
}

fn cross(on: &mut Canvas, c: &Crossing, t: f32) {
    let f = (t - c.from) / c.across.abs();
    if !(0.0..1.0).contains(&f) {
        return;
    }
    let f = if c.across > 0.0 { f } else { 1.0 - f };
    let x = f * (WIDE as f32 + 200.0) - 100.0;
    let h = c.tall;
    if c.wheels {
        on.rect(x - h * 0.9, c.foot - h * 0.55, h * 1.8, h * 0.4, c.paint);
        on.rect(x - h * 0.5, c.foot - h * 0.85, h, h * 0.35, c.paint * 0.8);
        for k in [-0.55, 0.55] {
            on.ellipse(x + h * k, c.foot - h * 0.14, h * 0.15, h * 0.15, 20.0, 1.0);
        }
    } else {
        let leg = (t * 5.7).sin() * h * 0.16;
        for side in [-1.0, 1.0] {
            on.limb(
                (x, c.foot - h * 0.45),
                (x + side * leg, c.foot),
                h * 0.05,
                45.0,
            );
        }
        on.limb(
            (x, c.foot - h * 0.8),
            (x, c.foot - h * 0.45),
            h * 0.09,
            c.paint,
        );
        on.ellipse(x, c.foot - h * 0.9, h * 0.07, h * 0.08, 170.0, 1.0);
    }
}

fn floor(on: &mut Canvas, rng: &mut Rng, horizon: f32, kind: Place) {
    let (seed, base) = (
        rng.next(),
        match kind {
            Place::River => rng.range(150.0, 190.0),
            Place::Garage => rng.range(95.0, 130.0),
            Place::Lawn => rng.range(85.0, 120.0),
        },
    );
    let tile = rng.range(28.0, 60.0);
    for y in 0..HIGH {
        let near = ((y as f32 - horizon) / (HIGH as f32 - horizon)).max(0.0);
        for x in 0..WIDE {
            let grit = (lattice(seed, x as i64, y as i64) - 0.5)
                * if kind == Place::Lawn { 26.0 } else { 7.0 };
            let stain = smooth2(seed + 1, x as f32 / 90.0, y as f32 / 40.0) * 9.0;
            // Paving seen from the side: joints close up with distance.
            let across = ((x as f32 - WIDE as f32 / 2.0) / (tile * (0.2 + near))).rem_euclid(1.0);
            let along = (12.0 / (0.12 + near)).rem_euclid(1.0);
            let joint = kind == Place::River && (across < 0.05 || along < 0.06);
            let value = base + stain + grit + 14.0 * near - if joint { 30.0 } else { 0.0 };
            on.px[y * WIDE + x] = value.clamp(0.0, 255.0) as u8;
        }
    }
}

fn river(on: &mut Canvas, rng: &mut Rng, y: f32) {
    on.rect(0.0, 0.0, WIDE as f32, y, 205.0);
    // The other bank, water, a railing.
    for _ in 0..34 {
        let (x, w, h) = (
            rng.range(-20.0, WIDE as f32),
            rng.range(20.0, 80.0),
            rng.range(16.0, 100.0),
        );
        let wall = rng.range(120.0, 185.0);
        on.rect(x, y - 48.0 - h, w, h, wall);
        for k in 0..(h / 12.0) as usize {
            on.rect(
                x + 4.0,
                y - 44.0 - h + 12.0 * k as f32,
                w - 8.0,
                4.0,
                wall * 0.6,
            );
        }
    }
    on.rect(0.0, y - 48.0, WIDE as f32, 48.0, 120.0);
    on.rect(0.0, y - 16.0, WIDE as f32, 3.0, 225.0);
    let step = rng.range(16.0, 30.0);
    for k in 0..(WIDE as f32 / step) as usize {
        on.rect(k as f32 * step, y - 16.0, 2.5, 20.0, 220.0);
    }
    for k in 0..rng.int(2, 5) {
        let x = rng.range(30.0, 220.0) + 230.0 * k as f32;
        on.rect(x, y - 96.0, 4.0, 104.0, 50.0);
        on.ellipse(x + 2.0, y - 100.0, 8.0, 8.0, 245.0, 1.0);
    }
}

fn garage(on: &mut Canvas, rng: &mut Rng, y: f32) {
    on.rect(0.0, 0.0, WIDE as f32, y + 4.0, 78.0);
    for k in 0..9 {
        let x = 20.0 + 115.0 * k as f32 + rng.range(-14.0, 14.0);
        on.rect(x, y - 160.0, 62.0, 5.0, 250.0);
        on.ellipse(x + 31.0, y + 150.0, 80.0, 26.0, 215.0, 0.22);
    }
    for k in 0..rng.int(3, 6) {
        let x = rng.range(0.0, 120.0) + 190.0 * k as f32;
        on.rect(x, 0.0, 34.0, y + 34.0, 150.0);
        on.rect(x, y - 20.0, 34.0, 14.0, 235.0);
        on.rect(x, y - 6.0, 34.0, 14.0, 30.0);
        on.rect(x + 9.0, y - 96.0, 16.0, 22.0, 225.0);
    }
    for _ in 0..rng.int(3, 8) {
        let (x, w) = (rng.range(-20.0, WIDE as f32), rng.range(86.0, 120.0));
        let paint = rng.range(35.0, 200.0);
        on.rect(x, y - 34.0, w, 32.0, paint);
        on.rect(x + w * 0.14, y - 56.0, w * 0.72, 24.0, paint * 0.7);
        on.rect(x + 6.0, y - 22.0, 14.0, 6.0, 230.0);
        on.rect(x + w - 20.0, y - 22.0, 14.0, 6.0, 230.0);
    }
    for k in 0..8 {
        let x = 125.0 * k as f32 + 30.0;
        on.limb(
            (500.0 + (x - 500.0) * 0.4, y + 12.0),
            (x, HIGH as f32),
            2.0,
            200.0,
        );
    }
}

fn lawn(on: &mut Canvas, rng: &mut Rng, y: f32) {
    for row in 0..y as usize {
        on.rect(
            0.0,
            row as f32,
            WIDE as f32,
            1.0,
            165.0 + 60.0 * row as f32 / y,
        );
    }
    // A hedge, a pavilion, a basin, a path that winds over the grass.
    for k in 0..60 {
        let x = 18.0 * k as f32 + rng.range(-6.0, 6.0);
        on.ellipse(
            x,
            y - 6.0,
            16.0,
            rng.range(9.0, 17.0),
            rng.range(45.0, 85.0),
            1.0,
        );
    }
    let x = rng.range(60.0, 560.0);
    on.rect(x, y - 96.0, 130.0, 12.0, 70.0);
    on.ellipse(x + 65.0, y - 96.0, 84.0, 14.0, 60.0, 1.0);
    for k in 0..4 {
        on.rect(x + 6.0 + 38.0 * k as f32, y - 84.0, 7.0, 86.0, 195.0);
    }
    on.ellipse(WIDE as f32 * 0.78, y + 8.0, 66.0, 9.0, 210.0, 1.0);
    on.ellipse(WIDE as f32 * 0.78, y + 7.0, 58.0, 6.0, 110.0, 1.0);
    let bend = rng.range(-120.0, 120.0);
    for k in 0..80 {
        let f = k as f32 / 80.0;
        let row = y + 20.0 + f * f * (HIGH as f32 - y);
        let at = 500.0 + bend * (f * 3.0).sin();
        on.rect(
            at - 24.0 - 110.0 * f,
            row,
            48.0 + 220.0 * f,
            1.0 + 10.0 * f,
            185.0,
        );
    }
    for k in 0..5 {
        let at = rng.range(0.0, WIDE as f32);
        on.rect(at, y + 4.0 + 3.0 * k as f32, 40.0, 5.0, 50.0);
    }
}
