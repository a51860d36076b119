//! The name that a phone gives to what it sends, so that sending twice stores once.

/// 8 to 64 letters, digits and `-`.
#[must_use]
pub fn is_key(text: &str) -> bool {
    (8..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::is_key;

    #[test]
    fn keys_are_plain() {
        assert!(is_key("3f2a9c10-0001"));
        for text in ["", "short", "with space", "a'b\"cdefgh", "键键键键键键键键"] {
            assert!(!is_key(text), "{text}");
        }
        assert!(!is_key(&"a".repeat(65)));
    }
}
