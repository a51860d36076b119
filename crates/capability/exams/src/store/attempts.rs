//! Attempts: who sits which form, and where his sitting stands.

use chengzhi_db::{Arg, DbError, Row, Tx, sql};
use chengzhi_kernel::{PersonId, Timestamp, UnitId};

use crate::domain::AttemptId;
use crate::domain::sitting::{Clock, Pause, Sitting, State, Terms};

/// An attempt as stored, with the sequence of its last answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Row id.
    pub id: AttemptId,
    /// Exam.
    pub exam: i64,
    /// Form.
    pub form: i64,
    /// Whose.
    pub person: PersonId,
    /// His unit.
    pub unit: UnitId,
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// State and extra time; [`Attempt::sitting`] makes the rest.
    state: State,
    extra: i64,
    started: Option<Timestamp>,
    ended: Option<Timestamp>,
    device: u32,
    since: i64,
    pauses: Vec<Pause>,
    last: i64,
}

fn decode(column: &str, wanted: &'static str) -> DbError {
    DbError::Decode {
        column: column.to_owned(),
        wanted,
    }
}

fn attempt(row: &Row) -> Result<Attempt, DbError> {
    let state: String = row.get("state")?;
    let pauses: String = row.get("pauses")?;
    let id: i64 = row.get("id")?;
    Ok(Attempt {
        id: AttemptId::from(id),
        exam: row.get("exam_id")?,
        form: row.get("form_id")?,
        person: row.get("person_id")?,
        unit: row.get("unit_id")?,
        staff_no: row.get("staff_no")?,
        name: row.get("name")?,
        state: State::from_code(&state).ok_or_else(|| decode("state", "sitting state"))?,
        extra: row.get("extra")?,
        started: row.get("started_at")?,
        ended: row.get("ended_at")?,
        device: row.get("device")?,
        since: row.get("since")?,
        pauses: serde_json::from_str(&pauses).map_err(|_| decode("pauses", "list of pauses"))?,
        last: row.get("last")?,
    })
}

impl Attempt {
    /// Whether it was begun.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        self.state != State::NotStarted
    }

    /// The sitting as the domain knows it.
    #[must_use]
    pub fn sitting(&self, terms: &Terms) -> Sitting {
        Sitting {
            stored: self.state,
            clock: self.started.map(|start| Clock {
                start,
                duration: terms.duration,
                extra: self.extra,
                window_end: terms.closes,
                pauses: self.pauses.clone(),
            }),
            extra: self.extra,
            device: self.device,
            sequence: self.last.cast_unsigned(),
            since: self.since.cast_unsigned(),
            ended: self.ended,
        }
    }
}

const COLUMNS: &str = "a.*, cast(coalesce((select max(n.sequence) from exam_answer n where n.attempt_id = a.id), 0) \
                       as bigint) as last from exam_attempt a";

/// An attempt by id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn by_id(tx: &mut Tx, id: AttemptId) -> Result<Option<Attempt>, DbError> {
    tx.opt(sql(format!("select {COLUMNS} where a.id = $1")).bind(id.get()))
        .await?
        .as_ref()
        .map(attempt)
        .transpose()
}

/// A person's attempt at an exam.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_person(
    tx: &mut Tx,
    exam: i64,
    person: PersonId,
) -> Result<Option<Attempt>, DbError> {
    tx.opt(
        sql(format!(
            "select {COLUMNS} where a.exam_id = $1 and a.person_id = $2"
        ))
        .bind(exam)
        .bind(person),
    )
    .await?
    .as_ref()
    .map(attempt)
    .transpose()
}

/// A person's attempts at sealed exams, the newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn all_of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<Attempt>, DbError> {
    let rows = tx
        .all(
            sql(format!(
                "select {COLUMNS} join exam e on e.id = a.exam_id
                 where a.person_id = $1 and e.state = 'sealed' order by e.opens_at desc, a.id desc"
            ))
            .bind(person),
        )
        .await?;
    rows.iter().map(attempt).collect()
}

/// All attempts of an exam, by id.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_exam(tx: &mut Tx, exam: i64) -> Result<Vec<Attempt>, DbError> {
    let rows = tx
        .all(
            sql(format!(
                "select {COLUMNS} where a.exam_id = $1 order by a.id"
            ))
            .bind(exam),
        )
        .await?;
    rows.iter().map(attempt).collect()
}

/// All attempts of a session with their numbers: the session's own exam first, then further attempts.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_session(tx: &mut Tx, session: i64) -> Result<Vec<(u32, Attempt)>, DbError> {
    numbered(tx, session, None).await
}

