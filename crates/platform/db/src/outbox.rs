//! Events between capabilities, stored with the change that caused them.

use chengzhi_kernel::Timestamp;

use crate::query::{Arg, sql};
use crate::{DbError, Tx};

/// Something that happened, for other capabilities to act on.
#[derive(Debug, Clone)]
pub struct OutboxEvent {
    /// Row id; 0 before it is stored.
    pub id: i64,
    /// Stable name, `study.confirmed`.
    pub topic: String,
    /// The same key is stored once: a repeated command causes no second event.
    pub dedup_key: String,
    /// JSON body.
    pub payload: String,
}

pub(crate) async fn store(
    tx: &mut Tx,
    now: Timestamp,
    events: Vec<OutboxEvent>,
) -> Result<(), DbError> {
    let rows = events
        .into_iter()
        .map(|event| {
            vec![
                Arg::from(now),
                event.topic.into(),
                event.dedup_key.into(),
                event.payload.into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into outbox (at, topic, dedup_key, payload)",
        "on conflict (dedup_key) do nothing",
        rows,
    )
    .await?;
    Ok(())
}

/// The oldest events not yet delivered.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn undelivered(tx: &mut Tx, limit: i64) -> Result<Vec<OutboxEvent>, DbError> {
    let rows = tx
        .all(
            sql("select id, topic, dedup_key, payload from outbox where delivered_at is null order by id limit $1")
                .bind(limit),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(OutboxEvent {
                id: row.get("id")?,
                topic: row.get("topic")?,
                dedup_key: row.get("dedup_key")?,
                payload: row.get("payload")?,
            })
        })
        .collect()
}

/// Marks an event as delivered.
///
/// # Errors
/// [`DbError`] from the engine.
pub async fn mark_delivered(tx: &mut Tx, id: i64) -> Result<(), DbError> {
    let now = tx.wall_now();
    tx.run(
        sql("update outbox set delivered_at = $1 where id = $2")
            .bind(now)
            .bind(id),
    )
    .await?;
    Ok(())
}
