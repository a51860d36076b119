//! The lock after failed sign-ins.

use chengzhi_kernel::Timestamp;

/// Failures in a row that lock.
pub const MAX_ATTEMPTS: i64 = 5;

/// Minutes a lock lasts; also the pause after which old failures no longer count.
pub const LOCK_MINUTES: i64 = 15;

/// Attempts on one user name since the last success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    /// Attempts not known to have succeeded, the running one included.
    pub count: i64,
    /// When the last one came.
    pub last_at: Timestamp,
    /// Until when no attempt is looked at.
    pub locked_until: Option<Timestamp>,
}

/// Whether an attempt is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Yes; the attempt is counted at once, so that many at the same time cannot slip through.
    Open(Attempts),
    /// No, until then.
    Locked(Timestamp),
}

impl Attempts {
    /// An attempt comes in.
    #[must_use]
    pub fn next(self, now: Timestamp) -> Gate {
        if let Some(until) = self.locked_until
            && until > now
        {
            return Gate::Locked(until);
        }
        let stale = self.locked_until.is_some() || now >= self.last_at.plus_minutes(LOCK_MINUTES);
        let count = if stale { 1 } else { self.count + 1 };
        if count > MAX_ATTEMPTS {
            return Gate::Locked(self.last_at.plus_minutes(LOCK_MINUTES));
        }
        Gate::Open(Attempts {
            count,
            last_at: now,
            locked_until: None,
        })
    }

    /// The counted attempt failed: locked until then when it was the last one allowed.
    #[must_use]
    pub fn failed(self, now: Timestamp) -> Option<Timestamp> {
        (self.count >= MAX_ATTEMPTS).then(|| now.plus_minutes(LOCK_MINUTES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(gate: Gate) -> Attempts {
        match gate {
            Gate::Open(attempts) => attempts,
            Gate::Locked(until) => panic!("locked until {until}"),
        }
    }

    #[test]
    fn the_fifth_failure_locks_for_fifteen_minutes() {
        let start = Timestamp::from_micros(0);
        let mut attempts = Attempts::default();
        for n in 1..=5 {
            let now = start.plus_seconds(n);
            attempts = open(attempts.next(now));
            attempts.locked_until = attempts.failed(now);
            assert_eq!(attempts.locked_until.is_some(), n == 5);
        }
        let until = start.plus_seconds(5).plus_minutes(15);
        assert_eq!(attempts.next(until.plus_micros(-1)), Gate::Locked(until));
        assert_eq!(
            open(attempts.next(until)).count,
            1,
            "a new count after the lock"
        );
    }

    #[test]
    fn five_attempts_at_once_are_all_that_is_looked_at() {
        let now = Timestamp::from_micros(0);
        let mut attempts = Attempts::default();
        for _ in 0..5 {
            attempts = open(attempts.next(now));
        }
        assert!(matches!(attempts.next(now), Gate::Locked(_)));
    }

    #[test]
    fn failures_of_a_quarter_of_an_hour_ago_are_forgotten() {
        let now = Timestamp::from_micros(0);
        let attempts = open(Attempts::default().next(now).into_open().next(now));
        assert_eq!(attempts.count, 2);
        assert_eq!(open(attempts.next(now.plus_minutes(15))).count, 1);
        assert_eq!(open(attempts.next(now.plus_minutes(14))).count, 3);
    }

    impl Gate {
        fn into_open(self) -> Attempts {
            open(self)
        }
    }
}
