//! Draws the photos of study sessions: a meeting room seen from the back, every one different, so
//! that the look-alike check stays quiet but for the planted copies.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use chengzhi_files::{
    FileStore, PhotoFacts, PhotoLimits, SIMILAR_DISTANCE, StoredFile, look_distance, read_photo,
};
use exif::experimental::Writer;
use exif::{Field, In, Rational, Tag, Value};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use rayon::prelude::*;
use tokio::task::JoinSet;

use crate::plan::record::PhotoPlan;
use crate::rng::Rng;

const WIDTH: u32 = 320;
const HEIGHT: u32 = 240;
/// Bits by which two pictures must differ beyond what the check calls alike.
const MARGIN: u32 = 2;

/// A drawn photo.
#[derive(Debug, Clone)]
pub struct Photo {
    /// JPEG.
    pub content: Vec<u8>,
    /// What an upload of it would be read as.
    pub facts: PhotoFacts,
}

/// Files written at the same time; the disk, not the processor, sets the pace.
const WRITERS: usize = 8;

/// Writes photos to the store, several at a time, and gives them in their order.
///
/// # Errors
/// When the disk refuses.
pub async fn store_all(
    files: &FileStore,
    photos: Vec<Photo>,
) -> anyhow::Result<Vec<(StoredFile, PhotoFacts)>> {
    let photos = Arc::new(photos);
    let mut writers = JoinSet::new();
    for first in 0..WRITERS {
        let (files, photos) = (files.clone(), photos.clone());
        writers.spawn(async move {
            let mut stored = Vec::new();
            for (index, photo) in photos.iter().enumerate().skip(first).step_by(WRITERS) {
                stored.push((index, files.put(&photo.content).await?));
            }
            anyhow::Ok(stored)
        });
    }
    let mut stored = Vec::with_capacity(photos.len());
    while let Some(part) = writers.join_next().await {
        stored.extend(part??);
    }
    stored.sort_unstable_by_key(|(index, _)| *index);
    Ok(stored
        .into_iter()
        .zip(photos.iter())
        .map(|((_, file), photo)| (file, photo.facts.clone()))
        .collect())
}

/// Draws all photos of the plan, on all cores.
///
/// # Errors
/// When the encoder fails.
pub fn draw_all(plans: &[PhotoPlan], seed: u64) -> anyhow::Result<Vec<Photo>> {
    // Copies are drawn below, from the picture that their original ends up with.
    let mut drawn: Vec<Option<Photo>> = plans
        .par_iter()
        .enumerate()
        .map(|(index, plan)| match plan.copy_of {
            Some(_) => Ok(None),
            None => draw(index, 0, seed, plan).map(Some),
        })
        .collect::<anyhow::Result<_>>()?;
    let mut attempts: BTreeMap<usize, u64> = BTreeMap::new();
    let mut looks: Vec<i64> = Vec::with_capacity(plans.len());
    for (index, plan) in plans.iter().enumerate() {
        if plan.copy_of.is_some() {
            continue;
        }
        let Some(photo) = drawn.get_mut(index).and_then(Option::as_mut) else {
            continue;
        };
        let mut attempt = 0;
        while looks
            .iter()
            .any(|other| look_distance(*other, photo.facts.look) <= SIMILAR_DISTANCE + MARGIN)
        {
            attempt += 1;
            *photo = draw(index, attempt, seed, plan)?;
        }
        attempts.insert(index, attempt);
        looks.push(photo.facts.look);
    }
    for (index, plan) in plans.iter().enumerate() {
        let Some(original) = plan.copy_of else {
            continue;
        };
        let attempt = attempts.get(&original).copied().unwrap_or(0);
        let picture = image::DynamicImage::ImageRgb8(picture(original, attempt, seed));
        // Sent again through a messenger: a little brighter, encoded anew.
        let reworked = picture.brighten(9).to_rgb8();
        let photo = finish(&reworked, 72, plan)?;
        if let Some(place) = drawn.get_mut(index) {
            *place = Some(photo);
        }
    }
    drawn
        .into_iter()
        .map(|photo| photo.context("a planned photo was not drawn"))
        .collect()
}

fn draw(index: usize, attempt: u64, seed: u64, plan: &PhotoPlan) -> anyhow::Result<Photo> {
    finish(&picture(index, attempt, seed), 78, plan)
}

fn finish(picture: &RgbImage, quality: u8, plan: &PhotoPlan) -> anyhow::Result<Photo> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(picture)?;
    let content = with_exif(jpeg, plan)?;
    let (facts, _) = read_photo(&content, PhotoLimits::default()).map_err(|e| anyhow!("{e}"))?;
    Ok(Photo { content, facts })
}

