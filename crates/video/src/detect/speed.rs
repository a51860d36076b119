//! Changed speed: frames repeated or left out, or shown for longer by their time stamps.

use super::judder::judder;
use super::repeats::{Told, leap_beside, repeats, total};
use super::{Stretch, quantile, runs};
use crate::signal::{Row, level};

/// How a stretch was changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speed {
    /// When.
    pub stretch: Stretch,
    /// Estimated speed, 0.5 for half; `None` where only the rhythm of left-out or doubled frames shows.
    pub rate: Option<f32>,
}

/// Share of repeated frames from which a stretch is slowed.
const SLOWED: f32 = 0.12;
/// Window of judgement in seconds.
const WINDOW_S: f64 = 3.0;
/// Frames beside repeated ones that show this many times what others do make up for what the camera left out.
const MAKES_UP: f32 = 1.38;
/// Share of a film that is the whole of it.
const WHOLE: f64 = 0.93;
/// The interval must grow by this factor.
const LONGER: f32 = 1.2;

/// Stretches of at least `min_s` seconds with changed speed; inside `hidden` ones nothing is judged.
#[must_use]
pub fn speed_changes(rows: &[Row], hidden: &[Stretch], min_s: f64) -> Vec<Speed> {
    let (mut found, excused) = repeated(rows, hidden, min_s);
    let mut uneven = uneven(rows, hidden, min_s);
    uneven.retain(|u| {
        !excused
            .iter()
            .any(|e| e.from < u.stretch.to && u.stretch.from < e.to)
    });
    for speed in uneven.into_iter().chain(stretched(rows, min_s)) {
        if !found
            .iter()
            .any(|f| f.stretch.from < speed.stretch.to && speed.stretch.from < f.stretch.to)
        {
            found.push(speed);
        }
    }
    found.sort_by(|a, b| a.stretch.from.total_cmp(&b.stretch.from));
    found
}

/// Frames left out or repeated in a steady rhythm.
fn uneven(rows: &[Row], hidden: &[Stretch], min_s: f64) -> Vec<Speed> {
    let times: Vec<f64> = rows.iter().map(|r| r.t).collect();
    let usual = super::usual_step(&times);
    let motion: Vec<Option<f32>> = rows
        .iter()
        .enumerate()
        .map(|(i, row)| {
            let step = row.t - rows.get(i.wrapping_sub(1))?.t;
            // A step that is longer by the clock may show more.
            let plain = step > 0.6 * usual && step < 1.5 * usual;
            (plain && !hidden.iter().any(|h| h.holds(row.t, 0.2))).then(|| moved(row))
        })
        .collect();
    judder(&times, &motion, min_s)
        .into_iter()
        .map(|j| Speed {
            stretch: j.stretch,
            // How many frames a step is long the rhythm alone does not say.
            rate: None,
        })
        .collect()
}

/// Change of the blocks that move: what noise makes is taken off.
fn moved(row: &Row) -> f32 {
    let mut levels: Vec<f32> = row.change.iter().map(|c| level(*c)).collect();
    let noise = quantile(&mut levels, 0.25);
    levels.iter().map(|l| (l - 1.3 * noise).max(0.0)).sum()
}

