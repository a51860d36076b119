//! What the headers of a file say, without decoding.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use chrono::{DateTime, Datelike, FixedOffset};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::child::{Cancel, Limits, Tools, output};
use super::{CONTAINERS, input_name};
use crate::VideoError;

/// Headers of a film.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// ffmpeg's name of the container.
    pub container: String,
    /// ffmpeg's name of the video codec.
    pub codec: String,
    /// Pixel format, `yuv420p` say.
    pub pixel_format: String,
    /// Coded width in pixels.
    pub width: u32,
    /// Coded height in pixels.
    pub height: u32,
    /// Turn to be applied for showing, in degrees: 0, 90, 180, 270.
    pub rotation: u16,
    /// Seconds of video the container claims, if it says so.
    pub container_s: Option<f64>,
    /// Frames the container claims, if it says so.
    pub frames: Option<u64>,
    /// Frames per second the stream claims.
    pub fps: Option<f64>,
    /// When the film was taken, by its own metadata.
    pub captured_at: Option<DateTime<FixedOffset>>,
}

/// Headers fit into this many bytes of JSON.
const MOST: usize = 1 << 20;

/// Reads the headers of `path`; about 0.1 s.
///
/// # Errors
/// See [`VideoError`]: missing program, empty, foreign or damaged file, no picture.
pub fn probe(
    tools: &Tools,
    path: &Path,
    limits: &Limits,
    cancel: &Cancel,
) -> Result<Probe, VideoError> {
    if std::fs::metadata(path)?.len() == 0 {
        return Err(VideoError::Empty);
    }
    let mut command = Command::new(&tools.ffprobe);
    command
        .args([
            "-v",
            "error",
            "-protocol_whitelist",
            "file",
            "-format_whitelist",
            CONTAINERS,
        ])
        .args(["-show_format", "-show_streams", "-of", "json"])
        .arg("-i")
        .arg(input_name(path)?);
    let limits = Limits {
        wall: limits.wall.min(Duration::from_secs(60)),
        ..limits.clone()
    };
    let (finished, text) = output(command, &limits, cancel, MOST)?;
    if !finished.success {
        return Err(refusal(&finished.stderr));
    }
    let value: Value = serde_json::from_slice(&text)
        .map_err(|_| VideoError::Damaged("文件头无法读取".to_owned()))?;
    read(&value)
}

/// What ffprobe's complaint means.
fn refusal(stderr: &str) -> VideoError {
    if stderr.contains("moov atom not found") {
        VideoError::Damaged("缺少索引，上传或拍摄没有完成".to_owned())
    } else if stderr.contains("Format not on whitelist") {
        VideoError::Foreign("不是视频格式".to_owned())
    } else if stderr.contains("Invalid data found") {
        VideoError::Foreign("内容不是视频".to_owned())
    } else {
        VideoError::Damaged("文件头无法读取".to_owned())
    }
}

fn read(value: &Value) -> Result<Probe, VideoError> {
    let streams = value["streams"].as_array().map_or(&[][..], Vec::as_slice);
    let stream = streams
        .iter()
        .find(|s| s["codec_type"] == "video" && s["disposition"]["attached_pic"] != 1)
        .ok_or(VideoError::NoPicture)?;
    let side = |key: &str| {
        stream["side_data_list"]
            .as_array()
            .into_iter()
            .flatten()
            .find_map(|d| d[key].as_f64())
    };
    let number = |v: &Value| {
        v.as_str()
            .and_then(|s| s.parse::<f64>().ok())
            .filter(|n| n.is_finite() && *n > 0.0)
    };
    let size = |key: &str| {
        stream[key]
            .as_u64()
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(0)
    };
    let (width, height) = (size("width"), size("height"));
    if width == 0 || height == 0 {
        return Err(VideoError::Damaged("没有画面尺寸".to_owned()));
    }
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    Ok(Probe {
        container: text(&value["format"]["format_name"]),
        codec: text(&stream["codec_name"]),
        pixel_format: text(&stream["pix_fmt"]),
        width,
        height,
        // ffprobe counts against the clock.
        rotation: side("rotation").map_or(0, |r| ((-r.round() as i64).rem_euclid(360)) as u16),
        container_s: number(&stream["duration"]).or_else(|| number(&value["format"]["duration"])),
        frames: stream["nb_frames"].as_str().and_then(|s| s.parse().ok()),
        fps: stream["avg_frame_rate"].as_str().and_then(fraction),
        captured_at: captured(&value["format"]["tags"]).or_else(|| captured(&stream["tags"])),
    })
}

fn fraction(text: &str) -> Option<f64> {
    let (top, low) = text.split_once('/')?;
    let value = top.parse::<f64>().ok()? / low.parse::<f64>().ok()?;
    (value.is_finite() && value > 0.0).then_some(value)
}

/// The capture time out of the tags; phones that never set the clock write 1904 or 1970, which is no time.
fn captured(tags: &Value) -> Option<DateTime<FixedOffset>> {
    [
        "com.apple.quicktime.creationdate",
        "creation_time",
        "DATE_RECORDED",
        "date",
    ]
    .iter()
    .filter_map(|key| tags[key].as_str())
    .find_map(|text| {
        DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%z"))
            .ok()
    })
    .filter(|at| at.year() >= 2000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn headers_are_read_and_unset_clocks_ignored() {
        let mut value = json!({"format": {"format_name": "mov,mp4", "duration": "12.5", "tags": {"creation_time": "1904-01-01T00:00:00.000000Z"}},
            "streams": [{"codec_type": "audio"}, {"codec_type": "video", "codec_name": "hevc", "width": 1920, "height": 1080,
            "avg_frame_rate": "30000/1001", "nb_frames": "375", "side_data_list": [{"rotation": -90}]}]});
        let probe = read(&value).unwrap();
        assert_eq!(
            (probe.rotation, probe.container_s, probe.frames),
            (90, Some(12.5), Some(375))
        );
        assert!(probe.captured_at.is_none());
        value["format"]["tags"]["com.apple.quicktime.creationdate"] =
            json!("2025-03-05T09:00:00+0800");
        assert_eq!(
            read(&value).unwrap().captured_at.unwrap().to_rfc3339(),
            "2025-03-05T09:00:00+08:00"
        );
    }

    #[test]
    fn sound_alone_is_no_film() {
        let value = json!({"streams": [{"codec_type": "audio"}]});
        assert!(matches!(read(&value), Err(VideoError::NoPicture)));
    }
}
