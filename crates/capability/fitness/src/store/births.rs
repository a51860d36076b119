//! When people were born.

use std::collections::HashMap;

use chengzhi_db::{DbError, Tx, int_list, sql};
use chengzhi_kernel::{Date, PersonId, Timestamp};

/// Of these people; who is missing is not known.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of(tx: &mut Tx, people: &[PersonId]) -> Result<HashMap<PersonId, Date>, DbError> {
    let list = int_list(people.iter().map(|id| id.get()));
    tx.all(sql(format!(
        "select person_id, born_on from fitness_birth where person_id in {list}"
    )))
    .await?
    .iter()
    .map(|row| Ok((row.get("person_id")?, row.get("born_on")?)))
    .collect()
}

/// Enters or corrects one.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put(
    tx: &mut Tx,
    person: PersonId,
    born: Date,
    by: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.run(
        sql(
            "insert into fitness_birth (person_id, born_on, set_at, set_by_name) values ($1, $2, $3, $4)
             on conflict (person_id) do update set born_on = excluded.born_on,
               set_at = excluded.set_at, set_by_name = excluded.set_by_name",
        )
        .bind(person)
        .bind(born)
        .bind(now)
        .bind(by),
    )
    .await?;
    Ok(())
}
