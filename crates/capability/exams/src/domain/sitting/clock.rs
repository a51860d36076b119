//! How long a candidate has.

use chengzhi_kernel::Timestamp;
use serde::{Deserialize, Serialize};

const MICROS: i64 = 1_000_000;

/// A stop of the clock ordered by an invigilator (power cut, alarm): half-open, `to` none while it
/// lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// From.
    pub from: Timestamp,
    /// To.
    pub to: Option<Timestamp>,
}

/// The clock of one candidate. All instants are the server's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// When he started.
    pub start: Timestamp,
    /// Length of the exam in seconds.
    pub duration: i64,
    /// His extra time in seconds.
    pub extra: i64,
    /// End of the exam's window: who starts late has less time.
    pub window_end: Timestamp,
    /// Stops, in order.
    pub pauses: Vec<Pause>,
}

/// What is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remaining {
    /// Seconds, rounded up so that 1 is shown until the very end; zero: over.
    pub seconds: i64,
    /// The clock stands.
    pub paused: bool,
}

impl Clock {
    /// Microseconds the clock stood between the start and `now`; overlapping stops count once.
    fn stood(&self, now: Timestamp) -> i64 {
        let mut pauses: Vec<(Timestamp, Timestamp)> = self
            .pauses
            .iter()
            .map(|p| (p.from.max(self.start), p.to.unwrap_or(now).min(now)))
            .filter(|(from, to)| from < to)
            .collect();
        pauses.sort_unstable();
        let mut counted = self.start;
        let mut sum = 0;
        for (from, to) in pauses {
            let from = from.max(counted);
            if from < to {
                sum += to.micros_since(from);
                counted = to;
            }
        }
        sum
    }

    /// When it will be over as things stand at `now`: the earlier of the start plus the length, and
    /// the window's end; extra time and stops push both. Exclusive: what arrives at this instant is
    /// late.
    #[must_use]
    pub fn end(&self, now: Timestamp) -> Timestamp {
        let own = self.start.plus_seconds(self.duration);
        own.min(self.window_end)
            .max(self.start)
            .plus_seconds(self.extra.max(0))
            .plus_micros(self.stood(now))
    }

    /// Whether the clock stands at `now`.
    #[must_use]
    pub fn is_paused(&self, now: Timestamp) -> bool {
        self.pauses
            .iter()
            .any(|p| p.from <= now && p.to.is_none_or(|to| now < to))
    }

    /// What is left at `now`.
    #[must_use]
    pub fn remaining(&self, now: Timestamp) -> Remaining {
        // A clock set back, or a question about a time before the start, gives no extra time.
        let now = now.max(self.start);
        let left = self.end(now).micros_since(now).max(0);
        Remaining {
            seconds: (left + MICROS - 1) / MICROS,
            paused: self.is_paused(now),
        }
    }

    /// Whether time is up at `now`.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.end(now)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_micros(0).plus_minutes(minutes)
    }

    fn clock(start: i64, extra: i64, pauses: &[(i64, Option<i64>)]) -> Clock {
        Clock {
            start: at(start),
            duration: 90 * 60,
            extra: extra * 60,
            window_end: at(120),
            pauses: pauses
                .iter()
                .map(|(from, to)| Pause {
                    from: at(*from),
                    to: to.map(at),
                })
                .collect(),
        }
    }

    #[test]
    fn minutes_left_by_table() {
        // Start, extra, stops, now → minutes left.
        for (start, extra, pauses, now, left) in [
            (0, 0, &[][..], 0, 90),
            (0, 0, &[], 89, 1),
            (0, 0, &[], 90, 0),
            (0, 0, &[], 500, 0),
            // Thirty minutes late is still in full, fifty is not.
            (30, 0, &[], 30, 90),
            (50, 0, &[], 50, 70),
            (0, 20, &[], 90, 20),
            (50, 20, &[], 120, 20),
            // Ten minutes' stop; while it lasts nothing passes.
            (0, 0, &[(40, Some(50))], 60, 40),
            (0, 0, &[(40, None)], 70, 50),
            (0, 0, &[(40, Some(50)), (45, Some(55))], 60, 45),
            // A stop before the start, and one in the future.
            (10, 0, &[(0, Some(5))], 10, 90),
            (0, 0, &[(80, Some(85))], 60, 30),
            // A stop over the end keeps it open.
            (0, 0, &[(80, None)], 1000, 10),
            // A clock set back gives nothing.
            (20, 0, &[], 0, 90),
        ] {
            let clock = clock(start, extra, pauses);
            assert_eq!(
                clock.remaining(at(now)).seconds,
                left * 60,
                "{start} {extra} {pauses:?} {now}"
            );
            assert_eq!(clock.is_over(at(now)), left == 0 && now >= start);
        }
    }

    #[test]
    fn a_second_is_shown_until_its_end() {
        let clock = clock(0, 0, &[]);
        let near = at(90).plus_micros(-1);
        assert_eq!(clock.remaining(near).seconds, 1);
        assert!(!clock.is_over(near));
        assert!(clock.is_over(at(90)));
        assert!(self::clock(0, 0, &[(1, None)]).remaining(at(3)).paused);
    }

    proptest! {
        #[test]
        fn time_left_never_grows_and_falls_no_faster_than_time(
            start in 0i64..130,
            extra in 0i64..30,
            pauses in prop::collection::vec((0i64..150, 0i64..20), 0..4),
            one in 0i64..300,
            step in 0i64..60,
        ) {
            let pauses: Vec<_> = pauses.into_iter().map(|(from, len)| (from, Some(from + len))).collect();
            let clock = clock(start, extra, &pauses);
            let (a, b) = (clock.remaining(at(one)).seconds, clock.remaining(at(one + step)).seconds);
            prop_assert!(b <= a && a - b <= step * 60);
        }
    }
}
