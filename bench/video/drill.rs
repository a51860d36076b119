//! Rows of figures and what they do: march, turn, mark time, arm drill, run, stand.

use crate::canvas::Canvas;
use crate::noise::{Rng, smooth};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    March,
    Run,
    MarkTime,
    Arms,
    Squat,
    Stand,
}

/// One command and how long it is carried out.
#[derive(Debug, Clone, Copy)]
struct Command {
    step: Step,
    from: f32,
    to: f32,
    /// Place of the formation at the beginning and its speed on the ground.
    x: f32,
    depth: f32,
    vx: f32,
    vdepth: f32,
    facing: f32,
}

#[derive(Debug, Clone)]
struct Figure {
    dx: f32,
    ddepth: f32,
    phase: f32,
    tall: f32,
    coat: f32,
    seed: u64,
}

/// A formation with its plan of an hour and more.
#[derive(Debug, Clone)]
pub struct Drill {
    commands: Vec<Command>,
    figures: Vec<Figure>,
    cadence: f32,
    /// Radians a second of arms and squats.
    exercise: f32,
    vest: bool,
    /// Height in canvas pixels of a figure at the front edge of the yard.
    size: f32,
    /// Rows of the canvas where the yard ends (far) and begins (near).
    far: f32,
    near: f32,
}

/// How a squad looks and moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Manner {
    Plain,
    /// Close to the camera.
    Big,
    /// In bright vests, in a long column, with another step and slower exercises (family C).
    Vests,
}

/// What a figure is doing besides the plan: rests stand still, an empty yard has nobody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Presence {
    /// As the plan says.
    Drill,
    /// Standing at ease, for the seconds since the rest began.
    Rest(f32),
    /// Marched off by this many canvas pixels.
    Away(f32),
    /// Nobody.
    Nobody,
}

impl Drill {
    pub fn new(seed: u64, width: f32, far: f32, near: f32, manner: Manner) -> Self {
        let mut rng = Rng::new(seed);
        let (files, ranks) = match manner {
            Manner::Vests => (rng.int(3, 13), rng.int(1, 4)),
            _ => (rng.int(4, 9), rng.int(2, 5)),
        };
        let size = match manner {
            Manner::Plain => rng.range(62.0, 95.0),
            Manner::Big => rng.range(95.0, 130.0),
            Manner::Vests => rng.range(70.0, 118.0),
        };
        let gap = size * rng.range(0.42, 0.62);
        let coat = if manner == Manner::Vests {
            rng.range(45.0, 190.0)
        } else {
            rng.range(35.0, 90.0)
        };
        let mut figures = Vec::new();
        for rank in (0..ranks).rev() {
            for file in 0..files {
                figures.push(Figure {
                    dx: (file as f32 - files as f32 / 2.0) * gap + rng.normal() * 1.5,
                    ddepth: (rank as f32 - ranks as f32 / 2.0) * 0.16,
                    phase: rng.normal() * 0.12,
                    tall: 1.0 + rng.normal() * 0.035,
                    coat: coat + rng.normal() * 6.0,
                    seed: rng.next(),
                });
            }
        }
        // In front of nobody: the instructor, on his own feet.
        figures.push(Figure {
            dx: -gap * (files as f32 / 2.0 + 1.2),
            ddepth: 0.1,
            phase: 1.3,
            tall: 1.05,
            coat: coat * 0.7,
            seed: rng.next(),
        });
        let commands = plan(&mut rng, width);
        Self {
            commands,
            figures,
            cadence: if manner == Manner::Vests {
                rng.range(1.75, 2.12)
            } else {
                rng.range(1.88, 2.02)
            },
            exercise: if manner == Manner::Vests {
                rng.range(1.1, 3.4)
            } else {
                1.6
            },
            vest: manner == Manner::Vests && rng.chance(0.6),
            size,
            far,
            near,
        }
    }

    fn command(&self, t: f32) -> &Command {
        let i = self.commands.partition_point(|c| c.to <= t);
        &self.commands[i.min(self.commands.len() - 1)]
    }

