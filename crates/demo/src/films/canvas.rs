//! A picture in the encoder's own form (YUV 4:2:0), with round-ended strokes, discs and boxes whose
//! edges are soft, so that what moves by less than a pixel moves.

/// A colour: luma and the two chroma parts, 8 bits each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink(pub [u8; 3]);

impl Ink {
    /// From red, green and blue, by the formula of standard definition television.
    #[must_use]
    pub const fn rgb(r: u8, g: u8, b: u8) -> Ink {
        let (r, g, b) = (r as i32, g as i32, b as i32);
        Ink([
            (16 + (66 * r + 129 * g + 25 * b + 128) / 256) as u8,
            ((128 * 256 - 38 * r - 74 * g + 112 * b + 128) / 256) as u8,
            ((128 * 256 + 112 * r - 94 * g - 18 * b + 128) / 256) as u8,
        ])
    }

    /// The same colour with another luma.
    #[must_use]
    pub fn lit(self, by: f32) -> Ink {
        let [y, u, v] = self.0;
        Ink([(f32::from(y) + by).clamp(16.0, 235.0) as u8, u, v])
    }
}

/// One plane of a picture.
#[derive(Debug, Clone)]
struct Plane {
    width: usize,
    height: usize,
    px: Vec<u8>,
}

/// A line with round ends: from, to, half its width.
type Stroke = ((f32, f32), (f32, f32), f32);

impl Plane {
    fn new(width: usize, height: usize, value: u8) -> Plane {
        Plane {
            width,
            height,
            px: vec![value; width * height],
        }
    }

    fn blend(&mut self, x: usize, y: usize, value: u8, share: f32) {
        if let Some(px) = self.px.get_mut(y * self.width + x) {
            let old = f32::from(*px);
            *px = (old + (f32::from(value) - old) * share + 0.5) as u8;
        }
    }

    /// The pixels that a span may touch, kept inside the plane.
    fn clip(low: f32, high: f32, size: usize) -> std::ops::Range<usize> {
        let most = size as f32;
        (low.floor().clamp(0.0, most) as usize)..(high.ceil().clamp(0.0, most) as usize)
    }

    fn stroke(&mut self, ((ax, ay), (bx, by), r): Stroke, value: u8, strength: f32) {
        let reach = r + 0.5;
        let rows = Plane::clip(ay.min(by) - reach, ay.max(by) + reach, self.height);
        let columns = Plane::clip(ax.min(bx) - reach, ax.max(bx) + reach, self.width);
        let (dx, dy) = (bx - ax, by - ay);
        let whole = (dx * dx + dy * dy).max(1e-6);
        let (outer, inner) = (reach * reach, (r - 0.5).max(0.0).powi(2));
        for y in rows {
            let py = y as f32 + 0.5 - ay;
            for x in columns.clone() {
                let px = x as f32 + 0.5 - ax;
                let along = ((px * dx + py * dy) / whole).clamp(0.0, 1.0);
                let (qx, qy) = (px - along * dx, py - along * dy);
                let far = qx * qx + qy * qy;
                if far < outer {
                    let share = if far <= inner {
                        1.0
                    } else {
                        reach - far.sqrt()
                    };
                    self.blend(x, y, value, share.min(1.0) * strength);
                }
            }
        }
    }

    fn bar(&mut self, left: f32, top: f32, width: f32, height: f32, value: u8, strength: f32) {
        let cover = |at: usize, from: f32, to: f32| {
            ((at as f32 + 1.0).min(to) - (at as f32).max(from)).clamp(0.0, 1.0)
        };
        for y in Plane::clip(top, top + height, self.height) {
            let down = cover(y, top, top + height);
            for x in Plane::clip(left, left + width, self.width) {
                self.blend(x, y, value, cover(x, left, left + width) * down * strength);
            }
        }
    }

    /// Copies the part of a larger plane that begins at a corner.
    fn window(&mut self, of: &Plane, left: usize, top: usize) {
        for (y, row) in self.px.chunks_exact_mut(self.width).enumerate() {
            let from = (top + y) * of.width + left;
            if let Some(source) = of.px.get(from..from + row.len()) {
                row.copy_from_slice(source);
            }
        }
    }
}

/// A picture.
#[derive(Debug, Clone)]
pub struct Canvas {
    planes: [Plane; 3],
}

