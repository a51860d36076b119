//! The reviewer's commands: take, put back, pass up, confirm, send back, refuse for good.

use chengzhi_assessment::facade::{self as assessment, StudyAward};
use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem, Unknown};
use chengzhi_kernel::{Month, UnitId};
use chengzhi_reporting::Hold;
use serde_json::json;

use crate::domain::reasons;
use crate::domain::review::{may_pass_up, may_review};
use crate::domain::state::{Event, State, next};
use crate::domain::stats::Outcome;
use crate::domain::window::HOLD_MINUTES;
use crate::domain::{Deny, session::Attendee};
use crate::store::BOOK;
use crate::store::hand_ins::{self, Decision};
use crate::store::records::{self, Record};

use super::access::{home_unit, review_facts, reviewers};
use super::case::{self, Case};
use super::{bad_field, refused, words};

/// Loads a record for a reviewer and checks, in this order: scope, version, state, who may, hold.
async fn take_for_review(
    tx: &mut Tx,
    ctx: &Ctx,
    scope: &Scope,
    slot: (UnitId, Month),
    version: Option<i64>,
    event: Event,
) -> Result<(Case, State), Problem> {
    let case = case::take(tx, ctx, scope, slot.0, slot.1).await?;
    let to = next(case.state, event).map_err(refused)?;
    if let Some(version) = version {
        case.check_version(version)?;
    }
    let reviewers = reviewers(tx, ctx, &case).await?;
    let facts = review_facts(tx, ctx, &case, &reviewers)
        .await?
        .ok_or_else(|| {
            refused(Deny::new(
                "study.not_reviewer",
                format!("这条记录由{}审核。", reviewers.name()),
            ))
        })?;
    match event {
        Event::PassUp => may_pass_up(&facts, reviewers.name()),
        Event::Release => Ok(()),
        _ => may_review(&facts, reviewers.name(), reviewers.city_name()),
    }
    .map_err(refused)?;
    if let Some(hold) = other_hold(ctx, case.record.as_ref()) {
        return Err(refused(held(hold)));
    }
    Ok((case, to))
}

/// Somebody else's hold that has not run out.
#[must_use]
pub fn other_hold<'a>(ctx: &Ctx, record: Option<&'a Record>) -> Option<&'a Hold> {
    record?
        .hold
        .as_ref()
        .filter(|hold| hold.by != ctx.actor.account_id && ctx.now < hold.until)
}

/// The sentence that says who reads it and until when.
#[must_use]
pub fn held(hold: &Hold) -> Deny {
    Deny::new(
        "study.held",
        format!(
            "{}正在审核这条记录，保留到{}；请稍后再试，或请其放回。",
            hold.name,
            hold.until.format_cn()
        ),
    )
}

/// Takes a record to read it: for half an hour nobody else decides or changes it. Opening again
/// lengthens the hold.
///
/// # Errors
/// 404 outside the scope; 409 for an old version, a wrong state, four eyes, or another's hold.
pub async fn open(
    ctx: &Ctx,
    scope: &Scope,
    slot: (UnitId, Month),
    version: i64,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let event = Event::OpenReview;
    let (mut case, to) = take_for_review(&mut tx, ctx, scope, slot, Some(version), event).await?;
    let record = case.record_mut()?;
    let fresh = record.hold.is_none();
    record.state = to;
    record.hold = Some(Hold {
        by: ctx.actor.account_id,
        name: ctx.actor.name.clone(),
        until: ctx.now.plus_minutes(HOLD_MINUTES),
    });
    records::put(&mut tx, record).await?;
    if fresh {
        words::note_event(&mut tx, ctx, record, event, None, None).await?;
        tx.audit(
            ctx.audit("study.open_review", words::subject(record))
                .unit(slot.0),
        );
    }
    tx.commit().await?;
    Ok(())
}

