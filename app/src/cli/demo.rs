//! `chengzhi demo`: makes the demo city where there is none, checks it or serves it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use chengzhi_app::server::class_book::Classes;
use chengzhi_app::server::state::Parts;
use chengzhi_app::server::{run as server, state};
use chengzhi_config::Settings;
use chengzhi_demo::data::Data;
use chengzhi_demo::plan::{Wish, plan};
use chengzhi_demo::verify::{Expected, verify};
use chengzhi_demo::write::{DemoSignIn, Services, write};
use chengzhi_kernel::{Clock as _, Timestamp};
use clap::Args;
use serde::{Deserialize, Serialize};

use super::runtime::{block_on, start_log};

/// Written last: a folder without it holds no finished city.
const FINISHED: &str = "demo-city.json";
/// Written first: the folder may be made anew as long as only this stands in it.
const BEGUN: &str = "demo-begun";
/// One account per role, for people and browser tests.
const ACCOUNTS: &str = "demo-accounts.json";
/// Raised when a city of an earlier program no longer fits.
const VERSION: u32 = 3;

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// 演示城市的数据目录
    #[arg(long, value_name = "目录", default_value = "var/demo")]
    data_dir: PathBuf,
    /// 监听地址
    #[arg(long, value_name = "地址:端口", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// 演示从哪一刻开始，如 2024-11-18T09:00；now 为此刻
    #[arg(long, value_name = "时间", default_value = "2024-11-18T09:00", value_parser = moment)]
    today: Moment,
    /// 区的个数
    #[arg(long, value_name = "个数", default_value_t = 16)]
    districts: usize,
    /// 随机种子，同一种子生成同一城市
    #[arg(long, value_name = "数字", default_value_t = 1)]
    seed: u64,
    /// 不画队列训练影像：生成更快，占用空间更少
    #[arg(long)]
    without_films: bool,
    /// 只检查城市，不启动服务；有问题时返回1
    #[arg(long)]
    verify: bool,
}

/// Where the demo's time begins.
#[derive(Debug, Clone, Copy)]
enum Moment {
    Now,
    At(Timestamp),
}

fn moment(text: &str) -> Result<Moment, &'static str> {
    if text == "now" {
        return Ok(Moment::Now);
    }
    text.parse()
        .map(Moment::At)
        .map_err(|_| "应为 2024-11-18T09:00 或 now")
}

/// What is kept of a finished city.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Finished {
    version: u32,
    today: String,
    districts: usize,
    seed: u64,
    units: usize,
    people: usize,
    look_alikes: usize,
    films: usize,
    classes: usize,
    accounts: Vec<DemoSignIn>,
}

/// Runs the command.
pub fn run(args: DemoArgs) -> ExitCode {
    block_on(async {
        let settings = Settings {
            data_dir: args.data_dir.clone(),
            listen: args.listen,
            ..Settings::default()
        };
        settings.check()?;
        start_log(&settings);
        let today = match args.today {
            Moment::At(at) => at,
            Moment::Now => chengzhi_http::SystemClock.now(),
        };
        let wish = Wish {
            today,
            districts: args.districts,
            seed: args.seed,
        };
        let (parts, finished) = match read_finished(&args.data_dir)? {
            Some(finished) => {
                let wish = fitting(&finished, wish, args.today)?;
                (open(&settings, wish.today).await?, finished)
            }
            None => make(&settings, wish, !args.without_films).await?,
        };
        if args.verify {
            return check(&parts, &finished).await;
        }
        server::serve(&settings, parts, |address| announce(address, &finished)).await
    })
}

async fn open(settings: &Settings, today: Timestamp) -> anyhow::Result<Parts> {
    let db = state::open_database(settings).await?;
    server::migrate(&db).await?;
    state::assemble(settings, db, Some(today), true)
}

fn read_finished(folder: &Path) -> anyhow::Result<Option<Finished>> {
    let path = folder.join(FINISHED);
    if !path.exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&path).context("演示城市的说明文件无法读取")?;
    serde_json::from_str(&text)
        .map(Some)
        .context("演示城市的说明文件已损坏，请删除该目录后重试")
}

