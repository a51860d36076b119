//! `chengzhi video`: the pre-check of drill films, from files alone.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chengzhi_video::{Fingerprint, Index, Reused, Runner, Seconds, Settings, VideoError, io_words};
use clap::{Args, Subcommand, ValueEnum};
use sha2::{Digest as _, Sha256};

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum VideoCommand {
    /// 预审一段队列训练视频
    Audit(AuditArgs),
}

/// Arguments of `video audit`.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// 视频文件
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 与该目录下的所有视频比对，查找重复使用
    #[arg(long, value_name = "目录")]
    against: Option<PathBuf>,
    /// 最短时长（秒）
    #[arg(long, value_name = "秒", default_value_t = 1200.0)]
    min_seconds: f64,
    /// 输出格式
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

/// How the report is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One JSON object.
    Json,
    /// One line per mark.
    Text,
}

/// Undecodable seconds from which the file counts as damaged, with the share of the film that they must be.
const DAMAGED_S: f64 = 2.0;
const DAMAGED_SHARE: f64 = 0.02;

/// Exit code 0 with or without findings, 1 when ffmpeg is missing, 2 for a damaged or foreign file.
pub fn run(command: &VideoCommand) -> ExitCode {
    let VideoCommand::Audit(args) = command;
    // Told before minutes of decoding.
    if let Some(folder) = &args.against
        && let Err(error) = std::fs::read_dir(folder)
    {
        eprintln!(
            "{}：无法读取比对目录：{}",
            folder.display(),
            io_words(&error)
        );
        return ExitCode::from(2);
    }
    match audit(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}：{error}", args.file.display());
            ExitCode::from(if matches!(error, VideoError::FfmpegMissing(_)) {
                1
            } else {
                2
            })
        }
    }
}

fn audit(args: &AuditArgs) -> Result<(), VideoError> {
    let runner = Runner::default();
    let settings = Settings {
        min_length_s: args.min_seconds,
        file_name: args
            .file
            .file_name()
            .map(|name| name.to_string_lossy().into_owned()),
        ..Settings::default()
    };
    let audit = chengzhi_video::audit(&runner, &args.file, &settings)?;
    let length = audit.findings.timing.duration_s;
    let missing = audit.unverified_s();
    if missing > DAMAGED_S.max(DAMAGED_SHARE * length) {
        return Err(VideoError::Damaged(format!(
            "只解出{length:.0}秒，另有约{missing:.0}秒无法解码"
        )));
    }
    let reuse = match &args.against {
        Some(folder) => reuse(
            &runner,
            &settings,
            &args.file,
            &audit.fingerprint,
            length,
            folder,
        )?,
        None => Vec::new(),
    };
    let report = audit.report(&settings, reuse);
    let mut out = std::io::stdout().lock();
    if args.format == Format::Json {
        serde_json::to_writer(&mut out, &report).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        for mark in &report.marks {
            writeln!(out, "{:9.3}  {}", mark.at.0, mark.text)?;
        }
    }
    Ok(())
}

/// The stretches shared with the films below `folder`; the film itself is left out, a copy of it byte for byte is not.
fn reuse(
    runner: &Runner,
    settings: &Settings,
    file: &Path,
    print: &Fingerprint,
    length: f64,
    folder: &Path,
) -> Result<Vec<Reused>, VideoError> {
    let own_path = file.canonicalize()?;
    let own_size = std::fs::metadata(file)?.len();
    let mut own_hash = None;
    let (mut prints, mut equal) = (Vec::new(), Vec::new());
    for path in files_below(folder)? {
        if path.canonicalize()? == own_path {
            continue;
        }
        let name = path
            .strip_prefix(folder)
            .unwrap_or(&path)
            .to_string_lossy()
            .into_owned();
        if std::fs::metadata(&path)?.len() == own_size {
            let own = match own_hash {
                Some(hash) => hash,
                None => *own_hash.insert(hash_of(file)?),
            };
            if hash_of(&path)? == own {
                equal.push(name);
                continue;
            }
        }
        match chengzhi_video::audit(runner, &path, settings) {
            Ok(other) => prints.push((name, other.fingerprint)),
            Err(error @ VideoError::FfmpegMissing(_)) => return Err(error),
            Err(error) => eprintln!("未比对 {name}：{error}"),
        }
    }
    let whole = |file: String| Reused {
        file,
        from: Seconds(0.0),
        to: Seconds(length),
        other_from: Seconds(0.0),
        other_to: Seconds(length),
        mirrored: false,
    };
    let found = Index::build(prints).search(print, None, settings.min_reuse_s);
    Ok(equal
        .into_iter()
        .map(whole)
        .chain(found.into_iter().map(Reused::from))
        .collect())
}

/// All files below a folder by name; links to folders are not followed.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, VideoError> {
    let (mut open, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                open.push(entry.path());
            } else if entry.path().is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn hash_of(path: &Path) -> Result<[u8; 32], VideoError> {
    let mut hasher = Sha256::new();
    std::io::copy(&mut std::fs::File::open(path)?, &mut hasher)?;
    Ok(hasher.finalize().into())
}
