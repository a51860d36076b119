//! One figure: legs, arms, coat, head and cap, seen from where the camera stands.

use std::f32::consts::PI;

use super::super::canvas::{Canvas, Ink};
use super::super::yard::seen;
use super::Figure;

const TROUSERS: Ink = Ink::rgb(28, 36, 58);
const CAP: Ink = Ink::rgb(24, 32, 54);
const SKIN: Ink = Ink::rgb(214, 174, 146);
const HAIR: Ink = Ink::rgb(38, 34, 34);
const SHOE: Ink = Ink::rgb(22, 22, 24);
const GLOVE: Ink = Ink::rgb(228, 228, 224);
const BELT: Ink = Ink::rgb(92, 98, 112);
const BADGE: Ink = Ink::rgb(230, 196, 92);

fn mix(a: (f32, f32), b: (f32, f32), share: f32) -> (f32, f32) {
    (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share)
}

impl Figure {
    /// Draws him, the squad having taken so many steps, at a second of the scene.
    pub(super) fn draw(&self, on: &mut Canvas, camera: (f32, f32), beat: f32, t: f32) {
        let (x, y, scale) = seen(self.x, self.near);
        let high = self.tall * scale;
        let (side, front) = self.face.sin_cos();
        let open = front.abs();
        let phase = beat + 0.9 * self.own;
        let sway = 0.004 * high * (t * 0.8 + self.own * 20.0).sin();
        let (x, y) = (x - camera.0, y - camera.1);
        on.shade((x, y), (x + 0.3 * high, y + 0.03 * high), 0.05 * high, 0.35);

        let bob = 0.012 * high * (self.stride + self.lift).min(1.0) * (2.0 * phase).cos();
        let hip = (x, y - 0.49 * high * (1.0 - 0.52 * self.squat) - bob);
        let neck = (
            x + sway + side * high * (0.07 * self.squat + 0.02 * self.stride),
            hip.1 - 0.32 * high,
        );
        for (way, sign) in [(0.0, -1.0), (PI, 1.0)] {
            self.leg(on, hip, y, phase + way, (sign, side, open, high));
        }
        let shoulder = |sign: f32| (neck.0 + sign * 0.105 * high * open, neck.1 + 0.035 * high);
        // The far arm lies behind the body.
        self.arm(on, shoulder(-1.0), phase, (-1.0, side, open, high), neck);
        let broad = high * (0.062 + 0.022 * open);
        on.stroke(
            (hip.0, hip.1 - 0.03 * high),
            (neck.0, neck.1 + 0.07 * high),
            broad,
            self.coat,
            1.0,
        );
        on.stroke(shoulder(-1.0), shoulder(1.0), 0.042 * high, self.coat, 1.0);
        let belt = broad * 0.95;
        on.stroke(
            (hip.0 - belt, hip.1 - 0.035 * high),
            (hip.0 + belt, hip.1 - 0.035 * high),
            0.013 * high,
            BELT,
            0.9,
        );
        self.arm(on, shoulder(1.0), phase + PI, (1.0, side, open, high), neck);
        self.draw_head(on, neck, high);
    }

    fn leg(
        &self,
        on: &mut Canvas,
        hip: (f32, f32),
        ground: f32,
        phase: f32,
        (sign, side, open, high): (f32, f32, f32, f32),
    ) {
        let swing = 0.42 * self.stride * phase.sin();
        let up = phase.cos().max(0.0) * high;
        let raised = up * (0.05 * self.stride + 0.11 * self.lift);
        let top = (hip.0 + sign * 0.05 * high * open, hip.1);
        let foot = (
            top.0 + side * swing.sin() * 0.5 * high + sign * 0.03 * high * self.squat,
            ground - raised,
        );
        let bend = raised * 0.5 + 0.17 * high * self.squat;
        let knee = mix(top, foot, 0.5);
        let knee = (
            knee.0 + side * bend + sign * open * 0.6 * bend,
            knee.1 - 0.25 * raised,
        );
        on.stroke(top, knee, 0.046 * high, TROUSERS, 1.0);
        on.stroke(knee, foot, 0.037 * high, TROUSERS, 1.0);
        let toe = (foot.0 + side * 0.06 * high, foot.1 + 0.004 * high);
        on.stroke(foot, toe, 0.027 * high, SHOE, 1.0);
    }

    fn arm(
        &self,
        on: &mut Canvas,
        from: (f32, f32),
        phase: f32,
        (sign, side, open, high): (f32, f32, f32, f32),
        neck: (f32, f32),
    ) {
        let swing = 0.62 * self.stride * phase.sin();
        let bent = (self.stride - 1.0).max(0.0) * 2.2;
        let down = (
            from.0 + side * swing.sin() * 0.36 * high + sign * open * 0.035 * high,
            from.1 + (0.36 - 0.1 * bent) * high * swing.cos()
                - open * 0.07 * high * (self.stride * phase.sin()).max(0.0),
        );
        let mut hand = down;
        let mut elbow = mix(from, down, 0.5);
        elbow.0 -= side * 0.05 * high * bent;
        let right = if side.abs() > open {
            sign > 0.0
        } else {
            // Who faces the camera has his right arm on the left.
            (sign < 0.0) == (self.face.cos() > 0.0)
        };
        if right && self.arm > 0.0 {
            let temple = (neck.0 + sign * open * 0.075 * high, neck.1 - 0.14 * high);
            let out = (
                from.0 + sign * open * 0.13 * high + side * 0.1 * high,
                from.1 + 0.02 * high,
            );
            hand = mix(down, temple, self.arm);
            elbow = mix(elbow, out, self.arm);
        }
        let sleeve = self.coat.lit(5.0);
        on.stroke(from, elbow, 0.036 * high, sleeve, 1.0);
        on.stroke(elbow, hand, 0.031 * high, sleeve, 1.0);
        on.disc(hand, 0.028 * high, GLOVE);
    }

    fn draw_head(&self, on: &mut Canvas, neck: (f32, f32), high: f32) {
        let turned = self.face - self.head * 0.9;
        let (side, front) = turned.sin_cos();
        let at = (neck.0 + 0.012 * high * side, neck.1 - 0.095 * high);
        on.stroke(neck, at, 0.03 * high, SKIN.lit(-14.0), 1.0);
        on.disc(at, 0.063 * high, HAIR);
        // The face comes into sight little by little.
        let shown = ((front + 0.8) / 0.9).clamp(0.0, 1.0);
        let face = (at.0 + 0.024 * high * side, at.1 + 0.012 * high);
        on.stroke(face, face, 0.052 * high, SKIN, shown);
        let crown = at.1 - 0.045 * high;
        on.stroke(
            (at.0 - 0.05 * high, crown),
            (at.0 + 0.05 * high, crown),
            0.03 * high,
            CAP,
            1.0,
        );
        let peak = (
            at.0 + 0.075 * high * side,
            crown + 0.022 * high * front.max(0.2),
        );
        on.stroke(
            (at.0 + 0.03 * high * side, peak.1),
            peak,
            0.014 * high,
            SHOE,
            1.0,
        );
        if front > 0.3 {
            on.disc((at.0 + 0.03 * high * side, crown), 0.012 * high, BADGE);
        }
    }
}
