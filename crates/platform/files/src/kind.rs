//! What a file is by its first bytes, whatever its name says: films, sound, papers, pictures.

/// Bytes that [`MediaKind::of`] wants to see, if the file has as many.
pub const HEAD_BYTES: usize = 4096;

/// A kind of file that phones, cameras, recorders and offices write.
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
    /// `.mp3`.
    Mp3,
    /// `.m4a`.
    M4a,
    /// `.wav`.
    Wav,
    /// `.pdf`.
    Pdf,
    /// `.docx`.
    Docx,
    /// `.pptx`.
    Pptx,
    /// `.jpg`.
    Jpeg,
    /// `.png`.
    Png,
}

/// Every kind: films first, then sound, papers and pictures.
pub const ALL_KINDS: &[MediaKind] = &[
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
    MediaKind::Mp3,
    MediaKind::M4a,
    MediaKind::Wav,
    MediaKind::Pdf,
    MediaKind::Docx,
    MediaKind::Pptx,
    MediaKind::Jpeg,
    MediaKind::Png,
];

/// The containers of films, all of them: the first ten kinds.
pub const FILMS: &[MediaKind] = ALL_KINDS.split_at(10).0;

/// First atoms of QuickTime files from before `ftyp`.
const OLD_QUICKTIME: [&[u8]; 5] = [b"moov", b"mdat", b"wide", b"pnot", b"skip"];
/// Brands of `ftyp` that are pictures or bought books and songs, neither films nor recordings.
const NO_FILM: [&[u8]; 11] = [
    b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis", b"M4B ",
    b"M4P ",
];
const ASF: [u8; 8] = [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11];
const EBML: [u8; 4] = [0x1A, 0x45, 0xDF, 0xA3];
/// Length of a packet of an MPEG transport stream; recorders on disc put four bytes before each.
const PACKETS: [(usize, usize); 2] = [(0, 188), (4, 192)];

impl MediaKind {
    /// The kind, or none when the bytes are nothing we know.
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
        if head.starts_with(b"RIFF") {
            return match at(8, 12) {
                b"AVI " => Some(MediaKind::Avi),
                b"WAVE" => Some(MediaKind::Wav),
                _ => None,
            };
        }
        if let Some(paper) = paper(head) {
            return Some(paper);
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
        if transport_stream(head) {
            return Some(MediaKind::MpegTs);
        }
        mp3(head).then_some(MediaKind::Mp3)
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
            MediaKind::Mp3 => "audio/mpeg",
            MediaKind::M4a => "audio/mp4",
            MediaKind::Wav => "audio/wav",
            MediaKind::Pdf => "application/pdf",
            MediaKind::Docx => {
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            }
            MediaKind::Pptx => {
                "application/vnd.openxmlformats-officedocument.presentationml.presentation"
            }
            MediaKind::Jpeg => "image/jpeg",
            MediaKind::Png => "image/png",
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
            MediaKind::Mp3 => "MP3",
            MediaKind::M4a => "M4A",
            MediaKind::Wav => "WAV",
            MediaKind::Pdf => "PDF",
            MediaKind::Docx => "Word（.docx）",
            MediaKind::Pptx => "演示文稿（.pptx）",
            MediaKind::Jpeg => "JPEG",
            MediaKind::Png => "PNG",
        }
    }
}

fn iso(brand: &[u8]) -> Option<MediaKind> {
    if NO_FILM.contains(&brand) {
        None
    } else if brand == b"qt  " {
        Some(MediaKind::QuickTime)
    } else if brand == b"M4A " {
        Some(MediaKind::M4a)
    } else if brand.starts_with(b"3g") {
        Some(MediaKind::ThreeGp)
    } else {
        Some(MediaKind::Mp4)
    }
}

/// Papers and pictures. An office file is a ZIP whose first entries lie in the folder of its program.
fn paper(head: &[u8]) -> Option<MediaKind> {
    const SIGNS: [(&[u8], MediaKind); 3] = [
        (b"%PDF-", MediaKind::Pdf),
        (b"\xFF\xD8\xFF", MediaKind::Jpeg),
        (b"\x89PNG\r\n\x1A\n", MediaKind::Png),
    ];
    let known = SIGNS.iter().find(|(sign, _)| head.starts_with(sign));
    if let Some((_, kind)) = known {
        return Some(*kind);
    }
    if !head.starts_with(b"PK\x03\x04") {
        return None;
    }
    if entry_in(head, b"word/") {
        Some(MediaKind::Docx)
    } else if entry_in(head, b"ppt/") {
        Some(MediaKind::Pptx)
    } else {
        None
    }
}

/// Whether an entry of a ZIP in these bytes lies in a folder: its name follows 30 bytes of its header.
fn entry_in(head: &[u8], folder: &[u8]) -> bool {
    const NAME: usize = 30;
    head.windows(4)
        .enumerate()
        .filter(|(_, sign)| *sign == b"PK\x03\x04")
        .any(|(at, _)| {
            head.get(at + NAME..)
                .is_some_and(|name| name.starts_with(folder))
        })
}

/// A tag before the sound, or the first frame of layer III.
fn mp3(head: &[u8]) -> bool {
    if head.starts_with(b"ID3") {
        return true;
    }
    match head {
        [0xFF, second, third, ..] => {
            let layer_three = second & 0xE6 == 0xE2;
            let rate = third >> 4;
            layer_three && rate != 0 && rate != 0xF && (third >> 2) & 3 != 3
        }
        _ => false,
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

    /// A ZIP whose second entry has this name.
    fn zip(name: &[u8]) -> Vec<u8> {
        let entry = |name: &[u8]| [b"PK\x03\x04".as_slice(), &[0; 26], name].concat();
        [
            entry(b"[Content_Types].xml"),
            b"<xml>".to_vec(),
            entry(name),
        ]
        .concat()
    }

    #[test]
    fn films_are_the_kinds_that_are_watched() {
        for kind in ALL_KINDS {
            assert_eq!(
                FILMS.contains(kind),
                kind.mime().starts_with("video/"),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn kinds_are_told_by_their_first_bytes() {
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
            (iso_head(b"M4A "), Some(MediaKind::M4a)),
            (iso_head(b"M4B "), None),
            (b"RIFF\x10\0\0\0WAVEfmt ".to_vec(), Some(MediaKind::Wav)),
            (b"RIFF\x10\0\0\0WEBP".to_vec(), None),
            (b"ID3\x04\0".to_vec(), Some(MediaKind::Mp3)),
            (b"\xFF\xFB\x90\x64".to_vec(), Some(MediaKind::Mp3)),
            (b"\xFF\xFB\xF0\x64".to_vec(), None),
            (b"%PDF-1.7".to_vec(), Some(MediaKind::Pdf)),
            (b"\xFF\xD8\xFF\xE0".to_vec(), Some(MediaKind::Jpeg)),
            (b"\x89PNG\r\n\x1A\n".to_vec(), Some(MediaKind::Png)),
            (zip(b"word/document.xml"), Some(MediaKind::Docx)),
            (zip(b"ppt/presentation.xml"), Some(MediaKind::Pptx)),
            (zip(b"xl/workbook.xml"), None),
            (zip(b"evil/word/a.exe"), None),
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
