//! The program `chengzhi`: the command line over the server and the tools. Each command is one file
//! of `cli/`; what it needs of the server comes from the library beside it.

mod cli;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// 城执：城管执法队伍教育培训与考核系统
#[derive(Debug, Parser)]
#[command(name = "chengzhi", version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 启动服务
    Serve(cli::serve::ServeArgs),
    /// 生成并启动演示城市
    Demo(cli::demo::DemoArgs),
    /// 建立或升级数据库
    Migrate(cli::migrate::MigrateArgs),
    /// 输出接口文档（OpenAPI）
    Openapi(cli::openapi::OpenapiArgs),
    /// 管理员账号
    #[command(subcommand)]
    Admin(cli::admin::AdminCommand),
    /// 按文件考核一年的学时学分（不需要数据库）
    Assess(cli::assess::AssessArgs),
    /// 工作日推算
    #[command(subcommand)]
    Workday(cli::workday::WorkdayCommand),
    /// 规则：体检、试算、一览
    #[command(subcommand)]
    Policy(cli::policy::PolicyCommand),
    /// 人员名册
    #[command(subcommand)]
    Roster(cli::roster::RosterCommand),
    /// 学时学分台账
    #[command(subcommand)]
    Ledger(cli::ledger::LedgerCommand),
    /// 审计日志
    #[command(subcommand)]
    Audit(cli::audit::AuditCommand),
    /// 题库文件
    #[command(subcommand)]
    Questions(cli::questions::QuestionsCommand),
    /// 视频预审
    #[command(subcommand)]
    Video(cli::video::VideoCommand),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return cli::words::refuse(&error),
    };
    match cli.command {
        Command::Serve(args) => cli::serve::run(args),
        Command::Demo(args) => cli::demo::run(args),
        Command::Migrate(args) => cli::migrate::run(args),
        Command::Openapi(args) => cli::openapi::run(args),
        Command::Admin(command) => cli::admin::run(command),
        Command::Assess(args) => cli::assess::run(args),
        Command::Workday(command) => cli::workday::run(&command),
        Command::Policy(command) => cli::policy::run(&command),
        Command::Roster(command) => cli::roster::run(command),
        Command::Ledger(command) => cli::ledger::run(command),
        Command::Audit(command) => cli::audit::run(command),
        Command::Questions(command) => cli::questions::run(&command),
        Command::Video(command) => cli::video::run(&command),
    }
}
