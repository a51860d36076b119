//! A place of any family, with its people.

use crate::canvas::Pose;
use crate::drill::Presence;
use crate::fourth::Fourth;
use crate::scene::{Family, Scene};

/// Where a film is made.
pub enum Yard {
    /// Families A, B and C share figures and drawing.
    Old(Box<Scene>),
    /// Family D.
    Fourth(Box<Fourth>),
}

impl Yard {
    /// `yard` fixes the place, `session` people, weather and hand.
    pub fn new(family: Family, yard: u64, session: u64) -> Self {
        match family {
            Family::D => Self::Fourth(Box::new(Fourth::new(yard, session))),
            _ => Self::Old(Box::new(Scene::new(family, yard, session))),
        }
    }

    /// The picture at scene time `t` in seconds, of the size `(width, height)`.
    pub fn shoot(
        &self,
        t: f32,
        frame: u64,
        pose: Pose,
        who: Presence,
        (width, height): (usize, usize),
    ) -> Vec<u8> {
        match self {
            Self::Old(scene) => scene.shoot(t, frame, pose, who, width, height),
            Self::Fourth(place) => place.shoot(t, frame, pose, who, width, height),
        }
    }
}
