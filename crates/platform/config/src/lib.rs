//! Settings: a TOML file, overridden by environment variables, overridden by the command line.
//!
//! Each field says its key in the file and its variable. Combinations are checked at load, so that
//! a server that starts is one that may run.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

/// What is wrong with the settings, in Chinese, naming the setting.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("配置文件{path}无法读取：{reason}")]
    File {
        /// Path as given.
        path: String,
        /// Why.
        reason: String,
    },
    /// A value cannot be used.
    #[error("设置{name}的值“{value}”无效：{reason}")]
    Value {
        /// Key or variable.
        name: &'static str,
        /// As given.
        value: String,
        /// What is allowed.
        reason: &'static str,
    },
    /// Settings that do not go together.
    #[error("{0}")]
    Combination(String),
}

/// The settings of a server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Folder of the database file and the evidence files. `data_dir`, `CHENGZHI_DATA_DIR`.
    pub data_dir: PathBuf,
    /// `postgres://…`; none is the embedded database in `data_dir`. `database`, `CHENGZHI_DATABASE`.
    pub database: Option<String>,
    /// Folder of the evidence files; `files` in `data_dir` unless set. `files_dir`, `CHENGZHI_FILES_DIR`.
    pub files_dir: Option<PathBuf>,
    /// Folder of uploads on their way in; `spool` in `data_dir` unless set. On the same disk as
    /// `files_dir` a finished upload costs no copy. `spool_dir`, `CHENGZHI_SPOOL_DIR`.
    pub spool_dir: Option<PathBuf>,
    /// Megabytes of the disk that uploads leave free for the database. `storage_reserve_mb`,
    /// `CHENGZHI_STORAGE_RESERVE_MB`.
    pub storage_reserve_mb: u64,
    /// Hours without a byte after which an unfinished upload is given up. `upload_expiry_hours`,
    /// `CHENGZHI_UPLOAD_EXPIRY_HOURS`.
    pub upload_expiry_hours: u32,
    /// S3-compatible store for the evidence files in place of `files_dir`: the table `[s3]`.
    pub s3: Option<S3>,
    /// Address to listen on. `listen`, `CHENGZHI_LISTEN`.
    pub listen: SocketAddr,
    /// PEM file with the certificate chain. `tls_cert`, `CHENGZHI_TLS_CERT`.
    pub tls_cert: Option<PathBuf>,
    /// PEM file with the private key. `tls_key`, `CHENGZHI_TLS_KEY`.
    pub tls_key: Option<PathBuf>,
    /// Make a certificate at start, for trials. `tls_self_signed`, `CHENGZHI_TLS_SELF_SIGNED`.
    pub tls_self_signed: bool,
    /// Address of the proxy in front that speaks TLS; only its `X-Forwarded-For` is believed.
    /// `trusted_proxy`, `CHENGZHI_TRUSTED_PROXY`.
    pub trusted_proxy: Option<IpAddr>,
    /// Allows plain HTTP beyond loopback. Passwords then cross the network readable: only for a
    /// closed trial network. `allow_plain_http`, `CHENGZHI_ALLOW_PLAIN_HTTP`.
    pub allow_plain_http: bool,
    /// Policy pack family of this installation. `policy`, `CHENGZHI_POLICY`.
    pub policy: String,
    /// Minutes without a request after which a session ends. `session_idle_minutes`, `CHENGZHI_SESSION_IDLE_MINUTES`.
    pub session_idle_minutes: u32,
    /// Hours after which a session ends in any case. `session_max_hours`, `CHENGZHI_SESSION_MAX_HOURS`.
    pub session_max_hours: u32,
    /// Days after which a password must be changed; 0 is never. `password_max_days`, `CHENGZHI_PASSWORD_MAX_DAYS`.
    pub password_max_days: u32,
    /// Machines that may read `/metrics`; none are those on loopback only. `metrics_from`,
    /// `CHENGZHI_METRICS_FROM` (addresses with commas between).
    pub metrics_from: Vec<IpAddr>,
    /// What is logged: `info`, `warn`, `debug`, or finer as `chengzhi_db=debug,info`. `log`, `CHENGZHI_LOG`.
    pub log: String,
    /// Log lines as JSON, one object a line. `log_json`, `CHENGZHI_LOG_JSON`.
    pub log_json: bool,
}

