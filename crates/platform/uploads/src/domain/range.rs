//! Byte ranges of a request (RFC 9110, 14): one range; several are answered with the whole.

use std::ops::Range;

/// What a `Range` header asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// No range, or one that may be ignored.
    Whole,
    /// These bytes, half-open.
    Part(Range<u64>),
    /// Nothing of it is in the file.
    Nothing,
}

/// Reads the header against a content of `size` bytes.
pub(crate) fn wanted(header: Option<&str>, size: u64) -> Wanted {
    let Some(spec) = header.and_then(|text| text.trim().strip_prefix("bytes=")) else {
        return Wanted::Whole;
    };
    if spec.contains(',') {
        return Wanted::Whole;
    }
    let Some((first, last)) = spec.split_once('-') else {
        return Wanted::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    let number = |text: &str| -> Option<u64> {
        (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse().unwrap_or(u64::MAX))
    };
    let range = match (number(first), number(last)) {
        (Some(from), None) if last.is_empty() => from..size,
        (Some(from), Some(to)) if from <= to => from..to.saturating_add(1).min(size),
        (None, Some(tail)) if first.is_empty() => size.saturating_sub(tail)..size,
        _ => return Wanted::Whole,
    };
    if range.is_empty() {
        Wanted::Nothing
    } else {
        Wanted::Part(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (header, expected) in [
            (None, Wanted::Whole),
            (Some("bytes=0-"), Wanted::Part(0..100)),
            (Some("bytes=0-0"), Wanted::Part(0..1)),
            (Some("bytes=10-19"), Wanted::Part(10..20)),
            (Some("bytes=90-200"), Wanted::Part(90..100)),
            (Some("bytes=-5"), Wanted::Part(95..100)),
            (Some("bytes=-500"), Wanted::Part(0..100)),
            (Some("bytes=100-"), Wanted::Nothing),
            (Some("bytes=-0"), Wanted::Nothing),
            (Some("bytes=99999999999999999999999-"), Wanted::Nothing),
            (Some("bytes=5-2"), Wanted::Whole),
            (Some("bytes=a-b"), Wanted::Whole),
            (Some("bytes=+1-5"), Wanted::Whole),
            (Some("bytes=-"), Wanted::Whole),
            (Some("bytes=0-1,5-6"), Wanted::Whole),
            (Some("lines=1-2"), Wanted::Whole),
        ] {
            assert_eq!(wanted(header, 100), expected, "{header:?}");
        }
        assert_eq!(wanted(Some("bytes=0-"), 0), Wanted::Nothing);
    }
}
