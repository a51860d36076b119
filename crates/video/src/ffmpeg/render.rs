//! Pictures of a mark and the copy that every browser plays.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::child::{Cancel, Limits, Tools, output};
use super::probe::Probe;
use super::{CONTAINERS, input_name};
use crate::VideoError;

/// A thumbnail is never larger.
const MOST: usize = 1 << 20;

/// True if the browsers of reviewers play the file as it is: H.264, eight bits, 4:2:0, in MP4.
#[must_use]
pub fn playable(probe: &Probe) -> bool {
    probe.codec == "h264"
        && matches!(probe.pixel_format.as_str(), "yuv420p" | "yuvj420p")
        && probe.container.split(',').any(|name| name == "mp4")
}

/// The frame `at` seconds as a JPEG, 320 pixels wide.
///
/// # Errors
/// [`VideoError::Damaged`] if there is no frame at that time.
pub fn thumbnail(
    tools: &Tools,
    path: &Path,
    at: f64,
    limits: &Limits,
    cancel: &Cancel,
) -> Result<Vec<u8>, VideoError> {
    let mut command = Command::new(&tools.ffmpeg);
    command.args(["-nostdin", "-v", "error", "-threads", "1"]);
    command.args([
        "-protocol_whitelist",
        "file",
        "-format_whitelist",
        CONTAINERS,
    ]);
    command
        .args(["-ss", &format!("{:.3}", at.max(0.0)), "-i"])
        .arg(input_name(path)?);
    command.args([
        "-map",
        "0:V:0",
        "-frames:v",
        "1",
        "-vf",
        "scale=320:-2,format=yuvj420p",
    ]);
    command.args(["-c:v", "mjpeg", "-q:v", "5", "-f", "image2pipe", "pipe:1"]);
    let limits = Limits {
        wall: limits.wall.min(Duration::from_secs(60)),
        ..limits.clone()
    };
    let (_, bytes) = output(command, &limits, cancel, MOST)?;
    if bytes.starts_with(&[0xff, 0xd8]) {
        Ok(bytes)
    } else {
        Err(VideoError::Damaged(format!("{at:.1}秒处没有画面")))
    }
}

/// Writes a copy that every browser plays to `out`: H.264, at most 720 rows, about 1 Mbit/s. `out` appears only when
/// whole.
///
/// # Errors
/// As for decoding; an unfinished copy is removed.
pub fn review_copy(
    tools: &Tools,
    path: &Path,
    out: &Path,
    limits: &Limits,
    cancel: &Cancel,
) -> Result<(), VideoError> {
    let part = out.with_extension("part");
    let mut target = std::ffi::OsString::from("file:");
    target.push(std::path::absolute(&part)?);
    let mut command = Command::new(&tools.ffmpeg);
    let threads = limits.threads.to_string();
    command.args(["-nostdin", "-v", "error", "-y", "-threads", &threads]);
    command.args([
        "-protocol_whitelist",
        "file",
        "-format_whitelist",
        CONTAINERS,
    ]);
    command.arg("-i").arg(input_name(path)?);
    command.args(["-map", "0:V:0", "-map", "0:a:0?", "-sn", "-dn"]);
    // The longer side stays below 1280, the shorter below 720; nothing is enlarged.
    let fit = "scale=w='if(gt(iw,ih),min(1280,iw),min(720,iw))':h='if(gt(iw,ih),min(720,ih),min(1280,ih))':\
               force_original_aspect_ratio=decrease:force_divisible_by=2,format=yuv420p";
    command.args([
        "-vf", fit, "-c:v", "libx264", "-preset", "veryfast", "-threads", &threads,
    ]);
    command.args(["-b:v", "1M", "-maxrate", "1500k", "-bufsize", "3M"]);
    command.args([
        "-c:a",
        "aac",
        "-b:a",
        "64k",
        "-ac",
        "1",
        "-movflags",
        "+faststart",
        "-f",
        "mp4",
    ]);
    command.arg(&target);
    let made = output(command, limits, cancel, MOST).and_then(|(finished, _)| {
        if finished.success {
            Ok(())
        } else {
            Err(VideoError::Damaged("无法生成审片副本".to_owned()))
        }
    });
    if made.is_err() {
        let _ = std::fs::remove_file(&part);
        return made;
    }
    std::fs::rename(&part, out)?;
    Ok(())
}
