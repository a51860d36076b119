//! Names people sign in with, and the state of an account.

use chengzhi_kernel::Timestamp;
use sha2::{Digest as _, Sha256};

/// Longest user name accepted.
pub const MAX_USER_NAME: usize = 64;

/// A user name as compared: without spaces around it, full-width letters and digits (as a Chinese
/// keyboard types them) as plain ones, capitals as small letters. `None` when empty or too long.
#[must_use]
pub fn comparable_name(typed: &str) -> Option<String> {
    let name: String = typed
        .trim()
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            other => other,
        })
        .flat_map(char::to_lowercase)
        .collect();
    (!name.is_empty() && name.chars().count() <= MAX_USER_NAME).then_some(name)
}

/// SHA-256 of a comparable name, in hexadecimal. Failed sign-ins are counted under it, so that a
/// password typed into the wrong field is never stored readable.
#[must_use]
pub fn name_hash(comparable: &str) -> String {
    hex::encode(Sha256::digest(comparable.as_bytes()))
}

/// What an account can do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// Waits for its one-time code.
    Pending,
    /// Can sign in.
    Active,
    /// Active or pending, but locked after too many failures.
    Locked,
    /// Closed: the person left, or an administrator closed it.
    Closed,
}

impl AccountState {
    /// All states.
    pub const ALL: [AccountState; 4] = [
        AccountState::Pending,
        AccountState::Active,
        AccountState::Locked,
        AccountState::Closed,
    ];

    /// From the stored word and the lock; `None` for a word that is not stored.
    #[must_use]
    pub fn of(stored: &str, locked_until: Option<Timestamp>, now: Timestamp) -> Option<Self> {
        let locked = locked_until.is_some_and(|until| until > now);
        match stored {
            "closed" => Some(AccountState::Closed),
            "pending" | "active" if locked => Some(AccountState::Locked),
            "pending" => Some(AccountState::Pending),
            "active" => Some(AccountState::Active),
            _ => None,
        }
    }

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            AccountState::Pending => "pending",
            AccountState::Active => "active",
            AccountState::Locked => "locked",
            AccountState::Closed => "closed",
        }
    }

    /// Name on pages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            AccountState::Pending => "待启用",
            AccountState::Active => "正常",
            AccountState::Locked => "已锁定",
            AccountState::Closed => "已停用",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_without_regard_to_width_case_and_spaces() {
        assert_eq!(comparable_name(" Ｐ００1Ａ "), Some("p001a".to_owned()));
        assert_eq!(comparable_name("张三"), Some("张三".to_owned()));
        assert_eq!(comparable_name("  "), None);
        assert_eq!(comparable_name(&"a".repeat(65)), None);
    }

    #[test]
    fn a_lock_shows_until_it_ends_and_never_hides_a_closing() {
        let now = Timestamp::from_micros(10);
        let later = Some(Timestamp::from_micros(11));
        assert_eq!(
            AccountState::of("active", later, now),
            Some(AccountState::Locked)
        );
        assert_eq!(
            AccountState::of("active", Some(now), now),
            Some(AccountState::Active)
        );
        assert_eq!(
            AccountState::of("closed", later, now),
            Some(AccountState::Closed)
        );
        assert_eq!(AccountState::of("other", None, now), None);
    }
}
