//! What can go wrong between a use case and the database.

use thiserror::Error;

/// A database failure. Use cases turn the unique-key case into a domain error and pass on the rest.
#[derive(Debug, Error)]
pub enum DbError {
    /// The engine refused the statement or the connection broke.
    #[error("database statement failed")]
    Sqlx(#[from] sqlx::Error),
    /// A column did not hold what the code expects: schema and code disagree.
    #[error("column {column} cannot be read as {wanted}")]
    Decode {
        /// Name of the column.
        column: String,
        /// The type the code asked for.
        wanted: &'static str,
    },
    /// A statement that must find a row found none.
    #[error("expected row is missing")]
    RowMissing,
    /// A migration file is broken or was changed after it ran.
    #[error("migration {name}: {reason}")]
    Migration {
        /// File name.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// The address of the database cannot be used.
    #[error("database address: {0}")]
    Target(String),
}

impl DbError {
    /// True when the statement broke a unique key (an optimistic "somebody was faster").
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, DbError::Sqlx(sqlx::Error::Database(e)) if e.is_unique_violation())
    }

    /// True when the statement broke a foreign key.
    #[must_use]
    pub fn is_foreign_key_violation(&self) -> bool {
        matches!(self, DbError::Sqlx(sqlx::Error::Database(e)) if e.is_foreign_key_violation())
    }

    /// True when a text holds a character that the engine cannot store (the zero character on
    /// PostgreSQL): the caller's fault, not ours.
    #[must_use]
    pub fn is_unstorable_text(&self) -> bool {
        matches!(self, DbError::Sqlx(sqlx::Error::Database(e)) if matches!(e.code().as_deref(), Some("22021" | "22P05")))
    }
}
