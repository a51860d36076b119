//! The squad in the yard: each figure knows its place in the ranks and does what the script says,
//! each a little in its own way.

mod draw;

use std::f32::consts::{FRAC_PI_2, PI, TAU};

use super::canvas::{Canvas, Ink};
use super::chance::{drift, repetition};
use super::script::{Act, FALL_IN_S, Part};
use crate::rng::Rng;

/// Metres from one file to the next.
const FILE_GAP: f32 = 1.15;
/// From one rank to the next, in parts of the yard's depth.
const RANK_GAP: f32 = 0.15;
/// Where the middle of the formation stands.
const MIDDLE: f32 = 0.44;
/// Metres that the formation marches off to each side.
const REACH: f32 = 2.4;

/// How fast one turns, as an angle a second.
const TURN: f32 = 1.7;

const COAT: Ink = Ink::rgb(38, 52, 84);

/// One of the squad.
#[derive(Debug, Clone)]
struct Figure {
    /// Place in the ranks, from their middle.
    home: (f32, f32),
    /// Where he spends the rest, and which way he looks there.
    rest: (f32, f32, f32),
    /// Commands and stands before the ranks.
    commands: bool,
    tall: f32,
    own: f32,
    /// His own chance.
    seed: u64,
    coat: Ink,
    x: f32,
    near: f32,
    face: f32,
    /// Metres a second while he walks by himself.
    pace: f32,
    stride: f32,
    lift: f32,
    squat: f32,
    arm: f32,
    head: f32,
}

/// What a figure is to come to.
#[derive(Debug, Clone, Copy)]
struct Aim {
    x: f32,
    near: f32,
    face: f32,
    stride: f32,
    lift: f32,
    squat: f32,
    arm: f32,
    head: f32,
}

/// The squad.
#[derive(Debug, Clone)]
pub struct Squad {
    seed: u64,
    figures: Vec<Figure>,
    script: Vec<Part>,
    part: usize,
    /// Seconds since the beginning.
    t: f32,
    /// The formation's middle, and the side it marches to.
    x: f32,
    to_right: bool,
    /// Steps taken, as an angle; two steps are a whole turn.
    beat: f32,
}

fn spread(rng: &mut Rng) -> f32 {
    rng.range(-1000, 1000) as f32 / 1000.0
}

/// Moves a value towards another by at most so much.
fn towards(value: f32, aim: f32, most: f32) -> f32 {
    value + (aim - value).clamp(-most, most)
}

impl Squad {
    /// A squad that is about to fall in.
    #[must_use]
    pub fn new(seed: u64, script: Vec<Part>) -> Squad {
        let mut rng = Rng::of(seed, "squad", &[]);
        let (files, ranks) = (6 + rng.index(3), 3);
        let mut figures = Vec::new();
        for rank in 0..ranks {
            for file in 0..files {
                let across = file as f32 - (files - 1) as f32 / 2.0;
                let home = (across * FILE_GAP, (rank as f32 - 1.0) * RANK_GAP);
                figures.push(Figure::new(&mut rng, home));
            }
        }
        figures.push(Figure {
            commands: true,
            ..Figure::new(&mut rng, (-4.6, 0.34))
        });
        Squad {
            seed,
            figures,
            script,
            part: 0,
            t: 0.0,
            x: 0.0,
            to_right: rng.permille(500),
            beat: 0.0,
        }
    }

    /// Seconds since the beginning.
    #[must_use]
    pub fn now(&self) -> f32 {
        self.t
    }

    /// Goes on by so many seconds.
    pub fn step(&mut self, seconds: f32) {
        self.t += seconds;
        while self.script.get(self.part).is_some_and(|p| p.to <= self.t)
            && self.part + 1 < self.script.len()
        {
            self.part += 1;
            self.take_up();
        }
        let Some(part) = self.script.get(self.part).copied() else {
            return;
        };
        let wander = drift(self.seed, self.t, 5.0);
        let (speed, cadence) = match part.act {
            Act::March => (1.0 + 0.25 * wander, 1.93),
            Act::Run => (1.6 + 0.4 * wander, 2.6),
            _ => (0.0, 1.93),
        };
        let cadence = cadence + 0.12 * wander;
        let reach = REACH * (0.8 + 0.2 * drift(self.seed ^ 1, self.t, 9.0));
        self.beat = (self.beat + seconds * cadence * PI) % TAU;
        let side = if self.to_right { 1.0 } else { -1.0 };
        self.x += side * speed * seconds;
        if speed > 0.0 && self.x * side > reach {
            self.to_right = !self.to_right;
        }
        let (x, to_right, t, seed) = (self.x, self.to_right, self.t, self.seed);
        let before = self.part.checked_sub(1).and_then(|n| self.script.get(n));
        for figure in &mut self.figures {
            // Nobody hears a command in the same instant.
            let heard = t - figure.slow();
            let part = before
                .copied()
                .filter(|_| heard < part.from)
                .unwrap_or(part);
            let aim = figure.aim(seed, part, heard, (x, to_right));
            figure.go(aim, seconds);
        }
    }

    /// A new command: whoever walks by himself sets his pace.
    fn take_up(&mut self) {
        let act = self.script.get(self.part).map(|part| part.act);
        for figure in &mut self.figures {
            let (x, near) = match act {
                Some(Act::Rest) => (figure.rest.0, figure.rest.1),
                _ => (self.x + figure.home.0, MIDDLE + figure.home.1),
            };
            let way = (x - figure.x).hypot((near - figure.near) * 5.0);
            figure.pace = way / (FALL_IN_S - 1.5 - figure.own);
        }
    }

