//! Real films, made in seconds, with one thing wrong with each.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use chengzhi_video::{
    Cancel, Index, Kind, Limits, Report, Runner, Settings, Tools, audit, playable, probe,
    quick_check, review_copy, thumbnail,
};
use common::{Folder, YARD};
use std::path::Path;

fn settings() -> Settings {
    Settings {
        min_length_s: 5.0,
        ..Settings::default()
    }
}

fn report(path: &Path) -> Report {
    let settings = settings();
    audit(&Runner::default(), path, &settings)
        .unwrap()
        .report(&settings, vec![])
}

/// What was found, without what these films show by the way: overlaid figures stand for a frame now and then.
fn kinds(report: &Report) -> Vec<Kind> {
    report
        .marks
        .iter()
        .map(|m| m.kind)
        .filter(|k| !matches!(k, Kind::NoMetadata | Kind::LowMotion | Kind::Speed))
        .collect()
}

/// People walk to and fro before a fixed wall, each at his own pace.
fn walk() -> String {
    let mut graph =
        "testsrc=s=320x180:r=25,trim=end_frame=1,loop=-1:1,setpts=N/25/TB,trim=end=16[w0]"
            .to_owned();
    for (i, (pace, start)) in [(50, 0), (62, 90), (70, 180), (56, 240), (66, 130)]
        .iter()
        .enumerate()
    {
        graph += &format!(
            ";testsrc=s=20x52:r=25:d=16[p{i}];[w{i}][p{i}]overlay=x='mod(t*{pace}+{start},344)-22':y={}:shortest=1[w{}]",
            20 + 24 * i,
            i + 1
        );
    }
    graph + ";[w5]noise=alls=5:allf=t:all_seed=5"
}

#[test]
fn one_continuous_take_has_no_marks() {
    let folder = Folder::new();
    let film = folder.film("walk.mp4", &walk());
    let report = report(&film);
    assert!((report.duration_s.0 - 16.0).abs() < 1.1, "{report:?}");
    assert!(report.cuts.is_empty() && report.fixed_angle, "{report:?}");
    assert_eq!(kinds(&report), []);
}

#[test]
fn a_cut_a_freeze_and_black_are_found_to_the_frame() {
    let folder = Folder::new();
    let source = folder.film("walk.mp4", &walk());
    let source = source.to_str().unwrap();
    // Another picture from one frame to the next.
    let cut = folder.make(
        "cut.mp4",
        &[
            "-i",
            source,
            "-vf",
            "negate=enable='gte(t,4)'",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
        ],
    );
    let cut = report(&cut);
    assert!(
        !cut.continuous
            // From one frame to the next nothing is as it was: a cut, or another camera.
            && cut
                .cuts
                .iter()
                .chain(&cut.angle_changes)
                .any(|at| (at.0 - 4.0).abs() < 0.05),
        "{cut:?}"
    );

    let frozen = folder.make(
        "frozen.mp4",
        &[
            "-i",
            source,
            "-vf",
            "loop=loop=1:size=1:start=100,loop=loop=75:size=1:start=100,setpts=N/25/TB",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
        ],
    );
    let frozen = report(&frozen);
    assert_eq!(kinds(&frozen), [Kind::Frozen], "{frozen:?}");
    let [from, to] = frozen.frozen[0];
    assert!(
        (from.0 - 4.0).abs() < 0.2 && (to.0 - 7.1).abs() < 0.2,
        "{frozen:?}"
    );

    let black = folder.make(
        "black.mp4",
        &[
            "-i",
            source,
            "-vf",
            "drawbox=color=black:t=fill:enable='between(t,5,6.99)'",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
        ],
    );
    let black = report(&black);
    assert_eq!(kinds(&black), [Kind::Black], "{black:?}");
    assert!(
        (black.black[0][0].0 - 5.0).abs() < 0.05 && (black.black[0][1].0 - 7.0).abs() < 0.05,
        "{black:?}"
    );
}

#[test]
fn a_leap_of_the_time_stamps_is_told_and_does_not_lengthen_the_film() {
    let folder = Folder::new();
    let film = folder.film(
        "leap.mp4",
        &format!("{},setpts=PTS+gte(T\\,8)*30/TB", walk()),
    );
    let report = report(&film);
    assert_eq!(kinds(&report), [Kind::TimestampJump], "{report:?}");
    assert!((report.duration_s.0 - 16.0).abs() < 1.1, "{report:?}");
    assert!(
        (report
            .marks
            .iter()
            .find(|m| m.kind == Kind::TimestampJump)
            .unwrap()
            .at
            .0
            - 38.0)
            .abs()
            < 0.1
    );
}

