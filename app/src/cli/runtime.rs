//! What every command that opens the database starts with.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use chengzhi_app::server::state;
use chengzhi_config::Settings;
use chengzhi_db::Db;
use tracing_subscriber::EnvFilter;

use super::words;

/// Runs the asynchronous part of a command.
pub fn block_on(work: impl Future<Output = anyhow::Result<()>>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return words::fail(&error.into()),
    };
    match runtime.block_on(work) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => words::fail(&error),
    }
}

/// Opens a database that `migrate` or `serve` has made: commands that write do not change the
/// schema on the way.
pub async fn open_migrated(settings: &Settings) -> anyhow::Result<Db> {
    let db = state::open_database(settings).await?;
    let pending = db.pending_migrations().await?;
    anyhow::ensure!(
        pending.is_empty(),
        "数据库尚未建立或升级，请先运行 chengzhi migrate --actor 姓名"
    );
    Ok(db)
}

/// Prints a fault of a file, `file:line: column: reason`, on standard error.
pub fn print_fault(file: &str, line: u32, column: &str, reason: &str) {
    eprintln!("{file}:{line}: {column}: {reason}");
}

/// Starts the log on standard error, as the settings say.
pub fn start_log(settings: &Settings) {
    let filter = EnvFilter::try_new(&settings.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // A second start in one process (tests) leaves the first in place.
    let _ = if settings.log_json {
        log.json().try_init()
    } else {
        log.compact().try_init()
    };
}
