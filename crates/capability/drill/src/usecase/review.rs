//! The reviewer's commands: take, put back, pass up, confirm, send back, refuse for good.

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, Problem, Unknown};
use chengzhi_reporting::Hold;
use serde_json::json;

use crate::domain::Deny;
use crate::domain::checklist::{Checked, may_confirm};
use crate::domain::half::SlotKey;
use crate::domain::reasons;
use crate::domain::review::{may_pass_up, may_review};
use crate::domain::state::{Event, State, next};
use crate::domain::stats::Outcome;
use crate::domain::verdict::{Item, Verdict, judge};
use crate::domain::window::HOLD_MINUTES;
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
    key: SlotKey,
    version: Option<i64>,
    event: Event,
) -> Result<(Case, State), Problem> {
    let case = case::take(tx, ctx, scope, key).await?;
    let to = next(case.state, event).map_err(refused)?;
    if let Some(version) = version {
        case.check_version(version)?;
    }
    let reviewers = reviewers(tx, ctx, &case).await?;
    let facts = review_facts(tx, ctx, &case, &reviewers)
        .await?
        .ok_or_else(|| {
            refused(Deny::new(
                "drill.not_reviewer",
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
        "drill.held",
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
pub async fn open(ctx: &Ctx, scope: &Scope, key: SlotKey, version: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let event = Event::OpenReview;
    let (mut case, to) = take_for_review(&mut tx, ctx, scope, key, Some(version), event).await?;
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
            ctx.audit("drill.open_review", words::subject(record))
                .unit(key.unit),
        );
    }
    tx.commit().await?;
    Ok(())
}

/// Puts a record back. Only the holder can; putting back what is not held is refused.
///
/// # Errors
/// 404 outside the scope; 409 when it is not held, or by somebody else.
pub async fn release(ctx: &Ctx, scope: &Scope, key: SlotKey) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let (mut case, to) = take_for_review(&mut tx, ctx, scope, key, None, Event::Release).await?;
    let record = case.record_mut()?;
    if record.hold.take().is_none() {
        return Err(refused(Deny::new(
            "drill.not_held",
            "记录没有被占用，无需放回。",
        )));
    }
    record.state = to;
    records::put(&mut tx, record).await?;
    words::note_event(&mut tx, ctx, record, Event::Release, None, None).await?;
    tx.audit(
        ctx.audit("drill.release", words::subject(record))
            .unit(key.unit),
    );
    tx.commit().await?;
    Ok(())
}

/// Passes a record that is his to review, but that four eyes keep from him, to the city's training
/// office.
///
/// # Errors
/// 404 outside the scope; 409 when he may decide himself, or there is no such office.
pub async fn pass_up(ctx: &Ctx, scope: &Scope, key: SlotKey, version: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let event = Event::PassUp;
    let (mut case, to) = take_for_review(&mut tx, ctx, scope, key, Some(version), event).await?;
    let reviewers = reviewers(&mut tx, ctx, &case).await?;
    let Some(city) = reviewers.city else {
        return Err(refused(Deny::new(
            "drill.no_city_office",
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
        ctx.audit("drill.pass_up", words::subject(record))
            .unit(key.unit)
            .detail(json!({"to": city.id.get()})),
    );
    tx.commit().await?;
    Ok(())
}

/// What the arithmetic says of each session of a record as it was handed in.
///
/// # Errors
/// 500 from the engine.
pub(super) async fn computed(
    tx: &mut Tx,
    case: &Case,
) -> Result<Vec<(i64, Vec<Verdict>)>, Problem> {
    let full = case::sessions_of(tx, case.record.as_ref()).await?;
    Ok(full
        .iter()
        .map(|session| {
            let film = session.film.as_ref().map(|film| film.facts(&session.marks));
            let verdicts = judge(
                &session.session,
                &session.attendance,
                film.as_ref(),
                case.rules.params(),
            );
            (session.id, verdicts)
        })
        .collect())
}

/// Confirms a record: its sessions count. Every clause of the check list is answered; after the
/// lock the decision is marked as late.
///
/// # Errors
/// 404 outside the scope; 409 for an old version, a wrong state, four eyes, or another's hold; 422
/// for a clause that is not answered, broken, or overruled without a word.
pub async fn confirm(
    ctx: &Ctx,
    scope: &Scope,
    key: SlotKey,
    version: i64,
    note: &str,
    answers: Vec<Checked>,
) -> Result<(), Problem> {
    let note = words::optional("note", "审核意见", note, 500)?;
    let answers = tidy_answers(answers)?;
    let mut tx = ctx.db().write().await?;
    let event = Event::Confirm;
    let (mut case, to) = take_for_review(&mut tx, ctx, scope, key, Some(version), event).await?;
    let verdicts: Vec<Verdict> = computed(&mut tx, &case)
        .await?
        .into_iter()
        .flat_map(|(_, verdicts)| verdicts)
        .collect();
    may_confirm(&answers, &verdicts)
        .map_err(|(item, deny)| bad_field(&format!("checks.{}", item.code()), deny.text))?;
    decide(
        &mut tx,
        ctx,
        &mut case,
        Outcome::Confirmed,
        None,
        &note,
        &answers,
    )
    .await?;
    let record = case.record_mut()?;
    record.state = to;
    record.decided_at = Some(ctx.now);
    records::put(&mut tx, record).await?;
    words::note_event(&mut tx, ctx, record, event, None, Some(note)).await?;
    tx.audit(
        ctx.audit("drill.confirm", words::subject(record))
            .unit(key.unit)
            .detail(json!({
                "month": key.month.to_string(), "half": key.half.number(), "round": record.round,
                "late": record.reviewed_late,
            })),
    );
    tx.emit(words::outbox("drill.confirmed", record));
    tx.commit().await?;
    Ok(())
}

/// Known clauses once each, with short notes.
fn tidy_answers(answers: Vec<Checked>) -> Result<Vec<Checked>, Problem> {
    let mut kept: Vec<Checked> = Vec::new();
    for mut line in answers {
        let item = Item::from_code(&line.item)
            .ok_or_else(|| bad_field("checks", "核对项目有误，请刷新后再试。"))?;
        let field = format!("checks.{}", item.code());
        line.note = words::optional(&field, item.name(), &line.note, 300)?;
        if kept.iter().any(|other| other.item == line.item) {
            return Err(bad_field(&field, format!("“{}”填写了两遍。", item.name())));
        }
        kept.push(line);
    }
    Ok(kept)
}

/// Why a record goes back or is refused.
#[derive(Debug, Clone)]
pub struct Complaint {
    /// Code of the list.
    pub reason_code: String,
    /// In the reviewer's words.
    pub note: String,
    /// Check list, as far as answered.
    pub checks: Vec<Checked>,
}

/// Sends a record back, to be mended within the month (B-52).
///
/// # Errors
/// As [`confirm`]; 422 for an unknown reason, or 其他 without a note.
pub async fn send_back(
    ctx: &Ctx,
    scope: &Scope,
    key: SlotKey,
    version: i64,
    complaint: Complaint,
) -> Result<(), Problem> {
    complain(ctx, scope, key, version, complaint, Event::Return).await
}

/// Refuses a record for good; only after the lock.
///
/// # Errors
/// As [`send_back`].
pub async fn reject(
    ctx: &Ctx,
    scope: &Scope,
    key: SlotKey,
    version: i64,
    complaint: Complaint,
) -> Result<(), Problem> {
    complain(ctx, scope, key, version, complaint, Event::Reject).await
}

async fn complain(
    ctx: &Ctx,
    scope: &Scope,
    key: SlotKey,
    version: i64,
    complaint: Complaint,
    event: Event,
) -> Result<(), Problem> {
    let note = words::optional("note", "说明", &complaint.note, 1_000)?;
    let code = reasons::check(&complaint.reason_code, &note).map_err(|deny| {
        let field = if deny.code == "drill.reason" {
            "reason_code"
        } else {
            "note"
        };
        bad_field(field, deny.text)
    })?;
    let answers = tidy_answers(complaint.checks)?;
    let mut tx = ctx.db().write().await?;
    let (mut case, to) = take_for_review(&mut tx, ctx, scope, key, Some(version), event).await?;
    let outcome = if event == Event::Reject {
        Outcome::Rejected
    } else {
        Outcome::Returned
    };
    decide(
        &mut tx,
        ctx,
        &mut case,
        outcome,
        Some(code),
        &note,
        &answers,
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
    words::note_event(&mut tx, ctx, record, event, Some(code), Some(note)).await?;
    let (action, topic) = match event {
        Event::Reject => ("drill.reject", "drill.rejected"),
        _ => ("drill.return", "drill.returned"),
    };
    tx.audit(
        ctx.audit(action, words::subject(record))
            .unit(key.unit)
            .detail(json!({
                "month": key.month.to_string(), "half": key.half.number(), "round": record.round,
                "reason": reasons::word(code),
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
    answers: &[Checked],
) -> Result<(), Problem> {
    let checks = serde_json::to_string(answers).map_err(|error| Unknown::log(&error))?;
    let home = home_unit(tx, ctx).await?;
    let year = case.rules.year.clone();
    let record = case.record_mut()?;
    let open = hand_ins::of_record(tx, record.id)
        .await?
        .into_iter()
        .find(|hand_in| hand_in.outcome.is_none())
        .ok_or_else(Problem::stale)?;
    record.hold = None;
    record.reviewed_late = Some(ctx.now >= open.review_late_at);
    let decision = Decision {
        outcome,
        at: ctx.now,
        by: ctx.actor.account_id,
        by_name: ctx.actor.name.clone(),
        home,
        working_days: year.working_days(open.submitted_at, ctx.now),
        reason: reason.map(str::to_owned),
        note: Some(note.to_owned()).filter(|text| !text.is_empty()),
        checks: Some(checks).filter(|_| !answers.is_empty()),
    };
    if !hand_ins::decide(tx, record.id, decision).await? {
        return Err(Problem::stale());
    }
    Ok(())
}
