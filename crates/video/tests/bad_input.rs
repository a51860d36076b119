//! Files that are no films, and programs that misbehave.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use chengzhi_video::{Limits, Runner, Settings, Tools, VideoError, audit};
use common::{Folder, YARD};
use std::path::Path;
use std::time::{Duration, Instant};

fn refusal(path: &Path) -> VideoError {
    audit(&Runner::default(), path, &Settings::default())
        .map(|_| ())
        .unwrap_err()
}

#[test]
fn an_empty_file_is_named_as_such() {
    let folder = Folder::new();
    let path = folder.path("empty.mp4");
    std::fs::write(&path, b"").unwrap();
    assert!(matches!(refusal(&path), VideoError::Empty));
}

#[test]
fn a_renamed_text_or_playlist_is_foreign() {
    let folder = Folder::new();
    for text in [
        "小队训练记录\n".repeat(500),
        "#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n".to_owned(),
        "ffconcat version 1.0\nfile /etc/passwd\n".to_owned(),
    ] {
        let path = folder.path("text.mp4");
        std::fs::write(&path, text).unwrap();
        let error = refusal(&path);
        assert!(
            matches!(error, VideoError::Foreign(_) | VideoError::Damaged(_)),
            "{error:?}"
        );
        assert!(!error.is_ours());
    }
}

#[test]
fn a_picture_is_no_film() {
    let folder = Folder::new();
    let png = folder.make("one.png", &["-f", "lavfi", "-i", YARD, "-frames:v", "1"]);
    let error = refusal(&png);
    assert!(matches!(error, VideoError::Foreign(_)), "{error:?}");
}

#[test]
fn sound_alone_is_told_apart() {
    let folder = Folder::new();
    let sound = folder.make(
        "sound.mp4",
        &["-f", "lavfi", "-i", "sine=d=3", "-c:a", "aac"],
    );
    assert!(matches!(refusal(&sound), VideoError::NoPicture));
}

#[test]
fn a_film_cut_off_before_its_index_is_damaged() {
    let folder = Folder::new();
    let whole = std::fs::read(folder.film("film.mp4", YARD)).unwrap();
    let path = folder.path("half.mp4");
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let error = refusal(&path);
    assert!(
        matches!(&error, VideoError::Damaged(why) if why.contains("索引")),
        "{error:?}"
    );
}

#[test]
fn what_cannot_be_decoded_is_unverified_and_not_short() {
    let folder = Folder::new();
    let film = folder.make(
        "fast.mp4",
        &[
            "-f",
            "lavfi",
            "-i",
            YARD,
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-movflags",
            "+faststart",
        ],
    );
    let whole = std::fs::read(film).unwrap();
    let path = folder.path("half.mp4");
    std::fs::write(&path, &whole[..whole.len() * 6 / 10]).unwrap();
    let settings = Settings {
        min_length_s: 11.0,
        ..Settings::default()
    };
    let audit = audit(&Runner::default(), &path, &settings).unwrap();
    assert!(audit.unverified_s() > 3.0, "{}", audit.unverified_s());
    let report = audit.report(&settings, vec![]);
    assert!(report.duration_s.0 < 9.0);
    assert!(
        !report
            .marks
            .iter()
            .any(|m| m.kind == chengzhi_video::Kind::Short),
        "{report:?}"
    );
}

#[test]
fn a_name_that_looks_like_an_option_or_a_protocol_is_a_name() {
    let folder = Folder::new();
    let film = folder.film("film.mp4", YARD);
    for name in ["-y 队列 $(x);'.mp4", "concat:a|b.mp4", "%d.mp4"] {
        let path = folder.path(name);
        std::fs::copy(&film, &path).unwrap();
        let audit = audit(&Runner::default(), &path, &Settings::default()).unwrap();
        assert!(
            (audit.findings.timing.duration_s - 12.0).abs() < 0.1,
            "{name}"
        );
    }
}

#[test]
fn a_missing_program_is_our_fault() {
    let folder = Folder::new();
    let film = folder.film("film.mp4", YARD);
    let runner = Runner {
        tools: Tools {
            ffmpeg: "/nonexistent/ffmpeg".into(),
            ffprobe: "/nonexistent/ffprobe".into(),
        },
        ..Runner::default()
    };
    let error = audit(&runner, &film, &Settings::default())
        .map(|_| ())
        .unwrap_err();
    assert!(matches!(error, VideoError::FfmpegMissing(_)) && error.is_ours());
}

/// A runner whose ffmpeg is a script; ffprobe is the real one.
fn with_program(folder: &Folder, script: &str, limits: Limits) -> Runner {
    let ffmpeg = folder.program("ffmpeg-stub", script);
    Runner {
        tools: Tools {
            ffmpeg,
            ..Tools::default()
        },
        limits,
        ..Runner::default()
    }
}

#[test]
fn a_program_that_hangs_is_killed_with_its_children() {
    let folder = Folder::new();
    let film = folder.film("film.mp4", YARD);
    let note = folder.path("child");
    let script = format!("sleep 300 & echo $! > {}\nwait", note.display());
    let limits = Limits {
        wall: Duration::from_secs(2),
        ..Limits::default()
    };
    let start = Instant::now();
    let error = audit(
        &with_program(&folder, &script, limits),
        &film,
        &Settings::default(),
    )
    .map(|_| ())
    .unwrap_err();
    assert!(matches!(error, VideoError::TimedOut(2)), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(30));
    let child = std::fs::read_to_string(note).unwrap();
    // Killed at once; on a busy machine it takes its turn to go.
    let stat = format!("/proc/{}/stat", child.trim());
    let gone = || {
        let state = std::fs::read_to_string(&stat).unwrap_or_default();
        state.is_empty() || state.contains(") Z ")
    };
    while !gone() && start.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(gone(), "still there");
}

#[test]
fn a_program_that_eats_memory_meets_its_limit() {
    let folder = Folder::new();
    let film = folder.film("film.mp4", YARD);
    // The shell doubles a string until it may not; it says so itself or is ended by the limit.
    let script = "s=0123456789abcdef\nwhile :; do s=$s$s; done";
    let limits = Limits {
        wall: Duration::from_secs(120),
        memory: 256 << 20,
        ..Limits::default()
    };
    let error = audit(
        &with_program(&folder, script, limits),
        &film,
        &Settings::default(),
    )
    .map(|_| ())
    .unwrap_err();
    assert!(
        matches!(error, VideoError::OutOfMemory | VideoError::Damaged(_)),
        "{error:?}"
    );
}

#[test]
fn a_check_can_be_stopped() {
    let folder = Folder::new();
    let film = folder.film("film.mp4", YARD);
    let runner = with_program(&folder, "sleep 300", Limits::default());
    let cancel = runner.cancel.clone();
    let stopper = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        cancel.cancel();
    });
    let error = audit(&runner, &film, &Settings::default())
        .map(|_| ())
        .unwrap_err();
    stopper.join().unwrap();
    assert!(matches!(error, VideoError::Cancelled), "{error:?}");
}

#[test]
fn endless_chatter_on_standard_error_is_bounded() {
    let folder = Folder::new();
    let film = folder.film("film.mp4", YARD);
    let runner = with_program(
        &folder,
        "head -c 50000000 /dev/zero | tr '\\0' 'x' >&2; exit 1",
        Limits::default(),
    );
    let error = audit(&runner, &film, &Settings::default())
        .map(|_| ())
        .unwrap_err();
    assert!(matches!(error, VideoError::Damaged(_)), "{error:?}");
}
