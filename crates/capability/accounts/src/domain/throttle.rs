//! The brake on one address that tries many names.

use std::collections::HashMap;
use std::net::IpAddr;

use chengzhi_kernel::Timestamp;

/// Failures of one address within [`WINDOW_SECONDS`] after which it is refused. A bureau behind one
/// address has many people who mistype, so this is well above the lock of one name.
pub const MAX_FAILURES: usize = 30;

/// Seconds in which failures are counted.
pub const WINDOW_SECONDS: i64 = 300;

/// Addresses remembered at most; the oldest are dropped beyond it.
const MAX_ADDRESSES: usize = 10_000;

/// Recent failures by address, of this process.
#[derive(Debug, Default)]
pub struct Throttle {
    failures: HashMap<IpAddr, Vec<Timestamp>>,
}

impl Throttle {
    /// Seconds to wait before this address is heard again; 0 when it is heard.
    pub fn wait_seconds(&mut self, address: IpAddr, now: Timestamp) -> i64 {
        let Some(times) = self.failures.get_mut(&address) else {
            return 0;
        };
        times.retain(|at| now < at.plus_seconds(WINDOW_SECONDS));
        if times.len() < MAX_FAILURES {
            return 0;
        }
        let free_at = times[times.len() - MAX_FAILURES].plus_seconds(WINDOW_SECONDS);
        free_at.seconds_since(now).max(1)
    }

    /// Remembers a failure.
    pub fn failed(&mut self, address: IpAddr, now: Timestamp) {
        if self.failures.len() >= MAX_ADDRESSES && !self.failures.contains_key(&address) {
            self.failures
                .retain(|_, times| times.iter().any(|at| now < at.plus_seconds(WINDOW_SECONDS)));
            if self.failures.len() >= MAX_ADDRESSES {
                return;
            }
        }
        let times = self.failures.entry(address).or_default();
        if times.len() < MAX_FAILURES * 2 {
            times.push(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_waits_after_many_failures_and_others_do_not() {
        let mut throttle = Throttle::default();
        let now = Timestamp::from_micros(0);
        let (bad, good) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        for _ in 0..MAX_FAILURES {
            assert_eq!(throttle.wait_seconds(bad, now), 0);
            throttle.failed(bad, now);
        }
        assert_eq!(
            throttle.wait_seconds(bad, now.plus_seconds(10)),
            WINDOW_SECONDS - 10
        );
        assert_eq!(throttle.wait_seconds(good, now), 0);
        assert_eq!(
            throttle.wait_seconds(bad, now.plus_seconds(WINDOW_SECONDS)),
            0
        );
    }
}
