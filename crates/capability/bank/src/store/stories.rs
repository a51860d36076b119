//! What was done to versions, and what waits for somebody.

use chengzhi_db::{DbError, Tx, sql};
use chengzhi_kernel::{AccountId, Timestamp};

/// A line of a version's story.
#[derive(Debug, Clone)]
pub struct Event {
    /// The version.
    pub version_id: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by_name: String,
    /// What was done, in Chinese.
    pub event: String,
    /// Why.
    pub note: String,
}

/// Adds a line to the stories of versions.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn note(
    tx: &mut Tx,
    ids: &[i64],
    (event, note): (&str, &str),
    by: (AccountId, &str),
    now: Timestamp,
) -> Result<(), DbError> {
    let rows = ids
        .iter()
        .map(|id| {
            vec![
                (*id).into(),
                now.into(),
                by.0.into(),
                by.1.into(),
                event.into(),
                note.into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into bank_event (version_id, at, by_id, by_name, event, note)",
        "",
        rows,
    )
    .await?;
    Ok(())
}

/// The story of all versions of a question, newest first.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn events(tx: &mut Tx, question: i64) -> Result<Vec<Event>, DbError> {
    let rows = tx
        .all(
            sql(
                "select e.* from bank_event e join bank_version v on v.id = e.version_id
                 where v.question_id = $1 order by e.id desc limit 200",
            )
            .bind(question),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Event {
                version_id: row.get("version_id")?,
                at: row.get("at")?,
                by_name: row.get("by_name")?,
                event: row.get("event")?,
                note: row.get("note")?,
            })
        })
        .collect()
}

/// What waits for somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WaitingCounts {
    /// Handed to the city.
    pub proposed: i64,
    /// Reviewed, not yet in use.
    pub reviewed: i64,
    /// Quarantined, of any unit.
    pub quarantined: i64,
    /// Drafts that were sent back.
    pub returned: i64,
}

/// Counts of what waits; `units` is a condition on `v.unit_id`.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn waiting(tx: &mut Tx, units: &str) -> Result<WaitingCounts, DbError> {
    let count = |condition: &str| {
        format!("cast(coalesce(sum(case when {condition} then 1 else 0 end), 0) as bigint)")
    };
    let text = format!(
        "select {} as proposed, {} as reviewed, {} as quarantined, {} as returned
         from bank_version v where v.state in ('draft', 'proposed', 'reviewed', 'quarantined')",
        count(&format!("v.state = 'proposed' and {units}")),
        count(&format!("v.state = 'reviewed' and {units}")),
        count("v.state = 'quarantined'"),
        count(&format!(
            "v.state = 'draft' and v.state_note <> '' and {units}"
        )),
    );
    let row = tx.one(sql(text)).await?;
    Ok(WaitingCounts {
        proposed: row.get("proposed")?,
        reviewed: row.get("reviewed")?,
        quarantined: row.get("quarantined")?,
        returned: row.get("returned")?,
    })
}
