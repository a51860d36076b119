//! The command line in Chinese: help pages and refusals.

use std::process::ExitCode;

use clap::error::{ContextKind, ErrorKind};

/// What the library writes by itself, and what stands there instead.
const HEADINGS: [(&str, &str); 10] = [
    ("Usage:", "用法："),
    ("Commands:", "命令："),
    ("Arguments:", "参数："),
    ("Options:", "选项："),
    ("[OPTIONS]", "[选项]"),
    ("<COMMAND>", "<命令>"),
    ("Print help", "显示用法"),
    ("Print version", "显示版本"),
    ("[default: ", "[默认："),
    ("[possible values: ", "[可用："),
];

fn help_page(error: &clap::Error) -> String {
    HEADINGS
        .iter()
        .fold(error.to_string(), |page, (foreign, ours)| {
            page.replace(foreign, ours)
        })
}

/// Prints a help page, the version, or why the command line cannot be used. Exit code 2 for the
/// last, 0 otherwise.
pub fn refuse(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            print!("{}", help_page(error));
            return ExitCode::SUCCESS;
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            eprint!("{}", help_page(error));
            return ExitCode::from(2);
        }
        _ => {}
    }
    let context = |kind| error.get(kind).map(ToString::to_string);
    let argument = context(ContextKind::InvalidArg).unwrap_or_default();
    let value = context(ContextKind::InvalidValue).unwrap_or_default();
    let sentence = match error.kind() {
        ErrorKind::UnknownArgument => format!("不认识参数{argument}"),
        ErrorKind::InvalidSubcommand => format!(
            "不认识命令{}",
            context(ContextKind::InvalidSubcommand).unwrap_or_default()
        ),
        ErrorKind::InvalidValue if value.is_empty() => format!("参数{argument}缺少值"),
        ErrorKind::InvalidValue => match context(ContextKind::ValidValue) {
            Some(allowed) => format!("参数{argument}的值“{value}”无效，可用：{allowed}"),
            None => format!("参数{argument}的值“{value}”无效"),
        },
        ErrorKind::ValueValidation => {
            // What the library finds by itself it says in English: the value alone must do then.
            let reason = std::error::Error::source(error)
                .map(ToString::to_string)
                .filter(|cause| !cause.is_ascii())
                .map(|cause| format!("：{cause}"))
                .unwrap_or_default();
            format!("参数{argument}的值“{value}”无效{reason}")
        }
        ErrorKind::MissingRequiredArgument => format!("缺少参数{argument}"),
        ErrorKind::MissingSubcommand => "缺少命令".to_owned(),
        ErrorKind::ArgumentConflict if context(ContextKind::PriorArg) == Some(argument.clone()) => {
            format!("参数{argument}只能写一次")
        }
        ErrorKind::ArgumentConflict => format!("参数{argument}不能与其他参数同时使用"),
        _ => "命令行无法识别".to_owned(),
    };
    eprintln!("{sentence}。用 --help 查看用法。");
    ExitCode::from(2)
}

/// The whole number in `text`, from `least` to `most`.
///
/// # Errors
/// The sentence for anything else.
pub fn read_number(text: &str, least: u32, most: u32) -> Result<u32, String> {
    text.parse()
        .ok()
        .filter(|n| (least..=most).contains(n))
        .ok_or_else(|| format!("应为{least}至{most}的整数"))
}

/// A year of assessment.
///
/// # Errors
/// As [`read_number`].
pub fn read_year(text: &str) -> Result<i32, String> {
    read_number(text, 1900, 2199).map(u32::cast_signed)
}

/// Prints why a command failed and gives exit code 2: the caller asked for something impossible.
pub fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("{error:#}");
    ExitCode::from(2)
}
