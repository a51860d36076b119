//! Settings of a command: the file, the environment, and what its own line says.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use chengzhi_config::{ConfigError, Settings};
use clap::Args;

/// Where the data is; for every command that opens the database.
#[derive(Debug, Clone, Args)]
pub struct DataArgs {
    /// 配置文件
    #[arg(long, value_name = "文件")]
    pub config: Option<PathBuf>,
    /// 数据目录
    #[arg(long, value_name = "目录")]
    pub data_dir: Option<PathBuf>,
    /// 数据库：postgres://… 或 SQLite 文件；不设为数据目录中的 SQLite
    #[arg(long, value_name = "地址")]
    pub database: Option<String>,
}

/// How a server listens.
#[derive(Debug, Clone, Args)]
pub struct ListenArgs {
    /// 监听地址，如 127.0.0.1:8080
    #[arg(long, value_name = "地址:端口")]
    pub listen: Option<SocketAddr>,
    /// 证书文件（PEM）
    #[arg(long, value_name = "文件")]
    pub tls_cert: Option<PathBuf>,
    /// 私钥文件（PEM）
    #[arg(long, value_name = "文件")]
    pub tls_key: Option<PathBuf>,
    /// 启动时自制证书，仅供试用
    #[arg(long)]
    pub tls_self_signed: bool,
    /// 前置加密代理的IP地址
    #[arg(long, value_name = "IP")]
    pub trusted_proxy: Option<IpAddr>,
    /// 允许在本机以外明文监听，仅供封闭的试用网络
    #[arg(long)]
    pub allow_plain_http: bool,
}

impl DataArgs {
    /// The settings with these arguments applied.
    ///
    /// # Errors
    /// [`ConfigError`] naming the file or the setting.
    pub fn settings(&self) -> Result<Settings, ConfigError> {
        let mut settings =
            Settings::load(self.config.as_deref(), &|name| std::env::var(name).ok())?;
        if let Some(folder) = &self.data_dir {
            settings.data_dir.clone_from(folder);
        }
        if self.database.is_some() {
            settings.database.clone_from(&self.database);
        }
        Ok(settings)
    }
}

impl ListenArgs {
    /// Applies these arguments.
    pub fn apply(&self, settings: &mut Settings) {
        if let Some(listen) = self.listen {
            settings.listen = listen;
        }
        if self.tls_cert.is_some() {
            settings.tls_cert.clone_from(&self.tls_cert);
        }
        if self.tls_key.is_some() {
            settings.tls_key.clone_from(&self.tls_key);
        }
        if self.trusted_proxy.is_some() {
            settings.trusted_proxy = self.trusted_proxy;
        }
        settings.tls_self_signed |= self.tls_self_signed;
        settings.allow_plain_http |= self.allow_plain_http;
    }
}
