//! Follows the camera: where it looks now, compared with where it looked at first.

use super::blocks::{BLOCKS, BlockDiff, block_size, compand};
use super::pose::Pose;
use super::register::{Fit, Image, Patches, far_search};
use super::travel::Travel;
use crate::ffmpeg::Gray;

/// Looks per second of film.
pub const VIEW_HZ: f64 = 4.0;

/// The camera and the motion at one moment.
#[derive(Debug, Clone)]
pub struct Look {
    /// Seconds from the first frame.
    pub t: f64,
    /// Number of the view; a new one begins where nothing of the known ones is found.
    pub view: u16,
    /// From the first picture of the view to this one.
    pub pose: Pose,
    /// Share of the background that was found again; 0 if lost.
    pub quality: f32,
    /// True if the picture has too little texture to say anything: dark, covered, fog.
    pub blank: bool,
    /// Change of each block against half a second ago, the camera's motion taken out, companded.
    pub activity: [u8; BLOCKS],
    /// Change of each block against a second and a half ago that no sway by a pixel explains, companded: people walk,
    /// bend and swing their limbs, leaves stay in place.
    pub travel: [u8; BLOCKS],
    /// Texture of each block (mean absolute deviation), companded.
    pub texture: [u8; BLOCKS],
}

/// A view that has been seen: a picture of it and its place.
#[derive(Debug, Clone, Default)]
struct Anchor {
    image: Image,
    view: u16,
    /// From the first picture of the view to `image`.
    place: Pose,
}

#[derive(Debug, Default)]
pub(super) struct Tracker {
    anchor: Anchor,
    /// The anchors left behind, newest last.
    known: Vec<Anchor>,
    views: u16,
    /// From the anchor's picture to the last one.
    pose: Pose,
    /// The pose under which `patches` were cut.
    warped: Pose,
    patches: Patches,
    lost: u32,
    /// Mean picture of the last seconds while the camera stood, and its count.
    mean: Image,
    mean_of: u32,
    mean_pose: Pose,
    pose_sum: [f32; 4],
    since_refresh: u32,
    earlier: Vec<(Image, Pose, u16)>,
    blocks: BlockDiff,
    travel: Travel,
}

/// Share of patches that must agree for the view to be the same, and their number.
const SAME: f32 = 0.24;
const SAME_COUNT: usize = 6;
/// With fewer patches than this the picture is blank.
const BLANK: usize = 5;
/// Looks without a known view after which the picture is taken as a new one: 1.5 s.
const PATIENCE: u32 = 6;
/// The mean picture replaces the anchor after this many looks: 15 s, at first 3 s.
const REFRESH: u32 = 60;
const FIRST_REFRESH: u32 = 12;
/// Looks back for [`Look::activity`] and for [`Look::travel`].
const NEAR: usize = 2;
const FAR: usize = 6;
/// Anchors that are remembered.
const MEMORY: usize = 8;

impl Tracker {
    pub(super) fn push(&mut self, t: f64, gray: Gray<'_>, into: &mut Vec<Look>) {
        let image = Image::of(gray);
        if self.anchor.image.px.is_empty() {
            self.start(&image);
        }
        let own = Patches::new(&image);
        let blank = own.len() < BLANK;
        let fit = if blank { None } else { self.locate(&image) };
        let quality = fit.map_or(0.0, |f| f.quality);
        match fit {
            Some(fit) => self.found(&image, fit),
            None if blank => {}
            None => self.missed(&image),
        }
        let place = self.anchor.place.then(&self.pose);
        let (activity, travel) = self.activity(&image, gray, place);
        into.push(Look {
            t,
            view: self.anchor.view,
            pose: place,
            quality,
            blank,
            activity,
            travel,
            texture: texture(gray),
        });
        self.earlier.push((image, place, self.anchor.view));
        if self.earlier.len() > FAR {
            self.earlier.remove(0);
        }
    }

