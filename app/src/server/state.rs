//! Opening what a server and the commands share.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use chengzhi_accounts::{AccountSettings, Accounts, HashCost, SessionLimits};
use chengzhi_config::Settings;
use chengzhi_db::{Db, DbTarget};
use chengzhi_files::FileStore;
use chengzhi_http::{AppState, BusinessClock, SystemClock};
use chengzhi_kernel::{Clock, Timestamp};

/// The state of handlers with the parts that the composition itself needs.
#[derive(Clone)]
pub struct Parts {
    /// What handlers see.
    pub state: AppState,
    /// Sign-in.
    pub accounts: Arc<Accounts>,
}

/// Where the database is by the settings: the named server, or a file in the data folder.
///
/// # Errors
/// When the address cannot be used or the folder cannot be made.
pub fn database_target(settings: &Settings) -> anyhow::Result<DbTarget> {
    match &settings.database {
        Some(address) => address
            .parse()
            .with_context(|| "数据库地址无法使用，应为postgres://…或文件路径".to_owned()),
        None => {
            make_folder(&settings.data_dir)?;
            Ok(DbTarget::Sqlite(settings.data_dir.join("chengzhi.db")))
        }
    }
}

/// Makes the folder, readable by the program's own account only: it holds personal data.
fn make_folder(folder: &Path) -> anyhow::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("数据目录{}无法建立", folder.display()))
}

/// Opens the database of the settings.
///
/// # Errors
/// When it cannot be reached.
pub async fn open_database(settings: &Settings) -> anyhow::Result<Db> {
    let target = database_target(settings)?;
    Db::connect(&target, Arc::new(SystemClock))
        .await
        .context("数据库无法打开")
}

/// Settings of sign-in from the settings of the server.
#[must_use]
pub fn account_settings(settings: &Settings) -> AccountSettings {
    AccountSettings {
        limits: SessionLimits {
            idle_seconds: i64::from(settings.session_idle_minutes) * 60,
            max_seconds: i64::from(settings.session_max_hours) * 3600,
        },
        password_max_days: i64::from(settings.password_max_days),
        cost: HashCost::default(),
    }
}

/// Puts the parts together over an open database. The business clock stands at `business_start`
/// now and runs on, or is the machine's.
///
/// # Errors
/// When the file store cannot be opened.
pub fn assemble(
    settings: &Settings,
    db: Db,
    business_start: Option<Timestamp>,
    demo: bool,
) -> anyhow::Result<Parts> {
    let wall: Arc<dyn Clock> = Arc::new(SystemClock);
    let clock: Arc<dyn Clock> = match business_start {
        Some(start) => Arc::new(BusinessClock::starting_at(wall.clone(), start)),
        None => Arc::new(BusinessClock::real(wall.clone())),
    };
    let accounts = Arc::new(Accounts::new(account_settings(settings))?);
    let files = FileStore::open(settings.data_dir.join("files")).context("附件目录无法打开")?;
    let state = AppState {
        db,
        clock,
        wall,
        files,
        calendar: Arc::new(chengzhi_rules::calendar().clone()),
        policy: settings.policy.as_str().into(),
        authenticator: accounts.clone(),
        demo,
        secure_cookies: settings.secure_cookies(),
    };
    Ok(Parts { state, accounts })
}
