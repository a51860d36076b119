//! Small things several commands share: names in the history, digests, text limits.

use chengzhi_db::{OutboxEvent, Tx};
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Month, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::domain::half::Half;
use crate::domain::state::Event;
use crate::store::records::{self, HistoryLine, Record};

use super::bad_field;

/// SHA-256 of a text, hex.
#[must_use]
pub fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// Trims a text and checks that it is there and not too long.
///
/// # Errors
/// 422 for the field.
pub fn required(field: &str, label: &str, text: &str, limit: usize) -> Result<String, Problem> {
    let text = optional(field, label, text, limit)?;
    if text.is_empty() {
        return Err(bad_field(field, format!("请填写{label}。")));
    }
    Ok(text)
}

/// Trims a text and checks its length.
///
/// # Errors
/// 422 for the field.
pub fn optional(field: &str, label: &str, text: &str, limit: usize) -> Result<String, Problem> {
    let text = text.trim();
    let length = text.chars().count();
    if length > limit {
        return Err(bad_field(
            field,
            format!("{label}现有{length}个字，最多{limit}个字，请精简。"),
        ));
    }
    Ok(text.to_owned())
}

/// A file's name for lists: without control characters, at most 120 characters.
#[must_use]
pub fn file_label(name: &str) -> String {
    let clean: String = name.chars().filter(|c| !c.is_control()).take(120).collect();
    if clean.trim().is_empty() {
        "未命名".to_owned()
    } else {
        clean
    }
}

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
    records::add_history(
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
            "unit_id": record.slot.unit.get(),
            "month": record.slot.month.to_string(),
            "half": record.slot.half.number(),
            "round": record.round,
        })
        .to_string(),
    }
}

/// The subject of audit lines about a record.
#[must_use]
pub fn subject(record: &Record) -> String {
    format!("drill_record:{}", record.id)
}

/// `2024-11` of a path or query.
///
/// # Errors
/// 422 for anything else.
pub fn month_of(text: &str) -> Result<Month, Problem> {
    text.parse()
        .map_err(|_| bad_field("month", "月份请写成2024-11的样子。"))
}

/// 1 or 2 of a path.
///
/// # Errors
/// 422 for anything else.
pub fn half_of(number: u32) -> Result<Half, Problem> {
    Half::from_number(number).ok_or_else(|| bad_field("half", "上半月写1，下半月写2。"))
}

/// A year that has months.
///
/// # Errors
/// 422 for anything else.
pub fn year_of(year: Option<i32>, now: Timestamp) -> Result<i32, Problem> {
    let year = year.unwrap_or_else(|| Month::of(now.date()).year());
    Month::new(year, 1)
        .map(Month::year)
        .ok_or_else(|| bad_field("year", "年份不在可用范围内。"))
}