/// Adds what a camera notes: when, and for a few where.
fn with_exif(jpeg: Vec<u8>, plan: &PhotoPlan) -> anyhow::Result<Vec<u8>> {
    if !plan.with_time && !plan.with_place {
        return Ok(jpeg);
    }
    let stamp = plan.taken_at.wall().format("%Y:%m:%d %H:%M:%S").to_string();
    let field = |tag, value| Field {
        tag,
        ifd_num: In::PRIMARY,
        value,
    };
    let degrees = |whole: u32, minutes: u32, seconds: u32| {
        Value::Rational(
            [whole, minutes, seconds]
                .map(|num| Rational { num, denom: 1 })
                .to_vec(),
        )
    };
    let mut fields = vec![field(
        Tag::DateTimeOriginal,
        Value::Ascii(vec![stamp.into_bytes()]),
    )];
    if plan.with_place {
        fields.push(field(
            Tag::GPSLatitudeRef,
            Value::Ascii(vec![b"N".to_vec()]),
        ));
        fields.push(field(Tag::GPSLatitude, degrees(31, 24, 18)));
        fields.push(field(
            Tag::GPSLongitudeRef,
            Value::Ascii(vec![b"E".to_vec()]),
        ));
        fields.push(field(Tag::GPSLongitude, degrees(121, 29, 21)));
    }
    let mut writer = Writer::new();
    for field in &fields {
        writer.push_field(field);
    }
    let mut tiff = Cursor::new(Vec::new());
    writer.write(&mut tiff, false).context("exif")?;
    let tiff = tiff.into_inner();
    let length = u16::try_from(tiff.len() + 8).context("exif is too long")?;
    let mut out = Vec::with_capacity(jpeg.len() + tiff.len() + 10);
    out.extend_from_slice(jpeg.get(..2).unwrap_or_default());
    out.extend_from_slice(&[0xFF, 0xE1]);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(b"Exif\0\0");
    out.extend_from_slice(&tiff);
    out.extend_from_slice(jpeg.get(2..).unwrap_or_default());
    Ok(out)
}

/// Shades of wall, floor, clothes.
const WALLS: [[u8; 3]; 6] = [
    [226, 222, 210],
    [214, 224, 230],
    [232, 226, 216],
    [206, 214, 204],
    [222, 214, 224],
    [236, 232, 222],
];
const FLOORS: [[u8; 3]; 5] = [
    [150, 128, 104],
    [120, 124, 130],
    [164, 150, 130],
    [98, 104, 112],
    [136, 116, 96],
];
const CLOTHES: [[u8; 3]; 4] = [[36, 54, 92], [46, 66, 108], [70, 84, 110], [30, 40, 62]];

struct Canvas {
    image: RgbImage,
    light: [[i16; 10]; 9],
    mirrored: bool,
}

impl Canvas {
    fn new(rng: &mut Rng) -> Self {
        // Light falls unevenly through windows and lamps; coarse patches change the whole look.
        let mut light = [[0_i16; 10]; 9];
        for cell in light.iter_mut().flatten() {
            *cell = i16::try_from(rng.range(-64, 64)).unwrap_or(0);
        }
        Canvas {
            image: RgbImage::new(WIDTH, HEIGHT),
            light,
            mirrored: rng.permille(500),
        }
    }

    /// Light at a point, between the four nearest patches.
    fn light_at(&self, x: u32, y: u32) -> i16 {
        let (gx, fx) = (
            (x * 9 / WIDTH) as usize,
            i32::try_from(x * 9 % WIDTH).unwrap_or(0),
        );
        let (gy, fy) = (
            (y * 8 / HEIGHT) as usize,
            i32::try_from(y * 8 % HEIGHT).unwrap_or(0),
        );
        let at = |y: usize, x: usize| {
            i32::from(
                self.light
                    .get(y)
                    .and_then(|row| row.get(x))
                    .copied()
                    .unwrap_or(0),
            )
        };
        let (w, h) = (
            i32::try_from(WIDTH).unwrap_or(1),
            i32::try_from(HEIGHT).unwrap_or(1),
        );
        let top = (at(gy, gx) * (w - fx) + at(gy, gx + 1) * fx) / w;
        let bottom = (at(gy + 1, gx) * (w - fx) + at(gy + 1, gx + 1) * fx) / w;
        i16::try_from((top * (h - fy) + bottom * fy) / h).unwrap_or(0)
    }

    fn fill(&mut self, left: i64, top: i64, width: i64, height: i64, colour: [u8; 3]) {
        let clamp =
            |value: i64, most: u32| u32::try_from(value.clamp(0, i64::from(most))).unwrap_or(0);
        for y in clamp(top, HEIGHT)..clamp(top + height, HEIGHT) {
            for x in clamp(left, WIDTH)..clamp(left + width, WIDTH) {
                self.image.put_pixel(x, y, Rgb(colour));
            }
        }
    }

    fn disc(&mut self, middle: (i64, i64), radius: i64, colour: [u8; 3]) {
        for dy in -radius..=radius {
            for dx in -radius..=radius {
                if dx * dx + dy * dy <= radius * radius {
                    self.fill(middle.0 + dx, middle.1 + dy, 1, 1, colour);
                }
            }
        }
    }

