//! A transaction on either engine, with the audit and outbox rows that commit with it.

use std::sync::Arc;

use chengzhi_kernel::{Clock, Timestamp};
use sqlx::postgres::{PgArguments, Postgres};
use sqlx::sqlite::{Sqlite, SqliteArguments};
use sqlx::{Arguments as _, AssertSqlSafe, Executor as _, Transaction};

use crate::connect::Pools;
use crate::outbox::OutboxEvent;
use crate::query::{Arg, Query};
use crate::{Audit, Db, DbError, Row, audit, outbox};

enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// An open transaction. Dropping it without [`Tx::commit`] rolls everything back.
pub struct Tx {
    inner: Inner,
    writable: bool,
    wall: Arc<dyn Clock>,
    audits: Vec<Audit>,
    events: Vec<OutboxEvent>,
}

impl Tx {
    pub(crate) async fn begin(db: &Db, writable: bool) -> Result<Self, DbError> {
        let inner = match (&db.pools, writable) {
            (Pools::Sqlite { write, .. }, true) => {
                Inner::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?)
            }
            (Pools::Sqlite { read, .. }, false) => {
                Inner::Sqlite(read.begin_with("BEGIN DEFERRED").await?)
            }
            (Pools::Postgres(pool), true) => Inner::Postgres(pool.begin_with("BEGIN").await?),
            (Pools::Postgres(pool), false) => Inner::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
        };
        Ok(Tx {
            inner,
            writable,
            wall: db.wall.clone(),
            audits: Vec::new(),
            events: Vec::new(),
        })
    }

    /// The machine's time, for what must not follow the business clock (sessions, audit).
    #[must_use]
    pub fn wall_now(&self) -> Timestamp {
        self.wall.now()
    }

    /// Runs a statement and returns the number of rows it touched.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn run(&mut self, query: Query) -> Result<u64, DbError> {
        debug_assert!(self.writable, "a reading transaction must not write");
        let Query { text, args } = query;
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => {
                sqlx::query_with(AssertSqlSafe(text.into_owned()), sqlite_args(args)?)
                    .execute(&mut **tx)
                    .await?
                    .rows_affected()
            }
            Inner::Postgres(tx) => {
                sqlx::query_with(AssertSqlSafe(text.into_owned()), pg_args(args)?)
                    .execute(&mut **tx)
                    .await?
                    .rows_affected()
            }
        })
    }

    /// All rows of a query.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn all(&mut self, query: Query) -> Result<Vec<Row>, DbError> {
        let Query { text, args } = query;
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => {
                sqlx::query_with(AssertSqlSafe(text.into_owned()), sqlite_args(args)?)
                    .fetch_all(&mut **tx)
                    .await?
                    .into_iter()
                    .map(Row::Sqlite)
                    .collect()
            }
            Inner::Postgres(tx) => {
                sqlx::query_with(AssertSqlSafe(text.into_owned()), pg_args(args)?)
                    .fetch_all(&mut **tx)
                    .await?
                    .into_iter()
                    .map(Row::Postgres)
                    .collect()
            }
        })
    }

    /// The first row of a query, if any.
    ///
    /// # Errors
    /// [`DbError`] from the engine.
    pub async fn opt(&mut self, query: Query) -> Result<Option<Row>, DbError> {
        let Query { text, args } = query;
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => {
                sqlx::query_with(AssertSqlSafe(text.into_owned()), sqlite_args(args)?)
                    .fetch_optional(&mut **tx)
                    .await?
                    .map(Row::Sqlite)
            }
            Inner::Postgres(tx) => {
                sqlx::query_with(AssertSqlSafe(text.into_owned()), pg_args(args)?)
                    .fetch_optional(&mut **tx)
                    .await?
                    .map(Row::Postgres)
            }
        })
    }

    /// The first row of a query that always has one (`returning`, aggregates).
    ///
    /// # Errors
    /// [`DbError::RowMissing`] when there is none.
    pub async fn one(&mut self, query: Query) -> Result<Row, DbError> {
        self.opt(query).await?.ok_or(DbError::RowMissing)
    }

    /// Inserts many rows with few statements. `head` is `insert into t (a, b)`, `tail` an optional
    /// `on conflict …`; every row has the same number of arguments.
    ///
    /// # Errors
    /// [`DbError`] from the engine; nothing is inserted when the caller then drops the transaction.
    pub async fn insert_many(
        &mut self,
        head: &str,
        tail: &str,
        rows: Vec<Vec<Arg>>,
    ) -> Result<u64, DbError> {
        // SQLite allows 32,766 variables a statement; 8,000 keeps statements of moderate length.
        const MAX_VARIABLES: usize = 8_000;
        let Some(width) = rows.first().map(Vec::len) else {
            return Ok(0);
        };
        let per_statement = (MAX_VARIABLES / width.max(1)).max(1);
        let mut touched = 0;
        let mut rows = rows.into_iter();
        while rows.len() > 0 {
            let taken = statement_rows(rows.len(), per_statement);
            let chunk: Vec<Vec<Arg>> = rows.by_ref().take(taken).collect();
            // SQLite looks a named parameter up among all earlier ones, which grows with the square of
            // their number; plain question marks it counts.
            let numbered = matches!(self.inner, Inner::Postgres(_));
            let mut text = format!("{head} values ");
            let mut number = 0;
            for row_index in 0..chunk.len() {
                text.push_str(if row_index == 0 { "(" } else { ",(" });
                for column in 0..width {
                    number += 1;
                    if column > 0 {
                        text.push(',');
                    }
                    if numbered {
                        text.push('$');
                        text.push_str(&number.to_string());
                    } else {
                        text.push('?');
                    }
                }
                text.push(')');
            }
            text.push(' ');
            text.push_str(tail);
            let query = Query {
                text: text.into(),
                args: chunk.into_iter().flatten().collect(),
            };
            touched += self.run(query).await?;
        }
        Ok(touched)
    }

    /// Runs a script of several statements without arguments (migrations).
    pub(crate) async fn script(&mut self, text: &str) -> Result<(), DbError> {
        match &mut self.inner {
            Inner::Sqlite(tx) => (&mut **tx)
                .execute(sqlx::raw_sql(AssertSqlSafe(text.to_owned())))
                .await
                .map(|_| ())?,
            Inner::Postgres(tx) => (&mut **tx)
                .execute(sqlx::raw_sql(AssertSqlSafe(text.to_owned())))
                .await
                .map(|_| ())?,
        }
        Ok(())
    }

    /// Adds a line to the audit log; it is chained and stored when the transaction commits.
    pub fn audit(&mut self, entry: Audit) {
        self.audits.push(entry);
    }

    /// Adds an event for other capabilities; delivered at least once after the commit.
    pub fn emit(&mut self, event: OutboxEvent) {
        self.events.push(event);
    }

    /// Stores the audit lines and events and commits everything together.
    ///
    /// # Errors
    /// [`DbError`]; nothing is stored then.
    pub async fn commit(mut self) -> Result<(), DbError> {
        let now = self.wall.now();
        let events = std::mem::take(&mut self.events);
        outbox::store(&mut self, now, events).await?;
        // Last, because the chain's head is the one row that all writers share.
        let audits = std::mem::take(&mut self.audits);
        audit::store(&mut self, now, audits).await?;
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// How many of `left` rows the next statement takes: as many as fit, else a power of two, so that groups of any
/// size use a dozen texts that stay prepared. Preparing one of a thousand variables costs more than running it.
fn statement_rows(left: usize, most: usize) -> usize {
    if left >= most {
        return most;
    }
    1 << left.max(1).ilog2()
}

fn sqlite_args(args: Vec<Arg>) -> Result<SqliteArguments, DbError> {
    let mut bound = SqliteArguments::default();
    for arg in args {
        match arg {
            Arg::Int(value) => bound.add(value),
            Arg::Text(value) => bound.add(value),
            Arg::Bytes(value) => bound.add(value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(bound)
}

fn pg_args(args: Vec<Arg>) -> Result<PgArguments, DbError> {
    let mut bound = PgArguments::default();
    for arg in args {
        match arg {
            Arg::Int(value) => bound.add(value),
            Arg::Text(value) => bound.add(value),
            Arg::Bytes(value) => bound.add(value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(bound)
}

#[cfg(test)]
mod tests {
    use super::statement_rows;

    #[test]
    fn any_number_of_rows_is_written_by_few_kinds_of_statement() {
        let mut kinds = std::collections::BTreeSet::new();
        for rows in 1..3_000 {
            let mut left = rows;
            while left > 0 {
                let taken = statement_rows(left, 888);
                assert!(taken > 0 && taken <= left);
                kinds.insert(taken);
                left -= taken;
            }
        }
        assert_eq!(kinds.len(), 11, "{kinds:?}");
    }
}
