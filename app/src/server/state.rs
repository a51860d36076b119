//! Opening what a server and the commands share.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use chengzhi_accounts::{AccountSettings, Accounts, HashCost, SessionLimits};
use chengzhi_config::Settings;
use chengzhi_db::{Db, DbTarget};
use chengzhi_exams::usecase::sitting::Room;
use chengzhi_files::{FileStore, S3Settings};
use chengzhi_http::{AppState, BusinessClock, SystemClock};
use chengzhi_kernel::{Clock, Timestamp};
use chengzhi_uploads::{UploadSettings, Uploads};

use super::compose;

/// The state of handlers with the parts that the composition itself needs.
#[derive(Clone)]
pub struct Parts {
    /// What handlers see.
    pub state: AppState,
    /// Sign-in.
    pub accounts: Arc<Accounts>,
    /// Files on their way in.
    pub uploads: Arc<Uploads>,
    /// Where exams are sat.
    pub room: Arc<Room>,
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
    let spool = spool_dir(settings);
    let files = open_files(settings, &spool)?;
    let uploads = compose::uploads(
        spool.clone(),
        UploadSettings {
            expiry_hours: i64::from(settings.upload_expiry_hours),
            reserve_bytes: settings.storage_reserve_mb.saturating_mul(1024 * 1024),
            ..UploadSettings::default()
        },
    );
    uploads
        .prepare()
        .with_context(|| format!("上传暂存目录{}无法建立", spool.display()))?;
    let room = Room::open(db.clone());
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
    Ok(Parts {
        state,
        accounts,
        uploads: Arc::new(uploads),
        room,
    })
}

fn spool_dir(settings: &Settings) -> PathBuf {
    let chosen = settings.spool_dir.clone();
    chosen.unwrap_or_else(|| settings.data_dir.join("spool"))
}

/// The evidence files: on the named S3 server, or in a folder.
fn open_files(settings: &Settings, scratch: &Path) -> anyhow::Result<FileStore> {
    match &settings.s3 {
        Some(s3) => {
            let or = |text: &str, otherwise: &str| {
                let chosen = if text.is_empty() { otherwise } else { text };
                chosen.to_owned()
            };
            let reached = S3Settings {
                endpoint: (!s3.endpoint.is_empty()).then(|| s3.endpoint.clone()),
                bucket: s3.bucket.clone(),
                region: or(&s3.region, "us-east-1"),
                access_key: s3.access_key.clone(),
                secret_key: s3.secret_key.0.clone(),
                allow_http: s3.allow_http,
            };
            FileStore::open_s3(&reached, scratch).context("对象存储的设置无法使用")
        }
        None => {
            let folder = settings.files_dir.clone();
            let folder = folder.unwrap_or_else(|| settings.data_dir.join("files"));
            FileStore::open(folder).context("附件目录无法打开")
        }
    }
}