    /// The picture in its light.
    fn lit(self) -> RgbImage {
        let mut shown = RgbImage::new(WIDTH, HEIGHT);
        for (x, y, pixel) in self.image.enumerate_pixels() {
            let light = self.light_at(x, y);
            let lit = pixel
                .0
                .map(|part| u8::try_from((i16::from(part) + light).clamp(0, 255)).unwrap_or(0));
            let x = if self.mirrored { WIDTH - 1 - x } else { x };
            shown.put_pixel(x, y, Rgb(lit));
        }
        shown
    }
}

/// A meeting room with people, by number and attempt.
fn picture(index: usize, attempt: u64, seed: u64) -> RgbImage {
    let mut rng = Rng::of(seed, "photo", &[index as u64, attempt]);
    let mut canvas = Canvas::new(&mut rng);
    let wall = WALLS[rng.index(WALLS.len())];
    let floor_top = rng.range(120, 160);
    canvas.fill(0, 0, i64::from(WIDTH), floor_top, wall);
    canvas.fill(
        0,
        floor_top,
        i64::from(WIDTH),
        i64::from(HEIGHT),
        FLOORS[rng.index(FLOORS.len())],
    );
    for _ in 0..rng.range(0, 3) {
        let (left, top) = (rng.range(0, 280), rng.range(10, 50));
        canvas.fill(left, top, 44, 62, [186, 208, 226]);
        canvas.fill(left + 21, top, 2, 62, [120, 120, 120]);
    }
    // Screen with the topic, and a red banner above in most rooms.
    let (left, top) = (rng.range(40, 160), rng.range(22, 50));
    let (width, height) = (rng.range(90, 140), rng.range(54, 74));
    canvas.fill(left - 3, top - 3, width + 6, height + 6, [60, 60, 64]);
    canvas.fill(left, top, width, height, [236, 240, 246]);
    canvas.fill(left, top, width, 12, [27, 58, 107]);
    for line in 0..rng.range(2, 4) {
        canvas.fill(
            left + 8,
            top + 20 + line * 10,
            rng.range(30, 80),
            3,
            [110, 118, 130],
        );
    }
    if rng.permille(600) {
        canvas.fill(rng.range(10, 60), 4, rng.range(180, 250), 13, [170, 36, 32]);
    }
    // The speaker beside the screen.
    let speaker = left + width + rng.range(8, 22);
    canvas.disc((speaker, top + 34), 8, [216, 178, 148]);
    canvas.fill(
        speaker - 11,
        top + 43,
        22,
        40,
        CLOTHES[rng.index(CLOTHES.len())],
    );
    // Tables and people from behind, row by row, nearer rows larger.
    let rows = rng.range(2, 4);
    for row in 0..rows {
        let y = floor_top + 6 + row * (i64::from(HEIGHT) - floor_top) / rows;
        let size = 7 + row * 3;
        canvas.fill(0, y + size, i64::from(WIDTH), 6 + row * 2, [176, 140, 96]);
        let step = size * 3 + rng.range(2, 14);
        let mut x = rng.range(4, 30);
        while x < i64::from(WIDTH) {
            if rng.permille(860) {
                canvas.fill(
                    x - size,
                    y + size / 2,
                    size * 2,
                    size * 2,
                    CLOTHES[rng.index(CLOTHES.len())],
                );
                canvas.disc((x, y), size / 2 + 2, [40, 36, 34]);
            }
            x += step;
        }
    }
    canvas.lit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chengzhi_kernel::Timestamp;

    fn plan(copy_of: Option<usize>) -> PhotoPlan {
        PhotoPlan {
            taken_at: Timestamp::at(chengzhi_kernel::parse_date("2024-11-05").unwrap(), 9, 30),
            with_time: true,
            with_place: true,
            copy_of,
        }
    }

    #[test]
    fn pictures_differ_and_a_planted_copy_looks_like_its_original() {
        let mut plans = vec![plan(None); 40];
        plans.push(plan(Some(3)));
        let photos = draw_all(&plans, 1).unwrap();
        for (index, photo) in photos.iter().enumerate().take(40) {
            for other in &photos[..index] {
                assert!(look_distance(photo.facts.look, other.facts.look) > SIMILAR_DISTANCE);
            }
            assert!(photo.content.len() < 25_000, "{}", photo.content.len());
        }
        assert!(look_distance(photos[40].facts.look, photos[3].facts.look) <= SIMILAR_DISTANCE);
        assert_ne!(photos[40].content, photos[3].content);
    }

    #[test]
    fn the_camera_notes_time_and_place() {
        let photo = draw_all(&[plan(None)], 1).unwrap().remove(0);
        let (facts, _) = read_photo(&photo.content, PhotoLimits::default()).unwrap();
        assert_eq!(facts.taken_at.as_deref(), Some("2024-11-05 09:30:00"));
        assert_eq!(facts.place.as_deref(), Some("31.40500,121.48916"));
    }
}
