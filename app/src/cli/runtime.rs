//! What every command that opens the database starts with.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use chengzhi_config::Settings;
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