/// Puts a record back. Only the holder can; putting back what is not held is refused.
///
/// # Errors
/// 404 outside the scope; 409 when it is not held, or by somebody else.
pub async fn release(ctx: &Ctx, scope: &Scope, slot: (UnitId, Month)) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let (mut case, to) = take_for_review(&mut tx, ctx, scope, slot, None, Event::Release).await?;
    let record = case.record_mut()?;
    if record.hold.take().is_none() {
        return Err(refused(Deny::new(
            "study.not_held",
            "记录没有被占用，无需放回。",
        )));
    }
    record.state = to;
    records::put(&mut tx, record).await?;
    words::note_event(&mut tx, ctx, record, Event::Release, None, None).await?;
    tx.audit(
        ctx.audit("study.release", words::subject(record))
            .unit(slot.0),
    );
    tx.commit().await?;
    Ok(())
}

/// Passes a record that is his to review, but that four eyes keep from him, to the city's training
/// office.
///
/// # Errors
/// 404 outside the scope; 409 when he may decide himself, or there is no such office.
pub async fn pass_up(
    ctx: &Ctx,
    scope: &Scope,
    slot: (UnitId, Month),
    version: i64,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let event = Event::PassUp;
    let (mut case, to) = take_for_review(&mut tx, ctx, scope, slot, Some(version), event).await?;
    let reviewers = reviewers(&mut tx, ctx, &case).await?;
    let Some(city) = reviewers.city else {
        return Err(refused(Deny::new(
            "study.no_city_office",
            "市局尚未设置教育培训部门，不能转送；请联系市局。",
        )));
    };
    let record = case.record_mut()?;
    record.state = to;
    record.hold = None;
    record.reviewer = Some(city.id);
    record.passed_up = true;
    records::put(&mut tx, record).await?;
    BOOK.hand_over(&mut tx, record.id, city.id).await?;
    words::note_event(
        &mut tx,
        ctx,
        record,
        event,
        None,
        Some(format!("转{}", city.name)),
    )
    .await?;
    tx.audit(
        ctx.audit("study.pass_up", words::subject(record))
            .unit(slot.0)
            .detail(json!({"to": city.id.get()})),
    );
    tx.commit().await?;
    Ok(())
}

/// Confirms a record: attendance goes to the ledger in the same transaction. After the lock it is
/// marked as reviewed late.
///
/// # Errors
/// 404 outside the scope; 409 for an old version, a wrong state, four eyes, or another's hold.
pub async fn confirm(
    ctx: &Ctx,
    scope: &Scope,
    slot: (UnitId, Month),
    version: i64,
    note: &str,
) -> Result<(), Problem> {
    let note = words::optional("note", "审核意见", note, 500)?;
    let mut tx = ctx.db().write().await?;
    let event = Event::Confirm;
    let (mut case, to) = take_for_review(&mut tx, ctx, scope, slot, Some(version), event).await?;
    decide(
        &mut tx,
        ctx,
        &mut case,
        Outcome::Confirmed,
        None,
        &note,
        None,
    )
    .await?;
    let record = case.record_mut()?;
    record.state = to;
    record.decided_at = Some(ctx.now);
    records::put(&mut tx, record).await?;
    let rows = records::attendance(&mut tx, record.id).await?;
    let awards = awards(record, &rows)?;
    assessment::post_study(&mut tx, Some(ctx.actor.account_id), ctx.now, &awards).await?;
    words::note_event(&mut tx, ctx, record, event, None, Some(note)).await?;
    tx.audit(
        ctx.audit("study.confirm", words::subject(record))
            .unit(slot.0)
            .detail(json!({
                "month": slot.1.to_string(), "round": record.round, "people": awards.len(),
                "late": record.reviewed_late,
            })),
    );
    tx.emit(words::outbox("study.confirmed", record));
    tx.commit().await?;
    Ok(())
}

/// Why a record goes back or is refused.
#[derive(Debug, Clone)]
pub struct Complaint {
    /// Code of the list.
    pub reason_code: String,
    /// In the reviewer's words.
    pub note: String,
    /// Fields pointed at.
    pub fields: Vec<String>,
}

/// Sends a record back, to be mended within the month (B-39).
///
/// # Errors
/// As [`confirm`]; 422 for an unknown reason, or 其他 without a note.
pub async fn send_back(
    ctx: &Ctx,
    scope: &Scope,
    slot: (UnitId, Month),
    version: i64,
    complaint: Complaint,
) -> Result<(), Problem> {
    complain(ctx, scope, slot, version, complaint, Event::Return).await
}

