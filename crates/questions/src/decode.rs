//! Bytes to text: UTF-8 and UTF-16 with or without mark, GB18030; nothing else is guessed.

use crate::format::Unreadable;

/// Most bytes of a file that is read at all.
pub const MAX_FILE: usize = 64 * 1024 * 1024;

/// The file's text with `\n` line ends and without byte order mark.
///
/// # Errors
/// [`Unreadable`] for an empty, binary or foreign file.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, Unreadable> {
    if bytes.len() > MAX_FILE {
        return Err(Unreadable::TooLarge);
    }
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => encoding_rs::UTF_16LE
            .decode_without_bom_handling_and_without_replacement(rest)
            .map(std::borrow::Cow::into_owned),
        [0xfe, 0xff, rest @ ..] => encoding_rs::UTF_16BE
            .decode_without_bom_handling_and_without_replacement(rest)
            .map(std::borrow::Cow::into_owned),
        _ => utf8_or_gb(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)),
    };
    let text = text.ok_or(Unreadable::Encoding)?;
    if text.chars().all(char::is_whitespace) {
        return Err(Unreadable::Empty);
    }
    let control = |c: &char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}');
    if text.contains('\0') || text.chars().filter(control).count() * 50 > text.len() {
        return Err(Unreadable::Encoding);
    }
    Ok(unix_lines(text))
}

fn unix_lines(text: String) -> String {
    if memchr::memchr(b'\r', text.as_bytes()).is_none() {
        return text;
    }
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn utf8_or_gb(bytes: &[u8]) -> Option<String> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    if !looks_like_gb(bytes) {
        return None;
    }
    encoding_rs::GB18030
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(std::borrow::Cow::into_owned)
}

/// GB18030 gives a character for almost any pair of bytes, so that Big5, Shift JIS or noise would
/// pass as rare characters. In real text most pairs are signs (rows A1–A9) or common characters
/// (rows B0–D7 of GB 2312, ordered by sound).
fn looks_like_gb(bytes: &[u8]) -> bool {
    let (mut pairs, mut common) = (0_usize, 0_usize);
    let mut rest = bytes.iter();
    while let Some(lead) = rest.next() {
        if *lead < 0x80 {
            continue;
        }
        let Some(trail) = rest.next() else { break };
        pairs += 1;
        if *trail >= 0xa1 && matches!(*lead, 0xa1..=0xa9 | 0xb0..=0xd7) {
            common += 1;
        }
    }
    common * 10 >= pairs * 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_of_an_office_gives_the_same_text() {
        let text = "当场处罚的上限是（　）。\nA. 二百元";
        let utf16 = |little: bool| -> Vec<u8> {
            let mut out = if little {
                vec![0xff, 0xfe]
            } else {
                vec![0xfe, 0xff]
            };
            for unit in text.encode_utf16() {
                out.extend(if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                });
            }
            out
        };
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            encoding_rs::GB18030.encode(text).0.into_owned(),
            utf16(true),
            utf16(false),
            text.replace('\n', "\r\n").into_bytes(),
            text.replace('\n', "\r").into_bytes(),
        ] {
            assert_eq!(decode(&bytes).as_deref(), Ok(text));
        }
    }

    #[test]
    fn wrong_code_pages_and_noise_are_refused() {
        let big5 = encoding_rs::BIG5
            .encode("當場處罰對公民罰款的上限是多少元，請選擇")
            .0
            .into_owned();
        let latin = b"Caf\xe9 cr\xe8me br\xfbl\xe9e \xe0 la carte".to_vec();
        let noise: Vec<u8> = (0..4000_u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        for bytes in [big5, latin, noise, b"a\0b".to_vec()] {
            assert_eq!(
                decode(&bytes),
                Err(Unreadable::Encoding),
                "{:?}",
                &bytes[..4.min(bytes.len())]
            );
        }
        for bytes in [b"".to_vec(), b"\xEF\xBB\xBF \r\n".to_vec()] {
            assert_eq!(decode(&bytes), Err(Unreadable::Empty));
        }
        assert_eq!(decode(&vec![b' '; MAX_FILE + 1]), Err(Unreadable::TooLarge));
    }
}
