//! The angle: moved, zoomed, swapped, and for what share of the film.

use super::{Cut, Stretch};
use crate::report::Kind;
use crate::signal::{Look, Pose};

/// The camera began to look elsewhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AngleChange {
    /// When it began, in seconds.
    pub at: f64,
    /// [`Kind::Moved`], [`Kind::Zoomed`] or [`Kind::Swapped`].
    pub kind: Kind,
}

/// What is to be said about the angle.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ViewFinding {
    /// Changes by time.
    pub changes: Vec<AngleChange>,
    /// Share of the film not seen from the angle that was held longest, 0 to 1.
    pub away_share: f64,
}

/// Longer and shorter side of the small picture.
const W: f32 = 160.0;
const H: f32 = 90.0;
/// A displacement must last: looks (a quarter second each).
const LASTS: usize = 6;
/// The camera stands again when it keeps still for as many looks.
const RESTS: usize = 6;
/// Half width of the median filter over looks: a jolt of half a second is none of our business.
const FILTER: usize = 3;
/// A view that is gone for less and comes back without a cut was covered by somebody walking past, in seconds.
const COVERED_S: f64 = 8.0;
/// Zooms below this are noise.
const ZOOM_FLOOR: f32 = 0.045;
/// Root mean square distance of a picture's points from its centre, in pixels: turns a zoom into a displacement.
const REACH: f32 = 53.0;

/// Judges the looks; what happens during `hidden` stretches (black, stills) is not the camera's doing.
#[must_use]
pub fn angle(
    looks: &[Look],
    cuts: &[Cut],
    hidden: &[Stretch],
    max_shift: f64,
    max_zoom: f64,
) -> ViewFinding {
    let seen: Vec<&Look> = looks
        .iter()
        .filter(|l| !l.blank && l.quality > 0.0 && !hidden.iter().any(|h| h.holds(l.t, 0.3)))
        .collect();
    let limit = (max_shift as f32 * W).min(max_zoom as f32 * REACH);
    let mut changes = Vec::new();
    let mut held: Vec<(u16, Pose, f64)> = Vec::new();
    for group in groups(&seen, cuts) {
        if let (Some(first), Some(before)) = (group.first(), held.last().copied()) {
            let last_seen = seen
                .iter()
                .rev()
                .find(|l| l.t < first.t)
                .map_or(0.0, |l| l.t);
            if before.0 != first.view {
                changes.push(switch(looks, cuts, hidden, last_seen, first.t));
            } else if first.pose.distance(&before.1, W, H) > limit && first.t - last_seen > 0.6 {
                changes.push(AngleChange {
                    at: onset(cuts, last_seen, first.t),
                    kind: kind_of(&before.1, &first.pose),
                });
            }
        }
        within(group, limit, cuts, &mut changes, &mut held);
    }
    changes.sort_by(|a, b| a.at.total_cmp(&b.at));
    ViewFinding {
        away_share: away(&held, limit),
        changes,
    }
}