/// Refuses a record for good; only after the lock.
///
/// # Errors
/// As [`send_back`].
pub async fn reject(
    ctx: &Ctx,
    scope: &Scope,
    slot: (UnitId, Month),
    version: i64,
    complaint: Complaint,
) -> Result<(), Problem> {
    complain(ctx, scope, slot, version, complaint, Event::Reject).await
}

async fn complain(
    ctx: &Ctx,
    scope: &Scope,
    slot: (UnitId, Month),
    version: i64,
    complaint: Complaint,
    event: Event,
) -> Result<(), Problem> {
    let note = words::optional("note", "说明", &complaint.note, 1_000)?;
    let reason = reasons::check(&complaint.reason_code, &note).map_err(|deny| {
        let field = if deny.code == "study.reason" {
            "reason_code"
        } else {
            "note"
        };
        bad_field(field, deny.text)
    })?;
    if complaint.fields.len() > 20 || complaint.fields.iter().any(|field| field.len() > 60) {
        return Err(bad_field("fields", "标注的字段过多或过长。"));
    }
    let mut tx = ctx.db().write().await?;
    let (mut case, to) = take_for_review(&mut tx, ctx, scope, slot, Some(version), event).await?;
    let outcome = if event == Event::Reject {
        Outcome::Rejected
    } else {
        Outcome::Returned
    };
    let fields = serde_json::to_string(&complaint.fields).map_err(|e| Unknown::log(&e))?;
    decide(
        &mut tx,
        ctx,
        &mut case,
        outcome,
        Some(reason.code),
        &note,
        Some(fields),
    )
    .await?;
    let record = case.record_mut()?;
    record.state = to;
    if event == Event::Reject {
        record.decided_at = Some(ctx.now);
    } else {
        record.reviewer = None;
        record.passed_up = false;
        record.reviewed_late = None;
    }
    records::put(&mut tx, record).await?;
    words::note_event(&mut tx, ctx, record, event, Some(reason.code), Some(note)).await?;
    let (action, topic) = match event {
        Event::Reject => ("study.reject", "study.rejected"),
        _ => ("study.return", "study.returned"),
    };
    tx.audit(
        ctx.audit(action, words::subject(record))
            .unit(slot.0)
            .detail(json!({
                "month": slot.1.to_string(), "round": record.round, "reason": reason.text,
            })),
    );
    tx.emit(words::outbox(topic, record));
    tx.commit().await?;
    Ok(())
}

/// Ends the open hand-in and notes whether that was late.
async fn decide(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &mut Case,
    outcome: Outcome,
    reason: Option<&str>,
    note: &str,
    fields: Option<String>,
) -> Result<(), Problem> {
    let home = home_unit(tx, ctx).await?;
    let year = case.rules.year.clone();
    let record = case.record_mut()?;
    let open = hand_ins::of_record(tx, record.id)
        .await?
        .into_iter()
        .find(|hand_in| hand_in.outcome.is_none())
        .ok_or_else(Problem::stale)?;
    record.hold = None;
    record.reviewed_late = Some(ctx.now >= open.review_due_at);
    let decision = Decision {
        outcome,
        at: ctx.now,
        by: ctx.actor.account_id,
        by_name: ctx.actor.name.clone(),
        home,
        working_days: year.working_days(open.submitted_at, ctx.now),
        reason: reason.map(str::to_owned),
        note: Some(note.to_owned()).filter(|text| !text.is_empty()),
        fields,
    };
    if !hand_ins::decide(tx, record.id, decision).await? {
        return Err(Problem::stale());
    }
    Ok(())
}

/// What a confirmed record earns: the month's hour for each who was there (B-41, B-42).
pub(super) fn awards(record: &Record, rows: &[Attendee]) -> Result<Vec<StudyAward>, Problem> {
    let held_on = record.session.held_on.ok_or_else(|| {
        refused(Deny::new(
            "study.no_day",
            "记录没有学习日期，不能通过，请退回补正。",
        ))
    })?;
    Ok(rows
        .iter()
        .filter(|row| row.present)
        .map(|row| StudyAward {
            person: row.person_id,
            for_month: record.month,
            happened_on: held_on,
            source: source(record),
        })
        .collect())
}

/// The ledger's name for a record.
pub(super) fn source(record: &Record) -> String {
    format!("study:{}", record.id)
}
