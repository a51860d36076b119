//! The squad hands in, or takes a hand-in back before anybody reads it.

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_http::{Ctx, FieldError, Problem, Unknown};
use serde_json::json;

use crate::domain::blockers::{Blocker, Whole, blockers};
use crate::domain::film::FilmFacts;
use crate::domain::half::SlotKey;
use crate::domain::state::{Event, next};
use crate::domain::stats::Outcome;
use crate::store::hand_ins::{self, Decision, NewHandIn};
use crate::store::{records, sessions};

use super::access::reviewers;
use super::case::{self, Case, Full};
use super::save::{RosterChanges, sync_roster, touch};
use super::{refused, words};

/// Hands in a complete record. Being in time is judged by this very instant.
///
/// # Errors
/// 404 outside the scope; 409 for an old version or a state that does not allow it; 422
/// `drill.incomplete` with everything that is missing.
pub async fn submit(ctx: &Ctx, scope: &Scope, key: SlotKey, version: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = case::take(&mut tx, ctx, scope, key).await?;
    let to = next(case.state, Event::Submit).map_err(refused)?;
    case.check_version(version)?;
    let reviewers = reviewers(&mut tx, ctx, &case).await?;
    let reviewer = reviewers
        .regular
        .as_ref()
        .map(|unit| unit.id)
        .ok_or_else(|| {
            Problem::conflict(
                "drill.no_reviewer",
                "本中队没有审核单位，不能提交；请联系市局核对机构设置。",
            )
        })?;
    let (full, _) = current(&mut tx, ctx, &case).await?;
    let missing = missing(&case, &full, ctx);
    if !missing.is_empty() {
        return Err(incomplete(missing));
    }
    let content = case::content_of(&full);
    let text = serde_json::to_string(&content).map_err(|error| Unknown::log(&error))?;
    let window = *case.window();
    let tree = case.tree.clone();
    let record = case.record_mut()?;
    let seq = hand_ins::of_record(&mut tx, record.id).await?.len();
    record.state = to;
    record.round += 1;
    if record.first_submitted_at.is_none() {
        let starts = full.iter().filter_map(|session| session.film.as_ref());
        let latest = starts.map(|film| film.upload_started_at).max();
        record.first_submitted_at = Some(ctx.now);
        record.first_counted_at = Some(window.counted_at(ctx.now, latest));
    }
    record.reviewer = Some(reviewer);
    record.passed_up = false;
    record.hold = None;
    for session in &full {
        sessions::put_attendance(&mut tx, session.id, &session.attendance).await?;
    }
    records::put(&mut tx, record).await?;
    let digest = chengzhi_db::digest(text.as_bytes());
    let review_due_at = window.review_due(ctx.now);
    hand_ins::insert(
        &mut tx,
        NewHandIn {
            record: record.id,
            seq: u32::try_from(seq).unwrap_or(u32::MAX).saturating_add(1),
            round: record.round,
            at: ctx.now,
            by: ctx.actor.account_id,
            by_name: ctx.actor.name.clone(),
            content: text,
            digest: digest.clone(),
            review_due_at,
            review_late_at: window.review_late_from(review_due_at),
            reviewer,
        },
    )
    .await?;
    words::note_event(&mut tx, ctx, record, Event::Submit, None, None).await?;
    tx.audit(
        ctx.audit("drill.submit", words::subject(record))
            .unit(key.unit)
            .detail(json!({
                "month": key.month.to_string(), "half": key.half.number(), "round": record.round,
                "digest": digest,
                "on_time": record.first_counted_at.map(|at| window.on_time(at)),
            })),
    );
    tx.emit(words::outbox("drill.submitted", record));
    touch(&mut tx, ctx, &case, &tree).await?;
    tx.commit().await?;
    Ok(())
}

/// The sessions of an open record with the rosters of their days read anew, and who came onto or
/// fell off the lists since they were stored.
pub(super) async fn current(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
) -> Result<(Vec<Full>, RosterChanges), Problem> {
    let mut full = case::sessions_of(tx, case.record.as_ref()).await?;
    let mut told = RosterChanges::default();
    for (index, session) in full.iter_mut().enumerate() {
        let synced = sync_roster(
            tx,
            ctx,
            case,
            &session.session,
            &session.attendance,
            &[],
            index,
        )
        .await?;
        session.attendance = synced.rows;
        told.joined.extend(synced.joined);
        told.left.extend(synced.left);
    }
    Ok((full, told))
}

/// What keeps these sessions from being handed in now.
pub(super) fn missing(case: &Case, full: &[Full], ctx: &Ctx) -> Vec<Blocker> {
    let films: Vec<Option<FilmFacts>> = full
        .iter()
        .map(|session| session.film.as_ref().map(|film| film.facts(&session.marks)))
        .collect();
    let wholes: Vec<Whole<'_>> = full
        .iter()
        .zip(&films)
        .map(|(session, film)| Whole {
            session: &session.session,
            attendance: &session.attendance,
            film: film.as_ref(),
        })
        .collect();
    blockers(&wholes, case.window(), case.rules.params(), ctx.now)
}

/// Takes a hand-in back. The first one then never was: handing in again counts by its own time.
///
/// # Errors
/// 404 outside the scope; 409 once somebody reads it, or for an old version.
pub async fn withdraw(ctx: &Ctx, scope: &Scope, key: SlotKey, version: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = case::take(&mut tx, ctx, scope, key).await?;
    let to = next(case.state, Event::Withdraw).map_err(refused)?;
    case.check_version(version)?;
    let tree = case.tree.clone();
    let record = case.record_mut()?;
    let decision = Decision {
        outcome: Outcome::Withdrawn,
        at: ctx.now,
        by: ctx.actor.account_id,
        by_name: ctx.actor.name.clone(),
        home: None,
        working_days: None,
        reason: None,
        note: None,
        checks: None,
    };
    hand_ins::decide(&mut tx, record.id, decision).await?;
    words::note_event(&mut tx, ctx, record, Event::Withdraw, None, None).await?;
    record.state = to;
    record.round = record.round.saturating_sub(1);
    if record.round == 0 {
        record.first_submitted_at = None;
        record.first_counted_at = None;
    }
    record.reviewer = None;
    record.passed_up = false;
    record.hold = None;
    records::put(&mut tx, record).await?;
    tx.audit(
        ctx.audit("drill.withdraw", words::subject(record))
            .unit(key.unit)
            .detail(json!({"month": key.month.to_string(), "half": key.half.number()})),
    );
    touch(&mut tx, ctx, &case, &tree).await?;
    tx.commit().await?;
    Ok(())
}

fn incomplete(missing: Vec<Blocker>) -> Problem {
    let count = missing.len();
    let errors = missing
        .into_iter()
        .map(|blocker| FieldError {
            row: None,
            field: Some(blocker.field),
            message: blocker.message,
        })
        .collect();
    Problem::invalid(
        "drill.incomplete",
        format!("还有{count}处需要补充，补齐后再提交。"),
    )
    .with_errors(errors)
}