    /// Draws everybody, the farthest first, the camera turned by so many pixels.
    pub fn draw(&self, on: &mut Canvas, camera: (f32, f32)) {
        let mut order: Vec<&Figure> = self.figures.iter().collect();
        order.sort_by(|a, b| a.near.total_cmp(&b.near));
        for figure in order {
            figure.draw(on, camera, self.beat, self.t);
        }
    }
}

impl Figure {
    fn new(rng: &mut Rng, home: (f32, f32)) -> Figure {
        // The squad rests where it stands, a little scattered, in talk with its neighbours.
        let rest = (
            1.12 * home.0 + 0.7 * spread(rng),
            MIDDLE + 1.1 * home.1 + 0.05 * spread(rng),
            PI * spread(rng),
        );
        let tall = 1.72 + 0.07 * spread(rng);
        Figure {
            home,
            rest,
            commands: false,
            tall,
            own: 0.6 * spread(rng).abs(),
            seed: rng.next_u64(),
            coat: COAT.lit(4.0 * spread(rng)),
            x: rest.0,
            near: rest.1,
            face: rest.2,
            pace: 0.8,
            stride: 0.0,
            lift: 0.0,
            squat: 0.0,
            arm: 0.0,
            head: 0.0,
        }
    }

    /// Seconds until he does what is commanded.
    fn slow(&self) -> f32 {
        1.8 * self.own
    }

    /// What he is to do.
    fn aim(&self, seed: u64, part: Part, t: f32, (x, to_right): (f32, bool)) -> Aim {
        let mut aim = Aim {
            x: x + self.home.0,
            near: MIDDLE + self.home.1,
            face: 0.0,
            stride: 0.0,
            lift: 0.0,
            squat: 0.0,
            arm: 0.0,
            head: 0.0,
        };
        let since = t - part.from;
        if self.commands {
            return self.command(part, t, aim);
        }
        let sideways = if to_right { FRAC_PI_2 } else { -FRAC_PI_2 };
        let (place, share, own) = repetition(seed ^ part.from as u64, since);
        let wave = 0.5 - 0.5 * (share * TAU).cos();
        match part.act {
            Act::FallIn => {}
            Act::Rest => (aim.x, aim.near, aim.face) = self.rest,
            Act::Dress => (aim.head, aim.lift, aim.stride) = (1.0, 0.5, 0.2),
            Act::Turns => {
                let quarters = if place == 0 {
                    0.0
                } else {
                    (own * 3.99).floor()
                };
                aim.face = quarters * FRAC_PI_2;
                (aim.lift, aim.stride) = (0.8, 0.25);
            }
            Act::MarkTime => (aim.lift, aim.stride) = (1.0, 0.35),
            Act::March => (aim.face, aim.stride, aim.lift) = (sideways, 1.0, 0.25),
            Act::Run => (aim.face, aim.stride, aim.lift) = (sideways, 1.35, 0.7),
            Act::Squat => aim.squat = wave * (0.7 + 0.3 * own),
            Act::Salute => {
                aim.arm = (1.5 * wave).min(1.0);
                (aim.lift, aim.stride) = (0.6, 0.25);
            }
        }
        // Some put more into it than others, and not always the same ones.
        let vigour = 1.0 + 0.45 * drift(self.seed, t, 2.3);
        (aim.lift, aim.stride) = (aim.lift * vigour, aim.stride * (0.75 + 0.25 * vigour));
        aim
    }

    /// The one who commands faces the ranks, shows how, and walks along before them.
    fn command(&self, part: Part, t: f32, mut aim: Aim) -> Aim {
        aim.x = self.home.0;
        aim.face = 2.3;
        match part.act {
            Act::Rest => (aim.x, aim.near, aim.face) = self.rest,
            Act::March | Act::Run | Act::Squat => {
                // Up and down before the ranks, as it pleases him.
                let along = |t: f32| 4.6 * drift(self.seed, t, 7.0);
                aim.x = self.home.0 + 4.2 + along(t);
                aim.stride = 0.8;
                aim.face = FRAC_PI_2 * (along(t + 0.3) - along(t)).signum();
            }
            _ => (aim.lift, aim.stride) = (0.7 + 0.5 * drift(self.seed, t, 2.0), 0.3),
        }
        aim
    }

    /// Goes on by so many seconds towards what he is to do.
    fn go(&mut self, aim: Aim, seconds: f32) {
        let (dx, dnear) = (aim.x - self.x, aim.near - self.near);
        let way = dx.hypot(dnear * 5.0);
        let (mut face, mut stride) = (aim.face, aim.stride);
        let least = match (self.commands, aim.stride > 0.0) {
            (true, _) => 1.1,
            (_, true) => 2.6,
            _ => 0.6,
        };
        let step = self.pace.max(least) * seconds;
        if way <= step {
            (self.x, self.near) = (aim.x, aim.near);
        } else {
            self.x += dx / way * step;
            self.near += dnear / way * step;
            if aim.stride == 0.0 {
                (face, stride) = (dx.atan2(dnear * 5.0), (self.pace / 1.3).clamp(0.35, 1.0));
            }
        }
        let turn = (face - self.face + PI).rem_euclid(TAU) - PI;
        self.face += turn.clamp(-TURN * seconds, TURN * seconds);
        self.stride = towards(self.stride, stride, 1.5 * seconds);
        self.lift = towards(self.lift, aim.lift, 1.5 * seconds);
        self.squat = towards(self.squat, aim.squat, 1.1 * seconds);
        self.arm = towards(self.arm, aim.arm, 1.8 * seconds);
        self.head = towards(self.head, aim.head, 2.0 * seconds);
    }
}
