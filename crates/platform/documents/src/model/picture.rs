//! Pictures of people and codes in documents.

use crate::pdf::Picture;
use crate::{DocumentError, qr};

/// Bytes of a portrait. A photo of the right size for print has a tenth of it.
const MAX_PHOTO: usize = 4 * 1024 * 1024;

/// The QR code of `text` under the name `qr-<place>.svg`.
pub(super) fn code(place: usize, text: &str) -> Result<Picture, DocumentError> {
    Ok((format!("qr-{place}.svg"), qr::svg(text)?.into_bytes()))
}

/// A portrait, JPEG or PNG, under the name `photo-<place>.<kind>`.
pub(super) fn photo(place: usize, whose: &str, content: &[u8]) -> Result<Picture, DocumentError> {
    let kind = photo_kind(content)
        .ok_or_else(|| DocumentError::Content(format!("{whose}的照片不是 JPEG 或 PNG 图片")))?;
    if content.len() > MAX_PHOTO {
        return Err(DocumentError::Content(format!("{whose}的照片超过 4 MB")));
    }
    Ok((format!("photo-{place}.{kind}"), content.to_vec()))
}

/// The kind of a picture in a text by its first bytes.
pub(super) fn kind(content: &[u8]) -> Option<&'static str> {
    let gif = content.starts_with(b"GIF87a") || content.starts_with(b"GIF89a");
    photo_kind(content).or(gif.then_some("gif"))
}

/// The kind of a portrait by its first bytes.
pub(super) fn photo_kind(content: &[u8]) -> Option<&'static str> {
    if content.starts_with(b"\xff\xd8\xff") {
        Some("jpg")
    } else if content.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("png")
    } else {
        None
    }
}
