//! The units of late, kept in memory.
//!
//! Nearly every request needs the units of today, two or three times, and a city has hundreds of them. What is kept is
//! found by a stamp that the database draws anew, by chance, with every change of a unit or a line, in the transaction of
//! the change. So a reader of an older snapshot gets the units of that snapshot, a change that is rolled back leaves
//! nothing behind, and neither another process nor another database is ever mistaken for this one.

use std::collections::VecDeque;
use std::sync::{LazyLock, Mutex, PoisonError};

use chengzhi_db::{DbError, Tx, sql};
use chengzhi_http::random_bytes;
use chengzhi_kernel::Date;

use crate::domain::tree::UnitTree;

/// Days kept: today, the days that lists of months ask for, and room for two databases. A day of a city of 600 units
/// takes some 150 kB.
const DAYS: usize = 48;

type Key = (i64, Date);

/// Latest used first.
static KEPT: LazyLock<Mutex<VecDeque<(Key, UnitTree)>>> = LazyLock::new(Mutex::default);

/// The stamp that the transaction sees; none while nothing may be kept.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn stamp(tx: &mut Tx) -> Result<Option<i64>, DbError> {
    tx.opt(sql("select stamp from unit_stamp where id = 1"))
        .await?
        .map(|row| row.get("stamp"))
        .transpose()
}

/// Draws a new stamp: after every change of a unit or a line, in the same transaction.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn renew(tx: &mut Tx) -> Result<(), DbError> {
    let Ok(drawn) = random_bytes::<8>() else {
        // Without randomness nothing is kept, which is slow and right.
        tx.run(sql("delete from unit_stamp")).await?;
        return Ok(());
    };
    tx.run(
        sql("insert into unit_stamp (id, stamp) values (1, $1) on conflict (id) do update set stamp = excluded.stamp")
            .bind(i64::from_ne_bytes(drawn)),
    )
    .await?;
    Ok(())
}

/// What is kept for a stamp and day.
#[must_use]
pub fn find(stamp: i64, on: Date) -> Option<UnitTree> {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let at = kept.iter().position(|(key, _)| *key == (stamp, on))?;
    let found = kept.remove(at)?;
    let tree = found.1.clone();
    kept.push_front(found);
    Some(tree)
}

/// Keeps the units of a stamp and day; what was longest unused goes.
pub fn keep(stamp: i64, on: Date, tree: &UnitTree) {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.iter().all(|(key, _)| *key != (stamp, on)) {
        kept.push_front(((stamp, on), tree.clone()));
        kept.truncate(DAYS);
    }
}
