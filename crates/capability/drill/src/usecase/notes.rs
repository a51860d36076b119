//! The reviewer's notes at moments of a film, while he reads a hand-in.

use chengzhi_authz::Scope;
use chengzhi_http::{Ctx, Problem};
use serde_json::json;

use crate::domain::Deny;
use crate::domain::half::SlotKey;
use crate::domain::review::may_review;
use crate::store::notes::{self, Note};

use super::access::{review_facts, reviewers};
use super::case::{self, Case};
use super::{bad_field, refused, words};

/// Most notes on one round.
const MOST_NOTES: usize = 200;

/// A note as written.
#[derive(Debug, Clone)]
pub struct NoteInput {
    /// Session it is about; none is the whole record.
    pub session_id: Option<i64>,
    /// Moment of the session's film, milliseconds.
    pub at_ms: Option<i64>,
    /// Words.
    pub text: String,
}

/// Writes a note on the present hand-in.
///
/// # Errors
/// 404 outside the scope; 409 when nothing waits for review or the caller may not review; 422 for a
/// field.
pub async fn add(ctx: &Ctx, scope: &Scope, key: SlotKey, input: NoteInput) -> Result<(), Problem> {
    let text = words::required("text", "意见", &input.text, 500)?;
    let mut tx = ctx.db().write().await?;
    let case = reviewed(&mut tx, ctx, scope, key).await?;
    let record = case.record.as_ref().ok_or_else(Problem::not_found)?;
    let sessions = case::sessions_of(&mut tx, Some(record)).await?;
    let session = match input.session_id {
        None => None,
        Some(id) => Some(
            sessions
                .iter()
                .find(|session| session.id == id)
                .ok_or_else(Problem::not_found)?,
        ),
    };
    if let Some(at) = input.at_ms {
        let Some(film) = session.and_then(|session| session.film.as_ref()) else {
            return Err(bad_field("at_ms", "时间标注须指明是哪次训练的影像。"));
        };
        if at < 0 || film.duration_ms.is_some_and(|length| at > length) {
            return Err(bad_field("at_ms", "标注的时间不在影像之内。"));
        }
    }
    let known = notes::of_record(&mut tx, record.id).await?;
    if known
        .iter()
        .filter(|note| note.round == record.round)
        .count()
        >= MOST_NOTES
    {
        return Err(bad_field(
            "text",
            format!("一次审核最多{MOST_NOTES}条意见，请合并。"),
        ));
    }
    let note = Note {
        id: 0,
        session_id: input.session_id,
        round: record.round,
        at_ms: input.at_ms,
        text,
        written_at: ctx.now,
        written_by: Some(ctx.actor.account_id),
        written_by_name: ctx.actor.name.clone(),
    };
    notes::add(&mut tx, record.id, note).await?;
    tx.audit(
        ctx.audit("drill.note_add", words::subject(record))
            .unit(key.unit)
            .detail(json!({"round": record.round, "at_ms": input.at_ms})),
    );
    tx.commit().await?;
    Ok(())
}

/// Takes back a note of one's own on the present hand-in.
///
/// # Errors
/// 404 outside the scope or for a note that is not his; 409 as [`add`].
pub async fn remove(ctx: &Ctx, scope: &Scope, key: SlotKey, note: i64) -> Result<(), Problem> {
    let mut tx = ctx.db().write().await?;
    let case = reviewed(&mut tx, ctx, scope, key).await?;
    let record = case.record.as_ref().ok_or_else(Problem::not_found)?;
    let by = ctx.actor.account_id;
    if !notes::remove(&mut tx, record.id, note, record.round, by).await? {
        return Err(Problem::not_found());
    }
    tx.audit(
        ctx.audit("drill.note_remove", words::subject(record))
            .unit(key.unit)
            .detail(json!({"round": record.round})),
    );
    tx.commit().await?;
    Ok(())
}

/// The slot, if the caller may review what waits there.
async fn reviewed(
    tx: &mut chengzhi_db::Tx,
    ctx: &Ctx,
    scope: &Scope,
    key: SlotKey,
) -> Result<Case, Problem> {
    let case = case::take(tx, ctx, scope, key).await?;
    if !case.state.awaits_review() {
        return Err(refused(Deny::new(
            "drill.not_submitted",
            "记录不在审核中，不能写审核意见。",
        )));
    }
    let reviewers = reviewers(tx, ctx, &case).await?;
    let facts = review_facts(tx, ctx, &case, &reviewers).await?;
    let verdict = facts.as_ref().map_or_else(
        || {
            Err(Deny::new(
                "drill.not_reviewer",
                format!("这条记录由{}审核。", reviewers.name()),
            ))
        },
        |facts| may_review(facts, reviewers.name(), reviewers.city_name()),
    );
    verdict.map_err(refused)?;
    Ok(case)
}