    /// Draws everybody at scene time `t`, far ranks first, with shadows falling along `sun`.
    pub fn draw(&self, on: &mut Canvas, t: f32, presence: Presence, sun: (f32, f32)) {
        let away = match presence {
            Presence::Nobody => return,
            Presence::Away(dx) => dx,
            _ => 0.0,
        };
        // Who rests stays where he was when the rest began.
        let plan_t = if let Presence::Rest(rest) = presence {
            t - rest
        } else {
            t
        };
        let c = self.command(plan_t);
        let since = plan_t - c.from;
        let before = self.command(c.from - 0.01);
        let mut order: Vec<&Figure> = self.figures.iter().collect();
        order.sort_by(|a, b| a.ddepth.total_cmp(&b.ddepth));
        for figure in order {
            let depth = (c.depth + c.vdepth * since + figure.ddepth).clamp(0.0, 1.0);
            let zoom = 0.55 + 0.45 * depth;
            let foot = self.far + (self.near - self.far) * depth;
            let centre = on.width as f32 / 2.0;
            let mut x = centre + (c.x - centre + c.vx * since + figure.dx) * zoom + away;
            // Nobody changes on the very instant of a command, nor in no time.
            let reaction = 0.1 + (figure.phase * 0.8).abs();
            let f = ((since - reaction) / 0.55).clamp(0.0, 1.0);
            let f = f * f * (3.0 - 2.0 * f);
            let mut posture =
                Posture::of(before, t * self.exercise).mixed(&Posture::of(c, t * self.exercise), f);
            match presence {
                Presence::Rest(rest) => {
                    // At ease: a slow weight shift now and then.
                    let ease = (rest / 0.8).clamp(0.0, 1.0);
                    posture = posture.mixed(&Posture::default(), ease);
                    x += smooth(figure.seed, rest * 0.05) * 0.8;
                }
                Presence::Away(_) => {
                    posture = Posture {
                        stride: 0.16,
                        lift: 0.04,
                        arms: 0.2,
                        facing: 1.0,
                        ..Posture::default()
                    }
                }
                _ => {}
            }
            let beat = t * self.cadence * std::f32::consts::PI + figure.phase;
            let sway = smooth(figure.seed, t * 0.7) * 0.4;
            one(
                on,
                figure,
                (x + sway, foot),
                self.size * zoom * figure.tall,
                &posture,
                beat,
                sun,
            );
            if self.vest {
                let h = self.size * zoom * figure.tall;
                let bend = posture.bent * h;
                on.rect(
                    x + sway - h * 0.09,
                    foot - h * 0.74 + bend,
                    h * 0.18,
                    h * 0.05,
                    225.0,
                );
                on.rect(
                    x + sway - h * 0.09,
                    foot - h * 0.62 + bend,
                    h * 0.18,
                    h * 0.04,
                    225.0,
                );
            }
        }
    }
}

fn plan(rng: &mut Rng, width: f32) -> Vec<Command> {
    let (mut t, mut x, mut depth) = (-30.0_f32, width * rng.range(0.4, 0.6), rng.range(0.4, 0.7));
    let mut commands = Vec::new();
    while t < 5400.0 {
        let roll = rng.unit();
        let long = rng.range(3.5, 12.0);
        let (step, speed, long) = match roll {
            r if r < 0.45 => (Step::March, rng.range(30.0, 55.0), long),
            r if r < 0.55 => (Step::Run, rng.range(70.0, 100.0), long * 0.6),
            r if r < 0.75 => (Step::MarkTime, 0.0, long),
            r if r < 0.86 => (Step::Arms, 0.0, long),
            r if r < 0.93 => (Step::Squat, 0.0, long),
            _ => (Step::Stand, 0.0, rng.range(1.0, 2.5)),
        };
        let to_right = if x > width * 0.6 {
            false
        } else if x < width * 0.4 {
            true
        } else {
            rng.chance(0.5)
        };
        let along = rng.chance(0.8);
        let sign = if to_right { 1.0 } else { -1.0 };
        let vx = if along {
            sign * speed
        } else {
            sign * speed * 0.3
        };
        let vd = if along {
            0.0
        } else {
            (if depth > 0.55 { -1.0 } else { 1.0 }) * speed * 0.0012
        };
        let mut long = long;
        if vx != 0.0 {
            let room = if vx > 0.0 {
                width * 0.72 - x
            } else {
                x - width * 0.28
            };
            long = long.min((room / vx.abs()).max(1.5));
        }
        if vd != 0.0 {
            let room = if vd > 0.0 { 0.8 - depth } else { depth - 0.3 };
            long = long.min((room / vd.abs()).max(1.5));
        }
        let facing = if speed > 0.0 && along { sign } else { 0.0 };
        commands.push(Command {
            step,
            from: t,
            to: t + long,
            x,
            depth,
            vx,
            vdepth: vd,
            facing,
        });
        t += long;
        x += vx * long;
        depth += vd * long;
    }
    commands
}

