//! Reading a result row into plain and kernel types.

use chengzhi_kernel::{AccountId, Date, Month, PersonId, Quantity, RecordId, Timestamp, UnitId};
use sqlx::Row as _;

use crate::DbError;

/// A result row of either engine.
#[derive(Debug)]
pub enum Row {
    /// From SQLite.
    Sqlite(sqlx::sqlite::SqliteRow),
    /// From PostgreSQL.
    Postgres(sqlx::postgres::PgRow),
}

impl Row {
    /// Reads a column.
    ///
    /// # Errors
    /// [`DbError::Decode`] when the column is missing, null for a type that cannot be null, or of
    /// another type.
    pub fn get<T: Cell>(&self, column: &str) -> Result<T, DbError> {
        T::read(self, column)
    }

    fn int(&self, column: &str) -> Result<Option<i64>, DbError> {
        let read = match self {
            Row::Sqlite(row) => row.try_get_unchecked::<Option<i64>, _>(column),
            Row::Postgres(row) => row.try_get::<Option<i64>, _>(column),
        };
        read.map_err(|_| decode(column, "whole number"))
    }

    fn text(&self, column: &str) -> Result<Option<String>, DbError> {
        let read = match self {
            Row::Sqlite(row) => row.try_get_unchecked::<Option<String>, _>(column),
            Row::Postgres(row) => row.try_get::<Option<String>, _>(column),
        };
        read.map_err(|_| decode(column, "text"))
    }

    fn bytes(&self, column: &str) -> Result<Option<Vec<u8>>, DbError> {
        let read = match self {
            Row::Sqlite(row) => row.try_get_unchecked::<Option<Vec<u8>>, _>(column),
            Row::Postgres(row) => row.try_get::<Option<Vec<u8>>, _>(column),
        };
        read.map_err(|_| decode(column, "bytes"))
    }
}

fn decode(column: &str, wanted: &'static str) -> DbError {
    DbError::Decode {
        column: column.to_owned(),
        wanted,
    }
}

/// A type that a column can be read into.
pub trait Cell: Sized {
    /// Reads `column` of `row`.
    ///
    /// # Errors
    /// [`DbError::Decode`], see [`Row::get`].
    fn read(row: &Row, column: &str) -> Result<Self, DbError>;
}

macro_rules! cell {
    ($($ty:ty, $source:ident, $wanted:literal, $map:expr;)*) => {$(
        impl Cell for $ty {
            fn read(row: &Row, column: &str) -> Result<Self, DbError> {
                Option::<$ty>::read(row, column)?.ok_or_else(|| decode(column, $wanted))
            }
        }
        impl Cell for Option<$ty> {
            fn read(row: &Row, column: &str) -> Result<Self, DbError> {
                match row.$source(column)? {
                    None => Ok(None),
                    Some(raw) => { let map: fn(_) -> Option<$ty> = $map; map(raw).map(Some).ok_or_else(|| decode(column, $wanted)) }
                }
            }
        }
    )*};
}

cell! {
    i64, int, "whole number", Some;
    i32, int, "small whole number", |v: i64| i32::try_from(v).ok();
    u32, int, "small whole number", |v: i64| u32::try_from(v).ok();
    bool, int, "yes or no", |v: i64| Some(v != 0);
    Timestamp, int, "instant", |v: i64| Some(Timestamp::from_micros(v));
    Quantity, int, "quantity", |v: i64| Some(Quantity::from_thousandths(v));
    UnitId, int, "unit id", |v: i64| Some(UnitId::from(v));
    PersonId, int, "person id", |v: i64| Some(PersonId::from(v));
    AccountId, int, "account id", |v: i64| Some(AccountId::from(v));
    RecordId, int, "record id", |v: i64| Some(RecordId::from(v));
    String, text, "text", Some;
    Date, text, "date", |v: String| Date::parse_from_str(&v, "%Y-%m-%d").ok();
    Month, text, "month", |v: String| v.parse().ok();
    Vec<u8>, bytes, "bytes", Some;
}
