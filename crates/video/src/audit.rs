//! The whole check of one film: probe, one decoding pass, detectors, report.

use std::path::Path;

use crate::detect::{self, AngleChange, Cut, Stretch};
use crate::ffmpeg::{Cancel, Decoded, Gray, Limits, Pass, Probe, Tools, decode, probe, small_size};
use crate::fingerprint::Fingerprint;
use crate::marks::{Findings, marks};
use crate::report::{Kind, Report, Reused, Seconds, Span};
use crate::signal::{BLOCKS, Collector, Signals, across};
use crate::{Settings, VideoError};

/// With what a check runs.
#[derive(Debug, Clone, Default)]
pub struct Runner {
    /// The programs.
    pub tools: Tools,
    /// What a child process may use.
    pub limits: Limits,
    /// To stop it from outside.
    pub cancel: Cancel,
}

/// What came of a film.
#[derive(Debug, Clone)]
pub struct Audit {
    /// The headers.
    pub probe: Probe,
    /// What was found; its report is made by [`Audit::report`] once reuse is known.
    pub findings: Findings,
    /// To be stored and looked up.
    pub fingerprint: Fingerprint,
    /// True if only key frames were looked at.
    pub quick: bool,
}

impl Audit {
    /// Seconds of the film that ffmpeg could not decode: 未能核验, never a fault of the squad.
    #[must_use]
    pub fn unverified_s(&self) -> f64 {
        self.findings.unverified_s
    }

    /// The report, with what `reuse` says about other films.
    #[must_use]
    pub fn report(&self, settings: &Settings, reuse: Vec<Reused>) -> Report {
        let found = &self.findings;
        let marks = marks(found, self.probe.captured_at, &reuse, settings);
        let span = |s: &Stretch| -> Span { [Seconds(s.from), Seconds(s.to)] };
        Report {
            duration_s: Seconds(found.timing.duration_s),
            continuous: found.cuts.is_empty()
                && found.standing.is_empty()
                && found.black.is_empty()
                && found.timing.jumps.is_empty()
                && found.speed.is_empty(),
            cuts: found.cuts.iter().map(|c| Seconds(c.at)).collect(),
            frozen: found.standing.iter().map(|s| span(&s.stretch)).collect(),
            black: found.black.iter().map(span).collect(),
            fixed_angle: found.angle.is_empty(),
            angle_changes: found.angle.iter().map(|a| Seconds(a.at)).collect(),
            low_motion: found.rests.iter().map(|r| span(&r.stretch)).collect(),
            captured_at: self.probe.captured_at,
            reuse,
            marks,
        }
    }
}

/// Checks every frame of `path`; costs little more than decoding it.
///
/// # Errors
/// See [`VideoError`].
pub fn audit(runner: &Runner, path: &Path, settings: &Settings) -> Result<Audit, VideoError> {
    let (probe, signals, decoded) = signals(runner, path, Pass::Every)?;
    let fingerprint = Fingerprint::of(&signals.moments);
    let findings = judge(&probe, &signals, &decoded, settings);
    Ok(Audit {
        probe,
        findings,
        fingerprint,
        quick: false,
    })
}

/// A first verdict from key frames: length by the container, black stretches, the angle. Cuts, standing pictures, speed,
/// rest and reuse need [`audit`].
///
/// # Errors
/// See [`VideoError`].
pub fn quick_check(runner: &Runner, path: &Path, settings: &Settings) -> Result<Audit, VideoError> {
    let (probe, signals, _) = signals(runner, path, Pass::Keys)?;
    let rows = &signals.rows;
    let timing = detect::timing(rows);
    let last = rows.last().map_or(0.0, |r| r.t);
    let duration_s = probe.container_s.unwrap_or(last);
    let black = detect::black_stretches(rows, timing.interval_s, settings.min_black_s);
    let view = detect::angle(
        &signals.looks,
        &[],
        &black,
        settings.max_shift,
        settings.max_zoom,
    );
    let findings = Findings {
        timing: detect::Timing {
            duration_s,
            interval_s: timing.interval_s,
            jumps: Vec::new(),
        },
        black,
        angle: view.changes,
        away_share: view.away_share,
        ..Findings::default()
    };
    Ok(Audit {
        probe,
        findings,
        fingerprint: Fingerprint::default(),
        quick: true,
    })
}

/// Headers and signals of a film; for measurement and for those who judge by themselves.
///
/// # Errors
/// See [`VideoError`].
pub fn signals(
    runner: &Runner,
    path: &Path,
    pass: Pass,
) -> Result<(Probe, Signals, Decoded), VideoError> {
    let probe = probe(&runner.tools, path, &runner.limits, &runner.cancel)?;
    let mut collector = Collector::default();
    let decoded = decode(
        &runner.tools,
        path,
        &probe,
        pass,
        &runner.limits,
        &runner.cancel,
        &mut |t, frame| {
            collector.push(t, frame);
        },
    )?;
    Ok((probe, collector.finish(), decoded))
}