/// How a body is held; everything in shares of its height.
#[derive(Debug, Clone, Copy, Default)]
struct Posture {
    stride: f32,
    lift: f32,
    arms: f32,
    /// Arms raised sideways, and knees bent.
    raised: f32,
    bent: f32,
    /// -1 to the left, 0 to the front, 1 to the right.
    facing: f32,
}

impl Posture {
    fn of(c: &Command, turn: f32) -> Self {
        let slow = 0.5 + 0.5 * turn.sin();
        let (stride, lift, arms) = match c.step {
            Step::March => (0.16, 0.04, 0.2),
            Step::Run => (0.22, 0.12, 0.16),
            Step::MarkTime => (0.0, 0.13, 0.12),
            Step::Arms | Step::Squat | Step::Stand => (0.0, 0.0, 0.0),
        };
        Self {
            stride,
            lift,
            arms,
            raised: if c.step == Step::Arms { slow } else { 0.0 },
            bent: if c.step == Step::Squat {
                0.16 * slow
            } else {
                0.0
            },
            facing: c.facing,
        }
    }

    fn mixed(&self, to: &Self, f: f32) -> Self {
        let m = |a: f32, b: f32| a + (b - a) * f;
        Self {
            stride: m(self.stride, to.stride),
            lift: m(self.lift, to.lift),
            arms: m(self.arms, to.arms),
            raised: m(self.raised, to.raised),
            bent: m(self.bent, to.bent),
            facing: m(self.facing, to.facing),
        }
    }
}

fn one(
    on: &mut Canvas,
    f: &Figure,
    at: (f32, f32),
    h: f32,
    posture: &Posture,
    beat: f32,
    sun: (f32, f32),
) {
    let (x, foot) = at;
    let swing = beat.sin();
    let Posture {
        stride,
        lift,
        arms,
        raised,
        bent,
        facing,
    } = *posture;
    let bob = lift * beat.cos().abs() * 0.2 * h;
    let dir = facing + 0.25 * (1.0 - facing.abs());
    let broad = 1.0 - 0.32 * facing.abs();
    on.ellipse(
        x + sun.0 * h * 0.5,
        foot + sun.1 * h * 0.12,
        h * 0.42,
        h * 0.07,
        40.0,
        0.45,
    );
    let hip = foot - h * (0.48 - bent * 0.8) - bob;
    let neck = foot - h * (0.82 - bent) - bob;
    let trousers = f.coat * 0.75;
    let leg = h * 0.055;
    for (side, s) in [(-1.0, swing), (1.0, -swing)] {
        let raise = (s * lift).max(0.0) * h;
        let foot_x = x + side * h * 0.045 * broad + dir * s * stride * h;
        let knee = (
            x + side * h * (0.05 + bent * 0.3) + dir * s * stride * h * 0.6,
            (hip + foot) / 2.0 - raise * 0.6,
        );
        on.limb((x + side * h * 0.035, hip), knee, leg, trousers);
        on.limb(knee, (foot_x, foot - raise), leg * 0.85, trousers);
        on.ellipse(
            foot_x + dir * h * 0.02,
            foot - raise,
            h * 0.05,
            h * 0.025,
            20.0,
            1.0,
        );
    }
    on.limb((x, neck + h * 0.04), (x, hip), h * 0.1 * broad, f.coat);
    for (side, s) in [(-1.0, -swing), (1.0, swing)] {
        let shoulder = (x + side * h * 0.11 * broad, neck + h * 0.03);
        let swung = (dir * s * arms * h, h * 0.32 - s.abs() * arms * h * 0.25);
        let lifted = (side * h * 0.28, h * -0.18);
        let hand = (
            shoulder.0 + swung.0 + (lifted.0 - swung.0) * raised,
            shoulder.1 + swung.1 + (lifted.1 - swung.1) * raised,
        );
        on.limb(shoulder, hand, h * 0.04, f.coat * 0.9);
        on.ellipse(hand.0, hand.1, h * 0.032, h * 0.032, 175.0, 1.0);
    }
    on.ellipse(x, neck - h * 0.07, h * 0.065, h * 0.085, 172.0, 1.0);
    on.ellipse(
        x + dir * h * 0.015,
        neck - h * 0.12,
        h * 0.08,
        h * 0.045,
        30.0,
        1.0,
    );
    on.rect(
        x - h * 0.08,
        hip - h * 0.02,
        h * 0.16 * broad,
        h * 0.025,
        25.0,
    );
}
