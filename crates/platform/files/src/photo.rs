//! Photos: what they are by content, when they were taken, and whether they were seen before.

use std::io::Cursor;

use exif::{In, Tag, Value};
use image::imageops::FilterType;
use image::{DynamicImage, GenericImageView as _, ImageFormat, ImageReader};
use thiserror::Error;

/// Pictures whose looks differ in at most this many of 64 bits are called nearly the same.
pub const SIMILAR_DISTANCE: u32 = 6;

/// What is accepted.
#[derive(Debug, Clone, Copy)]
pub struct PhotoLimits {
    /// Bytes.
    pub max_bytes: usize,
    /// Pixels; guards memory against small files that unpack to huge pictures.
    pub max_pixels: u64,
}

impl Default for PhotoLimits {
    fn default() -> Self {
        PhotoLimits {
            max_bytes: 15 * 1024 * 1024,
            max_pixels: 60_000_000,
        }
    }
}

/// Why a photo is refused. The text is Chinese and says what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PhotoError {
    /// HEIC or HEIF from a phone.
    #[error(
        "这是苹果手机的HEIC格式，请在手机“设置－相机－格式”中选“兼容性最佳”后重拍，或用微信以原图发给自己后另存为JPEG再上传。"
    )]
    Heic,
    /// Neither JPEG nor PNG.
    #[error("只收JPEG或PNG格式的照片，请转换后再上传。")]
    WrongType,
    /// Too many bytes.
    #[error("照片超过{0}MB，请压缩后再上传。")]
    TooLarge(usize),
    /// Too many pixels.
    #[error("照片尺寸过大，请缩小后再上传。")]
    TooManyPixels,
    /// Looks like a picture but cannot be opened.
    #[error("照片已损坏，无法打开，请重新选择。")]
    Broken,
}

/// What is known of a photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoFacts {
    /// By content, `image/jpeg` or `image/png`.
    pub mime: &'static str,
    /// Pixels, as shown (after the camera's rotation mark).
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// 64-bit fingerprint of the look; see [`look_distance`].
    pub look: i64,
    /// Camera time from EXIF, local, `2024-11-05 09:30:00`.
    pub taken_at: Option<String>,
    /// Place from EXIF as `31.23040,121.47370`; shown to the reviewer only.
    pub place: Option<String>,
}

/// Checks type by content, limits and readability, and reads the facts.
///
/// # Errors
/// [`PhotoError`] with a sentence for the sender.
pub fn read_photo(
    content: &[u8],
    limits: PhotoLimits,
) -> Result<(PhotoFacts, DynamicImage), PhotoError> {
    if content.len() > limits.max_bytes {
        return Err(PhotoError::TooLarge(limits.max_bytes / 1024 / 1024));
    }
    if is_heic(content) {
        return Err(PhotoError::Heic);
    }
    let (format, mime) = match image::guess_format(content) {
        Ok(ImageFormat::Jpeg) => (ImageFormat::Jpeg, "image/jpeg"),
        Ok(ImageFormat::Png) => (ImageFormat::Png, "image/png"),
        _ => return Err(PhotoError::WrongType),
    };
    let mut reader = ImageReader::with_format(Cursor::new(content), format);
    let (width, height) = ImageReader::with_format(Cursor::new(content), format)
        .into_dimensions()
        .map_err(|_| PhotoError::Broken)?;
    if u64::from(width) * u64::from(height) > limits.max_pixels {
        return Err(PhotoError::TooManyPixels);
    }
    reader.limits(image::Limits::default());
    let mut picture = reader.decode().map_err(|_| PhotoError::Broken)?;
    let exif = exif::Reader::new()
        .read_from_container(&mut Cursor::new(content))
        .ok();
    if let Some(orientation) = exif.as_ref().and_then(orientation) {
        picture.apply_orientation(orientation);
    }
    let facts = PhotoFacts {
        mime,
        width: picture.width(),
        height: picture.height(),
        look: look(&picture),
        taken_at: exif.as_ref().and_then(taken_at),
        place: exif.as_ref().and_then(place),
    };
    Ok((facts, picture))
}

/// A JPEG of at most `edge` pixels, without any metadata (no place, no camera).
///
/// # Errors
/// [`PhotoError::Broken`] when the encoder fails.
pub fn thumbnail(picture: &DynamicImage, edge: u32) -> Result<Vec<u8>, PhotoError> {
    let (width, height) = picture.dimensions();
    let small = if width.max(height) > edge {
        picture.thumbnail(edge, edge)
    } else {
        picture.clone()
    };
    let mut out = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 80);
    encoder
        .encode_image(&small.to_rgb8())
        .map_err(|_| PhotoError::Broken)?;
    Ok(out)
}

/// In how many of 64 bits two looks differ; 0 is the same look.
#[must_use]
pub fn look_distance(a: i64, b: i64) -> u32 {
    (a ^ b).count_ones()
}

/// Difference hash: each bit says whether a pixel of a 9 × 8 grey miniature is brighter than its
/// right neighbour. Stays nearly the same under re-encoding, scaling and brightening.
fn look(picture: &DynamicImage) -> i64 {
    let small = picture.resize_exact(9, 8, FilterType::Triangle).to_luma8();
    let mut bits = 0_u64;
    for y in 0..8 {
        for x in 0..8 {
            bits = (bits << 1) | u64::from(small.get_pixel(x, y).0 > small.get_pixel(x + 1, y).0);
        }
    }
    bits.cast_signed()
}

