//! Judges every film of a folder and writes `audits.json` beside `truth.json`: `score_video FOLDER [--look KIND]`.
//!
//! Reuse is looked up for every film among all others of the folder. `score.py` compares the two files.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

mod store;

use chengzhi_video::signal::{Collector, Signals, level};
use chengzhi_video::{
    Audit, Decoded, Fingerprint, Gray, Index, Limits, Probe, Reused, Runner, Settings, audit,
    judge, probe,
};
use serde_json::json;

/// Nobody waits for pages here, so the decoder need not give way to everything else.
fn runner() -> Runner {
    Runner {
        limits: Limits {
            gentle: false,
            ..Limits::default()
        },
        ..Runner::default()
    }
}

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("folder"));
    let settings = Settings {
        min_length_s: 25.0,
        ..Settings::default()
    };
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n.ends_with(".mp4") && !n.contains(".part"))
        .collect();
    names.sort();
    if let Some(only) = std::env::args().nth(2) {
        names.retain(|n| only.split(',').any(|o| n.starts_with(o)));
    }
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match checked(&folder.join(name), &settings) {
                        Ok(audit) => done.lock().unwrap().push((name.clone(), audit)),
                        Err(error) => eprintln!("{name}: {error}"),
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by(|a, b| a.0.cmp(&b.0));
    let index = Index::build(
        done.iter()
            .map(|(n, a)| (n.clone(), a.fingerprint.clone()))
            .collect(),
    );
    let mut out = Vec::new();
    for (name, audit) in &done {
        std::fs::write(
            folder.join(name).with_extension("print"),
            audit.fingerprint.to_bytes(),
        )
        .unwrap();
        let found = index.search(&audit.fingerprint, Some(name), settings.min_reuse_s);
        let agreement: Vec<f32> = found.iter().map(|r| r.agreement).collect();
        let reuse = found.into_iter().map(Reused::from).collect();
        let report = audit.report(&settings, reuse);
        out.push(json!({"file": name, "report": report, "agreement": agreement, "away_share": audit.findings.away_share,
            "cuts": audit.findings.cuts.iter().map(|c| json!([c.at, c.blocks, c.ratio, c.excess])).collect::<Vec<_>>()}));
    }
    std::fs::write(
        folder.join("audits.json"),
        serde_json::to_string(&out).unwrap(),
    )
    .unwrap();
    eprintln!(
        "{} films in {:.1} s",
        out.len(),
        start.elapsed().as_secs_f32()
    );
}

/// Audits a film; with the variable KEEP_FRAMES set the small frames are kept beside it, so that a changed detector is
/// tried without decoding again, and the signals too: remove `*.signals` after a change to them.
fn checked(path: &Path, settings: &Settings) -> Result<Audit, chengzhi_video::VideoError> {
    if std::env::var_os("KEEP_FRAMES").is_none() {
        return audit(&runner(), path, settings);
    }
    let runner = runner();
    let probe = probe(&runner.tools, path, &runner.limits, &runner.cancel)?;
    let stored = path.with_extension("signals");
    let signals = match std::fs::read(&stored) {
        Ok(bytes) => store::from_bytes(&bytes),
        Err(_) => {
            let signals = collected(path, &probe)?;
            std::fs::write(&stored, store::to_bytes(&signals))?;
            signals
        }
    };
    let frames = signals.rows.len() as u64;
    let sum = |blocks: &[u8]| -> f32 { blocks.iter().map(|v| level(*v)).sum() };
    let motion: Vec<(f64, f32, f32, f32)> = signals
        .looks
        .iter()
        .zip(chengzhi_video::detect::motion(&signals.looks))
        .map(|(l, m)| (l.t, m, sum(&l.activity), sum(&l.travel)))
        .collect();
    let width = if probe.height > probe.width { 90 } else { 160 };
    if let Ok(span) = std::env::var("SHOW") {
        let (from, to) = span.split_once('-').unwrap();
        let inside: Vec<_> = signals
            .looks
            .iter()
            .filter(|l| l.t > from.parse().unwrap() && l.t < to.parse().unwrap())
            .collect();
        for get in [
            |l: &chengzhi_video::signal::Look| l.travel,
            |l: &chengzhi_video::signal::Look| l.activity,
        ] {
            for k in 0..160 {
                let mean =
                    inside.iter().map(|l| level(get(l)[k])).sum::<f32>() / inside.len() as f32;
                eprint!(
                    "{mean:5.1}{}",
                    if k % (width / 10) == width / 10 - 1 {
                        "\n"
                    } else {
                        ""
                    }
                );
            }
            eprintln!();
        }
        let poses: Vec<_> = inside
            .iter()
            .step_by(4)
            .map(|l| (l.pose.wx, l.pose.wy))
            .collect();
        eprintln!("{poses:.1?}");
    }
    let rows: Vec<(f64, f32)> = signals.rows.iter().map(|r| (r.t, sum(&r.change))).collect();
    std::fs::write(
        path.with_extension("rows"),
        serde_json::to_string(&rows).unwrap(),
    )?;
    std::fs::write(
        path.with_extension("motion"),
        serde_json::to_string(&motion).unwrap(),
    )?;
    let findings = judge(
        &probe,
        &signals,
        &Decoded {
            frames,
            complaints: false,
        },
        settings,
    );
    Ok(Audit {
        fingerprint: Fingerprint::of(&signals.moments),
        probe,
        findings,
        quick: false,
    })
}

/// The signals from the kept frames of a film.
fn collected(path: &Path, probe: &Probe) -> Result<Signals, chengzhi_video::VideoError> {
    let kept = path.with_extension("frames");
    if !kept.exists() {
        keep(path, probe, &kept)?;
    }
    let (width, height) = if probe.height > probe.width {
        (90, 160)
    } else {
        (160, 90)
    };
    let mut collector = Collector::default();
    for frame in std::fs::read(&kept)?.chunks_exact(8 + width * height) {
        let t = f64::from_le_bytes(frame[..8].try_into().unwrap());
        let px = &frame[8..];
        collector.push(t, Gray { width, height, px });
    }
    Ok(collector.finish())
}

fn keep(path: &Path, probe: &Probe, kept: &Path) -> Result<(), chengzhi_video::VideoError> {
    let runner = runner();
    let mut out = std::io::BufWriter::new(std::fs::File::create(kept)?);
    chengzhi_video::frames(&runner, path, probe, &mut |t, gray| {
        out.write_all(&t.to_le_bytes()).unwrap();
        out.write_all(gray.px).unwrap();
    })
}
