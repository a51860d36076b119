//! Opening the database.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use chengzhi_kernel::Clock;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, PgPool, SqlitePool};

use crate::{DbError, Tx};

/// Where the data lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DbTarget {
    /// A file of the embedded engine.
    Sqlite(PathBuf),
    /// A PostgreSQL address, `postgres://…`.
    Postgres(String),
}

impl FromStr for DbTarget {
    type Err = DbError;

    /// `postgres://…` or `postgresql://…` is PostgreSQL; `sqlite:PATH` or a plain path is a file.
    fn from_str(text: &str) -> Result<Self, DbError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(DbTarget::Postgres(text.to_owned()));
        }
        let path = text
            .strip_prefix("sqlite://")
            .or_else(|| text.strip_prefix("sqlite:"))
            .unwrap_or(text);
        if path.is_empty() || path.contains("://") {
            return Err(DbError::Target(text.to_owned()));
        }
        Ok(DbTarget::Sqlite(PathBuf::from(path)))
    }
}

/// Which engine answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded.
    Sqlite,
    /// Server.
    Postgres,
}

/// How busy a pool of connections is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolState {
    /// write, read or main.
    pub pool: &'static str,
    /// Open connections.
    pub open: u64,
    /// Of these, waiting for work.
    pub idle: u64,
}

#[derive(Debug, Clone)]
pub(crate) enum Pools {
    Sqlite { write: SqlitePool, read: SqlitePool },
    Postgres(PgPool),
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pub(crate) pools: Pools,
    pub(crate) wall: Arc<dyn Clock>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db")
            .field("engine", &self.engine())
            .finish_non_exhaustive()
    }
}

/// Page caches of SQLite in KiB (negative, as its pragma wants them). The 2 MiB that it takes by
/// itself throw pages out in the middle of every large import.
const WRITE_CACHE: &str = "-65536";
const READ_CACHE: &str = "-16384";

/// A commit returns when its log is on the disk. Builds with debug assertions (never a release) can switch that
/// off with `CHENGZHI_TEST_NO_SYNC=1`: the test that traces the system calls must fail then, which shows that it
/// sees what it is there to see.
fn synchronous() -> SqliteSynchronous {
    let off = cfg!(debug_assertions)
        && std::env::var_os("CHENGZHI_TEST_NO_SYNC").is_some_and(|value| value == "1");
    if off {
        SqliteSynchronous::Off
    } else {
        SqliteSynchronous::Full
    }
}

impl Db {
    /// Opens the database; `wall` is the machine's clock that stamps the audit log, also where the
    /// business clock runs elsewhere.
    ///
    /// SQLite: one write connection, four readers, WAL, `synchronous=FULL`. PostgreSQL: a pool of
    /// 16 with UTC sessions.
    ///
    /// # Errors
    /// [`DbError`] when the file or server cannot be opened.
    pub async fn connect(target: &DbTarget, wall: Arc<dyn Clock>) -> Result<Self, DbError> {
        let pools = match target {
            DbTarget::Sqlite(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(synchronous())
                    .foreign_keys(true)
                    .busy_timeout(Duration::from_secs(10))
                    // More than the product has statements, or each round would prepare them anew.
                    .statement_cache_capacity(1_000)
                    // Rows come from a thread of the driver's own; by fifties (its default) both threads mostly wait.
                    .row_buffer_size(1_000)
                    .pragma("temp_store", "memory")
                    // Statements are logged by their request; the driver would print whole inserts.
                    .disable_statement_logging();
                // A file does not go away as a server does: connections are neither asked before each use nor closed for
                // their age, which would also throw their pages away.
                let pool = || {
                    SqlitePoolOptions::new()
                        .test_before_acquire(false)
                        .idle_timeout(None)
                        .max_lifetime(None)
                };
                let write = pool()
                    .max_connections(1)
                    .acquire_timeout(Duration::from_secs(60))
                    .connect_with(options.clone().pragma("cache_size", WRITE_CACHE))
                    .await?;
                let read = pool()
                    .max_connections(4)
                    .acquire_timeout(Duration::from_secs(60))
                    .connect_with(options.pragma("cache_size", READ_CACHE))
                    .await?;
                Pools::Sqlite { write, read }
            }
            DbTarget::Postgres(url) => {
                let options = PgConnectOptions::from_str(url)?.disable_statement_logging();
                Pools::Postgres(
                    PgPoolOptions::new()
                        .max_connections(16)
                        .acquire_timeout(Duration::from_secs(30))
                        .connect_with(options)
                        .await?,
                )
            }
        };
        Ok(Db { pools, wall })
    }

    /// The engine in use.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// Connections of each pool, for the metrics.
    #[must_use]
    pub fn pool_states(&self) -> Vec<PoolState> {
        let of = |pool, size: u32, idle: usize| PoolState {
            pool,
            open: u64::from(size),
            idle: idle as u64,
        };
        match &self.pools {
            Pools::Sqlite { write, read } => vec![
                of("write", write.size(), write.num_idle()),
                of("read", read.size(), read.num_idle()),
            ],
            Pools::Postgres(pool) => vec![of("main", pool.size(), pool.num_idle())],
        }
    }

    /// Starts a transaction that may write. On SQLite it holds the only write connection until it
    /// is committed or dropped: do nothing slow inside.
    ///
    /// # Errors
    /// [`DbError`] when no connection can be had.
    pub async fn write(&self) -> Result<Tx, DbError> {
        Tx::begin(self, true).await
    }

    /// Starts a transaction for reading: a stable snapshot, beside any writer.
    ///
    /// # Errors
    /// [`DbError`] when no connection can be had.
    pub async fn read(&self) -> Result<Tx, DbError> {
        Tx::begin(self, false).await
    }

    /// Makes a database beside this one on the same PostgreSQL server, for tests.
    ///
    /// # Errors
    /// [`DbError::Target`] on SQLite or for a name that is not plain; [`DbError`] from the server.
    pub async fn create_database(&self, name: &str) -> Result<(), DbError> {
        let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let (Pools::Postgres(pool), true) = (&self.pools, plain) else {
            return Err(DbError::Target(name.to_owned()));
        };
        sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}")))
            .execute(pool)
            .await?;
        Ok(())
    }

    /// Closes all connections and lets SQLite fold its log into the file.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}