/// An S3-compatible store. The bucket must exist.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct S3 {
    /// `https://…` of the server; empty is Amazon's own. `endpoint`, `CHENGZHI_S3_ENDPOINT`.
    pub endpoint: String,
    /// Bucket. `bucket`, `CHENGZHI_S3_BUCKET`; setting it chooses this store.
    pub bucket: String,
    /// Region; empty is `us-east-1`, which servers without regions take. `region`, `CHENGZHI_S3_REGION`.
    pub region: String,
    /// Key id. `access_key`, `CHENGZHI_S3_ACCESS_KEY`.
    pub access_key: String,
    /// Secret key; better in the environment than in the file. `secret_key`, `CHENGZHI_S3_SECRET_KEY`.
    pub secret_key: Secret,
    /// Allows `http://`: for a server on the same closed network only. `allow_http`, `CHENGZHI_S3_ALLOW_HTTP`.
    pub allow_http: bool,
}

/// A text that is not shown when settings are printed.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_empty() { "\"\"" } else { "\"***\"" })
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            data_dir: PathBuf::from("var"),
            database: None,
            files_dir: None,
            spool_dir: None,
            storage_reserve_mb: 1024,
            upload_expiry_hours: 7 * 24,
            s3: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            tls_cert: None,
            tls_key: None,
            tls_self_signed: false,
            trusted_proxy: None,
            allow_plain_http: false,
            policy: "shanghai".to_owned(),
            session_idle_minutes: 30,
            session_max_hours: 12,
            password_max_days: 90,
            metrics_from: Vec::new(),
            log: "info".to_owned(),
            log_json: false,
        }
    }
}

