//! What a check says, in drill's words. Pure.

use chengzhi_drill::facade::{CheckState, Checked, FilmMark, FilmToCheck, Severity};
use chengzhi_kernel::Quantity;
use chengzhi_video::{Mark, Report, Settings, VideoError};

/// What the rules ask of this film.
#[must_use]
pub fn settings(film: &FilmToCheck, tolerance_seconds: u32) -> Settings {
    Settings {
        min_length_s: f64::from(film.min_seconds),
        tolerance_s: f64::from(tolerance_seconds),
        max_rest_s: f64::from(film.max_rest_seconds),
        entered_rest_s: Some(f64::from(film.entered_rest_seconds)),
        slot: Some(film.days),
        file_name: Some(film.name.clone()),
        ..Settings::default()
    }
}

/// Seconds as milliseconds.
#[must_use]
pub fn millis(seconds: f64) -> i64 {
    // A film of many days still fits; anything stranger becomes 0.
    let value = (seconds * 1_000.0).round();
    if value.is_finite() && (0.0..1e12).contains(&value) {
        value as i64
    } else {
        0
    }
}

/// A mark as drill keeps it.
#[must_use]
pub fn mark(found: &Mark, thumb_hash: Option<String>) -> FilmMark {
    let kind = serde_json::to_value(found.kind)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default();
    FilmMark {
        at_ms: millis(found.at.0),
        until_ms: None,
        kind,
        severity: match found.severity {
            chengzhi_video::Severity::Info => Severity::Info,
            chengzhi_video::Severity::Check => Severity::Check,
            chengzhi_video::Severity::Strong => Severity::Strong,
        },
        text: found.text.clone(),
        thumb_hash,
    }
}

/// The end of a whole check.
#[must_use]
pub fn done(report: &Report, unverified_s: f64, marks: Vec<FilmMark>) -> Checked {
    let note = (unverified_s > 0.0).then(|| {
        let seconds = Quantity::from_thousandths(millis(unverified_s));
        format!("有{seconds}秒未能解码，未能核验；不作为中队的问题。")
    });
    Checked {
        state: CheckState::Done,
        note,
        duration_ms: Some(millis(report.duration_s.0)),
        captured_at: report.captured_at.map(|at| at.to_rfc3339()),
        marks,
    }
}

/// The end of a check that could not be made; none when it is to be tried again.
#[must_use]
pub fn failed(error: &VideoError, tries: u32, most: u32) -> Option<Checked> {
    let end = |state, note: String| {
        Some(Checked {
            state,
            note: Some(note),
            duration_ms: None,
            captured_at: None,
            marks: Vec::new(),
        })
    };
    match error {
        VideoError::Cancelled => None,
        VideoError::FfmpegMissing(_) => end(
            CheckState::Unavailable,
            "本服务器没有安装预审程序，请直接观看审核。".to_owned(),
        ),
        VideoError::Io(_) if tries < most => None,
        other => end(CheckState::Unverified, format!("{other}。")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_note_is_a_whole_sentence() {
        for error in [
            VideoError::FfmpegMissing("ffprobe".to_owned()),
            VideoError::Io(std::io::Error::from(std::io::ErrorKind::NotFound)),
            VideoError::Empty,
            VideoError::Foreign("没有已知的容器".to_owned()),
            VideoError::NoPicture,
            VideoError::Damaged("没有索引".to_owned()),
            VideoError::TimedOut(60),
            VideoError::OutOfMemory,
        ] {
            let note = failed(&error, 3, 3).unwrap().note.unwrap();
            assert!(note.ends_with('。') && !note.ends_with("。。"), "{note}");
        }
        assert!(failed(&VideoError::Cancelled, 3, 3).is_none());
    }
}
