//! One way to the database: SQLite (embedded) and PostgreSQL behind the same few types.
//!
//! A capability writes one portable SQL text per query and runs it on a [`Tx`]:
//!
//! ```ignore
//! let mut tx = db.write().await?;
//! let row = tx.one(sql("select name from person where id = $1").bind(id)).await?;
//! let name: String = row.get("name")?;
//! tx.audit(Audit::by(&actor, "person.rename", format!("person:{id}")));
//! tx.commit().await?;
//! ```
//!
//! Conventions of the schema, the same on both engines: ids are `bigint`, instants are UTC
//! microseconds (`bigint`), dates `2024-11-20` and months `2024-11` are text, yes/no is `0`/`1`,
//! hours and credits are thousandths (`bigint`). Sums and counts are written
//! `cast(sum(x) as bigint)` because PostgreSQL widens them otherwise.
//!
//! `begin` is called in this crate only: a write transaction on SQLite must take its lock at once
//! (`BEGIN IMMEDIATE` on the single write connection), or read-then-write transactions fail.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod audit;
mod connect;
mod durable;
mod error;
mod group;
mod migrate;
mod outbox;
mod query;
mod row;
mod tx;

pub use audit::{Audit, AuditBreak, AuditRow, verify_audit};
pub use connect::{Db, DbTarget, Engine, PoolState};
pub use durable::Durability;
pub use error::DbError;
pub use group::{GroupError, GroupWork, GroupWriter, Pending};
pub use migrate::{migration_names, translate_for_postgres};
pub use outbox::{OutboxEvent, mark_delivered, undelivered};
pub use query::{Arg, Query, int_list, sql};
pub use row::{Cell, Row};
pub use tx::Tx;

/// SHA-256 of some content as lower-case hex.
#[must_use]
pub fn digest(content: &[u8]) -> String {
    use sha2::Digest as _;
    hex::encode(sha2::Sha256::digest(content))
}
