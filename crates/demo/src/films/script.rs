//! What a squad does from the first command to the last, drawn by chance.

use crate::rng::Rng;

/// Seconds in which everybody comes to his place; to fall out takes as long.
pub const FALL_IN_S: f32 = 9.0;

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// 集合: everybody walks to his place.
    FallIn,
    /// 看齐: heads to the right, small steps.
    Dress,
    /// 踏步间转法.
    Turns,
    /// 踏步.
    MarkTime,
    /// 齐步.
    March,
    /// 跑步.
    Run,
    /// 蹲下、起立.
    Squat,
    /// 敬礼、礼毕.
    Salute,
    /// 休息: fall out, stand about.
    Rest,
}

/// Something done for a while.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// What.
    pub act: Act,
    /// From this second of the scene.
    pub from: f32,
    /// To this one.
    pub to: f32,
}

/// Drill between the commands of the beginning and the end, with least and most seconds.
const DRILL: [(Act, i64, i64); 6] = [
    (Act::Turns, 26, 44),
    (Act::MarkTime, 18, 30),
    (Act::March, 34, 64),
    (Act::Run, 20, 34),
    (Act::Squat, 22, 36),
    (Act::Salute, 18, 30),
];

/// A drill of so many seconds with a rest, where one is given by its first second and length.
#[must_use]
pub fn script(seed: u64, seconds: f32, rest: Option<(f32, f32)>) -> Vec<Part> {
    let mut rng = Rng::of(seed, "drill film", &[]);
    let mut parts: Vec<Part> = Vec::new();
    let mut now = 0.0;
    let mut add = |act, long: f32| {
        parts.push(Part {
            act,
            from: now,
            to: now + long,
        });
        now += long;
        now
    };
    add(Act::FallIn, FALL_IN_S);
    let mut now = add(Act::Dress, 7.0);
    let mut last = Act::Dress;
    let mut halves = vec![(seconds, None)];
    if let Some((from, long)) = rest {
        halves.insert(0, (from, Some(long)));
    }
    for (until, rest) in halves {
        while now < until {
            let (act, least, most) = DRILL[rng.index(DRILL.len())];
            if act == last {
                continue;
            }
            last = act;
            let long = rng.range(least, most) as f32;
            // No crumb is left before the rest or the end.
            let long = if now + long + 20.0 > until {
                until - now
            } else {
                long
            };
            now = add(act, long);
        }
        if let Some(long) = rest {
            add(Act::Rest, long);
            add(Act::FallIn, FALL_IN_S);
            now = add(Act::Dress, 7.0);
        }
    }
    // One who is late pressing the button finds the squad standing in its ranks.
    add(Act::FallIn, 600.0);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drill_is_without_gaps_and_rests_when_it_should() {
        for seed in 0..40 {
            let parts = script(seed, 1230.0, Some((590.0, 112.0)));
            assert!(parts.windows(2).all(|w| w[0].to == w[1].from));
            assert!(parts.windows(2).all(|w| w[0].act != w[1].act));
            let rests: Vec<&Part> = parts.iter().filter(|p| p.act == Act::Rest).collect();
            assert_eq!(rests.len(), 1);
            assert_eq!((rests[0].from, rests[0].to), (590.0, 702.0));
            let last = parts.last().unwrap();
            assert_eq!((last.act, last.from), (Act::FallIn, 1230.0));
        }
        assert_ne!(script(1, 1230.0, None), script(2, 1230.0, None));
    }
}
