//! Pictures that can be shown: a file that begins like one may still be cut off or spoiled.

use std::io::Cursor;

use chengzhi_questions::Picture;
use image::{ImageFormat, ImageReader, Limits};

/// Most pixels of a side; larger than any scan or photo that a question needs.
const LONGEST_SIDE: u32 = 10_000;
/// Most bytes that one picture may take when it is opened.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;

fn format_of(media_type: &str) -> Option<ImageFormat> {
    match media_type {
        "image/png" => Some(ImageFormat::Png),
        "image/jpeg" => Some(ImageFormat::Jpeg),
        "image/gif" => Some(ImageFormat::Gif),
        _ => None,
    }
}

/// A photo that was cut off still opens, with grey below; its end is missing in its second half.
fn ends(content: &[u8]) -> bool {
    let end = memchr::memmem::rfind(content, b"\xff\xd9");
    end.is_some_and(|end| end >= content.len() / 2)
}

fn opens(picture: &Picture) -> bool {
    let Some(format) = format_of(&picture.media_type) else {
        return false;
    };
    if format == ImageFormat::Jpeg && !ends(&picture.content) {
        return false;
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(&picture.content), format);
    reader.limits(limits);
    reader.decode().is_ok()
}

/// Why one of a question's pictures cannot be used: it does not open. Opens each of them: not for threads that serve
/// others.
#[must_use]
pub fn spoiled(pictures: &[Picture]) -> Option<String> {
    pictures
        .iter()
        .find(|picture| !opens(picture))
        .map(|picture| {
            format!(
                "图片“{}”已损坏或尺寸过大，无法打开，请重新导出或另存后再插入。",
                picture.name
            )
        })
}

/// As [`spoiled`], on a thread of its own.
pub async fn spoiled_among(pictures: &[Picture]) -> Option<String> {
    if pictures.is_empty() {
        return None;
    }
    let pictures = pictures.to_vec();
    tokio::task::spawn_blocking(move || spoiled(&pictures))
        .await
        .unwrap_or_else(|_| Some("图片无法读取，请重新插入。".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image::DynamicImage::new_rgb8(40, 30)
            .write_to(&mut bytes, format)
            .unwrap();
        bytes.into_inner()
    }

    fn said(name: &str, content: Vec<u8>) -> Option<String> {
        spoiled(&[Picture::new(name, content)])
    }

    #[test]
    fn whole_pictures_open_and_spoiled_ones_are_named() {
        for (name, format) in [
            ("a.png", ImageFormat::Png),
            ("b.jpg", ImageFormat::Jpeg),
            ("c.gif", ImageFormat::Gif),
        ] {
            let whole = picture(format);
            assert_eq!(said(name, whole.clone()), None, "{name}");
            let cut = whole[..whole.len() / 2].to_vec();
            let why = said(name, cut).unwrap_or_default();
            assert!(why.contains(name) && why.contains("损坏"), "{name}: {why}");
        }
        // A photo that lost its end.
        let mut photo = picture(ImageFormat::Jpeg);
        photo.truncate(photo.len() - 2);
        assert!(said("e.jpg", photo).is_some());
        assert!(said("d.png", b"\x89PNG\r\n\x1a\n...".to_vec()).is_some());
        assert_eq!(spoiled(&[]), None);
    }
}
