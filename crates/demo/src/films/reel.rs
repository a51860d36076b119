//! The frames of a film, one after the other, with what is wrong with it.

use super::canvas::{Canvas, Ink};
use super::script::script;
use super::squad::Squad;
use super::yard::{HEIGHT, WIDTH, Yard};

/// Frames a second.
pub const RATE: u32 = 8;

/// What is wrong with a film, in whole seconds from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Goes back by so many seconds: the same drill is shown twice.
    JumpBack {
        /// When.
        at: u32,
        /// By how much.
        by: u32,
    },
    /// The picture stands.
    Freeze {
        /// When.
        at: u32,
        /// For how long.
        seconds: u32,
    },
    /// The camera is turned and stays so.
    Turn {
        /// When.
        at: u32,
    },
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    /// Squad, yard and drill come from it.
    pub seed: u64,
    /// Seconds.
    pub seconds: u32,
    /// First second and length of the rest.
    pub rest: Option<(u32, u32)>,
    /// Seconds of the scene that are left out at the beginning.
    pub skip: u32,
    /// Left and right exchanged and brightened, as one does who does not want to be found out.
    pub disguised: bool,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// Pixels by which a turned camera looks past the middle.
const TURNED: (f32, f32) = (64.0, 12.0);
/// Seconds that the turn takes.
const TURN_S: f32 = 1.5;
/// Grey levels by which a disguised film is brighter.
const BRIGHTER: i16 = 14;

/// Draws a scene frame by frame and hands each to `take`, until it has no more use for them.
///
/// # Errors
/// What `take` says.
pub fn play<E>(scene: &Scene, mut take: impl FnMut(&Canvas) -> Result<(), E>) -> Result<(), E> {
    let drill = scene.seconds + scene.skip + 5;
    let rest = scene.rest.map(|(from, long)| (from as f32, long as f32));
    let yard = Yard::new(scene.seed);
    let mut squad = Squad::new(scene.seed, script(scene.seed, drill as f32, rest));
    let mut canvas = Canvas::new(WIDTH, HEIGHT, Ink::rgb(0, 0, 0));
    let mut kept: Option<Squad> = None;
    let step = 1.0 / RATE as f32;
    for _ in 0..scene.skip * RATE {
        squad.step(step);
    }
    for frame in 0..scene.seconds * RATE {
        let mut frozen = false;
        for fault in &scene.faults {
            match *fault {
                Fault::JumpBack { at, by } if frame + by * RATE == at * RATE => {
                    kept = Some(squad.clone());
                }
                Fault::JumpBack { at, .. } if frame == at * RATE => {
                    squad = kept.take().unwrap_or(squad);
                }
                Fault::Freeze { at, seconds } => {
                    frozen |= (at * RATE..(at + seconds) * RATE).contains(&frame);
                }
                _ => {}
            }
        }
        if !frozen {
            squad.step(step);
            let (right, down) = camera(scene, frame as f32 * step);
            yard.draw(&mut canvas, squad.now(), (right, down));
            squad.draw(&mut canvas, (right as f32, down as f32));
            if scene.disguised {
                canvas.mirror();
                canvas.brighten(BRIGHTER);
            }
        }
        take(&canvas)?;
    }
    Ok(())
}

/// Where the camera looks: even pixels from the middle, because colour has half the places.
fn camera(scene: &Scene, t: f32) -> (usize, usize) {
    let turned = scene.faults.iter().find_map(|fault| match fault {
        Fault::Turn { at } => Some(((t - *at as f32) / TURN_S).clamp(0.0, 1.0)),
        _ => None,
    });
    let share = turned.unwrap_or(0.0);
    let even = |most: f32| (most * share / 2.0).round() as usize * 2;
    (even(TURNED.0), even(TURNED.1))
}
