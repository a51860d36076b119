//! One-time codes: printed on paper, typed once.

use sha2::{Digest as _, Sha256};

/// Without I, O, 0 and 1, which look alike on paper. 32 signs, so five bits choose one evenly.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// Signs of a code: 60 bits.
pub const CODE_LENGTH: usize = 12;

/// Days a code is valid.
pub const CODE_DAYS: i64 = 7;

/// A code made of unpredictable bytes, as `ABCD-EFGH-JKLM`.
#[must_use]
pub fn code_from(bytes: [u8; CODE_LENGTH]) -> String {
    let mut code = String::with_capacity(CODE_LENGTH + 2);
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 && index % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    code
}

/// What is stored of a code for one account: SHA-256 of the account and the bare signs. Small
/// letters, spaces, dashes and full-width signs in what was typed make no difference.
#[must_use]
pub fn code_hash(account: i64, typed: &str) -> String {
    let bare: String = typed
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            other => other,
        })
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|c| c.to_ascii_uppercase())
        .collect();
    hex::encode(Sha256::digest(format!("{account}:{bare}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_long_grouped_and_unambiguous() {
        let code = code_from([0, 1, 2, 3, 31, 32, 33, 255, 8, 9, 10, 11]);
        assert_eq!(code.len(), 14);
        assert!(
            code.chars()
                .all(|c| c == '-' || ALPHABET.contains(&(c as u8)))
        );
        for unclear in ['0', '1', 'I', 'O'] {
            assert!(!ALPHABET.contains(&(unclear as u8)));
        }
    }

    #[test]
    fn it_can_be_typed_in_any_way_but_only_for_its_account() {
        let stored = code_hash(7, "ABCD-EFGH-2345");
        assert_eq!(stored, code_hash(7, " abcd efgh２３４５ "));
        assert_ne!(stored, code_hash(8, "ABCD-EFGH-2345"));
        assert_ne!(stored, code_hash(7, "ABCD-EFGH-2346"));
    }
}
