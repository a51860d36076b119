//! Everything that starts a process: probing, decoding, pictures, review copies.

mod child;
mod decode;
mod matroska;
mod probe;
mod render;

pub use child::{Cancel, Limits, Tools};
pub use decode::{Decoded, Gray, Pass, decode, small_size};
pub use probe::{Probe, probe};
pub use render::{playable, review_copy, thumbnail};

use std::path::Path;

use crate::VideoError;

/// Containers that phones, cameras and editing programs write. Everything else is foreign: a playlist or a script
/// must not make ffmpeg open other files.
const CONTAINERS: &str = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf";

/// The name under which ffmpeg opens a local file, whatever characters it is made of.
fn input_name(path: &Path) -> Result<std::ffi::OsString, VideoError> {
    let mut name = std::ffi::OsString::from("file:");
    name.push(path.canonicalize()?);
    Ok(name)
}
