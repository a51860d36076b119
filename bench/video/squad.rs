//! The people of family D: light shirts over dark trousers, drawn from hip and knee angles, who march, step the slow
//! parade step, run at a runner's rate, mark time, turn about, salute and swing their arms by count.

use crate::canvas::Canvas;
use crate::drill::Presence;
use crate::noise::{Rng, lattice, smooth};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Order {
    March,
    Parade,
    Run,
    Mark,
    Turns,
    Salute,
    Swing,
    Attention,
}

/// An order with the place of the squad's centre at its beginning.
#[derive(Debug, Clone, Copy)]
struct Part {
    order: Order,
    from: f32,
    to: f32,
    x: f32,
    depth: f32,
    vx: f32,
    vdepth: f32,
    face: f32,
}

#[derive(Debug, Clone)]
struct Person {
    dx: f32,
    ddepth: f32,
    late: f32,
    tall: f32,
    seed: u64,
}

/// How a body is held: angles in radians.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    hips: [f32; 2],
    knees: [f32; 2],
    /// Forward swing of the arms, and how far they are raised sideways (1: level).
    arms: [f32; 2],
    raised: [f32; 2],
    face: f32,
}

/// A squad with orders for an hour and a half.
#[derive(Debug, Clone)]
pub struct Squad {
    parts: Vec<Part>,
    people: Vec<Person>,
    size: f32,
    far: f32,
    near: f32,
    /// Steps a second marching, on parade, running; counts a second.
    rates: [f32; 4],
    shirt: f32,
    trousers: f32,
    shadow: (f32, f32),
}

impl Squad {
    pub fn new(rng: &mut Rng, width: f32, far: f32, near: f32) -> Self {
        let ranks = rng.int(1, 4);
        let files = rng.int(4, 11);
        let size = rng.range(58.0, 150.0);
        let gap = size * rng.range(0.36, 0.55);
        let mut people = Vec::new();
        for rank in 0..ranks {
            for file in 0..files {
                people.push(Person {
                    dx: (file as f32 - (files - 1) as f32 / 2.0) * gap + rng.normal() * 2.0,
                    ddepth: (rank as f32 - (ranks - 1) as f32 / 2.0) * 0.13,
                    late: rng.unit() * 0.14,
                    tall: 1.0 + rng.normal() * 0.05,
                    seed: rng.next(),
                });
            }
        }
        Self {
            parts: orders(rng, width),
            people,
            size,
            far,
            near,
            rates: [
                rng.range(1.9, 2.05),
                rng.range(1.75, 1.9),
                rng.range(2.7, 3.0),
                rng.range(0.45, 0.95),
            ],
            shirt: rng.range(120.0, 215.0),
            trousers: rng.range(25.0, 60.0),
            shadow: (rng.range(-0.9, 0.9), rng.range(0.0, 0.5)),
        }
    }

    fn part(&self, t: f32) -> &Part {
        let i = self.parts.partition_point(|p| p.to <= t);
        &self.parts[i.min(self.parts.len() - 1)]
    }

    /// Draws everybody at `t`, far ranks first.
    pub fn draw(&self, on: &mut Canvas, t: f32, presence: Presence) {
        let (plan_t, away) = match presence {
            Presence::Nobody => return,
            Presence::Rest(rest) => (t - rest, 0.0),
            Presence::Away(dx) => (t, dx),
            Presence::Drill => (t, 0.0),
        };
        let part = self.part(plan_t);
        let before = self.part(part.from - 0.01);
        let since = plan_t - part.from;
        for person in &self.people {
            let depth = (part.depth + part.vdepth * since + person.ddepth).clamp(0.0, 1.0);
            let zoom = 0.5 + 0.5 * depth;
            let foot = self.far + (self.near - self.far) * depth;
            let centre = on.width as f32 / 2.0;
            let mut x = centre + (part.x - centre + part.vx * since + person.dx) * zoom + away;
            let change = ((since - 0.08 - person.late) / 0.45).clamp(0.0, 1.0);
            let mut held = mix(
                &self.held(before, t, plan_t, person),
                &self.held(part, t, plan_t, person),
                change * change * (3.0 - 2.0 * change),
            );
            match presence {
                Presence::Rest(rest) => {
                    held = mix(&held, &at_ease(person, rest), (rest / 0.9).clamp(0.0, 1.0));
                    x += 1.3 * smooth(person.seed ^ 5, rest * 0.09);
                }
                Presence::Away(_) => {
                    held = stepping(t * self.rates[0] * std::f32::consts::PI, 0.4, 0.5, 0.5);
                    held.face = 1.0;
                }
                _ => {}
            }
            x += 0.35 * smooth(person.seed, t * 0.9);
            self.one(on, (x, foot), self.size * zoom * person.tall, &held);
        }
    }

