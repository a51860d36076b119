//! Films of sessions and the marks of their check.

use std::collections::HashMap;

use chengzhi_db::{Arg, DbError, Row, Tx, int_list, sql};
use chengzhi_kernel::{AccountId, RecordId, Timestamp, UnitId};

use crate::domain::film::{CheckState, FilmFacts, FilmMark, Findings, Severity};

/// A stored film.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Film {
    /// Row id.
    pub id: i64,
    /// Session.
    pub session_id: i64,
    /// Upload it came by.
    pub upload_id: String,
    /// SHA-256 of the content.
    pub hash: String,
    /// Name on the sender's disk.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// Upload begun.
    pub upload_started_at: Timestamp,
    /// Upload ended.
    pub upload_finished_at: Timestamp,
    /// Where its check stands.
    pub check: CheckState,
    /// Why it could not be checked, if so.
    pub check_note: Option<String>,
    /// When the check ended.
    pub checked_at: Option<Timestamp>,
    /// Decoded length.
    pub duration_ms: Option<i64>,
    /// Capture time by metadata, RFC 3339.
    pub captured_at: Option<String>,
}

impl Film {
    /// What verdicts need of it.
    #[must_use]
    pub fn facts(&self, marks: &[FilmMark]) -> FilmFacts {
        FilmFacts {
            state: self.check,
            duration_ms: self.duration_ms,
            marks: marks
                .iter()
                .map(|mark| (mark.kind.clone(), mark.severity))
                .collect(),
        }
    }
}

fn wrong(column: &str, wanted: &'static str) -> DbError {
    DbError::Decode {
        column: column.to_owned(),
        wanted,
    }
}

fn film(row: &Row) -> Result<Film, DbError> {
    let check: String = row.get("check_state")?;
    Ok(Film {
        id: row.get("id")?,
        session_id: row.get("session_id")?,
        upload_id: row.get("upload_id")?,
        hash: row.get("hash")?,
        name: row.get("name")?,
        size: row.get("size")?,
        upload_started_at: row.get("upload_started_at")?,
        upload_finished_at: row.get("upload_finished_at")?,
        check: CheckState::from_code(&check).ok_or_else(|| wrong("check_state", "check state"))?,
        check_note: row.get("check_note")?,
        checked_at: row.get("checked_at")?,
        duration_ms: row.get("duration_ms")?,
        captured_at: row.get("captured_at")?,
    })
}

/// The films that stand on sessions, by session.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_sessions(tx: &mut Tx, sessions: &[i64]) -> Result<HashMap<i64, Film>, DbError> {
    let list = int_list(sessions.iter().copied());
    let rows = tx
        .all(sql(format!(
            "select * from drill_film where session_id in {list} and removed_at is null"
        )))
        .await?;
    rows.iter()
        .map(|row| film(row).map(|film| (film.session_id, film)))
        .collect()
}

/// A film to be attached.
#[derive(Debug, Clone)]
pub struct NewFilm {
    /// Session.
    pub session_id: i64,
    /// See [`Film`].
    pub upload_id: String,
    /// See [`Film`].
    pub hash: String,
    /// See [`Film`].
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// See [`Film`].
    pub started_at: Timestamp,
    /// See [`Film`].
    pub finished_at: Timestamp,
}

/// Attaches a film in place of the one that stands, if any.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn attach(
    tx: &mut Tx,
    new: NewFilm,
    by: (AccountId, &str),
    now: Timestamp,
) -> Result<i64, DbError> {
    detach(tx, new.session_id, now).await?;
    let row = tx
        .one(
            sql(
                "insert into drill_film (session_id, upload_id, hash, name, size, upload_started_at,
                   upload_finished_at, added_at, added_by, added_by_name)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id",
            )
            .bind(new.session_id)
            .bind(new.upload_id)
            .bind(new.hash)
            .bind(new.name)
            .bind(new.size)
            .bind(new.started_at)
            .bind(new.finished_at)
            .bind(now)
            .bind(by.0)
            .bind(by.1),
        )
        .await?;
    row.get("id")
}

/// Takes the film off a session. False when there is none.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn detach(tx: &mut Tx, session: i64, now: Timestamp) -> Result<bool, DbError> {
    let removed = tx
        .run(
            sql("update drill_film set removed_at = $1 where session_id = $2 and removed_at is null")
                .bind(now)
                .bind(session),
        )
        .await?;
    Ok(removed == 1)
}

