//! `chengzhi audit`.

use std::process::ExitCode;

use chengzhi_app::server::state;
use chengzhi_db::verify_audit;
use clap::{Args, Subcommand};

use super::runtime::{block_on, start_log};
use super::settings::DataArgs;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// 校验审计日志的完整性
    Verify(VerifyArgs),
}

/// Arguments of `audit verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    data: DataArgs,
}

/// Walks the chain; exit code 2 and the first broken line when it does not hold.
pub fn run(command: AuditCommand) -> ExitCode {
    let AuditCommand::Verify(args) = command;
    block_on(async {
        let settings = args.data.settings()?;
        start_log(&settings);
        let db = state::open_database(&settings).await?;
        let mut tx = db.read().await?;
        let verdict = verify_audit(&mut tx).await?;
        drop(tx);
        db.close().await;
        match verdict {
            Ok(checked) => println!("审计日志完整，共{checked}条"),
            Err(broken) => anyhow::bail!("审计日志不完整：{}", broken.reason),
        }
        Ok(())
    })
}