/// A person's attempts in a session with their numbers, the first first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_person_in(
    tx: &mut Tx,
    session: i64,
    person: PersonId,
) -> Result<Vec<(u32, Attempt)>, DbError> {
    numbered(tx, session, Some(person)).await
}

async fn numbered(
    tx: &mut Tx,
    session: i64,
    person: Option<PersonId>,
) -> Result<Vec<(u32, Attempt)>, DbError> {
    let only = person.map_or_else(String::new, |person| {
        format!(" and a.person_id = {}", person.get())
    });
    let rows = tx
        .all(
            sql(format!(
                "select r.number as number, {COLUMNS} join exam_round r on r.exam_id = a.exam_id
                 where r.session_id = $1{only} order by r.number, a.id"
            ))
            .bind(session),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("number")?, attempt(row)?)))
        .collect()
}

/// Somebody who is to sit an exam.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttempt {
    /// Form.
    pub form: i64,
    /// Person.
    pub person: PersonId,
    /// His unit.
    pub unit: UnitId,
    /// 工号.
    pub staff_no: String,
    /// 姓名.
    pub name: String,
    /// Extra seconds.
    pub extra: i64,
}

/// Makes the attempts of an exam.
///
/// # Errors
/// [`DbError`]; a unique violation when somebody is named twice.
pub async fn insert_all(tx: &mut Tx, exam: i64, list: &[NewAttempt]) -> Result<(), DbError> {
    let rows = list
        .iter()
        .map(|new| {
            vec![
                Arg::from(exam),
                new.form.into(),
                new.person.into(),
                new.unit.into(),
                new.staff_no.clone().into(),
                new.name.clone().into(),
                new.extra.into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into exam_attempt (exam_id, form_id, person_id, unit_id, staff_no, name, extra)",
        "",
        rows,
    )
    .await?;
    Ok(())
}

/// Stores where a sitting stands, if nobody else has changed device or state since `was`. False else.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put(
    tx: &mut Tx,
    id: AttemptId,
    was: (State, u32),
    now: &Sitting,
) -> Result<bool, DbError> {
    let pauses = now.clock.as_ref().map_or(&[][..], |clock| &clock.pauses);
    let pauses = serde_json::to_string(pauses).map_err(|_| decode("pauses", "list of pauses"))?;
    let changed = tx
        .run(
            sql(
                "update exam_attempt set state = $4, started_at = $5, ended_at = $6, device = $7, since = $8, pauses = $9
                 where id = $1 and state = $2 and device = $3",
            )
            .bind(id.get())
            .bind(was.0.code())
            .bind(was.1)
            .bind(now.stored.code())
            .bind(now.clock.as_ref().map(|clock| clock.start))
            .bind(now.ended)
            .bind(now.device)
            .bind(now.since.cast_signed())
            .bind(pauses),
        )
        .await?;
    Ok(changed == 1)
}

/// State and device of an attempt as stored.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn stands(tx: &mut Tx, id: AttemptId) -> Result<Option<(State, u32)>, DbError> {
    let row = tx
        .opt(sql("select state, device from exam_attempt where id = $1").bind(id.get()))
        .await?;
    row.map(|row| {
        let state: String = row.get("state")?;
        let state = State::from_code(&state).ok_or_else(|| decode("state", "sitting state"))?;
        Ok((state, row.get("device")?))
    })
    .transpose()
}

/// Adds a line to what happened in a sitting.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_event(
    tx: &mut Tx,
    id: AttemptId,
    at: Timestamp,
    by_name: &str,
    event: &str,
) -> Result<(), DbError> {
    add_event_with(tx, id, at, by_name, event, None).await
}

/// Adds a line with a note.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add_event_with(
    tx: &mut Tx,
    id: AttemptId,
    at: Timestamp,
    by_name: &str,
    event: &str,
    note: Option<&str>,
) -> Result<(), DbError> {
    tx.run(
        sql("insert into exam_attempt_event (attempt_id, at, by_name, event, note) values ($1, $2, $3, $4, $5)")
            .bind(id.get())
            .bind(at)
            .bind(by_name)
            .bind(event)
            .bind(note),
    )
    .await?;
    Ok(())
}

/// How often something happened in a sitting.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn count_events(tx: &mut Tx, id: AttemptId, event: &str) -> Result<i64, DbError> {
    tx.one(
        sql("select cast(count(*) as bigint) as n from exam_attempt_event where attempt_id = $1 and event = $2")
            .bind(id.get())
            .bind(event),
    )
    .await?
    .get("n")
}