/// Where a variable's value comes from; the process environment in the program, a table in tests.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Settings {
    /// Reads the file (if one is named) and the environment, without checking combinations:
    /// the command line may still change something.
    ///
    /// # Errors
    /// [`ConfigError`] naming the file or the setting.
    pub fn load(file: Option<&Path>, env: Lookup<'_>) -> Result<Self, ConfigError> {
        let mut settings = match file {
            None => Settings::default(),
            Some(path) => {
                let wrong = |reason: String| ConfigError::File {
                    path: path.display().to_string(),
                    reason,
                };
                let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
                toml::from_str(&text).map_err(|e| wrong(e.message().to_owned()))?
            }
        };
        let text = |name: &str| env(name).filter(|value| !value.is_empty());
        if let Some(value) = text("CHENGZHI_DATA_DIR") {
            settings.data_dir = value.into();
        }
        if let Some(value) = text("CHENGZHI_DATABASE") {
            settings.database = Some(value);
        }
        if let Some(value) = text("CHENGZHI_FILES_DIR") {
            settings.files_dir = Some(value.into());
        }
        if let Some(value) = text("CHENGZHI_SPOOL_DIR") {
            settings.spool_dir = Some(value.into());
        }
        if let Some(value) = text("CHENGZHI_STORAGE_RESERVE_MB") {
            settings.storage_reserve_mb = parsed("CHENGZHI_STORAGE_RESERVE_MB", value, "应为MB数")?;
        }
        if let Some(value) = text("CHENGZHI_UPLOAD_EXPIRY_HOURS") {
            settings.upload_expiry_hours =
                parsed("CHENGZHI_UPLOAD_EXPIRY_HOURS", value, "应为小时数")?;
        }
        settings.s3 = s3(settings.s3.take(), &text)?;
        if let Some(value) = text("CHENGZHI_LISTEN") {
            settings.listen = parsed("CHENGZHI_LISTEN", value, "应为地址:端口，如127.0.0.1:8080")?;
        }
        if let Some(value) = text("CHENGZHI_TLS_CERT") {
            settings.tls_cert = Some(value.into());
        }
        if let Some(value) = text("CHENGZHI_TLS_KEY") {
            settings.tls_key = Some(value.into());
        }
        if let Some(value) = text("CHENGZHI_TLS_SELF_SIGNED") {
            settings.tls_self_signed = yes_no("CHENGZHI_TLS_SELF_SIGNED", value)?;
        }
        if let Some(value) = text("CHENGZHI_TRUSTED_PROXY") {
            settings.trusted_proxy = Some(parsed("CHENGZHI_TRUSTED_PROXY", value, "应为IP地址")?);
        }
        if let Some(value) = text("CHENGZHI_ALLOW_PLAIN_HTTP") {
            settings.allow_plain_http = yes_no("CHENGZHI_ALLOW_PLAIN_HTTP", value)?;
        }
        if let Some(value) = text("CHENGZHI_POLICY") {
            settings.policy = value;
        }
        if let Some(value) = text("CHENGZHI_SESSION_IDLE_MINUTES") {
            settings.session_idle_minutes =
                parsed("CHENGZHI_SESSION_IDLE_MINUTES", value, "应为分钟数")?;
        }
        if let Some(value) = text("CHENGZHI_SESSION_MAX_HOURS") {
            settings.session_max_hours = parsed("CHENGZHI_SESSION_MAX_HOURS", value, "应为小时数")?;
        }
        if let Some(value) = text("CHENGZHI_PASSWORD_MAX_DAYS") {
            settings.password_max_days = parsed("CHENGZHI_PASSWORD_MAX_DAYS", value, "应为天数")?;
        }
        if let Some(value) = text("CHENGZHI_LOG") {
            settings.log = value;
        }
        if let Some(value) = text("CHENGZHI_LOG_JSON") {
            settings.log_json = yes_no("CHENGZHI_LOG_JSON", value)?;
        }
        if let Some(value) = text("CHENGZHI_METRICS_FROM") {
            settings.metrics_from = value
                .split(',')
                .map(|one| parsed("CHENGZHI_METRICS_FROM", one.trim().to_owned(), "应为IP地址"))
                .collect::<Result<_, _>>()?;
        }
        Ok(settings)
    }

    /// Checks that the settings go together.
    ///
    /// # Errors
    /// [`ConfigError::Combination`] with what to change.
    pub fn check(&self) -> Result<(), ConfigError> {
        let refuse = |text: &str| Err(ConfigError::Combination(text.to_owned()));
        if self.tls_cert.is_some() != self.tls_key.is_some() {
            return refuse("tls_cert与tls_key须同时设置。");
        }
        if self.tls_self_signed && self.tls_cert.is_some() {
            return refuse("tls_self_signed与tls_cert只能选一个。");
        }
        if !self.listen.ip().is_loopback()
            && !self.speaks_tls()
            && self.trusted_proxy.is_none()
            && !self.allow_plain_http
        {
            return refuse(
                "监听本机以外的地址时须加密：请设置tls_cert与tls_key，或由trusted_proxy指明的代理加密；仅试用可用--tls-self-signed，确需明文请设置allow_plain_http。",
            );
        }
        if self.upload_expiry_hours == 0 {
            return refuse("upload_expiry_hours须大于0。");
        }
        if let Some(s3) = &self.s3 {
            if s3.bucket.is_empty() || s3.access_key.is_empty() || s3.secret_key.0.is_empty() {
                return refuse("对象存储[s3]须设置bucket、access_key与secret_key。");
            }
            if s3.endpoint.starts_with("http://") && !s3.allow_http {
                return refuse(
                    "对象存储[s3]的endpoint须为https://；确为封闭网络内的服务器请设置allow_http。",
                );
            }
            if self.files_dir.is_some() {
                return refuse("files_dir与对象存储[s3]只能选一个。");
            }
        }
        if self.session_idle_minutes == 0 || self.session_max_hours == 0 {
            return refuse("会话时限须大于0。");
        }
        Ok(())
    }

    /// True when the server itself speaks TLS.
    #[must_use]
    pub fn speaks_tls(&self) -> bool {
        self.tls_cert.is_some() || self.tls_self_signed
    }

    /// Cookies carry `Secure` unless pages are reached by plain HTTP on loopback (or a setting
    /// allows plain HTTP).
    #[must_use]
    pub fn secure_cookies(&self) -> bool {
        self.speaks_tls() || self.trusted_proxy.is_some()
    }
}

