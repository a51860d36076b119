//! Correcting attendance after a record was confirmed: posts or reverses in the ledger.

use chengzhi_assessment::facade::{self as assessment, StudyAward};
use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem};
use chengzhi_kernel::{Month, PersonId, UnitId};
use serde_json::json;

use crate::domain::review::may_review;
use crate::domain::session::head_count;
use crate::domain::state::{Event, next};
use crate::domain::{Deny, session::Attendee};
use crate::store::records;

use super::access::{review_facts, reviewers};
use super::case;
use super::review::source;
use super::{bad_field, refused, words};

/// One correction.
#[derive(Debug, Clone)]
pub struct Correction {
    /// Who.
    pub person: PersonId,
    /// What is right.
    pub present: bool,
    /// How it is known.
    pub reason: String,
    /// Version it was made from, when the caller knows it.
    pub version: Option<i64>,
}

/// Corrects one person's attendance. It reopens nothing and ends with the year.
///
/// # Errors
/// 404 outside the scope; 409 before confirmation, after the year, for four eyes, or when nothing
/// would change; 422 for somebody who was not on the roster of that day, or without a reason.
pub async fn correct(
    ctx: &Ctx,
    scope: &Scope,
    slot: (UnitId, Month),
    correction: Correction,
) -> Result<(), Problem> {
    let reason = words::required("reason", "更正原因", &correction.reason, 200)?;
    let mut tx = ctx.db().write().await?;
    let mut case = case::take(&mut tx, ctx, scope, slot.0, slot.1).await?;
    let to = next(case.state, Event::Correct).map_err(refused)?;
    if let Some(version) = correction.version {
        case.check_version(version)?;
    }
    let until = case.window().correct_until();
    if ctx.now >= until {
        return Err(refused(Deny::new(
            "study.year_closed",
            format!("出勤更正应在{}前办理，现已截止。", until.format_bound_cn()),
        )));
    }
    let reviewers = reviewers(&mut tx, ctx, &case).await?;
    let facts = review_facts(&mut tx, ctx, &case, &reviewers)
        .await?
        .unwrap_or_default();
    may_review(&facts, reviewers.name(), reviewers.city_name()).map_err(refused)?;
    let params = case.rules.year.params;
    let record = case.record_mut()?;
    let mut rows = records::attendance(&mut tx, record.id).await?;
    let held_on = record.session.held_on.ok_or_else(Problem::not_found)?;
    if !rows.iter().any(|row| row.person_id == correction.person) {
        // Somebody whose transfer or return was recorded only after the session.
        let roster = case::roster(&mut tx, slot.0, held_on, &params).await?;
        let late = roster
            .into_iter()
            .find(|row| row.person_id == correction.person)
            .ok_or_else(|| {
                bad_field(
                    "person_id",
                    "此人不在学习当日的名册上，不能更正；漏学人员由区局组织补训。",
                )
            })?;
        rows.push(late);
    }
    let row = rows
        .iter_mut()
        .find(|row| row.person_id == correction.person)
        .ok_or_else(Problem::not_found)?;
    if row.present == correction.present {
        return Err(refused(Deny::new(
            "study.no_change",
            format!(
                "{}已登记为{}，无需更正。",
                row.name,
                if row.present { "参加" } else { "缺席" }
            ),
        )));
    }
    mark(row, correction.present, &reason);
    let note = format!(
        "{}更正为{}：{reason}",
        row.name,
        if correction.present {
            "参加"
        } else {
            "缺席"
        }
    );
    (record.attended, record.expected) = head_count(&rows);
    record.state = to;
    records::put_attendance(&mut tx, record.id, &rows).await?;
    records::put(&mut tx, record).await?;
    let actor = Some(ctx.actor.account_id);
    if correction.present {
        let award = StudyAward {
            person: correction.person,
            for_month: record.month,
            happened_on: held_on,
            source: source(record),
        };
        assessment::post_study(&mut tx, actor, ctx.now, &[award]).await?;
    } else {
        let from = source(record);
        assessment::reverse_study(&mut tx, actor, ctx.now, correction.person, &from, &reason)
            .await?;
    }
    words::note_event(&mut tx, ctx, record, Event::Correct, None, Some(note)).await?;
    tx.audit(
        ctx.audit("study.correct", words::subject(record))
            .unit(slot.0)
            .detail(json!({
                "month": slot.1.to_string(), "person": correction.person.get(),
                "present": correction.present, "reason": reason,
            })),
    );
    tx.emit(words::outbox("study.corrected", record));
    tx.commit().await?;
    Ok(())
}

fn mark(row: &mut Attendee, present: bool, reason: &str) {
    row.present = present;
    row.absence_reason = (!present).then(|| reason.to_owned());
}