/// Hands out the small grey frames of a film with their seconds; for measurement.
///
/// # Errors
/// See [`VideoError`].
pub fn frames(
    runner: &Runner,
    path: &Path,
    probe: &Probe,
    each: &mut dyn FnMut(f64, Gray<'_>),
) -> Result<(), VideoError> {
    decode(
        &runner.tools,
        path,
        probe,
        Pass::Every,
        &runner.limits,
        &runner.cancel,
        each,
    )
    .map(|_| ())
}

/// All detectors over the signals of every frame.
#[must_use]
pub fn judge(probe: &Probe, signals: &Signals, decoded: &Decoded, settings: &Settings) -> Findings {
    let rows = &signals.rows;
    let timing = detect::timing(rows);
    let interval_s = timing.interval_s;
    let black = detect::black_stretches(rows, interval_s, settings.min_black_s);
    let cuts = detect::cuts(rows, &black, interval_s);
    let standing = detect::standing(signals, &cuts, &black, interval_s, settings.min_frozen_s);
    let mut hidden: Vec<Stretch> = black.clone();
    hidden.extend(standing.iter().map(|s| s.stretch));
    let cuts: Vec<_> = cuts
        .into_iter()
        // A standing picture that is redrawn by a key frame is not cut.
        .filter(|cut| {
            !standing
                .iter()
                .any(|s| cut.at > s.stretch.from + 0.3 && cut.at < s.stretch.to - 0.3)
        })
        .collect();
    let view = detect::angle(
        &signals.looks,
        &cuts,
        &hidden,
        settings.max_shift,
        settings.max_zoom,
    );
    let cuts = with_swaps(cuts, &view.changes, &hidden);
    let speed = detect::speed_changes(rows, &hidden, 2.5);
    let rests = detect::rests(
        rows,
        &signals.looks,
        &hidden,
        across(small_size(probe).0),
        settings.min_low_motion_s,
    );
    let unverified_s = unverified(
        probe,
        rows.last().map_or(0.0, |r| r.t) + interval_s,
        decoded,
        interval_s,
    );
    Findings {
        timing,
        cuts,
        standing,
        black,
        speed,
        angle: view.changes,
        away_share: view.away_share,
        rests,
        unverified_s,
    }
}

/// A break of the whole view is a cut and another angle at once, so it stands among both; the mark is one. Behind a dark or
/// standing picture nobody sees whether the film went on.
fn with_swaps(mut cuts: Vec<Cut>, changes: &[AngleChange], hidden: &[Stretch]) -> Vec<Cut> {
    for change in changes.iter().filter(|c| c.kind == Kind::Swapped) {
        let known = cuts.iter().any(|c| (c.at - change.at).abs() < 0.3);
        if !known && !hidden.iter().any(|h| h.holds(change.at, 0.3)) {
            cuts.push(Cut {
                at: change.at,
                blocks: BLOCKS,
                ratio: f32::INFINITY,
                excess: f32::INFINITY,
            });
        }
    }
    cuts.sort_by(|a, b| a.at.total_cmp(&b.at));
    cuts
}

/// Seconds the container promises and the decoder did not give.
fn unverified(probe: &Probe, end: f64, decoded: &Decoded, interval_s: f64) -> f64 {
    if !decoded.complaints {
        return 0.0;
    }
    let by_time = probe.container_s.map_or(0.0, |claimed| claimed - end);
    let by_frames = probe.frames.map_or(0.0, |claimed| {
        claimed.saturating_sub(decoded.frames) as f64 * interval_s
    });
    let missing = by_time.max(by_frames);
    if missing > 2.0 * interval_s {
        missing
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_view_is_a_cut_unless_darkness_hides_it() {
        let swap = |at| AngleChange {
            at,
            kind: Kind::Swapped,
        };
        let moved = AngleChange {
            at: 9.0,
            kind: Kind::Moved,
        };
        let dark = Stretch {
            from: 18.0,
            to: 20.0,
        };
        let changes = [swap(5.0), moved, swap(20.0), swap(30.0)];
        let known = Cut {
            at: 30.1,
            blocks: 100,
            ratio: 4.0,
            excess: 900.0,
        };
        let cuts = with_swaps(vec![known], &changes, &[dark]);
        let at: Vec<f64> = cuts.iter().map(|c| c.at).collect();
        assert_eq!(at, [5.0, 30.1]);
    }
}