    fn held(&self, part: &Part, t: f32, plan_t: f32, person: &Person) -> Held {
        let beat = |rate: f32| (t - person.late * 0.4) * rate * std::f32::consts::PI;
        let since = plan_t - part.from - person.late;
        let mut held = match part.order {
            Order::March => stepping(beat(self.rates[0]), 0.38, 0.45, 0.5),
            Order::Parade => stepping(beat(self.rates[1]), 0.62, 0.05, 0.75),
            Order::Run => stepping(beat(self.rates[2]), 0.5, 1.2, 0.6),
            Order::Mark => {
                let mut held = stepping(beat(self.rates[0]), 0.0, 0.2, 0.35);
                let swing = beat(self.rates[0]).sin();
                held.hips = [swing.max(0.0) * 0.9, (-swing).max(0.0) * 0.9];
                held.knees = held.hips.map(|h| h * 1.7);
                held
            }
            Order::Salute => {
                let up = ((since * 1.1).sin() * 3.0).clamp(0.0, 1.0);
                Held {
                    raised: [0.0, 1.25 * up],
                    ..Held::default()
                }
            }
            Order::Swing => {
                let count = (0.5 - 0.5 * (beat(self.rates[3]) * 2.0).cos()) * 1.5;
                Held {
                    raised: [count, count],
                    ..Held::default()
                }
            }
            Order::Turns | Order::Attention => Held::default(),
        };
        held.face = if part.order == Order::Turns {
            // A quarter turn every two seconds and a bit, done in a third of one.
            let turn = since.max(0.0) / 2.3;
            let sides = [0.0, 1.0, 0.0, -1.0];
            let (a, b) = (sides[turn as usize % 4], sides[(turn as usize + 1) % 4]);
            let f = (turn.fract() * 7.0).clamp(0.0, 1.0);
            a + (b - a) * f
        } else {
            part.face
        };
        held
    }

    fn one(&self, on: &mut Canvas, (x, foot): (f32, f32), h: f32, held: &Held) {
        let side = 1.0 - 0.75 * held.face.abs();
        let way = if held.face < 0.0 { -1.0 } else { 1.0 };
        let along = 0.25 + 0.75 * held.face.abs();
        on.ellipse(
            x + self.shadow.0 * h * 0.4,
            foot,
            h * (0.16 + 0.3 * self.shadow.1),
            h * 0.05,
            30.0,
            0.35,
        );
        let (thigh, shin) = (h * 0.25, h * 0.24);
        let reach =
            |k: usize| thigh * held.hips[k].cos() + shin * (held.hips[k] - held.knees[k]).cos();
        let hip = foot - reach(0).max(reach(1));
        for k in 0..2 {
            let off = (k as f32 * 2.0 - 1.0) * h * 0.05 * side;
            let knee = (
                x + off + way * along * thigh * held.hips[k].sin(),
                hip + thigh * held.hips[k].cos(),
            );
            let low = held.hips[k] - held.knees[k];
            let toe = (
                knee.0 + way * along * shin * low.sin(),
                knee.1 + shin * low.cos(),
            );
            on.limb((x + off, hip), knee, h * 0.05, self.trousers);
            on.limb(knee, toe, h * 0.042, self.trousers);
            on.ellipse(
                toe.0 + way * along * h * 0.025,
                toe.1,
                h * 0.045,
                h * 0.022,
                12.0,
                1.0,
            );
        }
        let neck = hip - h * 0.33;
        on.limb((x, neck), (x, hip), h * (0.07 + 0.035 * side), self.shirt);
        on.rect(x - h * 0.09, hip - h * 0.03, h * 0.18, h * 0.03, 15.0);
        for k in 0..2 {
            let out = k as f32 * 2.0 - 1.0;
            let shoulder = (x + out * h * 0.11 * side, neck + h * 0.02);
            let down = held.raised[k] * 1.57;
            let hand = (
                shoulder.0
                    + way * along * held.arms[k].sin() * h * 0.34
                    + out * down.sin() * h * 0.34 * side.max(0.4),
                shoulder.1 + h * 0.34 * held.arms[k].cos() * down.cos(),
            );
            on.limb(shoulder, hand, h * 0.035, self.shirt * 0.85);
            on.ellipse(hand.0, hand.1, h * 0.03, h * 0.03, 190.0, 1.0);
        }
        on.ellipse(x, neck - h * 0.08, h * 0.06, h * 0.075, 165.0, 1.0);
        on.ellipse(x, neck - h * 0.13, h * 0.075, h * 0.03, self.trousers, 1.0);
    }
}

