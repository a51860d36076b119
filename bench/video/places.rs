//! The places of family B: sports ground, gate yard, hall. None of them occurs in family A.

use crate::canvas::Canvas;
use crate::noise::Rng;
use crate::scene::{HIGH, WIDE};

/// Draws one of the places; false for a place with a roof, where no wind blows.
pub fn other(on: &mut Canvas, rng: &mut Rng, horizon: f32) -> bool {
    match rng.int(0, 3) {
        0 => {
            stand(on, rng, horizon);
            true
        }
        1 => {
            gate(on, rng, horizon);
            true
        }
        _ => {
            hall(on, rng, horizon);
            false
        }
    }
}

fn stand(on: &mut Canvas, rng: &mut Rng, horizon: f32) {
    let rows = rng.int(5, 9);
    for row in 0..rows {
        let y = horizon - 12.0 * (rows - row) as f32;
        on.rect(60.0, y, WIDE as f32 - 120.0, 6.0, 150.0 + 8.0 * row as f32);
        on.rect(60.0, y + 6.0, WIDE as f32 - 120.0, 6.0, 84.0);
        let mut seat = 70.0;
        while seat < WIDE as f32 - 80.0 {
            on.rect(seat, y - 3.0, 7.0, 6.0, rng.range(60.0, 190.0));
            seat += rng.range(12.0, 22.0);
        }
    }
    let roof = horizon - 12.0 * rows as f32 - rng.range(50.0, 90.0);
    on.rect(40.0, roof, WIDE as f32 - 80.0, 14.0, 96.0);
    for k in 0..7 {
        on.rect(70.0 + 160.0 * k as f32, roof, 7.0, horizon - roof, 110.0);
    }
    // The lanes of the track.
    for lane in 0..5 {
        let y = horizon + 8.0 + 9.0 * lane as f32;
        on.rect(0.0, y, WIDE as f32, 2.0, 205.0);
    }
}

fn gate(on: &mut Canvas, rng: &mut Rng, horizon: f32) {
    on.rect(
        0.0,
        horizon - 70.0,
        WIDE as f32,
        82.0,
        rng.range(120.0, 180.0),
    );
    let mut brick = horizon - 70.0;
    while brick < horizon + 10.0 {
        on.rect(0.0, brick, WIDE as f32, 1.5, 100.0);
        brick += 9.0;
    }
    let gate = rng.range(0.3, 0.6) * WIDE as f32;
    on.rect(gate, horizon - 140.0, 22.0, 152.0, 88.0);
    on.rect(gate + 170.0, horizon - 140.0, 22.0, 152.0, 88.0);
    on.rect(gate - 8.0, horizon - 156.0, 208.0, 20.0, 60.0);
    for k in 0..12 {
        on.rect(
            gate + 24.0 + 12.0 * k as f32,
            horizon - 80.0,
            3.0,
            90.0,
            50.0,
        );
    }
    for _ in 0..rng.int(2, 5) {
        vehicle(on, rng, horizon);
    }
}

fn vehicle(on: &mut Canvas, rng: &mut Rng, horizon: f32) {
    let (x, w) = (rng.range(20.0, WIDE as f32 - 200.0), rng.range(90.0, 150.0));
    let paint = rng.range(120.0, 235.0);
    let foot = horizon + rng.range(20.0, 44.0);
    on.rect(x, foot - w * 0.3, w, w * 0.24, paint);
    on.rect(
        x + w * 0.15,
        foot - w * 0.48,
        w * 0.62,
        w * 0.2,
        paint * 0.92,
    );
    on.rect(x + w * 0.2, foot - w * 0.45, w * 0.24, w * 0.14, 60.0);
    on.rect(x + w * 0.48, foot - w * 0.45, w * 0.24, w * 0.14, 60.0);
    on.rect(x, foot - w * 0.2, w, w * 0.05, 60.0);
    for k in [0.2, 0.8] {
        on.ellipse(x + w * k, foot - w * 0.05, w * 0.09, w * 0.09, 25.0, 1.0);
    }
}

fn hall(on: &mut Canvas, rng: &mut Rng, horizon: f32) {
    let wall = rng.range(140.0, 200.0);
    on.rect(0.0, 0.0, WIDE as f32, horizon + 10.0, wall);
    for k in 0..10 {
        let x = 30.0 + 118.0 * k as f32;
        on.rect(x, 0.0, 22.0, horizon + 20.0, wall * 0.72);
        on.rect(x + 38.0, 60.0, 52.0, horizon * 0.4, 232.0);
        on.rect(x + 62.0, 60.0, 3.0, horizon * 0.4, 130.0);
    }
    on.rect(0.0, 30.0, WIDE as f32, 8.0, wall * 0.6);
    on.rect(
        rng.range(0.2, 0.6) * WIDE as f32,
        horizon - 90.0,
        190.0,
        46.0,
        66.0,
    );
    for k in 0..6 {
        on.rect(
            0.0,
            horizon + 40.0 + 34.0 * k as f32 * (1.0 + 0.2 * k as f32),
            WIDE as f32,
            1.5,
            wall * 0.8,
        );
    }
    on.ellipse(
        WIDE as f32 * 0.5,
        HIGH as f32 * 0.8,
        130.0,
        40.0,
        wall * 0.95,
        0.4,
    );
}
