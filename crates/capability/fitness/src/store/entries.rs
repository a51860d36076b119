//! Who is on the list of a test.

use chengzhi_db::{Arg, DbError, Row, Tx, sql};
use chengzhi_kernel::{Date, PersonId, Timestamp, UnitId};
use chengzhi_rules::fitness::Sex;

use super::{word, word_if};
use crate::domain::state::{Seat, State};
use crate::domain::verdict::Outcome;

/// Somebody on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Row id; 0 for a new one.
    pub id: i64,
    /// Test.
    pub test_id: i64,
    /// Person.
    pub person_id: PersonId,
    /// His unit of then.
    pub unit_id: UnitId,
    /// 工号.
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Sex of then, if known.
    pub sex: Option<Sex>,
    /// Where he stands.
    pub seat: Seat,
    /// Why he is absent or off the list.
    pub reason: String,
    /// What came out.
    pub outcome: Outcome,
}

fn entry(row: &Row) -> Result<Entry, DbError> {
    Ok(Entry {
        id: row.get("id")?,
        test_id: row.get("test_id")?,
        person_id: row.get("person_id")?,
        unit_id: row.get("unit_id")?,
        staff_no: row.get("staff_no")?,
        name: row.get("name")?,
        sex: word_if(row, "sex", Sex::from_code)?,
        seat: word(row, "state", Seat::from_code)?,
        reason: row.get("reason")?,
        outcome: word(row, "outcome", Outcome::from_code)?,
    })
}

/// Entries that a condition on `e` names, by staff number.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn all(tx: &mut Tx, condition: &str) -> Result<Vec<Entry>, DbError> {
    tx.all(sql(format!(
        "select e.* from fitness_entry e where {condition} order by e.test_id, e.staff_no, e.id"
    )))
    .await?
    .iter()
    .map(entry)
    .collect()
}

/// One by its id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Entry>, DbError> {
    Ok(all(tx, &format!("e.id = {id}")).await?.pop())
}

/// Puts people on a list; who was taken off is put back.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add(tx: &mut Tx, rows: &[Entry], by: &str, now: Timestamp) -> Result<u64, DbError> {
    let rows = rows
        .iter()
        .map(|row| {
            vec![
                Arg::from(row.test_id),
                row.person_id.into(),
                row.unit_id.into(),
                (&row.staff_no).into(),
                (&row.name).into(),
                row.sex.map(|sex| sex.code().to_owned()).into(),
                "listed".into(),
                "".into(),
                "none".into(),
                now.into(),
                by.into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into fitness_entry (test_id, person_id, unit_id, staff_no, name, sex, state, reason,
           outcome, listed_at, listed_by_name)",
        "on conflict (test_id, person_id) do update set state = 'listed', reason = ''
           where fitness_entry.state = 'removed'",
        rows,
    )
    .await
}

/// Stores where somebody stands.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_seat(tx: &mut Tx, id: i64, seat: Seat, reason: &str) -> Result<(), DbError> {
    tx.run(
        sql("update fitness_entry set state = $1, reason = $2 where id = $3")
            .bind(seat.code())
            .bind(reason)
            .bind(id),
    )
    .await?;
    Ok(())
}

/// Stores what came out, with the sex that it was judged by.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_outcome(
    tx: &mut Tx,
    id: i64,
    outcome: Outcome,
    sex: Option<Sex>,
) -> Result<(), DbError> {
    tx.run(
        sql("update fitness_entry set outcome = $1, sex = $2 where id = $3")
            .bind(outcome.code())
            .bind(sex.map(Sex::code).map(str::to_owned))
            .bind(id),
    )
    .await?;
    Ok(())
}

/// One person's part in a test, with what the year's list needs of the test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The entry.
    pub entry: Entry,
    /// Day of the test.
    pub on: Date,
    /// Title of the test.
    pub title: String,
    /// Its state.
    pub state: State,
}

/// Parts in the standing tests of a year of the people that a condition on `e` names, oldest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_year(tx: &mut Tx, year: i32, condition: &str) -> Result<Vec<Part>, DbError> {
    tx.all(
        sql(format!(
            "select e.*, t.planned_on, t.title, t.state as test_state from fitness_entry e
             join fitness_test t on t.id = e.test_id
             where t.year = $1 and t.state <> 'cancelled' and e.state <> 'removed' and {condition}
             order by t.planned_on, e.id"
        ))
        .bind(year),
    )
    .await?
    .iter()
    .map(|row| {
        Ok(Part {
            entry: entry(row)?,
            on: row.get("planned_on")?,
            title: row.get("title")?,
            state: word(row, "test_state", State::from_code)?,
        })
    })
    .collect()
}

/// How a list stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// On the list.
    pub listed: i64,
    /// Took all of it.
    pub taken: i64,
    /// Passed.
    pub passed: i64,
    /// Absent.
    pub absent: i64,
}

/// Counts of tests, of the entries that a condition on `e` names.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn counts(
    tx: &mut Tx,
    condition: &str,
) -> Result<std::collections::HashMap<i64, Counts>, DbError> {
    tx.all(sql(format!(
        "select e.test_id, cast(count(*) as bigint) as listed,
           cast(sum(case when e.outcome in ('passed', 'failed', 'unknown') then 1 else 0 end) as bigint) as taken,
           cast(sum(case when e.outcome = 'passed' then 1 else 0 end) as bigint) as passed,
           cast(sum(case when e.state = 'absent' then 1 else 0 end) as bigint) as absent
         from fitness_entry e where e.state <> 'removed' and {condition} group by e.test_id"
    )))
    .await?
    .iter()
    .map(|row| {
        let counts = Counts {
            listed: row.get("listed")?,
            taken: row.get("taken")?,
            passed: row.get("passed")?,
            absent: row.get("absent")?,
        };
        Ok((row.get("test_id")?, counts))
    })
    .collect()
}