/// Frames repeated without need: `(accused, excused)`, the latter stretches in which repeated frames only fill up what the
/// camera had left out, or in which a whole film was brought to another frame rate.
fn repeated(rows: &[Row], hidden: &[Stretch], min_s: f64) -> (Vec<Speed>, Vec<Stretch>) {
    let told: Vec<Told> = repeats(rows)
        .into_iter()
        .zip(rows)
        .map(|(told, row)| Told {
            told: told.told && !hidden.iter().any(|h| h.holds(row.t, 0.2)),
            ..told
        })
        .collect();
    let share = |i: usize| {
        let low = rows.partition_point(|r| r.t < rows[i].t - WINDOW_S / 2.0);
        let high = rows.partition_point(|r| r.t < rows[i].t + WINDOW_S / 2.0);
        let telling = told[low..high].iter().filter(|t| t.told).count();
        let repeats = told[low..high]
            .iter()
            .filter(|t| t.repeats && t.told)
            .count();
        if telling * 2 > high - low {
            repeats as f32 / telling as f32
        } else {
            0.0
        }
    };
    let shares: Vec<f32> = (0..rows.len()).map(share).collect();
    let (mut accused, mut excused, mut length) = (Vec::new(), Vec::new(), 0.0);
    for run in runs(shares.iter().map(|s| *s > SLOWED)) {
        let mut inside = shares[run.clone()].to_vec();
        let stretch = Stretch {
            from: rows[run.start].t,
            to: rows[run.end - 1].t,
        };
        if leap_beside(rows, &told, run).is_some_and(|leap| leap > MAKES_UP) {
            excused.push(stretch);
            continue;
        }
        length += stretch.length();
        accused.push(Speed {
            stretch,
            rate: Some(1.0 - quantile(&mut inside, 0.5)),
        });
    }
    let film = rows.last().map_or(0.0, |r| r.t);
    let steady = accused.iter().all(|s| s.rate.is_some_and(converted));
    if length > WHOLE * film && steady {
        excused.extend(accused.drain(..).map(|s| s.stretch));
    }
    accused.retain(|speed| speed.stretch.length() >= min_s);
    (accused, excused)
}

/// True for the share of true frames in a film brought from one usual frame rate to another.
fn converted(rate: f32) -> bool {
    [0.4, 0.48, 0.5, 0.6, 0.625, 0.667, 0.75, 0.8, 0.833]
        .iter()
        .any(|r| (rate - r).abs() < 0.012)
}

/// Frames further apart than in the rest of the film although each moves no more than there.
fn stretched(rows: &[Row], min_s: f64) -> Vec<Speed> {
    let steps: Vec<f32> = rows.windows(2).map(|w| (w[1].t - w[0].t) as f32).collect();
    if steps.len() < 50 {
        return Vec::new();
    }
    let mut lowest = steps.clone();
    let usual = quantile(&mut lowest, 0.2);
    // A leap of the time stamps is no change of speed.
    let capped: Vec<f32> = steps.iter().map(|s| s.min(4.0 * usual)).collect();
    let around = |i: usize| {
        let near = &capped[i.saturating_sub(15)..(i + 16).min(capped.len())];
        near.iter().sum::<f32>() / near.len() as f32
    };
    let flags: Vec<bool> = (0..steps.len())
        .map(|i| around(i) > LONGER * usual)
        .collect();
    let normal = middle_change(rows, (0..steps.len()).filter(|i| !flags[*i]));
    runs(flags.iter().copied())
        .into_iter()
        .filter_map(|run| {
            let stretch = Stretch {
                from: rows[run.start].t,
                to: rows[run.end].t,
            };
            let ratio =
                capped[run.clone()].iter().sum::<f32>() / run.len() as f32 / usual.max(1e-4);
            let suspect =
                stretch.length() >= min_s && !filmed_slower(rows, &steps, run, usual, normal);
            suspect.then_some(Speed {
                stretch,
                rate: Some(1.0 / ratio),
            })
        })
        .collect()
}

/// True if the camera itself took fewer frames: then a longer interval shows more motion. Stretched time stamps show the
/// same motion whatever the interval.
fn filmed_slower(
    rows: &[Row],
    steps: &[f32],
    run: std::ops::Range<usize>,
    usual: f32,
    normal: f32,
) -> bool {
    let long: Vec<usize> = run
        .clone()
        .filter(|i| steps[*i] > 1.6 * usual && steps[*i] < 4.0 * usual)
        .collect();
    let short: Vec<usize> = run.clone().filter(|i| steps[*i] < 1.3 * usual).collect();
    if long.len() >= 15 && short.len() >= 15 {
        return middle_change(rows, long) > 1.2 * middle_change(rows, short);
    }
    let mut inside = steps[run.clone()].to_vec();
    let ratio = quantile(&mut inside, 0.5) / usual.max(1e-4);
    common(1.0 / f64::from(ratio * usual)) && middle_change(rows, run) >= normal * ratio.sqrt()
}

