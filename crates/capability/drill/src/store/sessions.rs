//! Sessions of records and their attendance.

use std::collections::HashMap;

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{Date, PersonId, RecordId, Timestamp};
use chengzhi_reporting::state_of;

use super::records::slot_of;
use crate::domain::half::SlotKey;
use crate::domain::session::{Attendee, Session};
use crate::domain::state::State;

/// A stored session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// Row id.
    pub id: i64,
    /// Record.
    pub record_id: RecordId,
    /// Session.
    pub session: Session,
}

fn session(row: &Row) -> Result<StoredSession, DbError> {
    Ok(StoredSession {
        id: row.get("id")?,
        record_id: row.get("record_id")?,
        session: Session {
            held_on: row.get("held_on")?,
            start_time: row.get("start_time")?,
            minutes: row.get("minutes")?,
            place: row.get("place")?,
            instructor: row.get("instructor")?,
            subjects: row.get("subjects")?,
            rest_times: row.get("rest_times")?,
            rest_minutes: row.get("rest_minutes")?,
            notes: row.get("notes")?,
        },
    })
}

/// Sessions that stand on these records, in the order in which they were entered.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_records(tx: &mut Tx, records: &[RecordId]) -> Result<Vec<StoredSession>, DbError> {
    let list = int_list(records.iter().map(|id| id.get()));
    let rows = tx
        .all(sql(format!(
            "select * from drill_session where record_id in {list} and removed_at is null order by id"
        )))
        .await?;
    rows.iter().map(session).collect()
}

/// Starts a session.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(
    tx: &mut Tx,
    record: RecordId,
    session: &Session,
    now: Timestamp,
) -> Result<i64, DbError> {
    let row = tx
        .one(
            sql(
                "insert into drill_session (record_id, held_on, start_time, minutes, place, instructor,
                   subjects, rest_times, rest_minutes, notes, created_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id",
            )
            .bind(record)
            .bind(session.held_on)
            .bind(session.start_time.clone())
            .bind(session.minutes)
            .bind(session.place.clone())
            .bind(session.instructor.clone())
            .bind(session.subjects.clone())
            .bind(session.rest_times)
            .bind(session.rest_minutes)
            .bind(session.notes.clone())
            .bind(now),
        )
        .await?;
    row.get("id")
}

/// Writes a session back.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put(tx: &mut Tx, id: i64, session: &Session) -> Result<(), DbError> {
    tx.run(
        sql(
            "update drill_session set held_on = $1, start_time = $2, minutes = $3, place = $4,
               instructor = $5, subjects = $6, rest_times = $7, rest_minutes = $8, notes = $9
             where id = $10",
        )
        .bind(session.held_on)
        .bind(session.start_time.clone())
        .bind(session.minutes)
        .bind(session.place.clone())
        .bind(session.instructor.clone())
        .bind(session.subjects.clone())
        .bind(session.rest_times)
        .bind(session.rest_minutes)
        .bind(session.notes.clone())
        .bind(id),
    )
    .await?;
    Ok(())
}

/// Takes a session off its record; what earlier hand-ins showed stays readable.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn remove(tx: &mut Tx, id: i64, now: Timestamp) -> Result<(), DbError> {
    tx.run(
        sql("update drill_session set removed_at = $1 where id = $2")
            .bind(now)
            .bind(id),
    )
    .await?;
    Ok(())
}

fn attendee(row: &Row) -> Result<Attendee, DbError> {
    Ok(Attendee {
        person_id: row.get("person_id")?,
        staff_no: row.get("staff_no")?,
        name: row.get("name")?,
        post_name: row.get("post_name")?,
        away: row.get("away")?,
        exempt: row.get("exempt")?,
        present: row.get("present")?,
        absence_reason: row.get("absence_reason")?,
    })
}

/// Attendance of sessions, by staff number.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn attendance(
    tx: &mut Tx,
    sessions: &[i64],
) -> Result<HashMap<i64, Vec<Attendee>>, DbError> {
    let list = int_list(sessions.iter().copied());
    let rows = tx
        .all(sql(format!(
            "select * from drill_attendance where session_id in {list} order by staff_no, person_id"
        )))
        .await?;
    let mut found: HashMap<i64, Vec<Attendee>> = HashMap::new();
    for row in &rows {
        found
            .entry(row.get("session_id")?)
            .or_default()
            .push(attendee(row)?);
    }
    Ok(found)
}

