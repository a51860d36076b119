//! A drill yard: what stands, what the wind moves, the light, the hand that holds the camera.

use crate::canvas::{Canvas, Pose};
use crate::drill::{Drill, Manner, Presence};
use crate::noise::{Rng, lattice, smooth, smooth2};
use crate::third::Third;

/// Canvas that holds everything the camera could turn to.
pub const WIDE: usize = 1120;
pub const HIGH: usize = 700;

#[derive(Debug, Clone)]
struct Tree {
    x: f32,
    y: f32,
    radius: f32,
    trunk: f32,
    seed: u64,
    leaves: Vec<u8>,
}

/// A yard with its people.
#[derive(Debug, Clone)]
pub struct Scene {
    still: Canvas,
    trees: Vec<Tree>,
    flag: Option<(f32, f32, f32)>,
    drill: Drill,
    wind: f32,
    light: (u64, f32, f32),
    shake: (u64, f32, f32),
    passers: Vec<(f32, f32, f32, f32)>,
    sun: (f32, f32),
    grain: Vec<i8>,
    noise: f32,
    /// Level of the pictures' contrast, as phones differ.
    tone: (f32, f32),
    third: Option<Third>,
}

/// Which layouts a set may use; nothing of one family occurs in the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Family {
    /// Yard before an office building, asphalt with court lines.
    A,
    /// Sports ground with stand and track, gate yard with vehicles, hall with pillars.
    B,
    /// Street-side yard at dusk with lamps, sports hall with windows, rooftop above distant traffic; made after the
    /// thresholds were frozen.
    C,
    /// Drawn by [`crate::fourth`] altogether.
    D,
}

impl Scene {
    /// `yard` fixes the place, `session` the people, the weather and the camera's hand.
    pub fn new(family: Family, yard: u64, session: u64) -> Self {
        let salt = match family {
            Family::A => 0xA,
            Family::B => 0xB00,
            Family::C | Family::D => 0xC_0001,
        };
        let mut place = Rng::new(yard.wrapping_mul(7919).wrapping_add(salt));
        let mut rng = Rng::new(
            session
                .wrapping_mul(104_729)
                .wrapping_add(yard)
                .wrapping_add(salt * 31),
        );
        let horizon = HIGH as f32 * place.range(0.36, 0.46);
        let mut still = Canvas::new(WIDE, HIGH, 150);
        let seed = place.next();
        sky(&mut still, seed, horizon);
        ground(&mut still, &mut place, horizon, family);
        let outdoors = match family {
            Family::A => {
                office(&mut still, &mut place, horizon);
                true
            }
            Family::B => crate::places::other(&mut still, &mut place, horizon),
            Family::C | Family::D => false,
        };
        let third =
            (family == Family::C).then(|| Third::draw(&mut still, &mut place, &mut rng, horizon));
        let mut trees = Vec::new();
        for _ in 0..if outdoors { place.int(2, 5) } else { 0 } {
            trees.push(tree(&mut place, horizon, family));
        }
        let flag = (outdoors && place.chance(0.6)).then(|| {
            (
                place.range(0.3, 0.7) * WIDE as f32,
                horizon - place.range(120.0, 190.0),
                place.range(34.0, 60.0),
            )
        });
        if let Some((x, y, _)) = flag {
            still.limb((x, y), (x, horizon + 12.0), 1.6, 205.0);
        }
        let manner = match family {
            Family::A => Manner::Plain,
            Family::B if place.chance(0.5) => Manner::Big,
            Family::B => Manner::Plain,
            Family::C | Family::D => Manner::Vests,
        };
        let drill = Drill::new(
            rng.next(),
            WIDE as f32,
            horizon + 70.0,
            HIGH as f32 - 130.0,
            manner,
        );
        let passers = (0..60)
            .map(|_| {
                let long = rng.range(8.0, 20.0);
                (
                    rng.range(0.0, 1800.0),
                    long,
                    horizon + rng.range(12.0, 60.0),
                    rng.range(38.0, 60.0),
                )
            })
            .collect();
        let held = rng.chance(0.35);
        let shake = (
            rng.next(),
            if held {
                rng.range(1.2, 4.0)
            } else {
                rng.range(0.0, 0.8)
            },
            if held {
                rng.range(0.6, 1.6)
            } else {
                rng.range(2.0, 5.0)
            },
        );
        let light = (rng.next(), rng.range(0.02, 0.22), rng.range(0.02, 0.12));
        let sun = (rng.range(-1.0, 1.0), rng.range(0.2, 1.0));
        let mut grain_rng = Rng::new(rng.next());
        let grain = (0..1 << 20)
            .map(|_| (grain_rng.normal() * 32.0).clamp(-127.0, 127.0) as i8)
            .collect();
        let noise = *rng.pick(&[1.0, 1.8, 2.6, 3.8, 5.0]);
        let mut tone = (rng.range(0.8, 1.08), rng.range(-12.0, 12.0));
        if let Some(third) = &third {
            tone.0 *= third.dim();
        }
        Self {
            still,
            trees,
            flag,
            drill,
            wind: rng.range(0.3, 2.2),
            light,
            shake,
            passers,
            sun,
            grain,
            noise,
            tone,
            third,
        }
    }

