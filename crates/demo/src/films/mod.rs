//! Films of squads at drill, drawn: a yard with a station, a flag in the wind, ranks that march,
//! turn, mark time, squat, salute and rest. The same story gives the same frames; the file is the
//! same wherever the same ffmpeg encodes it.

pub mod canvas;
pub mod chance;
pub mod encode;
pub mod reel;
pub mod script;
pub mod squad;
pub mod yard;

use reel::{Fault, Scene};

/// A mark that the check of a film must leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// Kind, as the check names it: `cut`, `frozen`, `moved`, `low_motion`, `short`, `reuse`.
    pub kind: &'static str,
    /// Second of the film.
    pub at: u32,
    /// Words that its sentence holds.
    pub words: &'static str,
}

const fn expect(kind: &'static str, at: u32, words: &'static str) -> Expected {
    Expected { kind, at, words }
}

/// What a squad films and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// Filmed in the earlier half, so that there was time for a review.
    pub early: bool,
    /// Reviewed by today.
    pub decided: bool,
    /// Sent back: reason code, words, and a note at a second of the film.
    pub returned: Option<(&'static str, &'static str, (u32, &'static str))>,
    /// Rest as the squad enters it.
    pub rest_minutes: u32,
    /// Marks that the check must leave.
    pub expected: &'static [Expected],
    /// What is drawn.
    pub scene: Drawn,
}

/// What is drawn, as constants can hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawn {
    /// See [`Scene`].
    pub seed: u64,
    /// See [`Scene`].
    pub seconds: u32,
    /// See [`Scene`].
    pub rest: Option<(u32, u32)>,
    /// See [`Scene`].
    pub skip: u32,
    /// See [`Scene`].
    pub disguised: bool,
    /// See [`Scene`].
    pub faults: &'static [Fault],
}

impl Story {
    /// The scene.
    #[must_use]
    pub fn scene(&self) -> Scene {
        let drawn = self.scene;
        Scene {
            seed: drawn.seed,
            seconds: drawn.seconds,
            rest: drawn.rest,
            skip: drawn.skip,
            disguised: drawn.disguised,
            faults: drawn.faults.to_vec(),
        }
    }
}

/// A good film; another squad takes it for its own.
const GOOD: Drawn = Drawn {
    seed: 3,
    seconds: 1_216,
    rest: Some((596, 112)),
    skip: 0,
    disguised: false,
    faults: &[],
};

/// Seconds after the command to fall out from which the yard is quiet.
const QUIET: u32 = 7;

/// Where the check sees the camera of the fourth film go, a little before the swing is at its full
/// speed at 618.
const TURNED_AT: u32 = 617;

/// The films of the demo: squads take them in this order.
pub const STORIES: &[Story] = &[
    Story {
        early: true,
        decided: true,
        returned: None,
        rest_minutes: 2,
        expected: &[expect("low_motion", 596 + QUIET, "几乎没有动作")],
        scene: GOOD,
    },
    Story {
        early: true,
        decided: true,
        returned: Some((
            "too_short",
            "影像不足20分钟，且中间休息超过3分钟，请本月内重新组织训练并拍摄。",
            (
                564,
                "从这里起全队散开休息，到第13分42秒才重新集合，超过一次3分钟的规定。",
            ),
        )),
        rest_minutes: 3,
        expected: &[
            expect("short", 0, "不足20分钟"),
            expect("low_motion", 560 + QUIET, "超过一次休息"),
        ],
        scene: Drawn {
            seed: 13,
            seconds: 1_160,
            rest: Some((560, 262)),
            ..GOOD
        },
    },
    Story {
        early: false,
        decided: false,
        returned: None,
        rest_minutes: 2,
        expected: &[
            expect("cut", 452, "疑似剪接"),
            expect("frozen", 905, "画面定格40秒"),
        ],
        scene: Drawn {
            seed: 7,
            seconds: 1_222,
            rest: Some((640, 100)),
            faults: &[
                Fault::JumpBack { at: 452, by: 96 },
                Fault::Freeze {
                    at: 905,
                    seconds: 40,
                },
            ],
            ..GOOD
        },
    },
    Story {
        early: false,
        decided: false,
        returned: None,
        rest_minutes: 0,
        expected: &[expect("moved", TURNED_AT, "镜头移动或转向")],
        scene: Drawn {
            seed: 11,
            seconds: 1_228,
            rest: None,
            faults: &[Fault::Turn { at: 618 }],
            ..GOOD
        },
    },
    Story {
        early: false,
        decided: false,
        returned: None,
        rest_minutes: 2,
        expected: &[expect("reuse", 0, "左右翻转")],
        scene: Drawn {
            seconds: 1_205,
            skip: 14,
            disguised: true,
            ..GOOD
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_frame_of_a_film_differs_but_where_it_stands() {
        let scene = Scene {
            seconds: 40,
            rest: Some((20, 15)),
            faults: vec![Fault::Freeze { at: 12, seconds: 3 }],
            ..STORIES[0].scene()
        };
        let mut last: Vec<u8> = Vec::new();
        let mut same = Vec::new();
        let mut frame = 0;
        reel::play(&scene, |canvas| {
            let now = canvas.planes().concat();
            if now == last {
                same.push(frame);
            }
            last = now;
            frame += 1;
            Ok::<(), ()>(())
        })
        .unwrap();
        assert_eq!(frame, 40 * reel::RATE);
        assert_eq!(same, (12 * reel::RATE..15 * reel::RATE).collect::<Vec<_>>());
    }

    #[test]
    fn the_same_scene_gives_the_same_frames_and_a_disguise_is_its_mirror_image() {
        let frames = |scene: &Scene| {
            let mut kept = Vec::new();
            reel::play(scene, |canvas| {
                kept.push(canvas.clone());
                Ok::<(), ()>(())
            })
            .unwrap();
            kept
        };
        let short = Scene {
            seconds: 6,
            rest: None,
            ..STORIES[0].scene()
        };
        let (one, two) = (frames(&short), frames(&short));
        assert!(one.iter().zip(&two).all(|(a, b)| a.planes() == b.planes()));
        let cut = Scene {
            seconds: 2,
            skip: 4,
            disguised: true,
            ..short.clone()
        };
        let mut disguised = frames(&cut);
        for canvas in &mut disguised {
            canvas.mirror();
        }
        let colours = |canvas: &canvas::Canvas| canvas.planes()[1].to_vec();
        let original = &one[4 * reel::RATE as usize..];
        assert!(
            disguised
                .iter()
                .zip(original)
                .all(|(a, b)| colours(a) == colours(b))
        );
    }
}