/// Splits where the view changes, after taking out views that were only covered.
fn groups<'a>(seen: &'a [&'a Look], cuts: &[Cut]) -> Vec<Vec<&'a Look>> {
    let mut parts: Vec<Vec<&Look>> = Vec::new();
    for look in seen {
        match parts.last_mut() {
            Some(part) if part.last().is_some_and(|l| l.view == look.view) => part.push(look),
            _ => parts.push(vec![look]),
        }
    }
    let mut i = 1;
    while i + 1 < parts.len() {
        let (from, to) = (parts[i][0].t, parts[i + 1][0].t);
        let back = parts[i - 1][0].view == parts[i + 1][0].view;
        let sharp = cuts
            .iter()
            .any(|c| c.everywhere() && c.at > from - 2.5 && c.at < to + 0.5);
        if back && to - from < COVERED_S && !sharp {
            parts.remove(i);
            let rest = parts.remove(i);
            parts[i - 1].extend(rest);
        } else {
            i += 1;
        }
    }
    parts
}

/// Another view from `last_seen` on: a swap if it came from one frame to the next, a turn if one saw it go.
fn switch(
    looks: &[Look],
    cuts: &[Cut],
    hidden: &[Stretch],
    last_seen: f64,
    first: f64,
) -> AngleChange {
    let sharp = cuts
        .iter()
        .filter(|c| c.at > last_seen - 0.5 && c.at < first + 0.3)
        .max_by(|a, b| a.excess.total_cmp(&b.excess));
    let veiled = hidden
        .iter()
        .find(|h| h.from < first && h.to > last_seen - 0.5);
    match (sharp, veiled) {
        (Some(cut), _) if cut.everywhere() || cut.blocks >= 40 => AngleChange {
            at: cut.at,
            kind: Kind::Swapped,
        },
        (_, Some(veil)) => AngleChange {
            at: veil.to,
            kind: Kind::Swapped,
        },
        _ => {
            let lost = looks
                .iter()
                .find(|l| l.t > last_seen)
                .map_or(first, |l| l.t);
            AngleChange {
                at: lost,
                kind: Kind::Moved,
            }
        }
    }
}

fn onset(cuts: &[Cut], from: f64, to: f64) -> f64 {
    cuts.iter()
        .find(|c| c.at > from - 0.3 && c.at < to + 0.3)
        .map_or(from, |c| c.at)
}

fn kind_of(before: &Pose, after: &Pose) -> Kind {
    let way = before.inverse().then(after);
    let zoom = way.zoom().max(1e-3).ln().abs();
    if zoom > ZOOM_FLOOR && zoom * REACH >= 0.45 * way.distance(&Pose::default(), W, H) {
        Kind::Zoomed
    } else {
        Kind::Moved
    }
}

/// Follows one view: lasting displacements are changes, and each place is noted with the time it was held.
fn within(
    group: Vec<&Look>,
    limit: f32,
    cuts: &[Cut],
    changes: &mut Vec<AngleChange>,
    held: &mut Vec<(u16, Pose, f64)>,
) {
    let poses: Vec<Pose> = (0..group.len())
        .map(|i| median(&group[i.saturating_sub(FILTER)..(i + FILTER + 1).min(group.len())]))
        .collect();
    let Some(first) = poses
        .get(..poses.len().min(8))
        .and_then(|p| p.get(p.len() / 2))
    else {
        return;
    };
    let view = group[0].view;
    let mut base = *first;
    let mut since = group[0].t;
    let mut i = 0;
    while i < poses.len() {
        let gone = |j: usize| poses[j].distance(&base, W, H) > limit;
        if !(i..poses.len().min(i + LASTS)).all(gone) || poses.len() - i < LASTS {
            i += 1;
            continue;
        }
        let start = (0..i)
            .rev()
            .find(|j| poses[*j].distance(&base, W, H) < 0.3 * limit)
            .map_or(i, |j| j + 1);
        let at = onset(
            cuts,
            group[start.saturating_sub(1)].t,
            group[i].t.min(group[start].t + 0.5),
        )
        .max(group[start.saturating_sub(1)].t);
        held.push((view, base, group[start].t - since));
        // Until it stands again.
        let mut j = i;
        while j + RESTS < poses.len()
            && (j..j + RESTS).any(|k| poses[k].distance(&poses[j + RESTS], W, H) > 0.3 * limit)
        {
            j += 1;
        }
        let rests = (j + RESTS / 2).min(poses.len() - 1);
        changes.push(AngleChange {
            at,
            kind: kind_of(&base, &poses[rests]),
        });
        base = poses[rests];
        since = group[start].t;
        i = rests.max(i + 1);
    }
    held.push((view, base, group[group.len() - 1].t - since));
}

fn median(looks: &[&Look]) -> Pose {
    let middle = |get: fn(&Pose) -> f32| {
        let mut values: Vec<f32> = looks.iter().map(|l| get(&l.pose)).collect();
        super::quantile(&mut values, 0.5)
    };
    Pose {
        zr: middle(|p| p.zr),
        zi: middle(|p| p.zi),
        wx: middle(|p| p.wx),
        wy: middle(|p| p.wy),
    }
}

fn away(held: &[(u16, Pose, f64)], limit: f32) -> f64 {
    let total: f64 = held.iter().map(|h| h.2).sum();
    let longest = held
        .iter()
        .map(|a| {
            held.iter()
                .filter(|b| a.0 == b.0 && a.1.distance(&b.1, W, H) <= limit)
                .map(|b| b.2)
                .sum::<f64>()
        })
        .fold(0.0, f64::max);
    if total > 0.0 {
        ((total - longest) / total).clamp(0.0, 1.0)
    } else {
        0.0
    }
}
