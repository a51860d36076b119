//! Small things several commands share: names in the history, text limits.

use chengzhi_db::{OutboxEvent, Tx};
pub use chengzhi_http::fields::{file_label, month_of, optional, required, year_of};
use chengzhi_http::{Ctx, Problem};
use chengzhi_reporting::HistoryLine;

use crate::domain::state::Event;
use crate::store::BOOK;
use crate::store::records::Record;

/// Adds what the actor did to the history of a record.
///
/// # Errors
/// 500 from the engine.
pub async fn note_event(
    tx: &mut Tx,
    ctx: &Ctx,
    record: &Record,
    event: Event,
    reason: Option<&str>,
    note: Option<String>,
) -> Result<(), Problem> {
    BOOK.add_history(
        tx,
        record.id,
        HistoryLine {
            at: ctx.now,
            by: Some(ctx.actor.account_id),
            by_name: ctx.actor.name.clone(),
            event: event.code().to_owned(),
            round: record.round,
            reason: reason.map(str::to_owned),
            note: note.filter(|text| !text.is_empty()),
        },
    )
    .await?;
    Ok(())
}

/// The event that other capabilities may act on; one per record and version.
#[must_use]
pub fn outbox(topic: &str, record: &Record) -> OutboxEvent {
    OutboxEvent {
        id: 0,
        topic: topic.to_owned(),
        dedup_key: format!("{topic}:{}:{}", record.id, record.version),
        payload: serde_json::json!({
            "record_id": record.id.get(),
            "unit_id": record.unit_id.get(),
            "month": record.month.to_string(),
            "round": record.round,
        })
        .to_string(),
    }
}

/// The subject of audit lines about a record.
#[must_use]
pub fn subject(record: &Record) -> String {
    format!("study_record:{}", record.id)
}