    /// The picture at scene time `t` seen with `pose` (relative to the planned place of the camera).
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
        for tree in &self.trees {
            self.draw_tree(&mut on, tree, t);
        }
        self.draw_flag(&mut on, t);
        if let Some(third) = &self.third {
            third.stir(&mut on, t);
        }
        for &(from, long, foot, tall) in &self.passers {
            if t > from && t < from + long && presence != Presence::Nobody {
                let along = (t - from) / long * (WIDE as f32 + 100.0) - 50.0;
                let leg = (t * 6.0).sin() * tall * 0.14;
                on.limb(
                    (along + leg, foot),
                    (along, foot - tall * 0.45),
                    tall * 0.05,
                    60.0,
                );
                on.limb(
                    (along - leg, foot),
                    (along, foot - tall * 0.45),
                    tall * 0.05,
                    60.0,
                );
                on.limb(
                    (along, foot - tall * 0.45),
                    (along, foot - tall * 0.8),
                    tall * 0.1,
                    110.0,
                );
                on.ellipse(
                    along,
                    foot - tall * 0.9,
                    tall * 0.07,
                    tall * 0.09,
                    160.0,
                    1.0,
                );
            }
        }
        self.drill
            .draw(&mut on, t, presence, (self.sun.0 + t * 0.0003, self.sun.1));
        let (seed, size, rate) = self.shake;
        let hand = |k: u64| {
            size * (0.75 * smooth(seed + k, t * rate) + 0.25 * smooth(seed + k + 9, t * rate * 4.1))
        };
        let base = WIDE as f32 / 640.0 * 0.62 * 640.0 / width as f32;
        let seen = Pose {
            x: WIDE as f32 / 2.0 + pose.x * WIDE as f32 + hand(1),
            y: HIGH as f32 * 0.52 + pose.y * WIDE as f32 + hand(2),
            scale: base / pose.scale,
            roll: pose.roll + hand(3) * 0.0006,
        };
        let mut grey = Vec::with_capacity(width * height);
        on.shoot(seen, width, height, &mut grey);
        let (lseed, depth, rate) = self.light;
        let gain = self.tone.0
            * (1.0 + depth * smooth(lseed, t * rate) + 0.01 * smooth(lseed + 1, t * 0.9));
        let mut rng = Rng::new(frame.wrapping_mul(0x5851_f42d).wrapping_add(lseed));
        let mut out = Vec::with_capacity(width * height);
        let mut at = 0usize;
        for (i, value) in grey.iter().enumerate() {
            if i % width == 0 {
                at = rng.next() as usize & 0xf_ffff;
            }
            at = (at + 1) & 0xf_ffff;
            let grain = f32::from(self.grain[at]) / 32.0 * self.noise;
            out.push((value * gain + self.tone.1 + grain).clamp(0.0, 255.0) as u8);
        }
        out
    }

    fn draw_tree(&self, on: &mut Canvas, tree: &Tree, t: f32) {
        on.limb(
            (tree.x, tree.y),
            (tree.x, tree.trunk),
            tree.radius * 0.09,
            50.0,
        );
        let gust = self.wind * (0.6 + 0.5 * smooth(tree.seed + 5, t * 0.2));
        let side = (tree.radius * 2.0) as usize;
        for row in 0..side {
            let v = row as f32 / side as f32;
            let lean = gust
                * (1.4 * (t * 1.7 + tree.seed as f32 % 6.0 + v * 2.0).sin() * (1.2 - v)
                    + 0.9 * smooth(tree.seed + row as u64 / 9, t * 2.3));
            let y = (tree.y - tree.radius + row as f32) as isize;
            if y < 0 || y as usize >= on.height {
                continue;
            }
            for col in 0..side {
                let texel = tree.leaves[row * side + col];
                let x = (tree.x - tree.radius + col as f32 + lean).round() as isize;
                if texel > 0 && x >= 0 && (x as usize) < on.width {
                    on.px[y as usize * on.width + x as usize] = texel;
                }
            }
        }
    }

    fn draw_flag(&self, on: &mut Canvas, t: f32) {
        let Some((x, y, size)) = self.flag else {
            return;
        };
        let breeze = self.wind.max(0.5);
        for col in 0..size as usize {
            let f = col as f32 / size;
            let wave = (f * 7.0 - t * 4.0 * breeze.sqrt()).sin();
            let top = y + wave * 3.2 * f * breeze.sqrt() + f * 6.0 / breeze;
            on.rect(
                x + col as f32,
                top,
                1.0,
                size * 0.62,
                70.0 + 26.0 * wave * f,
            );
        }
    }
}

