//! How long a session lasts.

use chengzhi_kernel::Timestamp;
use sha2::{Digest as _, Sha256};

/// Name of the cookie.
pub const COOKIE: &str = "chengzhi_session";

/// The two limits of a session, by the machine's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Seconds without a request after which it ends.
    pub idle_seconds: i64,
    /// Seconds after sign-in after which it ends in any case.
    pub max_seconds: i64,
}

impl SessionLimits {
    /// Whether a session still holds.
    #[must_use]
    pub fn alive(self, created: Timestamp, last_seen: Timestamp, now: Timestamp) -> bool {
        now < last_seen.plus_seconds(self.idle_seconds)
            && now < created.plus_seconds(self.max_seconds)
    }

    /// Seconds after which the stored "last seen" is written anew: writing it at each request would
    /// make every reading request a writing one.
    #[must_use]
    pub fn write_after_seconds(self) -> i64 {
        (self.idle_seconds / 20).clamp(1, 60)
    }
}

/// What is stored of a session's secret: stolen rows open no session.
#[must_use]
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// The session's secret in a `Cookie` header.
#[must_use]
pub fn token_in(header: &str) -> Option<&str> {
    header.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE && value.len() == 64).then_some(value)
    })
}

/// The `Set-Cookie` line that opens a session. It ends with the browser, at the latest by the
/// server's limits.
#[must_use]
pub fn cookie(token: &str, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict{secure}")
}

/// The `Set-Cookie` line that removes it.
#[must_use]
pub fn cookie_removal(secure: bool) -> String {
    format!("{}; Max-Age=0", cookie("", secure))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_idle_and_in_any_case_at_its_limit() {
        let limits = SessionLimits {
            idle_seconds: 1800,
            max_seconds: 43_200,
        };
        let start = Timestamp::from_micros(0);
        assert!(limits.alive(start, start, start.plus_seconds(1799)));
        assert!(!limits.alive(start, start, start.plus_seconds(1800)));
        let late = start.plus_seconds(43_199);
        assert!(limits.alive(start, late, late));
        assert!(!limits.alive(start, late, start.plus_seconds(43_200)));
        assert_eq!(limits.write_after_seconds(), 60);
    }

    #[test]
    fn the_cookie_is_found_among_others_and_hidden_from_scripts() {
        let token = "a".repeat(64);
        assert_eq!(
            token_in(&format!("x=1; chengzhi_session={token}; y=2")),
            Some(token.as_str())
        );
        assert_eq!(token_in("chengzhi_session=short"), None);
        let line = cookie(&token, true);
        for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Secure"] {
            assert!(line.contains(part), "{line}");
        }
        assert!(!cookie(&token, false).contains("Secure"));
    }
}