    fn start(&mut self, image: &Image) {
        self.anchor = Anchor {
            image: image.clone(),
            view: self.views,
            place: Pose::default(),
        };
        self.views += 1;
        self.aim(Pose::default());
        self.restart_mean();
        self.since_refresh = 0;
        self.lost = 0;
    }

    /// Cuts patches of the anchor as they should look under `pose`.
    fn aim(&mut self, pose: Pose) {
        self.pose = pose;
        self.warped = pose;
        self.patches = Patches::new(&self.anchor.image.warp(&pose));
    }

    fn size(image: &Image) -> (f32, f32) {
        (image.width as f32, image.height as f32)
    }

    /// The pose of `image` against the anchor, near the last one or anywhere, or against an older anchor.
    fn locate(&mut self, image: &Image) -> Option<Fit> {
        let (w, h) = Self::size(image);
        if self.lost == 0 {
            if self.pose.distance(&self.warped, w, h) > 2.0 {
                self.aim(self.pose);
            }
            // The small search holds a standing camera, the larger one a hand or a pan.
            for radius in [3, 9] {
                if let Some(fit) = self.near(image, radius) {
                    return Some(fit);
                }
            }
        }
        self.anywhere(image)
    }

    fn near(&self, image: &Image, radius: usize) -> Option<Fit> {
        let fit = self.patches.fit(image, radius)?;
        let pose = self.warped.then(&fit.pose);
        good(&fit).then_some(Fit { pose, ..fit })
    }

    fn anywhere(&mut self, image: &Image) -> Option<Fit> {
        let mut anchors = vec![self.anchor.clone()];
        anchors.extend(self.known.iter().rev().cloned());
        for anchor in anchors {
            let guesses = far_search(&anchor.image, image);
            for (score, guess) in guesses.into_iter().take(3) {
                if score < 0.35 {
                    break;
                }
                let patches = Patches::new(&anchor.image.warp(&guess));
                let Some(fit) = patches.fit(image, 7).filter(good) else {
                    continue;
                };
                let pose = guess.then(&fit.pose);
                if anchor.view != self.anchor.view || anchor.place != self.anchor.place {
                    self.keep_anchor();
                    self.known
                        .retain(|k| k.view != anchor.view || k.place != anchor.place);
                    self.anchor = anchor;
                    self.restart_mean();
                }
                return Some(Fit { pose, ..fit });
            }
        }
        None
    }

    fn found(&mut self, image: &Image, fit: Fit) {
        let (w, h) = Self::size(image);
        let jumped = self.lost > 0 || fit.pose.distance(&self.pose, w, h) > 3.0;
        self.lost = 0;
        self.pose = fit.pose;
        if jumped {
            self.aim(fit.pose);
        }
        if fit.pose.distance(&self.mean_pose, w, h) > 1.2 || self.mean_of == 0 {
            self.restart_mean();
            self.mean_pose = fit.pose;
            self.pose_sum = [0.0; 4];
            self.mean = Image {
                px: vec![0.0; image.px.len()],
                ..*image
            };
        }
        for (sum, p) in self.mean.px.iter_mut().zip(&image.px) {
            *sum += p;
        }
        for (sum, part) in
            self.pose_sum
                .iter_mut()
                .zip([fit.pose.zr, fit.pose.zi, fit.pose.wx, fit.pose.wy])
        {
            *sum += part;
        }
        self.mean_of += 1;
        self.since_refresh += 1;
        let due = if self.known.is_empty() && self.anchor.place == Pose::default() {
            FIRST_REFRESH
        } else {
            REFRESH
        };
        if self.mean_of >= due {
            self.refresh();
        } else if overlap_share(&fit.pose, w, h) < 0.6 {
            // Soon nothing of the anchor would be in sight.
            self.keep_anchor();
            self.anchor = Anchor {
                image: image.clone(),
                view: self.anchor.view,
                place: self.anchor.place.then(&fit.pose),
            };
            self.aim(Pose::default());
            self.restart_mean();
        }
    }

