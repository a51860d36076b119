//! `chengzhi questions`: files of questions, checked before anything is stored.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chengzhi_questions::check::{Report, Shown};
use chengzhi_questions::{Format, MAX_FILE, Parsed, Unreadable, parse};
use clap::{Args, Subcommand, ValueEnum};

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum QuestionsCommand {
    /// 逐题检查一个题库文件，不写入任何数据
    Check(CheckArgs),
}

/// Arguments of `questions check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// 题库文件
    #[arg(value_name = "文件")]
    file: PathBuf,
    /// 文件格式，不写则按内容识别
    #[arg(long, value_enum, value_name = "格式")]
    format_in: Option<FormatIn>,
    /// 输出格式
    #[arg(long, value_enum, default_value_t = Output::Json)]
    format: Output,
}

/// The format of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatIn {
    Gift,
    Aiken,
    MoodleXml,
    Qti,
    Xlsx,
    Docx,
}

impl From<FormatIn> for Format {
    fn from(format: FormatIn) -> Self {
        match format {
            FormatIn::Gift => Format::Gift,
            FormatIn::Aiken => Format::Aiken,
            FormatIn::MoodleXml => Format::MoodleXml,
            FormatIn::Qti => Format::Qti,
            FormatIn::Xlsx => Format::Xlsx,
            FormatIn::Docx => Format::Docx,
        }
    }
}

/// How the report is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// One JSON object.
    Json,
    /// One line per question.
    Text,
}

/// Exit code 0 when every question is sound, 3 when some are not, 2 when nothing can be read.
pub fn run(command: &QuestionsCommand) -> ExitCode {
    let QuestionsCommand::Check(args) = command;
    match check(args) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(3),
        Err(error) => {
            eprintln!("{}：{error:#}", args.file.display());
            ExitCode::from(2)
        }
    }
}

/// Prints the report and gives the number of rejected questions.
fn check(args: &CheckArgs) -> anyhow::Result<usize> {
    let parsed = read(&args.file, args.format_in.map(Format::from))?;
    for note in &parsed.notes {
        eprintln!("{note}");
    }
    let report = Report::from(&parsed);
    let mut out = std::io::stdout().lock();
    match args.format {
        Output::Json => {
            serde_json::to_writer(&mut out, &report)?;
            writeln!(out)?;
        }
        Output::Text => print(&report, &mut out)?,
    }
    Ok(report.rejected)
}

fn read(file: &Path, format: Option<Format>) -> anyhow::Result<Parsed> {
    let open = std::fs::File::open(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => anyhow::anyhow!("没有这个文件"),
        _ => anyhow::anyhow!("文件读不到，请检查路径和权限"),
    })?;
    // One byte more than is taken, so that a larger file is known without being read.
    let mut bytes = Vec::new();
    open.take(MAX_FILE as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| anyhow::anyhow!("文件读不到，请检查路径和权限"))?;
    if bytes.len() > MAX_FILE {
        return Err(Unreadable::TooLarge.into());
    }
    Ok(parse(&bytes, format)?)
}

fn print(report: &Report, out: &mut impl std::io::Write) -> std::io::Result<()> {
    for item in &report.items {
        let kind = item
            .kind
            .map_or("题型不明", chengzhi_questions::Kind::chinese);
        let stem: String = item.stem.split_whitespace().collect::<Vec<_>>().join(" ");
        let stem: String = stem.chars().take(40).collect();
        let answers: Vec<String> = item
            .answers
            .iter()
            .map(|answer| match answer {
                Shown::Judgement(true) => "对".to_owned(),
                Shown::Judgement(false) => "错".to_owned(),
                Shown::Text(text) => text.chars().take(40).collect(),
            })
            .collect();
        match &item.reason {
            None => writeln!(
                out,
                "{:>5}  通过  {kind}  {stem}  [{}]",
                item.line,
                answers.join(" ")
            )?,
            Some(reason) => writeln!(out, "{:>5}  退回  {kind}  {stem}  {reason}", item.line)?,
        }
    }
    writeln!(
        out,
        "通过{}题，退回{}题。",
        report.accepted, report.rejected
    )
}
