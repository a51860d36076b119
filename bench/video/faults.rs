//! What is done to a film, and what a just judge would say about it.

use crate::canvas::Pose;
use crate::drill::Presence;
use crate::noise::Rng;

/// A planted fault; seconds of the film.
#[derive(Debug, Clone)]
pub enum Fault {
    /// `jump` seconds of the drill are missing from `at` on.
    Cut {
        at: f32,
        jump: f32,
    },
    /// A photograph between `from` and `to`: of another yard or of another moment here.
    Still {
        from: f32,
        to: f32,
        other_yard: bool,
    },
    /// The picture stands; afterwards the drill goes on where it stood or where it would be.
    Frozen {
        from: f32,
        to: f32,
        skip: bool,
    },
    Black {
        from: f32,
        to: f32,
        skip: bool,
        grey: u8,
    },
    /// The time stamps leap by `by` seconds.
    Stamp {
        at: f32,
        by: f32,
    },
    /// Frames repeated (`rate` < 1) or left out (> 1).
    Rate {
        from: f32,
        to: f32,
        rate: f32,
    },
    /// Frames shown for longer by the time stamps, from `from` to the end.
    Slow {
        from: f32,
        by: f32,
    },
    /// The camera goes elsewhere within `over` seconds; it may come back.
    Camera {
        at: f32,
        over: f32,
        dx: f32,
        dy: f32,
        roll: f32,
        zoom: f32,
        back: Option<f32>,
    },
    /// Another camera between `from` and `to`.
    Swap {
        from: f32,
        to: f32,
    },
    Nobody,
    Away {
        from: f32,
        to: f32,
    },
    Rest {
        from: f32,
        to: f32,
    },
}

/// The word of the report and the stretch it belongs to.
pub fn truth(fault: &Fault, seconds: f32) -> (&'static str, f32, f32) {
    match *fault {
        Fault::Cut { at, .. } => ("cut", at, at),
        Fault::Still { from, to, .. } => ("still", from, to),
        Fault::Frozen { from, to, .. } => ("frozen", from, to),
        Fault::Black { from, to, .. } => ("black", from, to),
        Fault::Stamp { at, by } => ("timestamp_jump", at, at + by),
        Fault::Rate { from, to, .. } => ("speed", from, to),
        Fault::Slow { from, by } => ("speed", from, from + (seconds - from) * by),
        Fault::Camera {
            at,
            zoom,
            back,
            over,
            ..
        } => {
            let kind = if (zoom - 1.0).abs() > 0.01 {
                "zoomed"
            } else {
                "moved"
            };
            (kind, at, back.map_or(seconds, |b| b + over))
        }
        Fault::Swap { from, to } => ("swapped", from, to.min(seconds)),
        Fault::Nobody => ("empty", 0.0, seconds),
        // Half of the way off they are out of the picture.
        Fault::Away { from, to } => ("empty", from - 4.0, (to + 4.0).min(seconds)),
        Fault::Rest { from, to } => ("low_motion", from, to),
    }
}

/// A fault of the named kind at a place that fits into `seconds`.
pub fn draw(kind: &str, rng: &mut Rng, seconds: f32) -> Vec<Fault> {
    let at = rng.range(6.0, seconds - 12.0);
    let long = |rng: &mut Rng, low: f32, high: f32| (at + rng.range(low, high)).min(seconds - 3.0);
    match kind {
        "cut" => {
            let mut all = vec![Fault::Cut {
                at,
                jump: rng.range(4.0, 240.0),
            }];
            if rng.chance(0.3) {
                all.push(Fault::Cut {
                    at: (at + rng.range(4.0, 9.0)).min(seconds - 2.0),
                    jump: rng.range(4.0, 90.0),
                });
            }
            all
        }
        "still" => vec![Fault::Still {
            from: at,
            to: long(rng, 1.5, 9.0),
            other_yard: rng.chance(0.4),
        }],
        "frozen" => vec![Fault::Frozen {
            from: at,
            to: long(rng, 1.5, 9.0),
            skip: rng.chance(0.5),
        }],
        "black" => vec![Fault::Black {
            from: at,
            to: long(rng, 0.8, 7.0),
            skip: rng.chance(0.5),
            grey: rng.int(0, 14) as u8,
        }],
        "timestamp_jump" => vec![Fault::Stamp {
            at,
            by: rng.range(1.5, 40.0),
        }],
        "speed" => {
            let to = if rng.chance(0.4) {
                seconds
            } else {
                long(rng, 8.0, 30.0)
            };
            let from = if rng.chance(0.2) { 0.0 } else { at };
            match rng.int(0, 4) {
                0 => vec![Fault::Slow {
                    from: at,
                    by: rng.range(1.3, 2.2),
                }],
                1 => vec![Fault::Rate {
                    from: at,
                    to,
                    rate: rng.range(1.5, 2.5),
                }],
                _ => vec![Fault::Rate {
                    from,
                    to,
                    rate: rng.range(0.5, 0.8),
                }],
            }
        }
        "moved" | "zoomed" => {
            let side = if rng.chance(0.5) { 1.0 } else { -1.0 };
            let over = rng.range(0.4, 4.0);
            let back = rng
                .chance(0.35)
                .then(|| (at + over + rng.range(5.0, 12.0)).min(seconds - over - 1.0));
            let (mut dx, mut dy, mut roll, mut zoom) = (0.0, 0.0, 0.0, 1.0);
            if kind == "zoomed" {
                zoom = if rng.chance(0.7) {
                    rng.range(1.12, 1.6)
                } else {
                    rng.range(0.78, 0.9)
                };
            } else {
                match rng.int(0, 4) {
                    0 => roll = side * rng.range(0.07, 0.25),
                    1 => dy = side * rng.range(0.03, 0.08),
                    _ => dx = side * rng.range(0.035, 0.17),
                }
            }
            vec![Fault::Camera {
                at,
                over,
                dx,
                dy,
                roll,
                zoom,
                back,
            }]
        }
        "swapped" => vec![Fault::Swap {
            from: at,
            to: if rng.chance(0.5) {
                seconds + 1.0
            } else {
                long(rng, 5.0, 20.0)
            },
        }],
        "empty" if rng.chance(0.4) => vec![Fault::Nobody],
        "empty" => vec![Fault::Away {
            from: at.min(seconds * 0.4),
            to: (at.min(seconds * 0.4) + rng.range(16.0, 30.0)).min(seconds - 3.0),
        }],
        "low_motion" => vec![Fault::Rest {
            from: at.min(seconds * 0.5),
            to: (at.min(seconds * 0.5) + rng.range(11.0, 30.0)).min(seconds - 3.0),
        }],
        _ => Vec::new(),
    }
}

