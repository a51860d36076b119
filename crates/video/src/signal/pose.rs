//! Similarity transforms of the plane: shift, turn, zoom.

/// Maps a point `p` of one picture to `z · p + w` of another, as complex numbers; the origin is the picture's centre
/// and the unit a pixel of the small picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// Turn and zoom, real part.
    pub zr: f32,
    /// Turn and zoom, imaginary part.
    pub zi: f32,
    /// Shift to the right.
    pub wx: f32,
    /// Shift down.
    pub wy: f32,
}

impl Default for Pose {
    fn default() -> Self {
        Self {
            zr: 1.0,
            zi: 0.0,
            wx: 0.0,
            wy: 0.0,
        }
    }
}

impl Pose {
    /// A shift, a zoom and a turn in radians.
    #[must_use]
    pub fn new(wx: f32, wy: f32, zoom: f32, turn: f32) -> Self {
        Self {
            zr: zoom * turn.cos(),
            zi: zoom * turn.sin(),
            wx,
            wy,
        }
    }

    /// The image of a point.
    #[must_use]
    pub fn map(&self, x: f32, y: f32) -> (f32, f32) {
        (
            self.zr * x - self.zi * y + self.wx,
            self.zi * x + self.zr * y + self.wy,
        )
    }

    /// First `self`, then `next`.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let (wx, wy) = next.map(self.wx, self.wy);
        Self {
            zr: next.zr * self.zr - next.zi * self.zi,
            zi: next.zr * self.zi + next.zi * self.zr,
            wx,
            wy,
        }
    }

    /// The way back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let square = (self.zr * self.zr + self.zi * self.zi).max(1e-6);
        let (zr, zi) = (self.zr / square, -self.zi / square);
        let back = Self {
            zr,
            zi,
            wx: 0.0,
            wy: 0.0,
        };
        let (wx, wy) = back.map(-self.wx, -self.wy);
        Self { wx, wy, ..back }
    }

    /// Magnification, 1 for none.
    #[must_use]
    pub fn zoom(&self) -> f32 {
        self.zr.hypot(self.zi)
    }

    /// Turn in radians.
    #[must_use]
    pub fn turn(&self) -> f32 {
        self.zi.atan2(self.zr)
    }

    /// How far the two poses carry the same point apart, root mean square over a picture of `width` × `height`.
    #[must_use]
    pub fn distance(&self, other: &Self, width: f32, height: f32) -> f32 {
        let (zr, zi) = (self.zr - other.zr, self.zi - other.zi);
        let (wx, wy) = (self.wx - other.wx, self.wy - other.wy);
        let radius = (width * width + height * height) / 12.0;
        ((zr * zr + zi * zi) * radius + wx * wx + wy * wy).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let pose = Pose::new(12.0, -5.0, 1.3, 0.2);
        let home = pose.then(&pose.inverse());
        assert!(home.distance(&Pose::default(), 160.0, 90.0) < 1e-3);
        assert!((pose.zoom() - 1.3).abs() < 1e-5 && (pose.turn() - 0.2).abs() < 1e-5);
    }
}
