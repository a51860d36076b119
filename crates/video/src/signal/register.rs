//! Lays one picture over another: textured patches are sought near where they should be, and the shift, turn and zoom
//! that most of them agree on is taken. Figures and leaves go their own ways and are outvoted.

use super::pose::Pose;

const PATCH_W: usize = 16;
const PATCH_H: usize = 12;
/// At most this many patches of a picture are used.
const MOST: usize = 44;
/// A patch is found when it correlates at least this well.
const ALIKE: f32 = 0.72;
/// Pixels by which a patch may miss the common motion.
const AGREES: f32 = 0.9;

/// A small picture of its own.
#[derive(Debug, Clone, Default)]
pub(super) struct Image {
    pub width: usize,
    pub height: usize,
    pub px: Vec<f32>,
}

impl Image {
    pub(super) fn of(gray: crate::ffmpeg::Gray<'_>) -> Self {
        Self {
            width: gray.width,
            height: gray.height,
            px: gray.px.iter().map(|p| f32::from(*p)).collect(),
        }
    }

    /// The picture as seen after `pose`; `NaN` where it does not reach.
    pub(super) fn warp(&self, pose: &Pose) -> Self {
        let back = pose.inverse();
        let (cx, cy) = (self.width as f32 / 2.0, self.height as f32 / 2.0);
        let mut px = Vec::with_capacity(self.px.len());
        for row in 0..self.height {
            for col in 0..self.width {
                let (x, y) = back.map(col as f32 - cx, row as f32 - cy);
                px.push(self.sample(x + cx, y + cy));
            }
        }
        Self { px, ..*self }
    }

    fn sample(&self, x: f32, y: f32) -> f32 {
        if x < 0.0 || y < 0.0 || x >= (self.width - 1) as f32 || y >= (self.height - 1) as f32 {
            return f32::NAN;
        }
        let (ix, iy) = (x as usize, y as usize);
        let (fx, fy) = (x - ix as f32, y - iy as f32);
        let at = iy * self.width + ix;
        let top = self.px[at] + (self.px[at + 1] - self.px[at]) * fx;
        let below = at + self.width;
        let low = self.px[below] + (self.px[below + 1] - self.px[below]) * fx;
        top + (low - top) * fy
    }

    /// A quarter of each side, means of 4 × 4; `NaN` where any pixel is missing.
    fn quarter(&self) -> Self {
        let (width, height) = (self.width / 4, self.height / 4);
        let mut px = Vec::with_capacity(width * height);
        for row in 0..height {
            for col in 0..width {
                let sum: f32 = (0..4)
                    .flat_map(|r| &self.px[(row * 4 + r) * self.width + col * 4..][..4])
                    .sum();
                px.push(sum / 16.0);
            }
        }
        Self { width, height, px }
    }
}

#[derive(Debug, Clone)]
struct Patch {
    x: usize,
    y: usize,
    px: Vec<f32>,
    norm: f32,
}

/// The textured patches of one picture.
#[derive(Debug, Clone, Default)]
pub(super) struct Patches {
    of: Vec<Patch>,
}

/// How well two pictures lie on each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    pub pose: Pose,
    /// Share of the patches that agree.
    pub quality: f32,
    /// Number of the patches that agree.
    pub agree: usize,
}

