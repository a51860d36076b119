//! The yard of a squad: sky with clouds, the station, trees, a flag in the wind, the ground. What
//! never moves is drawn once, larger than the picture, so that the camera can be turned.

use super::canvas::{Canvas, Ink};
use super::chance::drift;
use crate::rng::Rng;

/// Width of the picture, pixels.
pub const WIDTH: usize = 432;
/// Height of the picture, pixels.
pub const HEIGHT: usize = 240;
/// What is drawn beyond the picture on the right and below, for a camera that turns.
const SPARE: (usize, usize) = (80, 24);
/// Where the ground begins, pixels from the top.
const GROUND: f32 = 98.0;

/// Where a place on the ground is seen: pixels, and pixels per metre there. `x` in metres from the
/// middle, `near` 0 at the station and 1 at the lower edge.
#[must_use]
pub fn seen(x: f32, near: f32) -> (f32, f32, f32) {
    let scale = 13.0 + 24.0 * near;
    (WIDTH as f32 / 2.0 + x * scale, 106.0 + 128.0 * near, scale)
}

/// A number from -1 to 1.
fn spread(rng: &mut Rng) -> f32 {
    rng.range(-1000, 1000) as f32 / 1000.0
}

/// Something that moves in the wind: where it stands, how large, when.
#[derive(Debug, Clone)]
struct Tuft {
    at: (f32, f32),
    r: f32,
    phase: f32,
    ink: Ink,
}

/// The yard.
#[derive(Debug, Clone)]
pub struct Yard {
    seed: u64,
    still: Canvas,
    leaves: Vec<Tuft>,
    clouds: Vec<Tuft>,
    pole: f32,
}

const SKY: Ink = Ink::rgb(196, 216, 232);
const CLOUD: Ink = Ink::rgb(232, 238, 242);
const WALLS: [Ink; 4] = [
    Ink::rgb(222, 214, 198),
    Ink::rgb(206, 212, 214),
    Ink::rgb(228, 220, 210),
    Ink::rgb(198, 204, 196),
];
const GROUNDS: [Ink; 3] = [
    Ink::rgb(150, 150, 146),
    Ink::rgb(164, 156, 144),
    Ink::rgb(140, 146, 148),
];
const GREENS: [Ink; 3] = [
    Ink::rgb(66, 98, 58),
    Ink::rgb(82, 114, 66),
    Ink::rgb(58, 88, 60),
];
const RED: Ink = Ink::rgb(190, 40, 36);
const YELLOW: Ink = Ink::rgb(236, 200, 84);
const WHITE: Ink = Ink::rgb(236, 236, 230);

impl Yard {
    /// The yard of a squad: no two are quite alike.
    #[must_use]
    pub fn new(seed: u64) -> Yard {
        let mut rng = Rng::of(seed, "yard", &[]);
        let (width, height) = (WIDTH + SPARE.0, HEIGHT + SPARE.1);
        let mut still = Canvas::new(width, height, SKY);
        still.texture(|_, y| -((y.min(110) / 9) as i16) + 8);
        skyline(&mut still, &mut rng);
        ground(&mut still, &mut rng);
        let left = 96.0 + 30.0 * spread(&mut rng);
        station(&mut still, &mut rng, left);
        let pole = left - 26.0;
        still.bar((pole, 22.0), (2.0, GROUND - 18.0), Ink::rgb(206, 208, 210));
        still.disc((pole + 1.0, 21.0), 1.8, YELLOW);
        let mut grain = Rng::of(seed, "grain", &[]);
        still.texture(|_, y| (grain.below(if y > 98 { 7 } else { 4 }) as i16) - 2);
        let mut leaves = Vec::new();
        for trunk in [26.0, 388.0, 452.0] {
            let at = trunk + 10.0 * spread(&mut rng);
            still.bar((at - 2.0, 78.0), (4.0, 26.0), Ink::rgb(92, 78, 62));
            for _ in 0..9 {
                leaves.push(Tuft {
                    at: (at + 15.0 * spread(&mut rng), 66.0 + 15.0 * spread(&mut rng)),
                    r: 8.0 + 2.5 * spread(&mut rng),
                    phase: 3.0 * spread(&mut rng),
                    ink: GREENS[rng.index(GREENS.len())].lit(6.0 * spread(&mut rng)),
                });
            }
        }
        let clouds = (0..12)
            .map(|n| Tuft {
                at: (
                    (n / 4) as f32 * 190.0 + (n % 4) as f32 * 13.0 + 4.0 * spread(&mut rng),
                    13.0 + 3.0 * spread(&mut rng) + (n / 4) as f32 * 3.0,
                ),
                r: 5.5 + 1.5 * spread(&mut rng),
                phase: 0.0,
                ink: CLOUD,
            })
            .collect();
        Yard {
            seed,
            still,
            leaves,
            clouds,
            pole,
        }
    }

    /// Draws everything that is no person, at a second of the scene, the camera turned by so many
    /// pixels to the right and down.
    pub fn draw(&self, on: &mut Canvas, t: f32, (right, down): (usize, usize)) {
        on.window(&self.still, right, down);
        let (dx, dy) = (right as f32, down as f32);
        for cloud in &self.clouds {
            let x = (cloud.at.0 + t * 0.45).rem_euclid(620.0) - 60.0;
            // Behind the roofs: clouds stay high.
            on.stroke(
                (x - 7.0 - dx, cloud.at.1 - dy),
                (x + 7.0 - dx, cloud.at.1 - dy),
                cloud.r,
                cloud.ink,
                0.5,
            );
        }
        let wind = 1.0 + 0.6 * drift(self.seed, t, 3.1);
        for leaf in &self.leaves {
            let swing = wind * (t * 1.3 + leaf.phase).sin();
            let at = (
                leaf.at.0 + 1.3 * swing - dx,
                leaf.at.1 + 0.5 * (t * 1.9 + leaf.phase).cos() - dy,
            );
            on.disc(at, leaf.r, leaf.ink.lit(2.0 * swing));
        }
        self.flag(on, t, (dx, dy), wind);
    }

