//! `chengzhi openapi`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use chengzhi_app::server::{compose, document};
use clap::Args;

use super::words;

/// Arguments of `openapi`.
#[derive(Debug, Args)]
pub struct OpenapiArgs {
    /// 写入文件；不设则输出到屏幕
    #[arg(long, value_name = "文件")]
    output: Option<PathBuf>,
}

/// Prints the document or writes it to a file.
pub fn run(args: OpenapiArgs) -> ExitCode {
    match write(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => words::fail(&error),
    }
}

fn write(args: OpenapiArgs) -> anyhow::Result<()> {
    let text = document::text(&compose::openapi()?)?;
    match args.output {
        Some(path) => {
            std::fs::write(&path, text).with_context(|| format!("文件{}无法写入", path.display()))
        }
        None => {
            print!("{text}");
            Ok(())
        }
    }
}
