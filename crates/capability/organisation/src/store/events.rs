//! The status history: append-only, a mistake is revoked.

use std::collections::HashMap;
use std::fmt::Write as _;

use chengzhi_db::{DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, Date, PersonId, Timestamp};

use super::{kept, unreadable};
use crate::domain::status::{Change, StatusKind};

/// A stored change.
#[derive(Debug, Clone)]
pub struct EventRow {
    /// Row id.
    pub id: i64,
    /// Whose.
    pub person: PersonId,
    /// Kind and effective day.
    pub change: Change,
    /// Day of the decision (B-71).
    pub decided_on: Option<Date>,
    /// When it was entered.
    pub recorded_at: Timestamp,
    /// By whom.
    pub recorded_by_name: String,
    /// Remark.
    pub note: Option<String>,
    /// Why it was revoked; none while it stands.
    pub revoke_reason: Option<String>,
}

impl EventRow {
    /// True when it was revoked.
    #[must_use]
    pub fn revoked(&self) -> bool {
        self.revoke_reason.is_some()
    }
}

const EVENT: &str = "select e.id, e.person_id, e.kind, e.effective_on, e.decided_on, e.recorded_at, \
     e.recorded_by_name, e.note, e.revoke_reason from status_event e";

fn event_row(row: &Row) -> Result<EventRow, DbError> {
    let kind: String = row.get("kind")?;
    Ok(EventRow {
        id: row.get("id")?,
        person: row.get("person_id")?,
        change: Change {
            kind: StatusKind::parse(&kind)
                .ok_or_else(|| unreadable("kind", "kind of status change"))?,
            effective_on: row.get("effective_on")?,
        },
        decided_on: row.get("decided_on")?,
        recorded_at: row.get("recorded_at")?,
        recorded_by_name: row.get("recorded_by_name")?,
        note: row.get("note")?,
        revoke_reason: row.get("revoke_reason")?,
    })
}

/// All changes of a person, newest effective day first, the revoked ones too.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<EventRow>, DbError> {
    tx.all(
        sql(format!(
            "{EVENT} where e.person_id = $1 order by e.effective_on desc, e.id desc"
        ))
        .bind(person),
    )
    .await?
    .iter()
    .map(event_row)
    .collect()
}

/// The standing changes of these people (all people when `None`).
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn standing(
    tx: &mut Tx,
    people: Option<&[PersonId]>,
) -> Result<HashMap<PersonId, Vec<EventRow>>, DbError> {
    let mut text = format!("{EVENT} where e.revoked_at is null");
    if let Some(people) = people {
        if people.is_empty() {
            return Ok(HashMap::new());
        }
        let _ = write!(
            text,
            " and e.person_id in {}",
            int_list(people.iter().map(|id| id.get()))
        );
    }
    let mut found: HashMap<PersonId, Vec<EventRow>> = HashMap::new();
    for row in tx.all(sql(text)).await? {
        let event = event_row(&row)?;
        found.entry(event.person).or_default().push(event);
    }
    Ok(found)
}

/// The standing changes with their decision (or, without one, effective) day between two days,
/// both included.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn decided_between(tx: &mut Tx, from: Date, to: Date) -> Result<Vec<EventRow>, DbError> {
    tx.all(
        sql(format!(
            "{EVENT} where e.revoked_at is null and coalesce(e.decided_on, e.effective_on) >= $1 \
             and coalesce(e.decided_on, e.effective_on) <= $2 order by e.recorded_at desc, e.id desc"
        ))
        .bind(from)
        .bind(to),
    )
    .await?
    .iter()
    .map(event_row)
    .collect()
}

/// What a new change needs.
#[derive(Debug, Clone)]
pub struct NewEvent<'a> {
    /// Whose.
    pub person: PersonId,
    /// Kind and effective day.
    pub change: Change,
    /// Day of the decision.
    pub decided_on: Option<Date>,
    /// When it is entered.
    pub recorded_at: Timestamp,
    /// By whom.
    pub by: Option<AccountId>,
    /// By whom, in words.
    pub by_name: &'a str,
    /// Remark.
    pub note: Option<&'a str>,
}

/// Stores a change.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(tx: &mut Tx, event: &NewEvent<'_>) -> Result<i64, DbError> {
    let id = tx
        .one(
        sql("insert into status_event (person_id, kind, effective_on, decided_on, recorded_at, recorded_by, \
             recorded_by_name, note) values ($1, $2, $3, $4, $5, $6, $7, $8) returning id")
            .bind(event.person)
            .bind(event.change.kind.code())
            .bind(event.change.effective_on)
            .bind(event.decided_on)
            .bind(event.recorded_at)
            .bind(event.by)
            .bind(event.by_name)
            .bind(event.note.map(str::to_owned)),
    )
    .await?
    .get("id")?;
    kept::renew(tx).await?;
    Ok(id)
}

/// Revokes a standing change; false when it does not stand (any more).
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn revoke(
    tx: &mut Tx,
    id: i64,
    now: Timestamp,
    by_name: &str,
    reason: &str,
) -> Result<bool, DbError> {
    let done = tx
        .run(
            sql(
                "update status_event set revoked_at = $1, revoked_by_name = $2, revoke_reason = $3 \
                 where id = $4 and revoked_at is null",
            )
            .bind(now)
            .bind(by_name)
            .bind(reason)
            .bind(id),
        )
        .await?
        == 1;
    kept::renew(tx).await?;
    Ok(done)
}

/// SQL: person `p` is not in service on the day bound to `day` (`$1`).
#[must_use]
pub fn left_sql(day: &str) -> String {
    format!(
        "(exists (select 1 from status_event s where s.person_id = p.id and s.revoked_at is null \
         and s.kind in ('left', 'missing', 'died', 'dismissed') and s.effective_on >= p.joined_on \
         and s.effective_on <= {day}) or {})",
        interrupted_sql(day, "('retired')")
    )
}

/// SQL: person `p` is on leave or retired on the day and has not returned.
#[must_use]
pub fn away_sql(day: &str) -> String {
    interrupted_sql(
        day,
        "('retired', 'long_sick_leave', 'maternity_leave', 'aid_mission')",
    )
}

fn interrupted_sql(day: &str, kinds: &str) -> String {
    format!(
        "exists (select 1 from status_event s where s.person_id = p.id and s.revoked_at is null \
         and s.kind in {kinds} and s.effective_on <= {day} and not exists (select 1 from status_event r \
         where r.person_id = s.person_id and r.revoked_at is null and r.kind = 'return' \
         and r.effective_on >= s.effective_on and r.effective_on <= {day}))"
    )
}

/// People who are not in service on the day. Few have ever left: they are found first, then judged.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn left_by(tx: &mut Tx, on: Date) -> Result<Vec<PersonId>, DbError> {
    tx.all(
        sql(format!(
            "select p.id from person p where p.id in (select person_id from status_event \
               where revoked_at is null and effective_on <= $1 and kind in ('left', 'missing', 'died', 'dismissed', 'retired')) \
             and {} order by p.id",
            left_sql("$1")
        ))
        .bind(on),
    )
    .await?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}
