//! Sizes and times as people read them.

use chengzhi_kernel::Timestamp;

const KB: u64 = 1024;
const MB: u64 = KB * 1024;
const GB: u64 = MB * 1024;

/// `2.6GB`, `15MB`, `3KB`, `12字节`; tenths are cut, not rounded up, so that a limit is never
/// promised higher than it is.
pub(crate) fn size(bytes: u64) -> String {
    let tenths = |unit: u64, name: &str| {
        let tenths = u128::from(bytes) * 10 / u128::from(unit);
        match tenths % 10 {
            0 => format!("{}{name}", tenths / 10),
            part => format!("{}.{part}{name}", tenths / 10),
        }
    };
    match bytes {
        b if b >= GB => tenths(GB, "GB"),
        b if b >= MB => tenths(MB, "MB"),
        b if b >= KB => format!("{}KB", b / KB),
        b => format!("{b}字节"),
    }
}

/// An instant as HTTP headers write it.
pub(crate) fn http_date(at: Timestamp) -> String {
    let seconds = u64::try_from(at.micros() / 1_000_000).unwrap_or(0);
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds))
}

/// A stored number as a count of bytes; the schema keeps it from being negative.
pub(crate) fn bytes(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}

/// A count of bytes as stored.
pub(crate) fn stored(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_cut_to_tenths() {
        for (bytes, text) in [
            (0, "0字节"),
            (1023, "1023字节"),
            (1024, "1KB"),
            (15 * MB, "15MB"),
            (MB * 3 / 2, "1.5MB"),
            (6 * GB, "6GB"),
            (6 * GB - 1, "5.9GB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn header_dates_are_greenwich() {
        let at = Timestamp::from_micros(1_732_032_000_000_000);
        assert_eq!(http_date(at), "Tue, 19 Nov 2024 16:00:00 GMT");
    }
}
