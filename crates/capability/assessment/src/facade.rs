//! What other capabilities may ask of the ledger.

use std::collections::{BTreeSet, HashMap};

use chengzhi_db::{DbError, Tx};
use chengzhi_kernel::{AccountId, Date, Month, PersonId, Quantity, Timestamp};

use crate::domain::{Component, NewEntry};
use crate::store::ledger::{self, Undo};

/// One hour of monthly study (B-42): each month at most one, whatever the minutes.
pub const STUDY_HOUR: Quantity = Quantity::from_thousandths(1000);

/// A confirmed attendance that earns a month's hour (B-41).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyAward {
    /// Who attended.
    pub person: PersonId,
    /// The month that it fulfils.
    pub for_month: Month,
    /// Day of the session.
    pub happened_on: Date,
    /// `study:12` for a unit's record, `makeup:3` for a make-up session.
    pub source: String,
}

/// Posts study hours in the caller's transaction. Posting the same source twice posts once.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn post_study(
    tx: &mut Tx,
    actor: Option<AccountId>,
    now: Timestamp,
    awards: &[StudyAward],
) -> Result<(), DbError> {
    let entries = awards
        .iter()
        .map(|award| NewEntry {
            person: award.person,
            happened_on: award.happened_on,
            component: Component::Squad,
            category: Component::Squad.name().to_owned(),
            hours: STUDY_HOUR,
            credits: Quantity::from_thousandths(0),
            for_month: Some(award.for_month),
            external_no: None,
            course_name: None,
            course_kind: None,
            source: award.source.clone(),
        })
        .collect();
    ledger::insert(tx, entries, None, actor, now).await?;
    Ok(())
}

/// Undoes a person's study hour of one source. False when there was none.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn reverse_study(
    tx: &mut Tx,
    actor: Option<AccountId>,
    now: Timestamp,
    person: PersonId,
    source: &str,
    reason: &str,
) -> Result<bool, DbError> {
    Ok(ledger::reverse(tx, &Undo::Source(person, source), reason, actor, now).await? > 0)
}

/// The months of a year that each person's study entries fulfil.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn months_fulfilled(
    tx: &mut Tx,
    persons: &[PersonId],
    year: i32,
) -> Result<HashMap<PersonId, BTreeSet<u32>>, DbError> {
    ledger::months(tx, persons, year).await
}

/// The rules of a year, as every capability must read them: closed, published or built in.
pub use crate::usecase::policy_book::{PolicyError, policy_of};
