//! What the city decides: proposals, use, quarantine, retirement (B-60, B-65).

use chengzhi_db::{OutboxEvent, Tx};
use chengzhi_http::fields::{optional, required};
use chengzhi_http::{Ctx, Problem};
use chengzhi_questions::similar::Print;
use serde_json::json;

use super::index::Bank;
use super::lawbook::LawBook;
use super::{doer, refused};
use crate::domain::Deny;
use crate::domain::life::{State, Step, next, other_eyes};
use crate::store::alike;
use crate::store::cites;
use crate::store::stories;
use crate::store::tick;
use crate::store::versions::{self, Version};

/// Most versions decided at once.
pub const MOST: usize = 500;

/// Takes one step with versions, given with their row's version: all of them or none.
///
/// # Errors
/// 404 for one that does not exist; 409 by state, version, or when the reviewer wrote it; 422 without a
/// reason where one is due.
pub async fn decide(
    bank: &Bank,
    ctx: &Ctx,
    rows: &[(i64, i64)],
    step: Step,
    reason: &str,
) -> Result<(), Problem> {
    if rows.is_empty() || rows.len() > MOST {
        return Err(Problem::field("rows", format!("请选择1至{MOST}道题。")));
    }
    let reason = if step.needs_reason() {
        required("reason", "理由", reason, 300)?
    } else {
        optional("reason", "理由", reason, 300)?
    };
    let near = match step {
        Step::PutInUse => near_groups(bank, ctx, rows).await?,
        _ => Vec::new(),
    };
    let mut tx = ctx.db().write().await?;
    let seq = tick(&mut tx).await?;
    let mut taken = Vec::new();
    for (id, version) in rows {
        let row = versions::take(&mut tx, *id)
            .await?
            .ok_or_else(Problem::not_found)?;
        if row.version != *version {
            return Err(Problem::stale());
        }
        let state = next(row.state, step).map_err(refused)?;
        if step == Step::Review {
            other_eyes(
                ctx.actor.account_id.get(),
                &[row.created_by, row.changed_by],
            )
            .map_err(refused)?;
        }
        if step == Step::Restore {
            still_right(&mut tx, &row, seq).await?;
        }
        if state == State::InUse {
            supersede_others(&mut tx, ctx, &row, seq).await?;
        }
        let reviewer = (step == Step::Review).then_some(ctx.actor.account_id);
        versions::put_state(&mut tx, &[row.id], (state, &reason), reviewer, seq).await?;
        tx.audit(
            ctx.audit(
                &format!("bank.{}", step.code()),
                format!("bank_version:{}", row.id),
            )
            .unit(row.unit_id)
            .detail(json!({"reason": reason})),
        );
        taken.push(row.id);
    }
    stories::note(&mut tx, &taken, (step.name(), &reason), doer(ctx), ctx.now).await?;
    for group in near {
        alike::join(&mut tx, &group).await?;
    }
    let event = match step {
        Step::Quarantine => Some("bank.quarantined"),
        Step::Retire => Some("bank.retired"),
        _ => None,
    };
    if let Some(event) = event {
        tx.emit(out(event, &taken, seq));
    }
    tx.commit().await?;
    Ok(())
}

/// The event of versions that left use, once per value of the counter.
pub(super) fn out(topic: &str, versions: &[i64], seq: i64) -> OutboxEvent {
    OutboxEvent {
        id: 0,
        topic: topic.to_owned(),
        dedup_key: format!("{topic}:{seq}"),
        payload: json!({"version_ids": versions}).to_string(),
    }
}

/// For each version the questions in use that are too like it for one paper, with itself.
async fn near_groups(
    bank: &Bank,
    ctx: &Ctx,
    rows: &[(i64, i64)],
) -> Result<Vec<Vec<i64>>, Problem> {
    let mut tx = ctx.db().read().await?;
    bank.refresh(&mut tx).await?;
    let ids: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
    let found = versions::of_ids(&mut tx, &ids).await?;
    let mut groups = Vec::new();
    for row in found {
        let near = bank
            .near(Print::from(&row.content), Some(row.question_id), 10)
            .await?;
        if !near.is_empty() {
            let mut group: Vec<i64> = near.iter().map(|near| near.question_id).collect();
            group.push(row.question_id);
            groups.push(group);
        }
    }
    Ok(groups)
}

/// The version before leaves when a newer one comes into use.
async fn supersede_others(tx: &mut Tx, ctx: &Ctx, row: &Version, seq: i64) -> Result<(), Problem> {
    let others: Vec<i64> = versions::of_question(tx, row.question_id)
        .await?
        .into_iter()
        .filter(|one| one.id != row.id && next(one.state, Step::Supersede).is_ok())
        .map(|one| one.id)
        .collect();
    let note = format!("由第{}版替代", row.number);
    versions::put_state(tx, &others, (State::Superseded, &note), None, seq).await?;
    stories::note(
        tx,
        &others,
        (Step::Supersede.name(), &note),
        doer(ctx),
        ctx.now,
    )
    .await?;
    Ok(())
}

/// A restored version rests on the text that counts now; when its quotation no longer stands there, it
/// needs a new version instead.
async fn still_right(tx: &mut Tx, row: &Version, seq: i64) -> Result<(), Problem> {
    let mut content = row.content.clone();
    if let Some(source) = &mut content.source {
        source.version.clear();
    }
    let book = LawBook::of(tx, [&content]).await?;
    let unchecked = book.unchecked(&content);
    if let (Some(why), None) = (&unchecked, &row.unchecked) {
        return Err(refused(Deny::new(
            "bank.outdated",
            format!("按现行条文，{why}，不能直接恢复，请新建一版修改。"),
        )));
    }
    let mut cites = book.cites(&content);
    for cite in &mut cites {
        cite.version_id = row.id;
    }
    cites::put(tx, &[row.id], &cites).await?;
    versions::put_basis(tx, row.id, unchecked.as_deref(), seq).await?;
    Ok(())
}
