//! `chengzhi ledger import`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use chengzhi_assessment::usecase::ledger_import::{self, Importer};
use chengzhi_http::SystemClock;
use chengzhi_kernel::Clock as _;
use chengzhi_organisation::facade as organisation;
use clap::{Args, Subcommand};

use super::actor::ActorArgs;
use super::runtime::{block_on, open_migrated, print_fault, start_log};
use super::settings::DataArgs;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// 导入系统外取得的学时学分（xlsx 或 csv）；不加 --commit 只预演
    Import(ImportArgs),
}

/// Arguments of `ledger import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// 台账文件
    #[arg(value_name = "文件")]
    file: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    actor: ActorArgs,
    /// 写入
    #[arg(long)]
    commit: bool,
    /// 有误的行不导入，其余写入
    #[arg(long, requires = "commit")]
    accept_broken: bool,
}

/// Faults printed at most.
const SHOWN: i64 = 100;

/// Runs it; exit code 2 when rows are broken and nothing was written.
pub fn run(command: LedgerCommand) -> ExitCode {
    let LedgerCommand::Import(args) = command;
    block_on(import(args))
}

async fn import(args: ImportArgs) -> anyhow::Result<()> {
    let file = args.file.display().to_string();
    let content = std::fs::read(&args.file).with_context(|| format!("文件{file}无法读取"))?;
    let settings = args.data.settings()?;
    start_log(&settings);
    let db = open_migrated(&settings).await?;
    let now = SystemClock.now();
    let mut tx = db.read().await?;
    let units = organisation::units(&mut tx, now.date()).await?;
    drop(tx);
    let importer = Importer {
        account: None,
        name: args.actor.audit_name(),
        units: units.iter().map(|node| node.unit.id.get()).collect(),
        now,
    };
    let name = args
        .file
        .file_name()
        .map_or_else(|| file.clone(), |n| n.to_string_lossy().into_owned());
    let id = ledger_import::dry_run(&db, &importer, &name, &content)
        .await
        .map_err(|error| anyhow::anyhow!("{file}: {error}"))?;
    let (counts, broken) = ledger_import::report(&db, &importer, id, SHOWN).await?;
    for row in &broken {
        for fault in &row.faults {
            print_fault(&file, row.line, &fault.field, &fault.message);
        }
    }
    println!(
        "共{}行：可导入{}，已有{}，有误{}",
        counts.rows, counts.new, counts.repeated, counts.broken
    );
    let written = if args.commit {
        ledger_import::commit(&db, &importer, id, args.accept_broken)
            .await
            .map(Some)
    } else {
        Ok(None)
    };
    // What was only looked at leaves no open import behind.
    if !matches!(written, Ok(Some(_))) {
        ledger_import::discard(&db, &importer, id).await?;
    }
    db.close().await;
    match written {
        Ok(Some(stored)) => println!("已导入{stored}条，编号{id}"),
        Ok(None) => anyhow::ensure!(counts.broken == 0, "有{}行有误", counts.broken),
        Err(error) => anyhow::bail!("没有写入：{error}"),
    }
    Ok(())
}
