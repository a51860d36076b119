//! The unit hands in, or takes a hand-in back before anybody reads it.

use chengzhi_authz::Scope;
use chengzhi_db::Tx;
use chengzhi_files::{SIMILAR_DISTANCE, look_distance};
use chengzhi_http::{Ctx, FieldError, Problem, Unknown};
use chengzhi_kernel::{Month, UnitId};
use chengzhi_organisation::facade::UnitKind;
use serde_json::json;

use crate::domain::blockers::{Blocker, blockers};
use crate::domain::session;
use crate::domain::snapshot::{Content, PhotoRef};
use crate::domain::state::{Event, next};
use crate::domain::stats::Outcome;
use crate::store::hand_ins::{self, Decision, NewHandIn};
use crate::store::photos::Photo;
use crate::store::records::Record;
use crate::store::{photos, records};

use super::access::{Reviewers, reviewers};
use super::case::{self, Case};
use super::save::{sync_roster, touch};
use super::{refused, words};

/// Hands in a complete record. Being in time is judged by this very instant.
///
/// # Errors
/// 404 outside the scope; 409 for an old version or a state that does not allow it; 422
/// `study.incomplete` with everything that is missing.
pub async fn submit(
    ctx: &Ctx,
    scope: &Scope,
    unit: UnitId,
    month: Month,
    version: i64,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = case::take(&mut tx, ctx, scope, unit, month).await?;
    let to = next(case.state, Event::Submit).map_err(refused)?;
    case.check_version(version)?;
    let reviewers = reviewers(&mut tx, ctx, &case).await?;
    let (reviewer, passed_up) = route(&mut tx, ctx, &case, &reviewers).await?;
    let record = case.record.clone().ok_or_else(Problem::not_found)?;
    let stored = records::attendance(&mut tx, record.id).await?;
    let synced = sync_roster(&mut tx, ctx, &case, &record.session, &stored, &[]).await?;
    let photos = photos::of_record(&mut tx, record.id).await?;
    let params = &case.rules.year.params;
    let missing = blockers(
        &record.session,
        &synced.rows,
        photos.len(),
        case.window(),
        params,
        ctx.now,
    );
    if !missing.is_empty() {
        return Err(incomplete(missing));
    }
    let window = *case.window();
    let content = Content {
        session: record.session.clone(),
        attendance: synced.rows,
        photos: photos
            .iter()
            .map(|photo| PhotoRef {
                hash: photo.hash.clone(),
                name: photo.name.clone(),
            })
            .collect(),
    };
    let text = serde_json::to_string(&content).map_err(|error| Unknown::log(&error))?;
    let seq = hand_ins::of_record(&mut tx, record.id).await?.len();
    let tree = case.tree.clone();
    let record = case.record_mut()?;
    record.state = to;
    record.round += 1;
    record.first_submitted_at.get_or_insert(ctx.now);
    record.reviewer = Some(reviewer);
    record.passed_up = passed_up;
    record.hold = None;
    (record.attended, record.expected) = session::head_count(&content.attendance);
    records::put_attendance(&mut tx, record.id, &content.attendance).await?;
    records::put(&mut tx, record).await?;
    let digest = chengzhi_db::digest(text.as_bytes());
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
            review_due_at: window.review_due(ctx.now),
            reviewer,
        },
    )
    .await?;
    find_look_alikes(&mut tx, record, &photos).await?;
    words::note_event(&mut tx, ctx, record, Event::Submit, None, None).await?;
    tx.audit(
        ctx.audit("study.submit", words::subject(record))
            .unit(unit)
            .detail(json!({
                "month": month.to_string(), "round": record.round, "digest": digest,
                "on_time": window.on_time(ctx.now),
            })),
    );
    tx.emit(words::outbox("study.submitted", record));
    touch(&mut tx, ctx, &case, &tree).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a hand-in back. The first one then never was: handing in again counts by its own time.
///
/// # Errors
/// 404 outside the scope; 409 once somebody reads it, or for an old version.
pub async fn withdraw(
    ctx: &Ctx,
    scope: &Scope,
    unit: UnitId,
    month: Month,
    version: i64,
) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let mut case = case::take(&mut tx, ctx, scope, unit, month).await?;
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
        fields: None,
    };
    hand_ins::decide(&mut tx, record.id, decision).await?;
    words::note_event(&mut tx, ctx, record, Event::Withdraw, None, None).await?;
    record.state = to;
    record.round = record.round.saturating_sub(1);
    if record.round == 0 {
        record.first_submitted_at = None;
    }
    record.reviewer = None;
    record.passed_up = false;
    record.hold = None;
    records::put(&mut tx, record).await?;
    tx.audit(
        ctx.audit("study.withdraw", words::subject(record))
            .unit(unit)
            .detail(json!({"month": month.to_string()})),
    );
    touch(&mut tx, ctx, &case, &tree).await?;
    tx.commit().await?;
    Ok(())
}

/// Who reviews this hand-in: the reviewing unit, or the city's training office for the very section
/// that reviews for the bureau, which may not review itself.
async fn route(
    tx: &mut Tx,
    ctx: &Ctx,
    case: &Case,
    reviewers: &Reviewers,
) -> Result<(UnitId, bool), Problem> {
    let Some(regular) = &reviewers.regular else {
        return Err(Problem::conflict(
            "study.no_reviewer",
            "本单位没有审核单位，不能提交；请联系市局核对机构设置。",
        ));
    };
    if regular.kind == UnitKind::DistrictBureau
        && case.unit.kind == UnitKind::Section
        && let Some(city) = &reviewers.city
    {
        let year_ago = ctx.now.plus_days(-366);
        let reviews = case.unit.trains
            || hand_ins::is_reviewers_home(tx, regular.id, case.unit.id, year_ago).await?;
        if reviews {
            return Ok((city.id, true));
        }
    }
    Ok((regular.id, false))
}

fn incomplete(missing: Vec<Blocker>) -> Problem {
    let count = missing.len();
    let errors = missing
        .into_iter()
        .map(|blocker| FieldError {
            row: None,
            field: Some(blocker.field.to_owned()),
            message: blocker.message,
        })
        .collect();
    Problem::invalid(
        "study.incomplete",
        format!("还有{count}处需要补充，补齐后再提交。"),
    )
    .with_errors(errors)
}

/// Compares the photos of a record with those of all other records and remembers what is the same
/// or nearly the same, for the reviewer.
pub(super) async fn find_look_alikes(
    tx: &mut Tx,
    record: &Record,
    photos: &[Photo],
) -> Result<(), Problem> {
    if photos.is_empty() {
        return Ok(());
    }
    let others = photos::others(tx, record.id).await?;
    let mut pairs = Vec::new();
    for photo in photos {
        for (other, hash, look) in &others {
            if *hash == photo.hash {
                pairs.push((photo.id, *other, "same"));
            } else if look.is_some_and(|look| look_distance(look, photo.look) <= SIMILAR_DISTANCE) {
                pairs.push((photo.id, *other, "similar"));
            }
        }
    }
    // A picture used a thousand times is told well enough by its first hundred uses.
    pairs.truncate(100);
    photos::add_look_alikes(tx, pairs).await?;
    Ok(())
}
