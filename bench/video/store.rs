//! Signals of a film as bytes, so that a changed detector is tried without gathering them again.

use chengzhi_video::signal::{Look, Moments, Pose, Row, Signals};

/// Takes values out of bytes in the order in which they were put in.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (head, rest) = self.0.split_at(N);
        self.0 = rest;
        head.try_into().unwrap()
    }

    fn f32(&mut self) -> f32 {
        f32::from_le_bytes(self.take())
    }

    fn f64(&mut self) -> f64 {
        f64::from_le_bytes(self.take())
    }

    fn count(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }
}

/// See [`from_bytes`].
pub fn to_bytes(signals: &Signals) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend((signals.rows.len() as u32).to_le_bytes());
    for row in &signals.rows {
        out.extend(row.t.to_le_bytes());
        out.extend([row.mean, row.dark]);
        out.extend(row.change);
    }
    out.extend((signals.looks.len() as u32).to_le_bytes());
    for look in &signals.looks {
        out.extend(look.t.to_le_bytes());
        out.extend(look.view.to_le_bytes());
        let Pose { zr, zi, wx, wy } = look.pose;
        for part in [zr, zi, wx, wy, look.quality] {
            out.extend(part.to_le_bytes());
        }
        out.push(u8::from(look.blank));
        out.extend(look.activity);
        out.extend(look.travel);
        out.extend(look.texture);
    }
    out.extend((signals.moments.len() as u32).to_le_bytes());
    for m in &signals.moments {
        out.extend(m.t.to_le_bytes());
        let parts = [
            m.energy, m.x, m.y, m.spread_x, m.spread_y, m.skew_x, m.skew_y, m.slant,
        ];
        parts.iter().for_each(|p| out.extend(p.to_le_bytes()));
    }
    out
}

/// What [`to_bytes`] wrote.
pub fn from_bytes(bytes: &[u8]) -> Signals {
    let mut from = Reader(bytes);
    let rows = (0..from.count())
        .map(|_| Row {
            t: from.f64(),
            mean: from.take::<1>()[0],
            dark: from.take::<1>()[0],
            change: from.take(),
        })
        .collect();
    let looks = (0..from.count())
        .map(|_| Look {
            t: from.f64(),
            view: u16::from_le_bytes(from.take()),
            pose: Pose {
                zr: from.f32(),
                zi: from.f32(),
                wx: from.f32(),
                wy: from.f32(),
            },
            quality: from.f32(),
            blank: from.take::<1>()[0] == 1,
            activity: from.take(),
            travel: from.take(),
            texture: from.take(),
        })
        .collect();
    let moments = (0..from.count())
        .map(|_| Moments {
            t: from.f64(),
            energy: from.f32(),
            x: from.f32(),
            y: from.f32(),
            spread_x: from.f32(),
            spread_y: from.f32(),
            skew_x: from.f32(),
            skew_y: from.f32(),
            slant: from.f32(),
        })
        .collect();
    Signals {
        rows,
        looks,
        moments,
    }
}
