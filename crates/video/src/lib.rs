//! Pre-check of drill films (视频预审): one decoding pass by the machine's own ffmpeg, small signals per frame, and
//! detectors that turn them into marks a reviewer can jump to. It never rejects a film.
//!
//! `ffmpeg` starts processes, `signal` gathers numbers, `detect` and `fingerprint` judge them and are pure, `report`
//! and `marks` say it in Chinese. Times are seconds from the first frame.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod audit;
pub mod detect;
mod error;
mod ffmpeg;
pub mod fingerprint;
mod marks;
pub mod report;
mod settings;
pub mod signal;
pub mod words;

pub use audit::{Audit, Runner, audit, frames, judge, quick_check, signals};
pub use error::{VideoError, io_words};
pub use ffmpeg::{
    Cancel, Decoded, Gray, Limits, Pass, Probe, Tools, playable, probe, review_copy, thumbnail,
};
pub use fingerprint::{Fingerprint, Index, Reuse};
pub use marks::{Findings, marks};
pub use report::{Kind, Mark, Report, Reused, Seconds, Severity};
pub use settings::Settings;
