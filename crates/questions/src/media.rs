//! Pictures as files bring them: names made harmless, equal ones kept once.

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD};
use base64::engine::{DecodePaddingMode, general_purpose::PAD};

use crate::model::{Picture, picture_mark};
use crate::validate::MAX_PICTURES;

/// The pictures of one question.
#[derive(Debug, Default)]
pub(crate) struct Gallery {
    pub(crate) pictures: Vec<Picture>,
}

impl Gallery {
    /// Takes a picture in under a harmless name, and gives the name; an equal one is not taken twice.
    pub(crate) fn add(&mut self, name: &str, content: Vec<u8>) -> String {
        let name = harmless(name);
        if let Some(same) = self
            .pictures
            .iter()
            .find(|picture| picture.name == name && picture.content == content)
        {
            return same.name.clone();
        }
        // Far more than a question may have are refused later, and need not be kept until then.
        if self.pictures.len() < 3 * MAX_PICTURES {
            self.pictures.push(Picture::new(name.clone(), content));
        }
        name
    }

    /// The mark for the source of an `img`: an embedded picture is taken in, another is named.
    pub(crate) fn mark(&mut self, source: &str) -> String {
        let embedded = source
            .strip_prefix("data:")
            .and_then(|rest| rest.split_once(";base64,"));
        if let Some((media_type, data)) = embedded {
            let end = media_type.rsplit('/').next().unwrap_or_default();
            let name = format!("图{}.{end}", self.pictures.len() + 1);
            let name = self.add(&name, base64(data).unwrap_or_default());
            return picture_mark(&name);
        }
        picture_mark(&harmless(&percent_decoded(last_segment(source))))
    }
}

/// Bytes from Base64 with line breaks in it.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let lenient = GeneralPurpose::new(
        &::base64::alphabet::STANDARD,
        PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let clean: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    lenient.decode(clean).ok()
}

/// Base64 of a picture.
pub(crate) fn to_base64(content: &[u8]) -> String {
    STANDARD.encode(content)
}

fn last_segment(path: &str) -> &str {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// A name without folders and signs.
fn harmless(name: &str) -> String {
    let name: String = last_segment(name)
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') {
                c
            } else {
                '_'
            }
        })
        .take(100)
        .collect();
    name.trim().to_owned()
}

/// `%E5%9B%BE.png` as `图.png`; what is no UTF-8 stays as it is.
pub(crate) fn percent_decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes().iter();
    while let Some(&byte) = bytes.next() {
        let ahead = bytes.as_slice();
        let hex = (byte == b'%')
            .then(|| ahead.get(..2))
            .flatten()
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex {
            Some(value) => {
                out.push(value);
                bytes.nth(1);
            }
            None => out.push(byte),
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// A name for an address: everything but letters, digits and `._-` as `%XX`.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_addresses_and_lose_their_folders() {
        assert_eq!(percent_encoded("图 1.png"), "%E5%9B%BE%201.png");
        assert_eq!(percent_decoded("%E5%9B%BE%201.png"), "图 1.png");
        assert_eq!(percent_decoded("100%"), "100%");
        assert_eq!(percent_decoded("%ff"), "%ff");
        let mut gallery = Gallery::default();
        assert_eq!(gallery.add("../a/b】.png", vec![1]), "b_.png");
        assert_eq!(
            gallery.mark("@@PLUGINFILE@@/%E5%9B%BE.png?x=1"),
            "【图：图.png】"
        );
        assert_eq!(
            gallery.mark("data:image/gif;base64,R0lG\nODlh"),
            "【图：图2.gif】"
        );
        assert_eq!(gallery.pictures[1].media_type, "image/gif");
    }
}
