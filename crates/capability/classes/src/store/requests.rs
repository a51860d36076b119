//! What is asked to be taught, and who seconds it.

use std::collections::{BTreeMap, BTreeSet};

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Timestamp, UnitId};

use super::unknown;
use crate::domain::request::{RequestState, Source};

/// Where an adopted request went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Into a programme of a plan.
    Programme(i64),
    /// Into a course of a class.
    Course(i64),
}

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// Row id; 0 for a new one.
    pub id: i64,
    /// Who asks.
    pub unit_id: UnitId,
    /// Who decides.
    pub bureau_id: UnitId,
    /// For which year.
    pub year: i32,
    /// A squad or an instructor.
    pub source: Source,
    /// Code of the field of law; none for anything else.
    pub field: Option<String>,
    /// What about.
    pub topic: String,
    /// What is missing.
    pub reason: String,
    /// Where it stands.
    pub state: RequestState,
    /// By which account.
    pub asked_by: AccountId,
    /// By whom.
    pub asked_by_name: String,
    /// When.
    pub asked_at: Timestamp,
    /// Where it went.
    pub taken: Option<Taken>,
    /// Request that goes on for it.
    pub merged_into: Option<i64>,
    /// Decided when.
    pub decided_at: Option<Timestamp>,
    /// By whom.
    pub decided_by_name: Option<String>,
    /// Why.
    pub decide_note: Option<String>,
    /// When the asker has seen the answer.
    pub seen_at: Option<Timestamp>,
    /// Grows with every change.
    pub version: i64,
}

fn request(row: &Row) -> Result<Request, DbError> {
    let source: String = row.get("source")?;
    let state: String = row.get("state")?;
    let programme: Option<i64> = row.get("programme_id")?;
    let course: Option<i64> = row.get("course_id")?;
    Ok(Request {
        id: row.get("id")?,
        unit_id: row.get("unit_id")?,
        bureau_id: row.get("bureau_id")?,
        year: row.get("year")?,
        source: Source::from_code(&source).ok_or_else(|| unknown("source"))?,
        field: row.get("field")?,
        topic: row.get("topic")?,
        reason: row.get("reason")?,
        state: RequestState::from_code(&state).ok_or_else(|| unknown("state"))?,
        asked_by: row.get("asked_by")?,
        asked_by_name: row.get("asked_by_name")?,
        asked_at: row.get("asked_at")?,
        taken: programme
            .map(Taken::Programme)
            .or(course.map(Taken::Course)),
        merged_into: row.get("merged_into")?,
        decided_at: row.get("decided_at")?,
        decided_by_name: row.get("decided_by_name")?,
        decide_note: row.get("decide_note")?,
        seen_at: row.get("seen_at")?,
        version: row.get("version")?,
    })
}

/// Requests of a year to these bureaus, oldest first.
pub async fn of_year(
    tx: &mut Tx,
    year: i32,
    bureaus: &BTreeSet<i64>,
) -> Result<Vec<Request>, DbError> {
    let list = int_list(bureaus.iter().copied());
    tx.all(
        sql(format!(
            "select * from class_request where year = $1 and bureau_id in {list} order by id"
        ))
        .bind(year),
    )
    .await?
    .iter()
    .map(request)
    .collect()
}

/// Requests that were adopted into programmes, oldest first.
pub async fn of_programmes(tx: &mut Tx, programmes: &[i64]) -> Result<Vec<Request>, DbError> {
    let list = int_list(programmes.iter().copied());
    tx.all(sql(format!(
        "select * from class_request where programme_id in {list} and state = 'adopted' order by id"
    )))
    .await?
    .iter()
    .map(request)
    .collect()
}

/// Requests by id.
pub async fn by_ids(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Request>, DbError> {
    let list = int_list(ids.iter().copied());
    tx.all(sql(format!(
        "select * from class_request where id in {list} order by id"
    )))
    .await?
    .iter()
    .map(request)
    .collect()
}

/// A request held until the transaction ends: a voice changes nothing of it.
pub async fn hold(tx: &mut Tx, id: i64) -> Result<Option<Request>, DbError> {
    tx.opt(sql("update class_request set version = version where id = $1 returning *").bind(id))
        .await?
        .as_ref()
        .map(request)
        .transpose()
}

/// How many open requests an account has in a year.
pub async fn open_of(tx: &mut Tx, account: AccountId, year: i32) -> Result<u32, DbError> {
    tx.one(
        sql("select cast(count(*) as bigint) as n from class_request
             where asked_by = $1 and state = 'open' and year = $2")
        .bind(account)
        .bind(year),
    )
    .await?
    .get("n")
}

/// Years from this one on in which these bureaus have open requests, with how many.
pub async fn open_to(
    tx: &mut Tx,
    bureaus: &BTreeSet<i64>,
    year: i32,
) -> Result<Vec<(i32, u32)>, DbError> {
    let list = int_list(bureaus.iter().copied());
    tx.all(
        sql(format!(
            "select year, cast(count(*) as bigint) as n from class_request
             where bureau_id in {list} and state = 'open' and year >= $1 group by year order by year"
        ))
        .bind(year),
    )
    .await?
    .iter()
    .map(|row| Ok((row.get("year")?, row.get("n")?)))
    .collect()
}

/// Stores a new one. None when the same topic is open.
pub async fn insert(tx: &mut Tx, new: &Request) -> Result<Option<i64>, DbError> {
    tx.opt(
        sql(
            "insert into class_request (unit_id, bureau_id, year, source, field, topic, reason, state, asked_by,
               asked_by_name, asked_at)
             values ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9, $10) on conflict do nothing returning id",
        )
        .bind(new.unit_id)
        .bind(new.bureau_id)
        .bind(new.year)
        .bind(new.source.code())
        .bind(new.field.clone())
        .bind(new.topic.clone())
        .bind(new.reason.clone())
        .bind(new.asked_by)
        .bind(new.asked_by_name.clone())
        .bind(new.asked_at),
    )
    .await?
    .map(|row| row.get("id"))
    .transpose()
}

