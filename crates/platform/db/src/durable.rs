//! Whether a commit is on the disk when it returns, as the running database says itself.

use crate::{Db, DbError, Engine, sql};

/// What the database says about its commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Durability {
    /// A commit that returned survives a power cut.
    pub durable: bool,
    /// The settings that decide it: `fsync on, synchronous_commit on, full_page_writes on`.
    pub said: String,
}

impl Db {
    /// Asks the running database for the settings that its commits obey.
    ///
    /// SQLite: `synchronous` 2 (FULL) or more, which syncs the log at each commit. PostgreSQL: `fsync` and
    /// `full_page_writes` on and `synchronous_commit` anything but off, as this session sees them.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn durability(&self) -> Result<Durability, DbError> {
        // On SQLite the writing connection is the one that counts.
        let mut tx = self.write().await?;
        Ok(match self.engine() {
            Engine::Sqlite => {
                let level: i64 = tx
                    .one(sql("pragma synchronous"))
                    .await?
                    .get("synchronous")?;
                let journal: String = tx
                    .one(sql("pragma journal_mode"))
                    .await?
                    .get("journal_mode")?;
                Durability {
                    durable: level >= 2,
                    said: format!("journal_mode {journal}, synchronous {level}"),
                }
            }
            Engine::Postgres => {
                let mut said = Vec::new();
                let mut durable = true;
                for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
                    let value: String = tx
                        .one(sql("select setting from pg_settings where name = $1").bind(setting))
                        .await?
                        .get("setting")?;
                    durable &= value != "off";
                    said.push(format!("{setting} {value}"));
                }
                Durability {
                    durable,
                    said: said.join(", "),
                }
            }
        })
    }
}
