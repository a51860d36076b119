//! Personal data on pages: no more than the work needs.

/// `13812341234` as `138****1234`; shorter numbers keep the last two digits only.
#[must_use]
pub fn mask_phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().collect();
    let shown = |range: std::ops::Range<usize>| {
        digits
            .get(range)
            .map(|part| part.iter().collect::<String>())
            .unwrap_or_default()
    };
    match digits.len() {
        0 => String::new(),
        n if n >= 11 => format!("{}{}{}", shown(0..3), "*".repeat(n - 7), shown(n - 4..n)),
        n if n > 4 => format!("{}{}", "*".repeat(n - 2), shown(n - 2..n)),
        n => "*".repeat(n),
    }
}

/// Reads a mainland mobile number: eleven digits, blanks and hyphens between them tolerated, `+86`
/// before them too.
#[must_use]
pub fn parse_phone(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix("+86").unwrap_or(text);
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let mobile = digits.len() == 11
        && digits.bytes().all(|b| b.is_ascii_digit())
        && digits.starts_with('1')
        && matches!(digits.as_bytes().get(1), Some(b'3'..=b'9'));
    mobile.then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_digits_in_the_middle_are_hidden() {
        assert_eq!(mask_phone("13812341234"), "138****1234");
        assert_eq!(mask_phone("56781234"), "******34");
        assert_eq!(mask_phone("110"), "***");
        assert_eq!(mask_phone(""), "");
    }

    #[test]
    fn a_mask_never_shows_more_than_seven_characters() {
        for length in 0..30 {
            let phone: String = "8".repeat(length);
            let masked = mask_phone(&phone);
            assert_eq!(masked.chars().count(), length);
            assert!(masked.chars().filter(|c| *c != '*').count() <= 7);
        }
    }

    #[test]
    fn only_mobile_numbers_are_taken() {
        assert_eq!(parse_phone("138 1234-1234").as_deref(), Some("13812341234"));
        assert_eq!(
            parse_phone("+8613812341234").as_deref(),
            Some("13812341234")
        );
        for text in [
            "12812341234",
            "1381234123",
            "138123412345",
            "=cmd|' /C calc'!A0",
            "１３８１２３４１２３４",
        ] {
            assert_eq!(parse_phone(text), None, "{text}");
        }
    }
}
