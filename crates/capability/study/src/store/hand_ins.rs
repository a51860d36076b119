//! Hand-ins with their whole content, and what the reviewer made of them.

use chengzhi_db::{DbError, Row, Tx, sql};
use chengzhi_kernel::{AccountId, RecordId, Timestamp, UnitId};

use crate::domain::snapshot::Content;
use crate::domain::stats::Outcome;

/// A stored hand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredHandIn {
    /// Row id.
    pub id: i64,
    /// Position among all hand-ins of the record, withdrawn ones included.
    pub seq: u32,
    /// Round.
    pub round: u32,
    /// When.
    pub submitted_at: Timestamp,
    /// By whom.
    pub submitted_by_name: String,
    /// Content as JSON.
    pub content: String,
    /// SHA-256 of the content, hex.
    pub digest: String,
    /// Until when to be reviewed.
    pub review_due_at: Timestamp,
    /// By which unit.
    pub reviewer: UnitId,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// When.
    pub decided_at: Option<Timestamp>,
}

impl StoredHandIn {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(StoredHandIn {
            id: row.get("id")?,
            seq: row.get("seq")?,
            round: row.get("round")?,
            submitted_at: row.get("submitted_at")?,
            submitted_by_name: row.get("submitted_by_name")?,
            content: row.get("content")?,
            digest: row.get("digest")?,
            review_due_at: row.get("review_due_at")?,
            reviewer: row.get("reviewer_unit_id")?,
            outcome: row
                .get::<Option<String>>("outcome")?
                .and_then(|code| Outcome::from_code(&code)),
            decided_at: row.get("decided_at")?,
        })
    }

    /// The content; empty when it cannot be read any more.
    #[must_use]
    pub fn content(&self) -> Content {
        serde_json::from_str(&self.content).unwrap_or_default()
    }
}

/// All hand-ins of a record in order.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn of_record(tx: &mut Tx, record: RecordId) -> Result<Vec<StoredHandIn>, DbError> {
    let rows = tx
        .all(sql("select * from study_hand_in where record_id = $1 order by seq").bind(record))
        .await?;
    rows.iter().map(StoredHandIn::from_row).collect()
}

/// A hand-in to be stored.
#[derive(Debug, Clone)]
pub struct NewHandIn {
    /// Record.
    pub record: RecordId,
    /// See [`StoredHandIn`].
    pub seq: u32,
    /// See [`StoredHandIn`].
    pub round: u32,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: AccountId,
    /// Name.
    pub by_name: String,
    /// Content as JSON.
    pub content: String,
    /// Its SHA-256.
    pub digest: String,
    /// Until when to be reviewed.
    pub review_due_at: Timestamp,
    /// By which unit.
    pub reviewer: UnitId,
}

/// Stores a hand-in.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn insert(tx: &mut Tx, new: NewHandIn) -> Result<(), DbError> {
    tx.run(
        sql(
            "insert into study_hand_in (record_id, seq, round, submitted_at, submitted_by,
               submitted_by_name, content, digest, review_due_at, reviewer_unit_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(new.record)
        .bind(new.seq)
        .bind(new.round)
        .bind(new.at)
        .bind(new.by)
        .bind(new.by_name)
        .bind(new.content)
        .bind(new.digest)
        .bind(new.review_due_at)
        .bind(new.reviewer),
    )
    .await?;
    Ok(())
}

/// What a reviewer (or a withdrawing unit) decided.
#[derive(Debug, Clone)]
pub struct Decision {
    /// How.
    pub outcome: Outcome,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: AccountId,
    /// Name.
    pub by_name: String,
    /// The unit he belongs to, to know whose records the bureau cannot review itself.
    pub home: Option<UnitId>,
    /// Working days since the hand-in.
    pub working_days: Option<i64>,
    /// Reason code.
    pub reason: Option<String>,
    /// Note.
    pub note: Option<String>,
    /// Fields pointed at, as JSON.
    pub fields: Option<String>,
}

/// Ends the open hand-in of a record. False when there was none.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn decide(tx: &mut Tx, record: RecordId, decision: Decision) -> Result<bool, DbError> {
    let touched = tx
        .run(
            sql(
                "update study_hand_in set outcome = $1, decided_at = $2, decided_by = $3,
                   decided_by_name = $4, decided_home_unit_id = $5, working_days = $6,
                   reason_code = $7, note = $8, fields = $9
                 where record_id = $10 and outcome is null",
            )
            .bind(decision.outcome.code())
            .bind(decision.at)
            .bind(decision.by)
            .bind(decision.by_name)
            .bind(decision.home)
            .bind(decision.working_days)
            .bind(decision.reason)
            .bind(decision.note)
            .bind(decision.fields)
            .bind(record),
        )
        .await?;
    Ok(touched == 1)
}

/// Whether people of `home` have decided for `reviewer` since `since`: then `home` is the section
/// that reviews, and cannot review itself.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn is_reviewers_home(
    tx: &mut Tx,
    reviewer: UnitId,
    home: UnitId,
    since: Timestamp,
) -> Result<bool, DbError> {
    Ok(tx
        .opt(
            sql("select id from study_hand_in
                 where reviewer_unit_id = $1 and decided_home_unit_id = $2 and decided_at >= $3
                   and outcome <> 'withdrawn' limit 1")
            .bind(reviewer)
            .bind(home)
            .bind(since),
        )
        .await?
        .is_some())
}