/// Writes back where it stands, and counts its version up.
pub async fn put(tx: &mut Tx, row: &Request) -> Result<(), DbError> {
    let (programme, course) = match row.taken {
        Some(Taken::Programme(id)) => (Some(id), None),
        Some(Taken::Course(id)) => (None, Some(id)),
        None => (None, None),
    };
    tx.run(
        sql(
            "update class_request set state = $1, programme_id = $2, course_id = $3, merged_into = $4,
               decided_at = $5, decided_by_name = $6, decide_note = $7, seen_at = $8, version = version + 1
             where id = $9",
        )
        .bind(row.state.code())
        .bind(programme)
        .bind(course)
        .bind(row.merged_into)
        .bind(row.decided_at)
        .bind(row.decided_by_name.clone())
        .bind(row.decide_note.clone())
        .bind(row.seen_at)
        .bind(row.id),
    )
    .await?;
    Ok(())
}

/// How many have gone into a request.
pub async fn carried(tx: &mut Tx, id: i64) -> Result<u32, DbError> {
    tx.one(
        sql("select cast(count(*) as bigint) as n from class_request where merged_into = $1")
            .bind(id),
    )
    .await?
    .get("n")
}

/// Puts a request's voices, and what had gone into it, into another one.
pub async fn carry_over(tx: &mut Tx, from: i64, into: i64) -> Result<(), DbError> {
    tx.run(
        sql(
            "insert into class_request_vote (request_id, account_id, unit_name, voted_at)
             select cast($1 as bigint), v.account_id, v.unit_name, v.voted_at from class_request_vote v
             where v.request_id = $2 and not exists
               (select 1 from class_request_vote o where o.request_id = $3 and o.account_id = v.account_id)",
        )
        .bind(into)
        .bind(from)
        .bind(into),
    )
    .await?;
    tx.run(
        sql("update class_request set merged_into = $1 where merged_into = $2")
            .bind(into)
            .bind(from),
    )
    .await?;
    Ok(())
}

/// Those whose requests went into this one have something new to see.
pub async fn tell_carried(tx: &mut Tx, id: i64) -> Result<(), DbError> {
    tx.run(sql("update class_request set seen_at = null where merged_into = $1").bind(id))
        .await?;
    Ok(())
}

/// Answered requests of an account whose answer it has not seen, oldest first.
pub async fn unseen(tx: &mut Tx, account: AccountId) -> Result<Vec<Request>, DbError> {
    tx.all(
        sql(
            "select * from class_request where asked_by = $1 and state in ('adopted', 'declined', 'merged')
               and seen_at is null order by id",
        )
        .bind(account),
    )
    .await?
    .iter()
    .map(request)
    .collect()
}

/// Notes that an account has seen the answers to its requests.
pub async fn mark_seen(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<(), DbError> {
    tx.run(
        sql(
            "update class_request set seen_at = $1 where asked_by = $2 and state <> 'open' and seen_at is null",
        )
        .bind(now)
        .bind(account),
    )
    .await?;
    Ok(())
}

/// Accounts and units that second requests.
pub async fn votes(
    tx: &mut Tx,
    requests: &[i64],
) -> Result<BTreeMap<i64, Vec<(AccountId, String)>>, DbError> {
    let list = int_list(requests.iter().copied());
    let rows = tx
        .all(sql(format!(
            "select request_id, account_id, unit_name from class_request_vote
             where request_id in {list} order by id"
        )))
        .await?;
    let mut found: BTreeMap<i64, Vec<(AccountId, String)>> = BTreeMap::new();
    for row in &rows {
        found
            .entry(row.get("request_id")?)
            .or_default()
            .push((row.get("account_id")?, row.get("unit_name")?));
    }
    Ok(found)
}

/// Seconds a request in the name of a unit; without one, no longer.
pub async fn vote(
    tx: &mut Tx,
    id: i64,
    account: AccountId,
    unit_name: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    let query = match unit_name {
        Some(name) => sql(
            "insert into class_request_vote (request_id, account_id, unit_name, voted_at)
             values ($1, $2, $3, $4) on conflict do nothing",
        )
        .bind(id)
        .bind(account)
        .bind(name)
        .bind(now),
        None => sql("delete from class_request_vote where request_id = $1 and account_id = $2")
            .bind(id)
            .bind(account),
    };
    tx.run(query).await?;
    Ok(())
}