/// Marks of films, by film, in the order of time.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn marks(tx: &mut Tx, films: &[i64]) -> Result<HashMap<i64, Vec<FilmMark>>, DbError> {
    let list = int_list(films.iter().copied());
    let rows = tx
        .all(sql(format!(
            "select * from drill_mark where film_id in {list} order by film_id, at_ms, id"
        )))
        .await?;
    let mut found: HashMap<i64, Vec<FilmMark>> = HashMap::new();
    for row in &rows {
        let severity: String = row.get("severity")?;
        found
            .entry(row.get("film_id")?)
            .or_default()
            .push(FilmMark {
                at_ms: row.get("at_ms")?,
                until_ms: row.get("until_ms")?,
                kind: row.get("kind")?,
                severity: Severity::from_code(&severity)
                    .ok_or_else(|| wrong("severity", "severity"))?,
                text: row.get("text")?,
                thumb_hash: row.get("thumb_hash")?,
            });
    }
    Ok(found)
}

/// What the checks of records' films found, and how many of the films are not checked yet.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn findings(
    tx: &mut Tx,
    records: &[RecordId],
) -> Result<HashMap<RecordId, (Findings, u32)>, DbError> {
    let list = int_list(records.iter().map(|id| id.get()));
    let mut found: HashMap<RecordId, (Findings, u32)> = HashMap::new();
    let open = tx
        .all(sql(format!(
            "select s.record_id, cast(count(*) as bigint) as n
             from drill_film f join drill_session s on s.id = f.session_id
             where f.removed_at is null and s.removed_at is null
               and f.check_state in ('waiting', 'running') and s.record_id in {list}
             group by s.record_id"
        )))
        .await?;
    for row in &open {
        found.entry(row.get("record_id")?).or_default().1 = row.get("n")?;
    }
    let rows = tx
        .all(sql(format!(
            "select s.record_id, m.severity, cast(count(*) as bigint) as n
             from drill_mark m join drill_film f on f.id = m.film_id
             join drill_session s on s.id = f.session_id
             where f.removed_at is null and s.removed_at is null and s.record_id in {list}
             group by s.record_id, m.severity"
        )))
        .await?;
    for row in &rows {
        let severity: String = row.get("severity")?;
        let count: u32 = row.get("n")?;
        let severity =
            Severity::from_code(&severity).ok_or_else(|| wrong("severity", "severity"))?;
        let entry = found.entry(row.get("record_id")?).or_default();
        entry.0.add(severity, count);
    }
    Ok(found)
}

/// A film that waits for its check, with what the check must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Film.
    pub film: Film,
    /// Squad's record.
    pub record_id: RecordId,
    /// Day of the session, if entered.
    pub held_on: Option<chengzhi_kernel::Date>,
    /// Minutes of rest as entered.
    pub rest_minutes: u32,
    /// Times the check was begun before.
    pub tries: u32,
}

/// Films whose check has not begun, oldest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn waiting(tx: &mut Tx, limit: i64) -> Result<Vec<Waiting>, DbError> {
    let rows = tx
        .all(
            sql(
                "select f.*, s.record_id, s.held_on, s.rest_minutes from drill_film f
                 join drill_session s on s.id = f.session_id
                 where f.check_state = 'waiting' and f.removed_at is null and s.removed_at is null
                 order by f.id limit $1",
            )
            .bind(limit),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Waiting {
                film: film(row)?,
                record_id: row.get("record_id")?,
                held_on: row.get("held_on")?,
                rest_minutes: row.get::<Option<u32>>("rest_minutes")?.unwrap_or(0),
                tries: row.get("check_tries")?,
            })
        })
        .collect()
}

/// Takes a waiting film for its check. False when somebody else did.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn take(tx: &mut Tx, film: i64) -> Result<bool, DbError> {
    let taken = tx
        .run(
            sql(
                "update drill_film set check_state = 'running', check_tries = check_tries + 1
                 where id = $1 and check_state = 'waiting'",
            )
            .bind(film),
        )
        .await?;
    Ok(taken == 1)
}

/// Puts one film back whose check did not end.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_back(tx: &mut Tx, film: i64) -> Result<(), DbError> {
    tx.run(
        sql("update drill_film set check_state = 'waiting' where id = $1 and check_state = 'running'")
            .bind(film),
    )
    .await?;
    Ok(())
}

