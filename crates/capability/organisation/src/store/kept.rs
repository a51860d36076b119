//! The units and people of late, kept in memory.
//!
//! Nearly every request needs the units of today, two or three times, and a city has hundreds of them; lists over a whole
//! city read its thousands of people. What is kept is found by a stamp that the database draws anew, by chance, with every
//! change of a unit, a line, a person, a membership or a status, in the transaction of the change. So a reader of an older
//! snapshot gets the units and people of that snapshot, a change that is rolled back leaves nothing behind, and neither
//! another process nor another database is ever mistaken for this one.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use chengzhi_db::{DbError, Tx, sql};
use chengzhi_http::random_bytes;
use chengzhi_kernel::Date;

use super::people::Placed;
use crate::domain::tree::UnitTree;

/// Days of units: today, the days that lists of months ask for, and room for two databases. A day of a city of 600 units
/// takes some 150 kB.
pub static UNITS: Kept<UnitTree> = Kept::of_days(48);

/// Days of people, the whole city's each. A day of a city of 9,000 people takes some 3 MB.
pub static PEOPLE: Kept<Arc<Vec<Placed>>> = Kept::of_days(4);

type Key = (i64, Date);

/// What is kept of some days, by stamp and day, latest used first.
pub struct Kept<T: 'static> {
    days: usize,
    all: LazyLock<Mutex<VecDeque<(Key, T)>>>,
}

impl<T: Clone> Kept<T> {
    const fn of_days(days: usize) -> Self {
        Kept {
            days,
            all: LazyLock::new(Mutex::default),
        }
    }

    /// What is kept for a stamp and day.
    #[must_use]
    pub fn find(&self, stamp: i64, on: Date) -> Option<T> {
        let mut kept = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(key, _)| *key == (stamp, on))?;
        let entry = kept.remove(at)?;
        let found = entry.1.clone();
        kept.push_front(entry);
        Some(found)
    }

    /// Keeps what was read under a stamp for a day; what was longest unused goes.
    pub fn keep(&self, stamp: i64, on: Date, found: &T) {
        let mut kept = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.iter().all(|(key, _)| *key != (stamp, on)) {
            kept.push_front(((stamp, on), found.clone()));
            kept.truncate(self.days);
        }
    }
}

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

/// Draws a new stamp: after every change of what is kept, in the same transaction.
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
