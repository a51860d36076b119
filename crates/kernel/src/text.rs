//! Texts that people type.

/// A text without the white space around it and without control characters: no form shows them, and
/// not every database takes them (NUL). Line breaks and tabs stay.
#[must_use]
pub fn tidy(text: &str) -> String {
    let kept: String = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    kept.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn control_characters_go_and_lines_stay() {
        for (typed, kept) in [
            ("", ""),
            ("  操场 ", "操场"),
            ("操\0场", "操场"),
            ("\0", ""),
            ("\u{7f}\u{85}\u{1b}[31m红", "[31m红"),
            ("一\r\n二\t三", "一\n二\t三"),
            (" \0 x \0 ", "x"),
        ] {
            assert_eq!(tidy(typed), kept, "{typed:?}");
        }
    }
}
