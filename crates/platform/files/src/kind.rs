//! What a film is by its first bytes, whatever its name says.

/// Bytes that [`MediaKind::of`] wants to see, if the file has as many.
pub const HEAD_BYTES: usize = 4096;

/// A container that phones, cameras and recorders write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// ISO base media, `.mp4`, `.m4v`.
    Mp4,
    /// Apple's `.mov`.
    QuickTime,
    /// Older phones' `.3gp`.
    ThreeGp,
    /// `.mkv`.
    Matroska,
    /// `.webm`.
    WebM,
    /// `.avi`.
    Avi,
    /// Recorders' `.ts`, `.mts`.
    MpegTs,
    /// `.mpg`, `.vob`.
    MpegPs,
    /// `.flv`.
    Flash,
    /// `.wmv`, `.asf`.
    Wmv,
}

/// The containers of films, all of them.
pub const FILMS: &[MediaKind] = &[
    MediaKind::Mp4,
    MediaKind::QuickTime,
    MediaKind::ThreeGp,
    MediaKind::Matroska,
    MediaKind::WebM,
    MediaKind::Avi,
    MediaKind::MpegTs,
    MediaKind::MpegPs,
    MediaKind::Flash,
    MediaKind::Wmv,
];

/// First atoms of QuickTime files from before `ftyp`.
const OLD_QUICKTIME: [&[u8]; 5] = [b"moov", b"mdat", b"wide", b"pnot", b"skip"];
/// Brands of `ftyp` that are pictures or sound, not films.
const NO_FILM: [&[u8]; 12] = [
    b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis", b"M4A ",
    b"M4B ", b"M4P ",
];
const ASF: [u8; 8] = [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11];
const EBML: [u8; 4] = [0x1A, 0x45, 0xDF, 0xA3];
/// Length of a packet of an MPEG transport stream; recorders on disc put four bytes before each.
const PACKETS: [(usize, usize); 2] = [(0, 188), (4, 192)];

impl MediaKind {
    /// The container, or none when the bytes are no film we know.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Self> {
        let at = |from: usize, to: usize| head.get(from..to).unwrap_or_default();
        if at(4, 8) == b"ftyp" {
            return iso(at(8, 12));
        }
        if OLD_QUICKTIME.contains(&at(4, 8)) {
            return Some(MediaKind::QuickTime);
        }
        if head.starts_with(&EBML) {
            return ebml(head);
        }
        if head.starts_with(b"RIFF") && at(8, 12) == b"AVI " {
            return Some(MediaKind::Avi);
        }
        if head.starts_with(b"FLV\x01") {
            return Some(MediaKind::Flash);
        }
        if head.starts_with(&ASF) {
            return Some(MediaKind::Wmv);
        }
        if head.starts_with(&[0, 0, 1, 0xBA]) {
            return Some(MediaKind::MpegPs);
        }
        transport_stream(head).then_some(MediaKind::MpegTs)
    }

    /// Content type for players.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            MediaKind::Mp4 => "video/mp4",
            MediaKind::QuickTime => "video/quicktime",
            MediaKind::ThreeGp => "video/3gpp",
            MediaKind::Matroska => "video/x-matroska",
            MediaKind::WebM => "video/webm",
            MediaKind::Avi => "video/x-msvideo",
            MediaKind::MpegTs => "video/mp2t",
            MediaKind::MpegPs => "video/mpeg",
            MediaKind::Flash => "video/x-flv",
            MediaKind::Wmv => "video/x-ms-wmv",
        }
    }

    /// As people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            MediaKind::Mp4 => "MP4",
            MediaKind::QuickTime => "MOV",
            MediaKind::ThreeGp => "3GP",
            MediaKind::Matroska => "MKV",
            MediaKind::WebM => "WebM",
            MediaKind::Avi => "AVI",
            MediaKind::MpegTs => "TS",
            MediaKind::MpegPs => "MPG",
            MediaKind::Flash => "FLV",
            MediaKind::Wmv => "WMV",
        }
    }
}

fn iso(brand: &[u8]) -> Option<MediaKind> {
    if NO_FILM.contains(&brand) {
        None
    } else if brand == b"qt  " {
        Some(MediaKind::QuickTime)
    } else if brand.starts_with(b"3g") {
        Some(MediaKind::ThreeGp)
    } else {
        Some(MediaKind::Mp4)
    }
}

/// The document type stands near the start, after the element id 0x4282 and a length.
fn ebml(head: &[u8]) -> Option<MediaKind> {
    let head = head.get(..128.min(head.len())).unwrap_or_default();
    let has = |word: &[u8]| head.windows(word.len()).any(|window| window == word);
    if has(b"webm") {
        Some(MediaKind::WebM)
    } else if has(b"matroska") {
        Some(MediaKind::Matroska)
    } else {
        None
    }
}

/// Three packets in a row begin with the sync byte; one alone may be chance.
fn transport_stream(head: &[u8]) -> bool {
    PACKETS
        .iter()
        .any(|(first, length)| (0..3).all(|n| head.get(first + n * length) == Some(&0x47)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso_head(brand: &[u8]) -> Vec<u8> {
        [b"\0\0\0\x18ftyp".as_slice(), brand, b"\0\0\0\0"].concat()
    }

    #[test]
    fn containers_are_told_by_their_first_bytes() {
        let mut stream = vec![0_u8; 600];
        let mut disc = vec![0_u8; 600];
        for n in 0..3 {
            stream[n * 188] = 0x47;
            disc[4 + n * 192] = 0x47;
        }
        let table: Vec<(Vec<u8>, Option<MediaKind>)> = vec![
            (iso_head(b"isom"), Some(MediaKind::Mp4)),
            (iso_head(b"mp42"), Some(MediaKind::Mp4)),
            (iso_head(b"qt  "), Some(MediaKind::QuickTime)),
            (iso_head(b"3gp4"), Some(MediaKind::ThreeGp)),
            (b"\0\0\0\x08wide\0\0".to_vec(), Some(MediaKind::QuickTime)),
            (
                b"\x1A\x45\xDF\xA3\x01\x42\x82\x84webm".to_vec(),
                Some(MediaKind::WebM),
            ),
            (
                b"\x1A\x45\xDF\xA3\xA3\x42\x82\x88matroska".to_vec(),
                Some(MediaKind::Matroska),
            ),
            (b"RIFF\x10\0\0\0AVI LIST".to_vec(), Some(MediaKind::Avi)),
            (b"FLV\x01\x05".to_vec(), Some(MediaKind::Flash)),
            (b"\0\0\x01\xBA\x44".to_vec(), Some(MediaKind::MpegPs)),
            (stream, Some(MediaKind::MpegTs)),
            (disc, Some(MediaKind::MpegTs)),
            (iso_head(b"heic"), None),
            (iso_head(b"M4A "), None),
            (b"RIFF\x10\0\0\0WAVEfmt ".to_vec(), None),
            (b"%PDF-1.7".to_vec(), None),
            (b"\xFF\xD8\xFF\xE0".to_vec(), None),
            (b"PK\x03\x04".to_vec(), None),
            (b"GGGG".to_vec(), None),
            (Vec::new(), None),
        ];
        for (head, expected) in table {
            assert_eq!(
                MediaKind::of(&head),
                expected,
                "{:?}",
                String::from_utf8_lossy(&head)
            );
        }
    }
}
