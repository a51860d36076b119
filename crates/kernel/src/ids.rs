//! Identifiers as types, so that a person's number is never taken for a unit's.

use serde::{Deserialize, Serialize};

/// Declares a newtype over `i64` that reads and writes as the bare number.
#[macro_export]
macro_rules! id_type {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            ::serde::Serialize, ::serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// The bare number, as stored.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::num::ParseIntError;
            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<i64> for $name {
            fn from(value: i64) -> Self {
                Self(value)
            }
        }

        impl From<$name> for i64 {
            fn from(value: $name) -> i64 {
                value.0
            }
        }
    };
}

id_type! {
    /// A unit of the organisation: bureau, district, section, squad.
    UnitId
}
id_type! {
    /// A person.
    PersonId
}
id_type! {
    /// A sign-in account.
    AccountId
}
id_type! {
    /// A record of a reporting slot (for example one unit's study in one month).
    RecordId
}

/// The SHA-256 of a stored file, 64 lower-case hexadecimal digits: the file's name and identity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileHash(String);

impl FileHash {
    /// Takes 64 lower-case hexadecimal digits; anything else is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (text.len() == 64 && text.bytes().all(hex)).then(|| Self(text.to_owned()))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for FileHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_hash_wants_sixty_four_lower_hex_digits() {
        assert!(FileHash::parse(&"a".repeat(64)).is_some());
        assert!(FileHash::parse(&"A".repeat(64)).is_none());
        assert!(FileHash::parse(&"a".repeat(63)).is_none());
        assert!(FileHash::parse("../../etc/passwd").is_none());
    }
}
