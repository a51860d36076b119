//! Test help: a migrated database of its own for each test, on both engines.
//!
//! ```ignore
//! both_engines!(a_person_is_found_by_number, |t: TestDb| async move {
//!     let mut tx = t.db.write().await.unwrap();
//!     …
//! });
//! ```
//! PostgreSQL comes from `CHENGZHI_TEST_POSTGRES`; without it the test fails, it is never skipped.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod town;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use chengzhi_db::{Db, DbTarget};
use chengzhi_kernel::{Clock, Date, Timestamp};

/// A clock that a test sets.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// Stands at 09:00 of a day in Shanghai.
    #[must_use]
    pub fn at(date: Date) -> Arc<Self> {
        Arc::new(TestClock(AtomicI64::new(
            Timestamp::at(date, 9, 0).micros(),
        )))
    }

    /// Jumps.
    pub fn set(&self, to: Timestamp) {
        self.0.store(to.micros(), Ordering::SeqCst);
    }

    /// Moves on.
    pub fn advance_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// A database of one test.
pub struct TestDb {
    /// Migrated and empty.
    pub db: Db,
    /// Both clocks of the test: business and machine.
    pub clock: Arc<TestClock>,
    /// A folder that lives as long as the test. Shared, because a test's `async move` body takes only the
    /// fields that it names: the folder, with the database in it, would go before the body runs.
    pub folder: Arc<tempfile::TempDir>,
}

/// A day in the middle of the demo's year.
#[must_use]
pub fn test_day() -> Date {
    Date::from_ymd_opt(2024, 11, 18).unwrap()
}

/// A fresh SQLite file.
pub async fn sqlite() -> TestDb {
    let folder = tempfile::tempdir().unwrap();
    let clock = TestClock::at(test_day());
    let db = Db::connect(
        &DbTarget::Sqlite(folder.path().join("test.db")),
        clock.clone(),
    )
    .await
    .unwrap();
    db.migrate().await.unwrap();
    TestDb {
        db,
        clock,
        folder: Arc::new(folder),
    }
}

/// The address of a fresh, empty PostgreSQL database on the cluster that the test script started.
pub async fn empty_postgres() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let base = std::env::var("CHENGZHI_TEST_POSTGRES").expect(
        "CHENGZHI_TEST_POSTGRES is not set: these tests need PostgreSQL. \
         Run them by `make test`, or `eval \"$(scripts/pg.sh start)\"` first.",
    );
    let name = format!(
        "t{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::SeqCst)
    );
    let clock = TestClock::at(test_day());
    let admin = Db::connect(&DbTarget::Postgres(base.clone()), clock)
        .await
        .unwrap();
    admin.create_database(&name).await.unwrap();
    admin.close().await;
    with_database(&base, &name)
}

/// A fresh, migrated PostgreSQL database.
pub async fn postgres() -> TestDb {
    let clock = TestClock::at(test_day());
    let target = DbTarget::Postgres(empty_postgres().await);
    let db = Db::connect(&target, clock.clone()).await.unwrap();
    db.migrate().await.unwrap();
    TestDb {
        db,
        clock,
        folder: Arc::new(tempfile::tempdir().unwrap()),
    }
}

/// The address of the S3 server that the test script started, and a fresh, empty bucket on it. A
/// bucket is made by a plain PUT, which needs no more than a socket.
#[must_use]
pub fn empty_bucket() -> (String, String) {
    use std::io::{Read as _, Write as _};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let endpoint = std::env::var("CHENGZHI_TEST_S3").expect(
        "CHENGZHI_TEST_S3 is not set: these tests need an S3 server. \
         Run them by `make test`, or `eval \"$(scripts/s3.sh start)\"` first.",
    );
    let bucket = format!(
        "t{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::SeqCst)
    );
    let host = endpoint.replace("http://", "");
    let mut stream = std::net::TcpStream::connect(&host).unwrap();
    let request = format!(
        "PUT /{bucket} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    (endpoint, bucket)
}

/// Replaces the database name in an address.
fn with_database(base: &str, name: &str) -> String {
    let (address, options) = base
        .split_once('?')
        .map_or((base, None), |(a, o)| (a, Some(o)));
    let scheme_end = address.find("://").map_or(0, |at| at + 3);
    let host = address[scheme_end..].split('/').next().unwrap_or_default();
    let options = options.map(|o| format!("?{o}")).unwrap_or_default();
    format!("{}{host}/{name}{options}", &address[..scheme_end])
}

/// Makes two tests of one body: on SQLite and on PostgreSQL.
#[macro_export]
macro_rules! both_engines {
    ($name:ident, $body:expr) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[tokio::test]
            async fn on_sqlite() {
                let test: $crate::TestDb = $crate::sqlite().await;
                let _folder = test.folder.clone();
                ($body)(test).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                let test: $crate::TestDb = $crate::postgres().await;
                let _folder = test.folder.clone();
                ($body)(test).await;
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::TestDb;

    both_engines!(
        two_readers_at_once_find_the_database_of_the_test,
        |t: TestDb| async move {
            let one = t.db.read().await.unwrap();
            let two = t.db.read().await.unwrap();
            drop((one, two));
        }
    );
}