fn sky(on: &mut Canvas, seed: u64, horizon: f32) {
    for y in 0..horizon as usize {
        for x in 0..WIDE {
            let cloud = smooth2(seed, x as f32 / 170.0, y as f32 / 60.0)
                + 0.5 * smooth2(seed + 1, x as f32 / 60.0, y as f32 / 25.0);
            on.px[y * WIDE + x] = (188.0 + 22.0 * cloud + 18.0 * y as f32 / horizon) as u8;
        }
    }
}

fn ground(on: &mut Canvas, rng: &mut Rng, horizon: f32, family: Family) {
    let (seed, base) = (
        rng.next(),
        if family == Family::A {
            rng.range(95.0, 140.0)
        } else {
            rng.range(110.0, 165.0)
        },
    );
    for y in horizon as usize..HIGH {
        let near = (y as f32 - horizon) / (HIGH as f32 - horizon);
        let zoom = 0.15 + near;
        for x in 0..WIDE {
            let patch = smooth2(seed, (x as f32 - 560.0) / (160.0 * zoom), near * 9.0) * 8.0;
            let grit = (lattice(seed + 3, x as i64, y as i64) - 0.5) * 10.0 * (0.3 + near);
            on.px[y * WIDE + x] = (base + patch + grit + 18.0 * near).clamp(0.0, 255.0) as u8;
        }
    }
    // Marks on the ground run to a vanishing point.
    let vanish = rng.range(0.3, 0.7) * WIDE as f32;
    for k in -4..=4 {
        if rng.chance(0.75) {
            let foot = WIDE as f32 / 2.0 + k as f32 * rng.range(130.0, 230.0);
            let top = vanish + (foot - vanish) * 0.16;
            on.limb((top, horizon + 26.0), (foot, HIGH as f32), 1.7, base + 70.0);
        }
    }
    for k in 1..4 {
        let y = horizon + (HIGH as f32 - horizon) * (k as f32 / 4.0).powi(2);
        on.rect(0.0, y, WIDE as f32, 2.0 + k as f32, base + 62.0);
    }
}

fn office(on: &mut Canvas, rng: &mut Rng, horizon: f32) {
    let mut x = -30.0;
    while x < WIDE as f32 {
        let (w, h) = (rng.range(140.0, 380.0), rng.range(90.0, 230.0));
        let wall = rng.range(110.0, 205.0);
        on.rect(x, horizon - h, w, h + 14.0, wall);
        let (pitch_x, pitch_y) = (rng.range(20.0, 38.0), rng.range(26.0, 42.0));
        let mut wy = horizon - h + 10.0;
        while wy < horizon - 22.0 {
            let mut wx = x + 8.0;
            while wx < x + w - pitch_x * 0.7 {
                on.rect(wx, wy, pitch_x * 0.6, pitch_y * 0.6, rng.range(40.0, 95.0));
                wx += pitch_x;
            }
            wy += pitch_y;
        }
        x += w + rng.range(-10.0, 60.0);
    }
    // A fence before the building.
    let mut post = 0.0;
    let step = rng.range(14.0, 26.0);
    while post < WIDE as f32 {
        on.rect(post, horizon - 14.0, 2.5, 32.0, 70.0);
        post += step;
    }
    on.rect(0.0, horizon - 12.0, WIDE as f32, 2.0, 75.0);
}

fn tree(rng: &mut Rng, horizon: f32, family: Family) -> Tree {
    let radius = rng.range(42.0, if family == Family::A { 95.0 } else { 75.0 });
    let side = (radius * 2.0) as usize;
    let seed = rng.next();
    let mut leaves = vec![0u8; side * side];
    for row in 0..side {
        for col in 0..side {
            let (u, v) = (col as f32 / radius - 1.0, row as f32 / radius - 1.0);
            let edge = 0.8 + 0.25 * smooth2(seed, col as f32 / 9.0, row as f32 / 9.0);
            if u * u + v * v < edge * edge {
                let clump = smooth2(seed + 1, col as f32 / 7.0, row as f32 / 7.0);
                let speck = lattice(seed + 2, col as i64 / 2, row as i64 / 2) - 0.5;
                leaves[row * side + col] =
                    (78.0 + 34.0 * clump + 36.0 * speck - 18.0 * v).clamp(8.0, 200.0) as u8;
            }
        }
    }
    let side_x = if rng.chance(0.5) {
        rng.range(0.05, 0.38)
    } else {
        rng.range(0.62, 0.95)
    };
    Tree {
        x: side_x * WIDE as f32,
        y: horizon - radius * rng.range(0.5, 1.1),
        radius,
        trunk: horizon + rng.range(8.0, 30.0),
        seed,
        leaves,
    }
}
