//! The reviewer's notes at moments of a film.

use chengzhi_db::{DbError, Tx, sql};
use chengzhi_kernel::{AccountId, RecordId, Timestamp};

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Row id.
    pub id: i64,
    /// Session it is about; none is the whole record.
    pub session_id: Option<i64>,
    /// Round of the hand-in.
    pub round: u32,
    /// Moment of the film, milliseconds.
    pub at_ms: Option<i64>,
    /// Words.
    pub text: String,
    /// When.
    pub written_at: Timestamp,
    /// Account.
    pub written_by: Option<AccountId>,
    /// Name.
    pub written_by_name: String,
}

/// Notes of a record: by round, then by moment.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_record(tx: &mut Tx, record: RecordId) -> Result<Vec<Note>, DbError> {
    let rows = tx
        .all(
            sql("select * from drill_note where record_id = $1
                 order by round, coalesce(session_id, 0), coalesce(at_ms, -1), id")
            .bind(record),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Note {
                id: row.get("id")?,
                session_id: row.get("session_id")?,
                round: row.get("round")?,
                at_ms: row.get("at_ms")?,
                text: row.get("text")?,
                written_at: row.get("written_at")?,
                written_by: row.get("written_by")?,
                written_by_name: row.get("written_by_name")?,
            })
        })
        .collect()
}

/// Adds a note.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn add(tx: &mut Tx, record: RecordId, note: Note) -> Result<(), DbError> {
    tx.run(
        sql(
            "insert into drill_note (record_id, session_id, round, at_ms, text, written_at, written_by,
               written_by_name)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(record)
        .bind(note.session_id)
        .bind(note.round)
        .bind(note.at_ms)
        .bind(note.text)
        .bind(note.written_at)
        .bind(note.written_by)
        .bind(note.written_by_name),
    )
    .await?;
    Ok(())
}

/// Takes back a note of one's own in the present round. False when there is none.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn remove(
    tx: &mut Tx,
    record: RecordId,
    note: i64,
    round: u32,
    by: AccountId,
) -> Result<bool, DbError> {
    let removed = tx
        .run(
            sql(
                "delete from drill_note where id = $1 and record_id = $2 and round = $3
                 and written_by = $4",
            )
            .bind(note)
            .bind(record)
            .bind(round)
            .bind(by),
        )
        .await?;
    Ok(removed == 1)
}
