//! `chengzhi roster import`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use chengzhi_app::server::state;
use chengzhi_kernel::{Date, parse_date};
use chengzhi_organisation::usecase::roster_import::{self, CommandLine, RosterCounts};
use clap::{Args, Subcommand};

use super::actor::ActorArgs;
use super::runtime::{block_on, open_migrated, print_fault, start_log};
use super::settings::DataArgs;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum RosterCommand {
    /// 导入名册（xlsx 或 csv）；不加 --commit 只预演
    Import(ImportArgs),
}

/// Arguments of `roster import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// 名册文件
    #[arg(value_name = "文件")]
    file: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    actor: ActorArgs,
    /// 名册的日期，不设为今天
    #[arg(long, value_name = "日期", value_parser = day)]
    as_of: Option<Date>,
    /// 写入
    #[arg(long)]
    commit: bool,
    /// 有误的行不导入，其余写入
    #[arg(long, requires = "commit")]
    accept_broken: bool,
}

fn day(text: &str) -> Result<Date, String> {
    parse_date(text).map_err(|error| error.to_string())
}

/// Faults printed at most.
const SHOWN: usize = 100;

/// Runs it; exit code 2 when rows are broken and nothing was written.
pub fn run(command: RosterCommand) -> ExitCode {
    let RosterCommand::Import(args) = command;
    block_on(import(args))
}

async fn import(args: ImportArgs) -> anyhow::Result<()> {
    let file = args.file.display().to_string();
    let content = std::fs::read(&args.file).with_context(|| format!("文件{file}无法读取"))?;
    let settings = args.data.settings()?;
    start_log(&settings);
    let db = open_migrated(&settings).await?;
    let parts = state::assemble(&settings, db.clone(), None, false)?;
    let mode = match (args.commit, args.accept_broken) {
        (false, _) => CommandLine::DryRun,
        (true, false) => CommandLine::Commit,
        (true, true) => CommandLine::CommitGoodRows,
    };
    let name = args
        .file
        .file_name()
        .map_or_else(|| file.clone(), |n| n.to_string_lossy().into_owned());
    let outcome = roster_import::run(
        &parts.state,
        args.actor.name(),
        &content,
        &name,
        args.as_of,
        mode,
    )
    .await
    .map_err(|problem| anyhow::anyhow!("{file}: {}", problem.detail()))?;
    db.close().await;
    let faults = outcome.lines.iter().flat_map(|line| {
        line.faults
            .iter()
            .map(move |fault| (line.line.unwrap_or(1), fault))
    });
    for (line, fault) in faults.take(SHOWN) {
        print_fault(&file, line, &fault.field, &fault.message);
    }
    println!("{}", sentence(&outcome.counts));
    match outcome.committed {
        Some(id) => println!("已导入，编号{id}"),
        None if args.commit => anyhow::bail!("有误或没有可导入的行，没有写入"),
        None => anyhow::ensure!(
            outcome.counts.broken == 0,
            "有{}行有误",
            outcome.counts.broken
        ),
    }
    Ok(())
}

fn sentence(counts: &RosterCounts) -> String {
    format!(
        "共{}行：新进{}，调动{}，变更{}，无变化{}，有误{}；名册中缺少{}人",
        counts.rows,
        counts.joiners,
        counts.transfers,
        counts.changes,
        counts.unchanged,
        counts.broken,
        counts.leavers
    )
}
