//! Candidates of a session: who is in its range, what the district said, where he sits.

use std::collections::BTreeMap;

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{PersonId, Timestamp, UnitId};

use crate::domain::range::{Candidate, Source, State};

/// A candidate as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateRow {
    /// Row id.
    pub id: i64,
    /// Session.
    pub session: i64,
    /// Who, how he came in, where he stands.
    pub candidate: Candidate,
    /// The bureau that reviews him.
    pub district: UnitId,
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// Who reviewed him last.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Extra seconds.
    pub extra: i64,
    /// Needs a room without steps.
    pub accessible: bool,
    /// Why he gets extra time or another room.
    pub note: String,
    /// Room.
    pub room: Option<i64>,
    /// Seat in the room.
    pub seat: Option<u32>,
    /// Number of his admission ticket.
    pub ticket: Option<String>,
    /// Place of his form, from 0.
    pub form: Option<u32>,
    /// `leave` or `away` when he did not come.
    pub absence: Option<String>,
    /// Kind and reason of his leave.
    pub absence_note: Option<String>,
    /// Why his exam does not count.
    pub excluded: Option<String>,
}

fn decode(column: &str, wanted: &'static str) -> DbError {
    DbError::Decode {
        column: column.to_owned(),
        wanted,
    }
}

fn read(row: &Row) -> Result<CandidateRow, DbError> {
    let source: String = row.get("source")?;
    let state: String = row.get("state")?;
    Ok(CandidateRow {
        id: row.get("id")?,
        session: row.get("session_id")?,
        candidate: Candidate {
            person: row.get("person_id")?,
            unit: row.get("unit_id")?,
            source: Source::from_code(&source).ok_or_else(|| decode("source", "source"))?,
            state: State::from_code(&state).ok_or_else(|| decode("state", "candidate state"))?,
            reason: row.get("reason")?,
        },
        district: row.get("district_id")?,
        staff_no: row.get("staff_no")?,
        name: row.get("name")?,
        decided_by: row.get("decided_by_name")?,
        decided_at: row.get("decided_at")?,
        extra: row.get("extra")?,
        accessible: row.get("accessible")?,
        note: row.get("note")?,
        room: row.get("room_id")?,
        seat: row.get("seat")?,
        ticket: row.get("ticket")?,
        form: row.get("form")?,
        absence: row.get("absence")?,
        absence_note: row.get("absence_note")?,
        excluded: row.get("excluded")?,
    })
}

/// Somebody to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCandidate {
    /// Who and how he came in.
    pub candidate: Candidate,
    /// The bureau that reviews him.
    pub district: UnitId,
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
}

/// Adds candidates.
///
/// # Errors
/// [`DbError`]; a unique violation when somebody is in already.
pub async fn insert_all(tx: &mut Tx, session: i64, list: &[NewCandidate]) -> Result<(), DbError> {
    let rows = list
        .iter()
        .map(|new| {
            vec![
                Arg::from(session),
                new.candidate.person.into(),
                new.candidate.unit.into(),
                new.district.into(),
                new.staff_no.clone().into(),
                new.name.clone().into(),
                new.candidate.source.code().to_owned().into(),
                new.candidate.state.code().to_owned().into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into exam_candidate (session_id, person_id, unit_id, district_id, staff_no, name, source, state)",
        "",
        rows,
    )
    .await?;
    Ok(())
}

/// All candidates of a session, by district, unit and staff number.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_session(tx: &mut Tx, session: i64) -> Result<Vec<CandidateRow>, DbError> {
    let rows = tx
        .all(
            sql("select * from exam_candidate where session_id = $1 order by district_id, unit_id, staff_no")
                .bind(session),
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Candidates by id, those of one session.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_ids(
    tx: &mut Tx,
    session: i64,
    ids: &[i64],
) -> Result<BTreeMap<i64, CandidateRow>, DbError> {
    let list = int_list(ids.iter().copied());
    let rows = tx
        .all(
            sql(format!(
                "select * from exam_candidate where session_id = $1 and id in {list}"
            ))
            .bind(session),
        )
        .await?;
    rows.iter()
        .map(|row| read(row).map(|found| (found.id, found)))
        .collect()
}

/// A person as candidate of a session.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_person(
    tx: &mut Tx,
    session: i64,
    person: PersonId,
) -> Result<Option<CandidateRow>, DbError> {
    tx.opt(
        sql("select * from exam_candidate where session_id = $1 and person_id = $2")
            .bind(session)
            .bind(person),
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// All that a person was a candidate of, the latest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn all_of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<CandidateRow>, DbError> {
    let rows = tx
        .all(
            sql(
                "select c.* from exam_candidate c join exam_session s on s.id = c.session_id
                 where c.person_id = $1 order by s.opens_at desc, c.id desc",
            )
            .bind(person),
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Stores a candidate as he stands, if his state is still `was`. False else.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put(tx: &mut Tx, now: &CandidateRow, was: State) -> Result<bool, DbError> {
    let changed = tx
        .run(
            sql(
                "update exam_candidate set state = $3, reason = $4, decided_by_name = $5, decided_at = $6, extra = $7,
                   accessible = $8, note = $9, room_id = $10, seat = $11, ticket = $12, form = $13, absence = $14,
                   absence_note = $15, excluded = $16
                 where id = $1 and state = $2",
            )
            .bind(now.id)
            .bind(was.code())
            .bind(now.candidate.state.code())
            .bind(now.candidate.reason.clone())
            .bind(now.decided_by.clone())
            .bind(now.decided_at)
            .bind(now.extra)
            .bind(now.accessible)
            .bind(now.note.clone())
            .bind(now.room)
            .bind(now.seat)
            .bind(now.ticket.clone())
            .bind(now.form)
            .bind(now.absence.clone())
            .bind(now.absence_note.clone())
            .bind(now.excluded.clone()),
        )
        .await?;
    Ok(changed == 1)
}

/// Takes out candidates whom nobody has reviewed.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn remove(tx: &mut Tx, ids: &[i64]) -> Result<(), DbError> {
    let list = int_list(ids.iter().copied());
    tx.run(sql(format!(
        "delete from exam_candidate where id in {list} and state in ('nominated', 'carried_over')"
    )))
    .await?;
    Ok(())
}

/// Candidates per session and state.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn counts(
    tx: &mut Tx,
    sessions: &[i64],
    units: Option<&[i64]>,
) -> Result<BTreeMap<i64, BTreeMap<String, i64>>, DbError> {
    let list = int_list(sessions.iter().copied());
    let within = units.map_or_else(String::new, |units| {
        format!(" and unit_id in {}", int_list(units.iter().copied()))
    });
    let rows = tx
        .all(sql(format!(
            "select session_id, state, cast(count(*) as bigint) as n from exam_candidate
             where session_id in {list}{within} group by session_id, state"
        )))
        .await?;
    let mut found: BTreeMap<i64, BTreeMap<String, i64>> = BTreeMap::new();
    for row in &rows {
        found
            .entry(row.get("session_id")?)
            .or_default()
            .insert(row.get("state")?, row.get("n")?);
    }
    Ok(found)
}
