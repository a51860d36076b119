//! Chance that is a function of time, so that a scene can be gone through again: people and wind are
//! never the same twice, and the check for reused films goes by just that.

use crate::rng::Rng;

/// A number from 0 to 1 for a place in a stream.
fn at(seed: u64, place: u64) -> f32 {
    Rng::of(seed, "", &[place]).below(4_096) as f32 / 4_095.0
}

/// A number from -1 to 1 that wanders: another one every `seconds`, and smoothly in between.
#[must_use]
pub fn drift(seed: u64, t: f32, seconds: f32) -> f32 {
    let along = (t / seconds).max(0.0);
    let (whole, part) = (along.floor(), along.fract());
    let share = part * part * (3.0 - 2.0 * part);
    let (a, b) = (at(seed, whole as u64), at(seed, whole as u64 + 1));
    2.0 * (a + (b - a) * share) - 1.0
}

/// Which repetition of a movement it is after so many seconds, how far into it, from 0 to 1, and a
/// number of its own from 0 to 1: no two take equally long.
#[must_use]
pub fn repetition(seed: u64, since: f32) -> (u64, f32, f32) {
    let (mut left, mut place) = (since.max(0.0), 0);
    loop {
        let own = at(seed, place);
        let long = 3.4 + 4.4 * own;
        if left < long {
            return (place, left / long, at(seed ^ 0x5EED, place));
        }
        left -= long;
        place += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wanders_does_not_leap_and_differs_by_seed() {
        let walk = |seed| {
            (0..400)
                .map(|n| drift(seed, n as f32 * 0.125, 2.0))
                .collect::<Vec<_>>()
        };
        let one = walk(1);
        assert!(one.windows(2).all(|w| (w[1] - w[0]).abs() < 0.3));
        assert!(one.iter().all(|x| (-1.0..=1.0).contains(x)));
        assert_eq!(one, walk(1));
        assert_ne!(one, walk(2));
    }

    #[test]
    fn repetitions_follow_each_other() {
        let seen: Vec<(u64, f32, f32)> = (0..800).map(|n| repetition(7, n as f32 * 0.1)).collect();
        for pair in seen.windows(2) {
            let on = pair[1].0 == pair[0].0 && pair[1].1 > pair[0].1;
            assert!(on || pair[1].0 == pair[0].0 + 1, "{pair:?}");
        }
        assert!(seen.last().unwrap().0 >= 9);
    }
}
