//! One decoding pass: every frame as a small grey picture with its time.

use std::path::Path;
use std::process::Command;

use super::child::{Cancel, Limits, Tools, run};
use super::matroska::Reader;
use super::probe::Probe;
use super::{CONTAINERS, input_name};
use crate::VideoError;

/// The longer side of the small picture in pixels.
pub const LONG: usize = 160;
/// The shorter side of the small picture in pixels.
pub const SHORT: usize = 90;

/// A small grey picture, full range, as it is shown (turned upright).
#[derive(Debug, Clone, Copy)]
pub struct Gray<'a> {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Row by row, 0 black to 255 white.
    pub px: &'a [u8],
}

/// Which frames are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// All of them.
    Every,
    /// Key frames only: a first verdict in seconds.
    Keys,
}

/// What a pass came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// Frames handed out.
    pub frames: u64,
    /// True if ffmpeg complained or ended in failure on the way.
    pub complaints: bool,
}

/// Size of the small picture: 160 × 90 lying, 90 × 160 standing. Other shapes are squeezed, which no detector minds.
#[must_use]
pub fn small_size(probe: &Probe) -> (usize, usize) {
    let turned = probe.rotation % 180 == 90;
    if (probe.height > probe.width) != turned {
        (SHORT, LONG)
    } else {
        (LONG, SHORT)
    }
}

/// Decodes `path` once and calls `each` with the seconds and picture of every frame, in order.
///
/// # Errors
/// [`VideoError::Damaged`] if not one frame came out; limits and cancellation as in [`VideoError`].
pub fn decode(
    tools: &Tools,
    path: &Path,
    probe: &Probe,
    pass: Pass,
    limits: &Limits,
    cancel: &Cancel,
    each: &mut dyn FnMut(f64, Gray<'_>),
) -> Result<Decoded, VideoError> {
    let (width, height) = small_size(probe);
    let mut command = Command::new(&tools.ffmpeg);
    command.args([
        "-nostdin",
        "-v",
        "error",
        "-threads",
        &limits.threads.to_string(),
    ]);
    command.args([
        "-protocol_whitelist",
        "file",
        "-format_whitelist",
        CONTAINERS,
    ]);
    // The turn is done on the small picture; on the large one it would cost more than everything else here.
    command.args(["-noautorotate", "-copyts"]);
    if pass == Pass::Keys {
        command.args(["-skip_frame", "nokey"]);
    }
    command.arg("-i").arg(input_name(path)?);
    command.args(["-map", "0:V:0", "-an", "-sn", "-dn", "-map_metadata", "-1"]);
    command.args([
        "-filter_threads",
        "1",
        "-vf",
        &filter(probe.rotation, width, height),
    ]);
    command.args([
        "-c:v",
        "rawvideo",
        "-vsync",
        "passthrough",
        "-avoid_negative_ts",
        "make_zero",
    ]);
    command.args(["-f", "matroska", "pipe:1"]);

    let (mut reader, mut frames, mut first) = (Reader::default(), 0u64, None);
    let finished = run(command, limits, cancel, &mut |piece| {
        reader.push(piece, &mut |ms, px| {
            if px.len() == width * height {
                let zero = *first.get_or_insert(ms);
                frames += 1;
                each((ms - zero) as f64 / 1000.0, Gray { width, height, px });
            }
            Ok(())
        })
    })?;
    if frames == 0 {
        return Err(VideoError::Damaged("一帧画面也解不出来".to_owned()));
    }
    Ok(Decoded {
        frames,
        complaints: !finished.success || !finished.stderr.trim().is_empty(),
    })
}

fn filter(rotation: u16, width: usize, height: usize) -> String {
    let turn = match rotation {
        90 => ",transpose=clock",
        180 => ",hflip,vflip",
        270 => ",transpose=cclock",
        _ => "",
    };
    let (w, h) = if rotation % 180 == 90 {
        (height, width)
    } else {
        (width, height)
    };
    format!("scale={w}:{h}:flags=area,format=gray{turn}")
}
