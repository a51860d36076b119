//! `chengzhi migrate`.

use std::process::ExitCode;

use chengzhi_app::server::{run as server, state};
use clap::Args;

use super::runtime::{block_on, start_log};
use super::settings::DataArgs;

/// Arguments of `migrate`.
#[derive(Debug, Args)]
pub struct MigrateArgs {
    #[command(flatten)]
    data: DataArgs,
}

/// Brings the schema up to date and says which steps ran.
pub fn run(args: MigrateArgs) -> ExitCode {
    block_on(async {
        let settings = args.data.settings()?;
        start_log(&settings);
        let db = state::open_database(&settings).await?;
        let ran = server::migrate(&db).await?;
        db.close().await;
        if ran.is_empty() {
            println!("数据库已是最新");
        }
        for name in ran {
            println!("已执行 {name}");
        }
        Ok(())
    })
}