/// Hashes of the pictures of a content's marks.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn thumbs_of(tx: &mut Tx, hash: &str) -> Result<Vec<String>, DbError> {
    tx.all(
        sql(
            "select distinct m.thumb_hash from drill_mark m join drill_film f on f.id = m.film_id
             where f.hash = $1 and m.thumb_hash is not null order by m.thumb_hash",
        )
        .bind(hash),
    )
    .await?
    .iter()
    .map(|row| row.get("thumb_hash"))
    .collect()
}

/// Puts films back whose check was begun and never ended (the process died).
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn put_back_running(tx: &mut Tx) -> Result<u64, DbError> {
    tx.run(sql(
        "update drill_film set check_state = 'waiting' where check_state = 'running'",
    ))
    .await
}

/// The end of a check.
#[derive(Debug, Clone)]
pub struct Checked {
    /// How it ended.
    pub state: CheckState,
    /// Why it could not be checked.
    pub note: Option<String>,
    /// Decoded length.
    pub duration_ms: Option<i64>,
    /// Capture time, RFC 3339.
    pub captured_at: Option<String>,
    /// Marks.
    pub marks: Vec<FilmMark>,
}

/// Writes down the end of a check; marks of an earlier one are replaced. False for a film that is
/// not there.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn end_check(
    tx: &mut Tx,
    film: i64,
    checked: Checked,
    now: Timestamp,
) -> Result<bool, DbError> {
    let touched = tx
        .run(
            sql(
                "update drill_film set check_state = $1, check_note = $2, duration_ms = $3,
                   captured_at = $4, checked_at = $5
                 where id = $6",
            )
            .bind(checked.state.code())
            .bind(checked.note)
            .bind(checked.duration_ms)
            .bind(checked.captured_at)
            .bind(now)
            .bind(film),
        )
        .await?;
    if touched == 0 {
        return Ok(false);
    }
    put_marks(tx, film, checked.marks).await?;
    Ok(true)
}

/// Writes down what a first look told while the whole check is still to come or under way. False
/// when it has ended.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn first_look(
    tx: &mut Tx,
    film: i64,
    duration_ms: i64,
    marks: Vec<FilmMark>,
) -> Result<bool, DbError> {
    let touched = tx
        .run(
            sql("update drill_film set duration_ms = $1 where id = $2 and check_state in ('waiting', 'running')")
                .bind(duration_ms)
                .bind(film),
        )
        .await?;
    if touched == 0 {
        return Ok(false);
    }
    put_marks(tx, film, marks).await?;
    Ok(true)
}

async fn put_marks(tx: &mut Tx, film: i64, marks: Vec<FilmMark>) -> Result<(), DbError> {
    tx.run(sql("delete from drill_mark where film_id = $1").bind(film))
        .await?;
    let rows = marks
        .into_iter()
        .map(|mark| {
            vec![
                Arg::from(film),
                mark.at_ms.into(),
                mark.until_ms.into(),
                mark.kind.into(),
                mark.severity.code().into(),
                mark.text.into(),
                mark.thumb_hash.into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into drill_mark (film_id, at_ms, until_ms, kind, severity, text, thumb_hash)",
        "",
        rows,
    )
    .await?;
    Ok(())
}

/// The record a film stands or stood on.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn record_of(tx: &mut Tx, film: i64) -> Result<Option<RecordId>, DbError> {
    tx.opt(
        sql(
            "select s.record_id from drill_film f join drill_session s on s.id = f.session_id
             where f.id = $1",
        )
        .bind(film),
    )
    .await?
    .map(|row| row.get("record_id"))
    .transpose()
}

/// Record and squad whose session's film a content is or was, the newest first, among units that
/// `units` (a condition on `r.unit_id`) names.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn place_of(
    tx: &mut Tx,
    hash: &str,
    units: &str,
) -> Result<Option<(RecordId, UnitId)>, DbError> {
    tx.opt(
        sql(format!(
            "select r.id, r.unit_id from drill_film f join drill_session s on s.id = f.session_id
             join drill_record r on r.id = s.record_id
             where f.hash = $1 and {units} order by f.id desc limit 1"
        ))
        .bind(hash),
    )
    .await?
    .map(|row| Ok((row.get("id")?, row.get("unit_id")?)))
    .transpose()
}