/// The store of the file with what the environment says; a bucket named there is enough to choose it.
fn s3(file: Option<S3>, text: &dyn Fn(&str) -> Option<String>) -> Result<Option<S3>, ConfigError> {
    let bucket = text("CHENGZHI_S3_BUCKET");
    if file.is_none() && bucket.is_none() {
        return Ok(None);
    }
    let mut s3 = file.unwrap_or_default();
    for (name, field) in [
        ("CHENGZHI_S3_BUCKET", &mut s3.bucket),
        ("CHENGZHI_S3_ENDPOINT", &mut s3.endpoint),
        ("CHENGZHI_S3_REGION", &mut s3.region),
        ("CHENGZHI_S3_ACCESS_KEY", &mut s3.access_key),
        ("CHENGZHI_S3_SECRET_KEY", &mut s3.secret_key.0),
    ] {
        if let Some(value) = text(name) {
            *field = value;
        }
    }
    if let Some(value) = text("CHENGZHI_S3_ALLOW_HTTP") {
        s3.allow_http = yes_no("CHENGZHI_S3_ALLOW_HTTP", value)?;
    }
    Ok(Some(s3))
}

fn parsed<T: std::str::FromStr>(
    name: &'static str,
    value: String,
    reason: &'static str,
) -> Result<T, ConfigError> {
    value.parse().map_err(|_| ConfigError::Value {
        name,
        value,
        reason,
    })
}

fn yes_no(name: &'static str, value: String) -> Result<bool, ConfigError> {
    match value.as_str() {
        "1" | "true" | "yes" => Ok(true),
        "0" | "false" | "no" => Ok(false),
        _ => Err(ConfigError::Value {
            name,
            value,
            reason: "应为true或false",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Result<Settings, ConfigError> {
        let pairs: Vec<(String, String)> = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        Settings::load(None, &move |name| {
            pairs
                .iter()
                .find(|(k, _)| k == name)
                .map(|(_, v)| v.clone())
        })
    }

    #[test]
    fn the_environment_overrides_the_defaults_and_names_bad_values() {
        assert_eq!(
            with(&[("CHENGZHI_LISTEN", "127.0.0.1:9")])
                .unwrap()
                .listen
                .port(),
            9
        );
        let error = with(&[("CHENGZHI_LISTEN", "nowhere")]).unwrap_err();
        assert!(error.to_string().contains("CHENGZHI_LISTEN"), "{error}");
    }

    #[test]
    fn beyond_loopback_something_must_encrypt() {
        let open = |extra: &[(&str, &str)]| {
            let mut pairs = vec![("CHENGZHI_LISTEN", "0.0.0.0:8080")];
            pairs.extend_from_slice(extra);
            with(&pairs).unwrap().check()
        };
        assert!(open(&[]).is_err());
        assert!(
            open(&[("CHENGZHI_TLS_CERT", "a.pem")]).is_err(),
            "a certificate needs its key"
        );
        for allowed in [
            vec![
                ("CHENGZHI_TLS_CERT", "a.pem"),
                ("CHENGZHI_TLS_KEY", "k.pem"),
            ],
            vec![("CHENGZHI_TLS_SELF_SIGNED", "1")],
            vec![("CHENGZHI_TRUSTED_PROXY", "10.0.0.1")],
            vec![("CHENGZHI_ALLOW_PLAIN_HTTP", "true")],
        ] {
            assert_eq!(open(&allowed), Ok(()), "{allowed:?}");
        }
    }

    #[test]
    fn an_object_store_needs_its_keys_and_encryption() {
        let store = |extra: &[(&str, &str)]| {
            let mut pairs = vec![("CHENGZHI_S3_BUCKET", "b"), ("CHENGZHI_S3_ACCESS_KEY", "k")];
            pairs.extend_from_slice(extra);
            with(&pairs).unwrap()
        };
        let secret = ("CHENGZHI_S3_SECRET_KEY", "s3cret");
        let plain = ("CHENGZHI_S3_ENDPOINT", "http://10.0.0.8:9000");
        assert!(store(&[]).check().is_err(), "a key needs its secret");
        assert_eq!(store(&[secret]).check(), Ok(()));
        assert!(store(&[secret, plain]).check().is_err());
        let allowed = store(&[secret, plain, ("CHENGZHI_S3_ALLOW_HTTP", "1")]);
        assert_eq!(allowed.check(), Ok(()));
        assert!(!format!("{allowed:?}").contains("s3cret"));
        assert_eq!(with(&[("CHENGZHI_S3_REGION", "x")]).unwrap().s3, None);
    }

    #[test]
    fn an_unknown_key_in_the_file_is_refused() {
        let error = toml::from_str::<Settings>("lisen = \"127.0.0.1:1\"").unwrap_err();
        assert!(error.message().contains("lisen"));
    }
}