#[test]
fn a_varying_frame_rate_is_no_fault() {
    let folder = Folder::new();
    let film = folder.make(
        "vfr.mp4",
        &[
            "-f",
            "lavfi",
            "-i",
            &format!("{},select=not(eq(mod(n\\,7)\\,3))", walk()),
            "-vsync",
            "passthrough",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
        ],
    );
    let report = report(&film);
    assert_eq!(kinds(&report), [], "{report:?}");
    assert!((report.duration_s.0 - 16.0).abs() < 1.1, "{report:?}");
}

#[test]
fn the_camera_that_turns_away_is_told() {
    let folder = Folder::new();
    let source = folder.film("walk.mp4", &walk());
    let moved = folder.make(
        "moved.mp4",
        &[
            "-i",
            source.to_str().unwrap(),
            "-vf",
            "crop=256:144:x='10+40*clip((t-6)/1.5,0,1)':y=18",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
        ],
    );
    let report = report(&moved);
    assert_eq!(kinds(&report), [Kind::Moved], "{report:?}");
    assert!(
        !report.fixed_angle && (report.angle_changes[0].0 - 6.2).abs() < 0.8,
        "{report:?}"
    );
}

#[test]
fn a_trimmed_mirrored_copy_is_found_and_a_stranger_is_not() {
    let folder = Folder::new();
    // Motion that does not repeat: slow waves of unrelated periods.
    let yard = |a: f32, b: f32, c: f32| {
        format!(
            "color=gray:s=320x180:r=10:d=50[w];testsrc2=s=36x50:r=10:d=50[p];testsrc=s=28x60:r=10:d=50[q];\
             [w][p]overlay=x='140+80*sin(t*{a})+50*sin(t*{b})':y='60+50*sin(t*{c})'[v];[v][q]overlay=x='150+110*sin(t*{c}+{a}*9)':y='60+40*sin(t*{b}*0.6)'"
        )
    };
    let source = folder.film("source.mp4", &yard(0.31, 0.83, 0.47));
    let other = folder.film("other.mp4", &yard(0.53, 0.37, 0.71));
    let copy = folder.make(
        "copy.mp4",
        &[
            "-ss",
            "9",
            "-i",
            source.to_str().unwrap(),
            "-t",
            "36",
            "-vf",
            "hflip,scale=240:-2,eq=brightness=0.08",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-crf",
            "30",
        ],
    );
    let print = |path: &Path| {
        audit(&Runner::default(), path, &settings())
            .unwrap()
            .fingerprint
    };
    let index = Index::build(vec![("source", print(&source)), ("other", print(&other))]);
    let found = index.search(&print(&copy), None, 10.0);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].key == "source" && found[0].mirrored, "{found:?}");
    assert!(
        (found[0].other_from - found[0].from - 9.0).abs() < 0.6,
        "{found:?}"
    );
    assert!(found[0].to - found[0].from > 24.0, "{found:?}");
    assert!(
        index
            .search(&print(&other), Some(&"other"), 10.0)
            .is_empty()
    );
}

#[test]
fn the_first_verdict_reads_key_frames_only() {
    let folder = Folder::new();
    let film = folder.make(
        "keys.mp4",
        &[
            "-f",
            "lavfi",
            "-i",
            YARD,
            "-metadata",
            "creation_time=2025-03-05T01:00:00Z",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-g",
            "25",
        ],
    );
    let settings = Settings {
        min_length_s: 40.0,
        ..Settings::default()
    };
    let audit = quick_check(&Runner::default(), &film, &settings).unwrap();
    let report = audit.report(&settings, vec![]);
    assert!(audit.quick && (report.duration_s.0 - 12.0).abs() < 0.1);
    let short = report.marks.iter().find(|m| m.kind == Kind::Short).unwrap();
    assert!(short.text.contains("还差28秒"), "{}", short.text);
    assert_eq!(
        report.captured_at.unwrap().to_rfc3339(),
        "2025-03-05T01:00:00+00:00"
    );
}

#[test]
fn thumbnails_and_review_copies_are_made() {
    let folder = Folder::new();
    let film = folder.make(
        "hevc.mkv",
        &[
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=1600x900:r=10:d=2",
            "-c:v",
            "mpeg4",
        ],
    );
    let (tools, limits, cancel) = (Tools::default(), Limits::default(), Cancel::default());
    let picture = thumbnail(&tools, &film, 1.0, &limits, &cancel).unwrap();
    assert!(picture.starts_with(&[0xff, 0xd8]) && picture.len() > 500);
    assert!(!playable(&probe(&tools, &film, &limits, &cancel).unwrap()));
    let copy = folder.path("copy.mp4");
    review_copy(&tools, &film, &copy, &limits, &cancel).unwrap();
    let made = probe(&tools, &copy, &limits, &cancel).unwrap();
    assert!(
        playable(&made) && made.height <= 720 && made.width <= 1280,
        "{made:?}"
    );
}
