//! `chengzhi migrate`.

use std::process::ExitCode;

use chengzhi_app::server::{run as server, state};
use chengzhi_db::Audit;
use clap::Args;

use super::actor::ActorArgs;
use super::runtime::{block_on, start_log};
use super::settings::DataArgs;

/// Arguments of `migrate`.
#[derive(Debug, Args)]
pub struct MigrateArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    actor: ActorArgs,
}

/// Brings the schema up to date, says which steps ran and notes in the audit log who asked for it.
pub fn run(args: MigrateArgs) -> ExitCode {
    block_on(async {
        let settings = args.data.settings()?;
        start_log(&settings);
        let db = state::open_database(&settings).await?;
        let ran = server::migrate(&db).await?;
        if !ran.is_empty() {
            let mut tx = db.write().await?;
            tx.audit(
                Audit::new(None, args.actor.audit_name(), "schema.migrate", "schema")
                    .detail(serde_json::json!({ "steps": ran })),
            );
            tx.commit().await?;
        }
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