/// What is to be rendered for one frame of the film.
#[derive(Debug, Clone, PartialEq)]
pub enum Shot {
    /// The drill at this number of a source frame.
    Drill {
        source: u64,
        other_yard: bool,
    },
    /// The same frame as before.
    Again,
    Flat(u8),
    /// A photograph taken at this number of a source frame.
    Photo {
        source: u64,
        other_yard: bool,
    },
}

/// Frame `i` of the film; `fps` is that of film and source alike.
pub fn shot(faults: &[Fault], i: u64, fps: f32) -> Shot {
    let t = i as f32 / fps;
    let (mut source, mut other_yard) = (i as f64, false);
    for fault in faults {
        match *fault {
            Fault::Cut { at, jump } if t >= at => source += f64::from((jump * fps).round()),
            Fault::Still {
                from,
                to,
                other_yard,
            } if t >= from && t < to => {
                return Shot::Photo {
                    source: ((from + 73.0) * fps) as u64,
                    other_yard,
                };
            }
            Fault::Frozen { from, to, .. } if t >= from && t < to => return Shot::Again,
            Fault::Frozen {
                from,
                to,
                skip: false,
            } if t >= to => source -= f64::from(((to - from) * fps).floor()),
            Fault::Black { from, to, grey, .. } if t >= from && t < to => return Shot::Flat(grey),
            Fault::Black {
                from,
                to,
                skip: false,
                ..
            } if t >= to => source -= f64::from(((to - from) * fps).floor()),
            Fault::Rate { from, to, rate } if t >= from => {
                source += (f64::from(t.min(to) - from) * f64::from(fps) * (f64::from(rate) - 1.0))
                    .floor();
            }
            Fault::Swap { from, to } if t >= from && t < to => other_yard = true,
            _ => {}
        }
    }
    Shot::Drill {
        source: source.max(0.0) as u64,
        other_yard,
    }
}

/// Where the camera looks at `t`, relative to its place.
pub fn pose(faults: &[Fault], t: f32) -> Pose {
    let mut pose = Pose {
        x: 0.0,
        y: 0.0,
        scale: 1.0,
        roll: 0.0,
    };
    for fault in faults {
        if let Fault::Camera {
            at,
            over,
            dx,
            dy,
            roll,
            zoom,
            back,
        } = *fault
        {
            let ease = |from: f32| {
                let f = ((t - from) / over).clamp(0.0, 1.0);
                f * f * (3.0 - 2.0 * f)
            };
            let f = ease(at) - back.map_or(0.0, ease);
            pose.x += dx * f;
            pose.y += dy * f;
            pose.roll += roll * f;
            pose.scale *= 1.0 + (zoom - 1.0) * f;
        }
    }
    pose
}

/// Who is there at `t`.
pub fn presence(faults: &[Fault], t: f32) -> Presence {
    for fault in faults {
        match *fault {
            Fault::Nobody => return Presence::Nobody,
            Fault::Rest { from, to } if t >= from && t < to => return Presence::Rest(t - from),
            Fault::Away { from, to } if t >= from - 8.0 && t < to + 8.0 => {
                let gone = ((t - from + 8.0).min(to + 8.0 - t) / 8.0).clamp(0.0, 1.0);
                return if gone >= 1.0 {
                    Presence::Nobody
                } else {
                    Presence::Away(gone * 900.0 + 0.01)
                };
            }
            _ => {}
        }
    }
    Presence::Drill
}
