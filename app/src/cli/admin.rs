//! `chengzhi admin`: the first accounts, and the way back in for administrators.

use std::process::ExitCode;

use chengzhi_accounts::usecase::create_admin::{create_admin, reset_by_command};
use chengzhi_accounts::usecase::issue::Issued;
use chengzhi_authz::Role;
use clap::{Args, Subcommand};

use super::actor::ActorArgs;
use super::runtime::{block_on, open_migrated, start_log};
use super::settings::DataArgs;

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// 建立管理员账号，输出一次性口令
    Create(CreateArgs),
    /// 为账号重发一次性口令，原密码作废
    Reset(ResetArgs),
}

/// Arguments of `admin create`.
#[derive(Debug, Args)]
pub struct CreateArgs {
    #[command(flatten)]
    data: DataArgs,
    /// 角色：system_admin、security_admin、audit_admin 或 city_training
    #[arg(long, value_name = "角色", value_parser = role)]
    role: Role,
    /// 姓名
    #[arg(long, value_name = "姓名")]
    name: String,
    /// 用户名；不设则与角色同名
    #[arg(long, value_name = "用户名")]
    user: Option<String>,
    #[command(flatten)]
    actor: ActorArgs,
}

/// Arguments of `admin reset`.
#[derive(Debug, Args)]
pub struct ResetArgs {
    #[command(flatten)]
    data: DataArgs,
    /// 用户名
    #[arg(long, value_name = "用户名")]
    user: String,
    #[command(flatten)]
    actor: ActorArgs,
}

fn role(code: &str) -> Result<Role, String> {
    code.parse().map_err(|()| "没有这个角色".to_owned())
}

/// Runs one of them.
pub fn run(command: AdminCommand) -> ExitCode {
    block_on(async {
        match command {
            AdminCommand::Create(args) => create(args).await,
            AdminCommand::Reset(args) => reset(args).await,
        }
    })
}

async fn create(args: CreateArgs) -> anyhow::Result<()> {
    let settings = args.data.settings()?;
    start_log(&settings);
    let db = open_migrated(&settings).await?;

    let user_name = args.user.as_deref().unwrap_or(args.role.code());
    let mut tx = db.write().await?;
    let (_, issued) = create_admin(
        &mut tx,
        &args.actor.audit_name(),
        args.role,
        user_name,
        args.name.trim(),
    )
    .await?;
    tx.commit().await?;
    db.close().await;
    print(user_name, &issued);
    Ok(())
}

async fn reset(args: ResetArgs) -> anyhow::Result<()> {
    let settings = args.data.settings()?;
    start_log(&settings);
    let db = open_migrated(&settings).await?;

    let mut tx = db.write().await?;
    let (_, issued) = reset_by_command(&mut tx, &args.actor.audit_name(), &args.user).await?;
    tx.commit().await?;
    db.close().await;
    print(&args.user, &issued);
    Ok(())
}

fn print(user_name: &str, issued: &Issued) {
    println!("用户名：{user_name}");
    println!("一次性口令：{}", issued.code);
    println!("有效期至：{}", issued.valid_until.format_cn());
}
