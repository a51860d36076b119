//! The record of a slot and its attendance.

use chengzhi_db::{Arg, DbError, Row, Tx, sql};
use chengzhi_kernel::{Month, RecordId, Timestamp, UnitId};
use chengzhi_reporting::{Hold, state_of};

use crate::domain::session::{Attendee, Session};
use crate::domain::state::State;

/// A stored record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Row id.
    pub id: RecordId,
    /// Unit.
    pub unit_id: UnitId,
    /// Month.
    pub month: Month,
    /// As stored; see `domain::window::effective` for what it is now.
    pub state: State,
    /// Grows with every change.
    pub version: i64,
    /// Session.
    pub session: Session,
    /// Present.
    pub attended: u32,
    /// Expected.
    pub expected: u32,
    /// Number of the hand-in, 0 before the first.
    pub round: u32,
    /// First complete hand-in.
    pub first_submitted_at: Option<Timestamp>,
    /// Who owes the review.
    pub reviewer: Option<UnitId>,
    /// Passed to the city because the district may not decide.
    pub passed_up: bool,
    /// Who reads it.
    pub hold: Option<Hold>,
    /// When it was confirmed or refused.
    pub decided_at: Option<Timestamp>,
    /// Whether that was late.
    pub reviewed_late: Option<bool>,
}

impl Record {
    /// Reads a row of `study_record`.
    ///
    /// # Errors
    /// [`DbError::Decode`] when schema and code disagree.
    pub fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Record {
            id: row.get("id")?,
            unit_id: row.get("unit_id")?,
            month: row.get("for_month")?,
            state: state_of(row, "state")?,
            version: row.get("version")?,
            session: Session {
                held_on: row.get("held_on")?,
                start_time: row.get("start_time")?,
                minutes: row.get("minutes")?,
                place: row.get("place")?,
                speaker: row.get("speaker")?,
                topic: row.get("topic")?,
                content: row.get("content")?,
                filmed: row.get("filmed")?,
                film_place: row.get("film_place")?,
                notes: row.get("notes")?,
            },
            attended: row.get("attended")?,
            expected: row.get("expected")?,
            round: row.get("round")?,
            first_submitted_at: row.get("first_submitted_at")?,
            reviewer: row.get("reviewer_unit_id")?,
            passed_up: row.get("passed_up")?,
            hold: Hold::from_row(row)?,
            decided_at: row.get("decided_at")?,
            reviewed_late: row.get("reviewed_late")?,
        })
    }
}

/// The record of a slot, for reading.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn find(tx: &mut Tx, unit: UnitId, month: Month) -> Result<Option<Record>, DbError> {
    tx.opt(
        sql("select * from study_record where unit_id = $1 and for_month = $2")
            .bind(unit)
            .bind(month),
    )
    .await?
    .as_ref()
    .map(Record::from_row)
    .transpose()
}

/// The record of a slot, for changing: the row stays locked until the transaction ends, so that of
/// two commands the second sees what the first did.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take(tx: &mut Tx, unit: UnitId, month: Month) -> Result<Option<Record>, DbError> {
    tx.opt(
        sql("update study_record set version = version where unit_id = $1 and for_month = $2 returning *")
            .bind(unit)
            .bind(month),
    )
    .await?
    .as_ref()
    .map(Record::from_row)
    .transpose()
}

/// Starts the record of a slot.
///
/// # Errors
/// [`DbError`]; a unique violation when somebody was faster.
pub async fn create(
    tx: &mut Tx,
    unit: UnitId,
    month: Month,
    now: Timestamp,
) -> Result<Record, DbError> {
    let row = tx
        .one(
            sql(
                "insert into study_record (unit_id, for_month, state, created_at)
                 values ($1, $2, 'draft', $3) returning *",
            )
            .bind(unit)
            .bind(month)
            .bind(now),
        )
        .await?;
    Record::from_row(&row)
}

/// Writes a record back as its next version. The caller holds it by [`take`] or [`create`].
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put(tx: &mut Tx, record: &mut Record) -> Result<(), DbError> {
    record.version += 1;
    let session = record.session.clone();
    let hold = record.hold.clone();
    tx.run(
        sql(
            "update study_record set state = $1, version = $2, held_on = $3, start_time = $4,
               minutes = $5, place = $6, speaker = $7, topic = $8, content = $9, filmed = $10,
               film_place = $11, notes = $12, attended = $13, expected = $14, round = $15,
               first_submitted_at = $16, reviewer_unit_id = $17, passed_up = $18, held_by = $19,
               held_by_name = $20, held_until = $21, decided_at = $22, reviewed_late = $23
             where id = $24",
        )
        .bind(record.state.code())
        .bind(record.version)
        .bind(session.held_on)
        .bind(session.start_time)
        .bind(session.minutes)
        .bind(session.place)
        .bind(session.speaker)
        .bind(session.topic)
        .bind(session.content)
        .bind(session.filmed)
        .bind(session.film_place)
        .bind(session.notes)
        .bind(record.attended)
        .bind(record.expected)
        .bind(record.round)
        .bind(record.first_submitted_at)
        .bind(record.reviewer)
        .bind(record.passed_up)
        .bind(hold.as_ref().map(|h| h.by))
        .bind(hold.as_ref().map(|h| h.name.clone()))
        .bind(hold.as_ref().map(|h| h.until))
        .bind(record.decided_at)
        .bind(record.reviewed_late)
        .bind(record.id),
    )
    .await?;
    Ok(())
}

/// Attendance of a record, by staff number.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn attendance(tx: &mut Tx, record: RecordId) -> Result<Vec<Attendee>, DbError> {
    let rows = tx
        .all(
            sql(
                "select person_id, staff_no, name, post_name, away, present, absence_reason
                 from study_attendance where record_id = $1 order by staff_no, person_id",
            )
            .bind(record),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Attendee {
                person_id: row.get("person_id")?,
                staff_no: row.get("staff_no")?,
                name: row.get("name")?,
                post_name: row.get("post_name")?,
                away: row.get("away")?,
                present: row.get("present")?,
                absence_reason: row.get("absence_reason")?,
            })
        })
        .collect()
}

/// Replaces the attendance of a record.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_attendance(
    tx: &mut Tx,
    record: RecordId,
    rows: &[Attendee],
) -> Result<(), DbError> {
    tx.run(sql("delete from study_attendance where record_id = $1").bind(record))
        .await?;
    insert_attendance(tx, rows.iter().map(|row| (record, row))).await
}

/// Inserts attendance of one or many records.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert_attendance<'a>(
    tx: &mut Tx,
    rows: impl Iterator<Item = (RecordId, &'a Attendee)>,
) -> Result<(), DbError> {
    let rows = rows
        .map(|(record, row)| {
            vec![
                Arg::from(record),
                row.person_id.into(),
                row.staff_no.clone().into(),
                row.name.clone().into(),
                row.post_name.clone().into(),
                row.away.clone().into(),
                row.present.into(),
                row.absence_reason.clone().into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into study_attendance (record_id, person_id, staff_no, name, post_name, away, present, absence_reason)",
        "",
        rows,
    )
    .await?;
    Ok(())
}

/// Confirmed records of a year with the people who attended.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn confirmed_attendance(tx: &mut Tx, year: i32) -> Result<Vec<(RecordId, i64)>, DbError> {
    let rows = tx
        .all(
            sql("select id, attended from study_record
                 where state = 'confirmed' and substr(for_month, 1, 4) = $1 order by id")
            .bind(format!("{year:04}")),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("id")?, row.get("attended")?)))
        .collect()
}