fn stepping(beat: f32, stride: f32, knee: f32, arms: f32) -> Held {
    let (sin, cos) = beat.sin_cos();
    Held {
        hips: [stride * sin, -stride * sin],
        knees: [knee * cos.max(0.0), knee * (-cos).max(0.0)],
        arms: [-arms * sin, arms * sin],
        ..Held::default()
    }
}

/// Standing about: now and then somebody raises a hand.
fn at_ease(person: &Person, rest: f32) -> Held {
    let slot = (rest / 7.0) as i64;
    let lifts = lattice(person.seed, slot, 3) < 0.03;
    let f = ((rest / 7.0).fract() * std::f32::consts::PI).sin();
    Held {
        raised: [0.0, if lifts { f * 0.8 } else { 0.0 }],
        ..Held::default()
    }
}

fn mix(a: &Held, b: &Held, f: f32) -> Held {
    let m = |a: f32, b: f32| a + (b - a) * f;
    let pair = |a: [f32; 2], b: [f32; 2]| [m(a[0], b[0]), m(a[1], b[1])];
    Held {
        hips: pair(a.hips, b.hips),
        knees: pair(a.knees, b.knees),
        arms: pair(a.arms, b.arms),
        raised: pair(a.raised, b.raised),
        face: m(a.face, b.face),
    }
}

fn orders(rng: &mut Rng, width: f32) -> Vec<Part> {
    let (mut t, mut x, mut depth) = (
        -40.0f32,
        width * rng.range(0.42, 0.58),
        rng.range(0.35, 0.75),
    );
    let mut parts = Vec::new();
    while t < 5400.0 {
        let order = *rng.pick(&[
            Order::March,
            Order::March,
            Order::March,
            Order::Parade,
            Order::Parade,
            Order::Run,
            Order::Mark,
            Order::Mark,
            Order::Turns,
            Order::Salute,
            Order::Swing,
            Order::Attention,
        ]);
        let (speed, mut long) = match order {
            Order::March => (rng.range(45.0, 70.0), rng.range(4.0, 11.0)),
            Order::Parade => (rng.range(38.0, 52.0), rng.range(4.0, 10.0)),
            Order::Run => (rng.range(85.0, 130.0), rng.range(3.0, 7.0)),
            Order::Attention => (0.0, rng.range(1.0, 3.0)),
            _ => (0.0, rng.range(4.0, 10.0)),
        };
        let across = rng.chance(0.7);
        let sign = if x > width * 0.58 || (x > width * 0.42 && rng.chance(0.5)) {
            -1.0
        } else {
            1.0
        };
        let (vx, vdepth) = if across {
            (sign * speed, 0.0)
        } else {
            (0.0, speed * 0.0016 * if depth > 0.55 { -1.0 } else { 1.0 })
        };
        if vx != 0.0 {
            let room = if vx > 0.0 {
                width * 0.7 - x
            } else {
                x - width * 0.3
            };
            long = long.min((room / speed).max(1.2));
        }
        if vdepth != 0.0 {
            let room = if vdepth > 0.0 {
                0.85 - depth
            } else {
                depth - 0.25
            };
            long = long.min((room / vdepth.abs()).max(1.2));
        }
        parts.push(Part {
            order,
            from: t,
            to: t + long,
            x,
            depth,
            vx,
            vdepth,
            face: if across && speed > 0.0 { sign } else { 0.0 },
        });
        t += long;
        x += vx * long;
        depth += vdepth * long;
    }
    parts
}