    fn flag(&self, on: &mut Canvas, t: f32, (dx, dy): (f32, f32), wind: f32) {
        const LONG: usize = 30;
        let gust = 2.4 * drift(self.seed ^ 2, t, 2.6);
        for column in 0..LONG {
            let x = column as f32;
            let wave = (x * 0.33 - t * 5.1 - gust).sin();
            let top = 24.0 + wave * x * 0.075 * wind + x * 0.05;
            let lit = RED.lit(13.0 * (x * 0.33 - t * 5.1 - gust).cos() * (x / 30.0));
            let left = self.pole + 2.0 + x - dx;
            on.bar((left, top - dy), (1.0, 19.0), lit);
            if (4..8).contains(&column) {
                on.bar((left, top + 4.0 - dy), (1.0, 4.0), YELLOW);
            }
        }
    }
}

/// Roofs far behind.
fn skyline(on: &mut Canvas, rng: &mut Rng) {
    let mut x = -10.0;
    while x < on.width() as f32 {
        let (wide, tall) = (rng.range(24, 52) as f32, rng.range(26, 58) as f32);
        let ink = Ink::rgb(176, 190, 202).lit(7.0 * spread(rng));
        on.bar((x, GROUND - tall), (wide, tall), ink);
        for row in 0..(tall as usize / 9) {
            for column in 0..(wide as usize / 9) {
                let at = (
                    x + 4.0 + column as f32 * 9.0,
                    GROUND - tall + 4.0 + row as f32 * 9.0,
                );
                on.bar(at, (4.0, 4.0), ink.lit(-16.0));
            }
        }
        x += wide + rng.range(0, 14) as f32;
    }
}

/// The ground with a lawn behind, joints between its slabs and the white lines of the yard.
fn ground(on: &mut Canvas, rng: &mut Rng) {
    let (wide, height) = (on.width() as f32, on.height() as f32);
    let ink = GROUNDS[rng.index(GROUNDS.len())];
    on.bar((0.0, GROUND - 3.0), (wide, 12.0), Ink::rgb(112, 132, 92));
    on.bar((0.0, GROUND + 8.0), (wide, height - GROUND), ink);
    for line in 0..7 {
        let (_, y, _) = seen(0.0, (line as f32 / 6.0).powi(2) * 1.15);
        on.bar((0.0, y), (wide, 1.0), ink.lit(-14.0));
    }
    for line in -9..=9 {
        let x = line as f32 * 2.4;
        let (far, near) = (seen(x, 0.02), seen(x, 1.25));
        on.stroke((far.0, far.1), (near.0, near.1), 0.4, ink.lit(-12.0), 0.8);
    }
    for near in [0.2, 0.9] {
        let (left, right) = (seen(-6.8, near), seen(6.8, near));
        on.bar((left.0, left.1), (right.0 - left.0, 1.4), WHITE);
    }
    for x in [-6.8, 6.8] {
        let (far, near) = (seen(x, 0.2), seen(x, 0.9));
        on.stroke((far.0, far.1), (near.0, near.1), 0.8, WHITE, 0.9);
    }
}

/// The station: two floors of windows, a door, a banner.
fn station(on: &mut Canvas, rng: &mut Rng, left: f32) {
    let (wide, top) = (236.0 + 24.0 * spread(rng), 38.0);
    let wall = WALLS[rng.index(WALLS.len())];
    on.bar((left, top), (wide, GROUND - top + 2.0), wall);
    on.bar((left - 3.0, top - 3.0), (wide + 6.0, 5.0), wall.lit(-34.0));
    on.bar((left, GROUND - 3.0), (wide, 5.0), Ink::rgb(120, 112, 104));
    let door = left + wide / 2.0 - 13.0;
    let windows = (wide / 22.0) as usize;
    for floor in 0..2 {
        for n in 0..windows {
            let at = (
                left + 8.0 + n as f32 * 22.0,
                top + 9.0 + floor as f32 * 27.0,
            );
            let at_door = floor == 1 && at.0 + 13.0 > door - 3.0 && at.0 < door + 29.0;
            if at_door {
                continue;
            }
            on.bar((at.0 - 1.0, at.1 - 1.0), (15.0, 16.0), wall.lit(24.0));
            let glass = Ink::rgb(96, 120, 140).lit(12.0 * spread(rng));
            on.bar(at, (13.0, 14.0), glass);
            on.bar((at.0 + 6.0, at.1), (1.0, 14.0), wall.lit(18.0));
        }
    }
    on.bar((door, GROUND - 25.0), (26.0, 26.0), Ink::rgb(70, 84, 96));
    on.bar((door + 12.5, GROUND - 25.0), (1.0, 26.0), wall);
    on.bar((door - 8.0, GROUND - 29.0), (42.0, 4.0), wall.lit(-30.0));
    // A banner between the floors; at this size its words are specks.
    let banner = (left + wide * 0.18, top + 26.0);
    on.bar(banner, (wide * 0.64, 7.0), RED);
    for n in 0..((wide * 0.6 / 8.0) as usize) {
        let at = (banner.0 + 4.0 + n as f32 * 8.0, banner.1 + 1.6);
        on.bar(at, (4.4, 3.8), YELLOW);
    }
}