fn is_heic(content: &[u8]) -> bool {
    content.get(4..8) == Some(b"ftyp")
        && content.get(8..12).is_some_and(|brand| {
            [
                b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif",
            ]
            .iter()
            .any(|known| *known == brand)
        })
}

fn orientation(exif: &exif::Exif) -> Option<image::metadata::Orientation> {
    let value = exif
        .get_field(Tag::Orientation, In::PRIMARY)?
        .value
        .get_uint(0)?;
    image::metadata::Orientation::from_exif(u8::try_from(value).ok()?)
}

fn taken_at(exif: &exif::Exif) -> Option<String> {
    let field = exif.get_field(Tag::DateTimeOriginal, In::PRIMARY)?;
    let Value::Ascii(lines) = &field.value else {
        return None;
    };
    let time = exif::DateTime::from_ascii(lines.first()?).ok()?;
    Some(format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        time.year, time.month, time.day, time.hour, time.minute, time.second
    ))
}

/// Degrees with five decimals (about a metre), from degrees, minutes and seconds.
fn place(exif: &exif::Exif) -> Option<String> {
    let coordinate = |tag: Tag, reference: Tag| -> Option<String> {
        let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else {
            return None;
        };
        let part = |index: usize| -> Option<i128> {
            let rational = parts.get(index)?;
            (rational.denom != 0)
                .then(|| i128::from(rational.num) * 100_000 / i128::from(rational.denom))
        };
        let micro = part(0)? + part(1)? / 60 + part(2).unwrap_or(0) / 3600;
        let negative = exif
            .get_field(reference, In::PRIMARY)
            .is_some_and(|field| matches!(field.display_value().to_string().as_str(), "S" | "W"));
        let sign = if negative { "-" } else { "" };
        Some(format!("{sign}{}.{:05}", micro / 100_000, micro % 100_000))
    };
    Some(format!(
        "{},{}",
        coordinate(Tag::GPSLatitude, Tag::GPSLatitudeRef)?,
        coordinate(Tag::GPSLongitude, Tag::GPSLongitudeRef)?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage};

    fn picture(seed: u32) -> DynamicImage {
        let mut image = RgbImage::new(320, 240);
        for (x, y, pixel) in image.enumerate_pixels_mut() {
            let cell = (x / 40).wrapping_mul(31)
                ^ (y / 30).wrapping_mul(17 + seed * 7)
                ^ seed.wrapping_mul(97);
            let shade = (cell.wrapping_mul(2_654_435_761) >> 24) as u8;
            *pixel = Rgb([shade, shade / 2 + 40, 255 - shade]);
        }
        DynamicImage::ImageRgb8(image)
    }

    fn encode(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        picture.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    #[test]
    fn type_is_told_by_content() {
        let jpeg = encode(&picture(1), ImageFormat::Jpeg);
        let (facts, _) = read_photo(&jpeg, PhotoLimits::default()).unwrap();
        assert_eq!(
            (facts.mime, facts.width, facts.height),
            ("image/jpeg", 320, 240)
        );
        let png = encode(&picture(1), ImageFormat::Png);
        assert_eq!(
            read_photo(&png, PhotoLimits::default()).unwrap().0.mime,
            "image/png"
        );
    }

    #[test]
    fn refusals_say_what_to_do() {
        let limits = PhotoLimits::default();
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0";
        assert_eq!(read_photo(heic, limits).unwrap_err(), PhotoError::Heic);
        assert_eq!(
            read_photo(b"GIF89a....", limits).unwrap_err(),
            PhotoError::WrongType
        );
        assert_eq!(read_photo(b"", limits).unwrap_err(), PhotoError::WrongType);
        let mut cut = encode(&picture(1), ImageFormat::Png);
        cut.truncate(cut.len() / 2);
        assert_eq!(read_photo(&cut, limits).unwrap_err(), PhotoError::Broken);
        let tiny = PhotoLimits {
            max_bytes: 10,
            max_pixels: 10,
        };
        assert!(matches!(
            read_photo(&cut, tiny),
            Err(PhotoError::TooLarge(_))
        ));
        let few = PhotoLimits {
            max_pixels: 100,
            ..limits
        };
        assert_eq!(
            read_photo(&encode(&picture(1), ImageFormat::Png), few).unwrap_err(),
            PhotoError::TooManyPixels
        );
    }

    #[test]
    fn a_scaled_and_re_encoded_copy_keeps_its_look_and_another_picture_does_not() {
        let original = read_photo(
            &encode(&picture(1), ImageFormat::Png),
            PhotoLimits::default(),
        )
        .unwrap()
        .0;
        let copy = picture(1)
            .resize(200, 150, FilterType::Triangle)
            .brighten(12);
        let copy = read_photo(&encode(&copy, ImageFormat::Jpeg), PhotoLimits::default())
            .unwrap()
            .0;
        let other = read_photo(
            &encode(&picture(5), ImageFormat::Png),
            PhotoLimits::default(),
        )
        .unwrap()
        .0;
        assert!(look_distance(original.look, copy.look) <= SIMILAR_DISTANCE);
        assert!(look_distance(original.look, other.look) > SIMILAR_DISTANCE);
    }

    #[test]
    fn a_thumbnail_is_small_and_without_metadata() {
        let small = thumbnail(&picture(2), 100).unwrap();
        let (facts, _) = read_photo(&small, PhotoLimits::default()).unwrap();
        assert_eq!((facts.width, facts.height), (100, 75));
        assert_eq!((facts.taken_at, facts.place), (None, None));
    }
}
