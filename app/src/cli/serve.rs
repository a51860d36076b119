//! `chengzhi serve`.

use std::process::ExitCode;

use chengzhi_app::server::{run as server, state};
use clap::Args;

use super::runtime::{block_on, start_log};
use super::settings::{DataArgs, ListenArgs};

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    listen: ListenArgs,
}

/// Serves until it is told to stop.
pub fn run(args: ServeArgs) -> ExitCode {
    block_on(async {
        let mut settings = args.data.settings()?;
        args.listen.apply(&mut settings);
        settings.check()?;
        start_log(&settings);
        let db = state::open_database(&settings).await?;
        server::migrate(&db).await?;
        let durability = db.durability().await?;
        if !durability.durable {
            tracing::warn!(
                settings = durability.said,
                "the database acknowledges before the disk has it: a power cut loses answers that were acknowledged"
            );
        }
        let parts = state::assemble(&settings, db, None, false)?;
        let scheme = if settings.speaks_tls() {
            "https"
        } else {
            "http"
        };
        server::serve(&settings, parts, |address| {
            println!("城执已启动：{scheme}://{address}");
        })
        .await
    })
}
