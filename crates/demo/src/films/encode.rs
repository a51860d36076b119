//! Frames into files, by the machine's own ffmpeg.

use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, bail};
use chengzhi_kernel::Timestamp;
use chengzhi_video::Tools;

use super::reel::{RATE, Scene, play};
use super::yard::{HEIGHT, WIDTH};

/// Whether this machine can make and check films: both programs are there, with an encoder for
/// H.264.
#[must_use]
pub fn can_encode(tools: &Tools) -> bool {
    let said = |program: &Path, what: &str| {
        let ran = Command::new(program)
            .args(["-v", "error", what])
            .stdin(Stdio::null())
            .output();
        ran.ok()
            .filter(|output| output.status.success())
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    said(&tools.ffprobe, "-version").is_some()
        && said(&tools.ffmpeg, "-encoders").is_some_and(|list| list.contains("libx264"))
}

/// Draws the scenes, each into a file of the folder named by its place; several at a time.
///
/// # Errors
/// When ffmpeg fails or the disk refuses.
pub fn draw_all(
    tools: &Tools,
    folder: &Path,
    films: &[(Scene, Timestamp)],
) -> anyhow::Result<Vec<PathBuf>> {
    let file = |place: usize| folder.join(format!("{place}.mp4"));
    // Threads of their own: the pool draws photos meanwhile, and each thread feeds a process.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let work = || -> anyhow::Result<()> {
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some((scene, taken_at)) = films.get(place) else {
                return Ok(());
            };
            draw(tools, scene, *taken_at, &file(place))?;
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores.div_ceil(2)).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .try_for_each(|thread| match thread.join() {
                Ok(done) => done,
                Err(_) => bail!("绘制影像的线程意外结束"),
            })
    })?;
    Ok((0..films.len()).map(file).collect())
}

/// Draws one scene into a file, with the time at which the camera began.
///
/// # Errors
/// As [`draw_all`].
pub fn draw(tools: &Tools, scene: &Scene, taken_at: Timestamp, file: &Path) -> anyhow::Result<()> {
    let mut child = Command::new(&tools.ffmpeg)
        .args(["-nostdin", "-v", "error", "-y", "-f", "rawvideo"])
        .args(["-pix_fmt", "yuv420p", "-s", &format!("{WIDTH}x{HEIGHT}")])
        .args(["-r", &RATE.to_string(), "-i", "pipe:0"])
        // One thread a film: the same bytes on any number of cores.
        .args(["-c:v", "libx264", "-preset", "ultrafast", "-threads", "1"])
        .args([
            "-x264-params",
            "cabac=1:crf=33:ipratio=1.1",
            "-g",
            &(4 * RATE).to_string(),
        ])
        .args(["-movflags", "+faststart", "-fflags", "+bitexact"])
        .args([
            "-metadata",
            &format!("creation_time={}", taken_at.to_rfc3339()),
        ])
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("ffmpeg无法启动")?;
    let pipe = child.stdin.take().context("ffmpeg无法接收画面")?;
    let mut pipe = BufWriter::with_capacity(WIDTH * HEIGHT * 2, pipe);
    let written = play(scene, |canvas| {
        let [y, u, v] = canvas.planes();
        [y, u, v]
            .into_iter()
            .try_for_each(|plane| pipe.write_all(plane))
    })
    .and_then(|()| pipe.flush());
    drop(pipe);
    let output = child.wait_with_output().context("ffmpeg没有结束")?;
    if !output.status.success() {
        bail!(
            "ffmpeg未能编码影像：{}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    written.map_err(|error: io::Error| error.into())
}