/// The middle of the change that the steps with these numbers show.
fn middle_change(rows: &[Row], steps: impl IntoIterator<Item = usize>) -> f32 {
    let mut sums: Vec<f32> = steps.into_iter().map(|i| total(&rows[i + 1])).collect();
    quantile(&mut sums, 0.5)
}

/// True for a frame rate that phones use.
fn common(fps: f64) -> bool {
    [
        60.0, 50.0, 30.0, 29.97, 25.0, 24.0, 23.976, 20.0, 15.0, 14.985, 12.0, 10.0,
    ]
    .iter()
    .any(|r| (fps / r - 1.0).abs() < 0.012)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{BLOCKS, compand};

    /// A minute of steady motion in twelve blocks, played at `rate` times its speed between 20 and 40 s.
    fn film(rate: f64) -> Vec<Row> {
        let mut source = 0.0f64;
        (0..1500)
            .map(|i| {
                let t = f64::from(i) * 0.04;
                let before = source.floor();
                source += if (20.0..40.0).contains(&t) { rate } else { 1.0 };
                let steps = (source.floor() - before) as f32;
                let swing = 1.0 + 0.5 * ((source * 0.49).cos() as f32);
                let mut change = [compand(0.1); BLOCKS];
                change[70..82].fill(compand(0.1 + 5.0 * steps * swing));
                Row {
                    t,
                    mean: 120,
                    dark: 0,
                    change,
                }
            })
            .collect()
    }

    #[test]
    fn frames_left_out_or_repeated_are_found_where_they_are() {
        for rate in [0.55, 0.8, 1.35, 1.6, 2.5] {
            let found = speed_changes(&film(rate), &[], 2.5);
            assert!(!found.is_empty(), "{rate}");
            let (from, to) = (found[0].stretch.from, found[found.len() - 1].stretch.to);
            assert!(
                (17.0..24.0).contains(&from) && (36.0..44.0).contains(&to),
                "{rate}: {found:?}"
            );
            assert!(
                found
                    .iter()
                    .all(|s| rate > 1.0 || s.rate.is_none_or(|r| r < 1.0)),
                "{rate}: {found:?}"
            );
        }
    }

    #[test]
    fn the_pace_of_the_camera_is_no_change_and_twice_the_speed_has_no_rhythm() {
        assert_eq!(speed_changes(&film(1.0), &[], 2.5), []);
        // All steps are alike at a whole multiple: a limit of this judgement, not a wish.
        assert_eq!(speed_changes(&film(2.0), &[], 2.5), []);
    }

    #[test]
    fn gaps_that_a_converter_filled_are_not_slower() {
        let mut film = film(1.0);
        let mut missed = 0.0;
        for (i, row) in film.iter_mut().enumerate() {
            let now = level(row.change[70]);
            if i % 11 == 4 || i % 17 == 9 {
                missed += now;
                row.change[70..82].fill(compand(0.1));
            } else {
                row.change[70..82].fill(compand(now + missed));
                missed = 0.0;
            }
        }
        assert_eq!(speed_changes(&film, &[], 2.5), []);
    }

    #[test]
    fn a_whole_film_at_another_frame_rate_is_not_slower() {
        // 24 frames a second brought to 30: every fifth repeats. Where only a part does, somebody slowed it.
        let repeat = |film: &mut Vec<Row>, from: usize| {
            for row in film.iter_mut().skip(from).step_by(5) {
                row.change = [compand(0.1); BLOCKS];
            }
        };
        let mut whole = film(1.0);
        repeat(&mut whole, 0);
        assert_eq!(speed_changes(&whole, &[], 2.5), []);
        let mut part = film(1.0);
        repeat(&mut part, 700);
        assert_eq!(speed_changes(&part, &[], 2.5).len(), 1);
    }
}