    /// The mean of a standing camera is a better anchor: who walks through it is blurred away.
    fn refresh(&mut self) {
        let n = self.mean_of as f32;
        let image = Image {
            px: self.mean.px.iter().map(|p| p / n).collect(),
            ..self.mean
        };
        let [zr, zi, wx, wy] = self.pose_sum.map(|sum| sum / n);
        let stood = Pose { zr, zi, wx, wy };
        let place = self.anchor.place.then(&stood);
        let pose = stood.inverse().then(&self.pose);
        self.anchor = Anchor {
            image,
            view: self.anchor.view,
            place,
        };
        self.aim(pose);
        self.restart_mean();
    }

    fn restart_mean(&mut self) {
        self.mean_of = 0;
    }

    fn keep_anchor(&mut self) {
        self.known.push(self.anchor.clone());
        if self.known.len() > MEMORY {
            self.known.remove(1);
        }
    }

    fn missed(&mut self, image: &Image) {
        self.lost += 1;
        self.restart_mean();
        if self.lost > PATIENCE {
            self.keep_anchor();
            self.start(image);
        }
    }

    /// Change against half a second ago, and travel against a second and a half ago.
    fn activity(
        &mut self,
        image: &Image,
        gray: Gray<'_>,
        place: Pose,
    ) -> ([u8; BLOCKS], [u8; BLOCKS]) {
        let activity = match self.seen_before(NEAR, image, gray, place) {
            Some(px) => self.blocks.change(&px, gray),
            None => [0; BLOCKS],
        };
        let travel = match self.seen_before(FAR, image, gray, place) {
            Some(px) => self.travel.of(&px, gray),
            None => [0; BLOCKS],
        };
        (activity, travel)
    }

    /// The picture so many looks ago as it would look from here; `None` if that was another view.
    fn seen_before(
        &self,
        looks: usize,
        image: &Image,
        gray: Gray<'_>,
        place: Pose,
    ) -> Option<Vec<u8>> {
        let (before, was, view) = self
            .earlier
            .len()
            .checked_sub(looks)
            .map(|i| &self.earlier[i])?;
        if *view != self.anchor.view {
            return None;
        }
        let moved = was.inverse().then(&place);
        let (w, h) = Self::size(image);
        if moved.distance(&Pose::default(), w, h) < 0.06 {
            return Some(before.px.iter().map(|p| *p as u8).collect());
        }
        let warped = before.warp(&moved);
        let pixels = warped.px.iter().zip(gray.px);
        Some(
            pixels
                .map(|(p, q)| if p.is_nan() { *q } else { *p as u8 })
                .collect(),
        )
    }
}

fn good(fit: &Fit) -> bool {
    let zoom = fit.pose.zoom();
    fit.quality >= SAME && fit.agree >= SAME_COUNT && (0.75..1.35).contains(&zoom)
}

/// Share of the picture that the anchor still covers.
fn overlap_share(pose: &Pose, w: f32, h: f32) -> f32 {
    let zoom = pose.zoom().max(0.1);
    let cover = |shift: f32, side: f32| (1.0 - shift.abs() / side).max(0.0);
    cover(pose.wx, w) * cover(pose.wy, h) * zoom.min(1.0 / zoom).powi(2) * (1.0 - pose.turn().abs())
}

fn texture(gray: Gray<'_>) -> [u8; BLOCKS] {
    let (bw, bh) = block_size(gray.width);
    let across = gray.width / bw;
    let mut out = [0u8; BLOCKS];
    for (k, value) in out.iter_mut().enumerate() {
        let corner = (k / across) * bh * gray.width + (k % across) * bw;
        let rows = || (0..bh).map(|r| &gray.px[corner + r * gray.width..][..bw]);
        let mean = rows().flatten().map(|p| i32::from(*p)).sum::<i32>() / (bw * bh) as i32;
        let spread: i32 = rows().flatten().map(|p| (i32::from(*p) - mean).abs()).sum();
        *value = compand(spread as f32 / (bw * bh) as f32);
    }
    out
}
