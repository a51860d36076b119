//! A child process in a cage: own group, limits on time and memory, bounded error text, killed as a group.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process_group, prlimit};

use crate::error::{VideoError, io_words};

/// Where the programs are; by default they are looked for on the path.
#[derive(Debug, Clone)]
pub struct Tools {
    /// The program that decodes.
    pub ffmpeg: PathBuf,
    /// The program that reads headers.
    pub ffprobe: PathBuf,
}

impl Default for Tools {
    fn default() -> Self {
        Self {
            ffmpeg: "ffmpeg".into(),
            ffprobe: "ffprobe".into(),
        }
    }
}

/// What one child process may use.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Wall time; then the whole group is killed.
    pub wall: Duration,
    /// Address space in bytes (RLIMIT_AS).
    pub memory: u64,
    /// Threads ffmpeg may decode with.
    pub threads: u32,
    /// Lowest priority (nice 19), so that pages are not slowed.
    pub gentle: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wall: Duration::from_secs(3600),
            memory: 3 << 30,
            threads: 1,
            gentle: true,
        }
    }
}

/// Asks a running check to stop; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Stops what runs with this handle.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// True after [`Cancel::cancel`].
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How a child ended.
#[derive(Debug)]
pub(super) struct Finished {
    pub success: bool,
    /// The last part of what it said on standard error.
    pub stderr: String,
}

const RUNS: u8 = 0;
const TIMED_OUT: u8 = 1;
const CANCELLED: u8 = 2;

/// How often the watch looks at the clock and the cancel flag.
const TICK: Duration = Duration::from_millis(50);
/// What is kept of standard error.
const STDERR_TAIL: usize = 8 * 1024;

/// Runs `command`, hands its standard output in pieces to `sink`, and sees to it that it ends.
///
/// # Errors
/// [`VideoError::FfmpegMissing`] if it cannot be started, [`VideoError::TimedOut`], [`VideoError::Cancelled`],
/// or what `sink` returned.
pub(super) fn run(
    mut command: Command,
    limits: &Limits,
    cancel: &Cancel,
    sink: &mut dyn FnMut(&[u8]) -> Result<(), VideoError>,
) -> Result<Finished, VideoError> {
    let name = command.get_program().to_string_lossy().into_owned();
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env("LC_ALL", "C")
        .process_group(0);
    let mut child = command
        .spawn()
        .map_err(|error| VideoError::FfmpegMissing(format!("{name}：{}", io_words(&error))))?;
    let group = Pid::from_child(&child);
    cage(group, limits);

    let stdout = child.stdout.take();
    let stderr = child.stderr.take();
    let state = AtomicU8::new(RUNS);
    let done = (Mutex::new(false), Condvar::new());
    let (outcome, said) = std::thread::scope(|scope| {
        scope.spawn(|| watch(group, limits.wall, cancel, &state, &done));
        let tail = scope.spawn(move || stderr.map_or_else(String::new, tail_of));
        let outcome = stdout.map_or(Ok(()), |pipe| drain(pipe, sink));
        if outcome.is_err() {
            kill(group);
        }
        let said = tail.join().unwrap_or_default();
        // Whatever the child left behind in its group goes with it.
        let status = child.wait();
        kill(group);
        if let Ok(mut over) = done.0.lock() {
            *over = true;
        }
        done.1.notify_all();
        (outcome.map(|()| status), said)
    });
    match state.load(Ordering::SeqCst) {
        TIMED_OUT => return Err(VideoError::TimedOut(limits.wall.as_secs())),
        CANCELLED => return Err(VideoError::Cancelled),
        _ => {}
    }
    let success = outcome?.is_ok_and(|status| status.success());
    if !success && said.contains("Cannot allocate memory") {
        return Err(VideoError::OutOfMemory);
    }
    Ok(Finished {
        success,
        stderr: said,
    })
}

/// Collects at most `most` bytes of what `command` prints.
pub(super) fn output(
    command: Command,
    limits: &Limits,
    cancel: &Cancel,
    most: usize,
) -> Result<(Finished, Vec<u8>), VideoError> {
    let mut bytes = Vec::new();
    let finished = run(command, limits, cancel, &mut |piece| {
        let room = most.saturating_sub(bytes.len());
        bytes.extend_from_slice(&piece[..piece.len().min(room)]);
        Ok(())
    })?;
    Ok((finished, bytes))
}

/// Limits from outside, right after the start: no code runs between fork and exec.
fn cage(child: Pid, limits: &Limits) {
    let both = |value: u64| Rlimit {
        current: Some(value),
        maximum: Some(value),
    };
    // A child that has already ended needs no limits, so errors are of no interest.
    let _ = prlimit(Some(child), Resource::As, both(limits.memory));
    let _ = prlimit(Some(child), Resource::Core, both(0));
    let _ = prlimit(
        Some(child),
        Resource::Cpu,
        both(limits.wall.as_secs().max(1) * 4),
    );
    if limits.gentle {
        let _ = rustix::process::setpriority_process(Some(child), 19);
    }
}

fn watch(
    group: Pid,
    wall: Duration,
    cancel: &Cancel,
    state: &AtomicU8,
    done: &(Mutex<bool>, Condvar),
) {
    let start = Instant::now();
    let Ok(mut over) = done.0.lock() else { return };
    while !*over {
        let why = if cancel.is_cancelled() {
            CANCELLED
        } else if start.elapsed() >= wall {
            TIMED_OUT
        } else {
            RUNS
        };
        if why != RUNS {
            state.store(why, Ordering::SeqCst);
            kill(group);
            return;
        }
        match done.1.wait_timeout(over, TICK) {
            Ok((guard, _)) => over = guard,
            Err(_) => return,
        }
    }
}

fn kill(group: Pid) {
    let _ = kill_process_group(group, Signal::KILL);
}

fn drain(
    mut pipe: impl Read,
    sink: &mut dyn FnMut(&[u8]) -> Result<(), VideoError>,
) -> Result<(), VideoError> {
    let mut buffer = vec![0u8; 256 * 1024];
    loop {
        match pipe.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(n) => sink(&buffer[..n])?,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn tail_of(mut pipe: impl Read) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0u8; 4096];
    while let Ok(n) = pipe.read(&mut buffer) {
        if n == 0 {
            break;
        }
        kept.extend_from_slice(&buffer[..n]);
        if kept.len() > 2 * STDERR_TAIL {
            kept.drain(..kept.len() - STDERR_TAIL);
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}
