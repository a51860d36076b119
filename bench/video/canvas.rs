//! A grey picture one can draw on, and the camera that looks at a part of it.

/// Grey picture, row by row.
#[derive(Debug, Clone)]
pub struct Canvas {
    pub width: usize,
    pub height: usize,
    pub px: Vec<u8>,
}

/// Where the camera looks: the centre on the canvas, pixels of canvas per pixel of film, roll in radians.
#[derive(Debug, Clone, Copy)]
pub struct Pose {
    pub x: f32,
    pub y: f32,
    pub scale: f32,
    pub roll: f32,
}

impl Canvas {
    pub fn new(width: usize, height: usize, grey: u8) -> Self {
        Self {
            width,
            height,
            px: vec![grey; width * height],
        }
    }

    pub fn rect(&mut self, x: f32, y: f32, w: f32, h: f32, grey: f32) {
        let (x0, x1) = clip(x, x + w, self.width);
        let (y0, y1) = clip(y, y + h, self.height);
        for row in y0..y1 {
            self.px[row * self.width + x0..row * self.width + x1].fill(grey as u8);
        }
    }

    /// A filled ellipse, mixed with what is below by `alpha`.
    pub fn ellipse(&mut self, cx: f32, cy: f32, rx: f32, ry: f32, grey: f32, alpha: f32) {
        let (y0, y1) = clip(cy - ry, cy + ry + 1.0, self.height);
        for row in y0..y1 {
            let v = (row as f32 - cy) / ry;
            let half = rx * (1.0 - v * v).max(0.0).sqrt();
            let (x0, x1) = clip(cx - half, cx + half + 1.0, self.width);
            for p in &mut self.px[row * self.width + x0..row * self.width + x1.max(x0)] {
                *p = (f32::from(*p) + (grey - f32::from(*p)) * alpha) as u8;
            }
        }
    }

    /// A thick line: a limb, a pole, a mark on the ground.
    pub fn limb(&mut self, from: (f32, f32), to: (f32, f32), thick: f32, grey: f32) {
        let (y0, y1) = clip(
            from.1.min(to.1) - thick,
            from.1.max(to.1) + thick + 1.0,
            self.height,
        );
        let (x0, x1) = clip(
            from.0.min(to.0) - thick,
            from.0.max(to.0) + thick + 1.0,
            self.width,
        );
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let per = 1.0 / (dx * dx + dy * dy).max(1e-6);
        for row in y0..y1 {
            for col in x0..x1 {
                let (px, py) = (col as f32 - from.0, row as f32 - from.1);
                let along = ((px * dx + py * dy) * per).clamp(0.0, 1.0);
                let (ex, ey) = (px - along * dx, py - along * dy);
                let square = ex * ex + ey * ey;
                if square < (thick + 0.5) * (thick + 0.5) {
                    let cover = (thick - square.sqrt() + 0.5).min(1.0);
                    let p = &mut self.px[row * self.width + col];
                    *p = (f32::from(*p) + (grey - f32::from(*p)) * cover) as u8;
                }
            }
        }
    }

    /// What the camera sees, `width` × `height`, bilinear.
    pub fn shoot(&self, pose: Pose, width: usize, height: usize, into: &mut Vec<f32>) {
        into.clear();
        let (sin, cos) = pose.roll.sin_cos();
        let (ax, ay) = (cos * pose.scale, sin * pose.scale);
        let limit_x = self.width as f32 - 2.001;
        let limit_y = self.height as f32 - 2.001;
        for row in 0..height {
            let v = row as f32 - height as f32 / 2.0;
            let u = -(width as f32) / 2.0;
            let (mut x, mut y) = (pose.x + u * ax - v * ay, pose.y + u * ay + v * ax);
            for _ in 0..width {
                let (cx, cy) = (x.clamp(0.0, limit_x), y.clamp(0.0, limit_y));
                let (ix, iy) = (cx as usize, cy as usize);
                let (fx, fy) = (cx - ix as f32, cy - iy as f32);
                let at = iy * self.width + ix;
                let p = |i: usize| f32::from(self.px[i]);
                let top = p(at) + (p(at + 1) - p(at)) * fx;
                let low = p(at + self.width) + (p(at + self.width + 1) - p(at + self.width)) * fx;
                into.push(top + (low - top) * fy);
                x += ax;
                y += ay;
            }
        }
    }
}

fn clip(from: f32, to: f32, limit: usize) -> (usize, usize) {
    let low = from.max(0.0).min(limit as f32) as usize;
    let high = to.max(0.0).min(limit as f32) as usize;
    (low, high.max(low))
}