impl Patches {
    pub(super) fn new(image: &Image) -> Self {
        let mut found: Vec<(f32, usize, usize)> = Vec::new();
        for y in (2..image.height.saturating_sub(PATCH_H + 2)).step_by(6) {
            for x in (2..image.width.saturating_sub(PATCH_W + 2)).step_by(8) {
                let strength = corner(image, x, y);
                if strength > 40.0 {
                    found.push((strength, x, y));
                }
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        // Spread over the picture: a strong patch keeps its close neighbours out.
        let mut chosen: Vec<Patch> = Vec::new();
        for (_, x, y) in found {
            if chosen
                .iter()
                .all(|p| p.x.abs_diff(x) >= PATCH_W || p.y.abs_diff(y) >= PATCH_H)
            {
                chosen.push(cut(image, x, y));
                if chosen.len() == MOST {
                    break;
                }
            }
        }
        Self { of: chosen }
    }

    pub(super) fn len(&self) -> usize {
        self.of.len()
    }

    /// The motion from the patches' picture to `image`, sought within `radius` pixels; `None` if too few are found.
    pub(super) fn fit(&self, image: &Image, radius: usize) -> Option<Fit> {
        let (cx, cy) = (image.width as f32 / 2.0, image.height as f32 / 2.0);
        let mut pairs = Vec::with_capacity(self.of.len());
        for patch in &self.of {
            if let Some((dx, dy)) = seek(patch, image, radius as isize) {
                let x = patch.x as f32 + PATCH_W as f32 / 2.0 - cx;
                let y = patch.y as f32 + PATCH_H as f32 / 2.0 - cy;
                pairs.push(((x, y), (x + dx, y + dy)));
            }
        }
        let (pose, agree) = vote(&pairs)?;
        Some(Fit {
            pose,
            agree,
            quality: agree as f32 / self.of.len().max(1) as f32,
        })
    }
}

/// The smaller eigenvalue of the structure tensor, a mean per pixel: large where a shift in any direction shows.
fn corner(image: &Image, x: usize, y: usize) -> f32 {
    let (mut xx, mut yy, mut xy) = (0.0f32, 0.0f32, 0.0f32);
    for row in y..y + PATCH_H {
        for col in x..x + PATCH_W {
            let at = row * image.width + col;
            let dx = image.px[at + 1] - image.px[at - 1];
            let dy = image.px[at + image.width] - image.px[at - image.width];
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
    }
    let half = (xx + yy) / 2.0;
    let root = (((xx - yy) / 2.0).powi(2) + xy * xy).sqrt();
    (half - root) / (PATCH_W * PATCH_H) as f32
}

fn cut(image: &Image, x: usize, y: usize) -> Patch {
    let mut px: Vec<f32> = (y..y + PATCH_H)
        .flat_map(|row| &image.px[row * image.width + x..][..PATCH_W])
        .copied()
        .collect();
    let mean = px.iter().sum::<f32>() / px.len() as f32;
    px.iter_mut().for_each(|p| *p -= mean);
    let norm = px.iter().map(|p| p * p).sum::<f32>().sqrt();
    Patch { x, y, px, norm }
}

/// Where the patch lies best, to a fraction of a pixel.
fn seek(patch: &Patch, image: &Image, radius: isize) -> Option<(f32, f32)> {
    let side = (2 * radius + 1) as usize;
    let mut scores = vec![-1.0f32; side * side];
    let mut best = (ALIKE, 0usize);
    for dy in -radius..=radius {
        for dx in -radius..=radius {
            let (x, y) = (patch.x as isize + dx, patch.y as isize + dy);
            if x < 0
                || y < 0
                || x as usize + PATCH_W > image.width
                || y as usize + PATCH_H > image.height
            {
                continue;
            }
            let at = ((dy + radius) as usize) * side + (dx + radius) as usize;
            scores[at] = correlation(patch, image, x as usize, y as usize);
            if scores[at] > best.0 {
                best = (scores[at], at);
            }
        }
    }
    let (top, at) = best;
    let (col, row) = (at % side, at / side);
    if top <= ALIKE || col == 0 || row == 0 || col + 1 == side || row + 1 == side {
        return None;
    }
    let peak = |before: f32, after: f32| {
        let bend = before - 2.0 * top + after;
        if bend < -1e-6 {
            (0.5 * (before - after) / bend).clamp(-0.5, 0.5)
        } else {
            0.0
        }
    };
    let fx = peak(scores[at - 1], scores[at + 1]);
    let fy = peak(scores[at - side], scores[at + side]);
    Some((
        col as f32 - radius as f32 + fx,
        row as f32 - radius as f32 + fy,
    ))
}

fn correlation(patch: &Patch, image: &Image, x: usize, y: usize) -> f32 {
    let (mut sum, mut square, mut cross) = (0.0f32, 0.0f32, 0.0f32);
    for (row, template) in patch.px.chunks_exact(PATCH_W).enumerate() {
        let line = &image.px[(y + row) * image.width + x..][..PATCH_W];
        for (a, b) in line.iter().zip(template) {
            sum += a;
            square += a * a;
            cross += a * b;
        }
    }
    let count = (PATCH_W * PATCH_H) as f32;
    let spread = (square - sum * sum / count).max(0.0).sqrt();
    if spread < 8.0 || patch.norm < 8.0 {
        0.0
    } else {
        cross / (spread * patch.norm)
    }
}

type Pair = ((f32, f32), (f32, f32));

/// The pose most pairs agree on, and how many; all pairs of pairs on a fixed stride stand as candidates.
fn vote(pairs: &[Pair]) -> Option<(Pose, usize)> {
    if pairs.len() < 4 {
        return None;
    }
    let mut best: (usize, Pose) = (0, Pose::default());
    for i in 0..pairs.len() {
        let ((x, y), (u, v)) = pairs[i];
        let shift = Pose {
            wx: u - x,
            wy: v - y,
            ..Pose::default()
        };
        best = better(best, shift, pairs);
        for step in [pairs.len() / 3 + 1, pairs.len() / 2 + 1] {
            if let Some(pose) = through(pairs[i], pairs[(i + step) % pairs.len()]) {
                best = better(best, pose, pairs);
            }
        }
    }
    let mut pose = best.1;
    for _ in 0..2 {
        pose = least_squares(&pose, pairs)?;
    }
    Some((pose, supporters(&pose, pairs)))
}

fn better(best: (usize, Pose), pose: Pose, pairs: &[Pair]) -> (usize, Pose) {
    let count = supporters(&pose, pairs);
    if count > best.0 { (count, pose) } else { best }
}

fn miss(pose: &Pose, pair: &Pair) -> f32 {
    let (u, v) = pose.map(pair.0.0, pair.0.1);
    (u - pair.1.0).hypot(v - pair.1.1)
}

fn supporters(pose: &Pose, pairs: &[Pair]) -> usize {
    pairs
        .iter()
        .filter(|pair| miss(pose, pair) < AGREES)
        .count()
}

/// The pose that carries two points to two points; close points say nothing about turn and zoom.
fn through(a: Pair, b: Pair) -> Option<Pose> {
    let (dx, dy) = (b.0.0 - a.0.0, b.0.1 - a.0.1);
    let (du, dv) = (b.1.0 - a.1.0, b.1.1 - a.1.1);
    let square = dx * dx + dy * dy;
    if square < 400.0 {
        return None;
    }
    let (zr, zi) = ((du * dx + dv * dy) / square, (dv * dx - du * dy) / square);
    let turned = Pose {
        zr,
        zi,
        wx: 0.0,
        wy: 0.0,
    };
    let (x, y) = turned.map(a.0.0, a.0.1);
    Some(Pose {
        wx: a.1.0 - x,
        wy: a.1.1 - y,
        ..turned
    })
}

/// Refines over the supporters; few or huddled ones give a shift only.
fn least_squares(pose: &Pose, pairs: &[Pair]) -> Option<Pose> {
    let inside: Vec<&Pair> = pairs
        .iter()
        .filter(|pair| miss(pose, pair) < AGREES)
        .collect();
    if inside.len() < 3 {
        return None;
    }
    let n = inside.len() as f32;
    let mean = |get: fn(&Pair) -> f32| inside.iter().map(|p| get(p)).sum::<f32>() / n;
    let (mx, my, mu, mv) = (
        mean(|p| p.0.0),
        mean(|p| p.0.1),
        mean(|p| p.1.0),
        mean(|p| p.1.1),
    );
    let (mut square, mut dot, mut cross) = (0.0f32, 0.0f32, 0.0f32);
    for pair in &inside {
        let (x, y, u, v) = (pair.0.0 - mx, pair.0.1 - my, pair.1.0 - mu, pair.1.1 - mv);
        square += x * x + y * y;
        dot += x * u + y * v;
        cross += x * v - y * u;
    }
    let z = if square > 300.0 * n {
        (dot / square, cross / square)
    } else {
        (1.0, 0.0)
    };
    let turned = Pose {
        zr: z.0,
        zi: z.1,
        wx: 0.0,
        wy: 0.0,
    };
    let (x, y) = turned.map(mx, my);
    Some(Pose {
        wx: mu - x,
        wy: mv - y,
        ..turned
    })
}

/// Poses under which `from` may look like `to`, best first: every shift of the quarter-size picture under a few zooms
/// and turns. Used only when the near search has failed.
pub(super) fn far_search(from: &Image, to: &Image) -> Vec<(f32, Pose)> {
    let target = to.quarter();
    let mut found = Vec::new();
    let turns = [
        (1.0, 0.0),
        (1.12, 0.0),
        (0.89, 0.0),
        (1.27, 0.0),
        (0.79, 0.0),
        (1.45, 0.0),
        (1.65, 0.0),
        (1.0, 0.13),
        (1.0, -0.13),
        (1.0, 0.26),
        (1.0, -0.26),
    ];
    for (zoom, turn) in turns {
        let pose = Pose::new(0.0, 0.0, zoom, turn);
        let source = from.warp(&pose).quarter();
        let mut best = (0.0f32, 0isize, 0isize);
        let (reach_x, reach_y) = (target.width as isize / 2, target.height as isize / 2);
        for dy in -reach_y..=reach_y {
            for dx in -reach_x..=reach_x {
                let score = overlap(&source, &target, dx, dy);
                if score > best.0 {
                    best = (score, dx, dy);
                }
            }
        }
        found.push((
            best.0,
            Pose {
                wx: best.1 as f32 * 4.0,
                wy: best.2 as f32 * 4.0,
                ..pose
            },
        ));
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found
}

/// Correlation of what overlaps when `source` is shifted, a little less for little overlap.
fn overlap(source: &Image, target: &Image, dx: isize, dy: isize) -> f32 {
    let (w, h) = (target.width as isize, target.height as isize);
    let (mut n, mut a, mut b, mut aa, mut bb, mut ab) =
        (0.0f32, 0.0f32, 0.0f32, 0.0f32, 0.0f32, 0.0f32);
    for y in dy.max(0)..h.min(h + dy) {
        for x in dx.max(0)..w.min(w + dx) {
            let p = source.px[((y - dy) * w + x - dx) as usize];
            if p.is_nan() {
                continue;
            }
            let q = target.px[(y * w + x) as usize];
            n += 1.0;
            a += p;
            b += q;
            aa += p * p;
            bb += q * q;
            ab += p * q;
        }
    }
    let whole = (w * h) as f32;
    if n < whole * 0.3 {
        return 0.0;
    }
    let spread = ((aa - a * a / n) * (bb - b * b / n)).max(1.0).sqrt();
    (ab - a * b / n) / spread * (0.85 + 0.15 * n / whole)
}