impl Canvas {
    /// A picture in one colour; both sides are even numbers.
    #[must_use]
    pub fn new(width: usize, height: usize, ink: Ink) -> Canvas {
        let [y, u, v] = ink.0;
        Canvas {
            planes: [
                Plane::new(width, height, y),
                Plane::new(width / 2, height / 2, u),
                Plane::new(width / 2, height / 2, v),
            ],
        }
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> usize {
        self.planes[0].width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> usize {
        self.planes[0].height
    }

    /// Each plane with the scale of its pixels and its part of an ink.
    fn each(&mut self, ink: Ink, mut draw: impl FnMut(&mut Plane, f32, u8)) {
        for ((plane, scale), value) in self.planes.iter_mut().zip([1.0, 0.5, 0.5]).zip(ink.0) {
            draw(plane, scale, value);
        }
    }

    /// A stroke with round ends, `r` half its width, opaque at a `strength` of 1.
    pub fn stroke(&mut self, from: (f32, f32), to: (f32, f32), r: f32, ink: Ink, strength: f32) {
        self.each(ink, |plane, scale, value| {
            let (a, b) = (
                (from.0 * scale, from.1 * scale),
                (to.0 * scale, to.1 * scale),
            );
            plane.stroke((a, b, r * scale), value, strength);
        });
    }

    /// A disc.
    pub fn disc(&mut self, at: (f32, f32), r: f32, ink: Ink) {
        self.stroke(at, at, r, ink, 1.0);
    }

    /// A box by its corner and sides.
    pub fn bar(&mut self, corner: (f32, f32), sides: (f32, f32), ink: Ink) {
        self.each(ink, |plane, scale, value| {
            let (left, top) = (corner.0 * scale, corner.1 * scale);
            plane.bar(left, top, sides.0 * scale, sides.1 * scale, value, 1.0);
        });
    }

    /// Darkens along a flat stroke: a shadow on the ground.
    pub fn shade(&mut self, from: (f32, f32), to: (f32, f32), r: f32, strength: f32) {
        self.planes[0].stroke((from, to, r), 30, strength);
    }

    /// Changes the luma of each pixel by what a function of its place says.
    pub fn texture(&mut self, mut by: impl FnMut(usize, usize) -> i16) {
        let width = self.planes[0].width;
        for (y, row) in self.planes[0].px.chunks_exact_mut(width).enumerate() {
            for (x, px) in row.iter_mut().enumerate() {
                *px = (i16::from(*px) + by(x, y)).clamp(16, 235) as u8;
            }
        }
    }

    /// Takes over the part of a larger picture that begins at an even corner.
    pub fn window(&mut self, of: &Canvas, left: usize, top: usize) {
        for ((plane, source), scale) in self.planes.iter_mut().zip(&of.planes).zip([1, 2, 2]) {
            plane.window(source, left / scale, top / scale);
        }
    }

    /// Exchanges left and right.
    pub fn mirror(&mut self) {
        for plane in &mut self.planes {
            let width = plane.width;
            plane.px.chunks_exact_mut(width).for_each(<[u8]>::reverse);
        }
    }

    /// Brightens all of it by so many grey levels.
    pub fn brighten(&mut self, by: i16) {
        for px in &mut self.planes[0].px {
            *px = (i16::from(*px) + by).clamp(16, 235) as u8;
        }
    }

    /// The bytes as the encoder takes them: plane by plane.
    #[must_use]
    pub fn planes(&self) -> [&[u8]; 3] {
        [&self.planes[0].px, &self.planes[1].px, &self.planes[2].px]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK: Ink = Ink::rgb(0, 0, 0);
    const WHITE: Ink = Ink::rgb(255, 255, 255);

    #[test]
    fn colours_come_out_in_the_range_of_television() {
        assert_eq!((BLACK.0, WHITE.0), ([16, 128, 128], [235, 128, 128]));
        let [y, u, v] = Ink::rgb(255, 0, 0).0;
        assert!((80..84).contains(&y) && u < 100 && v > 230, "{y} {u} {v}");
    }

    #[test]
    fn a_shift_of_less_than_a_pixel_shows() {
        let drawn = |x: f32| {
            let mut canvas = Canvas::new(16, 16, BLACK);
            canvas.disc((x, 8.0), 3.0, WHITE);
            canvas.planes()[0].to_vec()
        };
        assert_ne!(drawn(8.0), drawn(8.2));
        let light = |px: Vec<u8>| px.iter().map(|p| i64::from(*p) - 16).sum::<i64>();
        let (one, two) = (light(drawn(8.0)), light(drawn(8.2)));
        assert!((one - two).abs() < one / 20, "{one} {two}");
    }

    #[test]
    fn what_lies_outside_is_left_out_and_a_mirror_turned_twice_is_none() {
        let mut canvas = Canvas::new(16, 8, BLACK);
        canvas.stroke((-9.0, -9.0), (40.0, 3.0), 2.0, WHITE, 1.0);
        canvas.bar((12.0, 5.0), (60.0, 60.0), WHITE);
        let before = canvas.planes()[0].to_vec();
        canvas.mirror();
        assert_ne!(canvas.planes()[0], before);
        canvas.mirror();
        assert_eq!(canvas.planes()[0], before);
    }
}