/// Replaces the attendance of a session.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_attendance(tx: &mut Tx, session: i64, rows: &[Attendee]) -> Result<(), DbError> {
    tx.run(sql("delete from drill_attendance where session_id = $1").bind(session))
        .await?;
    insert_attendance(tx, rows.iter().map(|row| (session, row))).await
}

/// Inserts attendance of one or many sessions.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert_attendance<'a>(
    tx: &mut Tx,
    rows: impl Iterator<Item = (i64, &'a Attendee)>,
) -> Result<(), DbError> {
    let rows = rows
        .map(|(session, row)| {
            vec![
                Arg::from(session),
                row.person_id.into(),
                row.staff_no.clone().into(),
                row.name.clone().into(),
                row.post_name.clone().into(),
                row.away.clone().into(),
                row.exempt.clone().into(),
                row.present.into(),
                row.absence_reason.clone().into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into drill_attendance (session_id, person_id, staff_no, name, post_name, away, exempt, present, absence_reason)",
        "",
        rows,
    )
    .await?;
    Ok(())
}

/// Head counts of one session, without its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Record.
    pub record_id: RecordId,
    /// Day.
    pub held_on: Option<Date>,
    /// Present.
    pub attended: u32,
    /// People at post, or present.
    pub at_post: u32,
    /// Of these not present, exempt.
    pub exempt: u32,
}

/// Head counts of the sessions of a year's records; `units` is a condition on `r.unit_id`.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn counts_of_year(tx: &mut Tx, year: i32, units: &str) -> Result<Vec<Count>, DbError> {
    let rows = tx
        .all(
            sql(format!(
                "select s.id, s.record_id, s.held_on,
                   cast(coalesce(sum(a.present), 0) as bigint) as attended,
                   cast(count(a.person_id) filter (where a.present = 1 or a.away is null) as bigint) as at_post,
                   cast(count(a.person_id) filter (where a.present = 0 and a.away is null
                     and a.exempt is not null) as bigint) as exempt
                 from drill_session s join drill_record r on r.id = s.record_id
                 left join drill_attendance a on a.session_id = s.id
                 where s.removed_at is null and r.for_month >= $1 and r.for_month <= $2 and {units}
                 group by s.id, s.record_id, s.held_on order by s.id"
            ))
            .bind(format!("{year:04}-01"))
            .bind(format!("{year:04}-12")),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Count {
                record_id: row.get("record_id")?,
                held_on: row.get("held_on")?,
                attended: row.get("attended")?,
                at_post: row.get("at_post")?,
                exempt: row.get("exempt")?,
            })
        })
        .collect()
}

/// A person's mark in one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnMark {
    /// Slot of the record.
    pub slot: SlotKey,
    /// Stored state of the record.
    pub state: State,
    /// Day.
    pub held_on: Date,
    /// Attended.
    pub present: bool,
    /// Why not.
    pub absence_reason: Option<String>,
    /// Exempt that day.
    pub exempt: Option<String>,
}

/// A person's marks in the sessions of a year, newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_person(tx: &mut Tx, person: PersonId, year: i32) -> Result<Vec<OwnMark>, DbError> {
    let rows = tx
        .all(
            sql(
                "select r.unit_id, r.for_month, r.half, r.state, s.held_on, a.present,
                   a.absence_reason, a.exempt
                 from drill_attendance a join drill_session s on s.id = a.session_id
                 join drill_record r on r.id = s.record_id
                 where a.person_id = $1 and s.removed_at is null
                   and s.held_on >= $2 and s.held_on <= $3
                 order by s.held_on desc, s.id desc",
            )
            .bind(person)
            .bind(format!("{year:04}-01-01"))
            .bind(format!("{year:04}-12-31")),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(OwnMark {
                slot: slot_of(row)?,
                state: state_of(row, "state")?,
                held_on: row.get("held_on")?,
                present: row.get("present")?,
                absence_reason: row.get("absence_reason")?,
                exempt: row.get("exempt")?,
            })
        })
        .collect()
}