/// The wish that the stored city answers; another one needs another folder, so that nobody's play
/// is thrown away.
fn fitting(finished: &Finished, wish: Wish, asked: Moment) -> anyhow::Result<Wish> {
    let stored: Timestamp = finished
        .today
        .parse()
        .ok()
        .context("演示城市的说明文件已损坏，请删除该目录后重试")?;
    let same_day = matches!(asked, Moment::Now) || stored == wish.today;
    let fits = finished.version == VERSION
        && finished.districts == wish.districts
        && finished.seed == wish.seed;
    if !fits || !same_day {
        bail!(
            "该目录中的演示城市是另一个（{}，{}个区，种子{}）。请用--data-dir换一个目录，或删除该目录后重试。",
            stored.format_cn(),
            finished.districts,
            finished.seed
        );
    }
    Ok(Wish {
        today: stored,
        ..wish
    })
}

async fn make(settings: &Settings, wish: Wish, films: bool) -> anyhow::Result<(Parts, Finished)> {
    let folder = &settings.data_dir;
    empty(folder)?;
    println!("正在生成演示城市（{}个区），约需一分钟……", wish.districts);
    let started = std::time::Instant::now();
    let data = Data::load()?;
    let city = plan(&data, wish)?;
    println!("  规划完成，用时{:.1}秒", started.elapsed().as_secs_f64());
    let parts = open(settings, wish.today).await?;
    let say = |text: &str| println!("  {text}");
    let services = Services {
        accounts: &parts.accounts,
        uploads: &parts.uploads,
        class_book: &Classes,
        films,
    };
    let made = write(&parts.state, services, &data, &city, &say).await?;
    let finished = Finished {
        version: VERSION,
        today: wish.today.to_rfc3339(),
        districts: wish.districts,
        seed: wish.seed,
        units: made.units,
        people: made.people,
        look_alikes: made.look_alikes,
        films: made.films,
        classes: made.classes,
        accounts: made.accounts,
    };
    std::fs::write(
        folder.join(ACCOUNTS),
        serde_json::to_string_pretty(&finished.accounts)?,
    )?;
    let part = folder.join("demo-city.part");
    std::fs::write(&part, serde_json::to_string_pretty(&finished)?)?;
    std::fs::rename(&part, folder.join(FINISHED))?;
    println!(
        "演示城市已生成，共用时{:.1}秒",
        started.elapsed().as_secs_f64()
    );
    Ok((parts, finished))
}

/// Clears what an interrupted start left; refuses a folder that holds something else.
fn empty(folder: &Path) -> anyhow::Result<()> {
    let begun = folder.join(BEGUN);
    let used = folder
        .read_dir()
        .is_ok_and(|mut entries| entries.next().is_some());
    if used && !begun.exists() {
        bail!(
            "目录{}里已有其他内容，请用--data-dir换一个空目录。",
            folder.display()
        );
    }
    if used {
        std::fs::remove_dir_all(folder).context("上次未完成的演示城市无法清除")?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("目录{}无法建立", folder.display()))?;
    std::fs::write(begun, "")?;
    Ok(())
}

async fn check(parts: &Parts, finished: &Finished) -> anyhow::Result<()> {
    let data = Data::load()?;
    let today = finished
        .today
        .parse()
        .ok()
        .context("演示城市的说明文件已损坏")?;
    let city = plan(
        &data,
        Wish {
            today,
            districts: finished.districts,
            seed: finished.seed,
        },
    )?;
    let expected = Expected {
        units: finished.units,
        people: finished.people,
        look_alikes: finished.look_alikes,
        films: finished.films,
        classes: finished.classes,
    };
    let faults = verify(&parts.state, &data, &city, expected).await?;
    parts.state.db.close().await;
    if faults.is_empty() {
        println!(
            "演示城市检查通过：单位{}个，人员{}名，训练影像{}段，培训班{}个",
            finished.units, finished.people, finished.films, finished.classes
        );
        return Ok(());
    }
    for fault in &faults {
        println!("- {fault}");
    }
    bail!("演示城市有{}处不符", faults.len())
}

fn announce(address: SocketAddr, finished: &Finished) {
    println!();
    println!("演示已启动：http://{address}（按 Ctrl+C 停止）");
    println!(
        "每种角色一个账号，密码都是 {}：",
        finished
            .accounts
            .first()
            .map_or("", |a| a.password.as_str())
    );
    for account in &finished.accounts {
        println!(
            "  {:<20} {}，{}，{}",
            account.user_name, account.role_name, account.unit_name, account.name
        );
    }
}
